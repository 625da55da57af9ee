import { describe, expect, it } from 'vitest';
import { parseRtcp } from '../../../src/rtp/rtcp.ts';
import { clip, packetsOf, payloadsOf } from '../../support/clips.ts';
import { bye, senderReport } from '../../support/rtcp-packets.ts';
import { bytesOf, PacketWriter, rtpPacket } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

/** G.711 is the simplest carrier: one packet, one access unit. */
const pcmu = (options: ConstructorParameters<typeof TrackUnderTest>[1] = {}) =>
  new TrackUnderTest('PCMU', { clockRate: 8000, payloadType: 0, ...options });
const writer = (start: Partial<PacketWriter> = {}) =>
  new PacketWriter({ payloadType: 0, timestamp: 160, ...start });
const block = (value = 1) => new Uint8Array(160).fill(value);
const first = (track: TrackUnderTest) => track.units.map((unit) => unit.data[0]);

describe('who is listened to', () => {
  it('private payload types that share the SSRC are passed over and are no loss (quirk 10)', () => {
    for (const ordered of [true, false]) {
      const track = pcmu({ ordered });
      const camera = writer();
      for (let i = 0; i < 10; i++) {
        track.send(camera.unit([block(i)], 160));
        track.send([camera.packet({ payload: [1, 2, 3], payloadType: 107, timestamp: 5 })], 0);
      }
      expect(first(track)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(track.receiver.figures).toMatchObject({ packets: 10, lost: 0, ignored: 10 });
      expect(track.units.some((unit) => unit.afterLoss)).toBe(false);
    }
  });

  it('private payload types numbered on their own do not disturb either (quirk 10)', () => {
    for (const ordered of [true, false]) {
      const track = pcmu({ ordered });
      const camera = writer();
      const own = writer({ sequence: 30_000, payloadType: 107 });
      for (let i = 0; i < 10; i++) {
        track.send(camera.unit([block(i)], 160));
        track.send(own.unit([block(99)]), 0);
      }
      expect(track.units).toHaveLength(10);
      expect(track.receiver.figures.lost).toBe(0);
    }
  });

  it('a hole before a private packet is told with the next of ours', () => {
    const track = pcmu({ ordered: false });
    const camera = writer();
    track.send(camera.unit([block()], 160));
    camera.sequence++;
    track.send([camera.packet({ payload: [1], payloadType: 107 })]);
    track.send(camera.unit([block()], 160)).wait(200);
    track.receiver.poll(track.now);
    expect(track.units.map((unit) => unit.afterLoss)).toEqual([false, true]);
  });

  it('an SSRC other than the announced one is taken all the same (quirk 8: wrong SSRC)', () => {
    const track = pcmu({ ssrc: 0x55555555 });
    track.send(writer().unit([block()], 160));
    expect(track.units).toHaveLength(1);
  });

  it('stale packets of an old session give way to the announced SSRC at once (quirk 8)', () => {
    const track = pcmu({ ssrc: 0x55555555 });
    const old = writer({ sequence: 9 });
    const ours = writer({ sequence: 700, ssrc: 0x55555555 });
    track.send(old.unit([block(1)], 160)).send(old.unit([block(2)], 160));
    track
      .send(ours.unit([block(3)], 160))
      .send(old.unit([block(4)], 160))
      .send(ours.unit([block(5)], 160));
    expect(first(track)).toEqual([1, 2, 3, 5]);
    expect(track.units[2]?.afterLoss).toBe(true);
    expect(track.receiver.figures.lost).toBe(0);
  });

  it('a stranger between our packets is ignored, a sender that changes its SSRC is followed (quirk 8)', () => {
    const track = pcmu();
    const ours = writer();
    const stranger = writer({ ssrc: 7, sequence: 1 });
    for (let i = 0; i < 20; i++) {
      track.send(ours.unit([block(1)], 160));
      track.send(stranger.unit([block(2)], 160), 0);
    }
    expect(new Set(first(track))).toEqual(new Set([1]));
    for (let i = 0; i < 10; i++) track.send(stranger.unit([block(3)], 160));
    expect(first(track).filter((value) => value === 3).length).toBeGreaterThanOrEqual(5);
    expect(track.units.find((unit) => unit.data[0] === 3)?.afterLoss).toBe(true);
  });

  it('garbage is counted and forgotten (quirk 8)', () => {
    const track = pcmu();
    track.send([new Uint8Array(0), new Uint8Array(40), bytesOf(0x90, new Uint8Array(12))]);
    expect(track.receiver.figures).toMatchObject({ packets: 0, ignored: 3 });
    expect(track.receiver.report(track.now)).toBeNull();
  });

  it('an encoding we cannot take apart is counted only', () => {
    const track = new TrackUnderTest('VP8').send(new PacketWriter().unit([block()]));
    expect(track.receiver.depacketizer).toBeNull();
    expect(track.receiver.figures.packets).toBe(1);
  });
});

describe('time', () => {
  it('of the sender comes from its reports', () => {
    const track = pcmu();
    const camera = writer({ timestamp: 8000 });
    track.send(camera.unit([block()], 160));
    expect(track.units[0]?.senderTimeMs).toBeNull();
    const cameraNow = track.now - 5000;
    track.receiver.rtcp(senderReport({ timeMs: cameraNow, rtpTimestamp: 8160 }), track.now);
    track.send(camera.unit([block()], 160));
    expect(track.units[1]?.senderTimeMs).toBeCloseTo(cameraNow, 3);
    expect(track.receiver.figures.clockOffsetMs).toBeCloseTo(-5000, 3);
  });

  it('of the sender is unknown again after its timestamps jumped, until it reports (quirk 10)', () => {
    const track = pcmu();
    const camera = writer({ timestamp: 8000 });
    track.send(camera.unit([block()], 160));
    track.receiver.rtcp(senderReport({ timeMs: track.now, rtpTimestamp: 8160 }), track.now);
    track.send(camera.unit([block()], 160));
    camera.timestamp = 4_000_000_000;
    track.send(camera.unit([block()], 160));
    expect(track.units[2]?.senderTimeMs).toBeNull();
    expect(track.units[2]!.time.ticks).toBeGreaterThan(track.units[1]!.time.ticks);
    expect(track.units[2]!.time.ticks).toBeLessThan(track.units[1]!.time.ticks + 8000);
  });

  it('of the sender is taken from a report under another SSRC while none has ours', () => {
    const track = pcmu();
    const camera = writer({ timestamp: 8000 });
    track.send(camera.unit([block()], 160));
    track.receiver.rtcp(
      senderReport({ ssrc: 1, timeMs: 1_600_000_000_000, rtpTimestamp: 8160 }),
      track.now,
    );
    track.send(camera.unit([block()], 160));
    expect(track.units[1]?.senderTimeMs).toBeCloseTo(1_600_000_000_000, 3);
    track.receiver.rtcp(senderReport({ timeMs: 1_650_000_000_000, rtpTimestamp: 8320 }), track.now);
    track.receiver.rtcp(senderReport({ ssrc: 1, timeMs: 1, rtpTimestamp: 8160 }), track.now);
    track.send(camera.unit([block()], 160));
    expect(track.units[2]?.senderTimeMs).toBeCloseTo(1_650_000_000_000, 3);
  });

  it('of a recording comes from the ONVIF extension (quirk 10)', () => {
    const track = pcmu();
    const data = bytesOf([0xe8, 0xfe, 0x3c, 0x80, 0, 0, 0, 0], 0x80, 1, [0, 0]);
    track.send([writer().packet({ payload: block(), extension: { profile: 0xabac, data } })]);
    expect(track.units[0]?.senderTimeMs).toBe((0xe8fe3c80 - 2_208_988_800) * 1000);
  });
});

describe('streams that change or pause', () => {
  it('a codec that changes mid-stream gives no garbage pictures, so that the stall is seen (quirk 3)', () => {
    const [h264, h265] = [clip('in-order.h264'), clip('b-frames.h265')];
    const camera = new PacketWriter();
    const one = new TrackUnderTest('H264').sendAll(packetsOf(h264, camera));
    const before = one.units.length;
    expect(before).toBe(h264.units.length);
    one.sendAll(packetsOf(h265, camera)).receiver.flush();
    expect(one.units).toHaveLength(before);
    const two = new TrackUnderTest('H265').sendAll(packetsOf(h265, camera));
    expect(two.units).toHaveLength(h265.units.length);
    two.sendAll(packetsOf(h264, camera)).receiver.flush();
    expect(two.units).toHaveLength(h265.units.length);
  });

  it('smart codecs with pictures many seconds apart lose neither pictures nor time (quirk 10)', () => {
    const source = clip('in-order.h264');
    const track = new TrackUnderTest('H264');
    const camera = new PacketWriter();
    for (const nals of source.units)
      track.send(camera.unit(payloadsOf(nals, 'h264'), 90_000 * 30), 30_000);
    expect(track.units.map((unit) => unit.time.ticks)).toEqual(
      source.units.map((_, i) => 90_000 + i * 90_000 * 30),
    );
    expect(track.units.filter((unit) => unit.afterLoss)).toEqual([]);
  });
});

describe('figures and reports', () => {
  it('lost, reordered and duplicate packets over UDP (quirk 9)', () => {
    const track = pcmu({ ordered: false });
    const camera = writer();
    const packets = Array.from({ length: 10 }, (_, i) => camera.unit([block(i)], 160)[0]!);
    const [a, b, c, d, e, , g, h, i] = packets as [Uint8Array, ...Uint8Array[]];
    track.send([a, c!, b!, d!, d!, e!, g!, h!, i!]).wait(200);
    track.receiver.poll(track.now);
    expect(first(track)).toEqual([0, 1, 2, 3, 4, 6, 7, 8]);
    expect(track.receiver.figures).toMatchObject({
      packets: 9,
      lost: 1,
      reordered: 1,
      duplicates: 1,
    });
  });

  it('jitter by RFC 3550: none for an even stream, in ms for an uneven one', () => {
    const even = pcmu();
    const camera = writer();
    for (let i = 0; i < 100; i++) even.send(camera.unit([block()], 160), 20);
    expect(even.receiver.figures.jitterMs).toBeLessThan(0.001);
    const uneven = pcmu();
    for (let i = 0; i < 400; i++) uneven.send(camera.unit([block()], 160), i % 2 ? 10 : 30);
    expect(uneven.receiver.figures.jitterMs).toBeCloseTo(10, 1);
  });

  it('receiver report tells the loss since the last one, and the cumulative', () => {
    const track = pcmu();
    const camera = writer();
    const fraction = () => track.receiver.report(track.now)![12];
    track.send(camera.unit([block()], 160));
    expect(fraction()).toBe(0);
    for (let i = 0; i < 3; i++) track.send(camera.unit([block()], 160));
    camera.sequence++;
    track.send(camera.unit([block()], 160));
    expect(fraction()).toBe(Math.floor(256 / 5));
    expect(fraction()).toBe(0);
    const report = track.receiver.report(track.now)!;
    expect(report[15]).toBe(1);
    expect(new DataView(report.buffer).getUint32(16)).toBe(1005);
    expect(parseRtcp(report)).toMatchObject([
      { type: 'receiver-report', ssrc: 0x0badcafe },
      { type: 'source-description', cname: 'test' },
    ]);
  });

  it('goodbye ends the track until another packet comes', () => {
    const track = pcmu();
    const camera = writer();
    track.send(camera.unit([block()], 160));
    track.receiver.rtcp(bye(12345), track.now);
    expect(track.receiver.ended).toBe(false);
    track.receiver.rtcp(bye(camera.ssrc), track.now);
    expect(track.receiver.ended).toBe(true);
    track.send(camera.unit([block()], 160));
    expect(track.receiver.ended).toBe(false);
  });

  it('RTCP on the RTP channel is recognised (quirk 8)', () => {
    const track = pcmu();
    const camera = writer({ timestamp: 8000 });
    track.send(camera.unit([block()], 160));
    track.send([senderReport({ timeMs: 1_600_000_000_000, rtpTimestamp: 8160 })]);
    track.send(camera.unit([block()], 160));
    expect(track.units[1]?.senderTimeMs).toBeCloseTo(1_600_000_000_000, 3);
    expect(track.receiver.figures.ignored).toBe(0);
  });

  it('empty packets, sent by some devices as keepalive, count and harm nothing', () => {
    const track = pcmu();
    const camera = writer();
    track.send(camera.unit([block()], 160));
    track.send([
      rtpPacket({ sequence: camera.sequence++, timestamp: 320, payload: [], payloadType: 0 }),
    ]);
    track.send(camera.unit([block()], 160));
    expect(track.units.map((unit) => unit.afterLoss)).toEqual([false, false]);
  });
});
