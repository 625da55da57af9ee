import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { SoapPeer, servicesAnswer } from '../../support/soap-peer.ts';
import { startTinyRtspServer, type TinyServer } from '../../support/tiny-rtsp-server.ts';

const password = 'Bí-mật:@/#%7';
const login = ['--user', 'kỹ thuật', '--password-stdin', '--seconds', '2', '--json'];
let server: TinyServer;
let peer: SoapPeer;

beforeAll(async () => {
  const clip = encodeClip({
    codec: 'h264',
    source: 'testsrc2=size=640x360:rate=15',
    seconds: 2,
    fps: 15,
    gop: 15,
  });
  server = await startTinyRtspServer({ clip, fps: 15, login: `kỹ thuật:${password}` });
  peer = await new SoapPeer({ user: 'kỹ thuật', password, login: 'digest' }).listen();
  peer
    .on('GetServices', (_call, of) =>
      servicesAnswer(of.advertised, ['ver10/device', 'ver10/media']),
    )
    .on(
      'GetProfiles',
      () =>
        '<r><Profiles token="1e3"><Name>Chính</Name><VideoSourceConfiguration token="V"><SourceToken>VS</SourceToken></VideoSourceConfiguration><VideoEncoderConfiguration token="E"><Encoding>H264</Encoding><Resolution><Width>640</Width><Height>360</Height></Resolution></VideoEncoderConfiguration></Profiles></r>',
    )
    .on(
      'GetStreamUri',
      () => `<r><MediaUri><Uri>rtsp://127.0.0.1:${server.port}/1</Uri></MediaUri></r>`,
    );
});
afterAll(async () => {
  await peer.close();
  await server.close();
});

test('a device and a stream are surveyed as JSON, the password from standard input', async () => {
  const urls = [
    '--url',
    `${peer.origin}/onvif/device_service`,
    '--url',
    `rtsp://127.0.0.1:${server.port}/1`,
  ];
  const { code, stdout, stderr } = await runCommand(['survey', ...urls, ...login], {
    input: `${password}\n`,
  });
  expect(code).toBe(0);
  const [device, stream] = JSON.parse(stdout);
  expect(Object.keys(device)).toEqual([
    ...['address', 'ok', 'error', 'device', 'onvif', 'clock', 'profiles', 'pairs', 'ptz'],
    ...['recording', 'certificate', 'verdict', 'reasons'],
  ]);
  expect(device).toMatchObject({
    address: `${peer.origin}/onvif/device_service`,
    ok: true,
    error: null,
    device: { firmware: '5.10', serial: '404705923918060213' },
    onvif: { auth: 'digest-md5' },
    profiles: [{ token: '1e3', name: 'Chính', codec: 'h264', width: 640, height: 360 }],
    pairs: [{ main: '1e3', sub: null }],
    recording: null,
    verdict: 'usable',
  });
  expect(stream).toMatchObject({ ok: true, pairs: [{ main: 'main', sub: null }] });
  expect(stdout + stderr).not.toContain(password);
});

test('a refused login is exit code 4 and is tried once', async () => {
  const bad = server.badLogins;
  const urls = ['1', '2', '3'].flatMap((path) => [
    '--url',
    `rtsp://127.0.0.1:${server.port}/${path}`,
  ]);
  const { code, stdout } = await runCommand(['survey', ...urls, ...login], { input: 'sai\n' });
  expect(code).toBe(4);
  expect(server.badLogins).toBe(bad + 1);
  expect(JSON.parse(stdout)[2].reasons[0]).toMatchObject({
    code: 'login-stopped',
    weight: 'blocks',
  });
});

test('what cannot be reached is told in Vietnamese, exit code 3', async () => {
  const { code, stdout } = await runCommand(['survey', '--url', 'rtsp://127.0.0.1:9/x']);
  expect(code).toBe(3);
  expect(stdout).toContain('Không kết nối được');
  expect(stdout).toContain('→ Kiểm tra nguồn điện');
});

test('neither or both kinds of source is a usage error', async () => {
  expect((await runCommand(['survey'])).code).toBe(2);
  expect((await runCommand(['survey', '--all', '--url', 'rtsp://127.0.0.1:9/x'])).code).toBe(2);
  expect((await runCommand(['survey', '--url', 'http://['])).code).toBe(2);
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-survey-'));
  try {
    // An empty register has nothing to survey.
    expect((await runCommand(['survey', '--all', '--data', folder])).code).toBe(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
