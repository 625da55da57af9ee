import { describe, expect, it } from 'vitest';
import { u64 } from '../../../src/clips/mp4-boxes.ts';
import { withLengths } from '../../../src/clips/mp4-samples.ts';
import { ChunkTable, editList, sampleTimes, timeToSample } from '../../../src/clips/mp4-tables.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const lengths = (annexB: string) => {
  const bytes = Buffer.from(annexB.replaceAll(' ', ''), 'hex');
  const target = Buffer.alloc(bytes.length * 2 + 16);
  return hex(target.subarray(3, 3 + withLengths(bytes, target, 3)));
};
const times = (...shown: number[]) => sampleTimes(Float64Array.from(shown), 10);
/** Everything behind size and name of a box that is found in others. */
const inside = (part: unknown, type: string): string => {
  const all = Buffer.concat([part].flat(9).map((one) => Buffer.from(one as Uint8Array)));
  const at = all.indexOf(type, 0, 'latin1');
  return at < 0 ? '' : hex(all.subarray(at + 4, at + all.readUInt32BE(at - 4) - 4));
};

describe('an access unit becomes a sample', () => {
  it('has a length where a start code was, of three bytes or four', () => {
    expect(lengths('00000001 6742 000001 68ce 00000001 65b8')).toBe(
      '000000026742' + '0000000268ce' + '0000000265b8',
    );
  });

  it('leaves out zeros behind a NAL unit, and NAL units of nothing', () => {
    expect(lengths('00000001 6742 0000 00000001 000001 65b80300')).toBe(
      '000000026742' + '0000000365b803',
    );
  });

  it('keeps emulation prevention, and is nothing where no start code is', () => {
    expect(lengths('000001 65000003 01')).toBe('000000056500000301');
    expect(lengths('6742b8000002')).toBe('');
  });
});

describe('times of samples', () => {
  it('are those of showing where nothing is reordered', () => {
    const { deltas, offsets, shift, duration } = times(0, 40, 90);
    expect([...deltas]).toEqual([40, 50, 10]);
    expect({ offsets, shift, duration }).toEqual({ offsets: null, shift: 0, duration: 100 });
  });

  it('show no picture before it is decoded, and each at its time', () => {
    const shown = [0, 120, 40, 80, 240, 160, 200];
    const { deltas, offsets, shift } = times(...shown);
    let decoded = 0;
    const back = shown.map((_, i) => {
      const at = decoded + offsets![i]! - shift;
      expect(offsets![i]).toBeGreaterThanOrEqual(0);
      decoded += deltas[i]!;
      return at;
    });
    expect(back).toEqual(shown);
  });

  it('go on where a clock stands still', () => {
    const { deltas, offsets } = times(0, 40, 40, 40, 80);
    expect(deltas.every((step) => step > 0)).toBe(true);
    expect(offsets!.every((offset) => offset >= 0)).toBe(true);
  });

  it('are written as runs', () => {
    expect(inside(timeToSample(Float64Array.of(40, 40, 40, 50)), 'stts')).toBe(
      '00000000' + '00000002' + '0000000300000028' + '0000000100000032',
    );
  });
});

describe('places in the file', () => {
  it('have 64 bits beyond 4 GiB', () => {
    const chunks = new ChunkTable();
    chunks.begin(40);
    chunks.add(2, 100);
    expect(inside(chunks.boxes(), 'co64')).toBe('');
    expect(inside(chunks.boxes(), 'stco')).toBe('00000000' + '00000001' + '00000028');
    chunks.begin(5 * 2 ** 32 + 7);
    chunks.add(1, 50);
    expect(inside(chunks.boxes(), 'stco')).toBe('');
    expect(inside(chunks.boxes(), 'co64')).toBe(
      '00000000' + '00000002' + '0000000000000028' + '0000000500000007',
    );
    expect(inside(chunks.boxes(), 'stsc')).toBe(
      '00000000' + '00000002' + '000000010000000200000001' + '000000020000000100000001',
    );
  });

  it('count beyond 32 bits', () => {
    expect(hex(u64(2 ** 40 + 5))).toBe('0000010000000005');
  });
});

describe('the edit list', () => {
  it('is there only where the track does not begin at once', () => {
    expect(editList(0, 0, 1000)).toEqual([]);
    expect(inside(editList(250, 0, 1000), 'elst')).toBe(
      '01000000' +
        ('00000002' + '00000000000000fa' + 'ffffffffffffffff' + '00010000') +
        ('00000000000003e8' + '0000000000000000' + '00010000'),
    );
  });
});
