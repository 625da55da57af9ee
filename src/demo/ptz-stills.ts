import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clip, type ClipFrame, type ClipShape, readClip } from './clip.ts';
import type { PtzPosition } from './ptz-head.ts';

/**
 * Pictures for machines without an encoder: a grid of places, drawn and encoded before. Each place is
 * a short loop in which a hand goes round, so that a viewer sees that the picture is live.
 */
interface StillList {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Frames of each place; the first is a keyframe. */
  readonly frames: number;
  readonly places: readonly PtzPosition[];
}

export class PtzStills {
  readonly shape: Omit<ClipShape, 'codec'>;
  readonly places: readonly PtzPosition[];
  readonly #clip: Clip;
  readonly #frames: number;

  constructor({ width, height, fps, frames, places }: StillList, clip: Clip) {
    if (clip.frames.length !== frames * places.length)
      throw new Error('the stored pictures of the steered cameras are not complete');
    this.shape = { width, height, fps };
    this.places = places;
    this.#clip = clip;
    this.#frames = frames;
  }

  static async read(folder: string): Promise<PtzStills> {
    const list: StillList = JSON.parse(await readFile(join(folder, 'ptz-stills.json'), 'utf8'));
    const bytes = await readFile(join(folder, list.file));
    const { width, height, fps } = list;
    return new PtzStills(list, readClip(bytes, { codec: 'h264', width, height, fps }));
  }

  get parameterSets(): readonly Uint8Array[] {
    return this.#clip.parameterSets;
  }

  /** The index of the stored place that is most like this one. */
  nearest({ pan, tilt, zoom }: PtzPosition): number {
    const far = (place: PtzPosition) =>
      (place.pan - pan) ** 2 + (place.tilt - tilt) ** 2 + (40 * (place.zoom - zoom)) ** 2;
    let best = 0;
    for (const [index, place] of this.places.entries())
      if (far(place) < far(this.places[best]!)) best = index;
    return best;
  }

  /**
   * Each loop begins with a keyframe that differs from the one before by zero bytes at its end
   * (trailing_zero_8bits, H.264 annex B): a keyframe that is repeated bit for bit is a frozen camera.
   */
  frame(place: number, tick: number): ClipFrame {
    const frame = this.#clip.frames[place * this.#frames + (tick % this.#frames)]!;
    const zeros = Math.floor(tick / this.#frames) % 3;
    if (!frame.keyframe || zeros === 0) return frame;
    const units = [...frame.units];
    const last = units.pop()!;
    const longer = new Uint8Array(last.length + zeros);
    longer.set(last);
    return { ...frame, units: [...units, longer] };
  }
}
