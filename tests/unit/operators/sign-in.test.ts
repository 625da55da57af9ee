import { describe, expect, it } from 'vitest';
import {
  chief,
  enter,
  fieldsOf,
  givenPassword,
  type OperatorBench,
  operatorBench,
  ownPassword,
} from '../../support/operators-of.ts';

const refused = { code: 'operator.refused', params: {} };
const minute = 60_000;

async function centre(): Promise<OperatorBench> {
  const bench = operatorBench();
  await bench.operators.first(chief);
  return bench;
}

const wrong = (bench: OperatorBench, name: string = chief.name) =>
  expect(bench.operators.signIn({ name, password: 'Sai rồi 99' })).rejects.toMatchObject(refused);

describe('the first start', () => {
  it('creates one administrator, once, and asks for one before anything else', async () => {
    const { operators } = operatorBench();
    expect(operators.state()).toMatchObject({ hasOperators: false, session: null, rights: [] });
    expect(() => operators.require('ptz.steer')).toThrow(
      expect.objectContaining({ code: 'operator.first-needed' }),
    );
    const both = await Promise.allSettled([
      operators.first(chief),
      operators.first({ ...chief, name: 'kẻ khác' }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'access.denied' } });
    expect(operators.list().map(({ operator }) => operator.name)).toEqual([chief.name]);
    expect(operators.require('operators.manage').role).toBe('administrator');
  });

  it.each(['ngắn 1A', 'toàn chữ thường', 'Chỉ Huy 123'])(
    'refuses "%s" for it',
    async (password) => {
      const { operators } = operatorBench();
      await expect(operators.first({ ...chief, password })).rejects.toMatchObject({
        code: 'operator.weak-password',
      });
      expect(operators.state().hasOperators).toBe(false);
    },
  );
});

describe('a sign-in', () => {
  it('takes the name however it is typed, and takes the place of who was there', async () => {
    const bench = await centre();
    const { operators, records } = bench;
    await enter(operators, 'Trực ban', 'duty');
    await operators.signIn({ name: '  TRỰC   BAN '.normalize('NFD'), password: ownPassword });
    expect(operators.current()?.operator.name).toBe('Trực ban');
    await operators.signIn(chief);
    expect(operators.current()?.operator.name).toBe(chief.name);
    expect(records.at(-1)).toMatchObject({
      kind: 'operator.switch',
      operator: { name: chief.name },
      details: { handedBy: 'Trực ban', handedById: expect.any(String) },
    });
    await wrong(bench, 'trực ban');
    expect(operators.current()?.operator.name).toBe(chief.name);
  });

  it('says the same of an unknown name, a wrong password, and an account that is closed', async () => {
    const bench = await centre();
    const { operators } = bench;
    const past = { validUntil: '2021-06-24' };
    const future = { validFrom: '2021-06-26' };
    for (const [name, more] of [
      ['đã khoá', { disabled: true }],
      ['hết hạn', past],
      ['chưa đến', future],
    ] as const) {
      const fields = fieldsOf(name, 'duty', more);
      await operators.save({ id: null, fields, password: givenPassword });
      await expect(operators.signIn({ name, password: givenPassword })).rejects.toMatchObject(
        refused,
      );
    }
    await wrong(bench);
    await wrong(bench, 'không có ai');
  });

  it('is refused for five minutes after five failures within 30 s, also after a restart', async () => {
    const bench = await centre();
    for (let n = 0; n < 5; n++) await wrong(bench);
    await expect(bench.operators.signIn(chief)).rejects.toMatchObject(refused);
    expect(bench.records.filter(({ kind }) => kind === 'operator.locked-out')).toHaveLength(1);
    bench.pass(4 * minute);
    const again = bench.restarted();
    await expect(again.operators.signIn(chief)).rejects.toMatchObject(refused);
    again.pass(minute - 1);
    await expect(again.operators.signIn(chief)).rejects.toMatchObject(refused);
    again.pass(1);
    expect((await again.operators.signIn(chief)).session?.operator.name).toBe(chief.name);
  });

  it('is not locked by five failures that are further apart, nor by those before a success', async () => {
    const bench = await centre();
    for (let n = 0; n < 9; n++) {
      await wrong(bench);
      bench.pass(8_000);
    }
    await bench.operators.signIn(chief);
    for (let n = 0; n < 4; n++) await wrong(bench);
    await bench.operators.signIn(chief);
    await wrong(bench);
    await bench.operators.signIn(chief);
  });

  it('counts guesses that are made at once, one by one', async () => {
    const bench = await centre();
    const guesses = Array.from({ length: 9 }, () => wrong(bench));
    await Promise.all(guesses);
    await expect(bench.operators.signIn(chief)).rejects.toMatchObject(refused);
  });

  it('locks one name and no other; an unknown name is counted in the same way', async () => {
    const bench = await centre();
    for (let n = 0; n < 6; n++) await wrong(bench, 'không có ai');
    await bench.operators.signIn(chief);
    const rows = bench.database
      .prepare('select name_key, locked_until from operator_attempt')
      .all();
    expect(rows).toMatchObject([{ name_key: 'không có ai' }]);
    expect(Number(rows[0]?.['locked_until'])).toBeGreaterThan(0);
  });

  it('is not locked for longer by a clock that was set back', async () => {
    const bench = await centre();
    for (let n = 0; n < 5; n++) await wrong(bench);
    bench.setClock('2021-06-01T00:00:00Z');
    await expect(bench.operators.signIn(chief)).rejects.toMatchObject(refused);
    bench.pass(5 * minute);
    await bench.operators.signIn(chief);
  });

  it('leaves no password anywhere, not even one in the box of the name', async () => {
    const bench = await centre();
    await wrong(bench, 'Mật khẩu gõ nhầm 7');
    await wrong(bench);
    const kept = [
      JSON.stringify(bench.records),
      ...['operator', 'setting'].map((table) =>
        JSON.stringify(bench.database.prepare(`select * from ${table}`).all()),
      ),
    ].join('\n');
    for (const secret of [chief.password, 'Sai rồi 99', 'gõ nhầm']) {
      expect(kept).not.toContain(secret);
    }
    expect(bench.records.filter(({ kind }) => kind === 'operator.sign-in-refused')).toMatchObject([
      { operator: null, outcome: 'refused', details: { known: false } },
      { details: { known: true, name: chief.name } },
    ]);
  });
});

describe('a given password', () => {
  it('lets its owner do nothing but choose another', async () => {
    const { operators } = await centre();
    const fields = fieldsOf('Trực ban', 'duty');
    await operators.save({ id: null, fields, password: givenPassword });
    const state = await operators.signIn({ name: 'Trực ban', password: givenPassword });
    expect(state).toMatchObject({ rights: [], session: { operator: { mustChange: true } } });
    expect(() => operators.require('ptz.steer')).toThrow(
      expect.objectContaining({ code: 'operator.must-change' }),
    );
    const change = (password: string, newPassword: string) =>
      operators.changePassword({ password, newPassword });
    await expect(change(givenPassword, givenPassword)).rejects.toMatchObject({
      code: 'operator.weak-password',
      params: { reason: 'same' },
    });
    await expect(change('Không đúng 1', ownPassword)).rejects.toMatchObject(refused);
    const done = await change(givenPassword, ownPassword);
    expect(done.rights).toContain('ptz.steer');
    await expect(
      operators.signIn({ name: 'Trực ban', password: givenPassword }),
    ).rejects.toMatchObject(refused);
  });

  it('is asked for again after a reset, in a session that goes on', async () => {
    const { operators } = await centre();
    const id = await enter(operators, 'Trực ban', 'duty');
    expect(operators.may('ptz.steer')).toBe(true);
    await operators.resetPassword({ id, password: 'Đặt lại 44' });
    expect(operators.may('ptz.steer')).toBe(false);
    expect(operators.current()?.operator.mustChange).toBe(true);
  });
});

describe('the lock of control', () => {
  it('comes after ten minutes of nobody, and needs the password of who it is', async () => {
    const bench = await centre();
    const { operators, records } = bench;
    bench.pass(9 * minute);
    operators.seen();
    bench.pass(9 * minute);
    expect(operators.may('ptz.steer')).toBe(true);
    bench.pass(10 * minute);
    expect(() => operators.require('ptz.steer')).toThrow(
      expect.objectContaining({ code: 'operator.locked' }),
    );
    operators.seen();
    expect(operators.state()).toMatchObject({ rights: [], session: { locked: true } });
    expect(records.at(-1)).toMatchObject({ kind: 'operator.lock', details: { by: 'idle' } });
    await expect(operators.unlock('Sai rồi 99')).rejects.toMatchObject(refused);
    expect(operators.may('ptz.steer')).toBe(false);
    await operators.unlock(chief.password);
    expect(operators.may('ptz.steer')).toBe(true);
  });

  it('comes also where the machine slept, and is kept off by a hand on the stick', async () => {
    const bench = await centre();
    const { operators } = bench;
    for (let n = 0; n < 4; n++) {
      bench.pass(5 * minute);
      operators.require('ptz.steer');
    }
    // The steady clock sleeps with the machine.
    bench.setClock('2021-06-25T04:00:00Z');
    expect(operators.current()?.locked).toBe(true);
  });

  it('is announced half a minute before, and called off by whoever is there', async () => {
    const bench = await centre();
    const { operators } = bench;
    const told: (number | null | undefined)[] = [];
    operators.onChange(({ locksAt }) => told.push(locksAt));
    bench.pass(9 * minute);
    expect(operators.state().locksAt).toBeNull();
    bench.pass(35_000);
    const { locksAt } = operators.state();
    expect(locksAt).toBe(Date.parse('2021-06-25T03:10:00Z'));
    // What the room tells each second by itself, it tells here with a setting.
    operators.setIdleMinutes(10);
    expect(told).toEqual([locksAt]);
    bench.pass(10_000);
    // One moment, which the page counts down to by itself.
    expect(operators.state().locksAt).toBe(locksAt);
    operators.seen();
    expect(operators.state().locksAt).toBeNull();
    expect(told).toEqual([locksAt, null]);
    bench.pass(9 * minute + 31_000);
    expect(operators.state().locksAt).not.toBeNull();
    bench.pass(29_000);
    expect(operators.state()).toMatchObject({ locksAt: null, session: { locked: true } });
  });

  it('comes after as long as was set, and the setting outlives the program', async () => {
    const bench = await centre();
    bench.operators.setIdleMinutes(1);
    bench.pass(minute);
    expect(bench.operators.current()?.locked).toBe(true);
    expect(bench.restarted().operators.state().idleMinutes).toBe(1);
  });

  it('five wrong passwords at it lock the name', async () => {
    const { operators } = await centre();
    operators.lock();
    for (let n = 0; n < 5; n++) {
      await expect(operators.unlock('Sai rồi 99')).rejects.toMatchObject(refused);
    }
    await expect(operators.unlock(chief.password)).rejects.toMatchObject(refused);
    expect(operators.current()?.locked).toBe(true);
  });

  it('nobody is signed in after a restart', async () => {
    const bench = await centre();
    const { operators } = bench.restarted();
    expect(operators.state()).toMatchObject({ hasOperators: true, session: null });
    expect(() => operators.require('ptz.steer')).toThrow(
      expect.objectContaining({ code: 'operator.needed' }),
    );
  });
});

describe('the workstation', () => {
  it('keeps its id for ever and the name that people gave it', async () => {
    const bench = await centre();
    const { id, name } = bench.operators.workstation;
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(name).not.toBe('');
    bench.operators.renameWorkstation(' Bàn trực 1 ');
    expect(bench.restarted().operators.workstation).toEqual({ id, name: 'Bàn trực 1' });
    expect(() => bench.operators.renameWorkstation(' ')).toThrow(
      expect.objectContaining({ code: 'input.value' }),
    );
  });
});
