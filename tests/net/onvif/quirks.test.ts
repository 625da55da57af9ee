import { expect, test } from 'vitest';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { connectedTo, soapPeer } from '../../support/onvif-connection.ts';
import { fault, type SoapPeer, servicesAnswer } from '../../support/soap-peer.ts';

/** A profile of Media. */
function mediaProfile(
  token: string,
  width: number,
  height: number,
  encoding = 'H264',
  source = 'VS1',
): string {
  return (
    `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} tên</tt:Name>` +
    `<tt:VideoSourceConfiguration token="VSC-${source}"><tt:SourceToken>${source}</tt:SourceToken></tt:VideoSourceConfiguration>` +
    `<tt:VideoEncoderConfiguration token="VE-${token}"><tt:Encoding>${encoding}</tt:Encoding>` +
    `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
    '<tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit><tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl>' +
    '<tt:H264><tt:GovLength>30</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration></trt:Profiles>'
  );
}

/** A profile of Media2. */
function media2Profile(
  token: string,
  width: number,
  height: number,
  encoding: string,
  source = 'VS1',
): string {
  return (
    `<tr2:Profiles token="${token}" fixed="true"><tr2:Name>${token}</tr2:Name><tr2:Configurations>` +
    `<tr2:VideoSource token="VSC"><tt:SourceToken>${source}</tt:SourceToken></tr2:VideoSource>` +
    `<tr2:VideoEncoder token="VE" GovLength="50" Profile="Main"><tt:Encoding>${encoding}</tt:Encoding>` +
    `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
    '<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>' +
    '</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>'
  );
}

const tokenIn = (body: string) => /<ProfileToken>([^<]*)</.exec(body)?.[1] ?? '';
const uriAnswer = (uri: string) =>
  `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;

function withMedia(peer: SoapPeer, profiles: string[]): SoapPeer {
  return peer
    .on('GetServices', (_call, of) =>
      servicesAnswer(of.advertised, ['ver10/device', 'ver10/media']),
    )
    .on(
      'GetProfiles',
      () => `<trt:GetProfilesResponse>${profiles.join('')}</trt:GetProfilesResponse>`,
    )
    .on('GetStreamUri', ({ body }) => uriAnswer(`rtsp://127.0.0.1:554/${tokenIn(body)}`));
}

test('quirk 14: every address of a device behind a router is rewritten', async () => {
  const peer = await soapPeer({ advertised: 'http://192.168.1.64' });
  withMedia(peer, [mediaProfile('a', 1920, 1080)]);
  peer
    .on('GetServices', () => servicesAnswer('http://192.168.1.64'))
    .on('GetStreamUri', () => uriAnswer('rtsp://192.168.1.64:554/a?x=1&amp;y=2'))
    .on(
      'GetSnapshotUri',
      () =>
        '<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>http://192.168.1.64/snap?ch=1&amp;q=2</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>',
    )
    .on(
      'CreatePullPointSubscription',
      () =>
        '<tev:CreatePullPointSubscriptionResponse xmlns:tev="e"><tev:SubscriptionReference><wsa5:Address>http://192.168.1.64/onvif/Subscription?Idx=6</wsa5:Address></tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>',
    )
    .on('PullMessages', () => '<tev:PullMessagesResponse xmlns:tev="e"/>')
    .on(
      'GetReplayUri',
      () =>
        '<r:GetReplayUriResponse xmlns:r="r"><r:Uri>rtsp://192.168.1.64/replay/1</r:Uri></r:GetReplayUriResponse>',
    );
  const device = await connectedTo(peer, { ports: { rtsp: 5554 } });
  for (const { url } of device.services) expect(new URL(url).host).toBe(`127.0.0.1:${peer.port}`);
  // Media2 of this device knows nothing, so it is asked by Media.
  const [profile] = await device.profiles();
  expect(await device.streamUri(profile!)).toBe('rtsp://127.0.0.1:5554/a?x=1&y=2');
  expect(await device.snapshotUri(profile!)).toBe(`${peer.origin}/snap?ch=1&q=2`);
  expect(await device.replay?.replayUri('R1')).toBe('rtsp://127.0.0.1:5554/replay/1');
  const point = await device.events!.createPullPoint();
  expect(point.url).toBe(`${peer.origin}/onvif/Subscription?Idx=6`);
  await point.pull({ waitMs: 1 });
  // Called as the device knows itself, at the address that was reached, the query kept.
  expect(peer.asked('CreatePullPointSubscription')[0]?.path).toBe('/onvif/events?Idx=6');
  expect(peer.asked('PullMessages')[0]?.path).toBe('/onvif/Subscription?Idx=6');
  expect(peer.asked('PullMessages')[0]?.body).toContain(
    '<wsa:To>http://192.168.1.64/onvif/Subscription?Idx=6</wsa:To>',
  );
});

test('quirk 15: GetServices faults, then GetCapabilities', async () => {
  const peer = await soapPeer();
  peer.on('GetServices', () => fault('ActionNotSupported', 'not implemented', { status: 500 }));
  peer.on(
    'GetCapabilities',
    (_call, of) =>
      `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${of.origin}/onvif/device_service</tt:XAddr></tt:Device>` +
      `<tt:Media><tt:XAddr>${of.origin}/onvif/media</tt:XAddr></tt:Media><tt:PTZ><tt:XAddr> </tt:XAddr></tt:PTZ>` +
      `<tt:Extension><tt:Search><tt:XAddr>\n   ${of.origin}/onvif/search\n  </tt:XAddr></tt:Search></tt:Extension></tds:Capabilities></tds:GetCapabilitiesResponse>`,
  );
  const device = await connectedTo(peer);
  expect(device.services.map(({ name }) => name)).toEqual(['device', 'media', 'search']);
  expect(device.services.at(-1)?.url).toBe(`${peer.origin}/onvif/search`);
  expect(device.ptz).toBeNull();
  expect(device.media2).toBeNull();
});

test.each([
  ['hangs', { silent: true }],
  ['hangs up', { hangUp: true }],
  ['answers with a web page', { status: 404, raw: '<html></html>' }],
])('quirk 15: a device that %s at GetServices', async (_what, reply) => {
  const peer = await soapPeer();
  peer.on('GetServices', () => reply);
  peer.on(
    'GetCapabilities',
    (_call, of) =>
      `<r><Capabilities><Media><XAddr>${of.origin}/onvif/media</XAddr></Media></Capabilities></r>`,
  );
  const device = await connectedTo(peer, { timeoutMs: 500 });
  expect(device.services.map(({ name }) => name)).toEqual(['media']);
});

test('quirk 15: a still picture that only the other media service knows, or none', async () => {
  const peer = await soapPeer();
  peer.on('GetProfiles', () => `<r>${media2Profile('m', 1920, 1080, 'H264')}</r>`);
  const device = await connectedTo(peer);
  const [profile] = await device.profiles();
  expect(await device.snapshotUri(profile!)).toBeNull();
  peer.on('GetSnapshotUri', ({ path }) =>
    path === '/onvif/media'
      ? '<r><MediaUri><Uri>http://127.0.0.1:9/s.jpg</Uri></MediaUri></r>'
      : fault('ActionNotSupported', 'no'),
  );
  expect(await device.snapshotUri(profile!)).toBe('http://127.0.0.1:9/s.jpg');
});

test('quirk 15: H.265 is told by Media2 only', async () => {
  const peer = await soapPeer();
  peer.on('GetProfiles', ({ path }) =>
    path === '/onvif/media2'
      ? `<tr2:GetProfilesResponse>${media2Profile('main', 3840, 2160, 'H265')}${media2Profile('sub', 640, 360, 'H264')}</tr2:GetProfilesResponse>`
      : `<trt:GetProfilesResponse>${mediaProfile('sub', 640, 360)}${mediaProfile('third', 320, 240)}</trt:GetProfilesResponse>`,
  );
  peer.on('GetStreamUri', ({ path, body }) =>
    path === '/onvif/media2'
      ? `<tr2:GetStreamUriResponse><tr2:Uri>rtsp://127.0.0.1/${tokenIn(body)}</tr2:Uri></tr2:GetStreamUriResponse>`
      : uriAnswer('rtsp://127.0.0.1/wrong'),
  );
  const device = await connectedTo(peer);
  const profiles = await device.profiles();
  expect(profiles.map(({ token, service }) => [token, service])).toEqual([
    ['main', 'media2'],
    ['sub', 'media2'],
    ['third', 'media'],
  ]);
  expect(profiles[0]?.video).toEqual({
    token: 'VE',
    name: '',
    codec: 'h265',
    encoding: 'H265',
    width: 3840,
    height: 2160,
    fps: 25,
    kbps: 2048,
    gop: 50,
    profile: 'Main',
  });
  const [source] = await device.streams();
  expect(source).toMatchObject({
    mainUri: 'rtsp://127.0.0.1/main',
    subUri: 'rtsp://127.0.0.1/sub',
    subProblem: null,
  });
});

test('quirk 15: Media2 faults, Media serves', async () => {
  const peer = await soapPeer();
  peer.on('GetProfiles', ({ path }) =>
    path === '/onvif/media2'
      ? fault('InvalidArgVal', 'no')
      : `<trt:GetProfilesResponse>${mediaProfile('m', 1920, 1080)}</trt:GetProfilesResponse>`,
  );
  peer.on('GetStreamUri', () => uriAnswer('rtsp://127.0.0.1/m'));
  const device = await connectedTo(peer);
  expect((await device.streams()).map(({ mainUri }) => mainUri)).toEqual(['rtsp://127.0.0.1/m']);
});

test('quirk 15: a sub stream that is missing', async () => {
  const peer = withMedia(await soapPeer(), [mediaProfile('m', 1920, 1080)]);
  const [source] = await (await connectedTo(peer)).streams();
  expect(source).toMatchObject({
    mainUri: 'rtsp://127.0.0.1:554/m',
    sub: null,
    subUri: null,
    subProblem: 'missing',
  });
});

test('quirk 15: a sub stream that serves the main one', async () => {
  const peer = withMedia(await soapPeer(), [
    mediaProfile('m', 1920, 1080),
    mediaProfile('s', 640, 360),
  ]);
  peer.on('GetStreamUri', () => uriAnswer('rtsp://127.0.0.1/live'));
  const [source] = await (await connectedTo(peer)).streams();
  expect(source).toMatchObject({ subUri: null, subProblem: 'same-as-main' });
});

test('quirk 15: a sub stream that the device answers with 404', async () => {
  const peer = withMedia(await soapPeer(), [
    mediaProfile('m', 1920, 1080),
    mediaProfile('s', 640, 360),
  ]);
  peer.on('GetStreamUri', ({ body }) =>
    tokenIn(body) === 's' ? { status: 404, raw: 'Not Found' } : uriAnswer('rtsp://127.0.0.1/m'),
  );
  const [source] = await (await connectedTo(peer)).streams();
  expect(source).toMatchObject({
    mainUri: 'rtsp://127.0.0.1/m',
    subUri: null,
    subProblem: 'refused',
  });
});

test('quirk 15: HTTP 200 with a Fault, subcodes kept', async () => {
  const peer = await soapPeer();
  peer.on('GetScopes', () => fault('InvalidArgVal', 'Không có', { status: 200, inner: 'NoScope' }));
  const device = await connectedTo(peer);
  await expect(device.device.scopes()).rejects.toMatchObject({
    code: 'onvif.fault',
    status: 200,
    params: { operation: 'GetScopes', reason: 'Không có' },
    soap: { code: 'Sender', subcodes: ['InvalidArgVal', 'NoScope'] },
  });
});

test('quirk 15: HTTP 400 with a body that is no SOAP', async () => {
  const peer = await soapPeer();
  peer.on('GetScopes', () => ({ status: 400, raw: '<html><body>Bad Request</body></html>' }));
  const device = await connectedTo(peer);
  await expect(device.device.scopes()).rejects.toMatchObject({ code: 'onvif.fault', status: 400 });
});

test('quirk 15: blanks and line breaks in URIs', async () => {
  const peer = withMedia(await soapPeer(), [mediaProfile('m', 1920, 1080)]);
  peer.on('GetStreamUri', () => uriAnswer('\n      rtsp://127.0.0.1:554/a\n      b?c=1 \n'));
  const [source] = await (await connectedTo(peer)).streams();
  expect(source?.mainUri).toBe('rtsp://127.0.0.1:554/ab?c=1');
});

test('quirk 15: serial numbers and tokens of digits stay what they are', async () => {
  const peer = withMedia(await soapPeer(), [
    mediaProfile('000', 1920, 1080),
    mediaProfile('1e3', 640, 360),
  ]);
  const device = await connectedTo(peer);
  expect((await device.device.information()).serial).toBe('404705923918060213');
  expect((await device.device.information()).firmware).toBe('5.10');
  expect((await device.profiles()).map(({ token }) => token)).toEqual(['000', '1e3']);
});

test('an answer in another character set', async () => {
  const peer = await soapPeer();
  const text =
    '<?xml version="1.0" encoding="gb2312"?><e:Envelope xmlns:e="x"><e:Body><R><Manufacturer>';
  peer.on('GetDeviceInformation', () => ({
    raw: Buffer.concat([
      Buffer.from(text),
      Buffer.from([0xba, 0xba]),
      Buffer.from('</Manufacturer></R></e:Body></e:Envelope>'),
    ]),
    headers: { 'Content-Type': 'text/xml' },
  }));
  const device = await connectedTo(peer);
  expect((await device.device.information()).manufacturer).toBe('汉');
});

test('names with markup are only text', async () => {
  const peer = await soapPeer();
  peer.on(
    'GetDeviceInformation',
    () =>
      `<tds:R><tds:Manufacturer>&lt;script&gt;alert(1)&lt;/script&gt;</tds:Manufacturer><tds:Model>${'x'.repeat(5000)}</tds:Model><tds:SerialNumber>a&#10;b&#x202e;c</tds:SerialNumber></tds:R>`,
  );
  const info = await (await connectedTo(peer)).device.information();
  expect(info.manufacturer).toBe('<script>alert(1)</script>');
  expect(info.model).toHaveLength(200);
  expect(info.serial).toBe('a bc');
});

test.each([
  [
    'a billion laughs',
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>',
    'onvif.overrun',
  ],
  ['a web page', '<!DOCTYPE html><html></html>', 'onvif.not-onvif'],
  ['plain text', 'hello', 'onvif.not-onvif'],
  ['nothing', '', 'onvif.protocol'],
  ['other XML', '<feed><entry/></feed>', 'onvif.not-onvif'],
  ['deep XML', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'onvif.overrun'],
] as const)('%s instead of SOAP', async (_what, raw, code) => {
  const peer = await soapPeer();
  peer.on('GetSystemDateAndTime', () => ({ raw }));
  await expect(
    connectOnvif({ address: peer.origin, credential: null, timeoutMs: 5_000 }),
  ).rejects.toMatchObject({ code });
});

test('50 MB of XML: refused while they come, told with length or without', async () => {
  const peer = await soapPeer();
  const big = Buffer.alloc(50_000_000, '<a>x</a>');
  peer.on('GetScopes', () => ({ raw: big }));
  peer.on('GetHostname', () => ({ raw: big, headers: { 'Transfer-Encoding': 'chunked' } }));
  const device = await connectedTo(peer);
  const before = process.memoryUsage().arrayBuffers;
  await expect(device.device.scopes()).rejects.toMatchObject({ code: 'onvif.overrun' });
  await expect(device.device.hostname()).rejects.toMatchObject({ code: 'onvif.overrun' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  // The connection to it still works.
  expect((await device.device.information()).model).toBe('TX-16');
});
