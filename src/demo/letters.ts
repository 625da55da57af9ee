import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from './ptz-lens.ts';

/** The letters that steered cameras burn in, drawn by `build/draw-ptz-scene.mjs`. */
interface LetterFile {
  readonly width: number;
  readonly height: number;
  /** One for each cell, in this order. */
  readonly characters: string;
  /** Base64 of 8-bit masks, cell after cell. */
  readonly masks: string;
}

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

export class Letters {
  readonly #places: ReadonlyMap<string, number>;
  readonly #large: Sheet;
  readonly #small: Sheet;

  constructor({ width, height, characters, masks }: LetterFile) {
    this.#places = new Map([...characters].map((one, place) => [one, place]));
    this.#large = { width, height, bytes: Buffer.from(masks, 'base64') };
    this.#small = halved(this.#large);
  }

  static async read(folder: string): Promise<Letters> {
    return new Letters(JSON.parse(await readFile(join(folder, 'ptz-letters.json'), 'utf8')));
  }

  height(small: boolean): number {
    return small ? this.#small.height : this.#large.height;
  }

  /** White with a dark edge, from this corner on; what the sheet does not have is a gap. */
  write(frame: Frame, text: string, left: number, top: number, small: boolean): void {
    const sheet = small ? this.#small : this.#large;
    let x = left;
    for (const character of text) {
      const place = this.#places.get(character);
      if (place !== undefined && x + sheet.width + 2 <= frame.width)
        draw(frame, sheet, place, x, top);
      x += sheet.width;
    }
  }
}

function draw(frame: Frame, sheet: Sheet, place: number, left: number, top: number): void {
  const { width, height, bytes } = sheet;
  const start = place * width * height;
  const { luma } = frame;
  const ink = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : bytes[start + y * width + x]!;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const own = ink(x, y);
      const dark = Math.max(ink(x - 1, y - 1), ink(x + 1, y), ink(x - 1, y), ink(x, y - 1)) * 0.8;
      if (own + dark < 8) continue;
      const at = (top + y) * frame.width + left + x;
      const under = luma[at]! + ((16 - luma[at]!) * dark) / 255;
      luma[at] = under + ((235 - under) * own) / 255;
    }
}

function halved({ width, height, bytes }: Sheet): Sheet {
  const [w, h] = [width >> 1, height >> 1];
  const count = bytes.length / (width * height);
  const out = new Uint8Array(w * h * count);
  for (let cell = 0; cell < count; cell++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const at = (cell * height + y * 2) * width + x * 2;
        const sum = bytes[at]! + bytes[at + 1]! + bytes[at + width]! + bytes[at + width + 1]!;
        // Thin strokes would fade
        out[(cell * h + y) * w + x] = Math.min(255, sum / 3);
      }
  return { width: w, height: h, bytes: out };
}
