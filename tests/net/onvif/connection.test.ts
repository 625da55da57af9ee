import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { makeCertificate, type TestCertificate } from '../../support/gst-server.ts';
import { connectedTo, soapPeer } from '../../support/onvif-connection.ts';

let tls: TestCertificate;
beforeAll(() => {
  tls = makeCertificate();
});
afterAll(() => tls.remove());

const stranger = { credential: null, timeoutMs: 400 };

test('connections are kept and few', async () => {
  const peer = await soapPeer();
  const device = await connectedTo(peer);
  for (let at = 0; at < 10; at += 1) await device.device.information();
  expect(peer.connections).toBe(1);
  await Promise.all(Array.from({ length: 20 }, () => device.device.information()));
  expect(peer.connections).toBeLessThanOrEqual(4);
  device.close();
  await expect.poll(() => peer.openSockets).toBe(0);
  await expect(device.device.information()).rejects.toMatchObject({ code: 'net.closed' });
});

test('a kept connection that the device dropped costs nothing', async () => {
  const peer = await soapPeer();
  const device = await connectedTo(peer);
  for (let at = 0; at < 10; at += 1) {
    peer.dropConnections();
    expect((await device.device.information()).model).toBe('TX-16');
  }
});

test('a device that hangs up in the middle is told as it is', async () => {
  const peer = await soapPeer();
  peer.on('GetDeviceInformation', () => ({ hangUp: true }));
  const device = await connectedTo(peer);
  await expect(device.device.information()).rejects.toMatchObject({ code: 'net.closed' });
});

test('a device that never answers, and one that never ends', async () => {
  const peer = await soapPeer();
  peer.on('GetSystemDateAndTime', () => ({ silent: true }));
  await expect(connectOnvif({ address: peer.origin, ...stranger })).rejects.toMatchObject({
    code: 'net.timeout',
  });

  const drip = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>');
    const timer = setInterval(() => socket.write('<b/>'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  drip.listen(0, '127.0.0.1');
  await once(drip, 'listening');
  const address = `127.0.0.1:${(drip.address() as AddressInfo).port}`;
  await expect(connectOnvif({ address, ...stranger })).rejects.toMatchObject({
    code: 'net.timeout',
  });
  drip.close();
});

test('nobody there', async () => {
  const peer = await soapPeer();
  const address = peer.origin;
  await peer.close();
  peer.close = async () => {};
  await expect(connectOnvif({ address, ...stranger })).rejects.toMatchObject({
    code: 'net.refused',
  });
});

test.each([
  ['an RTSP server', 'RTSP/1.0 400 Bad Request\r\n\r\n'],
  ['something that greets', 'SSH-2.0-x\r\n'],
])('%s is not ONVIF', async (_what, greeting) => {
  const other = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(greeting));
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  await expect(connectOnvif({ address, ...stranger })).rejects.toMatchObject({
    code: 'onvif.not-onvif',
  });
  other.close();
});

test('a web server without ONVIF', async () => {
  const peer = await soapPeer();
  peer.on('GetSystemDateAndTime', () => ({ status: 404, raw: '<html>no</html>' }));
  await expect(connectOnvif({ address: peer.origin, ...stranger })).rejects.toMatchObject({
    code: 'onvif.not-onvif',
  });
});

test('an abort ends what is under way, and what comes', async () => {
  const peer = await soapPeer();
  const giveUp = new AbortController();
  const device = await connectedTo(peer, { signal: giveUp.signal });
  peer.on('GetDeviceInformation', () => ({ silent: true }));
  const asked = device.device.information();
  await expect.poll(() => peer.asked('GetDeviceInformation').length).toBe(1);
  giveUp.abort();
  await expect(asked).rejects.toMatchObject({ code: 'net.closed' });
  await expect(device.device.information()).rejects.toMatchObject({ code: 'net.closed' });
});

test('TLS: an unknown certificate is refused before a byte of the request goes out', async () => {
  const peer = await soapPeer({ tls });
  await expect(
    connectOnvif({ address: peer.origin, credential: peer.credential }),
  ).rejects.toMatchObject({ code: 'tls.untrusted', params: { fingerprint: tls.fingerprint } });
  expect(peer.calls).toEqual([]);
});

test('TLS: a pinned certificate is all that counts, another one is refused', async () => {
  const peer = await soapPeer({ tls, login: 'digest', advertised: 'http://192.168.1.64' });
  const device = await connectedTo(peer, { pinnedFingerprint: tls.fingerprint });
  await device.device.information();
  expect(device.certificate).toMatchObject({
    fingerprint: tls.fingerprint,
    subject: 'camera.invalid',
    trusted: false,
  });
  expect(device.certificate?.validUntil).toBeGreaterThan(Date.now());
  // Told as plain HTTP at an inner address: the login stays within TLS.
  for (const { url } of device.services) expect(url).toMatch(`https://127.0.0.1:${peer.port}/`);

  await expect(
    connectOnvif({
      address: peer.origin,
      credential: null,
      pinnedFingerprint: tls.fingerprint.replace(
        /^../,
        tls.fingerprint.startsWith('00') ? '11' : '00',
      ),
    }),
  ).rejects.toMatchObject({ code: 'tls.changed' });
});

test('a device that sends from plain HTTP to TLS is followed', async () => {
  const secure = await soapPeer({ tls });
  const plain = await soapPeer();
  plain.on('GetSystemDateAndTime', () => ({
    status: 301,
    raw: '',
    headers: { Location: `https://device.invalid:${secure.port}/onvif/device_service` },
  }));
  const device = await connectedTo(plain, { pinnedFingerprint: tls.fingerprint });
  expect(device.url).toBe(`https://127.0.0.1:${secure.port}/onvif/device_service`);
  expect((await device.device.information()).model).toBe('TX-16');
});

test('a redirect to anywhere else is not followed', async () => {
  const other = await soapPeer();
  const peer = await soapPeer();
  peer.on('GetSystemDateAndTime', () => ({
    status: 302,
    raw: '',
    headers: { Location: `${other.origin}/x` },
  }));
  await expect(connectOnvif({ address: peer.origin, ...stranger })).rejects.toMatchObject({
    code: 'onvif.not-onvif',
  });
  expect(other.calls).toEqual([]);
});

test('no password and no token of a login is ever logged', async () => {
  const lines: string[] = [];
  const take = (message: string, fields?: object) => lines.push(message + JSON.stringify(fields));
  const log = { debug: take, info: take, warn: take, error: take, child: () => log };
  const peer = await soapPeer({ login: 'wsse' });
  const device = await connectedTo(peer, { log });
  await device.device.information();
  peer.clockOffsetMs = 3_600_000;
  await device.device.information();
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toMatch(/Mật|Nonce|Digest/);
});
