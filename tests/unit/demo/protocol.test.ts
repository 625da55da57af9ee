import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DigestDoor, type Login } from '../../../src/demo/digest.ts';
import { senderReport } from '../../../src/demo/rtcp.ts';
import { RequestReader } from '../../../src/demo/rtsp-request.ts';
import { readTransport } from '../../../src/demo/rtsp-transport.ts';
import { parseRtcp } from '../../../src/rtp/rtcp.ts';

describe('reading requests', () => {
  const describeRequest =
    'DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 2\r\nX-Long:  padded \r\nContent-Length: 3\r\n\r\nabc';

  it('takes them in any pieces, with interleaved frames between', () => {
    const bytes = Buffer.concat([
      Buffer.from(describeRequest),
      Buffer.from([0x24, 1, 0, 2, 7, 8]),
      Buffer.from('\r\nPLAY rtsp://h/a RTSP/1.0\r\nCSeq: 3\r\n\r\n'),
    ]);
    for (const size of [1, 2, 7, 1000]) {
      const reader = new RequestReader();
      const items = [];
      for (let at = 0; at < bytes.length; at += size)
        items.push(...reader.push(bytes.subarray(at, at + size)));
      expect(items.map((item) => (item.kind === 'request' ? item.method : item.channel))).toEqual([
        'DESCRIBE',
        1,
        'PLAY',
      ]);
      expect(items[0]).toMatchObject({ url: 'rtsp://h/a' });
    }
  });

  it('gives up on what is no RTSP and on a head without end', () => {
    expect(() => new RequestReader().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow();
    expect(() => new RequestReader().push(Buffer.alloc(20_000, 65))).toThrow(/too long/);
    expect(() =>
      new RequestReader().push(Buffer.from('SETUP a RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n')),
    ).toThrow(/too long/);
  });
});

describe('digest login', () => {
  const login = (digest: Login['digest']): Login => ({
    user: 'giám sát',
    password: 'mật:khẩu"@/#%',
    realm: 'Site "01", A',
    digest,
  });

  function answer(challenge: string, who: Login, how: { qop: boolean; method?: string }): string {
    const field = (name: string) =>
      new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(challenge)![1]!.replace(/\\(.)/g, '$1');
    const algorithm = /algorithm=([\w-]+)/.exec(challenge)![1]!;
    const hash = (text: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${who.user}:${field('realm')}:${who.password}`);
    const ha2 = hash(`${how.method ?? 'DESCRIBE'}:rtsp://h/a`);
    const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    const extra = how.qop ? ', qop=auth, nc=00000001, cnonce="xyz"' : '';
    const response = how.qop
      ? hash(`${ha1}:${field('nonce')}:00000001:xyz:auth:${ha2}`)
      : hash(`${ha1}:${field('nonce')}:${ha2}`);
    return (
      `Digest username=${quoted(who.user)}, realm=${quoted(field('realm'))}, nonce="${field('nonce')}", ` +
      `uri="rtsp://h/a", algorithm=${algorithm}, response="${response}"${extra}`
    );
  }

  it('takes the right password by MD5 and SHA-256, with and without qop', () => {
    const door = new DigestDoor(60);
    for (const kind of ['md5', 'sha256'] as const)
      for (const qop of [true, false]) {
        const [challenge] = door.challenges(login(kind), false);
        expect(door.check(login(kind), 'DESCRIBE', answer(challenge!, login(kind), { qop }))).toBe(
          'ok',
        );
      }
    expect(
      door.challenges(login('both'), false).map((text) => /algorithm=([\w-]+)/.exec(text)![1]),
    ).toEqual(['SHA-256', 'MD5']);
  });

  it('refuses a wrong password, another method, and an algorithm that was not offered', () => {
    const door = new DigestDoor(60);
    const [challenge] = door.challenges(login('sha256'), false);
    const wrong = { ...login('sha256'), password: 'x' };
    expect(door.check(login('sha256'), 'DESCRIBE', answer(challenge!, wrong, { qop: true }))).toBe(
      'wrong',
    );
    const right = answer(challenge!, login('sha256'), { qop: true });
    expect(door.check(login('sha256'), 'PLAY', right)).toBe('wrong');
    const weaker = answer(challenge!.replace('SHA-256', 'MD5'), login('sha256'), { qop: true });
    expect(door.check(login('sha256'), 'DESCRIBE', weaker)).toBe('wrong');
    expect(door.check(login('sha256'), 'DESCRIBE', undefined)).toBe('missing');
    expect(door.check(login('sha256'), 'DESCRIBE', 'Basic abc')).toBe('wrong');
  });

  it('calls a right answer to an old or a foreign nonce stale', () => {
    const door = new DigestDoor(-1);
    const [challenge] = door.challenges(login('md5'), false);
    expect(
      door.check(login('md5'), 'DESCRIBE', answer(challenge!, login('md5'), { qop: true })),
    ).toBe('stale');
    const [foreign] = new DigestDoor(60).challenges(login('md5'), false);
    const own = new DigestDoor(60);
    expect(own.check(login('md5'), 'DESCRIBE', answer(foreign!, login('md5'), { qop: true }))).toBe(
      'stale',
    );
    expect(own.challenges(login('md5'), true)[0]).toContain('stale=true');
  });
});

describe('transport and reports', () => {
  it('takes the first proposal that it serves', () => {
    const both = ['tcp', 'udp'] as const;
    expect(readTransport('RTP/AVP/TCP;unicast;interleaved=4-5', both)).toEqual({
      kind: 'tcp',
      channel: 4,
    });
    expect(
      readTransport('RTP/AVP;multicast,RTP/AVP/UDP;unicast;client_port=5000-5001', both),
    ).toEqual({
      kind: 'udp',
      rtpPort: 5000,
      rtcpPort: 5001,
    });
    expect(readTransport('RTP/AVP;unicast;client_port=5000-5001', ['tcp'])).toBeNull();
    expect(readTransport('RTP/AVP;multicast', both)).toBeNull();
    expect(readTransport('RTP/AVP;unicast;client_port=0-70000', both)).toBeNull();
  });

  it('writes sender reports whose clock the product reads back', () => {
    const wallMs = Date.UTC(2021, 5, 15, 7, 30, 12) + 250;
    const bytes = senderReport(
      { ssrc: 0xcafe0001, wallMs, rtpTime: 0xfffffff0, packets: 7, octets: 900 },
      'demo@vonggac',
      true,
    );
    expect(bytes.length % 4).toBe(0);
    expect(JSON.stringify(parseRtcp(bytes))).toContain('4294967280');
    const ntpSeconds = bytes.readUInt32BE(8) - 2_208_988_800;
    expect(ntpSeconds * 1000 + (bytes.readUInt32BE(12) / 2 ** 32) * 1000).toBeCloseTo(wallMs, 0);
    expect([bytes[1], bytes[29], bytes.at(-7)]).toEqual([200, 202, 203]);
  });
});
