import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { surveyWords } from '../../../src/reports/survey-words.ts';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../../src/std/log.ts';
import { rememberRefusals } from '../../../src/survey/refusals.ts';
import type { SurveyDevice, SurveyParts } from '../../../src/survey/survey.types.ts';
import { surveyDevice } from '../../../src/survey/survey-device.ts';
import { surveyJson } from '../../../src/survey/survey-json.ts';
import { SiteTurns } from '../../../src/survey/turns.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { envelope, fault, SoapPeer, servicesAnswer } from '../../support/soap-peer.ts';
import { startTinyRtspServer, type TinyServer } from '../../support/tiny-rtsp-server.ts';

const fps = 15;
const day = 86_400_000;
const clipOf = (size: string) =>
  encodeClip({
    codec: 'h264',
    source: `testsrc2=size=${size}:rate=${fps}`,
    seconds: 2,
    fps,
    gop: fps,
  });
let main: TinyServer;
let sub: TinyServer;
const peers: SoapPeer[] = [];

beforeAll(async () => {
  main = await startTinyRtspServer({
    clip: clipOf('640x360'),
    fps,
    login: 'kỹ thuật:Bí-mật:@/#%7',
  });
  sub = await startTinyRtspServer({ clip: clipOf('320x180'), fps, login: 'kỹ thuật:Bí-mật:@/#%7' });
});
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});
afterAll(async () => {
  await main.close();
  await sub.close();
});

const login = { user: 'kỹ thuật', password: 'Bí-mật:@/#%7' };
const words = {
  cause: ({ code }: { code: string }) => ({ message: code, hint: code }),
  reason: surveyWords('vi').reason,
};

const profile = (token: string, source: string, width: number, height: number, ptz = '') =>
  `<trt:Profiles token="${token}" fixed="true"><tt:Name>Luồng ${token}</tt:Name>` +
  `<tt:VideoSourceConfiguration token="VSC-${source}"><tt:SourceToken>${source}</tt:SourceToken></tt:VideoSourceConfiguration>` +
  `<tt:VideoEncoderConfiguration token="VE-${token}"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
  '<tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl></tt:VideoEncoderConfiguration>' +
  `${ptz}</trt:Profiles>`;

/** A recorder that ONVIF leads to the two streams above. */
async function recorder(
  options: ConstructorParameters<typeof SoapPeer>[0] = {},
): Promise<SoapPeer> {
  const peer = await new SoapPeer({ ...login, login: 'wsse', ...options }).listen();
  peers.push(peer);
  const ptz =
    '<tt:PTZConfiguration token="PTZ1"><tt:NodeToken>007</tt:NodeToken></tt:PTZConfiguration>';
  const uri = (port: number, token: string) =>
    `<r><MediaUri><tt:Uri> rtsp://127.0.0.1:${port}/${token} </tt:Uri></MediaUri></r>`;
  return peer
    .on('GetServices', (_call, of) =>
      servicesAnswer(of.advertised, ['ver10/device', 'ver10/media', 'ver20/ptz', 'ver10/search']),
    )
    .on(
      'GetProfiles',
      () =>
        `<trt:GetProfilesResponse>${profile('0001', 'VS1', 640, 360, ptz)}${profile('1e3', 'VS1', 320, 180)}</trt:GetProfilesResponse>`,
    )
    .on('GetStreamUri', ({ body }) =>
      body.includes('0001') ? uri(main.port, '0001') : uri(sub.port, '1e3'),
    )
    .on(
      'GetNodes',
      () =>
        '<r><PTZNode token="007"><tt:Name>Cổng</tt:Name><tt:SupportedPTZSpaces><tt:ContinuousPanTiltVelocitySpace/></tt:SupportedPTZSpaces><tt:HomeSupported>true</tt:HomeSupported></PTZNode></r>',
    )
    .on('GetPresets', () => '<r><Preset token="0009"><tt:Name>Cửa chính</tt:Name></Preset></r>')
    .on(
      'GetRecordingSummary',
      () =>
        `<r><Summary><tt:DataFrom>${new Date(Date.now() - 40 * day).toISOString()}</tt:DataFrom><tt:DataUntil>${new Date().toISOString()}</tt:DataUntil><tt:NumberRecordings>1</tt:NumberRecordings></Summary></r>`,
    );
}

function device(patch: Partial<SurveyDevice>): SurveyDevice {
  return {
    key: '127.0.0.1',
    siteId: 's',
    onvifAddress: null,
    onvifGuessed: false,
    credential: async () => login,
    fingerprint: () => null,
    cameras: [],
    ...patch,
  };
}

const byOnvif = (peer: SoapPeer) => device({ onvifAddress: `${peer.origin}/onvif/device_service` });
const stream = (url: string, subUrl = '') =>
  ({ id: url, name: 'Cổng', url, subUrl, transport: 'auto', refusal: null }) as const;

async function look(one: SurveyDevice, patch: Partial<SurveyParts> = {}) {
  const found = await surveyDevice(
    one,
    {
      open: openRtsp,
      connectOnvif,
      log: silentLog,
      limits: { seconds: 1.5, maxSeconds: 4, timeoutMs: 3000 },
      ...patch,
    },
    { turns: new SiteTurns(2, 32), signal: new AbortController().signal },
  );
  return { found, json: surveyJson('x', found, words, Date.now()) };
}

test('a recorder is told by its ONVIF alone, strings stay strings', async () => {
  const peer = await recorder();
  const { json } = await look(byOnvif(peer));
  expect(json).toMatchObject({
    ok: true,
    error: null,
    device: {
      manufacturer: 'Trúc Xanh',
      model: 'TX-16',
      firmware: '5.10',
      serial: '404705923918060213',
    },
    onvif: { version: '2.60', auth: 'wsse' },
    pairs: [{ main: '0001', sub: '1e3' }],
    ptz: {
      continuous: true,
      absolute: false,
      relative: false,
      presets: [{ token: '0009', name: 'Cửa chính' }],
      home: true,
    },
    verdict: 'pass',
  });
  expect(json.onvif.services).toEqual(['device', 'media', 'ptz', 'search']);
  expect(Math.abs(json.clock.offsetMs ?? Number.NaN)).toBeLessThan(5000);
  expect(
    json.profiles.map(({ token, codec, width, height }) => [token, codec, width, height]),
  ).toEqual([
    ['0001', 'h264', 640, 360],
    ['1e3', 'h264', 320, 180],
  ]);
  // Measured, not what the device declares (25 and 512).
  for (const one of json.profiles) {
    expect(one.fps).toBeGreaterThan(12);
    expect(one.fps).toBeLessThan(18);
    expect(one.kbps).not.toBe(512);
    expect(one.uri).toMatch(/^rtsp:\/\/127\.0\.0\.1:\d+\//);
  }
  expect(Date.now() - Date.parse(json.recording?.oldest ?? '')).toBeGreaterThan(39 * day);
  expect(JSON.stringify(json)).not.toContain(login.password);
});

test('a camera known by its URL is matched to its ONVIF profile, and its sub-stream found there', async () => {
  const peer = await recorder();
  const { found } = await look({
    ...byOnvif(peer),
    cameras: [stream(`rtsp://127.0.0.1:${main.port}/0001`)],
  });
  expect(found.cameras[0]).toMatchObject({
    main: { token: '0001', name: 'Luồng 0001', width: 640 },
    sub: { token: '1e3', width: 320 },
  });
});

test('quirk 5: ONVIF refuses the login once, and the streams are left alone', async () => {
  const peer = await recorder({ password: 'một mật khẩu khác' });
  const plays = main.plays.size;
  const bad = main.badLogins + sub.badLogins;
  const { json } = await look(byOnvif(peer));
  expect(json).toMatchObject({
    ok: false,
    error: { code: 'rtsp.unauthorized' },
    verdict: 'cannot-connect',
  });
  expect(json.reasons[0]).toMatchObject({ code: 'login-refused', weight: 'blocks' });
  expect(peer.badLogins).toBeLessThanOrEqual(2);
  expect([main.plays.size, main.badLogins + sub.badLogins]).toEqual([plays, bad]);
});

test('quirk 5: a stream refuses the login once; neither the small stream nor ONVIF hears it', async () => {
  const peer = await recorder();
  const bad = main.badLogins + sub.badLogins;
  const { json } = await look({
    ...byOnvif(peer),
    credential: async () => ({ user: login.user, password: 'sai' }),
    cameras: [stream(`rtsp://127.0.0.1:${main.port}/0001`, `rtsp://127.0.0.1:${sub.port}/1e3`)],
  });
  expect(json.verdict).toBe('cannot-connect');
  expect(json.reasons[0]?.code).toBe('login-refused');
  expect(main.badLogins + sub.badLogins).toBe(bad + 1);
  expect(peer.badLogins).toBe(0);
});

test('pictures show although ONVIF has other accounts', async () => {
  const peer = await recorder({ password: 'một mật khẩu khác' });
  const { json } = await look({
    ...byOnvif(peer),
    cameras: [stream(`rtsp://127.0.0.1:${main.port}/0001`, `rtsp://127.0.0.1:${sub.port}/1e3`)],
  });
  expect(json.verdict).toBe('usable');
  expect(json.reasons.map(({ code }) => code)).toContain('onvif-login-refused');
});

test('quirk 12: local time reported as UTC is an offset of hours', async () => {
  const peer = await recorder({ clockOffsetMs: 7 * 3600_000, toleranceMs: 5000 });
  const { json } = await look(byOnvif(peer));
  expect(json.verdict).toBe('usable');
  expect(Math.round((json.clock.offsetMs ?? 0) / 3600_000)).toBe(7);
  expect(json.reasons.map(({ code }) => code)).toEqual(['clock-off']);
});

test('quirk 18: EarliestRecording 1970 is not taken for footage of fifty years', async () => {
  const peer = await recorder();
  peer.on(
    'GetRecordingSummary',
    () =>
      `<r><Summary><tt:DataFrom>1970-01-01T00:00:00Z</tt:DataFrom><tt:DataUntil>${new Date().toISOString()}</tt:DataUntil><tt:NumberRecordings>1</tt:NumberRecordings></Summary></r>`,
  );
  const { json } = await look(byOnvif(peer));
  expect(json.recording?.oldest ?? null).toBeNull();
  expect(json.reasons.map(({ code }) => code)).toContain('recording-unknown');
});

test('quirk 15: a sub-stream whose address faults does not hide the main one', async () => {
  const peer = await recorder();
  peer.on('GetStreamUri', ({ body }) =>
    body.includes('0001')
      ? `<r><MediaUri><tt:Uri>rtsp://127.0.0.1:${main.port}/0001</tt:Uri></MediaUri></r>`
      : fault('InvalidArgVal', 'no such profile'),
  );
  const { json } = await look(byOnvif(peer));
  expect(json.verdict).toBe('usable');
  expect(json.reasons.map(({ code }) => code)).toContain('sub-missing');
});

test('something that is no ONVIF device is said to be none', async () => {
  const peer = await recorder({ login: 'none' });
  peer.front = () => ({ raw: '<html><script>alert(1)</script></html>' });
  const { json } = await look(byOnvif(peer));
  expect(json.verdict).toBe('cannot-connect');
  expect(json.reasons[0]?.code).toBe('not-onvif');
});

test('a name with script in it stays text, cut to one line', async () => {
  const peer = await recorder();
  peer.on('GetDeviceInformation', () => ({
    raw: envelope(
      '<r><Manufacturer>&lt;script&gt;alert(1)&lt;/script&gt;\n\u202eX</Manufacturer><Model>=1+1</Model><FirmwareVersion>5.10</FirmwareVersion><SerialNumber>0007</SerialNumber></r>',
    ),
  }));
  const { json } = await look(byOnvif(peer));
  expect(json.device.manufacturer).toMatch(/^<script>alert\(1\)<\/script> ?X$/);
  expect(json.device).toMatchObject({ model: '=1+1', serial: '0007' });
});

test('a login that another stream of the device was refused with is not tried here', async () => {
  const logins = rememberRefusals();
  const wrong = { user: login.user, password: 'sai nữa' };
  const one = device({
    key: `127.0.0.1:${main.port}`,
    credential: async () => wrong,
    cameras: [stream(`rtsp://127.0.0.1:${main.port}/a`)],
  });
  const bad = main.badLogins;
  await look(one, { logins });
  const { json } = await look(one, { logins });
  expect(main.badLogins).toBe(bad + 1);
  expect(json.reasons[0]?.code).toBe('login-stopped');
});

test('a closed port is said at once', async () => {
  const { json } = await look(device({ cameras: [stream('rtsp://127.0.0.1:9/x')] }));
  expect(json).toMatchObject({
    ok: false,
    error: { code: 'net.refused' },
    profiles: [],
    pairs: [],
    recording: null,
    verdict: 'cannot-connect',
  });
});
