import { describe, expect, it } from 'vitest';
import {
  contentLength,
  formatRequest,
  parseHead,
  parsePublic,
  parseSession,
} from '../../../src/rtsp-parse/message.ts';

describe('messages', () => {
  it('read headers without regard to case, folded lines joined', () => {
    const message = parseHead(
      'RTSP/1.0 401 Unauthorized\r\ncseq:  3 \r\nWWW-AUTHENTICATE: Digest realm="a",\r\n\t nonce="b"\r\nwww-authenticate:Basic realm="c"\r\nstray line\r\n: nameless',
    );
    expect(message).toMatchObject({ kind: 'response', status: 401, reason: 'Unauthorized' });
    expect(message!.headers.get('CSeq')).toBe('3');
    expect(message!.headers.all('WWW-Authenticate')).toEqual([
      'Digest realm="a", nonce="b"',
      'Basic realm="c"',
    ]);
    expect(message!.headers.size).toBe(3);
  });

  it('read requests of a server', () => {
    expect(parseHead('OPTIONS rtsp://a/ RTSP/1.0\nCSeq: 9')).toMatchObject({
      kind: 'request',
      method: 'OPTIONS',
      uri: 'rtsp://a/',
    });
  });

  it('survive a bare status line and refuse what is no RTSP', () => {
    expect(parseHead('RTSP/1.0 200')).toMatchObject({ status: 200, reason: '' });
    expect(parseHead('RTSP/2.0  454  Session Not Found ')).toMatchObject({ status: 454 });
    expect(parseHead('HTTP/1.1 200 OK')).toBeNull();
    expect(parseHead('')).toBeNull();
  });

  it('bound the number of headers', () => {
    expect(parseHead(`RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(5000)}`)!.headers.size).toBe(200);
  });

  it('read Content-Length, Session and Public as devices write them', () => {
    const length = (text: string) =>
      contentLength(parseHead(`RTSP/1.0 200 OK\r\nContent-length: ${text}`)!.headers);
    expect([length('12'), length(' 7 bytes'), length('-3'), length('x')]).toEqual([12, 7, 0, 0]);
    expect(parseSession('12345678;timeout=15')).toEqual({ id: '12345678', timeoutSeconds: 15 });
    expect(parseSession(' AB ; Timeout = "30" ')).toEqual({ id: 'AB', timeoutSeconds: 30 });
    expect(parseSession('AB;timeout=0')).toEqual({ id: 'AB', timeoutSeconds: null });
    const headers = parseHead('RTSP/1.0 200 OK\r\nPublic: options,DESCRIBE , Play')!.headers;
    expect([...parsePublic(headers)]).toEqual(['OPTIONS', 'DESCRIBE', 'PLAY']);
  });

  it('are written so that a value cannot become a header', () => {
    expect(
      formatRequest({ method: 'PLAY', uri: 'rtsp://a/ b', headers: [['X', 'a\r\nY: b']] }),
    ).toBe('PLAY rtsp://a/%20b RTSP/1.0\r\nX: a Y: b\r\n\r\n');
  });
});
