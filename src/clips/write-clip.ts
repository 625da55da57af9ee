import { basename, dirname, extname, join } from 'node:path';
import type { AccessUnit, AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { Fault } from '../std/fault.ts';
import { ClipPartWriter } from './clip-part.ts';
import type { ClipPart, ClipRequest, ClipResult } from './clips.types.ts';
import { firstNals } from './parameter-sets.ts';

/**
 * Writes a stretch of a bitstream as MP4, as it came from the camera. H.264 and H.265 only: MP4 has no
 * place for Motion JPEG and MPEG-4 Part 2 that players agree on, and nothing is encoded again here.
 *
 * Another codec, size or sequence parameter set begins another file, because one track cannot say it
 * and many players ignore it inside of one; so does a silence of more than ten minutes. Other gaps stay
 * in the file as time without a new picture and are listed.
 *
 * All files are written aside and appear together at the end; on any error, and when cancelled, none.
 * Memory: two blocks of 4 MiB, and about 20 bytes a picture for the index.
 *
 * @throws {Fault} `clip.codec`, `clip.empty`, `media.no-parameter-sets`, `file.full`, `file.failed`,
 *   `input.cancelled`, or what reading threw
 */
export async function writeClip(request: ClipRequest): Promise<ClipResult> {
  const parts: ClipPartWriter[] = [];
  const finished: ClipPart[] = [];
  try {
    for await (const part of writeParts(request, parts)) finished.push(part);
    if (finished.length === 0) throw new Fault('clip.empty', 'no picture in this span');
    checkCancelled(request.signal);
    for (const part of parts) await part.file.publish();
    return { parts: finished };
  } catch (error) {
    for (const part of parts) await part.discard();
    throw error;
  }
}

/** Longer silences begin another file: an MP4 of nothing but a still picture helps nobody. */
const longestSilenceSeconds = 600;
const progressEveryMs = 200;

async function* writeParts(
  request: ClipRequest,
  parts: ClipPartWriter[],
): AsyncGenerator<ClipPart> {
  let video: VideoFormat | null = null;
  let audio: AudioFormat | null = null;
  let part: ClipPartWriter | null = null;
  let sets: Uint8Array | null = null;
  let nextProgress = 0;
  let written = 0;
  let pictures = 0;

  const needsOther = (unit: AccessUnit, format: VideoFormat, newSets: Uint8Array | null) =>
    part !== null &&
    (part.video.codec !== format.codec ||
      part.video.width !== format.width ||
      part.video.height !== format.height ||
      (sets !== null && newSets !== null && !isSame(sets, newSets)) ||
      part.stepTo(unit) > longestSilenceSeconds);

  for await (const piece of request.pieces) {
    checkCancelled(request.signal);
    if (piece.kind === 'format') {
      if (piece.format.kind === 'video') video = piece.format;
      else audio = request.audio === false ? null : piece.format;
      continue;
    }
    if (piece.kind === 'gap') {
      part?.gap(piece.gap);
      continue;
    }
    const { unit } = piece;
    if (unit.kind === 'audio') {
      await part?.addSound(unit);
      continue;
    }
    if (!video) continue;
    if (video.codec !== 'h264' && video.codec !== 'h265') {
      throw new Fault('clip.codec', 'no place in MP4', { codec: video.codec });
    }
    const nals = firstNals(unit.data, video.codec);
    // Nothing in it that a decoder knows: a damaged unit, left out, its time stays.
    if (nals.count === 0) continue;
    if (unit.keyframe) {
      if (needsOther(unit, video, nals.sequenceSets) && part) {
        yield await part.finish();
        written += part.file.bytes;
        pictures += part.pictures;
        part = null;
      }
      // One without its sets cannot be begun with; within a file it may refer to those before.
      if (!part && nals.sequenceSets) {
        part = new ClipPartWriter(partPath(request.file, parts.length), video, audio);
        parts.push(part);
        await part.open();
      }
      sets = nals.sequenceSets ?? sets;
    }
    if (!part) continue;
    const waiting = part.addPicture(unit);
    if (waiting) await waiting;
    const now = performance.now();
    if (request.onProgress && now >= nextProgress) {
      nextProgress = now + progressEveryMs;
      request.onProgress({
        bytes: written + part.file.bytes,
        pictures: pictures + part.pictures,
        atMs: unit.receivedAtMs,
      });
    }
  }
  if (part) yield await part.finish();
}

function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
}

/** `gate.mp4`, `gate-2.mp4`, `gate-3.mp4` … */
function partPath(file: string, index: number): string {
  if (index === 0) return file;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}-${index + 1}${extension}`);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
