import { figure, sway, Walk } from '../figure.mjs';
import { unit } from '../lens.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { carried, van } from '../vehicle.mjs';
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
import { table } from './yard.mjs';

/** The yard behind the kitchen: goods come in, meals go out. */
export function kitchenYard(period) {
  const solids = new Solids();
  solids.box(-40, -0.3, -20, 40, 0, 50, concrete([0.36, 0.35, 0.33], 1, 2.6));
  const wall = painted([0.64, 0.62, 0.52], [0.52, 0.5, 0.46], 1.4, [0.2, 0.36, 0.3]);
  // the kitchen with its opening, and the roof over the ramp
  for (const [a, b] of [
    [-9, -3.4],
    [-0.6, 7],
  ])
    solids.box(a, 0, 9, b, 4.2, 9.25, wall);
  solids.box(-3.4, 2.7, 9, -0.6, 4.2, 9.25, wall);
  solids.box(-9, 0, 13, 7, 4.2, 13.2, wall);
  solids.box(-9, 0, 9, -8.8, 4.2, 13.2, wall);
  solids.box(6.8, 0, 9, 7, 4.2, 13.2, wall);
  solids.box(-9, -0.1, 9, 7, 0.01, 13, tiles([0.5, 0.5, 0.48], 0.3));
  solids.box(-9.3, 4.2, 8.8, 7.3, 4.4, 13.4, concrete([0.42, 0.41, 0.38]));
  solids.turned([-1, 3.55, 7.2], [6.6, 0.03, 2.1], 0, corrugated([0.16, 0.3, 0.5], 0), 0.12);
  for (const x of [-7.4, -4.2, 2.2, 5.4])
    solids.cylinder(x, 0, 5.35, 0.06, 3.3, plain([0.38, 0.39, 0.4]));
  const name = textMask('BẾP ĂN – GIAO NHẬN HÀNG', { size: 54, width: 900, height: 90 });
  solids.box(-0.2, 2.55, 8.94, 4.4, 3.0, 8.99, board([0.07, 0.3, 0.2], [0.92, 0.92, 0.85], name));
  solids.box(1.2, 1.1, 8.96, 2.9, 2.1, 9.0, {
    colour: (own) =>
      Math.abs(((own[0] + 5) % 0.28) - 0.14) < 0.02 || Math.abs(own[1]) > 0.47
        ? [0.5, 0.5, 0.5]
        : [0.07, 0.09, 0.1],
  });
  // crates, cartons, sacks, gas bottles
  const crate = (x, y, z, colour) =>
    solids.box(x, y, z, x + 0.6, y + 0.34, z + 0.42, {
      colour: (own, n) =>
        n[1] < 0.5 && Math.abs(Math.sin(own[1] * 28)) < 0.3 ? dim(colour, 0.4) : colour,
    });
  const colours = [
    [0.1, 0.26, 0.5],
    [0.55, 0.12, 0.09],
    [0.1, 0.36, 0.2],
    [0.58, 0.4, 0.08],
  ];
  for (let i = 0; i < 5; i++)
    for (let k = 0; k < 2 + ((i * 7) % 3); k++)
      crate(3.1 + (i % 3) * 0.68, k * 0.35, 7.3 + Math.floor(i / 3) * 0.6, colours[(i + k) % 4]);
  for (let i = 0; i < 7; i++)
    solids.box(
      -7.6 + (i % 4) * 0.58,
      Math.floor(i / 4) * 0.42,
      7.9,
      -7.08 + (i % 4) * 0.58,
      Math.floor(i / 4) * 0.42 + 0.4,
      8.5,
      { colour: (own) => (Math.abs(own[0]) < 0.03 ? [0.5, 0.42, 0.3] : [0.42, 0.3, 0.18]) },
    );
  for (let i = 0; i < 6; i++)
    solids.ellipsoid(
      [-5.0 + (i % 2) * 0.1, 0.14 + Math.floor(i / 2) * 0.22, 7.6 + (i % 2) * 0.72],
      [0.42, 0.15, 0.3],
      plain([0.6, 0.57, 0.48]),
    );
  for (let i = 0; i < 4; i++) {
    solids.cylinder(
      5.7 + (i % 2) * 0.42,
      0,
      7.8 + Math.floor(i / 2) * 0.42,
      0.17,
      0.85,
      plain([0.3, 0.34, 0.36]),
    );
    solids.cylinder(
      5.7 + (i % 2) * 0.42,
      0.85,
      7.8 + Math.floor(i / 2) * 0.42,
      0.07,
      0.16,
      plain([0.2, 0.2, 0.2]),
    );
  }
  table(solids, 0.6, 6.3, 1.2, [0.56, 0.57, 0.58]);
  for (let i = 0; i < 9; i++)
    solids.box(
      -0.4 + (i % 5) * 0.42,
      0.76 + Math.floor(i / 5) * 0.1,
      6.12 + (i % 2) * 0.16,
      -0.16 + (i % 5) * 0.42,
      0.86 + Math.floor(i / 5) * 0.1,
      6.3 + (i % 2) * 0.16,
      plain(i % 3 ? [0.68, 0.68, 0.66] : [0.6, 0.45, 0.3]),
    );
  for (const [x, colour] of [
    [7.8, [0.6, 0.46, 0.08]],
    [8.5, [0.08, 0.3, 0.16]],
    [9.2, [0.08, 0.3, 0.16]],
  ]) {
    solids.box(x - 0.28, 0.08, 8, x + 0.28, 0.95, 8.6, plain(colour));
    solids.turned([x, 0.99, 8.28], [0.3, 0.03, 0.34], 0, plain(dim(colour, 0.8)), 0.08);
  }
  solids.box(-40, -0.02, 15, 40, 0.06, 50, grass);
  solids.box(11, -0.02, -20, 40, 0.06, 50, grass);
  treeLine(solids, -60, 0, -14, 34, 6, 6);
  treeLine(solids, -14, 34, 20, 36, 6, 8);
  hedge(solids, 11.2, -6, 11.2, 14, 0.8, 7);
  tree(solids, -13, 13, { height: 5.6, crown: 2.6, seed: 41 });
  tree(solids, 11.5, 15, { height: 5.6, crown: 2.6, seed: 42 });
  tree(solids, 15, 7, { height: 5, crown: 2.3, seed: 43 });
  tree(solids, -8, -5.5, { height: 6.4, crown: 2.4, seed: 44 });
  const porter = new Walk(
    [
      [-2.9, 3.0, 1.0, -2.2],
      [-0.7, 5.5, 1.1, 0.9],
    ],
    { period },
  );
  const runner = new Walk(
    [
      [8.8, 3.2, 0.4, 0],
      [2.6, 5.8, 1.2, -0.9],
    ],
    { period },
  );
  const cook = new Walk(
    [
      [-2.0, 11.2, 1.4, 3.1],
      [-2.0, 7.4, 0.8, 2.6],
      [0.2, 7.1, 2.0, 3.0],
      [-2.0, 7.6, 0],
    ],
    { period },
  );
  return {
    solids,
    sky: skies.evening,
    sun: { towards: unit([0.78, 0.42, -0.38]), colour: [2.3, 1.85, 1.25] },
    ambient: [0.16, 0.16, 0.16],
    guess: [0.78, 0.74, 0.66],
    view: { from: [6.6, 4.2, -2.6], to: [-1.2, 0.6, 6.6], fov: 78 },
    look: { exposure: 0.95, title: 'SÂN BẾP' },
    movers(seconds) {
      const p = porter.at(seconds);
      const c = cook.at(seconds);
      // with the box towards the table, without it on the way back
      const loaded = seconds % period > 0.6 && seconds % period < period * 0.52;
      const out = [
        van(-4.6, 1.6, -2.2),
        figure({
          ...p,
          outfit: 'blueSuit',
          arms: loaded ? 'carry' : 'swing',
          sway: sway(seconds, period, 1),
        }),
        figure({
          ...c,
          outfit: 'cook',
          rest: 'desk',
          sway: sway(seconds, period, 2),
        }),
        figure({
          x: 1.2,
          z: 7.15,
          heading: Math.PI,
          outfit: 'cook',
          arms: 'desk',
          lean: 0.1,
          sway: Math.sin((2 * Math.PI * seconds) / 1.5),
        }),
      ];
      if (loaded) out.push(carried(p));
      const r = runner.at(seconds);
      // meals are fetched at the table and carried away
      const fetched = r.x > 2.7 && Math.sin(r.heading) > 0;
      out.push(figure({ ...r, outfit: 'suit', arms: fetched ? 'carry' : 'swing' }));
      if (fetched) out.push(carried(r, [0.66, 0.66, 0.62], [0.22, 0.12, 0.16]));
      return out;
    },
  };
}
