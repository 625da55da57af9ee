import { describe, expect, it } from 'vitest';
import { BitReader, BitWriter, stopBitPosition } from '../../../src/codec/bits.ts';
import { seededRandom } from '../../support/mutate.ts';

describe('bits', () => {
  it('reads back what was written, whatever the alignment', () => {
    const random = seededRandom(1);
    const written: [kind: number, value: number, count: number][] = [];
    const writer = new BitWriter();
    for (let i = 0; i < 2000; i++) {
      const kind = random.int(3);
      const count = 1 + random.int(32);
      const value = kind === 2 ? random.int(4001) - 2000 : random.next() >>> (32 - count);
      written.push([kind, value, count]);
      if (kind === 0) writer.bits(value, count);
      else if (kind === 1) writer.ue(value);
      else writer.se(value);
    }
    const bytes = writer.end();
    const reader = new BitReader(bytes);
    for (const [kind, value, count] of written) {
      const read = kind === 0 ? reader.bits(count) : kind === 1 ? reader.ue() : reader.se();
      expect(read).toBe(value);
    }
    expect(reader.position).toBe(stopBitPosition(bytes));
    expect(reader.overrun).toBe(false);
  });

  it('copies a range of bits as it is', () => {
    const bytes = seededRandom(2).bytes(40);
    const writer = new BitWriter();
    writer.copy(bytes, 3, 200);
    const copied = new BitReader(writer.end());
    const source = new BitReader(bytes, 3);
    for (let i = 3; i < 200; i++) expect(copied.bit()).toBe(source.bit());
  });

  it('gives zeros and an overrun behind the end, and never loops on a long run of zeros', () => {
    const reader = new BitReader(new Uint8Array(100));
    expect(reader.ue()).toBe(0);
    expect(reader.overrun).toBe(true);
    const short = new BitReader(Uint8Array.of(0xff));
    expect(short.bits(9)).toBe(0);
    expect(short.overrun).toBe(true);
    const skipped = new BitReader(Uint8Array.of(0xff));
    skipped.skip(2 ** 40);
    expect([skipped.overrun, skipped.position]).toEqual([true, 8]);
  });

  it('finds no stop bit in zeros', () => {
    expect(stopBitPosition(new Uint8Array(4))).toBe(-1);
    expect(stopBitPosition(Uint8Array.of(0x12, 0x40, 0))).toBe(9);
  });
});
