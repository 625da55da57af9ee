import type { AccessUnit, VideoFormat } from '../../src/codec/access-unit.ts';
import type { BitstreamPiece } from '../../src/replay/replay.types.ts';
import type { UnitTap } from '../../src/streams/supervisor.types.ts';

/** Made-up streams for what never looks into the bytes of a picture. */
export const inventedFormat: VideoFormat = {
  kind: 'video',
  codec: 'h264',
  codecString: 'avc1.42C01E',
  profile: 'Baseline',
  width: 640,
  height: 360,
  declaredFps: 25,
  reorderFrames: 0,
};

export interface InventedStream {
  readonly cameraId: string;
  readonly fps?: number;
  readonly gop?: number;
  readonly unitBytes?: number;
  readonly startMs?: number;
}

/** Pictures whose bytes say which they are: the first four are their number. */
export function inventedUnit(stream: InventedStream, number: number): AccessUnit {
  const { fps = 25, gop = 50, unitBytes = 2_000, startMs = 1_800_000_000_000 } = stream;
  const keyframe = number % gop === 0;
  const data = new Uint8Array(keyframe ? unitBytes * 8 : unitBytes);
  new DataView(data.buffer).setUint32(0, number);
  data.fill(number & 0xff, 4);
  const ms = (number * 1000) / fps;
  return {
    kind: 'video',
    data,
    keyframe,
    time: { ticks: 5_000_000 + Math.round(ms * 90), clockRate: 90_000 },
    senderTimeMs: startMs + ms + 1_234,
    receivedAtMs: startMs + ms,
    afterLoss: false,
  };
}

export function numberOf(unit: AccessUnit): number {
  return new DataView(unit.data.buffer, unit.data.byteOffset).getUint32(0);
}

/** Pushes pictures `from` … `to` (exclusive). @returns their bytes */
export function feed(tap: UnitTap, stream: InventedStream, from: number, to: number): number {
  const key = { cameraId: stream.cameraId, quality: 'main' as const };
  tap.onFormat(key, inventedFormat);
  let bytes = 0;
  for (let n = from; n < to; n++) {
    const unit = inventedUnit(stream, n);
    bytes += unit.data.length;
    tap.onUnit(key, unit);
  }
  return bytes;
}

export async function collect(pieces: AsyncIterable<BitstreamPiece>): Promise<BitstreamPiece[]> {
  const all: BitstreamPiece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}
