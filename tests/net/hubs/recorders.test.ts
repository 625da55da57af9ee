import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { DiscoveredDevice, HubKind } from '../../../src/contract/hub-schemas.ts';
import { startRtspServer } from '../../../src/demo/rtsp-server.ts';
import { adoptDevices } from '../../../src/discovery/adopt.ts';
import { createAdapter } from '../../../src/hubs/create-adapter.ts';
import type { HubAdapter } from '../../../src/hubs/hub-adapter.types.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { hubTools } from '../../support/hub-tools.ts';
import { soapPeer } from '../../support/onvif-connection.ts';
import { registerInMemory } from '../../support/register-of.ts';
import { fault, type SoapPeer, servicesAnswer } from '../../support/soap-peer.ts';

const clip = fileURLToPath(new URL('../../fixtures/codec/in-order.h264', import.meta.url));
const shape = { codec: 'h264', fps: 10, width: 320, height: 240 } as const;
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function adapter(
  kind: HubKind,
  address: string,
  credential: Credential | null = null,
  channels = 1,
): HubAdapter {
  const made = createAdapter({ kind, address, rtspAddress: '', channels }, credential, hubTools);
  open.push(() => made.close());
  return made;
}

const profile = (token: string, source: string, width: number, height: number) =>
  `<trt:Profiles token="${token}"><tt:Name>Kênh ${source} ${token}</tt:Name>` +
  `<tt:VideoSourceConfiguration token="C${source}"><tt:SourceToken>${source}</tt:SourceToken></tt:VideoSourceConfiguration>` +
  `<tt:VideoEncoderConfiguration token="E${token}"><tt:Encoding>H264</tt:Encoding>` +
  `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>`;

/** A recorder with two channels, each with a large and a small stream. */
async function recorder(): Promise<SoapPeer> {
  const peer = await soapPeer({ login: 'wsse' });
  const profiles = [
    profile('000', '00', 1920, 1080),
    profile('001', '00', 640, 360),
    profile('010', '01', 1280, 720),
    profile('011', '01', 320, 240),
  ];
  return peer
    .on('GetServices', (_call, of) =>
      servicesAnswer(of.advertised, ['ver10/device', 'ver10/media']),
    )
    .on('GetScopes', () => '<tds:GetScopesResponse/>')
    .on(
      'GetProfiles',
      () => `<trt:GetProfilesResponse>${profiles.join('')}</trt:GetProfilesResponse>`,
    )
    .on('GetStreamUri', ({ body }) => {
      const token = /ProfileToken[^>]*>([^<]+)</.exec(body)?.[1] ?? '';
      return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://admin:secret@127.0.0.1:554/${token}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
    });
}

describe('a recorder by ONVIF', () => {
  it('has one camera for each video source, its profiles paired by size', async () => {
    const peer = await recorder();
    const { cameras, version } = await adapter('onvif', peer.origin, peer.credential).list();
    expect(version).toContain('Trúc Xanh');
    expect(cameras.map(({ key, url, subUrl }) => [key, url, subUrl])).toEqual([
      ['00', 'rtsp://127.0.0.1:554/000', 'rtsp://127.0.0.1:554/001'],
      ['01', 'rtsp://127.0.0.1:554/010', 'rtsp://127.0.0.1:554/011'],
    ]);
    expect(cameras[0]?.device).toMatchObject({
      kind: 'recorder',
      serial: '404705923918060213',
      firmware: '5.10',
      port: peer.port,
    });
    expect(JSON.stringify(cameras)).not.toContain('secret');
  });

  it('is listed without the channel that faults, whatever the fault', async () => {
    const peer = await recorder();
    const before = peer.handlers['GetStreamUri']!;
    for (const subcode of ['InvalidArgVal', 'OperationProhibited', 'MaxNumberOfConnections']) {
      peer.on('GetStreamUri', (call, of) =>
        call.body.includes('>00') ? fault(subcode, 'channel is empty') : before(call, of),
      );
      const made = adapter('onvif', peer.origin, peer.credential);
      const { cameras } = await made.list();
      expect(cameras.map(({ key }) => key)).toEqual(['01']);
    }
  });

  it('quirk 13: a clock that is off is no refused login, and is well once it was put right', async () => {
    const peer = await recorder();
    // It tells one time and judges by another: no measuring helps.
    let lie = 3_600_000;
    const told = peer.handlers['GetSystemDateAndTime']!;
    peer.on('GetSystemDateAndTime', (call, of) => {
      of.clockOffsetMs -= lie;
      const answer = told(call, of);
      of.clockOffsetMs += lie;
      return answer;
    });
    peer.front = ({ token }) =>
      token && !token.right
        ? fault('FailedAuthentication', 'The timestamp of the token is outside the allowed time')
        : null;
    const made = adapter('onvif', peer.origin, peer.credential);
    await expect(made.list()).rejects.toMatchObject({ code: 'onvif.clock' });
    expect(made.refused).toBeNull();
    const asked = () => peer.calls.filter(({ token }) => token !== null).length;
    const before = asked();
    // Being looked at every half minute sends no login while the clock is as it was.
    await expect(made.health()).rejects.toMatchObject({ code: 'onvif.clock' });
    await expect(made.health()).rejects.toMatchObject({ code: 'onvif.clock' });
    expect(asked()).toBe(before);
    lie = 0;
    await made.health();
    expect((await made.list()).cameras).toHaveLength(2);
  });

  it('is not asked again once it refused the login', async () => {
    const peer = await recorder();
    const made = adapter('onvif', peer.origin, { user: 'x', password: 'sai' });
    await expect(made.list()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    const { badLogins } = peer;
    await expect(made.list()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    await expect(made.health()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    expect(peer.badLogins).toBe(badLogins);
  });
});

describe('a recorder by the URL convention of its maker', () => {
  it('is tried channel by channel, one connection at a time; empty channels are left out', async () => {
    const server = await startRtspServer();
    open.push(() => server.close());
    for (const path of ['101', '102', '301']) {
      await server.addClip(`/Streaming/Channels/${path}`, clip, shape);
    }
    const { cameras } = await adapter('hikvision', `127.0.0.1:${server.port}`, null, 4).list();
    const base = `rtsp://127.0.0.1:${server.port}/Streaming/Channels`;
    expect(cameras.map(({ key, url, subUrl }) => [key, url, subUrl])).toEqual([
      ['ch1', `${base}/101`, `${base}/102`],
      ['ch3', `${base}/301`, null],
    ]);
    expect(server.figures.sessions).toBe(0);
  });

  it('that refuses the login is tried once, not once for each channel', async () => {
    const server = await startRtspServer();
    open.push(() => server.close());
    const login = { user: 'admin', password: 'đúng', realm: 'r', digest: 'md5' as const };
    for (let channel = 1; channel <= 4; channel++) {
      await server.addClip(`/Streaming/Channels/${channel}01`, clip, shape, login);
    }
    let opened = 0;
    const made = createAdapter(
      { kind: 'hikvision', address: `127.0.0.1:${server.port}`, rtspAddress: '', channels: 4 },
      { user: 'admin', password: 'sai' },
      {
        ...hubTools,
        openRtsp: (options) => {
          opened++;
          return hubTools.openRtsp(options);
        },
      },
    );
    await expect(made.list()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    await expect(made.list()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    expect(opened).toBe(1);
    expect(made.refused?.code).toBe('rtsp.unauthorized');
  });

  it('is well while RTSP is answered there, whatever to', async () => {
    const server = await startRtspServer();
    const made = adapter('dahua', `127.0.0.1:${server.port}`);
    await made.health();
    await server.close();
    await expect(made.health()).rejects.toMatchObject({ code: 'net.refused' });
  });
});

describe('an inventory file as a hub', () => {
  it('is read anew each time, its logins apart from its addresses', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vonggac-hub-'));
    open.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'cameras.json');
    await writeFile(
      file,
      JSON.stringify([{ name: 'Cổng', url: 'rtsp://u:p@10.0.0.1/1', site: 'Trường A' }]),
    );
    const made = adapter('file', file);
    const { cameras } = await made.list();
    expect(cameras).toMatchObject([
      {
        name: 'Cổng',
        url: 'rtsp://10.0.0.1/1',
        site: { name: 'Trường A' },
        credential: { user: 'u', password: 'p' },
      },
    ]);
    await rm(file);
    await expect(made.health()).rejects.toMatchObject({ code: 'input.inventory' });
  });
});

describe('found devices', () => {
  const found = (id: string, more: Partial<DiscoveredDevice>): DiscoveredDevice => ({
    id,
    address: '127.0.0.1',
    name: '',
    hardware: '',
    location: '',
    onvifUrl: null,
    rtspPort: null,
    server: '',
    openPorts: [],
    mac: '',
    endpoint: '',
    clockOffsetMs: null,
    foreign: false,
    foundBy: ['sweep'],
    deviceId: null,
    ...more,
  });

  it('are taken into the register with their cameras, in one change, by one login each', async () => {
    const peer = await recorder();
    const locked = await soapPeer({ login: 'wsse', password: 'khác' });
    locked.on('GetProfiles', () => '<trt:GetProfilesResponse/>');
    const register = registerInMemory();
    const kept: string[] = [];
    const { user, password } = peer.credential;
    const outcome = await adoptDevices(
      {
        jobId: 'j',
        deviceIds: ['a', 'b', 'c'],
        site: { name: 'Trường A', province: 'Tỉnh An Hải', district: '' },
        user,
        password,
      },
      [
        found('a', { onvifUrl: `${peer.origin}/onvif/device_service`, name: 'Đầu ghi' }),
        found('b', { onvifUrl: `${locked.origin}/onvif/device_service`, address: '127.0.0.2' }),
        found('c', { rtspPort: 554, address: '127.0.0.3' }),
      ],
      {
        register,
        tools: hubTools,
        who: 'kỹ thuật',
        keepLogin: async (device, ids) => void kept.push(device, ...ids),
      },
    );
    expect(outcome).toMatchObject({
      added: 2,
      devices: [
        { deviceId: 'a', cameras: 2, cause: null },
        { deviceId: 'b', cameras: 0, cause: { code: 'rtsp.unauthorized' } },
        { deviceId: 'c', cameras: 0, cause: null },
      ],
    });
    expect(locked.badLogins).toBeLessThanOrEqual(1);
    expect([...register.devices()].map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'camera 127.0.0.2',
      'camera 127.0.0.3',
      'recorder Đầu ghi',
    ]);
    const cameras = [...register.cameras()];
    expect(kept[0]).toBe('127.0.0.1:554');
    expect(kept.slice(1).sort()).toEqual(cameras.map(({ id }) => id).sort());
    register.undo('kỹ thuật', outcome.changeId ?? undefined);
    expect([...register.sites()]).toEqual([]);
  });
});
