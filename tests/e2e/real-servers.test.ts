import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningWall } from '../../src/cli/wall-run.ts';
import { createCaller } from '../../src/contract/call.ts';
import type { TransportChoice } from '../../src/rtsp/session.types.ts';
import { cameraFromUrl } from '../../src/sites/camera-url.ts';
import type { SiteCamera } from '../../src/sites/site-camera.types.ts';
import {
  type GstServer,
  makeCertificate,
  startGstServer,
  type TestCertificate,
} from '../support/gst-server.ts';
import { memoryWires } from '../support/memory-wire.ts';
import { everyLook, looks, pixelsOf, startTestWall, until } from '../support/running-wall.ts';
import { signIn } from '../support/signed-in.ts';

/** Middles of the seven bars of SMPTE EG 1, and what each channel of 75 % bars is: dark or bright. */
const bars: readonly (readonly [number, number])[] = Array.from({ length: 7 }, (_, bar) => [
  (bar + 0.5) / 7,
  0.3,
]);
const colours = ['111', '110', '011', '010', '101', '100', '001'];

const shape = { width: 320, height: 180, fps: 10, pattern: 'smpte', kbps: 200 } as const;
const servers: GstServer[] = [];
const cameras: SiteCamera[] = [];
let certificate: TestCertificate;
let wall: RunningWall;

function add(name: string, url: string, transport: TransportChoice, login = ''): void {
  cameras.push(
    cameraFromUrl(login ? url.replace('://', `://${login}@`) : url, { name, transport }),
  );
}

beforeAll(async () => {
  certificate = makeCertificate();
  const open = await startGstServer({
    mounts: [
      { path: '/h264', video: 'h264', ...shape },
      { path: '/sprop', video: 'h264-sprop', ...shape },
      { path: '/h265', video: 'h265', ...shape },
      { path: '/mjpeg', video: 'mjpeg', ...shape },
      { path: '/aac', video: 'h264', audio: 'aac', ...shape },
      { path: '/pcmu', video: 'h264', audio: 'pcmu', ...shape },
      { path: '/udp-only', video: 'h264', protocols: ['udp'], ...shape },
      { path: '/tcp-only', video: 'h264', protocols: ['tcp'], ...shape },
    ],
  });
  const digest = await startGstServer({
    login: { method: 'digest', user: 'admin', password: 'mật khẩu:@/#%', realm: 'Cổng, số 1' },
    mounts: [
      { path: '/h264', video: 'h264', ...shape },
      { path: '/udp', video: 'h264', audio: 'pcma', ...shape },
      { path: '/mjpeg', video: 'mjpeg', ...shape },
    ],
  });
  const basic = await startGstServer({
    login: { method: 'basic', user: 'xem', password: 'doc' },
    mounts: [{ path: '/h264', video: 'h264', ...shape }],
  });
  const secure = await startGstServer({
    tls: certificate,
    mounts: [
      { path: '/h264', video: 'h264', ...shape },
      { path: '/h265', video: 'h265', ...shape },
    ],
  });
  servers.push(open, digest, basic, secure);

  const password = encodeURIComponent('mật khẩu:@/#%');
  for (const path of ['h264', 'sprop', 'h265', 'mjpeg', 'aac', 'pcmu'])
    add(path, open.url(`/${path}`), 'tcp');
  add('UDP only', open.url('/udp-only'), 'auto');
  add('TCP only', open.url('/tcp-only'), 'auto');
  add('UDP asked', open.url('/h264?udp'), 'udp');
  add('HTTP tunnel', open.url('/h264?http'), 'http');
  add('digest', digest.url('/h264'), 'auto', `admin:${password}`);
  add('digest over UDP', digest.url('/udp'), 'udp', `admin:${password}`);
  add('digest mjpeg', digest.url('/mjpeg'), 'tcp', `admin:${password}`);
  add('basic', basic.url('/h264'), 'auto', 'xem:doc');
  add('TLS', secure.url('/h264'), 'auto');
  add('TLS h265', secure.url('/h265'), 'auto');
  wall = await startTestWall(cameras, '16');
}, 120_000);

afterAll(async () => {
  await wall?.close();
  await Promise.all(servers.map((server) => server.close()));
  certificate?.remove();
});

describe('a wall of 16 streams of gst-rtsp-server in real Chromium', () => {
  test('an unknown certificate is refused and shown by its fingerprint, then trusted by a person', async () => {
    const tls = cameras.slice(-2);
    await until(
      'refused',
      () => tls.every(({ id }) => looks(wall).get(id)?.cause?.code === 'tls.untrusted'),
      60,
      () => [...looks(wall)],
    );
    const [page, core] = memoryWires();
    wall.host.attachControl(core);
    const caller = createCaller(page);
    await signIn(caller);
    for (const { id } of tls) {
      expect(looks(wall).get(id)?.cause?.params?.fingerprint).toBe(certificate.fingerprint);
      await caller.call('sources.trust', { cameraId: id, fingerprint: certificate.fingerprint });
    }
    caller.close();
    await until(
      'live after trust',
      () => everyLook(wall, tls, 'live'),
      60,
      () => [...looks(wall)],
    );
  });

  test('every codec, transport and login becomes live', async () => {
    await until(
      'all live',
      () => everyLook(wall, cameras, 'live'),
      90,
      () => [...looks(wall)],
    );
  });

  test.each(Array.from({ length: 16 }, (_, index) => index))(
    'tile %i shows the colour bars',
    async (index) => {
      const camera = cameras[index] as SiteCamera;
      await until(
        `bars of ${camera.name}`,
        async () => {
          const seen = await pixelsOf(wall, camera.id, bars);
          const bright = seen?.map((pixel) =>
            pixel.map((value) => (value > 90 ? '1' : '0')).join(''),
          );
          return bright?.join() === colours.join();
        },
        30,
        () => looks(wall).get(camera.id),
      );
    },
  );

  test('a server that is killed greys its tiles only, and they come back with it', async () => {
    const [open, ...others] = servers as [GstServer, ...GstServer[]];
    const lost = cameras.slice(0, 10);
    const kept = cameras.slice(10);
    process.kill(open.pid, 'SIGKILL');
    await until(
      'stale',
      () => lost.every(({ id }) => looks(wall).get(id)?.look === 'stale'),
      15,
      () => [...looks(wall)],
    );
    expect(everyLook(wall, kept, 'live')).toBe(true);
    const ages = (await wall.kiosk.evaluate(
      `[...document.querySelectorAll('[data-look=stale]')].map((tile) => tile.textContent)`,
    )) as string[];
    expect(ages.length).toBe(10);
    for (const text of ages) expect(text).toMatch(/giây trước/);
    servers[0] = await startGstServer({
      port: open.port,
      mounts: ['h264', 'sprop', 'h265', 'mjpeg', 'aac', 'pcmu', 'udp-only', 'tcp-only'].map(
        (name) => ({
          path: `/${name}`,
          video: name === 'h265' || name === 'mjpeg' ? name : 'h264',
          ...shape,
        }),
      ),
    });
    await until(
      'live again',
      () => everyLook(wall, cameras, 'live'),
      60,
      () => [...looks(wall)],
    );
    expect(others.length).toBe(3);
  });
});
