import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  Authorization,
  parseChallenges,
  strongestChallenge,
} from '../../../src/rtsp-parse/auth.ts';
import { controlUrl } from '../../../src/rtsp-parse/control-url.ts';
import { InterleavedFramer } from '../../../src/rtsp-parse/interleaved.ts';
import {
  contentLength,
  parseHead,
  parsePublic,
  parseSession,
} from '../../../src/rtsp-parse/message.ts';
import { parseSdp } from '../../../src/rtsp-parse/sdp.ts';
import { parseTransport } from '../../../src/rtsp-parse/transport.ts';
import { splitUrl } from '../../../src/rtsp-parse/url.ts';
import { Fault } from '../../../src/std/fault.ts';
import { latin1Bytes, mutate, mutateText, seededRandom } from '../../support/mutate.ts';

/**
 * Nothing a device sends may throw out of a parser, hang it, or make it grow. Each input is cut to a
 * few kilobytes and has to be done within seconds; all of them share the test's time limit.
 */
const heads = [
  'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://192.0.2.7/live/\r\nContent-Type: application/sdp\r\nContent-Length: 460\r\nSession: 66334873;timeout=60',
  'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="a", nonce="b",\r\n stale=true\r\nWWW-Authenticate: Basic realm="c"',
  'RTSP/1.0 302 Moved\r\nLocation: rtsp://192.0.2.9:554/x\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY',
  'SET_PARAMETER rtsp://192.0.2.7/ RTSP/1.0\r\nCSeq: 9\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=12345678',
];
const descriptions = [
  'v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=x\r\nc=IN IP4 239.1.2.3/16\r\nt=0 0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdoFB+wEQAAAAwBAAAAMo8UKqA==,aM4PyA==;\r\na=control:track1\r\nm=audio -1 RTP/AVP 8 97\r\na=rtpmap:97 MPEG4-GENERIC/48000/2\r\na=fmtp:97 mode=AAC-hbr;config=1190;sizelength=13\r\na=sendonly\r\n',
  'm=application/TP-LINK 0 RTP/AVP smart/1/90000\na=rtpmap:95 TP-LINK/90000\nc=IN\nm=video 0 RTP/AVP 99\na=fmtp:99 sprop-vps=QAEM\n',
];
const challenges = [
  'Digest realm="IP \\"Cam\\", no. 1", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc", algorithm=MD5, qop="auth,auth-int", stale=TRUE',
  'Digest realm=x,nonce=y,algorithm="SHA-256-sess",charset=UTF-8, Basic realm="z", NTLM abc==',
];
const transports = [
  'RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=0A1B2C3D;mode="PLAY"',
  'RTP/AVP;multicast;destination=239.1.2.3;port=5000-5001;ttl=16,RTP/AVP;unicast;client_port=1-2',
];
const urls = [
  'rtsp://admin:p@ss/w#1%40@10.0.0.1:554/cam/realmonitor?channel=1&subtype=0',
  'rtsps://[2001:db8::7]:322/sân?x=%E1%BB%9B',
];
const dictionary = ['$', '\r\n', '\r\n\r\n', ';', '=', '"', '\\', ',', '%', '@', ':', '*', '-1'];
dictionary.push(
  'RTSP/1.0 ',
  'Content-Length: ',
  '99999999999',
  'rtsp://',
  'm=',
  'a=fmtp:',
  '__proto__',
);

const hash = (algorithm: 'md5' | 'sha-256', wire: string) =>
  createHash(algorithm === 'md5' ? 'md5' : 'sha256')
    .update(wire, 'latin1')
    .digest('hex');

/** Runs `parse` on mutations of `seeds`; names the input that fails, so that it is found again. */
function fuzz(
  seed: number,
  count: number,
  seeds: readonly string[],
  parse: (text: string) => void,
) {
  const random = seededRandom(seed);
  for (let index = 0; index < count; index += 1) {
    const input = mutateText(random.pick(seeds), random, {
      rounds: 6,
      maxBytes: 8192,
      dictionary,
      others: seeds,
    });
    const start = performance.now();
    try {
      parse(input);
    } catch (error) {
      throw new Error(`input ${index} of seed ${seed}: ${JSON.stringify(input)}`, { cause: error });
    }
    if (performance.now() - start > 1000)
      throw new Error(`input ${index} of seed ${seed} took long`);
  }
}

it('30,000 damaged messages', () => {
  fuzz(1, 30_000, heads, (text) => {
    const message = parseHead(text);
    if (!message) return;
    contentLength(message.headers);
    parsePublic(message.headers);
    parseSession(message.headers.get('session') ?? '');
    expect(message.headers.size).toBeLessThanOrEqual(200);
  });
});

it('30,000 damaged descriptions, and control URLs made of them', () => {
  fuzz(2, 30_000, descriptions, (text) => {
    const description = parseSdp(text);
    expect(description.media.length).toBeLessThanOrEqual(32);
    const base = {
      requestUrl: 'rtsp://203.0.113.9:8554/live',
      contentBase: text.slice(0, 60),
      contentLocation: null,
    };
    for (const media of description.media) {
      expect(media.formats.length).toBeLessThanOrEqual(32);
      const url = controlUrl(base, media.control);
      expect(url.startsWith('rtsp://203.0.113.9:8554')).toBe(true);
      expect(url).not.toMatch(/[\s\0]/);
    }
  });
});

it('20,000 damaged challenges, each answered', () => {
  fuzz(3, 20_000, challenges, (text) => {
    const challenge = strongestChallenge(parseChallenges([text, text]));
    if (!challenge) return;
    const login = { user: 'u', password: 'hunter2' };
    const header = new Authorization(challenge, login, hash, () => 'c').header({
      method: 'PLAY',
      uri: 'rtsp://a/',
    });
    expect(header).not.toMatch(/[\r\n]/);
    expect(header).not.toContain('hunter2');
  });
});

it('10,000 damaged Transport headers and 10,000 URLs', () => {
  fuzz(4, 10_000, transports, (text) => void parseTransport(text));
  fuzz(5, 10_000, urls, (text) => {
    try {
      expect(splitUrl(text).url).not.toMatch(/[\s\0]/);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'input.url') throw error;
    }
  });
});

it('20,000 damaged interleaved streams in chunks of any size', () => {
  const random = seededRandom(6);
  const frame = (channel: number, length: number) =>
    Uint8Array.from([
      0x24,
      channel,
      length >> 8,
      length & 255,
      0x80,
      96,
      ...random.bytes(length - 2),
    ]);
  const streams = Array.from({ length: 20 }, () => {
    const parts: Uint8Array[] = [];
    for (let count = 0; count < 8; count += 1) {
      if (random.once(3)) parts.push(latin1Bytes(`${random.pick(heads)}\r\n\r\n`));
      parts.push(frame(random.int(4), 2 + random.int(300)));
    }
    return new Uint8Array(Buffer.concat(parts));
  });
  const tokens = dictionary.map(latin1Bytes);
  for (let index = 0; index < 20_000; index += 1) {
    const input = mutate(random.pick(streams), random, {
      rounds: 8,
      maxBytes: 8192,
      dictionary: tokens,
      others: streams,
    });
    let taken = 0;
    let broken = 0;
    const framer = new InterleavedFramer({
      onFrame: (_channel, payload) => {
        taken += payload.length + 4;
      },
      onMessage: (message) => {
        taken += message.body.length;
      },
      onBroken: () => {
        broken += 1;
      },
    });
    framer.expectChannels(new Set([0, 1, 2, 3]));
    for (let at = 0; at < input.length; ) {
      const size = random.once(4) ? input.length : 1 + random.int(200);
      framer.push(input.subarray(at, at + size));
      at += size;
    }
    // It makes nothing up and keeps no more than it was given.
    expect(taken).toBeLessThanOrEqual(input.length);
    expect(framer.bufferedBytes).toBeLessThanOrEqual(input.length);
    expect(broken).toBeLessThanOrEqual(1);
  }
});
