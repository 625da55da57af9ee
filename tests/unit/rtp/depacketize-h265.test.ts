import { describe, expect, it } from 'vitest';
import { splitNals } from '../../../src/codec/nal.ts';
import {
  clip,
  isSlice,
  nalType,
  packetsOf,
  parameterSet,
  payloadsOf,
} from '../../support/clips.ts';
import { seededRandom } from '../../support/mutate.ts';
import { bytesOf, h265Payloads, PacketWriter } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

const source = clip('b-frames.h265');
const base64 = (type: number) => Buffer.from(parameterSet(source, type)).toString('base64');
const described = {
  fmtp: { 'sprop-vps': base64(32), 'sprop-sps': base64(33), 'sprop-pps': base64(34) },
};
const slicesOf = (data: Uint8Array) => splitNals(data).filter((nal) => isSlice(nal, 'h265'));
const picture = (i: number) => source.units[i]!.filter((nal) => isSlice(nal, 'h265'));

describe('H.265 out of RTP', () => {
  it.each(['b-frames.h265', 'unused-reordering.h265'])(
    'gives every picture of %s back, over aggregates and fragments (quirk 10)',
    (name) => {
      const one = clip(name);
      const track = new TrackUnderTest('H265').sendAll(packetsOf(one, new PacketWriter(), 60));
      expect(track.units).toHaveLength(one.units.length);
      one.units.forEach((nals, i) => {
        const wanted = nals.filter((nal) => isSlice(nal, 'h265'));
        expect(slicesOf(track.units[i]!.data)).toEqual(wanted);
      });
      expect(track.formats[0]).toMatchObject({ codec: 'h265', width: 80, height: 64 });
      expect(track.problems).toEqual([]);
    },
  );

  it('takes parameter sets from the description (quirk 3)', () => {
    const track = new TrackUnderTest('H265', described);
    track.send(new PacketWriter().unit(picture(0).flatMap((nal) => h265Payloads(nal, 60))));
    expect(track.types('h265')).toEqual([[32, 33, 34, nalType(picture(0)[0]!, 'h265')]]);
    expect(track.units[0]?.keyframe).toBe(true);
  });

  it('skips decoding order numbers where the description says they are there (RFC 7798 section 4.4)', () => {
    const track = new TrackUnderTest('H265', {
      fmtp: { ...described.fmtp, 'sprop-max-don-diff': '2' },
    });
    const writer = new PacketWriter();
    const [nal] = picture(0);
    const single = bytesOf(nal!.subarray(0, 2), [0, 1], nal!.subarray(2));
    const cut = h265Payloads(nal!, 60).map((piece, i) =>
      i === 0 ? bytesOf(piece.subarray(0, 3), [0, 2], piece.subarray(3)) : piece,
    );
    const [other] = picture(1);
    const sized = (one: Uint8Array) => bytesOf([one.length >> 8, one.length & 255], one);
    const sei = Uint8Array.of(39 << 1, 1, 1, 1, 1, 0x80);
    const aggregated = bytesOf([0x60, 0x01], [0, 3], sized(sei), [0], sized(other!));
    track
      .send(writer.unit([single]))
      .send(writer.unit(cut))
      .send(writer.unit([aggregated]));
    expect(track.units.map((unit) => slicesOf(unit.data))).toEqual([[nal], [nal], [other]]);
  });

  it('drops a picture with a hole and tells it with the next', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 60; round++) {
      const track = new TrackUnderTest('H265', described);
      const writer = new PacketWriter();
      const lost = random.int(3);
      for (const [i, nals] of source.units.slice(0, 4).entries()) {
        const packets = writer.unit(payloadsOf(nals, 'h265', 40));
        track.send(packets.filter((_, at) => i !== 1 || at !== lost % packets.length));
      }
      for (const unit of track.units) {
        const i = source.units.findIndex((_, at) => 90_000 + at * 3600 === unit.time.ticks);
        expect(slicesOf(unit.data)).toEqual(picture(i));
      }
      expect(track.units.map((unit) => unit.time.ticks)).not.toContain(93_600);
      expect(track.units[1]?.afterLoss).toBe(true);
    }
  });

  it('drops PACI packets and says so', () => {
    const track = new TrackUnderTest('H265', described);
    track.send(new PacketWriter().unit([bytesOf(50 << 1, 1, [1, 2, 3, 4])]));
    expect(track.units).toHaveLength(0);
    expect(track.problems).toHaveLength(1);
  });
});
