import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoCodec } from '../../../src/codec/access-unit.ts';
import { type GstServer, startGstServer } from '../../support/gst-server.ts';
import { faultOf, type Watched, watch } from '../../support/rtsp-watch.ts';

let server: GstServer;

beforeAll(async () => {
  server = await startGstServer({
    mounts: [
      { path: '/h264', video: 'h264', audio: 'aac' },
      { path: '/h264-sprop', video: 'h264-sprop' },
      { path: '/h265', video: 'h265', audio: 'pcma' },
      { path: '/mjpeg', video: 'mjpeg', audio: 'pcmu' },
      { path: '/audio', audio: 'pcmu' },
      { path: '/vp8', video: 'vp8' },
      { path: '/udp-only', video: 'h264', protocols: ['udp'] },
      { path: '/tcp-only', video: 'h264', protocols: ['tcp'] },
    ],
  });
});
afterAll(() => server?.close());

async function close({ session, ended }: Watched): Promise<void> {
  await session.close();
  expect(await ended()).toBeNull();
}

const codecs: [path: string, codec: VideoCodec, audio: string][] = [
  ['/h264', 'h264', 'aac'],
  ['/h265', 'h265', 'pcma'],
  ['/mjpeg', 'mjpeg', 'pcmu'],
];

describe.each(codecs)('%s of gst-rtsp-server', (path, codec, audio) => {
  it.each(['tcp', 'udp', 'http'] as const)('plays over %s', async (transport) => {
    const watched = await watch({ url: server.url(path), transport, wantAudio: true });
    await watched.pictures(12);
    const { session } = watched;
    expect(session.video).toMatchObject({ kind: 'video', codec, width: 160, height: 120 });
    expect(session.audio).toMatchObject({ kind: 'audio', codec: audio });
    expect(watched.video()[0]!.keyframe).toBe(true);
    expect(watched.units.some((unit) => unit.kind === 'audio')).toBe(true);
    expect(session.figures).toMatchObject({ transport, auth: 'none', tls: false, lost: 0 });
    const { connectMs, firstPacketMs, firstKeyframeMs } = session.figures.timing;
    expect(connectMs).toBeGreaterThan(0);
    expect(firstPacketMs).toBeGreaterThanOrEqual(connectMs!);
    expect(firstKeyframeMs).toBeGreaterThanOrEqual(firstPacketMs!);
    const times = watched.video().map((unit) => unit.time.ticks);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await close(watched);
  });
});

describe('gst-rtsp-server', () => {
  it('plays with parameter sets from the description only', async () => {
    const watched = await watch({ url: server.url('/h264-sprop'), transport: 'tcp' });
    const pictures = await watched.pictures(3);
    expect(pictures[0]!.keyframe).toBe(true);
    // The unit begins with the SPS although none came in band.
    expect(pictures[0]!.data[4]! & 31).toBe(7);
    await close(watched);
  });

  it('tells the sender’s wall clock with each picture once a sender report came', async () => {
    const watched = await watch({ url: server.url('/h264'), transport: 'tcp' });
    const deadline = Date.now() + 20_000;
    while (watched.session.figures.clockOffsetMs === null && Date.now() < deadline) {
      await watched.pictures(watched.video().length + 1);
    }
    await watched.pictures(watched.video().length + 3);
    const last = watched.video().at(-1)!;
    // Server and client share one clock: the difference is what encoding and scheduling take.
    expect(Math.abs(last.senderTimeMs! - last.receivedAtMs)).toBeLessThan(5000);
    expect(Math.abs(watched.session.figures.clockOffsetMs!)).toBeLessThan(5000);
    await close(watched);
  });

  it('falls back from TCP to UDP where TCP is refused (quirk 9)', async () => {
    const watched = await watch({ url: server.url('/udp-only') });
    await watched.pictures(3);
    expect(watched.session.figures.transport).toBe('udp');
    await close(watched);
  });

  it('falls back from UDP to TCP where UDP is refused (quirk 9)', async () => {
    const watched = await watch({ url: server.url('/tcp-only'), lastTransport: 'udp' });
    await watched.pictures(3);
    expect(watched.session.figures.transport).toBe('tcp');
    await close(watched);
  });

  it('says so where the transport that a person chose is refused', async () => {
    const fault = await faultOf({ url: server.url('/udp-only'), transport: 'tcp' });
    expect(fault.code).toBe('rtsp.transport-refused');
  });

  it('says what is wrong with a path, a codec and a stream without video', async () => {
    expect((await faultOf({ url: server.url('/nothing') })).code).toBe('rtsp.not-found');
    expect((await faultOf({ url: server.url('/audio') })).code).toBe('media.no-video');
    const codec = await faultOf({ url: server.url('/vp8') });
    expect(codec.shown).toEqual({ code: 'media.unsupported-codec', params: { codec: 'VP8' } });
  });
});
