import { Caster, hash3 } from './trace.mjs';

/**
 * The still part of a scene, drawn once: sun and lamps with soft shadows at full size, and the light
 * that comes from everywhere else (sky, walls, lamp panels) at half size, smoothed and interpolated
 * along surfaces. Keeps what moving figures need later: depth, place, normal, and the sun's share.
 */
const samples = 2;

/**
 * @param {object} scene see `scenes/`
 * @param {import('./lens.mjs').Lens} lens
 * @param {number} paths rays per half-size pixel for the light from everywhere
 */
export function drawStill(scene, lens, paths) {
  const { width, height } = lens;
  const caster = new Caster(scene.solids.list);
  const world = new Light(scene, caster);
  const soft = softLight(world, lens, width >> 1, height >> 1, paths);
  const out = {
    width,
    height,
    /** Linear RGB. */
    colour: new Float32Array(width * height * 3),
    /** Of the sub-samples, row by row at twice the size. */
    depth: new Float32Array(width * samples * height * samples),
    place: new Float32Array(width * height * 3),
    normal: new Float32Array(width * height * 3),
    /** Part of the light of this pixel that comes straight from the sun, 0 to 1. */
    sunShare: new Float32Array(width * height),
    /** Mirror strength of the surface, 0 to 1. */
    gloss: new Float32Array(width * height),
    caster,
    world,
  };
  const ray = new Float64Array(3);
  const albedo = new Float64Array(3);
  const light = new Float64Array(3);
  const sun = new Float64Array(3);
  const mirror = new Float64Array(3);
  const [ox, oy, oz] = lens.from;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const sum = [0, 0, 0];
      let share = 0;
      for (let s = 0; s < samples * samples; s++) {
        const sx = s % samples;
        const sy = (s / samples) | 0;
        lens.ray(x + (sx + 0.5) / samples, y + (sy + 0.5) / samples, ray);
        const depthAt = (y * samples + sy) * width * samples + x * samples + sx;
        if (!caster.cast(ox, oy, oz, ray[0], ray[1], ray[2])) {
          out.depth[depthAt] = 1e9;
          world.sky(ray[0], ray[1], ray[2], light);
          for (let k = 0; k < 3; k++) sum[k] += light[k];
          continue;
        }
        const { t } = caster;
        const [nx, ny, nz] = caster.normal;
        const { material } = caster.solids[caster.hit];
        const [px, py, pz] = [ox + ray[0] * t, oy + ray[1] * t, oz + ray[2] * t];
        world.albedo(px, py, pz, albedo);
        out.depth[depthAt] = t;
        if (s === 0) {
          out.place.set([px, py, pz], at);
          out.normal.set([nx, ny, nz], at);
          out.gloss[y * width + x] = material.gloss ?? 0;
        }
        if (material.glow) {
          for (let k = 0; k < 3; k++) sum[k] += material.glow[k] * albedo[k];
          continue;
        }
        soft.at(x / 2 + (sx - 0.5) / 4, y / 2 + (sy - 0.5) / 4, px, py, pz, nx, ny, nz, light);
        world.direct(px, py, pz, nx, ny, nz, x * 2 + sx, y * 2 + sy, sun);
        if (material.gloss) {
          const random = (s + hash3(x * 2 + sx, y * 2 + sy, 7)) / 4;
          world.reflect(px, py, pz, ray, nx, ny, nz, material, random, mirror);
          const facing = Math.max(0, -(ray[0] * nx + ray[1] * ny + ray[2] * nz));
          const strength = material.gloss * (0.15 + 0.85 * (1 - facing) ** 4);
          for (let k = 0; k < 3; k++) sum[k] += mirror[k] * strength;
        }
        for (let k = 0; k < 3; k++) sum[k] += albedo[k] * (light[k] + sun[k]);
        const total = light[1] + sun[1];
        share += total > 1e-6 ? sun[1] / total : 0;
      }
      for (let k = 0; k < 3; k++) out.colour[at + k] = sum[k] / (samples * samples);
      out.sunShare[y * width + x] = share / (samples * samples);
    }
  }
  return out;
}

/** The lights of a scene and what surfaces make of them. */
export class Light {
  constructor(scene, caster) {
    this.scene = scene;
    this.caster = caster;
    /** Panels that are sampled explicitly: a centre, half sizes in x and z, facing down. */
    this.panels = scene.panels ?? [];
    this.points = scene.points ?? [];
    this.sunlight = scene.sun ?? null;
    this.scratch = new Float64Array(3);
  }

  sky(dx, dy, dz, out) {
    const { sky } = this.scene;
    const up = Math.max(0, dy);
    const blend = up ** 0.45;
    const cloud = sky.cloud ? sky.cloud(dx, dy, dz) : 0;
    for (let k = 0; k < 3; k++) {
      const clear = sky.horizon[k] + (sky.zenith[k] - sky.horizon[k]) * blend;
      out[k] = clear + (sky.horizon[k] * 1.15 - clear) * cloud;
    }
  }

  /** Colour of the surface that the caster hit last. */
  albedo(px, py, pz, out) {
    const { caster } = this;
    const { material } = caster.solids[caster.hit];
    const { colour } = material;
    if (typeof colour === 'function') {
      const value = colour(caster.own, caster.ownNormal, [px, py, pz], caster.solids[caster.hit]);
      out[0] = value[0];
      out[1] = value[1];
      out[2] = value[2];
    } else {
      out[0] = colour[0];
      out[1] = colour[1];
      out[2] = colour[2];
    }
  }

  /** Light of the sun and of point lamps on a surface; `seedA`, `seedB` spread the soft shadow. */
  direct(px, py, pz, nx, ny, nz, seedA, seedB, out) {
    out[0] = out[1] = out[2] = 0;
    const { caster, sunlight } = this;
    const lift = 2e-3;
    if (sunlight) {
      const spread = sunlight.spread ?? 0.005;
      // the four sub-samples of a pixel look at four quarters of the sun
      const a = ((seedA & 1) + hash3(seedA, seedB, 1)) / 2 - 0.5;
      const b = ((seedB & 1) + hash3(seedA, seedB, 2)) / 2 - 0.5;
      const dx = sunlight.towards[0] + a * 2 * spread;
      const dy = sunlight.towards[1] + (b - a) * spread;
      const dz = sunlight.towards[2] + b * 2 * spread;
      const facing = dx * nx + dy * ny + dz * nz;
      if (
        facing > 0 &&
        !caster.blocked(px + nx * lift, py + ny * lift, pz + nz * lift, dx, dy, dz, 1e9)
      )
        for (let k = 0; k < 3; k++) out[k] += sunlight.colour[k] * facing;
    }
    for (let i = 0; i < this.points.length; i++) {
      const point = this.points[i];
      const size = point.size ?? 0.05;
      const ax = point.at[0] + (hash3(seedA, seedB, 11 + i) - 0.5) * 2 * size - px;
      const ay = point.at[1] + (hash3(seedA, seedB, 31 + i) - 0.5) * 2 * size - py;
      const az = point.at[2] + (hash3(seedA, seedB, 51 + i) - 0.5) * 2 * size - pz;
      const far = Math.sqrt(ax * ax + ay * ay + az * az);
      const facing = (ax * nx + ay * ny + az * nz) / far;
      if (facing <= 0) continue;
      const beam = point.beam ? point.beam(-ax / far, -ay / far, -az / far) : 1;
      if (beam < 1e-3) continue;
      if (
        !point.noShadow &&
        caster.blocked(
          px + nx * lift,
          py + ny * lift,
          pz + nz * lift,
          ax / far,
          ay / far,
          az / far,
          far - 0.08,
        )
      )
        continue;
      const fall = (beam * facing) / (far * far + (point.soften ?? 0.3));
      for (let k = 0; k < 3; k++) out[k] += point.colour[k] * fall;
    }
  }

  /** One ray to a random place of a random lamp panel. */
  panel(px, py, pz, nx, ny, nz, a, b, c, out) {
    out[0] = out[1] = out[2] = 0;
    const { panels } = this;
    if (panels.length === 0) return;
    const panel = panels[Math.min(panels.length - 1, (a * panels.length) | 0)];
    const ax = panel.at[0] + (b * 2 - 1) * panel.half[0] - px;
    const ay = panel.at[1] - py;
    const az = panel.at[2] + (c * 2 - 1) * panel.half[1] - pz;
    const far2 = ax * ax + ay * ay + az * az;
    const far = Math.sqrt(far2);
    const facing = (ax * nx + ay * ny + az * nz) / far;
    const down = ay / far;
    if (facing <= 0 || down <= 0) return;
    const lift = 2e-3;
    if (
      this.caster.blocked(
        px + nx * lift,
        py + ny * lift,
        pz + nz * lift,
        ax / far,
        ay / far,
        az / far,
        far - 0.12,
      )
    )
      return;
    const area = 4 * panel.half[0] * panel.half[1];
    const power = (panels.length * area * facing * down) / (Math.PI * Math.max(far2, 0.15));
    for (let k = 0; k < 3; k++) out[k] = panel.glow[k] * power;
  }

  /** What a glossy floor shows: one slightly rough mirror ray, simply lit. */
  reflect(px, py, pz, ray, nx, ny, nz, material, random, out) {
    const { caster } = this;
    const facing = ray[0] * nx + ray[1] * ny + ray[2] * nz;
    const rough = (material.rough ?? 0.03) * (random - 0.5) * 2;
    const dx = ray[0] - 2 * facing * nx + rough * 0.6;
    const dy = ray[1] - 2 * facing * ny;
    const dz = ray[2] - 2 * facing * nz + rough;
    const lift = 2e-3;
    const [ox, oy, oz] = [px + nx * lift, py + ny * lift, pz + nz * lift];
    if (!caster.cast(ox, oy, oz, dx, dy, dz)) {
      this.sky(dx, dy, dz, out);
      return;
    }
    const hitMaterial = caster.solids[caster.hit].material;
    const { t } = caster;
    this.albedo(ox + dx * t, oy + dy * t, oz + dz * t, out);
    const level = hitMaterial.glow ?? this.scene.guess;
    for (let k = 0; k < 3; k++) out[k] *= level[k];
  }
}

/** Light from everywhere at half size. */
function softLight(world, lens, width, height, paths) {
  const { caster, scene } = world;
  let light = new Float32Array(width * height * 3);
  const place = new Float32Array(width * height * 3);
  const normal = new Float32Array(width * height * 3);
  const seen = new Uint8Array(width * height);
  const ray = new Float64Array(3);
  const [ox, oy, oz] = lens.from;
  const part = new Float64Array(3);
  const albedo = new Float64Array(3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      lens.ray(x * 2 + 1, y * 2 + 1, ray);
      if (!caster.cast(ox, oy, oz, ray[0], ray[1], ray[2])) continue;
      const at = (y * width + x) * 3;
      seen[y * width + x] = 1;
      const [nx, ny, nz] = caster.normal;
      const { t } = caster;
      const [px, py, pz] = [ox + ray[0] * t, oy + ray[1] * t, oz + ray[2] * t];
      place.set([px, py, pz], at);
      normal.set([nx, ny, nz], at);
      gather(world, scene, px, py, pz, nx, ny, nz, paths, x, y, part, albedo, light, at);
    }
  }
  for (let pass = 0; pass < 5; pass++)
    light = smoothAlongSurfaces(light, place, normal, seen, width, height, 1 << pass);
  return {
    at(fx, fy, px, py, pz, nx, ny, nz, out) {
      const x0 = Math.floor(fx);
      const y0 = Math.floor(fy);
      let [r, g, b, total] = [0, 0, 0, 0];
      for (let dy = 0; dy < 2; dy++) {
        for (let dx = 0; dx < 2; dx++) {
          const x = Math.min(width - 1, Math.max(0, x0 + dx));
          const y = Math.min(height - 1, Math.max(0, y0 + dy));
          if (!seen[y * width + x]) continue;
          const at = (y * width + x) * 3;
          const off = (place[at] - px) * nx + (place[at + 1] - py) * ny + (place[at + 2] - pz) * nz;
          const same = normal[at] * nx + normal[at + 1] * ny + normal[at + 2] * nz;
          const weight =
            (Math.exp(-off * off * 900) * Math.max(0, same) ** 8 + 1e-5) *
            (1.05 - Math.abs(fx - x0 - dx)) *
            (1.05 - Math.abs(fy - y0 - dy));
          r += light[at] * weight;
          g += light[at + 1] * weight;
          b += light[at + 2] * weight;
          total += weight;
        }
      }
      const scale = total > 0 ? 1 / total : 0;
      out[0] = r * scale;
      out[1] = g * scale;
      out[2] = b * scale;
    },
  };
}

/** Irradiance (over π) at one point: `paths` rays over the hemisphere, one bounce. */
function gather(world, scene, px, py, pz, nx, ny, nz, paths, x, y, part, albedo, light, at) {
  const { caster } = world;
  const lift = 3e-3;
  const [tx, ty, tz] = Math.abs(ny) < 0.9 ? norm3(nz, 0, -nx) : norm3(0, nz, -ny);
  const [bx, by, bz] = [ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx];
  const [ox, oy, oz] = [px + nx * lift, py + ny * lift, pz + nz * lift];
  const shiftA = hash3(x, y, 100);
  const shiftB = hash3(x, y, 200);
  let [r, g, b] = [0, 0, 0];
  for (let i = 0; i < paths; i++) {
    const u = (i / paths + shiftA) % 1;
    const v = (i * 0.618034 + shiftB) % 1;
    const w = (i * 0.754878 + shiftA * 3.7) % 1;
    world.panel(px, py, pz, nx, ny, nz, u, v, w, part);
    r += part[0];
    g += part[1];
    b += part[2];
    const radius = Math.sqrt(u);
    const angle = 2 * Math.PI * v;
    const [a, c, h] = [radius * Math.cos(angle), radius * Math.sin(angle), Math.sqrt(1 - u)];
    const dx = tx * a + bx * c + nx * h;
    const dy = ty * a + by * c + ny * h;
    const dz = tz * a + bz * c + nz * h;
    if (!caster.cast(ox, oy, oz, dx, dy, dz)) {
      world.sky(dx, dy, dz, part);
      r += part[0];
      g += part[1];
      b += part[2];
      continue;
    }
    const { material } = caster.solids[caster.hit];
    const { t } = caster;
    const [hx, hy, hz] = [ox + dx * t, oy + dy * t, oz + dz * t];
    const [mx, my, mz] = caster.normal;
    world.albedo(hx, hy, hz, albedo);
    if (material.glow) {
      if (!material.panel) {
        r += material.glow[0] * albedo[0];
        g += material.glow[1] * albedo[1];
        b += material.glow[2] * albedo[2];
      }
      continue;
    }
    world.direct(hx, hy, hz, mx, my, mz, x * 64 + i, y, part);
    let [lr, lg, lb] = [part[0], part[1], part[2]];
    world.panel(hx, hy, hz, mx, my, mz, w, u, v, part);
    lr += part[0] + scene.ambient[0];
    lg += part[1] + scene.ambient[1];
    lb += part[2] + scene.ambient[2];
    r += albedo[0] * lr;
    g += albedo[1] * lg;
    b += albedo[2] * lb;
  }
  light[at] = r / paths;
  light[at + 1] = g / paths;
  light[at + 2] = b / paths;
}

function norm3(x, y, z) {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** One pass of an edge-aware wavelet: neighbours `step` apart on the same surface. */
function smoothAlongSurfaces(light, place, normal, seen, width, height, step) {
  const out = new Float32Array(light.length);
  const kernel = [0.0625, 0.25, 0.375, 0.25, 0.0625];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!seen[y * width + x]) continue;
      const at = (y * width + x) * 3;
      let [r, g, b, total] = [0, 0, 0, 0];
      for (let j = -2; j <= 2; j++) {
        const yy = y + j * step;
        if (yy < 0 || yy >= height) continue;
        for (let i = -2; i <= 2; i++) {
          const xx = x + i * step;
          if (xx < 0 || xx >= width || !seen[yy * width + xx]) continue;
          const to = (yy * width + xx) * 3;
          const same =
            normal[at] * normal[to] +
            normal[at + 1] * normal[to + 1] +
            normal[at + 2] * normal[to + 2];
          if (same < 0.8) continue;
          const [ex, ey, ez] = [
            place[to] - place[at],
            place[to + 1] - place[at + 1],
            place[to + 2] - place[at + 2],
          ];
          const off = ex * normal[at] + ey * normal[at + 1] + ez * normal[at + 2];
          const near = ex * ex + ey * ey + ez * ez;
          const weight =
            kernel[i + 2] * kernel[j + 2] * Math.exp(-off * off * 1500 - near * 1.2) * same ** 8;
          r += light[to] * weight;
          g += light[to + 1] * weight;
          b += light[to + 2] * weight;
          total += weight;
        }
      }
      const scale = total > 1e-9 ? 1 / total : 0;
      out[at] = total > 1e-9 ? r * scale : light[at];
      out[at + 1] = total > 1e-9 ? g * scale : light[at + 1];
      out[at + 2] = total > 1e-9 ? b * scale : light[at + 2];
    }
  }
  return out;
}
