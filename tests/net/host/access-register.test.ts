import ExcelJS from 'exceljs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/audit/audit.types.ts';
import { createAccessDesk } from '../../../src/host/access-desk.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { silentLog } from '../../../src/std/log.ts';
import {
  chief,
  fieldsOf,
  givenPassword,
  type OperatorBench,
  operatorBench,
} from '../../support/operators-of.ts';

let bench: OperatorBench;
let desk: ReturnType<typeof createAccessDesk>;
let records: AuditEntry[];
let siteId: string;
const at = Date.parse('2021-06-25T03:00:00Z');

beforeEach(async () => {
  bench = operatorBench();
  const { database, operators } = bench;
  const register = openRegister({ database, log: silentLog });
  const site = register.saveSite({
    id: null,
    revision: 0,
    fields: { name: 'Khách sạn Bến Lau', province: 'Tỉnh An Hoà' },
    who: 'test',
  });
  siteId = site.id;
  records = [];
  desk = createAccessDesk({
    database,
    operators,
    register,
    audit: { write: (entry) => records.push(entry) },
    language: () => 'vi',
    log: silentLog,
    now: () => at,
  });
  await operators.first(chief);
});
afterEach(() => desk.close());

const add = (name: string, more: Parameters<typeof fieldsOf>[2] = {}) =>
  bench.operators.save({ id: null, fields: fieldsOf(name, 'duty', more), password: givenPassword });

async function file(format: 'xlsx' | 'csv', submitted: boolean) {
  const made = await desk['operators.exportAccess']({ format, submitted });
  const { base64, next } = await desk['operators.downloadAccess']({
    exportId: made.exportId,
    offset: 0,
  });
  expect(next).toBeNull();
  const bytes = Buffer.from(base64, 'base64');
  expect(bytes.length).toBe(made.size);
  return { ...made, bytes };
}

describe('the register of access', () => {
  test('tells everybody, and the names of the sites of their areas', async () => {
    await add('Trực đêm', { scope: { provinces: [], districts: [], sites: [siteId, 'gone'] } });
    const { rows, sites, submission, changes } = await desk['operators.access']({});
    expect(rows.map(({ operator }) => operator.name)).toEqual([chief.name, 'Trực đêm']);
    expect(sites).toEqual([
      { id: siteId, name: 'Khách sạn Bến Lau', province: 'Tỉnh An Hoà', district: '' },
    ]);
    expect({ submission, changes }).toEqual({ submission: null, changes: [] });
  });

  test('lists what was added, changed and removed since it was submitted, also after a restart', async () => {
    const { operators } = bench;
    const stays = await add('Ở lại');
    const goes = await add('Sẽ đi');
    await file('csv', true);
    expect((await desk['operators.access']({})).changes).toEqual([]);
    // A copy for oneself is no submission.
    await add('Mới đến');
    await file('csv', false);
    const fields = fieldsOf('Ở lại', 'ptz', { validUntil: '2021-07-31' });
    await operators.save({ id: stays.id, fields });
    operators.remove(goes.id);
    const again = createAccessDesk({
      database: bench.database,
      operators: bench.restarted().operators,
      register: openRegister({ database: bench.database, log: silentLog }),
      audit: { write: () => {} },
      language: () => 'vi',
      log: silentLog,
      now: () => at,
    });
    const { submission, changes } = await again['operators.access']({});
    again.close();
    expect(submission).toEqual({ at, by: chief.name, fileName: 'so-quyen-truy-cap-20210625.csv' });
    expect(changes).toMatchObject([
      { what: 'added', entry: { name: 'Mới đến' } },
      { what: 'changed', before: { role: 'duty' }, fields: ['role', 'validUntil'] },
      { what: 'removed', entry: { name: 'Sẽ đi' } },
    ]);
  });

  test('writes tables in which nothing is run as a formula', async () => {
    await file('csv', true);
    await add('trực', { fullName: '=HYPERLINK("http://192.0.2.1")' });
    const csv = (await file('csv', false)).bytes.toString('utf8');
    expect(csv).toContain(`"'=HYPERLINK(""http://192.0.2.1"")"`);
    expect(csv).toContain('Thêm mới');
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await file('xlsx', false)).bytes as unknown as ArrayBuffer);
    const [all, changes] = book.worksheets;
    const cells = all?.getRow(3).values as unknown[];
    expect(cells).toContain('=HYPERLINK("http://192.0.2.1")');
    all?.eachRow((row) => row.eachCell((cell) => expect(cell.formula).toBeUndefined()));
    expect(changes?.getRow(2).getCell(1).value).toBe('Thêm mới');
  });

  test('puts on record who took it out, and whether it was a submission', async () => {
    await file('xlsx', true);
    expect(records).toMatchObject([
      {
        kind: 'operator.access',
        operator: { name: chief.name },
        details: { format: 'xlsx', submitted: true, records: 1 },
      },
    ]);
  });
});
