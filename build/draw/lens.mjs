/**
 * A wide surveillance lens: a pinhole with a little barrel distortion.
 */
export class Lens {
  /**
   * @param {{from:number[], to:number[], fov:number, roll?:number, barrel?:number}} view `fov` is the
   *   horizontal angle in degrees; `barrel` bends straight lines at the edge
   */
  constructor(view, width, height) {
    this.width = width;
    this.height = height;
    this.from = view.from;
    this.barrel = view.barrel ?? 0.09;
    const forward = unit(view.to.map((value, i) => value - view.from[i]));
    const right = unit(cross([0, 1, 0], forward));
    const up = cross(forward, right);
    const roll = view.roll ?? 0.006;
    this.forward = forward;
    this.right = right.map((value, i) => value * Math.cos(roll) + up[i] * Math.sin(roll));
    this.up = up.map((value, i) => value * Math.cos(roll) - right[i] * Math.sin(roll));
    this.tangent = Math.tan((view.fov * Math.PI) / 360);
  }

  /** Direction of the ray through a point of the picture (pixels), into `out`. */
  ray(px, py, out) {
    const nx = (px / this.width) * 2 - 1;
    const ny = (1 - (py / this.height) * 2) * (this.height / this.width);
    const bend = 1 + this.barrel * (nx * nx + ny * ny);
    const a = nx * bend * this.tangent;
    const b = ny * bend * this.tangent;
    const [r, u, f] = [this.right, this.up, this.forward];
    const x = f[0] + r[0] * a + u[0] * b;
    const y = f[1] + r[1] * a + u[1] * b;
    const z = f[2] + r[2] * a + u[2] * b;
    const length = Math.sqrt(x * x + y * y + z * z);
    out[0] = x / length;
    out[1] = y / length;
    out[2] = z / length;
  }

  /** Where a point of the world appears (pixels), or null behind the lens. */
  project(x, y, z) {
    const d = [x - this.from[0], y - this.from[1], z - this.from[2]];
    const depth = dot(d, this.forward);
    if (depth < 0.05) return null;
    const a = dot(d, this.right) / depth / this.tangent;
    const b = dot(d, this.up) / depth / this.tangent;
    // a = nx · (1 + barrel · r²): a few steps of fixed-point iteration are exact enough for a bound
    const wanted = Math.hypot(a, b);
    let radius = wanted;
    for (let i = 0; i < 8; i++) radius = wanted / (1 + this.barrel * radius * radius);
    const scale = wanted > 0 ? radius / wanted : 1;
    return [
      ((a * scale + 1) / 2) * this.width,
      ((1 - (b * scale * this.width) / this.height) / 2) * this.height,
    ];
  }
}

export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a) {
  const length = Math.hypot(...a);
  return a.map((value) => value / length);
}
