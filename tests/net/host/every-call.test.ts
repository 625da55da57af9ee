import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../src/audit/audit.types.ts';
import { createCaller } from '../../../src/contract/call.ts';
import type { OperatorFields, Role } from '../../../src/contract/operator-schemas.ts';
import { type CallName, calls } from '../../../src/contract/schemas.ts';
import { type CallHandlers, serveCalls } from '../../../src/contract/serve.ts';
import { CameraBook } from '../../../src/host/camera-book.ts';
import { guardCalls } from '../../../src/host/guard.ts';
import { placesIn } from '../../../src/host/subject-places.ts';
import { openOperators } from '../../../src/operators/operators.ts';
import type { Operators } from '../../../src/operators/operators.types.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { Fault } from '../../../src/std/fault.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { callAccess, type PlaceIds } from '../../support/call-access.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { chief, enter, ownPassword } from '../../support/operators-of.ts';
import { cheapCost } from '../../support/signed-in.ts';

/**
 * Every call of the contract, over a wire, as nobody, as every role, out of one's area and about sites
 * that are held: what is refused never reaches its handler. The handlers are stand-ins that only say
 * that they were reached; the guard, the operators and the register are the product's.
 */
const letters: { readonly [R in Role]: string } = {
  administrator: 'A',
  supervisor: 'S',
  duty: 'D',
  ptz: 'P',
  evidence: 'E',
  health: 'H',
  technician: 'T',
  auditor: 'U',
};
const roles = Object.keys(letters) as Role[];
const names = Object.keys(calls) as CallName[];
const reached = 'REACHED';
let now = Date.parse('2021-06-25T03:00:00Z');

const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
const records: AuditEntry[] = [];
let operators: Operators;
let here: PlaceIds;
let elsewhere: PlaceIds;
let heldFromExport: PlaceIds;
let heldFromView: PlaceIds;
/** The handler that a call came to, or the code it was refused with. */
let ask: (name: CallName, at: PlaceIds) => Promise<string>;
const came: CallName[] = [];

beforeAll(async () => {
  migrate(database);
  const register = openRegister({ database, log: silentLog });
  const book = new CameraBook(
    {
      login: async () => null,
      fingerprint: () => null,
      lastTransport: () => null,
      rememberTransport() {},
    },
    [],
  );
  const hubs = new Map<string, { siteId: string; province: string; district: string }>();
  let octet = 1;
  const site = (province: string, hold: OperatorHold): PlaceIds => {
    const district = 'Huyện Đông';
    const address = `192.0.2.${octet++}`;
    const who = 'thử';
    const isNew = { id: null, revision: null, who };
    const { id: siteId } = register.saveSite({
      ...isNew,
      fields: { name: `Cơ sở ${address}`, province, district, hold },
    });
    const device = { siteId, address, port: 80 };
    const { id: deviceId } = register.saveDevice({ ...isNew, fields: device });
    const url = `rtsp://${address}/1`;
    const { id: cameraId } = register.saveCamera({
      ...isNew,
      fields: { siteId, deviceId, name: 'Cổng', url },
    });
    const hubId = `hub of ${siteId}`;
    hubs.set(hubId, { siteId, province, district });
    return { siteId, deviceId, cameraId, hubId, endpoint: `${address}:554`, province, district };
  };
  const hold = { authority: 'Quân khu', askedOn: null };
  here = site('Tỉnh An Hoà', null);
  elsewhere = site('Tỉnh Sông Vàng', null);
  heldFromExport = site('Tỉnh An Hoà', { ...hold, view: false, export: true });
  heldFromView = site('Tỉnh An Hoà', { ...hold, view: true, export: false });
  book.setRegistered(register.wallCameras());

  operators = openOperators({
    database,
    log: silentLog,
    audit: { write: (entry) => records.push(entry) },
    findPlaces: placesIn({ register, book, hub: (hubId) => hubs.get(hubId) ?? null }),
    cost: cheapCost,
    now: () => now,
    steady: () => 0,
  });
  const standIns = Object.fromEntries(
    names.map((name) => [
      name,
      () => {
        came.push(name);
        throw new Fault('host.busy', reached);
      },
    ]),
  ) as unknown as CallHandlers;
  const [core, page] = memoryWires();
  serveCalls(
    core,
    guardCalls(standIns, {
      operators,
      audit: { write: (entry) => records.push(entry) },
      screen: () => 2,
      now: () => now,
    }),
  );
  const caller = createCaller(page);
  ask = async (name, at) => {
    came.length = 0;
    const params = callAccess[name].ask(at) as never;
    const fault = await caller.call(name, params).then(
      () => null,
      (error: Fault) => error,
    );
    const isReached = came.length > 0;
    // One or the other, never both.
    expect([fault?.code === 'host.busy', came], name).toEqual([isReached, isReached ? [name] : []]);
    return isReached ? reached : String(fault?.code);
  };
});
afterAll(() => operators.close());

type OperatorHold = Parameters<ReturnType<typeof openRegister>['saveSite']>[0]['fields']['hold'];

/** What every call is answered, about one place. */
async function answers(at: PlaceIds = here): Promise<Map<CallName, string>> {
  const all = new Map<CallName, string>();
  for (const name of names) all.set(name, await ask(name, at));
  return all;
}

/** What the table says: calls that ask for nothing are reached, others have this code. */
function unless(free: (access: (typeof callAccess)[CallName]) => boolean, code: string) {
  return new Map(names.map((name) => [name, free(callAccess[name]) ? reached : code]));
}

const isFree = ({ may }: { may: string }) => may === 'everybody';
const mayBe = (role: Role) => (access: { may: string }) =>
  isFree(access) || access.may === 'somebody' || access.may.includes(letters[role]);

async function enterAs(role: Role, more: Partial<OperatorFields> = {}): Promise<void> {
  await operators.signIn(chief);
  const name = `${role} ${operators.list().length}`;
  await enter(operators, name, role, more);
}

describe('every call of the contract', () => {
  it('where there is no operator yet', async () => {
    expect(await answers()).toEqual(unless(isFree, 'operator.first-needed'));
    await operators.first(chief);
  });

  describe('where there are operators', () => {
    beforeEach(() => {
      operators.signOut();
    });

    it('as nobody', async () => {
      expect(await answers()).toEqual(unless(isFree, 'operator.needed'));
    });

    it('while control is locked', async () => {
      await operators.signIn(chief);
      operators.lock();
      expect(await answers()).toEqual(unless(isFree, 'operator.locked'));
    });

    it('with a password that somebody else gave', async () => {
      await enterAs('supervisor');
      const { id } = operators.current()!.operator;
      await operators.resetPassword({ id, password: 'Đặt lại 44' });
      const mayAll = (access: { may: string }) => isFree(access) || access.may === 'somebody';
      expect(await answers()).toEqual(unless(mayAll, 'operator.must-change'));
    });

    it('after the last day of the access', async () => {
      await enterAs('technician', { validUntil: '2021-06-25' });
      const before = now;
      now += 5 * 60_000;
      operators.seen();
      now = Date.parse('2021-06-26T03:00:00Z');
      operators.seen();
      expect(await answers()).toEqual(unless(isFree, 'access.expired'));
      now = before;
    });

    it.each(roles)('as %s', async (role) => {
      await enterAs(role);
      expect(await answers()).toEqual(unless(mayBe(role), 'access.denied'));
    });

    it.each(roles.filter((role) => role !== 'administrator'))(
      'as %s, out of the area, and within',
      async (role) => {
        const scope = { provinces: [], districts: [], sites: [here.siteId] };
        await enterAs(role, { scope });
        const may = mayBe(role);
        const everywhere: readonly CallName[] = ['vault.create', 'vault.lock'];
        const outside = unless(may, 'access.denied');
        const inside = new Map(outside);
        for (const name of names) {
          if (!may(callAccess[name])) continue;
          if (callAccess[name].area && !isFree(callAccess[name])) outside.set(name, 'access.scope');
          // A hub is where its province is, and that is more than one site.
          const isMore = name === 'hubs.add' || everywhere.includes(name);
          if (isMore) inside.set(name, 'access.scope');
          if (everywhere.includes(name)) outside.set(name, 'access.scope');
        }
        expect(await answers(elsewhere)).toEqual(outside);
        expect(await answers(here)).toEqual(inside);
      },
    );

    it.each(['export', 'view'] as const)('about a site that is held from %s', async (what) => {
      await operators.signIn(chief);
      const at = what === 'export' ? heldFromExport : heldFromView;
      const expected = new Map(
        names.map((name): [CallName, string] => {
          const { hold } = callAccess[name];
          if (what === 'export') {
            return [name, hold === 'export' || hold === 'both' ? 'access.hold' : reached];
          }
          return [name, hold === 'watch' || hold === 'both' ? 'site.hold' : reached];
        }),
      );
      expect(await answers(at)).toEqual(expected);
    });

    it('leaves one record of each refusal, with who it was, and none of a password', async () => {
      await enterAs('health');
      const { id, name } = operators.current()!.operator;
      records.length = 0;
      const refused = [...(await answers())].filter(([, code]) => code !== reached);
      expect(refused.length).toBeGreaterThan(50);
      const told = records.filter(({ kind }) => kind === 'call.refused');
      expect(told.map(({ details }) => details?.['call'])).toEqual(refused.map(([call]) => call));
      for (const entry of told) {
        expect(entry).toMatchObject({
          operator: { id, name },
          outcome: 'refused',
          cause: 'access.denied',
          screen: 2,
        });
      }
      const text = JSON.stringify(records);
      for (const secret of [ownPassword, 'Sai rồi', 'Đặt lại', 'Mật ngữ']) {
        expect(text).not.toContain(secret);
      }
      expect(told.find(({ details }) => details?.['call'] === 'sources.login')?.camera).toBe(
        here.cameraId,
      );
    });

    it('of a stick that asks ten times a second is refused on record once', async () => {
      now += 60_000;
      records.length = 0;
      for (let n = 0; n < 20; n++) expect(await ask('ptz.move', here)).toBe('operator.needed');
      expect(records.filter(({ kind }) => kind === 'call.refused')).toHaveLength(1);
      expect(await ask('ptz.move', elsewhere)).toBe('operator.needed');
      expect(records.filter(({ kind }) => kind === 'call.refused')).toHaveLength(2);
    });
  });
});
