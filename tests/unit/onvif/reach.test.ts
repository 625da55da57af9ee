import { expect, test } from 'vitest';
import {
  originOf,
  parseAddress,
  type Reach,
  readUri,
  rewriteUri,
} from '../../../src/onvif/reach.ts';

/** Reached through a router: port 8081 outside is 80 inside. */
const behindRouter: Reach = {
  ...parseAddress('203.0.113.7:8081'),
  advertised: { tls: false, port: 80 },
};

test.each([
  ['192.0.2.7', 'http://192.0.2.7', '/onvif/device_service'],
  ['192.0.2.7:8899', 'http://192.0.2.7:8899', '/onvif/device_service'],
  [' http://cam.site.example:8000/ ', 'http://cam.site.example:8000', '/onvif/device_service'],
  ['https://192.0.2.7/onvif/x?y=1', 'https://192.0.2.7', '/onvif/x?y=1'],
  ['http://admin:secret@192.0.2.7/', 'http://192.0.2.7', '/onvif/device_service'],
  ['2001:db8::7', 'http://[2001:db8::7]', '/onvif/device_service'],
  ['http://[2001:db8::7]:81/a', 'http://[2001:db8::7]:81', '/a'],
  ['đầu-ghi.example', 'http://đầu-ghi.example', '/onvif/device_service'],
])('the address %s', (text, origin, path) => {
  const reach = parseAddress(text);
  expect(originOf(reach)).toBe(origin);
  expect(reach.path).toBe(path);
});

test.each([
  '',
  ' ',
  'ftp://192.0.2.7',
  'a b',
  '192.0.2.7:0',
  '192.0.2.7:99999',
  'http://',
  'a\nb',
  '1.2.3.4.5',
])('no address: %j', (text) => {
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'input.url' }));
});

test.each([
  // inner address and port become what was reached; path and query stay
  [
    'http://192.168.1.64/onvif/events?Idx=6',
    'service',
    'http://203.0.113.7:8081/onvif/events?Idx=6',
  ],
  [
    'http://192.168.1.64:80/snap.jpg?ch=1&q=a%20b',
    'media',
    'http://203.0.113.7:8081/snap.jpg?ch=1&q=a%20b',
  ],
  // a service on another inner port cannot be reached but through what was reached
  ['http://192.168.1.64:9000/onvif/ptz', 'service', 'http://203.0.113.7:8081/onvif/ptz'],
  // at the address that was reached, another port is another port
  ['http://203.0.113.7:1024/event-1', 'service', 'http://203.0.113.7:1024/event-1'],
  ['http://192.168.1.64:9000/snap.jpg', 'media', 'http://203.0.113.7:9000/snap.jpg'],
  // RTSP has its own port
  ['rtsp://192.168.1.64:554/ch1?sub=1', 'media', 'rtsp://203.0.113.7:554/ch1?sub=1'],
  ['rtsp://192.168.1.64/ch1', 'media', 'rtsp://203.0.113.7/ch1'],
  ['rtsps://192.168.1.64:322/ch1', 'media', 'rtsps://203.0.113.7:322/ch1'],
  // schemes are respected
  ['https://192.168.1.64/onvif/media', 'service', 'https://203.0.113.7/onvif/media'],
  ['https://192.168.1.64:8443/snap', 'media', 'https://203.0.113.7:8443/snap'],
  // as devices write them
  [' \r\n  rtsp://192.168.1.64:554/a\r\n  b \t', 'media', 'rtsp://203.0.113.7:554/ab'],
  ['http://192.168.1.64/onvif http://[fe80::1]/onvif', 'service', 'http://203.0.113.7:8081/onvif'],
  ['rtsp://192.168.1.64/a?b=1&amp;c=2', 'media', 'rtsp://203.0.113.7/a?b=1&c=2'],
  ['rtsp://rtsp://192.168.1.64/a', 'media', 'rtsp://203.0.113.7/a'],
  ['rtsp://admin:12345@192.168.1.64/a', 'media', 'rtsp://203.0.113.7/a'],
  ['rtsp://192.168.1.64:port/a', 'media', 'rtsp://203.0.113.7/a'],
  ['rtsp://192.168.1.64/kênh 1', 'media', 'rtsp://203.0.113.7/k%C3%AAnh%201'],
  ['http://192.168.1.64', 'service', 'http://203.0.113.7:8081/'],
  ['http://[fe80::1]:80/onvif', 'service', 'http://203.0.113.7:8081/onvif'],
  ['/onvif/media', 'service', 'http://203.0.113.7:8081/onvif/media'],
] as const)('quirk 14: behind a router %j as %s becomes %s', (told, use, expected) => {
  expect(rewriteUri(told, behindRouter, use)).toBe(expected);
});

test('a device that names somebody else never gets our login sent there', () => {
  for (const told of [
    'http://evil.example/steal',
    'http://192.168.1.64@evil.example/',
    'http://evil.example:81',
  ]) {
    expect(new URL(rewriteUri(told, behindRouter, 'service') as string).hostname).toBe(
      '203.0.113.7',
    );
  }
});

test('mapped ports that somebody told us are used', () => {
  const reach = { ...behindRouter, ports: { rtsp: 5554, rtsps: 5322, https: 8443, http: 8088 } };
  expect(rewriteUri('rtsp://10.0.0.5/a', reach, 'media')).toBe('rtsp://203.0.113.7:5554/a');
  expect(rewriteUri('rtsps://10.0.0.5:322/a', reach, 'media')).toBe('rtsps://203.0.113.7:5322/a');
  expect(rewriteUri('https://10.0.0.5/a', reach, 'media')).toBe('https://203.0.113.7:8443/a');
  expect(rewriteUri('http://10.0.0.5:90/a', reach, 'media')).toBe('http://203.0.113.7:8088/a');
  expect(rewriteUri('http://10.0.0.5/a', reach, 'media')).toBe('http://203.0.113.7:8081/a');
});

test('a login never leaves TLS', () => {
  const reach: Reach = {
    ...parseAddress('https://203.0.113.7:8443'),
    advertised: { tls: false, port: 80 },
  };
  expect(rewriteUri('http://192.168.1.64/onvif/media', reach, 'service')).toBe(
    'https://203.0.113.7:8443/onvif/media',
  );
});

test('reached by name, told by address: another port of the same device stays', () => {
  const reach: Reach = {
    ...parseAddress('cam.example'),
    remoteAddress: '192.0.2.7',
    advertised: { tls: false, port: 80 },
  };
  expect(rewriteUri('http://192.0.2.7:1024/event', reach, 'service')).toBe(
    'http://cam.example:1024/event',
  );
});

test.each([
  '',
  'ftp://10.0.0.5/a',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'nonsense',
  '//10.0.0.5/x',
  `rtsp://a/${'x'.repeat(5000)}`,
])('no URI we use: %s', (told) => {
  expect(rewriteUri(told, behindRouter, 'media')).toBeNull();
});

test('parts of a URI', () => {
  expect(readUri('HTTP://Cam:8080/a?b#c')).toEqual({
    scheme: 'http',
    host: 'cam',
    port: 8080,
    tail: '/a?b',
  });
});
