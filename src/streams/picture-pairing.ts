import { ivfStep } from './ivf.ts';

/**
 * Puts together what a decoder program says on two pipes: raw pictures of one size on the one, and a
 * line `frame:N pts:P …` for each on the other. Either may be ahead.
 */
export class PicturePairing {
  readonly #pictureBytes: number;
  readonly #onPicture: (picture: Uint8Array, unit: number) => void;
  readonly #pictures: Uint8Array[] = [];
  readonly #units: number[] = [];
  #partial: Buffer | null = null;
  #filled = 0;
  #text = '';

  constructor(pictureBytes: number, onPicture: (picture: Uint8Array, unit: number) => void) {
    this.#pictureBytes = pictureBytes;
    this.#onPicture = onPicture;
  }

  pictureData(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      // Its own memory for each picture: it is handed on and outlives the chunk.
      this.#partial ??= Buffer.allocUnsafeSlow(this.#pictureBytes);
      const take = Math.min(chunk.length - at, this.#pictureBytes - this.#filled);
      this.#partial.set(chunk.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled < this.#pictureBytes) break;
      this.#pictures.push(this.#partial);
      this.#partial = null;
      this.#filled = 0;
    }
    this.#pair();
  }

  timeData(chunk: string): void {
    this.#text += chunk;
    const lines = this.#text.split('\n');
    this.#text = lines.pop()!.slice(0, 1000);
    for (const line of lines) {
      const match = /^frame:\d+\s+pts:(-?\d+)/.exec(line);
      if (match) this.#units.push(Math.round(Number(match[1]) / ivfStep));
    }
    this.#pair();
  }

  #pair(): void {
    while (this.#pictures.length > 0 && this.#units.length > 0) {
      this.#onPicture(this.#pictures.shift()!, this.#units.shift()!);
    }
  }
}
