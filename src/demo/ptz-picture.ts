import type { Letters } from './letters.ts';
import type { PtzDevice } from './ptz-device.ts';
import { type PtzPosition, viewAngle, wideAngle } from './ptz-head.ts';
import { blur, drawView, expose, Frame } from './ptz-lens.ts';
import type { PtzScene } from './ptz-scene.ts';

const title = 'MÔ PHỎNG · PTZ';
const stored = 'ẢNH DỰNG SẴN';

/**
 * What a steered camera sees at this moment, in one size. While nothing but the clock changes, only
 * the clock is drawn.
 */
export class PtzPicture {
  readonly #device: PtzDevice;
  readonly #scene: PtzScene;
  readonly #letters: Letters;
  readonly #seen: Frame;
  readonly #shown: Frame;
  #known = '';

  constructor(device: PtzDevice, scene: PtzScene, letters: Letters, width: number, height: number) {
    this.#device = device;
    this.#scene = scene;
    this.#letters = letters;
    this.#seen = new Frame(width, height);
    this.#shown = new Frame(width, height);
  }

  /**
   * The frame is used again by the next call.
   * @param wall null: drawn beforehand; then a hand stands at `turn`, 0 … 1 of a round
   */
  draw(wall: Date | null, turn = 0): Uint8Array {
    const { position } = this.#device.head;
    this.#look(position);
    const shown = this.#shown;
    shown.bytes.set(this.#seen.bytes);
    const { wiper } = this.#device;
    if (wiper !== null) drawWiper(shown, wiper);
    this.#write(shown, position, wall);
    if (!wall) drawHand(shown, turn);
    return shown.bytes;
  }

  #look(position: PtzPosition): void {
    const { lamp, iris, focus } = this.#device;
    const { pan, tilt, zoom } = position;
    const key = [pan.toFixed(3), tilt.toFixed(3), zoom.toFixed(4), lamp, iris, focus].join(' ');
    if (key === this.#known) return;
    this.#known = key;
    const seen = this.#seen;
    const angle = viewAngle(zoom);
    drawView(this.#scene, { pan, tilt, angle }, seen);
    // The nearer it looks, the more a lens out of focus shows
    const spread = Math.abs(focus) * (12 + (20 * (wideAngle - angle)) / wideAngle);
    blur(seen, Math.round((spread * seen.width) / 1280));
    if (lamp || iris !== null)
      expose(seen, (lamp ? 1.12 : 1) * (iris === null ? 1 : 0.2 + 1.2 * iris), lamp ? 24 : 0);
  }

  #write(frame: Frame, { pan, tilt, zoom }: PtzPosition, wall: Date | null): void {
    const letters = this.#letters;
    const small = frame.width < 1000;
    const edge = small ? 8 : 18;
    const line = letters.height(small) + (small ? 1 : 2);
    letters.write(frame, title, edge, edge, small);
    letters.write(frame, wall ? timeText(wall) : stored, edge, edge + line, small);
    const bottom = frame.height - edge - line;
    letters.write(frame, positionText({ pan, tilt, zoom }), edge, bottom, small);
  }
}

export function positionText({ pan, tilt, zoom }: PtzPosition): string {
  const signed = (value: number) => `${value < -0.05 ? '-' : '+'}${Math.abs(value).toFixed(1)}°`;
  return `P ${signed(pan)}  T ${signed(tilt)}  Z ${(wideAngle / viewAngle(zoom)).toFixed(1)}×`;
}

/** As cameras in Viet Nam burn it in, whatever this machine thinks its time zone is. */
function timeText(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const wall = new Date(now.getTime() + 7 * 3_600_000);
  const day = [two(wall.getUTCDate()), two(wall.getUTCMonth() + 1), wall.getUTCFullYear()].join(
    '-',
  );
  return `${day} ${[wall.getUTCHours(), wall.getUTCMinutes(), wall.getUTCSeconds()].map(two).join(':')}`;
}

/** In the upper right corner. */
function drawHand({ luma, width, height }: Frame, turn: number): void {
  const radius = height / 22;
  const [cx, cy] = [width - radius * 2, radius * 2];
  const [hx, hy] = [Math.sin(2 * Math.PI * turn), -Math.cos(2 * Math.PI * turn)];
  for (let y = Math.floor(cy - radius); y <= cy + radius; y++)
    for (let x = Math.floor(cx - radius); x <= cx + radius; x++) {
      const [dx, dy] = [x - cx, y - cy];
      if (Math.hypot(dx, dy) > radius) continue;
      const isHand = dx * hx + dy * hy > -2 && Math.abs(dx * hy - dy * hx) < radius / 6;
      luma[y * width + x] = isHand ? 235 : 40;
    }
}

/** A dark arm that turns about a point below the picture. */
function drawWiper({ luma, width, height }: Frame, part: number): void {
  const angle = (part - 0.5) * 1.9;
  const lean = Math.tan(angle);
  const thick = width / 70;
  const root = height * 1.15;
  for (let y = 0; y < height; y++) {
    const middle = width / 2 + (root - y) * lean;
    const half = thick / Math.max(0.3, Math.cos(angle)) / 2;
    const from = Math.max(0, Math.round(middle - half));
    const to = Math.min(width, Math.round(middle + half));
    if (to > from) luma.fill(22, y * width + from, y * width + to);
  }
}
