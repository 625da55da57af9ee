import { describe, expect, it } from 'vitest';
import { InterleavedFramer } from '../../../src/rtsp-parse/interleaved.ts';
import type { RtspMessage } from '../../../src/rtsp-parse/message.ts';
import { latin1Bytes, seededRandom } from '../../support/mutate.ts';

function frame(channel: number, ...payload: number[]): number[] {
  return [0x24, channel, payload.length >> 8, payload.length & 255, ...payload];
}

function rtp(sequence: number, length = 20): number[] {
  const payload = [0x80, 96, sequence >> 8, sequence & 255];
  while (payload.length < length) payload.push(sequence & 255);
  return payload;
}

function collect() {
  const frames: [channel: number, payload: number[]][] = [];
  const messages: RtspMessage[] = [];
  const broken: string[] = [];
  const framer = new InterleavedFramer({
    onFrame: (channel, payload) => frames.push([channel, [...payload]]),
    onMessage: (message) => messages.push(message),
    onBroken: (reason) => broken.push(reason),
  });
  return { framer, frames, messages, broken };
}

const text = (value: string) => [...latin1Bytes(value)];
const answer = (body: string) =>
  text(`RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

describe('InterleavedFramer', () => {
  const stream = [
    ...answer('v=0\r\n'),
    ...frame(0, ...rtp(1)),
    ...frame(1, ...rtp(2, 33)),
    ...text('RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n'),
    ...frame(0),
    ...text('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
    ...frame(7, ...rtp(3, 1400)),
    ...text('\r\n'),
    ...frame(0, ...rtp(4)),
  ];

  function expectWhole({ frames, messages, framer }: ReturnType<typeof collect>) {
    expect(frames.map(([channel, payload]) => [channel, payload.length])).toEqual([
      [0, 20],
      [1, 33],
      [0, 0],
      [7, 1400],
      [0, 20],
    ]);
    expect(frames[3]![1]).toEqual(rtp(3, 1400));
    expect(messages.map((message) => message.kind)).toEqual(['response', 'response', 'request']);
    expect(new TextDecoder().decode(messages[0]!.body)).toBe('v=0\r\n');
    expect(framer.garbageBytes).toBe(0);
    expect(framer.bufferedBytes).toBe(0);
  }

  it('takes messages and frames out of one chunk', () => {
    const found = collect();
    found.framer.push(Uint8Array.from(stream));
    expectWhole(found);
  });

  it.each([1, 2, 3, 5, 7, 64, 1000])('takes the same out of chunks of %i bytes', (size) => {
    const found = collect();
    for (let at = 0; at < stream.length; at += size) {
      found.framer.push(Uint8Array.from(stream.slice(at, at + size)));
    }
    expectWhole(found);
  });

  it('takes the same out of chunks of any size', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const found = collect();
      for (let at = 0; at < stream.length; ) {
        const size = 1 + random.int(400);
        found.framer.push(Uint8Array.from(stream.slice(at, at + size)));
        at += size;
      }
      expectWhole(found);
    }
  });

  it('gives views, not copies, of a frame that came whole', () => {
    const chunk = Uint8Array.from(frame(0, ...rtp(1)));
    let seen: ArrayBufferLike | null = null;
    const framer = new InterleavedFramer({
      onFrame: (_channel, payload) => {
        seen = payload.buffer;
      },
      onMessage() {},
      onBroken() {},
    });
    framer.push(chunk);
    expect(seen).toBe(chunk.buffer);
  });

  it('does not let the next read overwrite a frame that two reads split', () => {
    const shared = new Uint8Array(64);
    const { framer, frames } = collect();
    const bytes = frame(0, ...rtp(9, 30));
    for (const part of [bytes.slice(0, 11), bytes.slice(11)]) {
      shared.set(part);
      framer.push(shared.subarray(0, part.length));
      shared.fill(0xee);
    }
    expect(frames).toEqual([[0, rtp(9, 30)]]);
  });

  it('resynchronises on $ after garbage between frames (quirk 8)', () => {
    const { framer, frames } = collect();
    framer.expectChannels(new Set([0, 1]));
    // Garbage with a `$` of an unknown channel, and one that no RTP follows.
    const garbage = [9, 9, 0x24, 200, 0, 20, 1, 0x24, 0, 0, 20, 1, 1, 0x24];
    framer.push(Uint8Array.from([...frame(0, ...rtp(1)), ...garbage, ...frame(0, ...rtp(2))]));
    expect(frames.map(([, payload]) => payload[3])).toEqual([1, 2]);
    expect(framer.garbageBytes).toBe(garbage.length);
  });

  it('resynchronises on RTSP/1.0 after garbage (quirk 8)', () => {
    const { framer, messages } = collect();
    framer.push(Uint8Array.from([0xff, 0x52, 0x53, 0x52, ...answer('x'), 1, 2, ...answer('y')]));
    expect(messages.map(({ body }) => String.fromCharCode(...body))).toEqual(['x', 'y']);
  });

  it('survives stale data at the beginning of a connection (quirk 8)', () => {
    const { framer, frames, messages } = collect();
    framer.push(Uint8Array.from([...rtp(1).slice(5), ...frame(0, ...rtp(2)), ...answer('')]));
    expect(frames).toHaveLength(1);
    expect(messages).toHaveLength(1);
  });

  it('says that a peer is broken after a mebibyte of garbage, and holds none of it', () => {
    const { framer, broken } = collect();
    const garbage = new Uint8Array(64 * 1024).fill(1);
    for (let pushed = 0; pushed < 40; pushed += 1) {
      framer.push(garbage);
      expect(framer.bufferedBytes).toBeLessThan(8);
    }
    expect(broken).toHaveLength(1);
  });

  it('bounds heads and bodies', () => {
    const endless = collect();
    endless.framer.push(latin1Bytes('RTSP/1.0 200 OK\r\n'));
    for (let pushed = 0; pushed < 4000; pushed += 1) {
      endless.framer.push(
        latin1Bytes(`X-${pushed}: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n`),
      );
      expect(endless.framer.bufferedBytes).toBeLessThanOrEqual(33 * 1024);
    }
    expect(endless.messages).toHaveLength(0);
    expect(endless.framer.garbageBytes).toBeGreaterThan(0);

    const huge = collect();
    huge.framer.push(latin1Bytes('RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n'));
    expect(huge.broken).toEqual([expect.stringContaining('99999999')]);
  });
});
