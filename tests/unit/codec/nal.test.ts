import { describe, expect, it } from 'vitest';
import {
  escapeNal,
  firstStartCode,
  joinNals,
  splitNals,
  unescapeNal,
} from '../../../src/codec/nal.ts';
import { seededRandom } from '../../support/mutate.ts';

describe('NAL units', () => {
  it('are found behind start codes of three and four bytes, trailing zeros off', () => {
    const stream = Uint8Array.of(0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0x65, 0, 3);
    expect(splitNals(stream).map((nal) => [...nal])).toEqual([
      [0x67, 1],
      [0x68, 2],
      [0x65, 0, 3],
    ]);
    expect(splitNals(Uint8Array.of(1, 2, 3))).toEqual([]);
    expect(splitNals(Uint8Array.of(0, 0, 1))).toEqual([]);
  });

  it('join with four-byte start codes and split into the same', () => {
    const nals = [Uint8Array.of(0x67, 1), Uint8Array.of(0x68), Uint8Array.of(0x65, 9, 9)];
    expect(splitNals(joinNals(nals))).toEqual(nals);
  });

  it('lose and get back emulation prevention, bytes full of zeros included', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 500; i++) {
      const raw = Uint8Array.from({ length: 1 + random.int(40) }, () => random.int(5));
      raw[raw.length - 1] = 0x80;
      const escaped = escapeNal(raw);
      expect(firstStartCode(escaped)).toBe(-1);
      expect(unescapeNal(escaped)).toEqual(raw);
    }
  });

  it('unescape by the letter of the standard', () => {
    expect([...unescapeNal(Uint8Array.of(9, 0, 0, 3, 0, 0, 3, 1, 3, 0, 3))]).toEqual([
      9, 0, 0, 0, 0, 1, 3, 0, 3,
    ]);
    expect([...escapeNal(Uint8Array.of(0, 0, 0, 0, 0))]).toEqual([0, 0, 3, 0, 0, 3, 0, 3]);
    const plain = Uint8Array.of(1, 2, 3, 4);
    expect(unescapeNal(plain)).toBe(plain);
  });
});
