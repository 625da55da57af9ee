import { figure, sway, Walk } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { sprayer } from '../vehicle.mjs';
import { board, concrete, dim, grass, hedge, plain, skies, tree, treeLine } from './surfaces.mjs';

/** The yard with the sampling tents. */
export function dormitory(solids, x0, z0, x1, z1, height, facing = -1) {
  const wall = {
    colour: (_own, n, p) => {
      const along = Math.abs(n[2]) > 0.5 ? p[0] : p[2];
      const a = ((along % 3.2) + 3.2) % 3.2;
      const b = ((p[1] % 3.3) + 3.3) % 3.3;
      if (n[1] > 0.5) return [0.4, 0.39, 0.36];
      if (b < 0.28) return [0.55, 0.53, 0.46];
      if (b > 2.75) return [0.6, 0.55, 0.38];
      if (a > 0.35 && a < 1.25 && b < 2.5) return [0.13, 0.2, 0.25];
      if (a > 1.6 && a < 2.85 && b > 1.15 && b < 2.5) {
        const bar = Math.abs(((((a - 1.6) % 0.21) + 0.21) % 0.21) - 0.1) > 0.09;
        return bar ? [0.35, 0.35, 0.33] : [0.06, 0.08, 0.09];
      }
      return dim([0.66, 0.58, 0.36], 0.96);
    },
  };
  solids.box(x0, 0, z0, x1, height, z1, wall);
  // galleries: a slab and a parapet per floor throw shadows on the wall
  const rail = concrete([0.62, 0.58, 0.48]);
  for (let y = 3.15; y < height; y += 3.3) {
    if (facing === -1) {
      solids.box(x0, y, z0 - 1.5, x1, y + 0.18, z0, rail);
      solids.box(x0, y + 0.18, z0 - 1.5, x1, y + 1.0, z0 - 1.38, rail);
    }
  }
  if (facing === -1)
    for (let x = x0 + 0.2; x < x1; x += 3.2)
      solids.box(x, 0, z0 - 1.5, x + 0.28, height, z0 - 1.25, rail);
  solids.box(
    x0 - 0.5,
    height,
    z0 - 1.9,
    x1 + 0.5,
    height + 0.25,
    z1 + 0.4,
    plain([0.42, 0.17, 0.11]),
  );
}

export function tent(solids, x, z, colour, seed) {
  const w = 1.7;
  for (const [a, b] of [
    [-w, -w],
    [w, -w],
    [-w, w],
    [w, w],
  ])
    solids.cylinder(x + a, 0, z + b, 0.03, 2.25, plain([0.55, 0.56, 0.58]));
  const cloth = { colour: (own) => dim(colour, 0.92 + 0.1 * Math.sin(own[0] * 4 + seed)) };
  const slope = 0.42;
  const half = w / Math.cos(slope) / 1 + 0.06;
  solids.turned([x, 2.25 + 0.38, z - w / 2], [w + 0.08, 0.02, half / 2 + 0.06], 0, cloth, -slope);
  solids.turned([x, 2.25 + 0.38, z + w / 2], [w + 0.08, 0.02, half / 2 + 0.06], 0, cloth, slope);
  solids.box(x - w - 0.06, 2.02, z - w - 0.06, x + w + 0.06, 2.28, z - w - 0.03, cloth);
  solids.box(x - w - 0.06, 2.02, z + w + 0.03, x + w + 0.06, 2.28, z + w + 0.06, cloth);
}

export function table(solids, x, z, long = 0.75, cloth = [0.62, 0.64, 0.66]) {
  solids.box(x - long, 0.72, z - 0.32, x + long, 0.76, z + 0.32, plain(cloth));
  solids.box(x - long, 0.3, z - 0.33, x + long, 0.73, z - 0.31, plain(dim(cloth, 0.95)));
  for (const [a, b] of [
    [-long + 0.05, -0.28],
    [long - 0.05, -0.28],
    [-long + 0.05, 0.28],
    [long - 0.05, 0.28],
  ])
    solids.cylinder(x + a, 0, z + b, 0.02, 0.72, plain([0.3, 0.3, 0.3]));
}

export function chair(solids, x, z, heading, colour = [0.45, 0.08, 0.07]) {
  const [s, c] = [Math.sin(heading), Math.cos(heading)];
  solids.turned([x, 0.43, z], [0.22, 0.02, 0.22], heading, plain(colour));
  solids.turned([x - s * 0.22, 0.68, z - c * 0.22], [0.22, 0.24, 0.015], heading, plain(colour));
  for (const [a, f] of [
    [-0.19, -0.19],
    [0.19, -0.19],
    [-0.19, 0.19],
    [0.19, 0.19],
  ])
    solids.cylinder(x + a * c + f * s, 0, z - a * s + f * c, 0.018, 0.43, plain(dim(colour, 0.8)));
}

function build() {
  const solids = new Solids();
  solids.box(-60, -0.3, -30, 60, 0, 80, concrete([0.4, 0.39, 0.36], 1, 3));
  dormitory(solids, -22, 17, 14, 27, 9.9);
  solids.box(16, -0.02, 6, 40, 0.05, 40, grass);
  solids.box(-40, -0.02, -6, -9.5, 0.05, 40, grass);
  tent(solids, -3.2, 7.2, [0.1, 0.26, 0.52], 1);
  tent(solids, 1.6, 7.2, [0.1, 0.26, 0.52], 2);
  tent(solids, 6.4, 7.6, [0.6, 0.61, 0.62], 3);
  table(solids, -3.2, 7.6);
  table(solids, 1.6, 7.6);
  table(solids, 6.4, 7.9, 0.75, [0.25, 0.42, 0.55]);
  for (const x of [-3.5, -2.9, 1.3])
    solids.box(x, 0.76, 7.45, x + 0.26, 0.95, 7.72, plain([0.1, 0.3, 0.5]));
  solids.box(1.85, 0.76, 7.5, 2.2, 0.84, 7.72, plain([0.65, 0.6, 0.2]));
  chair(solids, -3.2, 6.35, 0);
  chair(solids, 1.6, 6.35, 0);
  chair(solids, 6.4, 6.7, 0, [0.1, 0.22, 0.4]);
  // distance marks for the queue and a rope
  for (let i = 0; i < 5; i++) {
    solids.cylinder(-3.2, -0.008, 4.6 - i * 1.7, 0.3, 0.02, plain([0.62, 0.58, 0.5]));
    solids.cylinder(1.6, -0.008, 4.6 - i * 1.7, 0.3, 0.02, plain([0.62, 0.58, 0.5]));
  }
  for (let i = 0; i < 5; i++) {
    const z = 5.2 - i * 1.9;
    solids.cylinder(-0.8, 0, z, 0.14, 0.05, plain([0.12, 0.12, 0.12]));
    solids.cylinder(-0.8, 0, z, 0.025, 0.95, {
      colour: (own) => (Math.sin(own[1] * 22) > 0 ? [0.6, 0.1, 0.08] : [0.7, 0.7, 0.7]),
    });
    if (i < 4)
      solids.turned([-0.8, 0.86, z - 0.95], [0.008, 0.02, 0.95], 0, plain([0.6, 0.5, 0.1]));
  }
  const sign = textMask('KHU VỰC LẤY MẪU XÉT NGHIỆM', { size: 56, width: 1000, height: 96 });
  solids.box(-3.6, 2.9, 9.4, 2.4, 3.5, 9.46, board([0.08, 0.2, 0.42], [0.92, 0.92, 0.9], sign));
  for (const x of [-3.5, 2.3]) solids.cylinder(x, 0, 9.46, 0.05, 3.5, plain([0.35, 0.35, 0.36]));
  for (const [x, colour] of [
    [4.3, [0.6, 0.46, 0.08]],
    [4.85, [0.08, 0.3, 0.16]],
  ])
    solids.cylinder(x, 0, 6.2, 0.22, 0.72, plain(colour));
  solids.cylinder(10.2, 0, 12.5, 0.06, 8.5, plain([0.6, 0.6, 0.62]));
  tree(solids, -11.5, 9, { height: 5, crown: 2.4, seed: 1 });
  tree(solids, -14, 15, { height: 5.6, crown: 2.6, seed: 2 });
  tree(solids, 12.5, 14.5, { height: 4.8, crown: 2.1, seed: 4 });
  tree(solids, 17.5, 9, { height: 5.2, crown: 2.5, seed: 5 });
  treeLine(solids, -62, 2, -24, 34, 7, 6);
  treeLine(solids, 15, 50, 60, 46, 7, 7);
  hedge(solids, -9.3, -4, -9.3, 14, 0.7, 3);
  // the shadow of a tree behind the camera
  tree(solids, 7.5, -6, { height: 6.5, crown: 2.6, seed: 9 });
  return solids;
}

export function yardDay(period) {
  return {
    solids: build(),
    sky: skies.clear,
    sun: { towards: unit([0.55, 0.78, -0.42]), colour: [2.0, 1.88, 1.65] },
    ambient: [0.18, 0.18, 0.18],
    guess: [0.9, 0.88, 0.82],
    view: { from: [6.6, 4.4, -4.6], to: [-0.6, 0.5, 6.8], fov: 78 },
    look: { exposure: 0.82, title: 'SÂN LẤY MẪU' },
    movers: people(period),
  };
}

function people(period) {
  const steward = new Walk(
    [
      [-5.3, 3.6, 1.4, 1.2],
      [-5.6, 9.2, 1.2, 1.6],
    ],
    { period },
  );
  const spray = new Walk(
    [
      [4.4, 1.2, 0.6, -0.6],
      [4.1, 5.4, 0.6, 2.6],
    ],
    { period },
  );
  return (seconds) => {
    const s = steward.at(seconds);
    const p = spray.at(seconds);
    const dab = sway(seconds * 2, period * 2, 4);
    return [
      figure({ ...s, outfit: 'guard' }),
      figure({
        ...p,
        outfit: 'suit',
        arms: 'reach',
        sway: 0.6 * Math.sin((2 * Math.PI * seconds) / 2),
      }),
      sprayer(p),
      // sampling at both tents
      figure({
        x: -3.15,
        z: 7.25 - 0.1,
        heading: Math.PI,
        outfit: 'suit',
        arms: 'reach',
        lean: 0.12,
        sway: dab,
      }),
      figure({
        x: -3.2,
        z: 6.33,
        heading: 0,
        outfit: 'yellow',
        sit: 1,
        arms: 'desk',
        sway: 0.2 * dab,
      }),
      figure({
        x: 2.3,
        z: 7.0,
        heading: -2.6,
        outfit: 'suit',
        arms: 'reach',
        lean: 0.1,
        sway: sway(seconds * 2, period * 2, 7),
      }),
      figure({ x: 1.6, z: 6.33, heading: 0, outfit: 'green', sit: 1, arms: 'desk', sway: 0.2 }),
      figure({
        x: 1.1,
        z: 8.35,
        heading: Math.PI,
        outfit: 'suit',
        arms: 'desk',
        sit: 0.5,
        sway: sway(seconds, period, 8),
      }),
      figure({
        x: 6.3,
        z: 8.5,
        heading: Math.PI,
        outfit: 'blueSuit',
        arms: 'desk',
        sit: 0.5,
        sway: sway(seconds, period, 9),
      }),
      // the queue
      figure({
        x: -3.2,
        z: 4.6,
        heading: 0.1,
        outfit: 'red',
        arms: 'down',
        sway: sway(seconds, period, 10),
      }),
      figure({
        x: -3.15,
        z: 2.9,
        heading: -0.1,
        outfit: 'green',
        arms: 'phone',
        sway: sway(seconds, period, 11),
        size: 0.96,
      }),
      figure({
        x: 1.6,
        z: 4.6,
        heading: 0.2,
        outfit: 'yellow',
        arms: 'down',
        sway: sway(seconds, period, 12),
        size: 0.95,
      }),
      figure({
        x: 1.65,
        z: 2.85,
        heading: 0,
        outfit: 'red',
        arms: 'phone',
        sway: sway(seconds, period, 13),
      }),
    ];
  };
}
