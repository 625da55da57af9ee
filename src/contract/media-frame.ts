/**
 * The bytes of the media wire. One message is a batch of frames, each a fixed header and a payload:
 *
 * | offset | type | field |
 * |---|---|---|
 * | 0 | u8 | version, 1 |
 * | 1 | u8 | kind (`frameKinds`) |
 * | 2 | u16 | flags (`frameFlags`) |
 * | 4 | u32 | channel, chosen by the page |
 * | 8 | u32 | sequence of the channel, counted by the core, dropped frames included |
 * | 12 | u16, u16 | width and height of an I420 picture, else 0 |
 * | 16 | f64 | media time in microseconds |
 * | 24 | f64 | arrival at this workstation, Unix milliseconds |
 * | 32 | u32 | payload bytes |
 * | 36 | u32 | frames dropped by flow control on this channel since it was opened |
 *
 * Little endian; frames follow each other without padding. This is the only file that knows it.
 */
export const frameHeaderBytes = 40;
export const maxFramePayloadBytes = 32 * 1024 * 1024;
const version = 1;

export const frameKinds = { video: 1, i420: 2, jpeg: 3, audio: 4 } as const;
export type FrameKind = keyof typeof frameKinds;
const kindNames: readonly (FrameKind | undefined)[] = [undefined, 'video', 'i420', 'jpeg', 'audio'];

export const frameFlags = {
  /** Decodable without anything before it. */
  keyframe: 1,
  /** Something before it is missing (loss on the network, or dropped by flow control). */
  discontinuity: 2,
  /** Sent from the GOP cache to catch up: decode it, its age is not latency. */
  catchUp: 4,
  /** Decode it and show nothing: it is there for the picture behind it. */
  preroll: 8,
  /** Not live: held by the ring or sent by a recorder. Times are those of back then. */
  replay: 16,
} as const;

export interface MediaFrame {
  readonly kind: FrameKind;
  readonly keyframe: boolean;
  readonly discontinuity: boolean;
  readonly catchUp: boolean;
  readonly preroll?: boolean;
  readonly replay?: boolean;
  readonly channel: number;
  readonly sequence: number;
  readonly width: number;
  readonly height: number;
  readonly mediaTimeUs: number;
  readonly receivedAtMs: number;
  readonly droppedSoFar: number;
  /** A view, never a copy: valid as long as the batch's buffer is. */
  readonly payload: Uint8Array;
}

/** Writes the header of `frame` at `offset` and the payload behind it; returns the next offset. */
export function writeFrame(target: Uint8Array, offset: number, frame: MediaFrame): number {
  const end = offset + frameHeaderBytes + frame.payload.length;
  if (end > target.length) throw new RangeError(`frame needs ${end} bytes, has ${target.length}`);
  const view = new DataView(target.buffer, target.byteOffset + offset, frameHeaderBytes);
  view.setUint8(0, version);
  view.setUint8(1, frameKinds[frame.kind]);
  view.setUint16(
    2,
    (frame.keyframe ? frameFlags.keyframe : 0) |
      (frame.discontinuity ? frameFlags.discontinuity : 0) |
      (frame.catchUp ? frameFlags.catchUp : 0) |
      (frame.preroll ? frameFlags.preroll : 0) |
      (frame.replay ? frameFlags.replay : 0),
    true,
  );
  view.setUint32(4, frame.channel, true);
  view.setUint32(8, frame.sequence, true);
  view.setUint16(12, frame.width, true);
  view.setUint16(14, frame.height, true);
  view.setFloat64(16, frame.mediaTimeUs, true);
  view.setFloat64(24, frame.receivedAtMs, true);
  view.setUint32(32, frame.payload.length, true);
  view.setUint32(36, frame.droppedSoFar, true);
  target.set(frame.payload, offset + frameHeaderBytes);
  return end;
}

/** The bytes that a frame with `payloadBytes` takes in a batch. */
export function frameBytes(payloadBytes: number): number {
  return frameHeaderBytes + payloadBytes;
}

/**
 * Reads every frame of a batch.
 * @throws {RangeError} where a header is cut, of another version or kind, or longer than the batch.
 */
export function* readFrames(batch: Uint8Array): Generator<MediaFrame> {
  let offset = 0;
  while (offset < batch.length) {
    if (offset + frameHeaderBytes > batch.length) throw new RangeError('media frame header is cut');
    const view = new DataView(batch.buffer, batch.byteOffset + offset, frameHeaderBytes);
    if (view.getUint8(0) !== version) throw new RangeError('media frame of another version');
    const kind = kindNames[view.getUint8(1)];
    if (!kind) throw new RangeError('media frame of unknown kind');
    const flags = view.getUint16(2, true);
    const length = view.getUint32(32, true);
    const start = offset + frameHeaderBytes;
    if (length > maxFramePayloadBytes || start + length > batch.length) {
      throw new RangeError('media frame payload is cut');
    }
    yield {
      kind,
      keyframe: (flags & frameFlags.keyframe) !== 0,
      discontinuity: (flags & frameFlags.discontinuity) !== 0,
      catchUp: (flags & frameFlags.catchUp) !== 0,
      ...(flags & frameFlags.preroll && { preroll: true }),
      ...(flags & frameFlags.replay && { replay: true }),
      channel: view.getUint32(4, true),
      sequence: view.getUint32(8, true),
      width: view.getUint16(12, true),
      height: view.getUint16(14, true),
      mediaTimeUs: view.getFloat64(16, true),
      receivedAtMs: view.getFloat64(24, true),
      droppedSoFar: view.getUint32(36, true),
      payload: batch.subarray(start, start + length),
    };
    offset = start + length;
  }
}
