import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mediaTimeUs, type VideoCodec } from '../../../src/codec/access-unit.ts';
import type { Cause } from '../../../src/contract/cause.ts';
import { silentLog } from '../../../src/std/log.ts';
import type { DecodedPicture } from '../../../src/streams/decoder-process.ts';
import { findFfmpeg } from '../../../src/streams/find-ffmpeg.ts';
import { createNativeDecoders, type NativeDecoders } from '../../../src/streams/native-decoder.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { StreamSupervisor } from '../../../src/streams/supervisor.types.ts';
import { clipFormat, clipUnits, encodeClip } from '../../support/encoded-clip.ts';
import { FakeCameras, fakeSource } from '../../support/fake-rtsp.ts';

const key = { cameraId: 'cam', quality: 'sub' } as const;
const url = 'rtsp://cam.test/cam/sub';
const width = 160;
const height = 90;
const request = { key, width, height, keyframesOnly: false };

let cameras: FakeCameras;
let supervisor: StreamSupervisor;
let decoders: NativeDecoders;
let pictures: DecodedPicture[];
let refusals: Cause[];

const sink = {
  onPicture: (picture: DecodedPicture) => pictures.push(picture),
  onRefused: (cause: Cause) => refusals.push(cause),
};

/** Grey steps: the picture's brightness says which frame it is. */
function steps(codec: VideoCodec) {
  return {
    codec,
    source: "color=gray:size=320x180:rate=15,geq=lum='16+10*mod(N,20)':cb=128:cr=128",
    seconds: 4,
    fps: 15,
    gop: 15,
  };
}

beforeEach(async () => {
  pictures = [];
  refusals = [];
  cameras = new FakeCameras();
  supervisor = createSupervisor({ open: cameras.open, log: silentLog });
  supervisor.setSources([fakeSource({ camera: 'cam' })]);
  decoders = createNativeDecoders({ supervisor, log: silentLog });
});

afterEach(async () => {
  await decoders.close();
  await supervisor.close();
  expect(childrenOf(process.pid)).toEqual([]);
});

async function connected(codec: VideoCodec) {
  cameras.video = clipFormat(codec, 320, 180);
  supervisor.read(key);
  await vi.waitFor(() => expect(cameras.openSessions).toHaveLength(1), 5000);
  return cameras.session(url);
}

describe.each(['h264', 'h265', 'mjpeg', 'mpeg4'] as const)('%s', (codec) => {
  test('every unit becomes one picture, with its own time, and none is held back', async () => {
    const session = await connected(codec);
    const clip = steps(codec);
    const units = clipUnits(clip, encodeClip(clip), 5_000_000);
    expect(units).toHaveLength(60);
    decoders.open(request, sink);
    for (const [index, unit] of units.entries()) {
      session.frame(unit.keyframe, unit);
      // Without a further unit: the decoder must not wait for the next.
      await vi.waitFor(() => expect(pictures).toHaveLength(index + 1), {
        timeout: 5000,
        interval: 2,
      });
      const picture = pictures.at(-1)!;
      expect(picture.mediaTimeUs).toBe(mediaTimeUs(unit.time));
      expect(picture.receivedAtMs).toBe(unit.receivedAtMs);
      expect(picture.data).toHaveLength((width * height * 3) / 2);
      const wanted = 16 + 10 * (index % 20);
      const brightness = picture.data[(height / 2) * width + width / 2]!;
      expect(Math.abs(brightness - wanted)).toBeLessThan(12);
    }
    expect(refusals).toEqual([]);
  });
});

test('one child serves all channels of a stream and size, and ends with the last', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const units = clipUnits(clip, encodeClip(clip));
  const close = [decoders.open(request, sink), decoders.open(request, sink)];
  const other = decoders.open({ ...request, width: 320, height: 180 }, sink);
  for (const unit of units.slice(0, 10)) session.frame(unit.keyframe, unit);
  await vi.waitFor(() => expect(pictures.length).toBe(30), 10_000);
  expect(decoders.children).toBe(2);
  expect(childrenOf(process.pid)).toHaveLength(2);
  close[0]!();
  other();
  await vi.waitFor(() => expect(childrenOf(process.pid)).toHaveLength(1), 5000);
  close[1]!();
  await vi.waitFor(() => expect(childrenOf(process.pid)).toHaveLength(0), 5000);
});

test('a new channel gets the last picture at once', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const units = clipUnits(clip, encodeClip(clip));
  decoders.open(request, sink);
  for (const unit of units.slice(0, 5)) session.frame(unit.keyframe, unit);
  await vi.waitFor(() => expect(pictures.length).toBe(5), 10_000);
  decoders.open(request, sink);
  expect(pictures.at(-1)).toMatchObject({ catchUp: true });
  expect(pictures).toHaveLength(6);
});

test('of a cached group only the last picture is delivered', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const units = clipUnits(clip, encodeClip(clip));
  for (const unit of units.slice(0, 12)) session.frame(unit.keyframe, unit);
  decoders.open(request, sink);
  await vi.waitFor(() => expect(pictures.length).toBeGreaterThan(0), 10_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(pictures.at(-1)!.mediaTimeUs).toBe(mediaTimeUs(units[11]!.time));
  expect(pictures.length).toBeLessThan(6);
  expect(pictures.every((picture) => picture.catchUp)).toBe(true);
});

test('another size of the camera in mid-stream is decoded on', async () => {
  const session = await connected('h264');
  const small = steps('h264');
  const large = { ...small, source: small.source.replace('320x180', '640x360') };
  decoders.open(request, sink);
  for (const unit of clipUnits(small, encodeClip(small)).slice(0, 5))
    session.frame(unit.keyframe, unit);
  await vi.waitFor(() => expect(pictures.length).toBe(5), 10_000);
  session.format(clipFormat('h264', 640, 360));
  for (const unit of clipUnits(large, encodeClip(large)).slice(0, 5))
    session.frame(unit.keyframe, unit);
  await vi.waitFor(() => expect(pictures.length).toBe(10), 10_000);
  expect(pictures.every((picture) => picture.width === width)).toBe(true);
});

test('a decoder that is killed comes back at a keyframe', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const units = clipUnits(clip, encodeClip(clip));
  decoders.open(request, sink);
  for (const unit of units.slice(0, 5)) session.frame(unit.keyframe, unit);
  await vi.waitFor(() => expect(pictures.length).toBe(5), 10_000);
  process.kill(childrenOf(process.pid)[0]!, 'SIGKILL');
  await vi.waitFor(() => expect(decoders.children).toBe(0), 5000);
  await vi.waitFor(
    () => {
      for (const unit of units.slice(15, 20)) session.frame(unit.keyframe, unit);
      expect(pictures.length).toBeGreaterThan(5);
    },
    { timeout: 10_000, interval: 200 },
  );
});

test('garbage costs pictures, not the decoder: it goes on at the next keyframe', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const units = clipUnits(clip, encodeClip(clip));
  decoders.open(request, sink);
  for (const unit of units.slice(0, 5)) session.frame(unit.keyframe, unit);
  for (const unit of units.slice(5, 15)) {
    const data = unit.data.slice();
    for (let at = 6; at < data.length; at++) data[at] = (data[at]! * 31 + at) & 0x7f;
    session.frame(unit.keyframe, { ...unit, data });
  }
  for (const unit of units.slice(15, 30)) session.frame(unit.keyframe, unit);
  await vi.waitFor(
    () => expect(pictures.at(-1)?.mediaTimeUs).toBe(mediaTimeUs(units[29]!.time)),
    10_000,
  );
});

test('without ffmpeg the reason is said', async () => {
  await decoders.close();
  decoders = createNativeDecoders({ supervisor, log: silentLog, findFfmpeg: () => null });
  const session = await connected('h264');
  decoders.open(request, sink);
  const clip = steps('h264');
  for (const unit of clipUnits(clip, encodeClip(clip))) session.frame(unit.keyframe, unit);
  expect(refusals).toEqual([{ code: 'decode.no-ffmpeg', params: { codec: 'h264' } }]);
});

test('a program that cannot decode is reported, and asked again more and more rarely', async () => {
  await decoders.close();
  decoders = createNativeDecoders({ supervisor, log: silentLog, findFfmpeg: () => '/bin/false' });
  const session = await connected('h264');
  decoders.open(request, sink);
  const clip = steps('h264');
  const [unit] = clipUnits(clip, encodeClip(clip));
  await vi.waitFor(
    () => {
      session.frame(true, unit);
      expect(refusals.length).toBeGreaterThan(0);
    },
    { timeout: 15_000, interval: 50 },
  );
  expect(refusals[0]).toEqual({ code: 'decode.failed' });
});

test('the child knows neither address nor login, and dies with a killed host', async () => {
  const session = await connected('h264');
  const clip = steps('h264');
  const [unit] = clipUnits(clip, encodeClip(clip));
  decoders.open(request, sink);
  session.frame(true, unit);
  await vi.waitFor(() => expect(pictures).toHaveLength(1), 10_000);
  const child = childrenOf(process.pid)[0]!;
  const said = ['cmdline', 'environ'].map((file) =>
    readFileSync(`/proc/${child}/${file}`, 'latin1'),
  );
  for (const text of said) expect(text).not.toMatch(/rtsp|mat-khau|xem|cam/);

  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../support/decoding-host.ts')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  const grandchild = Number(line.toString());
  expect(existsSync(`/proc/${grandchild}`)).toBe(true);
  host.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false), 5000);
});

test('ffmpeg is found by name, beside the application, or on the PATH', () => {
  expect(findFfmpeg({ PATH: '/nowhere:/usr/bin' })).toBe('/usr/bin/ffmpeg');
  expect(findFfmpeg({ PATH: '/nowhere' })).toBeNull();
  expect(findFfmpeg({ PATH: '/usr/bin', VONGGAC_FFMPEG: '/nowhere/ffmpeg' })).toBeNull();
  expect(findFfmpeg({ PATH: '', VONGGAC_FFMPEG: '/usr/bin/ffmpeg' })).toBe('/usr/bin/ffmpeg');
});

function childrenOf(pid: number): number[] {
  try {
    const out = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', `${pid}`], { encoding: 'utf8' });
    return out
      .split('\n')
      .filter((line) => /ffmpeg/.test(line) && !/defunct/.test(line))
      .map((line) => Number.parseInt(line, 10));
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
