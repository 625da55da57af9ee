import { afterEach, describe, expect, it } from 'vitest';
import { type Caller, createCaller } from '../../../src/contract/call.ts';
import { createHost } from '../../../src/host/create-host.ts';
import type { Host } from '../../../src/host/host.types.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { silentLog } from '../../../src/std/log.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { signInAt } from '../../support/signed-in.ts';
import { SoapPeer, servicesAnswer } from '../../support/soap-peer.ts';
import { startTinyRtspServer, type TinyServer } from '../../support/tiny-rtsp-server.ts';

const fps = 10;
const clip = encodeClip({
  codec: 'h264',
  source: `testsrc2=size=320x180:rate=${fps}`,
  seconds: 2,
  fps,
  gop: fps,
});
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const right: Credential = { user: 'admin', password: 'Mật-khẩu:@/#%1' };
const wrong: Credential = { user: 'admin', password: 'sai' };

/** One recorder: RTSP at one port, ONVIF at another, one lock-out for both. */
async function device(): Promise<{ rtsp: TinyServer; soap: SoapPeer; badLogins: () => number }> {
  const rtsp = await startTinyRtspServer({ clip, fps, login: `${right.user}:${right.password}` });
  undo.push(() => rtsp.close());
  const soap = await new SoapPeer({ login: 'wsse', ...right }).listen();
  undo.push(() => soap.close());
  const profile =
    '<trt:Profiles token="p1"><tt:Name>Cổng</tt:Name>' +
    '<tt:VideoSourceConfiguration token="c1"><tt:SourceToken>v1</tt:SourceToken></tt:VideoSourceConfiguration>' +
    '<tt:VideoEncoderConfiguration token="e1"><tt:Encoding>H264</tt:Encoding>' +
    '<tt:Resolution><tt:Width>320</tt:Width><tt:Height>180</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>';
  soap
    .on('GetServices', (_call, of) =>
      servicesAnswer(of.advertised, ['ver10/device', 'ver10/media']),
    )
    .on('GetScopes', () => '<tds:GetScopesResponse/>')
    .on('GetProfiles', () => `<trt:GetProfilesResponse>${profile}</trt:GetProfilesResponse>`)
    .on(
      'GetStreamUri',
      () =>
        `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://127.0.0.1:${rtsp.port}/gate</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`,
    );
  return { rtsp, soap, badLogins: () => rtsp.badLogins + soap.badLogins };
}

/** The core with one camera of that recorder, and a login that came with it. */
async function centre(
  { rtsp, soap }: Awaited<ReturnType<typeof device>>,
  credential: Credential,
): Promise<{ host: Host; caller: Caller; cameraId: string; show: () => void }> {
  const camera = {
    ...cameraFromUrl(`rtsp://127.0.0.1:${rtsp.port}/gate`, { name: 'Cổng' }),
    onvif: soap.origin,
    credential,
  };
  const host = await createHost({
    dataDir: null,
    shell: 'kiosk',
    language: 'vi',
    cameras: [camera],
    demo: false,
    wall: null,
    screens: 1,
    warnings: [],
    log: silentLog,
  });
  undo.push(() => host.close());
  await signInAt(host);
  const [core, page] = memoryWires();
  host.attachControl(core);
  return {
    host,
    caller: createCaller(page),
    cameraId: camera.id,
    show: () => {
      const reader = host.supervisor.read({ cameraId: camera.id, quality: 'main' });
      undo.push(() => reader.close());
    },
  };
}

const hubOf = ({ soap }: Awaited<ReturnType<typeof device>>, { user, password }: Credential) =>
  ({ kind: 'onvif', name: 'Đầu ghi', address: soap.origin, user, password }) as const;

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error) => String(error.code),
  );

async function surveyed(caller: Caller, cameraId: string): Promise<string> {
  await caller.call('survey.start', { cameraIds: [cameraId] });
  await expect
    .poll(async () => (await caller.call('survey.state', {}))?.endedAt ?? null, { timeout: 40_000 })
    .not.toBeNull();
  const { rows } = await caller.call('survey.rows', {
    jobId: null,
    verdict: null,
    siteId: null,
    offset: 0,
    limit: 10,
  });
  return rows[0]?.reasons[0]?.code ?? 'none';
}

describe('quirk 5: one wrong password, wanted everywhere', () => {
  it('costs the device one attempt, asks once, and a right one opens every door', async () => {
    const at = await device();
    const { host, caller, cameraId, show } = await centre(at, wrong);
    const { hubId } = await caller.call('hubs.add', hubOf(at, wrong));
    show();
    const [sync, reason] = await Promise.all([
      codeOf(caller.call('hubs.sync', { hubId })),
      surveyed(caller, cameraId),
    ]);
    const stream = () => host.supervisor.state({ cameraId, quality: 'main' });
    await expect.poll(() => stream().phase, { timeout: 20_000 }).toBe('refused');
    expect(sync).toBe('rtsp.unauthorized');
    expect(['login-refused', 'login-stopped']).toContain(reason);
    expect(at.badLogins()).toBe(1);

    await expect.poll(async () => (await caller.call('logins.list', {})).questions.length).toBe(1);
    // Whoever asks again is answered from what is known.
    expect(await codeOf(caller.call('hubs.sync', { hubId }))).toBe('rtsp.unauthorized');
    expect(await surveyed(caller, cameraId)).toBe('login-stopped');
    expect(at.badLogins()).toBe(1);

    await caller.call('sources.login', { cameraId, ...right });
    await expect.poll(() => stream().phase, { timeout: 20_000 }).toBe('live');
    expect(await codeOf(caller.call('hubs.sync', { hubId }))).toBe('ok');
    expect(await surveyed(caller, cameraId)).not.toMatch(/^login/);
    expect((await caller.call('logins.list', {})).questions).toEqual([]);
    expect(at.badLogins()).toBe(1);
  });

  it('refused by ONVIF is not shown to RTSP of that host', async () => {
    const at = await device();
    const { host, caller, cameraId, show } = await centre(at, wrong);
    const { hubId } = await caller.call('hubs.add', hubOf(at, wrong));
    expect(await codeOf(caller.call('hubs.sync', { hubId }))).toBe('rtsp.unauthorized');
    show();
    const stream = () => host.supervisor.state({ cameraId, quality: 'main' });
    await expect.poll(() => stream().phase, { timeout: 20_000 }).toBe('refused');
    expect([at.soap.badLogins, at.rtsp.badLogins]).toEqual([1, 0]);
  });

  it('of an account that ONVIF does not know leaves a good picture alone', async () => {
    const at = await device();
    at.soap.password = 'của riêng ONVIF';
    const { host, caller, cameraId, show } = await centre(at, right);
    show();
    const stream = () => host.supervisor.state({ cameraId, quality: 'main' });
    await expect.poll(() => stream().phase, { timeout: 20_000 }).toBe('live');
    const { hubId } = await caller.call('hubs.add', hubOf(at, right));
    expect(await codeOf(caller.call('hubs.sync', { hubId }))).toBe('rtsp.unauthorized');
    // The line drops: the login that RTSP took is taken again.
    at.rtsp.setLogin(`${right.user}:${right.password}`, true);
    await expect.poll(() => at.rtsp.plays.get('/gate'), { timeout: 20_000 }).toBe(2);
    await expect.poll(() => stream().phase, { timeout: 20_000 }).toBe('live');
  });

  it('typed at a tile is kept for the device, not for the camera alone', async () => {
    const at = await device();
    const { caller, cameraId } = await centre(at, wrong);
    await caller.call('sources.login', { cameraId, ...right });
    const { logins } = await caller.call('logins.list', {});
    expect(logins.map(({ scope, id, user }) => [scope, id, user])).toEqual([
      ['device', `127.0.0.1:${at.rtsp.port}`, right.user],
    ]);
  });
});
