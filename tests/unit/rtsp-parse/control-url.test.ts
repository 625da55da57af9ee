import { describe, expect, it } from 'vitest';
import { baseUrl, controlUrl } from '../../../src/rtsp-parse/control-url.ts';

const requestUrl = 'rtsp://203.0.113.9:8554/live/ch1';
const base = (contentBase: string | null, contentLocation: string | null = null) => ({
  requestUrl,
  contentBase,
  contentLocation,
});

describe('the base of control URLs (quirk 1)', () => {
  it.each([
    ['missing', null, requestUrl],
    ['as it should be', 'rtsp://203.0.113.9:8554/live/ch1/', 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['with an inner address', 'rtsp://192.168.1.64/live/ch1/', 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['with a host name', 'rtsp://ipcam.local:554/live/', 'rtsp://203.0.113.9:8554/live/'],
    ['without scheme', '192.168.1.64:554/live/ch1/', 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['without scheme and host', '/live/ch1/', 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['rtsp://rtsp://', 'rtsp://rtsp://192.168.1.64/live/', 'rtsp://203.0.113.9:8554/live/'],
    [
      'ending in ?query/',
      'rtsp://192.168.1.64/cam/realmonitor?channel=1&subtype=0/',
      'rtsp://203.0.113.9:8554/cam/realmonitor?channel=1&subtype=0/',
    ],
    ['empty', '  ', requestUrl],
  ])('%s', (_name, contentBase, expected) => {
    expect(baseUrl(base(contentBase))).toBe(expected);
  });

  it('is Content-Location where Content-Base is missing', () => {
    expect(baseUrl(base(null, 'rtsp://192.168.1.64/x/'))).toBe('rtsp://203.0.113.9:8554/x/');
  });
});

describe('control URLs (quirk 1)', () => {
  it.each([
    ['relative', 'trackID=1', 'rtsp://203.0.113.9:8554/live/ch1/trackID=1'],
    ['*', '*', 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['missing', null, 'rtsp://203.0.113.9:8554/live/ch1/'],
    ['absolute', 'rtsp://192.168.1.64:554/other/track1', 'rtsp://203.0.113.9:8554/other/track1'],
    ['absolute and doubled', 'rtsp://rtsp://192.168.1.64/t1', 'rtsp://203.0.113.9:8554/t1'],
    ['an absolute path', '/live/ch1/track1', 'rtsp://203.0.113.9:8554/live/ch1/track1'],
    ['a path below the base', '/trackID=1', 'rtsp://203.0.113.9:8554/live/ch1/trackID=1'],
  ])('%s', (_name, control, expected) => {
    expect(controlUrl(base('rtsp://203.0.113.9:8554/live/ch1/'), control)).toBe(expected);
  });

  it('are appended behind a query', () => {
    const dahua = base('rtsp://192.168.1.64/cam/realmonitor?channel=1&subtype=0/');
    expect(controlUrl(dahua, 'trackID=0')).toBe(
      'rtsp://203.0.113.9:8554/cam/realmonitor?channel=1&subtype=0/trackID=0',
    );
  });

  it('get the slash that a request URL lacks', () => {
    expect(controlUrl(base(null), 'track1')).toBe('rtsp://203.0.113.9:8554/live/ch1/track1');
    expect(controlUrl(base(null), null)).toBe(requestUrl);
  });

  it('cannot carry line ends into a request', () => {
    expect(controlUrl(base(null), 'a\r\nX: y')).toBe('rtsp://203.0.113.9:8554/live/ch1/aX:y');
  });
});
