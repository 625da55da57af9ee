import { describe, expect, it } from 'vitest';
import type { OperatorScope, Right, Role } from '../../../src/contract/operator-schemas.ts';
import { rights } from '../../../src/contract/operator-schemas.ts';
import { rightsOf } from '../../../src/contract/role-rights.ts';
import { isInScope } from '../../../src/operators/scope.ts';
import {
  chief,
  enter,
  fieldsOf,
  givenPassword,
  operatorBench,
  ownPassword,
} from '../../support/operators-of.ts';

const code = (name: string) => expect.objectContaining({ code: name });

async function centre() {
  const bench = operatorBench();
  await bench.operators.first(chief);
  return bench;
}

/** Written by hand: who may do what is a promise, not a consequence of the code. */
const promised: { readonly [R in Role]: readonly Right[] } = {
  administrator: rights,
  supervisor: [
    'ptz.steer',
    'ptz.presets',
    'evidence.snapshot',
    'evidence.export',
    'evidence.replay',
    'incidents.record',
    'register.edit',
    'register.export',
    'survey.run',
    'audit.read',
  ],
  duty: ['ptz.steer', 'evidence.snapshot', 'evidence.replay', 'incidents.record'],
  ptz: ['ptz.steer', 'ptz.presets', 'incidents.record'],
  evidence: ['evidence.snapshot', 'evidence.export', 'evidence.replay', 'incidents.record'],
  health: ['incidents.record'],
  technician: [
    'ptz.steer',
    'ptz.presets',
    'register.edit',
    'register.export',
    'connect.change',
    'survey.run',
    'logins.change',
  ],
  auditor: ['audit.read', 'audit.export'],
};

describe('a role', () => {
  it.each(Object.entries(promised))('%s may do what is promised and nothing else', (role, may) => {
    expect([...rightsOf[role as Role]].sort()).toEqual([...may].sort());
  });
});

describe('an area', () => {
  const place = { siteId: 's1', province: 'Tỉnh An Hoà', district: 'Huyện Đông' };
  const at = { ...place, exportHold: null, refusal: null };
  const none: Exclude<OperatorScope, 'all'> = { provinces: [], districts: [], sites: [] };
  it.each([
    ['all', true],
    [none, false],
    [{ ...none, provinces: ['tỉnh an hoà '.normalize('NFD')] }, true],
    [{ ...none, provinces: ['Tỉnh An'] }, false],
    [{ ...none, provinces: [''] }, false],
    [{ ...none, sites: ['s1'] }, true],
    [{ ...none, sites: ['s2'] }, false],
    [{ ...none, districts: [{ province: 'Tỉnh An Hoà', district: 'Huyện Đông' }] }, true],
    // The same name in another province is another district.
    [{ ...none, districts: [{ province: 'Tỉnh Khác', district: 'Huyện Đông' }] }, false],
  ] as [OperatorScope, boolean][])('%j: %s', (scope, is) => {
    expect(isInScope(scope, at)).toBe(is);
  });

  it('without a province is nobody’s but who may act everywhere', () => {
    const blank = { ...at, siteId: null, province: '', district: '' };
    expect(isInScope({ ...none, provinces: [''] }, blank)).toBe(false);
    const blankDistrict = { ...none, districts: [{ province: '', district: '' }] };
    expect(isInScope(blankDistrict, blank)).toBe(false);
    expect(isInScope('all', blank)).toBe(true);
  });

  it('holds for every subject of an act; what nobody knows lies outside', async () => {
    const { operators, places } = await centre();
    const scope = { ...none, sites: ['s1'] };
    await enter(operators, 'Kỹ thuật', 'technician', { scope });
    places.set('camera in', at);
    places.set('camera out', { ...at, siteId: 's2' });
    const edit = (...ids: string[]) =>
      operators.require(
        'register.edit',
        ids.map((cameraId) => ({ cameraId })),
      );
    expect(edit('in').name).toBe('Kỹ thuật');
    for (const ids of [['out'], ['in', 'out'], ['in', 'unknown']]) {
      expect(() => edit(...ids)).toThrow(code('access.scope'));
    }
    expect(() => operators.require('logins.change', [{ everywhere: true }])).toThrow(
      code('access.scope'),
    );
    expect(() => operators.require('audit.read')).toThrow(code('access.denied'));
  });
});

describe('the approval of a site', () => {
  it('keeps everybody from exporting, and from steering where nobody may watch', async () => {
    const { operators, places } = await centre();
    const free = {
      siteId: 's1',
      province: 'P',
      district: 'D',
      exportHold: null,
      refusal: null,
    };
    places.set('camera free', free);
    places.set('camera held', { ...free, exportHold: { authority: 'Quân khu' } });
    places.set('camera hidden', {
      ...free,
      refusal: { code: 'site.hold', params: { authority: 'Quân khu' } },
    });
    places.set('camera bath', { ...free, refusal: { code: 'site.forbidden-place' } });
    const act = (right: Right, cameraId: string) => () => operators.require(right, [{ cameraId }]);
    for (const right of ['evidence.snapshot', 'evidence.export', 'evidence.replay'] as const) {
      expect(act(right, 'held')).toThrow(code('access.hold'));
      expect(act(right, 'hidden')).toThrow(code('site.hold'));
      expect(act(right, 'bath')).toThrow(code('site.forbidden-place'));
      expect(act(right, 'free')).not.toThrow();
    }
    expect(act('register.export', 'held')).toThrow(
      expect.objectContaining({ code: 'access.hold', params: { authority: 'Quân khu' } }),
    );
    expect(act('ptz.steer', 'held')).not.toThrow();
    expect(act('ptz.steer', 'hidden')).toThrow(code('site.hold'));
    expect(act('ptz.presets', 'bath')).toThrow(code('site.forbidden-place'));
    expect(act('register.edit', 'hidden')).not.toThrow();
  });
});

describe('the dates of an access', () => {
  it('hold from the first to the last day, of Viet Nam, also while somebody is signed in', async () => {
    const bench = await centre();
    const { operators } = bench;
    const dates = { validFrom: '2021-06-25', validUntil: '2021-06-26' };
    await enter(operators, 'Trực ban', 'duty', dates);
    // 23:59 and 00:00 at the centre.
    bench.setClock('2021-06-26T16:59:00Z');
    await operators.signIn({ name: 'Trực ban', password: ownPassword });
    expect(operators.may('ptz.steer')).toBe(true);
    bench.setClock('2021-06-26T17:00:00Z');
    expect(() => operators.require('ptz.steer')).toThrow(code('access.expired'));
    expect(operators.state().rights).toEqual([]);
    await expect(
      operators.signIn({ name: 'Trực ban', password: ownPassword }),
    ).rejects.toMatchObject({ code: 'operator.refused' });
  });
});

describe('the last administrator', () => {
  it('is not removed, disabled, demoted, or given an end', async () => {
    const { operators } = await centre();
    const { operator } = operators.list()[0]!;
    const { id, mustChange: _, ...fields } = operator;
    const last = { code: 'operator.last-administrator' };
    for (const change of [
      { disabled: true },
      { role: 'supervisor' },
      { validUntil: '2030-01-01' },
      { validFrom: '2021-06-26' },
    ] as const) {
      await expect(operators.save({ id, fields: { ...fields, ...change } })).rejects.toMatchObject(
        last,
      );
    }
    expect(() => operators.remove(id)).toThrow(code('operator.last-administrator'));
    expect(operators.list()[0]?.operator).toEqual(operator);

    const second = fieldsOf('Phó chỉ huy', 'administrator');
    await operators.save({ id: null, fields: second, password: givenPassword });
    await operators.save({ id, fields: { ...fields, role: 'auditor' } });
    // At once, for who is signed in.
    expect(() => operators.require('operators.manage')).toThrow(code('access.denied'));
    expect(operators.may('audit.export')).toBe(true);
    operators.remove(id);
    expect(operators.current()).toBeNull();
  });

  it('has to be one whose own access does not end', async () => {
    const { operators } = await centre();
    const short = fieldsOf('Tạm quyền', 'administrator', { validUntil: '2021-12-31' });
    await operators.save({ id: null, fields: short, password: givenPassword });
    const { id } = operators.list().find(({ operator }) => operator.name === chief.name)!.operator;
    expect(() => operators.remove(id)).toThrow(code('operator.last-administrator'));
  });

  it('acts everywhere: an administrator of a part could hand out the whole', async () => {
    const { operators } = await centre();
    const scope = { provinces: ['P'], districts: [], sites: [] };
    const fields = fieldsOf('Tỉnh', 'administrator', { scope });
    await expect(
      operators.save({ id: null, fields, password: givenPassword }),
    ).rejects.toMatchObject({ code: 'input.value', params: { field: 'scope' } });
  });
});

describe('the list of operators', () => {
  it('has each name once, is told without passwords, and its changes are on record', async () => {
    const { operators, records } = await centre();
    const fields = fieldsOf('Trực ban', 'duty');
    const { id } = await operators.save({ id: null, fields, password: givenPassword });
    const twice = { ...fields, name: 'TRỰC BAN' };
    await expect(
      operators.save({ id: null, fields: twice, password: givenPassword }),
    ).rejects.toMatchObject({ code: 'operator.name-taken' });
    const validUntil = '2021-12-31';
    await operators.save({ id, fields: { ...fields, role: 'ptz', validUntil } });
    await operators.resetPassword({ id, password: 'Đặt lại 44' });
    operators.remove(id);
    expect(JSON.stringify(operators.list())).not.toMatch(/scrypt|password/i);
    const told = records.slice(2);
    expect(told.map(({ kind }) => kind)).toEqual([
      'operator.add',
      'operator.change',
      'operator.reset',
      'operator.remove',
    ]);
    for (const { operator, details } of told) {
      expect(operator?.name).toBe(chief.name);
      expect(details).toMatchObject({ name: 'Trực ban', document: '12/QĐ-BCĐ' });
    }
    expect(told[1]?.details).toMatchObject({ changed: 'role validUntil', role: 'ptz' });
  });

  it('a row that was tampered with is nobody', async () => {
    const { operators, database } = await centre();
    await enter(operators, 'Trực ban', 'duty');
    database.exec(`update operator set role = 'chúa tể' where name = 'Trực ban'`);
    await expect(
      operators.signIn({ name: 'Trực ban', password: ownPassword }),
    ).rejects.toMatchObject({ code: 'operator.refused' });
    expect(operators.list()).toHaveLength(1);
  });
});
