import { figure, sway, Walk } from '../figure.mjs';
import { block, thing } from '../moving.mjs';
import { textMask } from '../text.mjs';
import { Solids } from '../trace.mjs';
import { board, concrete, dim, painted, plain, skies, tiles, tree, wood } from './surfaces.mjs';

/** Corridors that show every room door: an open gallery by day, and an inner corridor by night. */
const doorStep = 3.1;

function door(solids, x, z, number, side, { leaf = [0.22, 0.3, 0.36], ajar = 0 } = {}) {
  // side -1: in a wall on the left, facing +x; 1: on the right, facing -x
  const s = -side;
  const frame = plain([0.62, 0.62, 0.58]);
  solids.box(x, 0, z - 0.56, x + s * 0.05, 2.2, z - 0.49, frame);
  solids.box(x, 0, z + 0.49, x + s * 0.05, 2.2, z + 0.56, frame);
  solids.box(x, 2.13, z - 0.56, x + s * 0.05, 2.2, z + 0.56, frame);
  const panel = {
    colour: (own) => {
      const [a, b] = [own[2], own[1]];
      const inner = Math.abs(a) < 0.36 && ((b > 0.12 && b < 0.92) || (b < -0.05 && b > -0.9));
      const edge = Math.abs(Math.abs(a) - 0.36) < 0.015 && Math.abs(b) < 0.93;
      const louvre =
        b < -0.25 && b > -0.8 && Math.abs(a) < 0.3 ? 0.8 + 0.25 * Math.abs(Math.sin(b * 42)) : 1;
      const glass = b > 0.5 && b < 0.86 && Math.abs(a) < 0.12;
      if (glass) return [0.07, 0.09, 0.1];
      return dim(leaf, (edge ? 0.7 : inner ? 0.93 : 1) * louvre);
    },
  };
  if (ajar === 0) solids.box(x - s * 0.02, 0.02, z - 0.49, x + s * 0.02, 2.13, z + 0.49, panel);
  else
    solids.turned(
      [x + s * 0.47 * Math.sin(ajar), 1.08, z + 0.49 - 0.47 * Math.cos(ajar)],
      [0.02, 1.05, 0.47],
      s * -ajar,
      panel,
    );
  solids.box(x + s * 0.02, 1.0, z - 0.43, x + s * 0.09, 1.04, z - 0.33, plain([0.6, 0.6, 0.58]));
  const mask = textMask(number, { size: 46, width: 150, height: 72 });
  solids.box(
    x,
    2.3,
    z - 0.24,
    x + s * 0.03,
    2.53,
    z + 0.24,
    board([0.1, 0.2, 0.42], [0.9, 0.92, 0.94], mask, { face: s, axis: 0 }),
  );
  // a low table for the meals in front of each door
  solids.box(x + s * 0.08, 0.52, z + 0.68, x + s * 0.44, 0.56, z + 1.12, plain([0.5, 0.44, 0.34]));
  for (const [a, b] of [
    [0.1, 0.7],
    [0.42, 0.7],
    [0.1, 1.1],
    [0.42, 1.1],
  ])
    solids.cylinder(x + s * a, 0, z + b, 0.016, 0.52, plain([0.2, 0.2, 0.2]));
}

/** A trolley with meal boxes, pushed in front of a figure. */
function trolley(x, z, heading) {
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const at = (a, u, f) => [x + a * cos + f * sin, u, z - a * sin + f * cos];
  const steel = [0.52, 0.54, 0.56];
  const parts = [
    block(at(0, 0.34, 0.72), [0.24, 0.02, 0.36], heading, steel),
    block(at(0, 0.78, 0.72), [0.24, 0.02, 0.36], heading, steel),
    block(at(-0.08, 0.87, 0.85), [0.13, 0.07, 0.16], heading, [0.75, 0.73, 0.68]),
    block(at(0.05, 0.87, 0.55), [0.15, 0.07, 0.13], heading, [0.3, 0.45, 0.6]),
    block(at(0, 0.43, 0.75), [0.18, 0.07, 0.25], heading, [0.7, 0.68, 0.6]),
    block(at(0, 0.95, 0.37), [0.24, 0.014, 0.014], heading, steel, { noShadow: true }),
  ];
  for (const a of [-0.22, 0.22])
    for (const f of [0.4, 1.04])
      parts.push(block(at(a, 0.45, f), [0.015, 0.45, 0.015], heading, steel, { noShadow: true }));
  return thing(at(0, 0.5, 0.72), 0.7, parts);
}

export function gallery(period) {
  const solids = new Solids();
  const wall = painted([0.66, 0.6, 0.42], [0.34, 0.47, 0.36], 1.15);
  const w = 1.75;
  const length = 24;
  solids.box(
    -3,
    -0.2,
    -2,
    w,
    0,
    length + 2,
    tiles([0.5, 0.42, 0.33], 0.4, { gloss: 0.22, rough: 0.05, spread: 0.1 }),
  );
  solids.box(w, 0, -2, w + 0.25, 3.15, length + 2, wall);
  solids.box(
    -1.5,
    3.05,
    -2,
    w + 0.25,
    3.3,
    length + 2,
    painted([0.7, 0.69, 0.64], [0.7, 0.69, 0.64], 0),
  );
  solids.box(-1.4, 0, length, w, 3.1, length + 0.2, wall);
  // balustrade and columns on the open side
  solids.box(-1.35, 0, -2, -1.2, 0.22, length, concrete([0.55, 0.54, 0.5]));
  solids.box(-1.38, 0.95, -2, -1.17, 1.06, length, concrete([0.6, 0.58, 0.54]));
  for (let z = -1.8; z < length; z += 0.28)
    solids.box(-1.3, 0.2, z, -1.25, 0.96, z + 0.05, plain([0.5, 0.5, 0.47]));
  for (let z = 2.6; z < length; z += doorStep)
    solids.box(
      -1.45,
      0,
      z,
      -1.12,
      3.06,
      z + 0.32,
      painted([0.66, 0.62, 0.47], [0.6, 0.56, 0.43], 0.3),
    );
  for (let i = 0; i < 7; i++)
    door(solids, w, 2.6 + i * doorStep, `P.${201 + i}`, 1, {
      leaf: i === 2 ? [0.24, 0.33, 0.38] : [0.2, 0.29, 0.35],
    });
  for (let i = 0; i < 7; i++) {
    // a barred window beside each door
    const z = 2.6 + i * doorStep - 1.45;
    solids.box(w - 0.02, 1.05, z - 0.5, w + 0.01, 2.1, z + 0.45, plain([0.1, 0.13, 0.15]));
    for (let b = -0.5; b <= 0.45; b += 0.158)
      solids.box(w - 0.05, 1.05, z + b, w - 0.035, 2.1, z + b + 0.016, plain([0.45, 0.45, 0.42]));
    solids.box(w - 0.06, 1.55, z - 0.5, w - 0.035, 1.57, z + 0.45, plain([0.45, 0.45, 0.42]));
  }
  for (let z = 3; z < length; z += 6) {
    solids.box(-0.1, 2.98, z - 0.6, 0.1, 3.05, z + 0.6, {
      colour: [1, 1, 1],
      glow: [0.7, 0.72, 0.75],
    });
  }
  const notice = textMask('KHU CÁCH LY\nKHÔNG RA KHỎI PHÒNG', {
    size: 28,
    width: 360,
    height: 110,
  });
  solids.box(-0.5, 2.35, 9.4, 0.9, 2.78, 9.43, board([0.62, 0.1, 0.08], [0.95, 0.92, 0.8], notice));
  for (const x of [-0.42, 0.82]) solids.cylinder(x, 2.78, 9.41, 0.008, 0.3, plain([0.2, 0.2, 0.2]));
  // outside: ground, another block, trees
  solids.box(-60, -7.2, -20, -1.5, -7, 70, plain([0.3, 0.31, 0.27]));
  const facade = {
    colour: (_own, n, p) => {
      if (Math.abs(n[0]) < 0.5) return [0.6, 0.57, 0.46];
      const a = ((p[2] % 3.4) + 3.4) % 3.4;
      const b = (((p[1] + 7) % 3.2) + 3.2) % 3.2;
      if (b < 0.35) return [0.5, 0.48, 0.42];
      if (a > 0.5 && a < 1.4 && b < 2.4) return [0.16, 0.19, 0.2];
      if (a > 1.9 && a < 3 && b > 1.1 && b < 2.4) return [0.1, 0.13, 0.15];
      return [0.6, 0.56, 0.42];
    },
  };
  solids.box(-26, -7, 6, -17, 3.2, 60, facade);
  solids.box(-26.6, 3.2, 5.4, -16.4, 3.6, 60.6, plain([0.4, 0.16, 0.11]));
  for (let i = 0; i < 6; i++)
    tree(solids, -6.5 - (i % 2) * 2, 5 + i * 5.2, { height: 6.6, crown: 2.4, seed: i + 3, y: -7 });
  return {
    solids,
    sky: skies.clear,
    sun: { towards: unit([-0.62, 0.62, -0.3]), colour: [2.2, 2.03, 1.75] },
    ambient: [0.3, 0.3, 0.29],
    guess: [0.75, 0.74, 0.7],
    polished: true,
    view: { from: [-0.85, 2.72, -1.3], to: [0.62, 1.15, 6], fov: 80 },
    look: { exposure: 1.05, title: 'HÀNH LANG' },
    ...cast(period, 'day'),
  };
}

export function innerCorridor(period) {
  const solids = new Solids();
  const wall = painted([0.66, 0.68, 0.64], [0.34, 0.46, 0.5], 1.1, [0.5, 0.52, 0.5]);
  const length = 26;
  solids.box(
    -1.5,
    -0.2,
    -2,
    1.5,
    0,
    length,
    tiles([0.56, 0.57, 0.55], 0.6, { gloss: 0.42, rough: 0.035, spread: 0.05, dark: 0.72 }),
  );
  solids.box(1.5, 0, -2, 1.7, 2.9, length, wall);
  solids.box(-1.7, 0, -2, -1.5, 2.9, length, wall);
  solids.box(
    -1.6,
    2.75,
    -2,
    1.6,
    3,
    length,
    tiles([0.68, 0.68, 0.66], 0.6, { joint: 0.02, spread: 0.02 }),
  );
  solids.box(-1.6, 0, length, 1.6, 2.9, length + 0.2, wall);
  // a window on the night, and the fire door at the end
  solids.box(-0.55, 1.0, length - 0.03, 0.55, 2.2, length, plain([0.02, 0.025, 0.035]));
  for (let i = 0; i < 6; i++) {
    door(solids, 1.5, 2.5 + i * 3.6, `P.${302 + i * 2}`, 1, { leaf: [0.4, 0.26, 0.14] });
    door(solids, -1.5, 2.5 + i * 3.6, `P.${301 + i * 2}`, -1, { leaf: [0.4, 0.26, 0.14] });
  }
  const panels = [];
  for (let i = 0; i < 7; i++) {
    const z = 1.2 + i * 3.6;
    const bright = i === 4 ? 3 : 9;
    solids.box(-0.3, 2.73, z - 0.6, 0.3, 2.76, z + 0.6, {
      colour: [1, 1, 1],
      glow: [bright, bright * 0.98, bright * 0.9],
      panel: true,
      noShadow: true,
    });
    panels.push({
      at: [0, 2.72, z],
      half: [0.3, 0.6],
      glow: [bright, bright * 0.98, bright * 0.9],
    });
  }
  const exit = textMask('LỐI RA', { size: 50, width: 220, height: 76 });
  solids.box(-0.42, 2.32, 14.6, 0.42, 2.58, 14.66, {
    ...board([0.02, 0.26, 0.1], [0.85, 1, 0.9], exit),
    glow: [0.9, 0.9, 0.9],
  });
  // a fire cabinet, a bench and bins
  solids.box(1.36, 0.9, 5.9, 1.5, 1.6, 6.4, plain([0.5, 0.06, 0.05]));
  solids.box(-1.48, 0.38, 4.0, -1.1, 0.43, 5.1, wood());
  for (const z of [4.1, 5.0])
    solids.box(-1.46, 0, z, -1.12, 0.38, z + 0.05, plain([0.15, 0.15, 0.15]));
  solids.cylinder(1.25, 0, 1.75, 0.17, 0.55, plain([0.6, 0.47, 0.1]));
  solids.cylinder(-1.25, 0, 9.0, 0.17, 0.55, plain([0.6, 0.47, 0.1]));
  return {
    solids,
    sky: skies.night,
    panels,
    ambient: [0.42, 0.42, 0.4],
    guess: [0.7, 0.69, 0.64],
    polished: true,
    view: { from: [-0.75, 2.6, -1.6], to: [0.05, 1.0, 6.5], fov: 84 },
    look: { exposure: 1.35, title: 'HÀNH LANG TẦNG 3' },
    ...cast(period, 'night'),
  };
}

function cast(period, when) {
  const carer = new Walk(
    when === 'day'
      ? [
          [0.75, 4.4, 1.5, 1.4],
          [0.75, 7.6, 1.6, 1.4],
          [0.0, 7.9, 0],
          [-0.1, 4.2, 0],
        ]
      : [
          [0.6, 9.6, 1.4, 1.5],
          [-0.5, 10, 1.2, -1.5],
          [-0.45, 5.8, 0],
          [0.5, 5.6, 0],
        ],
    { period },
  );
  const guard = new Walk(
    when === 'day'
      ? [
          [-0.3, 19.5, 1.4, 3.1],
          [-0.2, 13.2, 1, 3.0],
        ]
      : [
          [-0.2, 22, 1.2, 3.1],
          [0.1, 15.4, 1.2, 3.1],
        ],
    { period },
  );
  return {
    movers(seconds) {
      const c = carer.at(seconds);
      const g = guard.at(seconds);
      const out = [
        figure({
          ...c,
          outfit: 'suit',
          arms: when === 'day' ? 'push' : 'swing',
          rest: 'reach',
          sway: c.calm * sway(seconds, period, 3),
        }),
        figure({
          ...g,
          outfit: when === 'day' ? 'blueSuit' : 'suit',
          sway: sway(seconds, period, 4),
        }),
      ];
      if (when === 'day') {
        // the trolley stands where it was pushed while the carer turns to a door
        out.push(trolley(c.x, c.z, c.course));
        // somebody waits at an open door
        out.push(
          figure({
            x: 1.5,
            z: 8.8,
            heading: -1.4,
            outfit: 'green',
            arms: 'down',
            sway: sway(seconds, period, 8),
            size: 0.97,
          }),
        );
      }
      return out;
    },
  };
}

function unit(v) {
  const l = Math.hypot(...v);
  return v.map((a) => a / l);
}
