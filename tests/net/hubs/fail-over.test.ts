import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Camera } from '../../../src/contract/schemas.ts';
import { type RtspServer, startRtspServer } from '../../../src/demo/rtsp-server.ts';
import { CameraBook } from '../../../src/host/camera-book.ts';
import { createHubRoom, type HubRoom } from '../../../src/host/hub-calls.ts';
import { feedRegister } from '../../../src/host/register-feed.ts';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import { FakeHub, mediamtxPages } from '../../support/fake-hub-api.ts';
import { freeHand } from '../../support/free-hand.ts';

const clip = fileURLToPath(new URL('../../fixtures/codec/in-order.h264', import.meta.url));
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The simulator's RTSP server stands for the hub and for the site behind it. */
async function rtspServer(path: string, port = 0): Promise<RtspServer> {
  const server = await startRtspServer({ port });
  await server.addClip(path, clip, { codec: 'h264', fps: 10, width: 320, height: 240 });
  let isOpen = true;
  const close = server.close.bind(server);
  server.close = async () => {
    if (isOpen) await close();
    isOpen = false;
  };
  open.push(() => server.close());
  return server;
}

function core() {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(database);
  const register = openRegister({ database, log: silentLog });
  const supervisor = createSupervisor({ open: openRtsp, log: silentLog });
  const secrets = new Map<string, Credential>();
  const heard: Camera[][] = [];
  let room: HubRoom | null = null;
  const book = new CameraBook(
    {
      login: async (camera) => (await room?.login(camera)) ?? null,
      route: (camera) => room?.route(camera) ?? null,
      fingerprint: () => null,
      lastTransport: () => 'tcp',
      rememberTransport: () => {},
    },
    [],
  );
  const broadcast = (name: string, value: unknown) => {
    if (name === 'cameras.changed') heard.push(value as Camera[]);
  };
  open.push(feedRegister({ register, book, supervisor, broadcast }));
  room = createHubRoom({
    database,
    register,
    vault: {
      get: async (account) => secrets.get(account) ?? null,
      set: async (account, credential) => {
        secrets.set(account, credential);
        return 'memory';
      },
      delete: async (account) => void secrets.delete(account),
    },
    supervisor,
    book,
    who: 'trực ban',
    operators: freeHand,
    fingerprint: () => null,
    accountOf: (id) => `camera/${id}`,
    broadcast,
    log: silentLog,
    tuning: {
      healthEveryMs: 200,
      route: { failAfterMs: 1500, returnAfterMs: 1500, everyMs: 100 },
      tools: { timeoutMs: 1000 },
    },
  });
  open.push(() => supervisor.close());
  open.push(() => room?.close());
  return { register, supervisor, book, handlers: room.handlers, heard };
}

describe('a camera that is reached by its hub and directly', () => {
  it('is shown directly while the hub is away, says so, and returns', async () => {
    const site = await rtspServer('/gate');
    let hub = await rtspServer('/gate');
    const { port } = hub;
    const api = await FakeHub.start();
    open.push(() => api.close());
    api.answers.set('/v3/paths/list', mediamtxPages([{ name: 'gate' }]));
    api.answers.set(
      '/v3/config/paths/list',
      mediamtxPages([{ name: 'gate', source: site.url('/gate') }]),
    );
    api.answers.set('/v3/config/global/get', { rtspAddress: `:${port}` });
    const { handlers, supervisor, book, heard } = core();

    const { hubId } = await handlers['hubs.add']({
      name: 'Tỉnh',
      kind: 'mediamtx',
      address: api.address,
    });
    const plan = await handlers['hubs.sync']({ hubId });
    expect(plan.added).toMatchObject([{ key: 'gate', address: `rtsp://127.0.0.1:${port}/gate` }]);
    await handlers['hubs.apply']({ planId: plan.planId });
    const [camera] = book.list();
    expect(camera?.route).toMatchObject({ via: 'hub', cause: null });

    const key = { cameraId: camera?.id ?? '', quality: 'main' as const };
    const reader = supervisor.read(key);
    open.push(() => reader.close());
    const phase = () => supervisor.state(key).phase;
    await expect.poll(phase, { timeout: 15_000 }).toBe('live');
    expect(hub.figures.sessions).toBe(1);
    expect(site.figures.sessions).toBe(0);

    // The hub loses its power: neither its streams nor its interface answer.
    api.status = 503;
    await hub.close();
    const via = () => book.list()[0]?.route?.via;
    await expect.poll(via, { timeout: 15_000 }).toBe('direct');
    expect(book.list()[0]?.route?.cause?.code).toMatch(/^net\./);
    expect(book.list()[0]?.address).toBe(site.url('/gate'));
    await expect.poll(() => site.figures.sessions, { timeout: 15_000 }).toBe(1);
    await expect.poll(phase, { timeout: 15_000 }).toBe('live');
    expect((await handlers['hubs.list']({}))[0]).toMatchObject({
      direct: 1,
      health: { state: 'away' },
    });
    expect(heard.at(-1)?.[0]?.route?.via).toBe('direct');

    api.status = 200;
    hub = await rtspServer('/gate', port);
    await expect.poll(via, { timeout: 15_000 }).toBe('hub');
    await expect.poll(() => hub.figures.sessions, { timeout: 15_000 }).toBe(1);
    await expect.poll(phase, { timeout: 15_000 }).toBe('live');
    await expect.poll(() => site.figures.sessions, { timeout: 15_000 }).toBe(0);
  });

  it('logs in to the hub with the login of the hub, and never shows it to the site', async () => {
    const login = { user: 'xem', password: 'dấu-mật-hub', realm: 'hub', digest: 'md5' as const };
    const hub = await startRtspServer();
    open.push(() => hub.close());
    await hub.addClip('/gate', clip, { codec: 'h264', fps: 10, width: 320, height: 240 }, login);
    const api = await FakeHub.start();
    open.push(() => api.close());
    api.answers.set('/v3/paths/list', mediamtxPages([{ name: 'gate' }]));
    api.answers.set('/v3/config/global/get', { rtspAddress: `:${hub.port}` });
    const { handlers, supervisor, book, register } = core();
    const { user, password } = login;
    const { hubId } = await handlers['hubs.add']({
      name: 'Tỉnh',
      kind: 'mediamtx',
      address: api.address.replace('http://', `http://${user}:${encodeURIComponent(password)}@`),
    });
    const { planId } = await handlers['hubs.sync']({ hubId });
    await handlers['hubs.apply']({ planId });
    const key = { cameraId: book.list()[0]?.id ?? '', quality: 'main' as const };
    const reader = supervisor.read(key);
    open.push(() => reader.close());
    await expect.poll(() => supervisor.state(key).phase, { timeout: 15_000 }).toBe('live');
    const shown = JSON.stringify([
      await handlers['hubs.list']({}),
      book.list(),
      [...register.cameras()],
      register.hubs(),
    ]);
    expect(shown).not.toContain('dấu-mật');
    expect(shown).not.toContain('%E1');
  });
});

describe('a plan', () => {
  it('is refused when the register changed since, and nothing is written', async () => {
    const api = await FakeHub.start();
    open.push(() => api.close());
    api.answers.set('/v3/paths/list', mediamtxPages([{ name: 'gate' }]));
    const { handlers, register } = core();
    const { hubId } = await handlers['hubs.add']({
      name: 'Tỉnh',
      kind: 'mediamtx',
      address: api.address,
    });
    const { planId } = await handlers['hubs.sync']({ hubId });
    register.saveSite({ id: null, revision: null, who: 'khác', fields: { name: 'Trường mới' } });
    await expect(handlers['hubs.apply']({ planId })).rejects.toMatchObject({
      code: 'input.conflict',
    });
    expect([...register.cameras()]).toEqual([]);
  });

  it('of a hub that was removed leaves its cameras in the register, marked', async () => {
    const api = await FakeHub.start();
    open.push(() => api.close());
    api.answers.set('/v3/paths/list', mediamtxPages([{ name: 'gate' }]));
    const { handlers, register } = core();
    const { hubId } = await handlers['hubs.add']({
      name: 'Tỉnh',
      kind: 'mediamtx',
      address: api.address,
    });
    const { planId } = await handlers['hubs.sync']({ hubId });
    await handlers['hubs.apply']({ planId });
    await handlers['hubs.remove']({ hubId });
    expect([...register.cameras()]).toMatchObject([{ originKey: 'gate', gone: true }]);
    expect(await handlers['hubs.list']({})).toEqual([]);
    await expect(handlers['hubs.sync']({ hubId })).rejects.toMatchObject({ code: 'input.unknown' });
  });
});
