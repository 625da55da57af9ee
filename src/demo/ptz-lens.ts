import { extent, type PtzScene } from './ptz-scene.ts';

/**
 * Cuts what a camera sees out of the scene, as a lens without distortion would: straight lines stay
 * straight. Directions are computed on a coarse grid and interpolated in between.
 */
export interface View {
  /** Degrees. */
  readonly pan: number;
  readonly tilt: number;
  /** Horizontal angle of view, degrees. */
  readonly angle: number;
}

/** A picture of 4:2:0: luma, then blue and red difference at half the size. */
export class Frame {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly luma: Uint8Array;

  /** @param width and height are even */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.bytes = new Uint8Array((width * height * 3) / 2);
    this.luma = this.bytes.subarray(0, width * height);
  }

  get blue(): Uint8Array {
    const size = this.width * this.height;
    return this.bytes.subarray(size, (size * 5) / 4);
  }

  get red(): Uint8Array {
    return this.bytes.subarray((this.width * this.height * 5) / 4);
  }
}

const degree = Math.PI / 180;

/** Where a point of the picture lies: −1 … 1 from its left and lower edge; pan and tilt in degrees. */
export function directionAt(
  { pan, tilt, angle }: View,
  x: number,
  y: number,
  aspect: number,
): { readonly pan: number; readonly tilt: number } {
  const reach = Math.tan((angle * degree) / 2);
  const right = x * reach;
  const up = (y * reach) / aspect;
  const [sin, cos] = [Math.sin(tilt * degree), Math.cos(tilt * degree)];
  const forward = cos - sin * up;
  return {
    pan: pan + Math.atan2(right, forward) / degree,
    tilt: Math.atan2(sin + cos * up, Math.hypot(right, forward)) / degree,
  };
}

const cell = 16;
const one = 65_536;

export function drawView(scene: PtzScene, view: View, frame: Frame): void {
  const { width, height } = frame;
  const full = directions(view, width, height, scene.width, scene.height);
  warp(scene.luma, scene.width, frame.luma, width, height, full);
  const half = directions(view, width / 2, height / 2, scene.width / 2, scene.height / 2);
  warp(scene.blue, scene.width / 2, frame.blue, width / 2, height / 2, half);
  warp(scene.red, scene.width / 2, frame.red, width / 2, height / 2, half);
}

/** Where the corners of all cells lie in a plane of the scene: x and y in turn, 16.16 fixed point. */
function directions(
  { pan, tilt, angle }: View,
  width: number,
  height: number,
  planeWidth: number,
  planeHeight: number,
): Int32Array {
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const grid = new Int32Array(columns * rows * 2);
  const [sp, cp] = [Math.sin(pan * degree), Math.cos(pan * degree)];
  const [st, ct] = [Math.sin(tilt * degree), Math.cos(tilt * degree)];
  const reach = Math.tan((angle * degree) / 2);
  const perDegree = planeWidth / (extent.right - extent.left);
  const most = (value: number, size: number) => Math.max(0, Math.min((size - 1.01) * one, value));
  for (let row = 0, at = 0; row < rows; row++) {
    const up = ((1 - (2 * row * cell) / height) * reach * height) / width;
    for (let column = 0; column < columns; column++, at += 2) {
      const right = ((2 * column * cell) / width - 1) * reach;
      const x = sp * ct + cp * right - st * sp * up;
      const y = st + ct * up;
      const z = cp * ct - sp * right - st * cp * up;
      const across = Math.atan2(x, z) / degree;
      const above = Math.atan2(y, Math.hypot(x, z)) / degree;
      grid[at] = most((across - extent.left) * perDegree * one, planeWidth);
      grid[at + 1] = most((extent.top - above) * perDegree * one, planeHeight);
    }
  }
  return grid;
}

function warp(
  plane: Uint8Array,
  stride: number,
  out: Uint8Array,
  width: number,
  height: number,
  grid: Int32Array,
): void {
  const columns = Math.ceil(width / cell) + 1;
  for (let row = 0; row < height; row++) {
    const gridRow = (row / cell) | 0;
    const down = (row - gridRow * cell) / cell;
    let at = row * width;
    for (let column = 0; column < width; column += cell) {
      const g = (gridRow * columns + column / cell) * 2;
      const h = g + columns * 2;
      const x0 = grid[g]! + (grid[h]! - grid[g]!) * down;
      const y0 = grid[g + 1]! + (grid[h + 1]! - grid[g + 1]!) * down;
      const x1 = grid[g + 2]! + (grid[h + 2]! - grid[g + 2]!) * down;
      const y1 = grid[g + 3]! + (grid[h + 3]! - grid[g + 3]!) * down;
      let x = x0 | 0;
      let y = y0 | 0;
      const dx = ((x1 - x0) / cell) | 0;
      const dy = ((y1 - y0) / cell) | 0;
      const end = at + Math.min(cell, width - column);
      for (; at < end; at++, x += dx, y += dy) {
        const from = (y >> 16) * stride + (x >> 16);
        const fx = (x >> 8) & 255;
        const fy = (y >> 8) & 255;
        const a = plane[from]!;
        const c = plane[from + stride]!;
        const top = (a << 8) + (plane[from + 1]! - a) * fx;
        const low = (c << 8) + (plane[from + stride + 1]! - c) * fx;
        out[at] = ((top << 8) + (low - top) * fy) >> 16;
      }
    }
  }
}

/** A lens out of focus: each point spreads over a square, in luma only. */
export function blur({ luma, width, height }: Frame, radius: number): void {
  if (radius < 1) return;
  const line = new Uint8Array(Math.max(width, height));
  for (let y = 0; y < height; y++) smooth(luma, y * width, 1, width, radius, line);
  for (let x = 0; x < width; x++) smooth(luma, x, width, height, radius, line);
}

function smooth(
  bytes: Uint8Array,
  start: number,
  step: number,
  count: number,
  radius: number,
  line: Uint8Array,
): void {
  for (let i = 0, at = start; i < count; i++, at += step) line[i] = bytes[at]!;
  const last = count - 1;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += line[Math.max(0, Math.min(last, i))]!;
  const share = 1 / (2 * radius + 1);
  for (let i = 0, at = start; i < count; i++, at += step) {
    bytes[at] = sum * share;
    sum += line[Math.min(last, i + radius + 1)]! - line[Math.max(0, i - radius)]!;
  }
}

/** Exposure: limited range, so black stays 16. */
export function expose({ luma }: Frame, gain: number, lift: number): void {
  const table = Uint8Array.from({ length: 256 }, (_value, i) =>
    Math.max(16, Math.min(235, 16 + (i - 16) * gain + lift)),
  );
  for (let i = 0; i < luma.length; i++) luma[i] = table[luma[i]!]!;
}
