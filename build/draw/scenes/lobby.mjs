import { figure, sway, Walk } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { suitcase } from '../vehicle.mjs';
import {
  board,
  concrete,
  dim,
  grass,
  leaves,
  painted,
  plain,
  skies,
  tiles,
  tree,
  wood,
} from './surfaces.mjs';

/** The lobby of a hostel: a desk, seats kept apart, a glass front, the way to the rooms. */
function build(columns) {
  const solids = new Solids();
  const wall = painted([0.68, 0.64, 0.52], [0.5, 0.42, 0.3], 0.95);
  const high = 3.5;
  solids.box(
    -6.2,
    -0.2,
    -1,
    6.2,
    0,
    11,
    tiles([0.58, 0.54, 0.47], 0.6, { gloss: 0.36, rough: 0.03, spread: 0.05, dark: 0.74 }),
  );
  solids.box(-6.4, high, -1, 6.4, high + 0.2, 11.2, plain([0.72, 0.72, 0.7]));
  solids.box(-6.4, 0, -1, -6.2, high, 11.2, wall);
  solids.box(-6.4, 0, -1.2, 6.4, high, -1, wall);
  // back wall with the way to the rooms
  solids.box(-6.2, 0, 11, 2.6, high, 11.2, wall);
  solids.box(4.6, 0, 11, 6.4, high, 11.2, wall);
  solids.box(2.6, 2.5, 11, 4.6, high, 11.2, wall);
  solids.box(2.4, 0, 16, 6, high, 16.2, wall);
  solids.box(2.4, 0, 11.2, 2.6, 2.6, 16, wall);
  solids.box(4.6, 0, 11.2, 4.8, 2.6, 13.2, wall);
  solids.box(2.4, -0.2, 11, 8, 0, 16, tiles([0.55, 0.52, 0.46], 0.6));
  solids.box(2.4, 2.6, 11.2, 8, 2.7, 16, plain([0.6, 0.6, 0.58]));
  // glass front on the right: posts and rails, the door in the middle stands open
  const metal = plain([0.42, 0.43, 0.45]);
  for (const z of [-1, 0.6, 2.2, 3.8, 6.6, 8.2, 9.8, 11])
    solids.box(6.2, 0, z - 0.05, 6.3, high, z + 0.05, metal);
  solids.box(6.2, 2.5, -1, 6.3, 2.6, 11, metal);
  solids.box(6.2, 0, -1, 6.3, 0.35, 3.8, metal);
  solids.box(6.2, 0, 6.6, 6.3, 0.35, 11, metal);
  solids.box(6.2, high - 0.12, -1, 6.4, high + 0.2, 11.2, metal);
  // columns
  for (const z of columns)
    solids.box(
      2.1,
      0,
      z - 0.25,
      2.6,
      high,
      z + 0.25,
      painted([0.7, 0.67, 0.57], [0.46, 0.38, 0.27], 0.95),
    );
  // the desk
  const front = {
    colour: (own, n) =>
      dim(
        [0.32, 0.19, 0.1],
        Math.abs(n[2]) > 0.5 && Math.abs(((own[0] + 9) % 0.7) - 0.35) < 0.015
          ? 0.5
          : 0.85 + 0.15 * Math.abs(Math.sin(own[0] * 40)),
      ),
  };
  solids.box(-3.6, 0, 7.6, 0.9, 1.05, 7.72, front);
  solids.box(
    -3.75,
    1.05,
    7.5,
    1.05,
    1.11,
    8.05,
    plain([0.62, 0.58, 0.52], { gloss: 0.25, rough: 0.02 }),
  );
  solids.box(0.78, 0, 7.6, 0.9, 1.05, 8.6, front);
  solids.box(-3.6, 0.7, 8.05, 0.78, 0.75, 8.7, wood());
  for (const x of [-2.6, -0.6]) {
    solids.box(x - 0.28, 1.16, 8.15, x + 0.28, 1.5, 8.18, plain([0.03, 0.035, 0.04]));
    solids.box(x - 0.05, 0.75, 8.16, x + 0.05, 1.18, 8.18, plain([0.05, 0.05, 0.05]));
  }
  // clear screens on the desk: a thin frame is what one sees
  for (const x of [-3.0, -1.35, 0.3]) {
    solids.cylinder(x, 1.1, 7.62, 0.012, 0.85, metal);
  }
  solids.box(-3.0, 1.93, 7.61, 0.3, 1.95, 7.63, metal);
  solids.cylinder(0.5, 1.1, 7.75, 0.04, 0.2, plain([0.2, 0.5, 0.62]));
  const name = textMask('TIẾP ĐÓN – KHAI BÁO Y TẾ', { size: 52, width: 820, height: 90 });
  solids.box(-3.4, 2.35, 10.93, 0.9, 2.8, 10.99, board([0.08, 0.2, 0.4], [0.9, 0.9, 0.86], name));
  const banner = textMask('CHUNG TAY ĐẨY LÙI DỊCH BỆNH', { size: 54, width: 1000, height: 90 });
  solids.box(
    -6.19,
    2.5,
    2.2,
    -6.15,
    2.95,
    8.2,
    board([0.55, 0.06, 0.05], [0.85, 0.72, 0.2], banner, { face: 1, axis: 0 }),
  );
  // notice boards and a clock without hands to read
  for (const x of [-5.4, 1.5])
    solids.box(x, 1.2, 10.95, x + 0.7, 2.1, 10.99, {
      colour: (own) =>
        Math.abs(own[0]) < 0.3 && Math.abs(own[1]) < 0.4 && Math.sin(own[1] * 55) > 0.2
          ? [0.45, 0.45, 0.48]
          : [0.7, 0.7, 0.66],
    });
  // seats, one metre and more apart
  for (let row = 0; row < 2; row++)
    for (let i = 0; i < 3; i++) {
      const [x, z] = [-5.2 + i * 1.75, 2.0 + row * 2.2];
      const seat = plain((i + row) % 2 === 0 ? [0.12, 0.26, 0.46] : [0.13, 0.28, 0.48]);
      solids.box(x, 0.42, z, x + 0.5, 0.47, z + 0.48, seat);
      solids.turned([x + 0.25, 0.72, z - 0.02], [0.25, 0.24, 0.02], 0, seat, -0.18);
      for (const [a, b] of [
        [0.04, 0.04],
        [0.46, 0.04],
        [0.04, 0.44],
        [0.46, 0.44],
      ])
        solids.cylinder(x + a, 0, z + b, 0.017, 0.42, plain([0.25, 0.25, 0.26]));
    }
  // distance marks on the floor
  for (const z of [6.9, 5.1, 3.3])
    solids.cylinder(-0.9, -0.005, z, 0.27, 0.01, plain([0.62, 0.47, 0.08]));
  for (const [x, z, seed] of [
    [5.6, 9.9, 1],
    [5.5, 0.2, 2],
    [-5.6, 10.3, 3],
  ])
    pot(solids, x, z, seed);
  // outside
  solids.box(6.2, -0.25, -30, 60, -0.05, 50, concrete([0.42, 0.41, 0.38], 1, 2));
  solids.box(14, -0.2, -30, 60, -0.02, 50, grass);
  for (let i = 0; i < 5; i++)
    tree(solids, 13 + (i % 2) * 3, -6 + i * 6, { height: 4.6, crown: 2.2, seed: 20 + i });
  solids.box(30, 0, -20, 34, 9, 60, painted([0.6, 0.55, 0.42], [0.6, 0.55, 0.42], 0));
  return solids;
}

function pot(solids, x, z, seed) {
  solids.cylinder(x, 0, z, 0.26, 0.5, plain([0.4, 0.2, 0.12]));
  solids.cylinder(x, 0.5, z, 0.04, 0.6, plain([0.2, 0.14, 0.08]));
  for (let i = 0; i < 7; i++) {
    const a = i * 2.4 + seed;
    solids.ellipsoid(
      [x + Math.cos(a) * 0.25, 1.1 + (i % 3) * 0.24, z + Math.sin(a) * 0.25],
      [0.3, 0.34, 0.3],
      leaves([0.07, 0.16, 0.05], 0.45, 13),
    );
  }
}

function ceilingLamps(solids, bright) {
  const panels = [];
  for (const x of [-4, 0, 4])
    for (const z of [1.2, 5, 8.8]) {
      solids.box(x - 0.6, 3.46, z - 0.3, x + 0.6, 3.51, z + 0.3, {
        colour: [1, 1, 1],
        glow: [bright, bright * 0.97, bright * 0.9],
        panel: true,
        noShadow: true,
      });
      panels.push({
        at: [x, 3.45, z],
        half: [0.6, 0.3],
        glow: [bright, bright * 0.97, bright * 0.9],
      });
    }
  return panels;
}

export function lobbyDay(period) {
  const solids = build([3.2, 7.4]);
  const panels = ceilingLamps(solids, 2.2);
  return {
    solids,
    panels,
    sky: skies.clear,
    sun: { towards: unit([0.75, 0.52, 0.3]), colour: [2.4, 2.2, 1.85] },
    ambient: [0.24, 0.24, 0.23],
    guess: [0.62, 0.61, 0.57],
    polished: true,
    view: { from: [-5.7, 3.15, -0.5], to: [0.6, 0.75, 6.2], fov: 86 },
    look: { exposure: 1.5, title: 'SẢNH' },
    movers: people(period, false),
  };
}

export function lobbyEvening(period) {
  const solids = build([7.4]);
  const panels = ceilingLamps(solids, 6.5);
  return {
    solids,
    panels,
    sky: { horizon: [0.05, 0.06, 0.1], zenith: [0.02, 0.03, 0.06] },
    ambient: [0.3, 0.3, 0.28],
    guess: [0.62, 0.6, 0.55],
    polished: true,
    view: { from: [4.2, 3.15, -0.7], to: [-0.9, 0.7, 6.2], fov: 84 },
    look: { exposure: 1.5, title: 'SẢNH · TỐI' },
    movers: people(period, true),
  };
}

function people(period, evening) {
  // from the rooms to the desk, and back
  const guest = new Walk(
    [
      [3.7, 12.6, 0.9, 3.1],
      [3.4, 10.0, 0],
      [0.6, 6.8, 2.8, -0.3],
      [3.3, 9.6, 0],
    ],
    { period },
  );
  const carer = new Walk(
    [
      [-4.2, 9.4, 1.6, 3.1],
      [-2.2, 9.5, 2.2, 3.1],
    ],
    { period },
  );
  const cleaner = new Walk(
    [
      [3.6, 2.2, 0.8, -1],
      [4.6, 6.0, 0.6, 0.4],
      [4.4, 2.0, 0.5, 2.4],
    ],
    { period },
  );
  return (seconds) => {
    const g = guest.at(seconds);
    const c = carer.at(seconds);
    const m = cleaner.at(seconds + 4);
    const out = [
      figure({
        ...g,
        outfit: evening ? 'green' : 'red',
        size: 0.98,
        rest: 'reach',
        sway: g.calm * sway(seconds, period, 2),
      }),
      suitcase({ ...g, heading: g.course }, evening ? [0.08, 0.12, 0.3] : [0.35, 0.3, 0.1]),
      figure({ ...c, outfit: 'suit', sway: sway(seconds, period, 3) }),
      figure({
        x: -0.6,
        z: 8.95,
        heading: Math.PI,
        outfit: 'suit',
        arms: 'desk',
        sit: 0.55,
        sway: sway(seconds, period, 5),
      }),
      figure({
        ...m,
        outfit: 'blueSuit',
        rest: 'down',
        sway: sway(seconds, period, 6),
      }),
    ];
    if (!evening)
      out.push(
        figure({
          x: -3.2,
          z: 4.42,
          heading: 0.2,
          outfit: 'yellow',
          sit: 1,
          arms: 'desk',
          sway: sway(seconds, period, 9),
        }),
      );
    else
      out.push(
        figure({
          x: -4.95,
          z: 2.2,
          heading: 0.5,
          outfit: 'guard',
          sit: 1,
          arms: 'down',
          sway: sway(seconds, period, 9),
        }),
      );
    return out;
  };
}
