/**
 * A small ray caster for the still part of a drawn scene: boxes, upright cylinders, ellipsoids and
 * capsules in their own frames, in a bounding volume hierarchy. Metres; x right, y up, z into the
 * picture. Colours are linear.
 */
export const kinds = { box: 0, cylinder: 1, ellipsoid: 2 };

/** Cheap repeatable noise of a lattice point, 0 to 1. */
export function hash3(x, y, z) {
  let h = Math.imul(x | 0, 374761393) ^ Math.imul(y | 0, 668265263) ^ Math.imul(z | 0, 2147483647);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  h = Math.imul(h ^ (h >>> 16), 2246822519);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

const smooth = (t) => t * t * (3 - 2 * t);

/** Value noise, 0 to 1. */
export function noise3(x, y, z) {
  const [xi, yi, zi] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [u, v, w] = [smooth(x - xi), smooth(y - yi), smooth(z - zi)];
  const mix = (a, b, t) => a + (b - a) * t;
  const at = (dx, dy, dz) => hash3(xi + dx, yi + dy, zi + dz);
  return mix(
    mix(mix(at(0, 0, 0), at(1, 0, 0), u), mix(at(0, 1, 0), at(1, 1, 0), u), v),
    mix(mix(at(0, 0, 1), at(1, 0, 1), u), mix(at(0, 1, 1), at(1, 1, 1), u), v),
    w,
  );
}

/** Several octaves of `noise3`, about 0 to 1. */
export function fbm(x, y, z) {
  return (
    noise3(x, y, z) * 0.53 +
    noise3(x * 2.1, y * 2.1, z * 2.1) * 0.28 +
    noise3(x * 4.3, y * 4.3, z * 4.3) * 0.19
  );
}

/**
 * @typedef {object} Solid
 * @property {number} kind
 * @property {number[]} centre
 * @property {number[]} half half sizes in its own frame; a cylinder takes radius, half height, radius
 * @property {number[]} turn nine numbers, world to own frame, row by row
 * @property {object} material
 */

/** Rotation about y by `yaw`, then about its own x by `pitch`, as world → own frame. */
export function turnOf(yaw = 0, pitch = 0, roll = 0) {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  // rows are the own axes in world coordinates
  const x = [cy, 0, -sy];
  const z = [sy * cp, -sp, cy * cp];
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
  const xr = x.map((value, i) => value * cr + y[i] * sr);
  const yr = y.map((value, i) => value * cr - x[i] * sr);
  return [...xr, ...yr, ...z];
}

export class Solids {
  /** @type {Solid[]} */
  list = [];

  box(x0, y0, z0, x1, y1, z1, material) {
    return this.add(
      kinds.box,
      [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2],
      [Math.abs(x1 - x0) / 2, Math.abs(y1 - y0) / 2, Math.abs(z1 - z0) / 2],
      turnOf(),
      material,
    );
  }

  turned(centre, half, yaw, material, pitch = 0, roll = 0) {
    return this.add(kinds.box, centre, half, turnOf(yaw, pitch, roll), material);
  }

  cylinder(x, y0, z, radius, height, material) {
    return this.add(
      kinds.cylinder,
      [x, y0 + height / 2, z],
      [radius, height / 2, radius],
      turnOf(),
      material,
    );
  }

  ellipsoid(centre, half, material) {
    return this.add(kinds.ellipsoid, centre, half, turnOf(), material);
  }

  add(kind, centre, half, turn, material) {
    this.list.push({ kind, centre, half, turn, material });
    return this;
  }
}

const stride = 16;
const local = new Float64Array(6);

/** The solids with their hierarchy; `cast` and `blocked` are all that a renderer needs. */
export class Caster {
  constructor(list) {
    this.solids = list;
    this.flat = new Float64Array(list.length * stride);
    this.kind = new Uint8Array(list.length);
    const bounds = list.map((solid, i) => {
      this.flat.set([...solid.centre, ...solid.turn, ...solid.half], i * stride);
      this.kind[i] = solid.kind;
      return boundsOf(solid);
    });
    this.nodes = [];
    this.order = [];
    this.#build(bounds, [...list.keys()]);
    this.nodeFlat = new Float64Array(this.nodes.length * 8);
    this.nodes.forEach((node, i) => {
      this.nodeFlat.set([...node.low, ...node.high, node.a, node.b], i * 8);
    });
    this.stack = new Int32Array(64);
    /** Results of the last `cast`. */
    this.hit = -1;
    this.t = 0;
    this.normal = new Float64Array(3);
    this.own = new Float64Array(3);
    this.ownNormal = new Float64Array(3);
  }

  #build(bounds, items) {
    const index = this.nodes.length;
    const low = [0, 1, 2].map((k) => Math.min(...items.map((i) => bounds[i][k])));
    const high = [0, 1, 2].map((k) => Math.max(...items.map((i) => bounds[i][k + 3])));
    const node = { low, high, a: 0, b: 0 };
    this.nodes.push(node);
    if (items.length <= 3) {
      // a leaf: negative first index, and the count
      node.a = -1 - this.order.length;
      node.b = items.length;
      this.order.push(...items);
      return index;
    }
    const axis = [0, 1, 2].reduce((best, k) =>
      high[k] - low[k] > high[best] - low[best] ? k : best,
    );
    const sorted = items.toSorted(
      (i, j) => bounds[i][axis] + bounds[i][axis + 3] - bounds[j][axis] - bounds[j][axis + 3],
    );
    const middle = sorted.length >> 1;
    node.a = this.#build(bounds, sorted.slice(0, middle));
    node.b = this.#build(bounds, sorted.slice(middle));
    return index;
  }

  /** Nearest hit; fills `hit`, `t`, `normal`, `own` (point in the solid's frame), `ownNormal`. */
  cast(ox, oy, oz, dx, dy, dz, far = 1e9) {
    const found = this.#walk(ox, oy, oz, dx, dy, dz, far, false);
    if (!found) return false;
    this.#describe(ox, oy, oz, dx, dy, dz);
    return true;
  }

  blocked(ox, oy, oz, dx, dy, dz, far) {
    return this.#walk(ox, oy, oz, dx, dy, dz, far, true);
  }

  #walk(ox, oy, oz, dx, dy, dz, far, any) {
    const { nodeFlat, stack, order, solids } = this;
    const [ix, iy, iz] = [1 / dx, 1 / dy, 1 / dz];
    let best = far;
    let hit = -1;
    let top = 0;
    stack[top++] = 0;
    while (top > 0) {
      const at = stack[--top] * 8;
      let near = (nodeFlat[at] - ox) * ix;
      let away = (nodeFlat[at + 3] - ox) * ix;
      if (near > away) [near, away] = [away, near];
      let n = (nodeFlat[at + 1] - oy) * iy;
      let f = (nodeFlat[at + 4] - oy) * iy;
      if (n > f) [n, f] = [f, n];
      if (n > near) near = n;
      if (f < away) away = f;
      n = (nodeFlat[at + 2] - oz) * iz;
      f = (nodeFlat[at + 5] - oz) * iz;
      if (n > f) [n, f] = [f, n];
      if (n > near) near = n;
      if (f < away) away = f;
      if (near > away || away < 0 || near > best) continue;
      const a = nodeFlat[at + 6];
      if (a >= 0) {
        stack[top++] = a;
        stack[top++] = nodeFlat[at + 7];
        continue;
      }
      const first = -1 - a;
      for (let k = first; k < first + nodeFlat[at + 7]; k++) {
        const index = order[k];
        const t = this.#meet(index, ox, oy, oz, dx, dy, dz, best);
        if (t <= 0) continue;
        const { material } = solids[index];
        if (any && material.noShadow) continue;
        if (material.gaps && this.#falls(material, ox + dx * t, oy + dy * t, oz + dz * t)) continue;
        best = t;
        hit = index;
        if (any) return true;
      }
    }
    this.hit = hit;
    this.t = best;
    return hit >= 0;
  }

  /** Leaves: a part of the surface is air. */
  #falls(material, x, y, z) {
    const scale = material.gapScale ?? 14;
    const coarse = noise3(x * scale * 0.45, y * scale * 0.45, z * scale * 0.45);
    return noise3(x * scale, y * scale, z * scale) * 0.65 + coarse * 0.35 < material.gaps;
  }

  #meet(index, ox, oy, oz, dx, dy, dz, best) {
    const f = this.flat;
    const at = index * stride;
    const px = ox - f[at];
    const py = oy - f[at + 1];
    const pz = oz - f[at + 2];
    const x = f[at + 3] * px + f[at + 4] * py + f[at + 5] * pz;
    const y = f[at + 6] * px + f[at + 7] * py + f[at + 8] * pz;
    const z = f[at + 9] * px + f[at + 10] * py + f[at + 11] * pz;
    const u = f[at + 3] * dx + f[at + 4] * dy + f[at + 5] * dz;
    const v = f[at + 6] * dx + f[at + 7] * dy + f[at + 8] * dz;
    const w = f[at + 9] * dx + f[at + 10] * dy + f[at + 11] * dz;
    const t = meetOwn(this.kind[index], x, y, z, u, v, w, f[at + 12], f[at + 13], f[at + 14]);
    return t > 1e-4 && t < best ? t : -1;
  }

  #describe(ox, oy, oz, dx, dy, dz) {
    const f = this.flat;
    const at = this.hit * stride;
    const px = ox + dx * this.t - f[at];
    const py = oy + dy * this.t - f[at + 1];
    const pz = oz + dz * this.t - f[at + 2];
    const x = f[at + 3] * px + f[at + 4] * py + f[at + 5] * pz;
    const y = f[at + 6] * px + f[at + 7] * py + f[at + 8] * pz;
    const z = f[at + 9] * px + f[at + 10] * py + f[at + 11] * pz;
    normalOwn(this.kind[this.hit], x, y, z, f[at + 12], f[at + 13], f[at + 14], local);
    this.own.set([x, y, z]);
    this.ownNormal.set([local[0], local[1], local[2]]);
    this.normal[0] = f[at + 3] * local[0] + f[at + 6] * local[1] + f[at + 9] * local[2];
    this.normal[1] = f[at + 4] * local[0] + f[at + 7] * local[1] + f[at + 10] * local[2];
    this.normal[2] = f[at + 5] * local[0] + f[at + 8] * local[1] + f[at + 11] * local[2];
  }
}

/** Where a ray in a solid's own frame first meets it from outside, or -1. */
export function meetOwn(kind, x, y, z, u, v, w, hx, hy, hz) {
  if (kind === kinds.box) {
    let near = (-Math.sign(u || 1) * hx - x) / u;
    let far = (Math.sign(u || 1) * hx - x) / u;
    if (u === 0) {
      if (Math.abs(x) > hx) return -1;
      near = -1e30;
      far = 1e30;
    }
    for (let k = 0; k < 2; k++) {
      const p = k === 0 ? y : z;
      const d = k === 0 ? v : w;
      const h = k === 0 ? hy : hz;
      if (d === 0) {
        if (Math.abs(p) > h) return -1;
        continue;
      }
      const s = d > 0 ? 1 : -1;
      const n = (-s * h - p) / d;
      const f = (s * h - p) / d;
      if (n > near) near = n;
      if (f < far) far = f;
    }
    return near <= far ? near : -1;
  }
  if (kind === kinds.cylinder) {
    const a = u * u + w * w;
    const b = x * u + z * w;
    const c = x * x + z * z - hx * hx;
    const root = b * b - a * c;
    if (root < 0) return -1;
    if (a > 1e-12) {
      const t = (-b - Math.sqrt(root)) / a;
      if (t > 0 && Math.abs(y + v * t) <= hy) return t;
    }
    if (v === 0) return -1;
    const t = ((v > 0 ? -hy : hy) - y) / v;
    const qx = x + u * t;
    const qz = z + w * t;
    return t > 0 && qx * qx + qz * qz <= hx * hx ? t : -1;
  }
  const [sx, sy, sz, su, sv, sw] = [x / hx, y / hy, z / hz, u / hx, v / hy, w / hz];
  const a = su * su + sv * sv + sw * sw;
  const b = sx * su + sy * sv + sz * sw;
  const c = sx * sx + sy * sy + sz * sz - 1;
  const root = b * b - a * c;
  return root < 0 ? -1 : (-b - Math.sqrt(root)) / a;
}

export function normalOwn(kind, x, y, z, hx, hy, hz, out) {
  let [a, b, c] = [0, 0, 0];
  if (kind === kinds.box) {
    const [ax, ay, az] = [Math.abs(x) / hx, Math.abs(y) / hy, Math.abs(z) / hz];
    if (ax >= ay && ax >= az) a = Math.sign(x);
    else if (ay >= az) b = Math.sign(y);
    else c = Math.sign(z);
  } else if (kind === kinds.cylinder) {
    if (Math.abs(y) >= hy - 1e-4) b = Math.sign(y);
    else {
      a = x / hx;
      c = z / hx;
    }
  } else {
    a = x / (hx * hx);
    b = y / (hy * hy);
    c = z / (hz * hz);
    const length = Math.hypot(a, b, c);
    a /= length;
    b /= length;
    c /= length;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
}

function boundsOf({ centre, half, turn }) {
  const reach = [0, 1, 2].map(
    (k) =>
      Math.abs(turn[k]) * half[0] +
      Math.abs(turn[k + 3]) * half[1] +
      Math.abs(turn[k + 6]) * half[2],
  );
  return [...centre.map((c, k) => c - reach[k]), ...centre.map((c, k) => c + reach[k])];
}
