import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeHex } from '../../../src/codec/base64.ts';
import { mpeg4Intra, parseMpeg4Config } from '../../../src/codec/mpeg4.ts';
import { spropNals } from '../../../src/codec/sprop.ts';
import { fixture } from '../../support/clips.ts';
import { seededRandom } from '../../support/mutate.ts';
import { h264Pps, h264Sps } from '../../support/parameter-sets.ts';
import { bytesOf } from '../../support/rtp-packets.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('base64 and hexadecimal of session descriptions', () => {
  it('agrees with a strict decoder on what is well formed', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 200; i++) {
      const bytes = random.bytes(random.int(50));
      expect([...decodeBase64(base64(bytes))]).toEqual([...bytes]);
      expect([...decodeHex(Buffer.from(bytes).toString('hex'))]).toEqual([...bytes]);
    }
  });

  it('takes missing and doubled padding, spaces and the URL alphabet', () => {
    const wanted = [...decodeBase64('+/8BAg==')];
    for (const text of ['+/8BAg', '+/8BAg====', ' +/8B\r\nAg= ', '-_8BAg']) {
      expect([...decodeBase64(text)]).toEqual(wanted);
    }
    expect([...decodeHex('000001b0z9')]).toEqual([0, 0, 1, 0xb0]);
  });
});

describe('sprop-parameter-sets', () => {
  const sps = h264Sps();
  const pps = h264Pps();

  it('gives SPS and PPS', () => {
    expect(spropNals(`${base64(sps)},${base64(pps)}`)).toEqual([sps, pps]);
  });

  it('missing, half there, or ending in a comma (quirk 3) gives what is there', () => {
    expect(spropNals(undefined)).toEqual([]);
    expect(spropNals('')).toEqual([]);
    expect(spropNals(`${base64(sps)},`)).toEqual([sps]);
    expect(spropNals(`,${base64(pps)}`)).toEqual([pps]);
  });

  it('in Annex B (quirk 3) gives the NAL units inside', () => {
    const annexB = bytesOf([0, 0, 0, 1], sps, [0, 0, 0, 1], pps);
    expect(spropNals(base64(annexB))).toEqual([sps, pps]);
    expect(spropNals(base64(bytesOf([0, 0, 1], sps)))).toEqual([sps]);
  });

  it('of hostile length is not looked at', () => {
    expect(spropNals('A'.repeat(100_000))).toEqual([]);
  });
});

describe('MPEG-4 part 2', () => {
  it('size and profile stand in its headers', () => {
    expect(parseMpeg4Config(fixture('pictures.m4v'))).toMatchObject({
      width: 80,
      height: 64,
      profileLevel: 1,
    });
    expect(parseMpeg4Config(Uint8Array.of(0, 0, 1, 0x20))).toBeNull();
    expect(mpeg4Intra(fixture('pictures.m4v'))).toBe(true);
    expect(mpeg4Intra(new Uint8Array(9))).toBeNull();
  });
});
