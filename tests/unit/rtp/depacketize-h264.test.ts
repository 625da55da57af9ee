import { describe, expect, it } from 'vitest';
import { joinNals, splitNals } from '../../../src/codec/nal.ts';
import { clip, isSlice, packetsOf } from '../../support/clips.ts';
import { seededRandom } from '../../support/mutate.ts';
import { h264Pps, h264Sei, h264Slice, h264Sps } from '../../support/parameter-sets.ts';
import {
  aggregate,
  bytesOf,
  h264Payloads,
  PacketWriter,
  rtpPacket,
} from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

const random = seededRandom(31);
const sps = h264Sps({ pocType: 2 });
const pps = h264Pps();
const body = random.bytes(900);
const idr = h264Slice({ idr: true, body });
const p = (poc: number) => h264Slice({ poc, body: random.bytes(500) });
const base64 = (...nals: Uint8Array[]) =>
  nals.map((nal) => Buffer.from(nal).toString('base64')).join();
const described = { fmtp: { 'sprop-parameter-sets': base64(sps, pps) } };

function slices(data: Uint8Array): Uint8Array[] {
  return splitNals(data).filter((nal) => isSlice(nal, 'h264'));
}

describe('H.264 out of RTP', () => {
  it.each(['in-order.h264', 'b-frames.h264', 'open-gop-slices.h264', 'unused-reordering.h264'])(
    'gives every picture of %s back, byte for byte, over fragments and aggregates',
    (name) => {
      const source = clip(name);
      const track = new TrackUnderTest('H264').sendAll(packetsOf(source));
      track.receiver.flush();
      expect(track.units).toHaveLength(source.units.length);
      source.units.forEach((nals, i) => {
        const wanted = nals.filter((nal) => isSlice(nal, 'h264'));
        expect(slices(track.units[i]!.data)).toEqual(wanted);
      });
      expect(track.order[0]).toBe('format');
      expect(track.problems).toEqual([]);
    },
  );

  it('tells time, arrival and codec of each access unit', () => {
    const track = new TrackUnderTest('h264', described);
    const writer = new PacketWriter({ timestamp: 2 ** 32 - 1800 });
    const start = track.now;
    track.send(writer.unit([idr])).send(writer.unit([p(2)]));
    expect(track.units).toMatchObject([
      {
        kind: 'video',
        keyframe: true,
        time: { ticks: 2 ** 32 - 1800, clockRate: 90_000 },
        receivedAtMs: start,
        afterLoss: false,
      },
      { keyframe: false, time: { ticks: 2 ** 32 + 1800 }, receivedAtMs: start + 40 },
    ]);
    expect(track.formats).toHaveLength(1);
  });

  it('puts parameter sets from the description before keyframes that come without (quirk 3: never in-band)', () => {
    const track = new TrackUnderTest('H264', described);
    expect(track.receiver.depacketizer?.format).toMatchObject({ width: 80 });
    const writer = new PacketWriter();
    track
      .send(writer.unit([idr]))
      .send(writer.unit([p(2)]))
      .send(writer.unit([idr]));
    expect(track.types()).toEqual([[7, 8, 5], [1], [7, 8, 5]]);
    expect(track.units[0]!.data).toEqual(
      bytesOf(track.units[0]!.data.subarray(0, 4), track.units[0]!.data.subarray(4)),
    );
    expect([...track.units[0]!.data.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0x67]);
  });

  it('waits for parameter sets that the description lacks (quirk 3: missing)', () => {
    const track = new TrackUnderTest('H264');
    const writer = new PacketWriter();
    track.send(writer.unit([idr])).send(writer.unit([p(2)]));
    expect([track.units.length, track.formats.length]).toEqual([0, 0]);
    expect(track.problems).toEqual(['pictures before any parameter sets']);
    track.send(writer.unit([sps, pps, idr]));
    expect(track.types()).toEqual([[7, 8, 5]]);
  });

  it('takes a size that changes mid-stream and tells it once, before its first picture (quirk 3)', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    track.send(writer.unit([idr])).send(writer.unit([sps, pps, idr]));
    expect(track.formats).toHaveLength(1);
    track.send(writer.unit([h264Sps({ pocType: 2, widthMbs: 40 }), pps, idr]));
    track.send(writer.unit([h264Sps({ pocType: 2, widthMbs: 40 }), pps, idr]));
    expect(track.videoFormats.map((format) => format.width)).toEqual([80, 640]);
    expect(track.order).toEqual(['format', 'unit', 'unit', 'format', 'unit', 'unit']);
  });

  it('takes STAP-A with parameter sets and picture in one packet (quirk 10)', () => {
    const track = new TrackUnderTest('H264');
    track.send(new PacketWriter().unit([aggregate([Uint8Array.of(9, 0xf0), sps, pps, idr])]));
    expect(track.types()).toEqual([[7, 8, 5]]);
  });

  it('strips delimiters and filler, keeps SEI', () => {
    const track = new TrackUnderTest('H264', described);
    track.send(
      new PacketWriter().unit([
        Uint8Array.of(9, 0xf0, 0),
        h264Sei(5),
        idr,
        bytesOf(12, new Uint8Array(50).fill(255), 0x80),
      ]),
    );
    expect(track.types()).toEqual([[7, 8, 6, 5]]);
  });

  it('does not end a picture at a marker on SEI or parameter sets (quirk 10)', () => {
    const track = new TrackUnderTest('H264');
    const writer = new PacketWriter();
    track.send([
      writer.packet({ payload: sps, marker: true }),
      writer.packet({ payload: pps, marker: true }),
      writer.packet({ payload: h264Sei(1), marker: true }),
      writer.packet({ payload: idr, marker: true }),
    ]);
    expect(track.types()).toEqual([[7, 8, 6, 5]]);
    expect(track.units[0]?.afterLoss).toBe(false);
  });

  it('takes parameter sets and SEI that have a timestamp of their own (quirk 10)', () => {
    const track = new TrackUnderTest('H264');
    const writer = new PacketWriter();
    track.send(writer.unit([sps, pps, h264Sei(6)], 10, false));
    track.send(writer.unit([h264Slice({ type: 7, poc: 0 })]));
    expect(track.types()).toEqual([[7, 8, 6, 1]]);
    expect(track.units[0]?.keyframe).toBe(true);
  });

  it('ends a picture at the next timestamp where the marker is never set (quirk 10)', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    for (const nal of [idr, p(2), p(4)])
      track.send(writer.unit(h264Payloads(nal, 300), 3600, false));
    expect(track.types()).toEqual([[7, 8, 5], [1]]);
    track.receiver.flush();
    expect(track.units).toHaveLength(3);
    expect(track.units.some((unit) => unit.afterLoss)).toBe(false);
  });

  it('learns that the marker ends slices, not pictures, and then goes by timestamps (quirk 10)', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    const half = (firstMb: number) => h264Slice({ poc: 2, firstMb, body: random.bytes(50) });
    for (let i = 0; i < 4; i++) {
      const payloads = i === 0 ? [idr, h264Slice({ idr: true, firstMb: 9 })] : [half(0), half(9)];
      track.send(payloads.map((payload) => writer.packet({ payload, marker: true })));
      writer.timestamp += 3600;
    }
    track.receiver.flush();
    // What came before the lesson is torn; every picture after it is whole.
    expect(track.types().slice(1)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(track.units[1]?.afterLoss).toBe(true);
    expect(track.problems).toHaveLength(1);
  });

  it('takes a fragment type that changes, as nothing is missing (quirk 10: FU type changes)', () => {
    const track = new TrackUnderTest('H264', described);
    const payloads = h264Payloads(idr, 300);
    payloads[1]![1] = 0x01;
    track.send(new PacketWriter().unit(payloads));
    expect(slices(track.units[0]!.data)).toEqual([idr]);
  });

  it('takes fragments whose end bit is never set (quirk 10)', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    for (let i = 0; i < 3; i++) {
      const payloads = h264Payloads(idr, 300);
      payloads.at(-1)![1]! &= ~0x40;
      track.send(writer.unit(payloads, 3600, i > 0));
    }
    expect(track.units.map((unit) => slices(unit.data))).toEqual([[idr], [idr], [idr]]);
  });

  it('takes start codes inside a payload (quirk 3 and 10)', () => {
    const inside = joinNals([sps, pps, idr]);
    const track = new TrackUnderTest('H264');
    const writer = new PacketWriter();
    track.send(writer.unit([inside.subarray(4)]));
    track.send(writer.unit([inside]));
    track.send(writer.unit(h264Payloads(inside.subarray(4), 300)));
    expect(track.types()).toEqual([
      [7, 8, 5],
      [7, 8, 5],
      [7, 8, 5],
    ]);
    for (const unit of track.units) expect(slices(unit.data)).toEqual([idr]);
  });

  it('takes the interleaved kinds as they come (STAP-B, MTAP, FU-B)', () => {
    const sized = (nal: Uint8Array, ...offsets: number[]) =>
      bytesOf(
        [(nal.length + offsets.length) >> 8, (nal.length + offsets.length) & 255],
        offsets,
        nal,
      );
    const track = new TrackUnderTest('H264');
    const writer = new PacketWriter();
    track.send(writer.unit([bytesOf(0x79, [0, 1], sized(sps), sized(pps), sized(idr))]));
    track.send(writer.unit([bytesOf(0x7a, [0, 1], sized(p(2), 0, 0, 0))]));
    track.send(writer.unit([bytesOf(0x7b, [0, 1], sized(p(4), 0, 0, 0, 0))]));
    const fragments = h264Payloads(p(6), 300);
    fragments[0] = bytesOf(
      (fragments[0]![0]! & 0xe0) | 29,
      fragments[0]![1]!,
      [0, 7],
      fragments[0]!.subarray(2),
    );
    track.send(writer.unit(fragments));
    expect(track.types()).toEqual([[7, 8, 5], [1], [1], [1]]);
    expect(track.problems).toHaveLength(1);
  });
});

describe('loss in H.264 over RTP', () => {
  const fragments = (poc: number) => h264Payloads(p(poc), 150);

  it.each([0, 1, 2, 3])(
    'drops the picture that misses its packet %i, and tells it with the next',
    (missing) => {
      const track = new TrackUnderTest('H264', described);
      const writer = new PacketWriter();
      track.send(writer.unit([idr]));
      track.send(writer.unit(fragments(2)).filter((_, i) => i !== missing));
      track.send(writer.unit(fragments(4)));
      track.send(writer.unit(fragments(6)));
      // The last packet carries the marker: without it the loss shows only with the next picture.
      expect(track.units.map((unit) => [unit.keyframe, unit.afterLoss])).toEqual([
        [true, false],
        [false, true],
        [false, false],
      ]);
      expect(track.receiver.figures.lost).toBe(1);
    },
  );

  it('of whole pictures between two markers harms neither neighbour', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    track.send(writer.unit([idr]));
    writer.unit(fragments(2));
    track.send(writer.unit(fragments(4)));
    expect(track.units.map((unit) => unit.afterLoss)).toEqual([false, true]);
  });

  it('of a first slice is found by the slice that follows', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    track.send(writer.unit([idr]));
    const two = [p(2), h264Slice({ poc: 2, firstMb: 9 })];
    track.send(writer.unit(two).slice(1));
    track.send(writer.unit([p(4)]));
    expect(track.units.map((unit) => unit.time.ticks)).toEqual([90_000, 97_200]);
  });

  it('at the very beginning (joined within a picture) gives no torn picture', () => {
    const fragmentsFirst = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    fragmentsFirst.send(writer.unit(fragments(2)).slice(1)).send(writer.unit([idr]));
    expect(fragmentsFirst.types()).toEqual([[7, 8, 5]]);
    const slicesFirst = new TrackUnderTest('H264', described);
    slicesFirst
      .send(writer.unit([p(2), h264Slice({ firstMb: 9 })]).slice(1))
      .send(writer.unit([idr]));
    expect(slicesFirst.types()).toEqual([[7, 8, 5]]);
  });

  it('never lets a torn picture through, whatever is lost', () => {
    const source = clip('open-gop-slices.h264');
    const whole = new Set(
      source.units.map((nals) =>
        Buffer.from(joinNals(nals.filter((nal) => isSlice(nal, 'h264')))).toString('hex'),
      ),
    );
    for (let round = 0; round < 100; round++) {
      const track = new TrackUnderTest('H264');
      for (const packets of packetsOf(source, new PacketWriter(), 60)) {
        track.send(packets.filter(() => !random.once(12)));
      }
      track.receiver.flush();
      for (const unit of track.units) {
        const hex = Buffer.from(joinNals(slices(unit.data))).toString('hex');
        expect(whole.has(hex)).toBe(true);
      }
    }
  });

  it('of a cut aggregate drops the picture', () => {
    const track = new TrackUnderTest('H264', described);
    const writer = new PacketWriter();
    track
      .send(writer.unit([aggregate([h264Sei(1), idr]).subarray(0, 60)]))
      .send(writer.unit([idr]));
    expect(track.units.map((unit) => unit.afterLoss)).toEqual([true]);
  });
});

describe('memory of an H.264 track', () => {
  it('is bounded where a picture never ends', () => {
    const track = new TrackUnderTest('H264', described);
    const payload = bytesOf(0x7c, 0x05, new Uint8Array(60_000).fill(0x55));
    const writer = new PacketWriter();
    track.send([writer.packet({ payload: bytesOf(0x7c, 0x85, new Uint8Array(9)) })]);
    for (let i = 0; i < 600; i++) {
      track.send(
        [rtpPacket({ sequence: writer.sequence++, timestamp: writer.timestamp, payload })],
        0,
      );
      expect(track.receiver.bufferedBytes).toBeLessThan(17 * 1024 * 1024);
    }
    expect(track.problems.join()).toContain('larger than');
    writer.timestamp += 3600;
    track.send(writer.unit([idr]));
    expect(track.units).toHaveLength(1);
    expect(track.receiver.bufferedBytes).toBeLessThan(1000);
  });
});
