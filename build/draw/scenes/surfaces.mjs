import { fbm, hash3, noise3 } from '../trace.mjs';

/** Colours of surfaces. A colour function gets the point in the solid's frame, its normal there, and the point in the world. */
export const mix = (a, b, t) => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];
export const dim = (a, t) => [a[0] * t, a[1] * t, a[2] * t];

export const plain = (colour, more = {}) => ({ colour, ...more });

/** Square tiles with joints, each a little different. */
export function tiles(
  colour,
  size,
  { joint = 0.012, spread = 0.07, gloss = 0, rough = 0.03, dark = 0.6 } = {},
) {
  return {
    gloss,
    rough,
    colour: (_own, n, p) => {
      const [a, b] =
        Math.abs(n[1]) > 0.5 ? [p[0], p[2]] : Math.abs(n[0]) > 0.5 ? [p[2], p[1]] : [p[0], p[1]];
      const [u, v] = [a / size, b / size];
      const [i, j] = [Math.floor(u), Math.floor(v)];
      const edge = Math.min(u - i, 1 - u + i, v - j, 1 - v + j) * size;
      const shade =
        1 - spread / 2 + spread * hash3(i, j, 5) + 0.08 * (fbm(p[0] * 0.8, p[1], p[2] * 0.8) - 0.5);
      return dim(colour, edge < joint / 2 ? dark : shade);
    },
  };
}

/** A painted wall: a darker band to `height`, a thin line, streaks and stains. */
export function painted(upper, lower, height, line = [0.3, 0.32, 0.3]) {
  return {
    colour: (_own, _n, p) => {
      const stain = 0.9 + 0.16 * fbm(p[0] * 1.3, p[1] * 0.9, p[2] * 1.3);
      const streak = 0.97 + 0.05 * noise3(p[0] * 9, p[1] * 0.6, p[2] * 9);
      const base = p[1] < height ? lower : upper;
      const foot = p[1] < 0.12 ? 0.72 : 1;
      if (Math.abs(p[1] - height) < 0.012) return line;
      return dim(base, stain * streak * foot);
    },
  };
}

export function concrete(colour = [0.34, 0.33, 0.31], scale = 1, joints = 0) {
  return {
    colour: (_own, n, p) => {
      const big = fbm(p[0] * 0.35 * scale, p[1] * 0.5, p[2] * 0.35 * scale);
      const fine = noise3(p[0] * 24, p[1] * 24, p[2] * 24);
      let shade = 0.72 + 0.42 * big + 0.1 * (fine - 0.5);
      const stain = fbm(p[0] * 1.1, 7, p[2] * 1.1);
      if (n[1] > 0.5 && stain > 0.6) shade *= 1 - (stain - 0.6) * 1.1;
      if (joints && n[1] > 0.5) {
        const a = Math.abs(((p[0] / joints) % 1) + (p[0] < 0 ? 1 : 0) - 0.5);
        const b = Math.abs(((p[2] / joints) % 1) + (p[2] < 0 ? 1 : 0) - 0.5);
        if (Math.max(a, b) > 0.5 - 0.012 / joints) shade *= 0.7;
      }
      return dim(colour, shade);
    },
  };
}

export const asphalt = {
  colour: (_own, _n, p) => {
    const big = fbm(p[0] * 0.28, 1, p[2] * 0.28);
    const fine = noise3(p[0] * 30, 2, p[2] * 30);
    return dim([0.17, 0.17, 0.175], 0.75 + 0.4 * big + 0.22 * (fine - 0.5));
  },
};

export const grass = {
  colour: (_own, _n, p) => {
    const big = fbm(p[0] * 0.6, 1, p[2] * 0.6);
    const fine = noise3(p[0] * 11, 2, p[2] * 11);
    return dim(mix([0.1, 0.17, 0.05], [0.2, 0.23, 0.08], big), 0.65 + 0.7 * fine);
  },
};

export function leaves(colour = [0.09, 0.17, 0.05], gaps = 0.5, scale = 9) {
  return {
    gaps,
    gapScale: scale,
    colour: (_own, _n, p) => dim(colour, 0.55 + 0.9 * noise3(p[0] * 7, p[1] * 7, p[2] * 7)),
  };
}

export function wood(colour = [0.3, 0.17, 0.08]) {
  return {
    colour: (own) => {
      const ring = noise3(own[0] * 26, own[1] * 1.6, own[2] * 26);
      return dim(colour, 0.75 + 0.4 * ring);
    },
  };
}

/** Corrugated sheet: waves along x or z of the own frame. */
export function corrugated(colour, axis = 0, pitch = 0.16) {
  return {
    colour: (own, _n, p) => {
      const wave = 0.5 + 0.5 * Math.sin((own[axis] / pitch) * 2 * Math.PI);
      const rust = fbm(p[0] * 0.7, p[1], p[2] * 0.7);
      return dim(
        mix(colour, [0.3, 0.2, 0.13], rust > 0.62 ? (rust - 0.62) * 1.6 : 0),
        0.72 + 0.36 * wave,
      );
    },
  };
}

/** A board with letters on its -z side (and the plain colour elsewhere). */
export function board(back, ink, mask, { face = -1, axis = 2, border = null } = {}) {
  return {
    colour: (own, n, _p, solid) => {
      if (n[axis] * face < 0.5) return back;
      const across = axis === 2 ? 0 : 2;
      // seen from its face, left is where the own axis says
      const side = axis === 2 ? -face : face;
      const u = (own[across] / solid.half[across]) * side;
      const v = own[1] / solid.half[1];
      if (
        border &&
        Math.max(
          Math.abs(u) - 1 + border[3] / solid.half[across],
          Math.abs(v) - 1 + border[3] / solid.half[1],
        ) > 0
      )
        return border;
      return mix(back, ink, mask.at((u + 1) / 2, (1 - v) / 2));
    },
  };
}

/** A tree out of leafy balls. */
export function tree(
  solids,
  x,
  z,
  {
    height = 5,
    crown = 2,
    seed = 1,
    colour = [0.09, 0.17, 0.05],
    trunk = [0.13, 0.1, 0.07],
    y = 0,
  } = {},
) {
  solids.cylinder(x, y, z, 0.09 + crown * 0.04, height - crown * 0.6, plain(trunk));
  const count = 16;
  for (let i = 0; i < count; i++) {
    const a = hash3(seed, i, 1) * Math.PI * 2;
    const r = Math.sqrt(hash3(seed, i, 2)) * crown * 0.8;
    const up = (hash3(seed, i, 3) - 0.4) * crown * 1.1;
    const size = crown * (0.35 + 0.3 * hash3(seed, i, 4));
    const tint = 0.7 + 0.5 * hash3(seed, i, 5);
    solids.ellipsoid(
      [x + Math.cos(a) * r, y + height + up, z + Math.sin(a) * r],
      [size, size * 0.8, size],
      leaves(dim(colour, tint), 0.5, 13),
    );
  }
}

/** A hedge of small leafy balls along a line. */
export function hedge(solids, x0, z0, x1, z1, height, seed, colour = [0.08, 0.16, 0.05]) {
  const length = Math.hypot(x1 - x0, z1 - z0);
  const count = Math.ceil(length / 0.38);
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    const wob = (hash3(seed, i, 1) - 0.5) * 0.12;
    solids.ellipsoid(
      [x0 + (x1 - x0) * t + wob, height * 0.5, z0 + (z1 - z0) * t + wob],
      [0.32, height * (0.5 + 0.12 * hash3(seed, i, 2)), 0.32],
      leaves(dim(colour, 0.75 + 0.5 * hash3(seed, i, 3)), 0.38, 11),
    );
  }
}

/** Clouds would run into stripes near the horizon. */
const fade = (y) => Math.min(1, Math.max(0, (y - 0.1) / 0.3));

/** Far trees between two directions, so that the ground does not end in nothing. */
export function treeLine(solids, x0, z0, x1, z1, height, seed) {
  const length = Math.hypot(x1 - x0, z1 - z0);
  const count = Math.ceil(length / (height * 0.16));
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    const size = height * (0.16 + 0.14 * hash3(seed, i, 1));
    const up = height * (0.15 + 0.62 * hash3(seed, i, 4) * (0.6 + 0.4 * Math.sin(i * 0.37 + seed)));
    solids.ellipsoid(
      [x0 + (x1 - x0) * t, up, z0 + (z1 - z0) * t + hash3(seed, i, 2) * 3],
      [size * 1.3, size, size],
      leaves(dim([0.12, 0.18, 0.09], 0.75 + 0.5 * hash3(seed, i, 3)), 0.42, 6),
    );
    if (i % 2 === 0)
      solids.ellipsoid(
        [x0 + (x1 - x0) * t, height * 0.18, z0 + (z1 - z0) * t + 2],
        [height * 0.3, height * 0.34, height * 0.25],
        leaves(dim([0.09, 0.14, 0.07], 0.8 + 0.3 * hash3(seed, i, 5)), 0.3, 5),
      );
  }
}

export const skies = {
  clear: {
    horizon: [0.95, 1.02, 1.1],
    zenith: [0.32, 0.5, 0.85],
    cloud: (x, y, z) => {
      const s = 1.6 / Math.max(0.1, y);
      return fade(y) * Math.min(1, Math.max(0, (fbm(x * s, 4, z * s) - 0.5) * 3));
    },
  },
  overcast: { horizon: [0.9, 0.92, 0.95], zenith: [0.62, 0.67, 0.74] },
  evening: {
    horizon: [1.0, 0.72, 0.46],
    zenith: [0.26, 0.32, 0.5],
    cloud: (x, y, z) => {
      const s = 1.4 / Math.max(0.1, y);
      return fade(y) * Math.min(0.8, Math.max(0, (fbm(x * s, 9, z * s) - 0.48) * 3));
    },
  },
  night: { horizon: [0.012, 0.013, 0.016], zenith: [0.004, 0.005, 0.008] },
};
