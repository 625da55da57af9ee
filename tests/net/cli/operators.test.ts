import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAuditForReading } from '../../../src/audit/audit-file.ts';
import { AuditReader } from '../../../src/audit/audit-reader.ts';
import { everyRecord } from '../../../src/contract/audit-schemas.ts';
import { openOperators } from '../../../src/operators/operators.ts';
import type { Operators } from '../../../src/operators/operators.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { runCommand } from '../../support/command.ts';
import { fieldsOf, givenPassword } from '../../support/operators-of.ts';
import { cheapCost, testOperator } from '../../support/signed-in.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-operators-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const vonggac = (args: string[], input = '') =>
  runCommand([...args, '--data', folder, '--lang', 'vi'], { input });

/** The room of operators on the folder, as a running wall has it open. */
async function atTheWall<T>(work: (operators: Operators) => Promise<T>): Promise<T> {
  const store = openStore({ dataDir: folder, log: silentLog });
  const operators = openOperators({
    database: store.database,
    log: silentLog,
    audit: { write: () => {} },
    findPlaces: () => null,
    cost: cheapCost,
  });
  try {
    return await work(operators);
  } finally {
    operators.close();
    store.close();
  }
}

const twoPeople = () =>
  atTheWall(async (operators) => {
    await operators.first(testOperator);
    const scope = { provinces: ['Tỉnh An Hoà'], districts: [], sites: [] };
    const fields = fieldsOf('Trực đêm', 'duty', { scope, validUntil: '2021-06-30' });
    await operators.save({ id: null, fields, password: givenPassword });
  });

function records() {
  const database = openAuditForReading(folder);
  if (!database) return [];
  try {
    return [...new AuditReader(database).records(everyRecord)];
  } finally {
    database.close();
  }
}

describe('vonggac operators', () => {
  test('list tells who may do what, where and until when, never a password', async () => {
    await twoPeople();
    const shown = await vonggac(['operators', 'list']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/Trần Thử +Trần Thị Thử +Quản trị +Toàn bộ +Không thời hạn/u);
    expect(shown.stdout).toMatch(/Trực đêm .*Tỉnh An Hoà.*30\/06\/2021 +Hết hạn/u);
    const { stdout } = await vonggac(['operators', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'Trần Thử', role: 'administrator', scope: 'all', state: 'open' },
      { name: 'Trực đêm', role: 'duty', state: 'over', mustChange: true, lastSignInAt: null },
    ]);
    expect(stdout).not.toContain('scrypt');
  });

  test('reset gives a password that has to be changed, opens a lock, and is on record', async () => {
    await twoPeople();
    const { name } = testOperator;
    await atTheWall(async (operators) => {
      const wrong = () => operators.signIn({ name, password: 'sai' }).catch(() => {});
      for (let at = 0; at < 6; at++) await wrong();
      await expect(operators.signIn(testOperator)).rejects.toMatchObject({
        code: 'operator.refused',
      });
      const done = await vonggac(
        ['operators', 'reset', 'TRẦN THỬ', '--password-stdin'],
        'Tìm lại 55\n',
      );
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(done.stdout).toContain('Trần Thử');
      const state = await operators.signIn({ name, password: 'Tìm lại 55' });
      expect(state.session?.operator.mustChange).toBe(true);
    });
    const user = userInfo().username;
    expect(records()).toMatchObject([
      { kind: 'audit.start' },
      {
        kind: 'operator.reset',
        operator: { id: `cli:${user}`, name: user },
        details: { name: 'Trần Thử' },
      },
    ]);
    expect(JSON.stringify(records())).not.toContain('Tìm lại');
  });

  test.each([
    ['a weak password', ['reset', 'Trần Thử', '--password-stdin'], 'ngắn\n', 'ngắn hơn 8 ký tự'],
    [
      'an unknown name',
      ['reset', 'Ai đó', '--password-stdin'],
      'Tìm lại 55\n',
      'không có người trực',
    ],
    ['a password that would stand in the argv', ['reset', 'Trần Thử'], '', '--password-stdin'],
  ])('refuses %s', async (_, args, input, says) => {
    await twoPeople();
    const ended = await vonggac(['operators', ...args], input);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(says);
    await atTheWall(async (operators) => {
      expect((await operators.signIn(testOperator)).session?.operator.name).toBe('Trần Thử');
    });
  });

  test('makes no data where there are none', async () => {
    const ended = await vonggac(['operators', 'list']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(folder);
  });
});
