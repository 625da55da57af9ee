import { block, thing } from './moving.mjs';

/** Vehicles out of blocks. `heading` 0 drives along +z; the place is the middle on the ground. */
function frame(x, z, heading) {
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  return (a, u, f) => [x + a * cos + f * sin, u, z - a * sin + f * cos];
}

const glass = [0.03, 0.04, 0.05];
const rubber = [0.02, 0.02, 0.022];

function wheels(parts, at, heading, places, radius) {
  for (const [a, f] of places) {
    parts.push({
      block: {
        ...block(at(a, radius, f), [radius, 0.11, radius], heading, rubber, { roll: Math.PI / 2 })
          .block,
        kind: 1,
        noShadow: true,
      },
    });
    parts.push({
      block: {
        ...block(at(a, radius, f), [radius * 0.5, 0.118, radius * 0.5], heading, [0.4, 0.4, 0.42], {
          roll: Math.PI / 2,
        }).block,
        kind: 1,
        noShadow: true,
      },
    });
  }
}

/** A van with a red cross and a lamp bar. */
export function ambulance(x, z, heading, { lamp = 0, night = false } = {}) {
  const at = frame(x, z, heading);
  const body = [0.66, 0.67, 0.68];
  const side = (own, n) => {
    if (Math.abs(n[0]) < 0.5) return body;
    if (Math.abs(own[1] + 0.22) < 0.07) return [0.55, 0.07, 0.06];
    const [c, u] = [own[2] + 0.55, own[1] - 0.28];
    if ((Math.abs(c) < 0.09 && Math.abs(u) < 0.27) || (Math.abs(c) < 0.27 && Math.abs(u) < 0.09))
      return [0.6, 0.06, 0.05];
    if (own[2] > 0.75 && own[1] > 0.22 && own[1] < 0.66) return glass;
    return body;
  };
  const lamps = night ? [1.6, 1.55, 1.3] : [0, 0, 0];
  const parts = [
    block(at(0, 1.32, -0.35), [0.95, 0.9, 1.95], heading, side),
    block(at(0, 0.98, 1.85), [0.93, 0.5, 0.42], heading, body),
    block(
      at(0, 1.66, 1.72),
      [0.86, 0.42, 0.26],
      heading,
      (_own, n) => (Math.abs(n[1]) > 0.5 ? body : glass),
      { pitch: 0.45, noShadow: true },
    ),
    block(at(0, 0.62, 2.26), [0.94, 0.13, 0.05], heading, [0.1, 0.1, 0.11], { noShadow: true }),
    block(
      at(0, 2.28, 1.1),
      [0.6, 0.08, 0.13],
      heading,
      lamp > 0.5 ? [0.1, 0.2, 0.8] : [0.6, 0.08, 0.06],
      { glow: lamp > 0.5 ? [0.15, 0.35, 1.4] : [1.3, 0.12, 0.08], noShadow: true },
    ),
  ];
  for (const a of [-0.68, 0.68])
    parts.push(
      block(at(a, 0.95, 2.27), [0.15, 0.1, 0.03], heading, [0.75, 0.75, 0.7], {
        glow: lamps,
        noShadow: true,
      }),
    );
  wheels(
    parts,
    at,
    heading,
    [
      [-0.86, 1.5],
      [0.86, 1.5],
      [-0.86, -1.4],
      [0.86, -1.4],
    ],
    0.36,
  );
  return thing(at(0, 1, 0), 2.4, parts);
}

/** A delivery van. */
export function van(x, z, heading, colour = [0.5, 0.53, 0.56]) {
  const at = frame(x, z, heading);
  const side = (own, n) => {
    if (n[2] < -0.5) {
      if (own[1] > 0.25 && own[1] < 0.72 && Math.abs(Math.abs(own[0]) - 0.42) < 0.32) return glass;
      return Math.abs(own[0]) < 0.015 || Math.abs(own[1] + 0.7) < 0.08
        ? [0.12, 0.12, 0.12]
        : colour;
    }
    if (Math.abs(n[0]) < 0.5) return colour;
    if (Math.abs(own[1] + 0.3) < 0.1) return [0.1, 0.25, 0.42];
    if (own[2] > 0.7 && own[1] > 0.2 && own[1] < 0.66) return glass;
    return Math.abs(own[2] - 0.55) < 0.012 ? [0.2, 0.2, 0.2] : colour;
  };
  const parts = [
    block(at(0, 1.26, -0.35), [0.92, 0.84, 1.95], heading, side),
    block(at(0, 0.94, 1.85), [0.9, 0.48, 0.42], heading, colour),
    block(
      at(0, 1.58, 1.7),
      [0.84, 0.4, 0.26],
      heading,
      (_own, n) => (Math.abs(n[1]) > 0.5 ? colour : glass),
      { pitch: 0.45, noShadow: true },
    ),
    block(at(0, 0.58, -2.32), [0.92, 0.1, 0.05], heading, [0.1, 0.1, 0.11], { noShadow: true }),
    block(at(0, 0.6, 2.26), [0.92, 0.12, 0.05], heading, [0.1, 0.1, 0.11], { noShadow: true }),
  ];
  for (const a of [-0.8, 0.8])
    parts.push(
      block(at(a, 1.0, -2.31), [0.07, 0.18, 0.02], heading, [0.5, 0.05, 0.04], { noShadow: true }),
    );
  wheels(
    parts,
    at,
    heading,
    [
      [-0.84, 1.5],
      [0.84, 1.5],
      [-0.84, -1.4],
      [0.84, -1.4],
    ],
    0.35,
  );
  return thing(at(0, 1, 0), 2.4, parts);
}

/** A small lorry with a tarpaulin. */
export function lorry(x, z, heading, colour = [0.16, 0.2, 0.1]) {
  const at = frame(x, z, heading);
  const canvas = (own, n) => {
    const fold = 0.9 + 0.12 * Math.sin(own[2] * 9);
    return n[1] > 0.5 ? colour.map((v) => v * 1.25) : colour.map((v) => v * 1.15 * fold);
  };
  const cab = colour.map((v) => v * 1.5);
  const parts = [
    block(at(0, 1.85, -0.95), [1.12, 0.85, 2.05], heading, canvas),
    block(at(0, 0.86, -0.95), [1.1, 0.16, 2.1], heading, [0.1, 0.09, 0.07]),
    block(at(0, 1.42, 2.0), [1.05, 0.75, 0.75], heading, (own, n) => {
      if (n[2] > 0.5 && own[1] > 0.05 && own[1] < 0.62 && Math.abs(own[0]) < 0.92) return glass;
      if (Math.abs(n[0]) > 0.5 && own[1] > 0.05 && own[1] < 0.58 && own[2] > -0.5 && own[2] < 0.5)
        return glass;
      if (n[2] > 0.5 && own[1] < -0.2 && own[1] > -0.5 && Math.abs(own[0]) < 0.6)
        return [0.05, 0.05, 0.05];
      return cab;
    }),
    block(at(0, 0.62, 2.72), [1.08, 0.13, 0.08], heading, [0.08, 0.08, 0.08]),
  ];
  for (const a of [-0.82, 0.82])
    parts.push(
      block(at(a, 0.95, 2.76), [0.14, 0.11, 0.03], heading, [0.8, 0.8, 0.72], { noShadow: true }),
    );
  wheels(
    parts,
    at,
    heading,
    [
      [-0.98, 1.75],
      [0.98, 1.75],
      [-0.98, -1.7],
      [0.98, -1.7],
    ],
    0.45,
  );
  return thing(at(0, 1.2, 0), 3, parts);
}

/** A box in somebody's hands. */
export function carried(who, colour = [0.5, 0.38, 0.24], size = [0.2, 0.14, 0.15]) {
  const at = frame(who.x, who.z, who.heading);
  return thing(at(0, 1.05, 0.36), 0.4, [block(at(0, 1.08, 0.4), size, who.heading, colour)]);
}

/** A suitcase that somebody pulls. */
export function suitcase(who, colour = [0.5, 0.12, 0.1]) {
  const at = frame(who.x, who.z, who.heading);
  return thing(at(0.25, 0.4, -0.45), 0.5, [
    block(at(0.25, 0.36, -0.5), [0.2, 0.3, 0.12], who.heading, colour, { pitch: -0.35 }),
    block(at(0.25, 0.78, -0.28), [0.1, 0.16, 0.012], who.heading, [0.2, 0.2, 0.2], {
      pitch: -0.7,
      noShadow: true,
    }),
  ]);
}

/** A knapsack sprayer on somebody's back. */
export function sprayer(who) {
  const at = frame(who.x, who.z, who.heading);
  return thing(at(0, 1.2, -0.2), 0.5, [
    block(at(0, 1.22, -0.24), [0.17, 0.24, 0.1], who.heading, [0.1, 0.3, 0.5]),
    block(at(0.16, 0.8, 0.62), [0.012, 0.012, 0.32], who.heading, [0.5, 0.5, 0.5], {
      pitch: 0.35,
      noShadow: true,
    }),
  ]);
}
