import { headColour } from './figure.mjs';
import { meetOwn, normalOwn, turnOf } from './trace.mjs';

/**
 * Draws what moves over the still picture: figures and vehicles with their light, their soft shadows
 * and, on glossy floors, a faint mirror image.
 */
export class MovingPicture {
  /** @param {object} still what `drawStill` gave */
  constructor(still, scene, lens) {
    this.still = still;
    this.scene = scene;
    this.lens = lens;
    const { width, height } = still;
    this.fine = new Float32Array(width * 2 * height * 2);
    this.fineColour = new Float32Array(width * 2 * height * 2 * 3);
    this.shade = new Float32Array(width * height);
    this.colour = new Float32Array(width * height * 3);
  }

  /** Linear RGB of one moment; the array is reused. */
  draw(movers) {
    const { still, colour } = this;
    colour.set(still.colour);
    this.fine.fill(0);
    this.shade.fill(1);
    const lit = movers.map((mover) => ({ ...mover, light: this.#lightAt(mover.middle) }));
    for (const mover of lit) this.#darken(mover);
    for (let i = 0, n = this.shade.length; i < n; i++) {
      const keep = this.shade[i];
      if (keep === 1) continue;
      colour[i * 3] *= keep;
      colour[i * 3 + 1] *= keep;
      colour[i * 3 + 2] *= keep;
    }
    for (const mover of lit) for (const part of mover.parts) this.#part(part, mover);
    this.#compose();
    return colour;
  }

  /** Light from six sides, and from the sun and lamps, at a point in the air. */
  #lightAt([x, y, z]) {
    const { world, caster } = this.still;
    const { scene } = this;
    const sides = [];
    const value = new Float64Array(3);
    for (let side = 0; side < 6; side++) {
      const n = [0, 0, 0];
      n[side >> 1] = side % 2 === 0 ? 1 : -1;
      const sum = [0, 0, 0];
      const rays = 20;
      for (let i = 0; i < rays; i++) {
        const u = (i + 0.5) / rays;
        const angle = i * 2.399963;
        const r = Math.sqrt(u);
        const [a, b, c] = [r * Math.cos(angle), r * Math.sin(angle), Math.sqrt(1 - u)];
        const axis = side >> 1;
        const d = [0, 0, 0];
        d[axis] = n[axis] * c;
        d[(axis + 1) % 3] = a;
        d[(axis + 2) % 3] = b;
        if (!caster.cast(x, y, z, d[0], d[1], d[2])) {
          world.sky(d[0], d[1], d[2], value);
        } else {
          const { material } = caster.solids[caster.hit];
          const { t } = caster;
          world.albedo(x + d[0] * t, y + d[1] * t, z + d[2] * t, value);
          const level = material.panel ? [0, 0, 0] : (material.glow ?? scene.guess);
          for (let k = 0; k < 3; k++) value[k] *= level[k];
        }
        for (let k = 0; k < 3; k++) sum[k] += value[k] / rays;
      }
      sides.push(sum);
    }
    const lamps = [];
    if (world.sunlight) {
      const towards = world.sunlight.towards;
      let open = 0;
      for (const up of [-0.5, 0, 0.5])
        if (!caster.blocked(x, y + up, z, towards[0], towards[1], towards[2], 1e9)) open += 1 / 3;
      if (open > 0)
        lamps.push({ towards, sun: true, colour: world.sunlight.colour.map((v) => v * open) });
    }
    const lampFrom = (at, colour, soft) => {
      const d = [at[0] - x, at[1] - y, at[2] - z];
      const far = Math.hypot(...d);
      const towards = d.map((v) => v / far);
      if (caster.blocked(x, y, z, ...towards, far - 0.15)) return;
      const fall = 1 / (far * far + soft);
      lamps.push({ towards, colour: colour.map((v) => v * fall) });
    };
    for (const point of world.points) {
      const d = [x - point.at[0], y - point.at[1], z - point.at[2]];
      const far = Math.hypot(...d);
      const beam = point.beam ? point.beam(d[0] / far, d[1] / far, d[2] / far) : 1;
      if (beam > 1e-3)
        lampFrom(
          point.at,
          point.colour.map((v) => v * beam),
          point.soften ?? 0.3,
        );
    }
    for (const panel of world.panels) {
      const area = (4 * panel.half[0] * panel.half[1]) / Math.PI;
      const down =
        (panel.at[1] - y) / Math.hypot(panel.at[0] - x, panel.at[1] - y, panel.at[2] - z);
      if (down > 0.05)
        lampFrom(
          panel.at,
          panel.glow.map((v) => v * area * down),
          0.6,
        );
    }
    return { sides, lamps };
  }

  #shine(light, n, albedo, low, sunny, out) {
    const [x, y, z] = n;
    const { sides, lamps } = light;
    const [ax, ay, az] = [x * x, y * y, z * z];
    for (let k = 0; k < 3; k++) {
      let sum =
        ax * sides[x > 0 ? 0 : 1][k] + ay * sides[y > 0 ? 2 : 3][k] + az * sides[z > 0 ? 4 : 5][k];
      sum *= low;
      for (const lamp of lamps) {
        const { towards } = lamp;
        const facing = (x * towards[0] + y * towards[1] + z * towards[2] + 0.12) / 1.12;
        if (facing > 0) sum += lamp.colour[k] * facing * (lamp.sun ? sunny : 0.4 + 0.6 * low);
      }
      out[k] = sum * albedo[k];
    }
  }

  /** Shadow and contact darkening of one mover on the still surfaces. */
  #darken(mover) {
    const { still, shade, scene } = this;
    const { width, height, place, normal, sunShare, depth } = still;
    const sun = still.world.sunlight?.towards ?? null;
    const points = cornersAround(mover, sun);
    const box = boundsOnScreen(this.lens, points, width, height);
    if (!box) return;
    const soft = scene.contact ?? 1;
    for (let y = box.y0; y < box.y1; y++) {
      for (let x = box.x0; x < box.x1; x++) {
        const i = y * width + x;
        if (depth[y * 2 * width * 2 + x * 2] > 1e8) continue;
        const px = place[i * 3];
        const py = place[i * 3 + 1];
        const pz = place[i * 3 + 2];
        const nx = normal[i * 3];
        const ny = normal[i * 3 + 1];
        const nz = normal[i * 3 + 2];
        const mx = mover.middle[0] - px;
        const my = mover.middle[1] - py;
        const mz = mover.middle[2] - pz;
        const away = mx * mx + my * my + mz * mz;
        let open = 1;
        if (away < 9 && (mover.blocks || away < 5))
          for (const part of mover.casters)
            open *= 1 - soft * contact(px, py, pz, nx, ny, nz, part);
        let sunny = 1;
        if (sun && sunShare[i] > 0.01) {
          const along = mx * sun[0] + my * sun[1] + mz * sun[2];
          const off = away - along * along;
          if (along > -mover.reach && off < (mover.reach + 0.3) ** 2)
            for (const part of mover.casters)
              sunny = Math.min(sunny, sunShadow(px, py, pz, sun, part));
          if (mover.blocks && sunny > 0)
            for (const block of mover.blocks)
              if (meetsBlock(block, px, py, pz, sun[0], sun[1], sun[2]) > 0) sunny = 0;
        }
        if (mover.blocks)
          for (const block of mover.blocks) open *= 1 - 0.75 * blockContact(block, px, py, pz);
        const share = sunShare[i];
        const keep = (1 - share) * open + share * sunny * (0.5 + 0.5 * open);
        shade[i] *= keep;
      }
    }
  }

  #part(part, mover) {
    const { still, lens } = this;
    const { width, height, depth } = still;
    const box = boundsOnScreen(
      lens,
      part.block ? cornersOfBlock(part.block) : cornersOfCapsule(part),
      width,
      height,
    );
    if (!box) return;
    const [ox, oy, oz] = lens.from;
    const ray = new Float64Array(3);
    const n = new Float64Array(3);
    const out = new Float64Array(3);
    const sun = still.world.sunlight?.towards ?? null;
    for (let y = box.y0 * 2; y < box.y1 * 2; y++) {
      for (let x = box.x0 * 2; x < box.x1 * 2; x++) {
        lens.ray((x + 0.5) / 2, (y + 0.5) / 2, ray);
        const t = part.block
          ? meetsBlock(part.block, ox, oy, oz, ray[0], ray[1], ray[2])
          : meetsCapsule(part, ox, oy, oz, ray[0], ray[1], ray[2]);
        if (t <= 0) continue;
        const at = y * width * 2 + x;
        const known = this.fine[at];
        if (t > depth[at] || (known > 0 && t > known)) continue;
        const p = [ox + ray[0] * t, oy + ray[1] * t, oz + ray[2] * t];
        let albedo;
        let low = 1;
        selfOpen = 1;
        if (part.block) {
          albedo = blockSurface(part.block, p, n);
        } else {
          capsuleNormal(part, p, n);
          albedo = part.head ? headColour(part, p, n) : part.colour;
          low = 0.6 + 0.4 * Math.min(1, Math.max(0, (p[1] - mover.floor) / 0.9));
        }
        const facing = -(n[0] * ray[0] + n[1] * ray[1] + n[2] * ray[2]);
        const sunny = part.block ? 1 : selfShade(part, mover, p, n, sun);
        this.#shine(mover.light, n, albedo, low * (0.66 + 0.34 * facing) * selfOpen, sunny, out);
        if (part.block?.glow) for (let k = 0; k < 3; k++) out[k] += part.block.glow[k];
        this.fine[at] = t;
        this.fineColour[at * 3] = out[0];
        this.fineColour[at * 3 + 1] = out[1];
        this.fineColour[at * 3 + 2] = out[2];
      }
    }
    if (!part.block && still.gloss) this.#mirror(part, mover, ray, n, out);
  }

  /** A faint upside-down image in a polished floor at y = 0. */
  #mirror(part, mover, ray, n, out) {
    const { still, lens, colour } = this;
    const { width, height } = still;
    if (!this.scene.polished) return;
    const flipped = {
      ...part,
      from: [part.from[0], -part.from[1], part.from[2]],
      to: [part.to[0], -part.to[1], part.to[2]],
    };
    const box = boundsOnScreen(lens, cornersOfCapsule(flipped), width, height);
    if (!box) return;
    const [ox, oy, oz] = lens.from;
    for (let y = box.y0; y < box.y1; y++) {
      for (let x = box.x0; x < box.x1; x++) {
        const i = y * width + x;
        const gloss = still.gloss[i];
        if (gloss === 0 || still.place[i * 3 + 1] > 0.02) continue;
        lens.ray(x + 0.5, y + 0.5, ray);
        const t = meetsCapsule(flipped, ox, oy, oz, ray[0], ray[1], ray[2]);
        if (t <= 0 || t < still.depth[y * 2 * width * 2 + x * 2]) continue;
        const p = [ox + ray[0] * t, oy + ray[1] * t, oz + ray[2] * t];
        capsuleNormal(flipped, p, n);
        n[1] = -n[1];
        this.#shine(mover.light, n, part.colour, 0.8, 1, out);
        const fade = Math.exp(p[1] * 0.9);
        const strength = gloss * (0.15 + 0.85 * (1 + ray[1]) ** 4) * fade * 0.5;
        for (let k = 0; k < 3; k++) colour[i * 3 + k] += (out[k] - colour[i * 3 + k]) * strength;
      }
    }
  }

  #compose() {
    const { still, colour, fine, fineColour } = this;
    const { width, height } = still;
    const wide = width * 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const a = y * 2 * wide + x * 2;
        if (fine[a] === 0 && fine[a + 1] === 0 && fine[a + wide] === 0 && fine[a + wide + 1] === 0)
          continue;
        const i = (y * width + x) * 3;
        let covered = 0;
        let [r, g, b] = [0, 0, 0];
        for (let k = 0; k < 4; k++) {
          const at = a + (k & 1) + (k >> 1) * wide;
          if (fine[at] === 0) continue;
          covered++;
          r += fineColour[at * 3];
          g += fineColour[at * 3 + 1];
          b += fineColour[at * 3 + 2];
        }
        const keep = (4 - covered) / 4;
        colour[i] = colour[i] * keep + r / 4;
        colour[i + 1] = colour[i + 1] * keep + g / 4;
        colour[i + 2] = colour[i + 2] * keep + b / 4;
      }
    }
  }
}

/** How much of the surroundings the rest of a body leaves open, set by `selfShade`. */
let selfOpen = 1;

/** Shadow of a body on itself: sets `selfOpen`, and gives the sun's part. */
function selfShade(part, mover, p, n, sun) {
  selfOpen = 1;
  let sunny = 1;
  const [x, y, z] = [p[0] + n[0] * 0.012, p[1] + n[1] * 0.012, p[2] + n[2] * 0.012];
  for (const caster of mover.parts) {
    if (caster === part || caster.block) continue;
    const [bx, by, bz] = [caster.to[0] - x, caster.to[1] - y, caster.to[2] - z];
    if (bx * bx + by * by + bz * bz > 0.45) continue;
    selfOpen *= 1 - 0.5 * contact(x, y, z, n[0], n[1], n[2], caster);
    if (sun && !caster.joins?.includes(part))
      sunny = Math.min(sunny, sunShadow(x, y, z, sun, caster));
  }
  return sunny;
}

/** A block of a vehicle or a thing that is carried. */
export function block(centre, half, yaw, colour, extra = {}) {
  return {
    block: {
      centre,
      half,
      turn: turnOf(yaw, extra.pitch ?? 0, extra.roll ?? 0),
      colour,
      kind: 0,
      ...extra,
    },
  };
}

/** A mover out of blocks alone. */
export function thing(middle, reach, parts) {
  return {
    parts,
    middle,
    reach,
    floor: 0,
    casters: [],
    blocks: parts.filter((part) => part.block && !part.block.noShadow).map((part) => part.block),
  };
}

function meetsBlock({ centre, half, turn, kind }, ox, oy, oz, dx, dy, dz) {
  const [px, py, pz] = [ox - centre[0], oy - centre[1], oz - centre[2]];
  return meetOwn(
    kind,
    turn[0] * px + turn[1] * py + turn[2] * pz,
    turn[3] * px + turn[4] * py + turn[5] * pz,
    turn[6] * px + turn[7] * py + turn[8] * pz,
    turn[0] * dx + turn[1] * dy + turn[2] * dz,
    turn[3] * dx + turn[4] * dy + turn[5] * dz,
    turn[6] * dx + turn[7] * dy + turn[8] * dz,
    half[0],
    half[1],
    half[2],
  );
}

const ownNormal = new Float64Array(3);

function blockSurface({ centre, half, turn, kind, colour }, p, n) {
  const [px, py, pz] = [p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]];
  const x = turn[0] * px + turn[1] * py + turn[2] * pz;
  const y = turn[3] * px + turn[4] * py + turn[5] * pz;
  const z = turn[6] * px + turn[7] * py + turn[8] * pz;
  normalOwn(kind, x, y, z, half[0], half[1], half[2], ownNormal);
  for (let k = 0; k < 3; k++)
    n[k] = turn[k] * ownNormal[0] + turn[k + 3] * ownNormal[1] + turn[k + 6] * ownNormal[2];
  return typeof colour === 'function' ? colour([x, y, z], ownNormal) : colour;
}

/** Darkness around the foot of a block. */
function blockContact({ centre, half, turn }, px, py, pz) {
  const [ax, ay, az] = [px - centre[0], py - centre[1], pz - centre[2]];
  const x = Math.max(0, Math.abs(turn[0] * ax + turn[1] * ay + turn[2] * az) - half[0]);
  const y = Math.max(0, Math.abs(turn[3] * ax + turn[4] * ay + turn[5] * az) - half[1]);
  const z = Math.max(0, Math.abs(turn[6] * ax + turn[7] * ay + turn[8] * az) - half[2]);
  const size = Math.min(0.7, Math.min(half[0], half[2]));
  return Math.exp(-(x * x + y * y + z * z) / (size * size * 0.5));
}

/** After Quílez, "capsule - intersection". */
function meetsCapsule({ from, to, radius }, ox, oy, oz, dx, dy, dz) {
  const [bx, by, bz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [px, py, pz] = [ox - from[0], oy - from[1], oz - from[2]];
  const bb = bx * bx + by * by + bz * bz;
  const bd = bx * dx + by * dy + bz * dz;
  const bp = bx * px + by * py + bz * pz;
  const dp = dx * px + dy * py + dz * pz;
  const pp = px * px + py * py + pz * pz;
  const a = bb - bd * bd;
  const b = bb * dp - bp * bd;
  const c = bb * pp - bp * bp - radius * radius * bb;
  let h = b * b - a * c;
  if (h < 0 && bb > 1e-9) return -1;
  let y = bp;
  if (bb > 1e-9 && a > 1e-12) {
    const t = (-b - Math.sqrt(h)) / a;
    y = bp + t * bd;
    if (y > 0 && y < bb) return t;
  }
  const end = y <= 0 || bb <= 1e-9;
  const [qx, qy, qz] = end ? [px, py, pz] : [ox - to[0], oy - to[1], oz - to[2]];
  const qd = dx * qx + dy * qy + dz * qz;
  h = qd * qd - (qx * qx + qy * qy + qz * qz - radius * radius);
  return h > 0 ? -qd - Math.sqrt(h) : -1;
}

function capsuleNormal({ from, to, radius }, p, n) {
  const [bx, by, bz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [ax, ay, az] = [p[0] - from[0], p[1] - from[1], p[2] - from[2]];
  const bb = bx * bx + by * by + bz * bz;
  const h = bb > 1e-9 ? Math.min(1, Math.max(0, (ax * bx + ay * by + az * bz) / bb)) : 0;
  n[0] = (ax - bx * h) / radius;
  n[1] = (ay - by * h) / radius;
  n[2] = (az - bz * h) / radius;
}

/** How much of the sky above a point a capsule covers (after Quílez, "capsule - occlusion"). */
function contact(px, py, pz, nx, ny, nz, { from, to, radius }) {
  const [bx, by, bz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [ax, ay, az] = [px - from[0], py - from[1], pz - from[2]];
  const bb = bx * bx + by * by + bz * bz;
  const h = bb > 1e-9 ? Math.min(1, Math.max(0, (ax * bx + ay * by + az * bz) / bb)) : 0;
  const [dx, dy, dz] = [bx * h - ax, by * h - ay, bz * h - az];
  const far = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const facing = (dx * nx + dy * ny + dz * nz) / far;
  const ratio = radius / far;
  const value = Math.max(0, facing * 0.75 + 0.25) * ratio * ratio * 1.5;
  return Math.min(value, 0.85);
}

/** Soft shadow of a capsule towards the sun: 0 dark, 1 sunny. */
function sunShadow(px, py, pz, sun, { from, to, radius }) {
  const [bx, by, bz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [ax, ay, az] = [px - from[0], py - from[1], pz - from[2]];
  const bb = bx * bx + by * by + bz * bz;
  const bd = bx * sun[0] + by * sun[1] + bz * sun[2];
  const ba = ax * bx + ay * by + az * bz;
  const da = ax * sun[0] + ay * sun[1] + az * sun[2];
  const spread = bb - bd * bd;
  // nearest points of the ray towards the sun and the capsule's axis
  let onAxis = spread > 1e-9 ? (ba - bd * da) / spread : 0;
  onAxis = Math.min(1, Math.max(0, onAxis));
  const onRay = onAxis * bd - da;
  if (onRay <= 0) return 1;
  const gx = ax + sun[0] * onRay - bx * onAxis;
  const gy = ay + sun[1] * onRay - by * onAxis;
  const gz = az + sun[2] * onRay - bz * onAxis;
  const gap = (Math.sqrt(gx * gx + gy * gy + gz * gz) - radius) / (0.012 + onRay * 0.022);
  const open = Math.min(1, Math.max(0, 0.5 + gap * 0.5));
  return open * open * (3 - 2 * open);
}

function cornersOfCapsule({ from, to, radius }) {
  const low = from.map((value, i) => Math.min(value, to[i]) - radius);
  const high = from.map((value, i) => Math.max(value, to[i]) + radius);
  return cornersOfBox(low, high);
}

function cornersOfBlock({ centre, half, turn }) {
  const reach = [0, 1, 2].map(
    (k) =>
      Math.abs(turn[k]) * half[0] +
      Math.abs(turn[k + 3]) * half[1] +
      Math.abs(turn[k + 6]) * half[2],
  );
  return cornersOfBox(
    centre.map((c, k) => c - reach[k]),
    centre.map((c, k) => c + reach[k]),
  );
}

function cornersOfBox(low, high) {
  const out = [];
  for (let i = 0; i < 8; i++)
    out.push([i & 1 ? high[0] : low[0], i & 2 ? high[1] : low[1], i & 4 ? high[2] : low[2]]);
  return out;
}

/** Where a mover may darken something: around it, and along its shadow. */
function cornersAround(mover, sun) {
  const wide = mover.reach * 0.5 + 0.75;
  const [x, , z] = mover.middle;
  const points = cornersOfBox(
    [x - wide, mover.floor, z - wide],
    [x + wide, mover.floor + 1.9, z + wide],
  );
  if (sun && sun[1] > 0.05) {
    const high = mover.blocks ? 3 : 1.9;
    const long = Math.min(8, high / sun[1]);
    for (const [cx, , cz] of cornersOfBox([x - wide, 0, z - wide], [x + wide, 0, z + wide]))
      points.push([cx - sun[0] * long, mover.floor, cz - sun[2] * long]);
  }
  return points;
}

function boundsOnScreen(lens, points, width, height) {
  let [x0, y0, x1, y1] = [1e9, 1e9, -1e9, -1e9];
  for (const [x, y, z] of points) {
    const at = lens.project(x, y, z);
    if (!at) continue;
    x0 = Math.min(x0, at[0]);
    x1 = Math.max(x1, at[0]);
    y0 = Math.min(y0, at[1]);
    y1 = Math.max(y1, at[1]);
  }
  x0 = Math.max(0, Math.floor(x0) - 2);
  y0 = Math.max(0, Math.floor(y0) - 2);
  x1 = Math.min(width, Math.ceil(x1) + 2);
  y1 = Math.min(height, Math.ceil(y1) + 2);
  return x0 < x1 && y0 < y1 ? { x0, y0, x1, y1 } : null;
}
