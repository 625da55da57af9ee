import { expect, test } from 'vitest';
import {
  frameBytes,
  frameHeaderBytes,
  type MediaFrame,
  readFrames,
  writeFrame,
} from '../../../src/contract/media-frame.ts';

const frame = (over: Partial<MediaFrame> = {}): MediaFrame => ({
  kind: 'video',
  keyframe: true,
  discontinuity: false,
  catchUp: true,
  channel: 7,
  sequence: 4_000_000_000,
  width: 0,
  height: 0,
  mediaTimeUs: 1_234_567_890_123.5,
  receivedAtMs: 1_790_000_000_000.25,
  droppedSoFar: 3,
  payload: Uint8Array.of(0, 0, 0, 1, 0x67),
  ...over,
});

test('a batch of frames reads back as it was written', () => {
  const frames = [
    frame(),
    frame({ kind: 'i420', width: 640, height: 360, keyframe: false, payload: new Uint8Array(9) }),
    frame({ kind: 'audio', payload: new Uint8Array(0), discontinuity: true, catchUp: false }),
  ];
  const bytes = new Uint8Array(frames.reduce((sum, f) => sum + frameBytes(f.payload.length), 0));
  let offset = 0;
  for (const f of frames) offset = writeFrame(bytes, offset, f);
  expect(offset).toBe(bytes.length);
  expect([...readFrames(bytes)]).toEqual(frames);
});

test('a cut, foreign or lying batch is refused, never read beyond its end', () => {
  const bytes = new Uint8Array(frameBytes(5));
  writeFrame(bytes, 0, frame());
  for (let length = 1; length < bytes.length; length++) {
    expect(() => [...readFrames(bytes.subarray(0, length))]).toThrow(RangeError);
  }
  const lying = bytes.slice();
  new DataView(lying.buffer).setUint32(32, 0xffffffff, true);
  expect(() => [...readFrames(lying)]).toThrow(/cut/);
  const foreign = bytes.slice();
  foreign[0] = 9;
  expect(() => [...readFrames(foreign)]).toThrow(/version/);
  const unknown = bytes.slice();
  unknown[1] = 200;
  expect(() => [...readFrames(unknown)]).toThrow(/kind/);
  expect(() => writeFrame(new Uint8Array(frameHeaderBytes), 0, frame())).toThrow(RangeError);
});
