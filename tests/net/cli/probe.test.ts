import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { type GstServer, startGstServer } from '../../support/gst-server.ts';

const password = 'Bí-mật:@/#%7';
let server: GstServer;

beforeAll(async () => {
  server = await startGstServer({
    login: { method: 'digest', user: 'kỹ thuật', password },
    mounts: [
      { path: '/main', video: 'h264', audio: 'pcma', width: 320, height: 180, fps: 10, gop: 10 },
      { path: '/vp8', video: 'vp8', width: 160, height: 120, fps: 5 },
    ],
  });
});
afterAll(() => server.close());

test('a stream is described with all its figures, the password from standard input', async () => {
  const { code, stdout } = await runCommand(
    [
      'probe',
      server.url('/main'),
      '--user',
      'kỹ thuật',
      '--password-stdin',
      '--transport',
      'tcp',
      '--seconds',
      '4',
      '--json',
    ],
    { input: `${password}\n` },
  );
  expect(code).toBe(0);
  const [result] = JSON.parse(stdout);
  expect(result).toMatchObject({
    url: server.url('/main'),
    ok: true,
    error: null,
    transport: 'tcp',
    auth: 'digest-md5',
    video: { codec: 'h264', width: 320, height: 180 },
    audio: { codec: 'pcma', rate: 8000 },
    rtp: { lost: 0 },
  });
  expect(result.video.fps).toBeGreaterThan(8);
  expect(result.video.fps).toBeLessThan(12);
  expect(result.video.gopSeconds).toBeCloseTo(1, 0);
  expect(result.video.kbps).toBeGreaterThan(10);
  expect(result.rtp.packets).toBeGreaterThan(20);
  expect(result.timing.connectMs).toBeLessThanOrEqual(result.timing.firstPacketMs);
  expect(result.timing.firstPacketMs).toBeLessThanOrEqual(result.timing.firstKeyframeMs);
  expect(Math.abs(result.clock.offsetMs)).toBeLessThan(2000);
});

test('every kind of failure has its exit code, its words and its hint; no secret is printed', async () => {
  const cases: [string[], number, string][] = [
    [[server.url('/main').replace('://', `://sai:${password}@`)], 4, 'rtsp.unauthorized'],
    [['rtsp://127.0.0.1:1/x'], 3, 'net.refused'],
    [
      [
        server
          .url('/none')
          .replace('://', `://k%E1%BB%B9%20thu%E1%BA%ADt:${encodeURIComponent(password)}@`),
      ],
      5,
      'rtsp.not-found',
    ],
    [
      [
        server
          .url('/vp8')
          .replace('://', `://k%E1%BB%B9%20thu%E1%BA%ADt:${encodeURIComponent(password)}@`),
      ],
      5,
      'media.unsupported-codec',
    ],
    [['http://192.0.2.1/'], 2, 'input.url'],
  ];
  for (const [urls, wanted, code] of cases) {
    const done = await runCommand(['probe', ...urls, '--seconds', '2', '--json']);
    expect(done.code, code).toBe(wanted);
    const [result] = JSON.parse(done.stdout);
    expect(result.ok).toBe(false);
    expect(result.error.code).toBe(code);
    expect(result.error.message.length).toBeGreaterThan(10);
    expect(result.error.hint.length).toBeGreaterThan(10);
    expect(done.stdout + done.stderr).not.toContain(password);
    expect(done.stdout + done.stderr).not.toContain('Bí-mật');
  }
});

test('quirk 5: a device that refused a login is not asked again for its other streams', async () => {
  const urls = ['/main', '/vp8', '/third'].map((path) =>
    server.url(path).replace('://', '://sai:sai@'),
  );
  const done = await runCommand(['probe', ...urls, '--seconds', '2', '--json']);
  expect(done.code).toBe(4);
  const results = JSON.parse(done.stdout);
  expect(results.map((result: { error: { code: string } }) => result.error.code)).toEqual(
    Array(3).fill('rtsp.unauthorized'),
  );
  // The path that does not exist would have been answered with 404 had it been asked.
  expect(results.map((result: { url: string }) => result.url)).toEqual(
    ['/main', '/vp8', '/third'].map((path) => server.url(path)),
  );
});

test('usage errors end with 2 and name what is wrong, in both languages', async () => {
  for (const [args, words] of [
    [['probe'], /thiếu tham số/],
    [['probe', 'rtsp://a', '--seconds', '0'], /từ 1 đến 600/],
    [['probe', 'rtsp://a', '--transport', 'tin', '--lang', 'en'], /transport is auto/],
    [['wall', '--demo', '--layout', '3x4'], /3x4/],
    [['wall'], /--source/],
    [['khong-co'], /khong-co/],
  ] as const) {
    const done = await runCommand(args);
    expect(done.code, args.join(' ')).toBe(2);
    expect(done.stderr).toMatch(words);
  }
});
