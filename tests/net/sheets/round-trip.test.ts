import { expect, test } from 'vitest';
import { exportRegister } from '../../../src/sheets/export-register.ts';
import { planImport } from '../../../src/sheets/plan.ts';
import { runImport } from '../../../src/sheets/run-import.ts';
import { readSheet } from '../../../src/sheets/sheet-jobs.ts';
import type { Register } from '../../../src/sites/register.types.ts';
import { contents, fillRegister, memoryRegister } from '../../support/full-register.ts';

async function planOf(bytes: Uint8Array, fileName: string, register: Register) {
  const reading = await readSheet({ bytes, fileName, sheet: null, mapping: null, remembered: [] });
  return planImport({
    records: reading.records,
    columns: reading.heading.columns,
    register,
    language: 'vi',
    who: 'test',
    subject: fileName,
  });
}

test.each([
  ['xlsx', 'vi'],
  ['xlsx', 'en'],
  ['csv', 'vi'],
  ['csv', 'en'],
  ['json', 'vi'],
] as const)(
  'register → %s (%s) → an empty register: nothing is other',
  async (format, language) => {
    const { register } = memoryRegister();
    await fillRegister(register);
    const file = await exportRegister({ register, format, language });
    const { register: other } = memoryRegister();
    const plan = await planOf(file.bytes, file.fileName, other);
    expect(plan.rows.filter(({ verdict }) => verdict !== 'new')).toEqual([]);
    const outcome = await runImport({
      plan,
      register: other,
      who: 'test',
      subject: file.fileName,
      leaveOutErrors: false,
      keepLogin: async () => 'memory',
    });
    expect(outcome).toMatchObject({ outcome: 'done', loginsKept: null });
    expect(contents(other)).toEqual(contents(register));
  },
);

test.each(['xlsx', 'csv', 'json'] as const)(
  'register → %s → the same register: every row is the same',
  async (format) => {
    const { register } = memoryRegister();
    await fillRegister(register);
    const file = await exportRegister({ register, format, language: 'vi' });
    const plan = await planOf(file.bytes, file.fileName, register);
    expect(plan.rows.map(({ verdict, changes }) => [verdict, changes])).toEqual(
      plan.rows.map(() => ['same', []]),
    );
    expect(plan.counts).toMatchObject({ rows: 5, same: 5, new: 0, changed: 0, error: 0 });
  },
);
