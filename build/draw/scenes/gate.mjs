import { between, figure, sway, Walk } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { block, thing } from '../moving.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { ambulance, lorry } from '../vehicle.mjs';
import {
  asphalt,
  board,
  concrete,
  corrugated,
  grass,
  painted,
  plain,
  skies,
  tree,
} from './surfaces.mjs';
import { infrared } from './wash.mjs';
import { chair, table } from './yard.mjs';

/** The gate, seen from inside: pillars, a barrier, the guards' booth and the road. */
const pivot = { x: 2.9, z: 6.2 };

function build() {
  const solids = new Solids();
  solids.box(-80, -0.3, -40, 80, 0, 120, asphalt);
  solids.box(-60, -0.02, -30, -5.2, 0.08, 8.4, grass);
  solids.box(6.8, -0.02, -30, 60, 0.08, 8.4, grass);
  return gate(solids);
}

/** All but the ground. */
export function gate(solids) {
  solids.box(-5.4, 0, -30, -5.15, 0.13, 8.4, concrete([0.5, 0.49, 0.46]));
  solids.box(6.6, 0, -30, 6.85, 0.13, 8.4, concrete([0.5, 0.49, 0.46]));
  const wall = painted([0.66, 0.58, 0.36], [0.42, 0.4, 0.36], 0.5);
  solids.box(-60, 0, 8.4, -4.6, 2.3, 8.65, wall);
  solids.box(5.2, 0, 8.4, 60, 2.3, 8.65, wall);
  for (let x = -40; x < 44; x += 3.6)
    if (x < -5 || x > 5.4) solids.box(x, 0, 8.3, x + 0.4, 2.5, 8.75, wall);
  for (const x of [-5.0, 5.0]) {
    solids.box(
      x - 0.5,
      0,
      8.0,
      x + 0.5,
      4.5,
      9.0,
      painted([0.58, 0.2, 0.13], [0.4, 0.38, 0.35], 0.6),
    );
    solids.box(x - 0.62, 4.5, 7.88, x + 0.62, 4.68, 9.12, concrete([0.6, 0.58, 0.52]));
  }
  const name = textMask('KHU CÁCH LY Y TẾ TẬP TRUNG', { size: 58, width: 1080, height: 100 });
  solids.box(-4.7, 3.75, 8.35, 4.7, 4.5, 8.5, board([0.5, 0.06, 0.05], [0.85, 0.75, 0.3], name));
  // open wings of the gate
  for (const [x, a] of [
    [-4.4, -0.25],
    [4.4, 0.25],
  ])
    for (let i = 0; i < 11; i++) {
      const f = 0.2 + i * 0.32;
      solids.cylinder(
        x + Math.sin(a) * f,
        0.1,
        9 + Math.cos(a) * f,
        0.02,
        1.9,
        plain([0.12, 0.25, 0.34]),
      );
    }
  // the booth
  solids.box(3.7, 0, 3.6, 6.3, 0.9, 6.0, painted([0.62, 0.6, 0.54], [0.2, 0.34, 0.46], 0.5));
  solids.box(3.75, 0.9, 3.65, 3.8, 2.3, 5.95, {
    colour: (own) =>
      Math.abs(Math.abs(own[2]) - 0.55) < 0.04 || Math.abs(own[1]) > 0.64
        ? [0.6, 0.6, 0.6]
        : [0.07, 0.09, 0.1],
  });
  solids.box(3.75, 0.9, 3.62, 6.25, 2.3, 3.68, {
    colour: (own) =>
      Math.abs(Math.abs(own[0]) - 0.6) < 0.05 || Math.abs(own[1]) > 0.62
        ? [0.6, 0.6, 0.6]
        : [0.08, 0.1, 0.11],
  });
  solids.box(6.15, 0.9, 3.65, 6.25, 2.3, 5.95, plain([0.6, 0.58, 0.5]));
  solids.box(3.75, 0.9, 5.9, 6.25, 2.3, 5.98, plain([0.6, 0.58, 0.5]));
  solids.box(3.3, 2.3, 3.2, 6.6, 2.45, 6.3, corrugated([0.42, 0.16, 0.11], 0));
  const post = textMask('CHỐT KIỂM SOÁT', { size: 52, width: 520, height: 86 });
  solids.box(3.7, 1.98, 3.56, 5.9, 2.28, 3.6, board([0.08, 0.2, 0.42], [0.92, 0.92, 0.9], post));
  // the barrier's stand, cones, a table for declarations
  solids.box(
    pivot.x - 0.18,
    0,
    pivot.z - 0.18,
    pivot.x + 0.18,
    1.05,
    pivot.z + 0.18,
    plain([0.62, 0.5, 0.08]),
  );
  solids.cylinder(-3.6, 0, pivot.z, 0.05, 0.95, plain([0.5, 0.5, 0.5]));
  for (const [x, z] of [
    [-3.0, 2.2],
    [-3.1, 4.2],
    [2.5, 2.0],
  ])
    for (let i = 0; i < 5; i++)
      solids.cylinder(
        x,
        i * 0.13,
        z,
        0.17 - i * 0.03,
        0.13,
        plain(i % 2 ? [0.66, 0.66, 0.66] : [0.66, 0.2, 0.05]),
      );
  table(solids, -4.2, 5.4, 0.6, [0.45, 0.1, 0.08]);
  chair(solids, -4.2, 6.1, Math.PI, [0.1, 0.22, 0.4]);
  solids.turned([-0.2, 0.006, 4.6], [2.6, 0.006, 0.14], 0, plain([0.62, 0.62, 0.6]));
  // disinfection mat in the road
  solids.box(-2.4, 0, 0.9, 2.0, 0.02, 2.6, plain([0.14, 0.24, 0.2]));
  // the street and what stands across it
  solids.box(-80, 0, 9.2, -6, 0.1, 11.5, concrete([0.44, 0.42, 0.38], 1, 1));
  solids.box(6, 0, 9.2, 80, 0.1, 11.5, concrete([0.44, 0.42, 0.38], 1, 1));
  for (let x = -60; x < 60; x += 4)
    solids.box(x, 0, 16.9, x + 2, 0.012, 17.05, plain([0.6, 0.6, 0.58]));
  solids.box(-80, 0, 22, 80, 0.12, 25, concrete([0.42, 0.4, 0.37], 1, 1));
  const houses = [
    [-26, 6.5, 8, [0.6, 0.52, 0.36]],
    [-17, 8, 11, [0.42, 0.5, 0.52]],
    [-8.5, 5.5, 7, [0.62, 0.6, 0.54]],
    [-1.5, 7, 9.5, [0.58, 0.4, 0.3]],
    [6, 9, 7, [0.62, 0.58, 0.44]],
    [16, 7, 10, [0.46, 0.52, 0.44]],
  ];
  for (const [x, wide, high, colour] of houses)
    solids.box(x, 0, 25, x + wide, high, 34, {
      colour: (_own, n, p) => {
        if (n[2] > -0.5) return colour;
        const a = (((p[0] - x) % 2.3) + 2.3) % 2.3;
        const b = ((p[1] % 3) + 3) % 3;
        if (p[1] < 2.6) return a > 0.25 && a < 2.05 ? [0.2, 0.24, 0.27] : colour;
        return a > 0.6 && a < 1.7 && b > 0.9 && b < 2.3 ? [0.08, 0.1, 0.12] : colour;
      },
    });
  tree(solids, -9.5, 21.5, { height: 4.6, crown: 1.9, seed: 31 });
  tree(solids, 5.5, 22, { height: 4.4, crown: 1.8, seed: 32 });
  tree(solids, 13, 21.5, { height: 5, crown: 2.1, seed: 33 });
  tree(solids, -8.6, 4, { height: 4.2, crown: 2, seed: 34 });
  tree(solids, 10.5, 4.5, { height: 4.6, crown: 2.2, seed: 35 });
  tree(solids, -9.5, -3, { height: 5.2, crown: 2.3, seed: 36 });
  solids.cylinder(-6.2, 0, 7.4, 0.07, 6.2, plain([0.4, 0.4, 0.4]));
  solids.box(-6.25, 6.1, 6.2, -6.15, 6.2, 7.5, plain([0.5, 0.5, 0.5]));
  return solids;
}

export function gateDay(period) {
  const patrol = new Walk(
    [
      [-2.9, 6.9, 3.4, 0.4],
      [-2.2, 5.2, 2.4, -0.3],
      [-3.6, 7.2, 1.2, 0.2],
    ],
    { period },
  );
  return {
    solids: build(),
    sky: skies.clear,
    sun: { towards: unit([-0.62, 0.66, -0.42]), colour: [2.1, 1.95, 1.68] },
    ambient: [0.17, 0.17, 0.17],
    guess: [0.85, 0.83, 0.78],
    view: { from: [-5.4, 4.9, -6.4], to: [0.55, 0.95, 5.2], fov: 70 },
    look: { exposure: 0.84, title: 'CỔNG' },
    movers(seconds) {
      const g = patrol.at(seconds);
      const { z, open } = passage(seconds, period);
      const out = [
        barrier(open),
        lorry(-0.3, z, Math.PI),
        figure({ ...g, outfit: 'guard', arms: 'down', sway: sway(seconds, period, 2) }),
        figure({
          x: 2.2,
          z: 5.1,
          heading: between(-1.2, -2.4, Math.min(1, Math.max(0, (8 - z) / 8))),
          outfit: 'guard',
          arms: 'down',
          rest: 'salute',
          calm: Math.min(1, Math.max(0, Math.min((seconds - 4) / 0.4, (6.4 - seconds) / 0.4))),
          sway: sway(seconds, period, 3),
        }),
        figure({
          x: -4.2,
          z: 6.05,
          heading: Math.PI,
          outfit: 'suit',
          sit: 1,
          arms: 'desk',
          sway: sway(seconds, period, 5),
        }),
      ];
      return out;
    },
  };
}

/** The lorry comes from the street, waits for the barrier, and drives in past the camera. */
function passage(seconds, period) {
  const t = seconds / period;
  const ease = (x) => x * x * (3 - 2 * x);
  const part = (from, to) => ease(Math.min(1, Math.max(0, (t - from) / (to - from))));
  // it stops with its front before the barrier; out of sight behind the houses before and after
  const z = 58 - part(0, 0.34) * 48.2 - part(0.5, 0.92) * 33;
  const open = part(0.4, 0.5) - part(0.84, 0.95);
  return { z, open };
}

export function barrier(open) {
  const angle = open * 1.32;
  const long = 3.15;
  const middle = [pivot.x - Math.cos(angle) * long, 0.98 + Math.sin(angle) * long, pivot.z];
  return thing(middle, 3.4, [
    block(
      middle,
      [long, 0.055, 0.035],
      0,
      (own) => (Math.floor((own[0] + 9) / 0.45) % 2 ? [0.66, 0.08, 0.06] : [0.7, 0.7, 0.7]),
      { roll: -angle },
    ),
  ]);
}

export function gateNight(period) {
  const view = { from: [5.9, 4.3, -5.6], to: [-0.9, 0.9, 5.0], fov: 76 };
  const patrol = new Walk(
    [
      [-3.2, 6.8, 1.2, 0],
      [1.6, 6.9, 1.0, 0.3],
      [1.2, 2.6, 0.5, -2.6],
      [-2.6, 3.0, 0.4, -0.6],
    ],
    { period },
  );
  const second = new Walk(
    [
      [-24, 1, 0],
      [-10, 2.2, 0],
      [-12.5, -2.5, 0],
    ],
    { period, loop: false },
  );
  return {
    solids: build(),
    sky: skies.night,
    points: [
      infrared(view, 75),
      {
        at: [-6.2, 5.95, 6.6],
        colour: [19, 18, 15],
        soften: 1,
        size: 0.1,
        beam: (_x, y) => Math.max(0, -y) ** 0.8,
      },
      { at: [4.9, 2.15, 4.8], colour: [1.6, 1.5, 1.3], soften: 0.4, size: 0.1 },
      { at: [-9.5, 5.2, 21], colour: [10, 9, 7], soften: 1, size: 0.1 },
      { at: [10, 5.2, 21], colour: [10, 9, 7], soften: 1, size: 0.1 },
    ],
    ambient: [0.02, 0.02, 0.02],
    guess: [0.14, 0.14, 0.14],
    view,
    look: { exposure: 2.1, infrared: true, grain: 8, title: 'CỔNG · IR' },
    movers(seconds) {
      const p = patrol.at(seconds);
      const s = second.at(seconds);
      return [
        barrier(0),
        ambulance(9.6, -0.4, 2.7, { lamp: 0 }),
        figure({
          ...p,
          outfit: 'guard',
          rest: 'down',
          sway: sway(seconds, period, 1),
        }),
        figure({ ...s, outfit: 'guard' }),
        figure({
          x: 3.0,
          z: 4.3,
          heading: -0.9,
          outfit: 'guard',
          arms: 'down',
          sway: sway(seconds, period, 4),
        }),
      ];
    },
  };
}
