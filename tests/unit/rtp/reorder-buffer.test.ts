import { describe, expect, it } from 'vitest';
import { ReorderBuffer } from '../../../src/rtp/reorder-buffer.ts';
import { parseRtpPacket } from '../../../src/rtp/rtp-packet.ts';
import { seededRandom } from '../../support/mutate.ts';
import { rtpPacket } from '../../support/rtp-packets.ts';

class Bench {
  readonly out: number[] = [];
  readonly losses: number[] = [];
  readonly buffer: ReorderBuffer;

  constructor(ordered = false, waitMs = 100) {
    this.buffer = new ReorderBuffer({
      ordered,
      waitMs,
      deliver: ({ packet }, lossBefore) => {
        this.out.push(packet.sequence);
        if (lossBefore) this.losses.push(packet.sequence);
      },
    });
  }

  push(sequence: number, receivedAtMs = 0, size = 10): this {
    const packet = parseRtpPacket(
      rtpPacket({ sequence, timestamp: 0, payload: new Uint8Array(size) }),
    );
    if (typeof packet === 'string') throw new Error(packet);
    this.buffer.push({ packet, receivedAtMs, foreign: false });
    return this;
  }

  pushAll(...sequences: number[]): this {
    for (const sequence of sequences) this.push(sequence);
    return this;
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('reordering over UDP (quirk 9)', () => {
  it('puts packets into order and counts those that came late', () => {
    const bench = new Bench().pushAll(1, 3, 2, 4, 7, 6, 5, 8);
    expect(bench.out).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(bench.buffer).toMatchObject({ lost: 0, duplicates: 0, waiting: 0 });
    expect(bench.buffer.reordered).toBeGreaterThan(0);
    expect(bench.losses).toEqual([]);
  });

  it('goes over the wrap of sequence numbers, in order and out of it', () => {
    const bench = new Bench().pushAll(65_533, 65_535, 65_534, 1, 0, 2);
    expect(bench.out).toEqual([65_533, 65_534, 65_535, 0, 1, 2]);
    expect(bench.buffer.extendedHighest).toBe(65_536 + 2);
  });

  it('drops duplicates, early and late ones', () => {
    const bench = new Bench().pushAll(1, 1, 2, 4, 4, 3, 2, 5);
    expect(bench.out).toEqual([1, 2, 3, 4, 5]);
    expect(bench.buffer.duplicates).toBe(4 - 1);
    expect(bench.buffer.lost).toBe(0);
  });

  it('gives up on a hole after the wait, tells the loss, and takes it back when the packet comes late', () => {
    const bench = new Bench().push(1, 0).push(3, 10).push(4, 20);
    expect(bench.out).toEqual([1]);
    bench.buffer.poll(109);
    expect(bench.out).toEqual([1]);
    bench.buffer.poll(110);
    expect(bench.out).toEqual([1, 3, 4]);
    expect(bench.losses).toEqual([3]);
    expect(bench.buffer.lost).toBe(1);
    bench.push(2, 130);
    expect(bench.buffer).toMatchObject({ lost: 0, reordered: 1 });
    expect(bench.out).toEqual([1, 3, 4]);
  });

  it('gives up on a hole without polling when packets go on coming', () => {
    const bench = new Bench().push(1, 0).push(3, 10).push(4, 200);
    expect(bench.out).toEqual([1, 3, 4]);
  });

  it('waits for each hole on its own', () => {
    const bench = new Bench().push(1, 0).push(3, 10).push(5, 90);
    bench.buffer.poll(115);
    expect(bench.out).toEqual([1, 3]);
    bench.buffer.poll(190);
    expect(bench.out).toEqual([1, 3, 5]);
    expect(bench.losses).toEqual([3, 5]);
  });

  it('is bounded in packets and in bytes', () => {
    const bench = new Bench(false, 1e9).push(0);
    for (const sequence of range(2, 3000)) bench.push(sequence);
    expect(bench.buffer.waiting).toBeLessThan(512);
    expect(bench.out.length).toBeGreaterThan(2400);
    const heavy = new Bench(false, 1e9).push(0);
    for (let i = 0; i < 400; i++) {
      heavy.push(2 + i * 2, 0, 60_000);
      expect(heavy.buffer.waitingBytes).toBeLessThan(5 * 1024 * 1024);
    }
    heavy.buffer.flush();
    expect(heavy.buffer.waitingBytes).toBe(0);
  });

  it('follows a sender that restarts its numbers after two packets in a row', () => {
    const bench = new Bench().pushAll(100, 101, 40_000, 40_001, 40_002);
    expect(bench.out).toEqual([100, 101, 40_001, 40_002]);
    expect(bench.losses).toEqual([40_001]);
    expect(bench.buffer.lost).toBe(0);
  });

  it('is not led astray by one packet from elsewhere', () => {
    const bench = new Bench().pushAll(100, 40_000, 101, 20_000, 102);
    expect(bench.out).toEqual([100, 101, 102]);
    expect(bench.losses).toEqual([]);
  });

  it('delivers each packet once and in order, whatever the network does', () => {
    const random = seededRandom(21);
    for (let round = 0; round < 50; round++) {
      const bench = new Bench();
      const start = random.int(65_536);
      const sent = range(0, 800).map((i) => (start + i) & 0xffff);
      const onTheWay: [at: number, sequence: number][] = sent.flatMap((sequence, i) => {
        if (i > 0 && random.once(20)) return [];
        const copies = random.once(15) ? 2 : 1;
        // The first one fixes the beginning: it must not be overtaken.
        return range(0, copies).map(
          () => [i * 5 + (i === 0 ? 0 : random.int(60)), sequence] as [number, number],
        );
      });
      onTheWay.sort((a, b) => a[0] - b[0]);
      for (const [at, sequence] of onTheWay) bench.push(sequence, at);
      bench.buffer.flush();
      const received = new Set(onTheWay.map(([, sequence]) => sequence));
      expect(bench.out).toEqual(sent.filter((sequence) => received.has(sequence)));
      expect(bench.buffer.duplicates).toBe(onTheWay.length - received.size);
      const missing = (bench.out.at(-1)! - start + 65_536) % 65_536;
      expect(bench.buffer.lost).toBe(missing + 1 - bench.out.length);
    }
  });
});

describe('the order of TCP', () => {
  it('passes packets at once and counts what the sender left out', () => {
    const bench = new Bench(true).pushAll(65_534, 65_535, 2, 3);
    expect(bench.out).toEqual([65_534, 65_535, 2, 3]);
    expect(bench.losses).toEqual([2]);
    expect(bench.buffer).toMatchObject({ lost: 2, waiting: 0 });
  });

  it('counts the cycles over a hole at the wrap', () => {
    expect(new Bench(true).pushAll(65_534, 2).buffer.extendedHighest).toBe(65_536 + 2);
  });

  it('follows a restart, also one to a number a little lower', () => {
    const bench = new Bench(true).pushAll(5000, 5001, ...range(4950, 5100));
    expect(bench.out.at(-1)).toBe(5099);
    expect(bench.out.length).toBeGreaterThan(80);
    expect(new Bench(true).pushAll(5000, 7, 8, 9).out).toEqual([5000, 8, 9]);
  });
});
