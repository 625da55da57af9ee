import { describe, expect, it } from 'vitest';
import { jpegSize } from '../../../src/codec/jpeg.ts';
import { fixture } from '../../support/clips.ts';
import { jpegPayloads, takeJpegApart } from '../../support/jpeg-packets.ts';
import { bytesOf, PacketWriter } from '../../support/rtp-packets.ts';
import { TrackUnderTest } from '../../support/track-under-test.ts';

const track = (fmtp: Record<string, string> = {}) =>
  new TrackUnderTest('JPEG', { payloadType: 26, fmtp });
const writer = () => new PacketWriter({ payloadType: 26 });

describe('Motion JPEG out of RTP (RFC 2435)', () => {
  it.each(['picture-420.jpg', 'picture-422.jpg'])(
    'gives %s back with its own tables and scan',
    (name) => {
      const jpeg = takeJpegApart(fixture(name));
      const one = track().send(writer().unit(jpegPayloads(jpeg, { mtu: 300 })));
      expect(one.formats).toMatchObject([
        { codec: 'mjpeg', codecString: 'mjpeg', width: 80, height: 64 },
      ]);
      const made = takeJpegApart(one.units[0]!.data);
      expect(made).toEqual(jpeg);
      expect(one.units[0]).toMatchObject({ keyframe: true, afterLoss: false });
    },
  );

  it('computes the tables of Q 1 … 99', () => {
    const jpeg = takeJpegApart(fixture('picture-420.jpg'));
    const one = track().send(writer().unit(jpegPayloads(jpeg, { q: 50 })));
    expect([...takeJpegApart(one.units[0]!.data).tables[0]!.subarray(0, 4)]).toEqual([
      16, 11, 12, 14,
    ]);
  });

  it('uses tables sent once for Q 128 … 254 again, and those of 255 never', () => {
    const jpeg = takeJpegApart(fixture('picture-420.jpg'));
    const one = track();
    const packets = writer();
    one.send(packets.unit(jpegPayloads(jpeg, { q: 200 })));
    one.send(packets.unit(jpegPayloads(jpeg, { q: 200, tablesLeftOut: true })));
    expect(takeJpegApart(one.units[1]!.data).tables).toEqual(jpeg.tables);
    one.send(packets.unit(jpegPayloads(jpeg, { q: 255 })));
    one.send(packets.unit(jpegPayloads(jpeg, { q: 255, tablesLeftOut: true })));
    expect(one.units).toHaveLength(3);
    expect(one.problems).toEqual(['JPEG quantisation tables of Q 255 were never sent']);
  });

  it('carries the restart interval of types 64 … 127 into the image', () => {
    const jpeg = takeJpegApart(fixture('picture-420.jpg'));
    const one = track().send(writer().unit(jpegPayloads(jpeg, { restartInterval: 5, mtu: 200 })));
    expect(takeJpegApart(one.units[0]!.data)).toEqual({ ...jpeg, restartInterval: 5 });
  });

  it('takes 16-bit tables', () => {
    const jpeg = takeJpegApart(fixture('picture-420.jpg'));
    const wide = { ...jpeg, tables: [new Uint8Array(128).fill(1), jpeg.tables[1]!] };
    const one = track().send(writer().unit(jpegPayloads(wide, { q: 255 })));
    expect(takeJpegApart(one.units[0]!.data).tables).toEqual(wide.tables);
  });

  it('takes images larger than 2040 pixels from the ONVIF extension, alone or behind 0xABAC (quirk 10)', () => {
    const jpeg = takeJpegApart(fixture('picture-420.jpg'));
    const frameHeader = [
      0xff, 0xc0, 0, 17, 8, 0x07, 0x98, 0x0a, 0x20, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff,
    ];
    const payloads = jpegPayloads({ ...jpeg, width: 0, height: 0 });
    const one = track();
    const packets = writer();
    one.send([
      packets.packet({
        payload: payloads[0]!,
        marker: true,
        extension: { profile: 0xffd8, data: Uint8Array.from(frameHeader) },
      }),
    ]);
    packets.timestamp += 9000;
    one.send([
      packets.packet({
        payload: payloads[0]!,
        marker: true,
        extension: {
          profile: 0xabac,
          data: bytesOf(new Uint8Array(12), [0xff, 0xd8, 0, 5], frameHeader),
        },
      }),
    ]);
    expect(one.units.map((unit) => jpegSize(unit.data))).toEqual([
      { width: 2592, height: 1944 },
      { width: 2592, height: 1944 },
    ]);
    expect(one.formats).toHaveLength(1);
  });

  it('takes the size of such images from the description, and says when nobody knows it', () => {
    const payloads = jpegPayloads({
      ...takeJpegApart(fixture('picture-420.jpg')),
      width: 0,
      height: 0,
    });
    const described = track({ 'x-dimensions': '2592,1944' }).send(writer().unit(payloads));
    expect(jpegSize(described.units[0]!.data)).toEqual({ width: 2592, height: 1944 });
    const unknown = track().send(writer().unit(payloads));
    expect([unknown.units.length, unknown.problems.length]).toEqual([0, 1]);
  });

  it('passes a whole JPEG file in the scan on as it is', () => {
    const jpeg = fixture('picture-420.jpg');
    const payload = bytesOf([0, 0, 0, 0, 1, 50, 0, 0], jpeg);
    const one = track({ width: '8', height: '8' }).send(writer().unit([payload]));
    expect(one.units[0]?.data).toEqual(jpeg);
    expect(one.formats).toMatchObject([{ width: 80, height: 64 }]);
  });

  it('drops an image with a hole or without its end, and tells it with the next', () => {
    const payloads = jpegPayloads(takeJpegApart(fixture('picture-420.jpg')), { mtu: 300 });
    expect(payloads.length).toBeGreaterThan(3);
    for (let lost = 0; lost < payloads.length; lost++) {
      const one = track();
      const packets = writer();
      one.send(packets.unit(payloads));
      one.send(packets.unit(payloads).filter((_, i) => i !== lost));
      one.send(packets.unit(payloads));
      expect(one.units.map((unit) => unit.afterLoss)).toEqual([false, true]);
      expect(one.units[1]?.data).toEqual(one.units[0]?.data);
    }
  });

  it('names a type it does not know once', () => {
    const one = track();
    const packets = writer();
    for (let i = 0; i < 3; i++)
      one.send(packets.unit([Uint8Array.of(0, 0, 0, 0, 2, 50, 10, 8, 1, 2, 3)]));
    expect(one.problems).toEqual(['JPEG packets of type 2 are not supported']);
  });
});
