import { figure, Walk } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { sprayer } from '../vehicle.mjs';
import {
  board,
  concrete,
  corrugated,
  dim,
  grass,
  hedge,
  painted,
  plain,
  skies,
  tiles,
  tree,
  treeLine,
} from './surfaces.mjs';
import { dormitory } from './yard.mjs';

/** Outside the wash rooms: the way in and the basins under a roof; screen walls hide the inside. */
function build() {
  const solids = new Solids();
  solids.box(-40, -0.3, -20, 40, 0, 50, concrete([0.4, 0.39, 0.36], 1, 2.4));
  solids.box(-40, -0.02, -20, 40, 0.03, -1.5, grass);
  solids.box(10.5, -0.02, -20, 40, 0.04, 50, grass);
  const wall = painted([0.66, 0.64, 0.54], [0.3, 0.43, 0.5], 1.3, [0.25, 0.35, 0.42]);
  // a wall with two openings; walls in front of them so that nothing inside is seen
  const [z, top] = [6, 3.1];
  for (const [a, b] of [
    [-8, -5.4],
    [-4.2, 3.0],
    [4.2, 8],
  ])
    solids.box(a, 0, z, b, top, z + 0.25, wall);
  for (const [a, b] of [
    [-5.4, -4.2],
    [3.0, 4.2],
  ])
    solids.box(a, 2.25, z, b, top, z + 0.25, wall);
  solids.box(-8, 0, z + 4, 8, top, z + 4.2, wall);
  solids.box(-8, 0, z, -7.8, top, z + 4.2, wall);
  solids.box(7.8, 0, z, 8, top, z + 4.2, wall);
  solids.box(-6.1, 0, z + 1.3, -3.4, top, z + 1.4, wall);
  solids.box(2.3, 0, z + 1.3, 5.0, top, z + 1.4, wall);
  solids.box(-8.2, top, z - 0.1, 8.2, top + 0.2, z + 4.4, concrete([0.45, 0.44, 0.4]));
  for (const [x, word, back] of [
    [-4.8, 'NAM', [0.08, 0.22, 0.5]],
    [3.6, 'NỮ', [0.5, 0.12, 0.28]],
  ]) {
    const mask = textMask(word, { size: 60, width: 200, height: 90 });
    solids.box(x - 0.45, 2.4, z - 0.04, x + 0.45, 2.8, z, board(back, [0.92, 0.92, 0.92], mask));
  }
  const name = textMask('KHU VỆ SINH – NHỚ RỬA TAY', { size: 52, width: 860, height: 86 });
  solids.box(-2.6, 2.42, z - 0.04, 1.4, 2.82, z, board([0.06, 0.3, 0.2], [0.9, 0.92, 0.86], name));
  // the roof over the basins
  const roof = corrugated([0.2, 0.3, 0.42], 0);
  solids.turned([-0.6, 3.0, z - 1.25], [3.4, 0.025, 1.5], 0, roof, 0.14);
  for (const x of [-3.8, -0.6, 2.6])
    solids.cylinder(x, 0, z - 2.55, 0.05, 2.8, plain([0.4, 0.41, 0.42]));
  solids.box(
    -3.6,
    0,
    z - 0.75,
    2.4,
    0.78,
    z - 0.02,
    tiles([0.55, 0.6, 0.62], 0.2, { joint: 0.01 }),
  );
  for (let i = 0; i < 5; i++) {
    const x = -3.0 + i * 1.2;
    solids.ellipsoid(
      [x, 0.8, z - 0.42],
      [0.26, 0.05, 0.2],
      plain([0.72, 0.73, 0.74], { gloss: 0.3 }),
    );
    solids.cylinder(x, 0.78, z - 0.14, 0.02, 0.3, plain([0.6, 0.62, 0.64]));
    solids.box(x - 0.015, 1.05, z - 0.3, x + 0.015, 1.08, z - 0.13, plain([0.6, 0.62, 0.64]));
    solids.box(x - 0.28, 1.3, z - 0.02, x + 0.28, 1.95, z, {
      colour: [0.24, 0.28, 0.3],
      gloss: 0.55,
      rough: 0.004,
    });
    solids.box(x + 0.36, 1.2, z - 0.1, x + 0.46, 1.42, z, plain([0.7, 0.7, 0.68]));
  }
  solids.box(
    -3.6,
    0.001,
    z - 2.4,
    2.4,
    0.012,
    z - 0.76,
    tiles([0.42, 0.36, 0.3], 0.3, { gloss: 0.18, rough: 0.05 }),
  );
  // tanks on the roof, pipes, bins
  for (const x of [-6.4, 6.2]) {
    solids.cylinder(x, top + 0.7, z + 2, 0.75, 1.5, plain([0.1, 0.24, 0.5]));
    solids.box(x - 0.8, top + 0.2, z + 1.2, x + 0.8, top + 0.7, z + 2.8, plain([0.3, 0.3, 0.3]));
  }
  for (const x of [-3.72, 2.5])
    solids.cylinder(x, 0, z - 0.08, 0.045, 3.1, plain([0.5, 0.5, 0.48]));
  for (const [x, colour] of [
    [5.6, [0.6, 0.46, 0.08]],
    [6.2, [0.08, 0.3, 0.16]],
  ]) {
    solids.cylinder(x, 0, z - 0.5, 0.24, 0.75, plain(colour));
    solids.cylinder(x, 0.75, z - 0.5, 0.26, 0.06, plain(dim(colour, 0.8)));
  }
  for (const [x, y] of [
    [-6.7, 2.6],
    [6.9, 2.6],
  ])
    solids.box(x - 0.12, y, z - 0.16, x + 0.12, y + 0.14, z, plain([0.7, 0.7, 0.65]));
  // a path with painted arrows, hedge, trees, the next building
  for (let i = 0; i < 4; i++)
    solids.turned([-7 + i * 3.6, 0.004, 2.2], [0.5, 0.006, 0.06], 0, plain([0.6, 0.55, 0.2]));
  treeLine(solids, -60, -6, -22, 34, 6, 6);
  treeLine(solids, 26, 34, 60, 20, 6, 7);
  hedge(solids, -12, -1.3, 9.6, -1.3, 0.55, 5);
  tree(solids, -11, 9, { height: 4.6, crown: 2.2, seed: 11 });
  tree(solids, 12, 8, { height: 5.2, crown: 2.4, seed: 12 });
  tree(solids, 14.5, 2, { height: 4.6, crown: 2, seed: 13 });
  dormitory(solids, -20, 22, 24, 30, 7.6, 0);
  return solids;
}

export function washDay(period) {
  return {
    solids: build(),
    sky: skies.overcast,
    sun: { towards: unit([-0.5, 0.74, -0.55]), colour: [1.5, 1.42, 1.28], spread: 0.02 },
    ambient: [0.2, 0.2, 0.2],
    guess: [0.85, 0.84, 0.8],
    view: { from: [6.4, 3.7, -1.6], to: [-1.0, 0.85, 5.4], fov: 80 },
    look: { exposure: 0.92, title: 'BÊN NGOÀI KHU VỆ SINH' },
    movers: people(period, false),
  };
}

/** By night under infra-red light from the camera itself. */
export function washNight(period) {
  const view = { from: [-6.9, 3.6, -1.2], to: [1.0, 0.85, 5.6], fov: 82 };
  return {
    solids: build(),
    sky: skies.night,
    points: [
      infrared(view, 34),
      { at: [6.9, 2.6, 5.7], colour: [2.2, 2.1, 1.7], soften: 0.4, size: 0.06 },
      { at: [-0.6, 2.5, 5.0], colour: [3.4, 3.3, 3], soften: 0.5, size: 0.08 },
    ],
    ambient: [0.03, 0.03, 0.03],
    guess: [0.18, 0.18, 0.18],
    view,
    look: { exposure: 1.5, infrared: true, grain: 3, title: 'BÊN NGOÀI KHU VỆ SINH · IR' },
    movers: people(period, true),
  };
}

/** The ring of lamps around a lens: bright in the middle, weak at the edge. */
export function infrared(view, power) {
  const axis = unit(view.to.map((value, i) => value - view.from[i]));
  return {
    at: view.from,
    colour: [power, power, power],
    soften: 9,
    noShadow: true,
    beam: (x, y, z) => Math.max(0, (x * axis[0] + y * axis[1] + z * axis[2] - 0.25) / 0.75) ** 1.4,
  };
}

function people(period, night) {
  // out of the door, to the basins, and away below the camera
  const washer = new Walk(
    night
      ? [
          [-5.7, 7.0, 0],
          [-4.8, 6.6, 0],
          [-4.5, 5.2, 0],
          [-0.6, 4.6, 2.8, 0],
          [-3.4, 2.6, 0],
          [-5.4, 0, 0],
        ]
      : [
          [-5.7, 7.0, 0],
          [-4.8, 6.6, 0],
          [-4.5, 5.2, 0],
          [-1.8, 4.6, 2.8, 0],
          [1.5, 2.2, 0],
          [4.5, -0.5, 0],
        ],
    { period, loop: false },
  );
  const cleaner = new Walk(
    [
      [-6.6, 4.0, 1, 1.9],
      [-3.9, 1.6, 1, 0.4],
      [-7.4, 1.4, 0.6, 0],
    ],
    { period },
  );
  const other = new Walk(
    [
      [4.6, 3.4, 0, 0],
      [10.5, 0.8, 0, 0],
      [9.6, 2.6, 0, 0],
    ],
    { period },
  );
  return (seconds) => {
    const w = washer.at(seconds);
    const c = cleaner.at(seconds + 3);
    const out = [
      figure({
        ...w,
        outfit: 'yellow',
        rest: 'desk',
        lean: 0.22 * w.calm,
        sway: w.calm * Math.sin(seconds * Math.PI * 3),
      }),
    ];
    if (!night) {
      out.push(
        figure({ ...c, outfit: 'suit', arms: 'reach', sway: Math.sin(seconds * Math.PI) }),
        sprayer(c),
      );
      const o = other.at(seconds);
      out.push(figure({ ...o, outfit: 'green', size: 0.96 }));
    } else {
      const o = other.at(seconds);
      out.push(figure({ ...o, outfit: 'guard' }));
    }
    return out;
  };
}
