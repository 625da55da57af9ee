import { hash3 } from './trace.mjs';

/**
 * Small people out of capsules. A figure is described by where it stands, where it looks and what it
 * does; `figure` gives the capsules of this moment in world coordinates.
 *
 * `phase` runs in whole turns: one turn is two steps.
 */
const suit = {
  body: [0.66, 0.69, 0.72],
  arm: [0.66, 0.69, 0.72],
  hand: [0.25, 0.42, 0.68],
  leg: [0.63, 0.66, 0.69],
  foot: [0.5, 0.62, 0.74],
  head: 'hood',
};
export const outfits = {
  suit,
  blueSuit: {
    ...suit,
    body: [0.3, 0.5, 0.68],
    arm: [0.3, 0.5, 0.68],
    leg: [0.28, 0.48, 0.66],
    foot: [0.7, 0.72, 0.74],
  },
  guard: {
    body: [0.16, 0.2, 0.1],
    arm: [0.16, 0.2, 0.1],
    hand: [0.6, 0.62, 0.66],
    leg: [0.13, 0.16, 0.085],
    foot: [0.03, 0.03, 0.03],
    head: 'cap',
  },
  red: {
    body: [0.48, 0.1, 0.09],
    arm: [0.5, 0.3, 0.22],
    hand: [0.5, 0.31, 0.23],
    leg: [0.06, 0.08, 0.14],
    foot: [0.1, 0.1, 0.1],
    head: 'hair',
  },
  yellow: {
    body: [0.62, 0.47, 0.12],
    arm: [0.5, 0.31, 0.23],
    hand: [0.5, 0.31, 0.23],
    leg: [0.2, 0.2, 0.22],
    foot: [0.3, 0.3, 0.3],
    head: 'hair',
  },
  green: {
    body: [0.12, 0.34, 0.24],
    arm: [0.12, 0.34, 0.24],
    hand: [0.5, 0.31, 0.23],
    leg: [0.09, 0.09, 0.1],
    foot: [0.5, 0.5, 0.5],
    head: 'hair',
  },
  cook: {
    body: [0.75, 0.75, 0.72],
    arm: [0.5, 0.31, 0.23],
    hand: [0.5, 0.31, 0.23],
    leg: [0.1, 0.12, 0.2],
    foot: [0.06, 0.06, 0.06],
    head: 'white-cap',
  },
};

/**
 * @param {{x:number, z:number, y?:number, heading:number, phase?:number, outfit:string, size?:number,
 *   stride?:number, sit?:number, calm?:number, rest?:string,
 *   arms?:'swing'|'push'|'carry'|'reach'|'down'|'desk'|'phone'|'salute',
 *   lean?:number, sway?:number}} who `heading` 0 looks along +z; `stride` 0 stands, 1 walks;
 *   `rest` is the pose of the arms as far as somebody is `calm`
 */
export function figure(who) {
  const look = outfits[who.outfit];
  const size = who.size ?? 1;
  const [sin, cos] = [Math.sin(who.heading), Math.cos(who.heading)];
  const stride = who.stride ?? 0;
  const turn = (who.phase ?? 0) * 2 * Math.PI;
  const sway = who.sway ?? 0;
  const sit = who.sit ?? 0;
  const floor = who.y ?? 0;
  const bob = stride * 0.022 * Math.cos(2 * turn) + sway * 0.004;
  const hip = (0.9 - sit * 0.44 + bob) * size;
  const lean = (who.lean ?? 0) + stride * 0.05;
  const shift = sway * 0.025;
  // own frame: a to the figure's right, u up, f forward
  const at = (a, u, f) => [
    who.x + (a * cos + f * sin) * size,
    floor + u * size,
    who.z + (-a * sin + f * cos) * size,
  ];
  const parts = [];
  const add = (from, to, radius, colour, extra) =>
    parts.push({ from: at(...from), to: at(...to), radius: radius * size, colour, ...extra });
  const h = hip / size;
  const bulk = look.head === 'hood' ? 1.18 : 1;
  const chest = (u, f) => [shift, h + u, f + lean * u];

  for (const side of [-1, 1]) {
    const swing = Math.sin(turn + (side > 0 ? 0 : Math.PI));
    const lift = Math.max(0, Math.cos(turn + (side > 0 ? 0 : Math.PI)));
    const thigh = sit > 0 ? 1.45 * sit : stride * 0.48 * swing;
    const knee = sit > 0 ? -1.45 * sit : -stride * (0.1 + 0.75 * lift * (1 - 0.4 * swing));
    const k = [
      side * 0.095 + shift * 0.6,
      h - 0.02 - 0.43 * Math.cos(thigh),
      0.43 * Math.sin(thigh),
    ];
    const shin = thigh + knee;
    const a = [
      side * 0.1,
      Math.max(0.07, k[1] - 0.41 * Math.cos(shin)),
      k[2] + 0.41 * Math.sin(shin),
    ];
    add([side * 0.085 + shift, h - 0.02, 0], k, 0.088 * bulk, look.leg);
    add(k, a, 0.064 * bulk, look.leg);
    add(
      [a[0], a[1] - 0.02, a[2] - 0.03],
      [a[0] + side * 0.02, a[1] - 0.03, a[2] + 0.13],
      0.05,
      look.foot,
    );
    addArm(side, swing, add, chest, look, bulk, who, stride, sway);
  }
  add(chest(0.02, 0), chest(0.12, 0), 0.142 * bulk, look.body);
  add(chest(0.14, 0), chest(0.4, 0.01), 0.152 * bulk, look.body);
  add(
    [shift - 0.13, h + 0.46, lean * 0.46],
    [shift + 0.13, h + 0.46, lean * 0.46],
    0.075 * bulk,
    look.body,
  );
  const nod = 0.02 * sway;
  const head = chest(0.68, 0.03 + nod);
  add(
    chest(0.5, 0.01),
    chest(0.6, 0.02),
    0.055,
    look.head === 'hood' ? look.body : [0.5, 0.33, 0.25],
  );
  const facing = [sin, 0, cos];
  add(
    [head[0], head[1] - 0.03, head[2]],
    [head[0], head[1] + 0.04, head[2]],
    look.head === 'hood' ? 0.125 : 0.105,
    look.body,
    { head: look.head, facing, middle: at(...head), unit: size },
  );
  if (look.head === 'cap' || look.head === 'white-cap') {
    const cap = look.head === 'cap' ? [0.13, 0.17, 0.08] : [0.8, 0.8, 0.78];
    add(
      [head[0], head[1] + 0.085, head[2] - 0.01],
      [head[0], head[1] + 0.095, head[2] - 0.01],
      0.108,
      cap,
    );
    if (look.head === 'cap')
      add(
        [head[0] - 0.05, head[1] + 0.07, head[2] + 0.11],
        [head[0] + 0.05, head[1] + 0.07, head[2] + 0.11],
        0.022,
        [0.05, 0.05, 0.04],
      );
  }
  return {
    parts,
    /** Middle of the body, for light and rough bounds. */
    middle: at(0, h + 0.1, 0),
    reach: 1.1 * size,
    floor,
    /** Fewer, thicker capsules for shadows. */
    casters: [
      { from: at(shift, h + 0.05, 0), to: at(shift, h + 0.42, lean * 0.4), radius: 0.19 * size },
      { from: at(...head), to: at(...head), radius: 0.12 * size },
      ...parts.slice(0, 2).map(thicker),
      ...parts.slice(5, 7).map(thicker),
    ],
  };
}

const thicker = ({ from, to, radius }) => ({ from, to, radius: radius * 1.05 });

function addArm(side, swing, add, chest, look, bulk, who, stride, sway) {
  const shoulder = chest(0.46, 0);
  const s = [shoulder[0] + side * 0.19, shoulder[1], shoulder[2]];
  let [elbow, hand] = armAt(who.arms ?? 'swing', s, side, swing, stride, sway);
  if (who.rest && who.calm > 0) {
    const still = armAt(who.rest, s, side, swing, stride, sway);
    const blend = (a, b) => a.map((value, i) => value + (b[i] - value) * who.calm);
    elbow = blend(elbow, still[0]);
    hand = blend(hand, still[1]);
  }
  add(s, elbow, 0.056 * bulk, look.body);
  add(elbow, hand, 0.046 * bulk, look.arm);
  const tip = hand.map((value, i) => value + (value - elbow[i]) * 0.22);
  add(hand, tip, 0.042, look.hand);
}

/** Elbow and hand of one arm, from the shoulder `s`. */
function armAt(pose, s, side, swing, stride, sway) {
  if (pose === 'push')
    return [
      [s[0] + side * 0.04, s[1] - 0.24, s[2] + 0.1],
      [s[0] - side * 0.02, s[1] - 0.32, s[2] + 0.36],
    ];
  if (pose === 'carry')
    return [
      [s[0] + side * 0.05, s[1] - 0.26, s[2] + 0.06],
      [s[0] - side * 0.03, s[1] - 0.3, s[2] + 0.31],
    ];
  if (pose === 'reach' && side > 0)
    return [
      [s[0] + 0.02, s[1] - 0.12 + sway * 0.02, s[2] + 0.21],
      [s[0] - 0.08 + sway * 0.02, s[1] + 0.02 + sway * 0.03, s[2] + 0.43],
    ];
  if (pose === 'salute' && side > 0)
    return [
      [s[0] + 0.2, s[1] + 0.02, s[2] + 0.08],
      [s[0] - 0.02, s[1] + 0.22, s[2] + 0.1],
    ];
  if (pose === 'phone' && side > 0)
    return [
      [s[0] + 0.08, s[1] - 0.24, s[2] + 0.08],
      [s[0] - 0.04, s[1] + 0.12, s[2] + 0.09],
    ];
  if (pose === 'desk')
    return [
      [s[0] + side * 0.05, s[1] - 0.22, s[2] + 0.12],
      [s[0] - side * 0.06 + sway * 0.05, s[1] - 0.25, s[2] + 0.36],
    ];
  const angle = pose === 'down' ? 0.08 + sway * 0.06 : -0.55 * swing * stride + 0.06;
  const elbow = [s[0] + side * 0.05, s[1] - 0.27 * Math.cos(angle), s[2] + 0.27 * Math.sin(angle)];
  const fore = angle + 0.18 + 0.3 * stride * Math.max(0, -swing);
  const hand = [
    elbow[0] - side * 0.01,
    elbow[1] - 0.25 * Math.cos(fore),
    elbow[2] + 0.25 * Math.sin(fore),
  ];
  return [elbow, hand];
}

/** Colour of a head where its surface is at `p`: face, mask, visor, hair. */
export function headColour(part, p, n) {
  const [dx, dy, dz] = [p[0] - part.middle[0], p[1] - part.middle[1], p[2] - part.middle[2]];
  const front = (dx * part.facing[0] + dz * part.facing[2]) / part.unit;
  const up = dy / part.unit;
  const ahead = n[0] * part.facing[0] + n[2] * part.facing[2];
  if (part.head === 'hood') {
    if (ahead > 0.45 && up > -0.01 && up < 0.075) return [0.12, 0.15, 0.18];
    if (ahead > 0.5 && up <= -0.01 && up > -0.1) return [0.55, 0.68, 0.78];
    return part.colour;
  }
  if (ahead > 0.25 && front > 0.02 && up < -0.015) return [0.42, 0.58, 0.7];
  if (ahead > 0.2 && up < 0.06) return [0.5, 0.33, 0.25];
  return part.head === 'hair' ? [0.025, 0.022, 0.02] : [0.04, 0.035, 0.03];
}

/** A path through points, walked there and around; everything returns after `period` seconds. */
export class Walk {
  /**
   * @param {number[][]} stops `[x, z, seconds of rest]`
   * @param {{period:number, loop?:boolean}} options `loop` false: jumps from the last stop to the
   *   first one, both out of sight
   */
  constructor(stops, { period, loop = true }) {
    this.period = period;
    const legs = [];
    const count = loop ? stops.length : stops.length - 1;
    let length = 0;
    let rest = 0;
    for (let i = 0; i < count; i++) {
      const from = stops[i];
      const to = stops[(i + 1) % stops.length];
      const way = Math.hypot(to[0] - from[0], to[1] - from[1]);
      legs.push({ from, to, way });
      length += way;
    }
    for (let i = 0; i < stops.length; i++) rest += stops[i][2] ?? 0;
    this.speed = length / (period - rest);
    this.length = length;
    // whole turns of the walking cycle, so that the feet fit at the seam; one turn is about 1.35 m
    this.turnsPerMetre = Math.max(1, Math.round(length / 1.35)) / length;
    this.legs = legs;
  }

  /** Place, heading, phase and stride at a time. */
  at(seconds) {
    let left = ((seconds % this.period) + this.period) % this.period;
    let walked = 0;
    for (let i = 0; i < this.legs.length; i++) {
      const { from, to, way } = this.legs[i];
      const rest = from[2] ?? 0;
      const heading = Math.atan2(to[0] - from[0], to[1] - from[1]);
      if (left < rest) {
        const before = this.legs[(i + this.legs.length - 1) % this.legs.length];
        const old = Math.atan2(before.to[0] - before.from[0], before.to[1] - before.from[1]);
        const stay = from[3] ?? old;
        const turning = Math.min(0.7, rest / 3);
        let shown = stay;
        if (left < turning) shown = between(old, stay, left / turning);
        else if (left > rest - turning) shown = between(stay, heading, 1 - (rest - left) / turning);
        const calm = soft(Math.min(1, left / 0.55, (rest - left) / 0.55));
        const course = between(old, heading, soft(1 - Math.min(1, (rest - left) / 0.8)));
        return this.#state(from[0], from[1], shown, walked, { stride: 0, calm, course });
      }
      left -= rest;
      const takes = way / this.speed;
      if (left < takes || i === this.legs.length - 1) {
        const part = Math.min(1, left / takes);
        // one starts and stops gently where one rests
        const since = (from[2] ?? 0) > 0 ? part * takes : 1;
        const until = (to[2] ?? 0) > 0 ? (1 - part) * takes : 1;
        const stride = Math.min(1, Math.max(0.06, Math.min(since, until) / 0.35));
        return this.#state(
          from[0] + (to[0] - from[0]) * part,
          from[1] + (to[1] - from[1]) * part,
          this.#corner(i, part, takes, heading),
          walked + way * part,
          { stride, calm: 0 },
        );
      }
      left -= takes;
      walked += way;
    }
    throw new Error('a walk must last its period');
  }

  /** Turns over the last and first bit of a leg where nobody rests in between. */
  #corner(i, part, takes, heading) {
    const before = this.legs[(i + this.legs.length - 1) % this.legs.length];
    const after = this.legs[(i + 1) % this.legs.length];
    const bend = Math.min(0.3, takes / 3);
    const since = part * takes;
    const until = (1 - part) * takes;
    const angle = ({ from, to }) => Math.atan2(to[0] - from[0], to[1] - from[1]);
    if (since < bend && !(this.legs[i].from[2] > 0))
      return between(angle(before), heading, 0.5 + since / bend / 2);
    if (until < bend && !(this.legs[i].to[2] > 0))
      return between(heading, angle(after), 0.5 - until / bend / 2);
    return heading;
  }

  /** `calm` says how far somebody rests, 0 to 1; `course` where the way leads meanwhile. */
  #state(x, z, heading, walked, { stride, calm, course = heading }) {
    return { x, z, heading, phase: walked * this.turnsPerMetre, stride, calm, course };
  }
}

const soft = (t) => t * t * (3 - 2 * t);

/** Between two angles the short way round. */
export function between(from, to, part) {
  const turn = Math.atan2(Math.sin(to - from), Math.cos(to - from));
  return from + turn * Math.min(1, Math.max(0, part));
}

/** A slow movement of somebody who stands: -1 to 1, returns after `period`. */
export function sway(seconds, period, seed) {
  const a = hash3(seed, 1, 1) * 7;
  const turn = (2 * Math.PI * seconds) / period;
  return (Math.sin(turn * 2 + a) + 0.6 * Math.sin(turn * 5 + a * 2)) / 1.6;
}
