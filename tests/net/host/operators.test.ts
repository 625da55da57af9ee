import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import type { OperatorScope, OperatorState, Role } from '../../../src/contract/operator-schemas.ts';
import { type CallName, calls } from '../../../src/contract/schemas.ts';
import { composeHost } from '../../../src/host/compose-host.ts';
import type { Host, HostOptions } from '../../../src/host/host.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { openVault } from '../../../src/vault/vault.ts';
import { callAccess } from '../../support/call-access.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { fieldsOf, givenPassword, ownPassword } from '../../support/operators-of.ts';
import { cheapCost, signIn } from '../../support/signed-in.ts';

/** The whole core: what the guard leaves to the handlers, and that no handler stands outside of it. */
const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function start(more: Partial<HostOptions> = {}) {
  const supervisor = new FakeSupervisor();
  const host = await composeHost(
    {
      dataDir: null,
      shell: 'kiosk',
      language: 'vi',
      cameras: [],
      demo: false,
      wall: null,
      screens: 2,
      warnings: [],
      log: silentLog,
      ...more,
    },
    {
      openStore,
      openVault: ({ log }) => openVault({ keychain: null, log }),
      createSupervisor: () => supervisor,
      serveMedia: () => {},
      operators: { cost: cheapCost },
    },
  );
  hosts.push(host);
  const page = () => {
    const [core, wire] = memoryWires();
    host.attachControl(core);
    return createCaller(wire);
  };
  return { host, page };
}

async function become(caller: Caller, role: Role, scope: OperatorScope = 'all'): Promise<string> {
  await signIn(caller);
  const name = `${role} ${(await caller.call('operators.list', {})).length}`;
  const fields = fieldsOf(name, role, { scope });
  await caller.call('operators.save', { id: null, fields, password: givenPassword });
  await caller.call('operators.signIn', { name, password: givenPassword });
  const own = { password: givenPassword, newPassword: ownPassword };
  await caller.call('operators.password', own);
  return name;
}

const code = (name: string) => expect.objectContaining({ code: name });
const anHoa: OperatorScope = { provinces: ['Tỉnh An Hoà'], districts: [], sites: [] };

async function saveSite(caller: Caller, name: string, province: string, hold = false) {
  const { site } = await caller.call('register.saveSite', {
    id: null,
    revision: null,
    fields: {
      name,
      province,
      hold: hold ? { view: false, export: true, authority: 'Quân khu', askedOn: null } : null,
    },
  });
  return site;
}

async function exported(caller: Caller): Promise<string[]> {
  const { exportId } = await caller.call('exports.start', { format: 'json' });
  const { base64 } = await caller.call('exports.download', { exportId, offset: 0 });
  const file = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  return file.sites.map(({ name }: { name: string }) => name).sort();
}

describe('the core', () => {
  it('has no call that acts without an operator, also on a wall that keeps nothing', async () => {
    const gate = cameraFromUrl('rtsp://192.0.2.7/1', { name: 'Cổng' });
    const at = {
      cameraId: gate.id,
      siteId: gate.siteId,
      deviceId: 'd',
      hubId: 'h',
      endpoint: '192.0.2.7:554',
      province: '',
      district: '',
    };
    for (const wall of [null, { layout: '4' } as const]) {
      const { page } = await start({ wall, cameras: [gate] });
      const caller = page();
      expect((await caller.call('wall.load', { screen: 0 }))?.tiles ?? []).toEqual(
        wall ? [gate.id] : [],
      );
      for (const name of Object.keys(calls) as CallName[]) {
        const { may, ask } = callAccess[name];
        if (may === 'everybody') continue;
        await expect(caller.call(name, ask(at) as never), name).rejects.toEqual(
          code('operator.first-needed'),
        );
      }
    }
  });

  it('has one session for all screens, and tells all of them', async () => {
    const { page } = await start();
    const [left, right] = [page(), page()];
    const told: OperatorState[] = [];
    right.onEvent('operators.changed', (state) => told.push(state));
    await signIn(left);
    await expect.poll(() => told.at(-1)?.session?.operator.role).toBe('administrator');
    await saveSite(right, 'Khu A', 'Tỉnh An Hoà');
    await right.call('operators.lock', {});
    await expect(saveSite(left, 'Khu B', 'Tỉnh An Hoà')).rejects.toEqual(code('operator.locked'));
    await expect.poll(() => told.at(-1)?.session?.locked).toBe(true);
    await left.call('operators.signOut', {});
    await expect.poll(() => told.at(-1)?.session).toBeNull();
    expect((await left.call('operators.me', {})).hasOperators).toBe(true);
  });

  it('writes the name of who it was into the journal, as of the moment of the act', async () => {
    const { page } = await start();
    const caller = page();
    await signIn(caller);
    await saveSite(caller, 'Khu A', 'Tỉnh An Hoà');
    const name = await become(caller, 'supervisor');
    await saveSite(caller, 'Khu B', 'Tỉnh An Hoà');
    const { changes } = await caller.call('register.journal', { offset: 0, limit: 10 });
    expect(changes.map(({ who }) => who)).toEqual([name, 'Trần Thử']);
  });

  it('lets who acts in one area add and take back there alone', async () => {
    const { page } = await start();
    const caller = page();
    await signIn(caller);
    await saveSite(caller, 'Khu A', 'Tỉnh An Hoà');
    await become(caller, 'supervisor', anHoa);
    await expect(caller.call('register.undo', {})).rejects.toEqual(code('access.scope'));
    await expect(saveSite(caller, 'Khu C', 'Tỉnh Sông Vàng')).rejects.toEqual(code('access.scope'));
    const url = 'rtsp://192.0.2.8/1';
    await expect(caller.call('sources.add', { name: 'Cổng', url })).rejects.toEqual(
      code('access.scope'),
    );
    const site = await saveSite(caller, 'Khu B', 'Tỉnh An Hoà');
    const away = { id: site.id, revision: site.revision, fields: { province: 'Tỉnh Sông Vàng' } };
    await expect(caller.call('register.saveSite', away)).rejects.toEqual(code('access.scope'));
    expect((await caller.call('register.undo', {})).change.subject).toBe('Khu B');
  });

  it('gives a login of a known camera only into hands that may', async () => {
    const { page } = await start();
    const caller = page();
    await signIn(caller);
    const url = 'rtsp://192.0.2.8/1';
    await caller.call('sources.add', { name: 'Cổng', url });
    const { rows } = await caller.call('register.page', { filter: {}, offset: 0, limit: 1 });
    const { id, revision } = rows[0]!.camera;
    await caller.call('logins.set', { scope: 'camera', id, user: 'xem', password: 'x' });
    const withLogin = { name: 'Cổng', url, user: 'khác', password: 'y' };
    const fields = { url: 'rtsp://khac:y@192.0.2.8/1' };
    await become(caller, 'supervisor');
    await expect(caller.call('sources.add', withLogin)).rejects.toEqual(code('access.denied'));
    await expect(caller.call('register.saveCamera', { id, revision, fields })).rejects.toEqual(
      code('access.denied'),
    );
    const users = async () => (await caller.call('logins.list', {})).logins.map(({ user }) => user);
    expect(await users()).toEqual([null]);
    await become(caller, 'technician');
    expect(await users()).toEqual(['xem']);
    await caller.call('sources.add', withLogin);
    expect(await users()).toEqual(['khác']);
  });

  it('leaves sites that are held, or of another area, out of an exported register', async () => {
    const { page } = await start();
    const caller = page();
    await signIn(caller);
    await saveSite(caller, 'Khu A', 'Tỉnh An Hoà');
    await saveSite(caller, 'Doanh trại', 'Tỉnh An Hoà', true);
    await saveSite(caller, 'Khu C', 'Tỉnh Sông Vàng');
    expect(await exported(caller)).toEqual(['Khu A', 'Khu C']);
    await become(caller, 'supervisor', anHoa);
    expect(await exported(caller)).toEqual(['Khu A']);
    await become(caller, 'supervisor', { ...anHoa, provinces: ['Tỉnh Khác'] });
    await expect(exported(caller)).rejects.toEqual(code('access.scope'));
    await become(caller, 'health');
    await expect(exported(caller)).rejects.toEqual(code('access.denied'));
  });

  it('takes over no file that reaches beyond the area', async () => {
    const { page } = await start();
    const caller = page();
    await become(caller, 'supervisor', anHoa);
    const plan = async (text: string) => {
      const bytes = Buffer.from(text);
      const { uploadId } = await caller.call('imports.upload', {
        uploadId: null,
        fileName: 'a.csv',
        offset: 0,
        size: bytes.length,
        base64: bytes.toString('base64'),
      });
      const { planId } = await caller.call('imports.preview', {
        uploadId,
        sheet: null,
        mapping: null,
      });
      return caller.call('imports.run', { planId, leaveOutErrors: false });
    };
    const head = 'Tên cơ sở,Tỉnh,Tên camera,Địa chỉ RTSP\n';
    const inside = 'Khu A,Tỉnh An Hoà,Cổng,rtsp://192.0.2.7/1\n';
    const outside = 'Khu C,Tỉnh Sông Vàng,Cổng,rtsp://192.0.2.8/1\n';
    await expect(plan(head + inside + outside)).rejects.toEqual(code('access.scope'));
    expect((await caller.call('register.tree', {})).sites).toEqual([]);
    expect(await plan(head + inside)).toMatchObject({ outcome: 'done' });
    expect((await caller.call('register.tree', {})).sites).toHaveLength(1);
  });
});
