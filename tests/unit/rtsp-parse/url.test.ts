import { describe, expect, it } from 'vitest';
import { parseRtspUrl, splitUrl } from '../../../src/rtsp-parse/url.ts';
import { Fault } from '../../../src/std/fault.ts';

describe('splitUrl', () => {
  const logins: [text: string, url: string, user: string, password: string][] = [
    ['rtsp://admin:secret@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', 'secret'],
    ['rtsp://admin:@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', ''],
    ['rtsp://admin@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', ''],
    ['rtsp://admin:a:b@10.0.0.1:8554/ch1', 'rtsp://10.0.0.1:8554/ch1', 'admin', 'a:b'],
    ['rtsp://admin:a@b@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', 'a@b'],
    ['rtsp://admin:a/b#c@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', 'a/b#c'],
    ['rtsp://admin:p@ss/w#1?x@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', 'p@ss/w#1?x'],
    ['rtsp://admin:12/34@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', '12/34'],
    ['rtsp://admin:100%@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', '100%'],
    ['rtsp://admin:5%zz%40@10.0.0.1/ch1', 'rtsp://10.0.0.1/ch1', 'admin', '5%zz%40'],
    ['rtsp://admin:%3A%40%2F%23%25@cam.example.vn/', 'rtsp://cam.example.vn/', 'admin', ':@/#%'],
    ['rtsp://trực:mật khẩu@10.0.0.1/a', 'rtsp://10.0.0.1/a', 'trực', 'mật khẩu'],
    ['rtsp://tr%E1%BB%B1c:m%E1%BA%ADt@10.0.0.1/a', 'rtsp://10.0.0.1/a', 'trực', 'mật'],
    ['rtsps://u:p@[2001:db8::7]:322/x', 'rtsps://[2001:db8::7]:322/x', 'u', 'p'],
    ['rtsp://u:p@camera_1:554/x', 'rtsp://camera_1:554/x', 'u', 'p'],
    ['RTSP://u:p@10.0.0.1', 'rtsp://10.0.0.1', 'u', 'p'],
  ];
  it.each(logins)('takes the login out of %s', (text, url, user, password) => {
    expect(splitUrl(text)).toEqual({ url, credential: { user, password } });
  });

  it.each([
    ['rtsp://10.0.0.1', 'rtsp://10.0.0.1'],
    ['  rtsp://10.0.0.1/a  ', 'rtsp://10.0.0.1/a'],
    ['rtsp://10.0.0.1:554/user=a@b/x', 'rtsp://10.0.0.1:554/user=a@b/x'],
    ['rtsp://camera1/path@here', 'rtsp://camera1/path@here'],
    [
      'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0',
      'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0',
    ],
    ['rtsp://10.0.0.1/sân trước', 'rtsp://10.0.0.1/s%C3%A2n%20tr%C6%B0%E1%BB%9Bc'],
    ['rtsp://10.0.0.1/a#b', 'rtsp://10.0.0.1/a'],
  ])('finds no login in %s', (text, url) => {
    expect(splitUrl(text)).toEqual({ url, credential: null });
  });

  it.each([
    '',
    'http://10.0.0.1/',
    'rtsp://',
    'rtsp://:554/a',
    'rtsp://10.0.0.1:99999/a',
    'rtsp://10.0.0.1:0/a',
    'rtsp://10.0.0.1/a\r\nHost: b',
    `rtsp://10.0.0.1/${'a'.repeat(5000)}`,
  ])('refuses %j', (text) => {
    expect(() => splitUrl(text)).toThrow(expect.objectContaining({ code: 'input.url' }));
  });

  it('never repeats the password in its fault', () => {
    try {
      splitUrl('rtsp://admin:hunter2@:bad:/x');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      expect(`${error}${JSON.stringify(error)}`).not.toContain('hunter2');
    }
  });
});

describe('parseRtspUrl', () => {
  it('knows the default ports', () => {
    expect(parseRtspUrl('rtsp://a/b')).toMatchObject({ host: 'a', port: 554, path: '/b' });
    expect(parseRtspUrl('rtsps://a')).toMatchObject({ port: 322, path: '' });
    expect(parseRtspUrl('rtsph://a')).toMatchObject({ scheme: 'rtsph', port: 80 });
    expect(parseRtspUrl('rtsp://[fe80::1]:8554/x?y')).toMatchObject({
      host: 'fe80::1',
      port: 8554,
      path: '/x?y',
    });
  });
});
