import { figure } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { ambulance, lorry, van } from '../vehicle.mjs';
import { barrier, gate } from './gate.mjs';
import {
  asphalt,
  board,
  concrete,
  grass,
  hedge,
  plain,
  skies,
  tree,
  treeLine,
} from './surfaces.mjs';
import { chair, dormitory, table, tent } from './yard.mjs';

/**
 * All around a mast inside the gate: the yard with the sampling tents on the left, the gate in front,
 * the vehicles on the right. A steered camera shows parts of it.
 */
const mast = [0.8, 6.2, -10];

/** Where boards with numbers stand, from left to right: degrees from the gate's direction, metres. */
const marks = [
  [-112, 17],
  [-88, 12],
  [-66, 20],
  [-44, 15],
  [-17, 16.5],
  [27, 12.5],
  [44, 15],
  [54, 12],
  [77, 11],
  [100, 11],
];

function numbers(solids) {
  for (const [i, [degrees, far]] of marks.entries()) {
    const a = (degrees * Math.PI) / 180;
    const x = mast[0] + Math.sin(a) * far;
    const z = mast[2] + Math.cos(a) * far;
    const mask = textMask(String(i + 1), { size: 150, width: 160, height: 160 });
    solids.cylinder(x, 0, z, 0.05, 1.6, plain([0.5, 0.5, 0.52]));
    solids.turned(
      [x - Math.sin(a) * 0.07, 1.95, z - Math.cos(a) * 0.07],
      [0.55, 0.55, 0.03],
      a,
      board([0.75, 0.6, 0.05], [0.02, 0.02, 0.02], mask),
    );
  }
}

function yard(solids) {
  solids.box(-30, -0.02, -26, -6.6, 0.05, 3, concrete([0.42, 0.41, 0.38], 1, 3));
  dormitory(solids, -40, -30, -31, 4, 9.9, 0);
  dormitory(solids, -28, -44, 4, -36, 6.6, 0);
  tent(solids, -14.5, -13, [0.1, 0.26, 0.52], 1);
  tent(solids, -14.5, -8, [0.1, 0.26, 0.52], 2);
  tent(solids, -18, -2.6, [0.6, 0.61, 0.62], 3);
  table(solids, -14.5, -13);
  table(solids, -14.5, -8);
  table(solids, -18, -2.6, 0.75, [0.25, 0.42, 0.55]);
  chair(solids, -13.3, -13, -Math.PI / 2);
  chair(solids, -13.3, -8, -Math.PI / 2);
  chair(solids, -16.8, -2.6, -Math.PI / 2, [0.1, 0.22, 0.4]);
  for (const z of [-13, -8])
    for (let i = 0; i < 4; i++)
      solids.cylinder(-12 + i * 1.5, 0.045, z, 0.3, 0.02, plain([0.65, 0.61, 0.52]));
  const sign = textMask('KHU LẤY MẪU', { size: 64, width: 520, height: 96 });
  solids.turned(
    [-18.5, 3.6, -10.5],
    [2.4, 0.45, 0.03],
    -Math.PI / 2,
    board([0.08, 0.2, 0.42], [0.92, 0.92, 0.9], sign),
  );
  for (const z of [-12.7, -8.3]) solids.cylinder(-18.6, 0, z, 0.05, 3.6, plain([0.35, 0.35, 0.36]));
  for (const [z, colour] of [
    [-5.6, [0.6, 0.46, 0.08]],
    [-5, [0.08, 0.3, 0.16]],
  ])
    solids.cylinder(-13.4, 0, z, 0.24, 0.8, plain(colour));
  hedge(solids, -6.2, -24, -6.2, -15, 0.6, 3);
  tree(solids, -24, 0.4, { height: 4.8, crown: 2.2, seed: 1 });
  tree(solids, -26, -19, { height: 5.4, crown: 2.5, seed: 2 });
  tree(solids, -21, -25, { height: 4.8, crown: 2.2, seed: 5 });
}

const bays = [-14.5, -10.5, -6.5, -2.5];

function parking(solids) {
  solids.box(8.6, -0.02, -26, 30, 0.05, 3, asphalt);
  const white = plain([0.62, 0.62, 0.6]);
  for (const z of [...bays, 1.5]) solids.box(12, 0.05, z - 2.05, 19, 0.056, z - 1.95, white);
  for (const [i, z] of bays.entries()) {
    const mask = textMask(`P${i + 1}`, { size: 120, width: 220, height: 150 });
    solids.turned(
      [19.6, 1.3, z],
      [0.7, 0.45, 0.03],
      Math.PI / 2,
      board([0.05, 0.16, 0.4], [0.92, 0.92, 0.9], mask),
    );
    solids.cylinder(19.66, 0, z, 0.04, 0.9, plain([0.4, 0.4, 0.4]));
  }
  const sign = textMask('BÃI XE CỨU THƯƠNG', { size: 60, width: 760, height: 96 });
  solids.turned(
    [21.4, 3.2, -6.5],
    [3.4, 0.45, 0.03],
    Math.PI / 2,
    board([0.42, 0.06, 0.05], [0.92, 0.92, 0.9], sign),
  );
  for (const z of [-9.5, -3.5]) solids.cylinder(21.5, 0, z, 0.05, 3.2, plain([0.35, 0.35, 0.36]));
  dormitory(solids, 33, -32, 42, 4, 6.6, 0);
  tree(solids, 24.5, 0, { height: 4.6, crown: 2.1, seed: 11 });
  tree(solids, 26, -16, { height: 5.2, crown: 2.4, seed: 12 });
  tree(solids, 24, -23, { height: 5, crown: 2.3, seed: 13 });
}

function build() {
  const solids = new Solids();
  solids.box(-90, -0.3, -70, 90, 0, 120, asphalt);
  solids.box(-70, -0.02, -60, -5.2, 0.03, 8.4, grass);
  solids.box(6.8, -0.02, -60, 70, 0.03, 8.4, grass);
  gate(solids);
  yard(solids);
  parking(solids);
  numbers(solids);
  treeLine(solids, -85, -50, -60, 30, 8, 6);
  treeLine(solids, 60, 30, 85, -50, 8, 7);
  return solids;
}

const west = -Math.PI / 2;

/** What stands still in it, drawn once. */
function people() {
  const out = [
    barrier(0),
    lorry(-1.2, 14.2, Math.PI),
    ambulance(15.4, bays[0], west, { lamp: 0 }),
    ambulance(15.4, bays[1], west, { lamp: 0 }),
    van(15.4, bays[3], west),
    figure({ x: 2.2, z: 5.1, heading: -2.4, outfit: 'guard', arms: 'down' }),
    figure({ x: -2.9, z: 6.9, heading: 2.6, outfit: 'guard', arms: 'down' }),
    figure({ x: -4.2, z: 6.05, heading: Math.PI, outfit: 'suit', sit: 1, arms: 'desk' }),
    figure({ x: -15.6, z: -13, heading: Math.PI / 2, outfit: 'suit', arms: 'reach', lean: 0.1 }),
    figure({ x: -15.6, z: -8, heading: Math.PI / 2, outfit: 'suit', arms: 'desk', sit: 0.4 }),
    figure({ x: -19, z: -2.6, heading: Math.PI / 2, outfit: 'blueSuit', arms: 'desk', sit: 0.4 }),
    figure({ x: -13.35, z: -13, heading: west, outfit: 'yellow', sit: 1, arms: 'desk' }),
    figure({ x: -13.35, z: -8, heading: west, outfit: 'green', sit: 1, arms: 'desk' }),
    figure({ x: -9.2, z: -4, heading: 2.4, outfit: 'suit', arms: 'reach' }),
    figure({ x: 12.6, z: -8.4, heading: west, outfit: 'suit', arms: 'down' }),
    figure({ x: 11.8, z: -3, heading: -2.2, outfit: 'blueSuit', arms: 'phone' }),
  ];
  const outfits = ['red', 'green', 'yellow', 'red'];
  for (const [row, z] of [-13, -8].entries())
    for (let i = 0; i < 4 - row; i++)
      out.push(
        figure({
          x: -12 + i * 1.5,
          z,
          heading: west + 0.2 * Math.sin(i * 3 + row),
          outfit: outfits[(i + row) % 4],
          arms: i % 2 ? 'phone' : 'down',
          size: 0.95 + 0.03 * i,
        }),
      );
  return out;
}

export function compound() {
  return {
    solids: build(),
    sky: skies.clear,
    sun: { towards: unit([-0.42, 0.72, -0.55]), colour: [2.05, 1.92, 1.66] },
    ambient: [0.18, 0.18, 0.18],
    guess: [0.87, 0.85, 0.8],
    from: mast,
    look: { exposure: 0.84 },
    movers: people(),
  };
}
