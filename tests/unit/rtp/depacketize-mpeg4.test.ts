import { describe, expect, it } from 'vitest';
import { findStartCode } from '../../../src/codec/mpeg4.ts';
import { fixture } from '../../support/clips.ts';
import { PacketWriter } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

/** The clip's headers, and its pictures without them. */
function pictures(): { config: Uint8Array; units: Uint8Array[] } {
  const data = fixture('pictures.m4v');
  const starts: number[] = [];
  for (
    let at = findStartCode(data, 0xb6, 0xb6);
    at >= 0;
    at = findStartCode(data, 0xb6, 0xb6, at)
  ) {
    starts.push(at - 3);
  }
  return {
    config: data.subarray(0, starts[0]),
    units: starts.map((start, i) => data.slice(start, starts[i + 1])),
  };
}

const { config, units } = pictures();
const described = { fmtp: { config: Buffer.from(config).toString('hex') } };
const pieces = (bytes: Uint8Array, size = 100) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );

describe('MPEG-4 part 2 out of RTP (RFC 6416)', () => {
  it('concatenates until the marker and puts the described headers before keyframes', () => {
    const track = new TrackUnderTest('MP4V-ES', described);
    const writer = new PacketWriter();
    for (const one of units) track.send(writer.unit(pieces(one)));
    expect(track.units).toHaveLength(units.length);
    expect(track.formats).toMatchObject([
      { codec: 'mpeg4', width: 80, height: 64, codecString: 'mp4v.20.1' },
    ]);
    expect(track.units[0]?.keyframe).toBe(true);
    expect([...track.units[0]!.data]).toEqual([...config, ...units[0]!]);
    expect(track.units[1]).toMatchObject({ keyframe: false });
    expect([...track.units[1]!.data]).toEqual([...units[1]!]);
  });

  it('takes headers in band, with the picture or under a marker of their own', () => {
    const track = new TrackUnderTest('MP4V-ES');
    const writer = new PacketWriter();
    track.send(writer.unit([config])).send(writer.unit(pieces(units[0]!)));
    expect(track.units[0]?.keyframe).toBe(true);
    expect([...track.units[0]!.data]).toEqual([...config, ...units[0]!]);
  });

  it('drops a picture with a hole, and pictures before any headers', () => {
    const track = new TrackUnderTest('MP4V-ES', described);
    const writer = new PacketWriter();
    track.send(writer.unit(pieces(units[0]!)));
    track.send(writer.unit(pieces(units[1]!, 20)).filter((_, i) => i !== 1));
    track.send(writer.unit(pieces(units[2]!)));
    expect(track.units.map((unit) => unit.afterLoss)).toEqual([false, true]);
    const bare = new TrackUnderTest('MP4V-ES').send(new PacketWriter().unit(pieces(units[0]!)));
    expect([bare.units.length, bare.problems.length]).toEqual([0, 1]);
  });
});
