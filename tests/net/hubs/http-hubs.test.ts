import { afterEach, describe, expect, it } from 'vitest';
import type { HubKind } from '../../../src/contract/hub-schemas.ts';
import { createAdapter } from '../../../src/hubs/create-adapter.ts';
import type { HubAdapter, HubTools } from '../../../src/hubs/hub-adapter.types.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { FakeHub, type FakeHubOptions, mediamtxPages } from '../../support/fake-hub-api.ts';
import { hubTools } from '../../support/hub-tools.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function fake(options?: FakeHubOptions): Promise<FakeHub> {
  const hub = await FakeHub.start(options);
  open.push(hub);
  return hub;
}

function adapter(
  kind: HubKind,
  hub: FakeHub,
  credential: Credential | null = null,
  more: { rtspAddress?: string; tools?: Partial<HubTools> } = {},
): HubAdapter {
  const { rtspAddress = '', tools = {} } = more;
  const way = { kind, address: hub.address, rtspAddress, channels: 1 };
  const made = createAdapter(way, credential, { ...hubTools, ...tools });
  open.push(made);
  return made;
}

/** As the documents of MediaMTX show a path. */
const path = (name: string) => ({
  name,
  confName: name,
  source: { type: 'rtspSource', id: '' },
  ready: true,
  readyTime: '2021-06-25T08:00:00Z',
  tracks: ['H264'],
  bytesReceived: 10,
  bytesSent: 10,
  readers: [],
});

describe('MediaMTX', () => {
  it('is read page by page, with the RTSP port of its configuration', async () => {
    const hub = await fake();
    const names = Array.from({ length: 1203 }, (_, index) => `site-${index}/gate`);
    hub.answers.set('/v3/paths/list', mediamtxPages(names.map(path)));
    hub.answers.set('/v3/config/paths/list', mediamtxPages([]));
    hub.answers.set('/v3/config/global/get', { rtsp: true, rtspAddress: ':18554' });
    const { cameras } = await adapter('mediamtx', hub).list();
    expect(cameras).toHaveLength(1203);
    expect(cameras[1202]).toMatchObject({ key: 'site-1202/gate', subUrl: null });
    expect(cameras[0]?.url).toBe('rtsp://127.0.0.1:18554/site-0/gate');
  });

  it('pairs main and sub by name, lists paths on demand too, and leaves patterns out', async () => {
    const hub = await fake();
    hub.answers.set('/v3/paths/list', mediamtxPages([path('gate'), path('gate_sub')]));
    hub.answers.set(
      '/v3/config/paths/list',
      mediamtxPages([
        { name: 'gate', source: 'rtsp://nguoi:mat-khau@10.1.2.3:554/Streaming/Channels/101' },
        { name: 'gate_sub', source: 'publisher' },
        { name: 'Sân sau', source: 'rtsp://10.1.2.4/live', sourceOnDemand: true },
        { name: '~^all/.*$', source: 'publisher' },
        { name: 'all_others', source: 'publisher' },
      ]),
    );
    const { cameras } = await adapter('mediamtx', hub, null, { rtspAddress: ':9554' }).list();
    expect(cameras.map(({ key }) => key)).toEqual(['gate', 'Sân sau']);
    expect(cameras[0]).toMatchObject({
      url: 'rtsp://127.0.0.1:9554/gate',
      subUrl: 'rtsp://127.0.0.1:9554/gate_sub',
      // The way around the hub, and never the login that stood in it.
      directUrl: 'rtsp://10.1.2.3:554/Streaming/Channels/101',
    });
    expect(cameras[1]?.url).toBe('rtsp://127.0.0.1:9554/S%C3%A2n%20sau');
    expect(JSON.stringify(cameras)).not.toContain('mat-khau');
  });

  it('is listed even where the login may not read the configuration', async () => {
    const hub = await fake();
    hub.answers.set('/v3/paths/list', mediamtxPages([path('gate')]));
    const { cameras } = await adapter('mediamtx', hub).list();
    expect(cameras[0]?.url).toBe('rtsp://127.0.0.1:8554/gate');
  });

  it('is only ever read', async () => {
    const hub = await fake();
    hub.answers.set('/v3/paths/list', mediamtxPages([path('gate')]));
    const made = adapter('mediamtx', hub);
    await made.list();
    await made.health();
    expect(new Set(hub.asked.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('tells that its list is another one', async () => {
    const hub = await fake();
    let names = ['gate'];
    hub.answers.set('/v3/paths/list', (url: URL) => mediamtxPages(names.map(path))(url));
    const changed = new Promise<void>((resolve) => {
      open.push({ close: adapter('mediamtx', hub).watch?.(resolve) ?? (() => {}) });
    });
    await expect.poll(() => hub.asked.length, { timeout: 10_000 }).toBeGreaterThan(2);
    names = ['gate', 'yard'];
    await changed;
  });
});

describe('go2rtc', () => {
  it('is read with its RTSP port, its sources as ways around it', async () => {
    const hub = await fake();
    hub.answers.set('/api', {
      version: '1.9.13',
      rtsp: { listen: ':8555', default_query: 'video&audio' },
    });
    hub.answers.set('/api/streams', {
      corridor: {
        producers: [
          { url: 'ffmpeg:rtsp://u:p@10.0.0.9/cam/realmonitor?channel=1&subtype=0#video=copy' },
        ],
        consumers: null,
      },
      corridor_sub: { producers: [{ url: 'rtsp://127.0.0.1:8555/corridor' }] },
      printer: null,
    });
    const { cameras, version } = await adapter('go2rtc', hub).list();
    expect(version).toBe('go2rtc 1.9.13');
    expect(cameras).toMatchObject([
      {
        key: 'corridor',
        url: 'rtsp://127.0.0.1:8555/corridor',
        subUrl: 'rtsp://127.0.0.1:8555/corridor_sub',
        directUrl: 'rtsp://10.0.0.9/cam/realmonitor?channel=1&subtype=0',
        // It leads back to the hub itself: no way around it.
        directSubUrl: null,
      },
      { key: 'printer', directUrl: null },
    ]);
  });
});

describe('Frigate', () => {
  it('shows its cameras by their restream, by older and newer configurations', async () => {
    const hub = await fake();
    hub.answers.set('/api/version', '0.16.2-abc');
    const inputs = (address: string) => ({
      inputs: [
        { path: `rtsp://*:*@${address}/main`, roles: ['record'] },
        { path: `rtsp://*:*@${address}/sub`, roles: ['detect'] },
      ],
    });
    hub.answers.set('/api/config', {
      go2rtc: {
        streams: {
          front: ['rtsp://a:b@10.0.0.1/x'],
          front_sub: ['rtsp://a:b@10.0.0.1/y'],
          old: 'rtsp://10.0.0.2/z',
        },
      },
      cameras: {
        front: {
          enabled: true,
          friendly_name: 'Cổng chính',
          ffmpeg: inputs('10.0.0.1'),
          live: { streams: { Main: 'front', Sub: 'front_sub' } },
        },
        back: { enabled: true, ffmpeg: inputs('10.0.0.2'), live: { stream_name: 'old' } },
        plain: { enabled: true, ffmpeg: inputs('10.0.0.3'), live: {} },
        off: { enabled: false, ffmpeg: inputs('10.0.0.4') },
      },
    });
    const { cameras, version } = await adapter('frigate', hub).list();
    expect(version).toBe('Frigate 0.16.2-abc');
    expect(
      cameras.map(({ key, name, url, subUrl, directUrl }) => [key, name, url, subUrl, directUrl]),
    ).toEqual([
      [
        'front',
        'Cổng chính',
        'rtsp://127.0.0.1:8554/front',
        'rtsp://127.0.0.1:8554/front_sub',
        'rtsp://10.0.0.1/x',
      ],
      ['back', 'back', 'rtsp://127.0.0.1:8554/old', null, 'rtsp://10.0.0.2/z'],
      ['plain', 'plain', 'rtsp://10.0.0.3/main', 'rtsp://10.0.0.3/sub', null],
    ]);
  });
});

describe('a login to a hub', () => {
  it.each(['basic', 'digest'] as const)('is given by %s when the hub asks', async (login) => {
    const hub = await fake({ login, user: 'xem', password: 'mật:khẩu@#%' });
    hub.answers.set('/v3/paths/list', mediamtxPages([path('gate')]));
    const made = adapter('mediamtx', hub, { user: 'xem', password: 'mật:khẩu@#%' });
    expect((await made.list()).cameras).toHaveLength(1);
  });

  it('is taken by two questions at the same time, and refused to two only once', async () => {
    for (const login of ['basic', 'digest'] as const) {
      const hub = await fake({ login, user: 'xem', password: 'đúng' });
      hub.answers.set('/v3/paths/list', mediamtxPages([path('gate')]));
      const both = (password: string) => {
        const made = adapter('mediamtx', hub, { user: 'xem', password });
        return Promise.allSettled([made.health(), made.list()]);
      };
      expect((await both('đúng')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      hub.asked.length = 0;
      expect((await both('sai')).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(hub.asked.filter((one) => one.login)).toHaveLength(1);
    }
  });

  it('is a bearer token where no user is named', async () => {
    const hub = await fake({ login: 'bearer', password: 'abc.def' });
    hub.answers.set('/v3/paths/list', mediamtxPages([path('gate')]));
    expect(
      (await adapter('mediamtx', hub, { user: '', password: 'abc.def' }).list()).cameras,
    ).toHaveLength(1);
  });

  it.each(['basic', 'digest', 'bearer'] as const)(
    'that was refused (%s) is never sent again',
    async (login) => {
      const hub = await fake({ login, user: 'xem', password: 'đúng' });
      hub.answers.set('/v3/paths/list', mediamtxPages([]));
      const user = login === 'bearer' ? '' : 'xem';
      const made = adapter('mediamtx', hub, { user, password: 'sai' });
      await expect(made.list()).rejects.toMatchObject({ code: 'hub.refused' });
      await expect(made.list()).rejects.toMatchObject({ code: 'hub.refused' });
      await expect(made.health()).rejects.toMatchObject({ code: 'hub.refused' });
      expect(hub.asked.filter((one) => one.login)).toHaveLength(1);
      expect(made.refused?.code).toBe('hub.refused');
    },
  );

  it('is asked for where there is none', async () => {
    const hub = await fake({ login: 'basic', user: 'a', password: 'b' });
    await expect(adapter('go2rtc', hub).list()).rejects.toMatchObject({ code: 'hub.login-needed' });
  });
});

describe('a hostile or wrong hub', () => {
  it('that sends no end is cut off', async () => {
    const hub = await fake();
    hub.answers.set('/api', {});
    hub.answers.set('/api/streams', Buffer.alloc(20 * 1024 * 1024, 0x20));
    await expect(adapter('go2rtc', hub).list()).rejects.toMatchObject({ code: 'hub.overrun' });
  });

  it.each([
    ['<html>404</html>', 'a page'],
    ['{"items":[{"name":5}]}', 'another shape'],
    ['[]', 'a list'],
  ])('that sends %s is no hub (%s)', async (text) => {
    const hub = await fake();
    hub.answers.set('/v3/paths/list', text);
    await expect(adapter('mediamtx', hub).list()).rejects.toMatchObject({ code: 'hub.not-hub' });
  });

  it('that says nothing is given up in time', async () => {
    const hub = await fake();
    hub.silent = true;
    const made = adapter('frigate', hub, null, { tools: { timeoutMs: 200 } });
    await expect(made.list()).rejects.toMatchObject({ code: 'net.timeout' });
  });

  it('that is not there says so', async () => {
    const hub = await fake();
    await hub.close();
    await expect(adapter('go2rtc', hub).health()).rejects.toMatchObject({ code: 'net.refused' });
  });

  it('cannot put control characters or directions into a name', async () => {
    const hub = await fake();
    hub.answers.set('/v3/paths/list', mediamtxPages([path('cổng\u202e\n<script>')]));
    const { cameras } = await adapter('mediamtx', hub).list();
    expect(cameras[0]?.name).toBe('cổng <script>');
    expect(cameras[0]?.url).not.toMatch(/[\s<>]/);
  });
});
