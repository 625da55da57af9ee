import { describe, expect, it } from 'vitest';
import { bytesOf, PacketWriter } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

const hbr = {
  mode: 'AAC-hbr',
  config: '1408',
  sizelength: '13',
  indexlength: '3',
  indexdeltalength: '3',
};
const aac = (fmtp: Record<string, string> = hbr) =>
  new TrackUnderTest('mpeg4-generic', { fmtp, clockRate: 16_000, channels: 1 });
const unit = (length: number, value: number) => new Uint8Array(length).fill(value);

/** AU headers of AAC-hbr: 13 bits of size, 3 of index. */
function packed(sizes: readonly number[], ...data: Uint8Array[]): Uint8Array {
  return bytesOf(
    [0, sizes.length * 16],
    ...sizes.map((size) => [size >> 5, (size << 3) & 255]),
    ...data,
  );
}

describe('AAC out of RTP (RFC 3640)', () => {
  it('tells format and config, and gives one access unit of one packet', () => {
    const track = aac().send(new PacketWriter().unit([packed([100], unit(100, 7))]));
    expect(track.formats).toEqual([
      {
        kind: 'audio',
        codec: 'aac',
        sampleRate: 16_000,
        channels: 1,
        codecString: 'mp4a.40.2',
        config: Uint8Array.of(0x14, 0x08),
      },
    ]);
    expect(track.units).toMatchObject([
      { kind: 'audio', keyframe: true, time: { clockRate: 16_000 } },
    ]);
    expect(track.units[0]?.data).toEqual(unit(100, 7));
  });

  it('gives several access units of one packet their own times', () => {
    const track = aac().send(
      new PacketWriter({ timestamp: 5000 }).unit([
        packed([3, 4, 5], unit(3, 1), unit(4, 2), unit(5, 3)),
      ]),
    );
    expect(track.units.map((one) => [one.time.ticks, ...one.data])).toEqual([
      [5000, 1, 1, 1],
      [6024, 2, 2, 2, 2],
      [7048, 3, 3, 3, 3, 3],
    ]);
  });

  it('puts fragments together, each under a header with the whole size', () => {
    const whole = unit(300, 9);
    const pieces = [0, 100, 200].map((at) => packed([300], whole.subarray(at, at + 100)));
    const track = aac();
    const writer = new PacketWriter();
    track.send(writer.unit(pieces)).send(writer.unit([packed([3], unit(3, 1))]));
    expect(track.units.map((one) => one.data.length)).toEqual([300, 3]);
    expect(track.units[0]?.data).toEqual(whole);
  });

  it('drops fragments with a hole and tells it with the next', () => {
    const pieces = [0, 1, 2].map((value) => packed([300], unit(100, value)));
    const track = aac();
    const writer = new PacketWriter();
    track.send(writer.unit(pieces).filter((_, i) => i !== 1));
    track.send(writer.unit([packed([3], unit(3, 1))]));
    expect(track.units.map((one) => [one.data.length, one.afterLoss])).toEqual([[3, true]]);
  });

  it('takes AAC-lbr, and lengths that the description leaves out', () => {
    const lbr = aac({ mode: 'AAC-lbr', config: '1408' });
    lbr.send(new PacketWriter().unit([bytesOf([0, 8], (5 << 2) | 0, unit(5, 3))]));
    expect(lbr.units[0]?.data).toEqual(unit(5, 3));
    const bare = aac({ config: '1408' }).send(new PacketWriter().unit([packed([6], unit(6, 4))]));
    expect(bare.units[0]?.data).toEqual(unit(6, 4));
  });

  it('makes up the config from rate and channels where the description has none or a broken one', () => {
    for (const config of ['', 'zz', '16ff']) {
      const track = aac({ ...hbr, config }).send(
        new PacketWriter().unit([packed([1], unit(1, 1))]),
      );
      expect(track.formats).toMatchObject([
        { sampleRate: 16_000, config: Uint8Array.of(0x14, 0x08) },
      ]);
    }
  });

  it('passes over auxiliary data and takes a constant size', () => {
    const auxiliary = aac({ ...hbr, auxiliarydatasizelength: '8' });
    auxiliary.send(new PacketWriter().unit([bytesOf([0, 16, 0, 16], [8, 0xee], [5, 6])]));
    expect([...auxiliary.units[0]!.data]).toEqual([5, 6]);
    const constant = aac({ config: '1408', constantsize: '2' });
    constant.send(new PacketWriter().unit([Uint8Array.of(1, 2, 3, 4)]));
    expect(constant.units.map((one) => [...one.data])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('takes an ADTS header off', () => {
    const adts = [0xff, 0xf1, 0x60, 0x40, 0x01, 0x5f, 0xfc, 1, 2, 3];
    const track = aac().send(new PacketWriter().unit([packed([10], Uint8Array.from(adts))]));
    expect([...track.units[0]!.data]).toEqual([1, 2, 3]);
  });

  it('gives nothing of impossible headers', () => {
    const track = aac();
    const writer = new PacketWriter();
    for (const payload of [[0xff, 0xff, 1], [0], [0, 0, 5, 5], [0, 16, 0xff, 0xf8]]) {
      track.send(writer.unit([Uint8Array.from(payload)]));
    }
    track.send(writer.unit([packed([2, 2000], unit(50, 1))]));
    expect(track.units.map((one) => one.data.length)).toEqual([2]);
  });
});

describe('G.711 out of RTP', () => {
  it.each([
    ['PCMU', 'ulaw', 0],
    ['PCMA', 'alaw', 8],
  ])('%s passes as it is', (encoding, codecString, payloadType) => {
    const track = new TrackUnderTest(encoding, { clockRate: 8000, payloadType });
    const writer = new PacketWriter({ payloadType });
    track.send(writer.unit([unit(160, 0x55)], 160));
    writer.sequence++;
    track.send(writer.unit([unit(160, 0x66)], 160));
    expect(track.formats).toMatchObject([
      { kind: 'audio', codecString, sampleRate: 8000, channels: 1 },
    ]);
    expect(track.units.map((one) => [one.data[0], one.afterLoss])).toEqual([
      [0x55, false],
      [0x66, true],
    ]);
  });

  it('keeps a copy, not a view of the packet', () => {
    const track = new TrackUnderTest('PCMU', { clockRate: 8000, payloadType: 0 });
    const [packet] = new PacketWriter({ payloadType: 0 }).unit([unit(10, 1)]);
    track.send([packet!]);
    packet!.fill(0);
    expect(track.units[0]?.data).toEqual(unit(10, 1));
  });
});
