import type { Clip, ClipFrame } from './clip.ts';
import { packetiseFrame } from './packetise.ts';

/**
 * A clip ready to be sent: each frame is cut into payloads once, when it is first needed, and shared
 * by all cameras and all viewers. Only the RTP headers are written per viewer.
 */
export class VideoTrack {
  readonly clip: Clip;
  readonly clockRate = 90_000;
  readonly payloadType: number;
  readonly #payloads: (readonly Uint8Array[] | undefined)[];

  constructor(clip: Clip) {
    this.clip = clip;
    this.payloadType = clip.codec === 'mjpeg' ? 26 : 96;
    this.#payloads = new Array(clip.frames.length);
  }

  payloads(index: number): readonly Uint8Array[] {
    const known = this.#payloads[index];
    if (known) return known;
    const made = packetiseFrame(this.clip, this.clip.frames[index]!);
    this.#payloads[index] = made;
    return made;
  }

  frame(index: number): ClipFrame {
    return this.clip.frames[index]!;
  }

  /** The keyframe at or before a frame. */
  keyframeBefore(index: number): number {
    let at = index;
    while (at > 0 && !this.frame(at).keyframe) at--;
    return at;
  }
}

/** A loop of G.711 A-law, cut into packets of `packetMs`. */
export class SoundTrack {
  readonly clockRate = 8000;
  readonly payloadType = 8;
  readonly packetMs = 40;
  readonly #packets: Uint8Array[] = [];

  constructor(alaw: Uint8Array) {
    const size = (this.clockRate * this.packetMs) / 1000;
    for (let at = 0; at + size <= alaw.length; at += size)
      this.#packets.push(alaw.subarray(at, at + size));
  }

  packet(index: number): Uint8Array {
    return this.#packets[index % this.#packets.length]!;
  }
}
