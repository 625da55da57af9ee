import { expect, test } from 'vitest';
import { connectedTo, soapPeer } from '../../support/onvif-connection.ts';
import { fault, type SoapHandler } from '../../support/soap-peer.ts';

test('a device that asks for nothing gets no login', async () => {
  const peer = await soapPeer();
  const device = await connectedTo(peer);
  expect(await device.device.information()).toEqual({
    manufacturer: 'Trúc Xanh',
    model: 'TX-16',
    firmware: '5.10',
    serial: '404705923918060213',
    hardware: '0007',
  });
  expect(device.login).toBe('none');
  expect(peer.calls.some(({ token, digest }) => token !== null || digest)).toBe(false);
});

test('quirk 13: WS-Security at a device whose clock is hours off', async () => {
  const peer = await soapPeer({ login: 'wsse', clockOffsetMs: -7 * 3_600_000 });
  const device = await connectedTo(peer);
  expect(Math.abs((device.clock?.offsetMs ?? 0) + 7 * 3_600_000)).toBeLessThan(2_500);
  await device.device.information();
  expect(device.login).toBe('wsse');
  expect(peer.badLogins).toBe(0);
  expect(peer.calls.at(-1)?.token?.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('quirk 13: a clock that reads 1970', async () => {
  const peer = await soapPeer({ login: 'wsse', clockOffsetMs: 60_000 - Date.now() });
  const device = await connectedTo(peer);
  await device.device.information();
  expect(peer.badLogins).toBe(0);
});

test('quirk 13: the clock is measured again after a failure, and the login tried once more', async () => {
  const peer = await soapPeer({ login: 'wsse' });
  const device = await connectedTo(peer);
  await device.device.information();
  peer.clockOffsetMs = 3_600_000;
  await device.device.information();
  expect(peer.badLogins).toBe(1);
  expect(device.clock?.offsetMs).toBeGreaterThan(3_500_000);
  await device.device.information();
  expect(peer.badLogins).toBe(1);
});

test('quirk 13: a device that moves its clock before the first login', async () => {
  const peer = await soapPeer({ login: 'wsse' });
  const device = await connectedTo(peer);
  peer.clockOffsetMs = -86_400_000;
  await device.device.information();
  expect(peer.badLogins).toBe(1);
});

test('quirk 13: newer firmware takes HTTP Digest only', async () => {
  const peer = await soapPeer({ login: 'digest' });
  const device = await connectedTo(peer);
  await device.device.information();
  await device.device.information();
  expect(device.login).toBe('digest-md5');
  expect(peer.badLogins).toBe(0);
  // Asked once, remembered: no second question.
  expect(peer.asked('GetDeviceInformation').map(({ digest }) => digest)).toEqual([
    false,
    true,
    true,
  ]);
});

test('quirk 13: Digest after the token of WS-Security was answered with a challenge', async () => {
  const peer = await soapPeer({ login: 'digest' });
  let asked = 0;
  // To strangers it answers as if it took the token.
  peer.front = (call) => {
    if (call.operation !== 'GetDeviceInformation') return null;
    asked += 1;
    return asked === 1 ? fault('NotAuthorized', 'Sender not Authorized') : null;
  };
  const device = await connectedTo(peer);
  await device.device.information();
  expect(device.login).toBe('digest-md5');
  expect(
    peer.asked('GetDeviceInformation').map(({ token, digest }) => [token !== null, digest]),
  ).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
});

test.each(['wsse', 'digest', 'either'] as const)(
  'quirk 13: a device that was remembered as another kind, and is %s now',
  async (login) => {
    for (const last of ['wsse', 'digest'] as const) {
      const peer = await soapPeer({ login });
      const device = await connectedTo(peer, { login: last });
      expect((await device.device.information()).model).toBe('TX-16');
      expect(peer.badLogins).toBe(0);
    }
  },
);

test('a nonce that grew old is no refusal', async () => {
  const peer = await soapPeer({ login: 'digest' });
  const device = await connectedTo(peer);
  await device.device.information();
  peer.nonce += 1;
  await device.device.information();
  expect(device.refused).toBeNull();
});

test.each(['wsse', 'digest'] as const)(
  'quirk 5: a refused %s login is not tried again, by nobody',
  async (login) => {
    const peer = await soapPeer({ login });
    const device = await connectedTo(peer, { credential: { user: 'admin', password: 'sai' } });
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, () => device.device.information()),
    );
    for (const one of asked) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'rtsp.unauthorized' } });
    }
    await expect(device.device.scopes()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
    expect(peer.badLogins).toBe(1);
    expect(device.refused?.code).toBe('rtsp.unauthorized');

    device.setCredential(peer.credential);
    expect(device.refused).toBeNull();
    expect((await device.device.information()).model).toBe('TX-16');
    expect(peer.badLogins).toBe(1);
  },
);

test('a password that was changed in the device stops after two tries', async () => {
  const peer = await soapPeer({ login: 'wsse' });
  const device = await connectedTo(peer);
  await device.device.information();
  peer.password = 'khác';
  await expect(device.device.scopes()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
  await expect(device.device.scopes()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
  await expect(device.device.information()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
  expect(peer.badLogins).toBe(2);
});

test('an operation that the account may not do is forbidden, the login stays good', async () => {
  const peer = await soapPeer({ login: 'wsse' });
  peer.on('GetScopes', () => fault('NotAuthorized', 'The action requires authorization'));
  const device = await connectedTo(peer);
  await device.device.information();
  await expect(device.device.scopes()).rejects.toMatchObject({
    code: 'onvif.forbidden',
    soap: { subcodes: ['NotAuthorized'] },
  });
  expect(device.refused).toBeNull();
  await device.device.information();
});

test('without a credential: the device asks for a login', async () => {
  const peer = await soapPeer({ login: 'either' });
  const device = await connectedTo(peer, { credential: null });
  await expect(device.device.information()).rejects.toMatchObject({
    code: 'rtsp.credentials-needed',
  });
});

test('a device that offers Basic only never gets the password', async () => {
  const peer = await soapPeer();
  peer.on('GetDeviceInformation', () => ({
    status: 401,
    raw: '',
    headers: { 'WWW-Authenticate': 'Basic realm="x"' },
  }));
  const device = await connectedTo(peer);
  await expect(device.device.information()).rejects.toMatchObject({ code: 'rtsp.unauthorized' });
  expect(peer.calls.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

test('quirk 13: a token refused for its time is told apart from a wrong password', async () => {
  const peer = await soapPeer({ clockOffsetMs: 120_000 });
  peer.on('GetDeviceInformation', (call) =>
    call.token
      ? fault('MessageExpired', 'The security timestamp is out of range')
      : fault('NotAuthorized', 'Sender not Authorized'),
  );
  const device = await connectedTo(peer);
  await expect(device.device.information()).rejects.toMatchObject({
    code: 'onvif.clock',
    params: { seconds: expect.closeTo(120, -1) },
  });
});

test('quirk 12: a device that tells local time only', async () => {
  const peer = await soapPeer({ login: 'wsse', clockOffsetMs: 25_200_000 });
  const told = peer.handlers.GetSystemDateAndTime as SoapHandler;
  peer.on('GetSystemDateAndTime', (call, of) =>
    String(told(call, of)).replaceAll('UTCDateTime', 'LocalDateTime'),
  );
  const device = await connectedTo(peer);
  await device.device.information();
  expect(device.clock?.source).toBe('local');
});

test('a clock that is not told to strangers: the Date header serves', async () => {
  const peer = await soapPeer();
  peer.on('GetSystemDateAndTime', () => fault('NotAuthorized', 'Sender not Authorized'));
  const device = await connectedTo(peer);
  expect(device.clock?.source).toBe('http');
});
