/**
 * The sound of a simulated camera: a soft hum, a little wind, and two gentle strokes of a bell in
 * each round, drawn by formula so that no recording is needed. G.711 A-law, 8000 Hz, mono.
 */
export const soundRate = 8000;

/** ITU-T G.711 A-law of one sample of 16 bits. */
export function encodeALaw(sample: number): number {
  const negative = sample < 0;
  let value = Math.min(32767, Math.abs(sample)) >> 4;
  let segment = 1;
  for (; value >= 32; segment++) value >>= 1;
  // the first two segments share one step, so that small values are their own code
  const code = value < 16 ? value : (segment << 4) | (value & 15);
  return (negative ? code : code | 0x80) ^ 0x55;
}

/** A loop without a seam: every tone makes a whole number of waves in it. */
export function drawSound(seconds: number): Uint8Array {
  const count = Math.round(seconds * soundRate);
  const out = new Uint8Array(count);
  const wave = (hertz: number, at: number) =>
    Math.sin((2 * Math.PI * Math.round(hertz * seconds) * at) / count);
  let seed = 20_210_615;
  let wind = 0;
  for (let i = 0; i < count; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0;
    wind += 0.06 * ((seed >> 16) / 32_768 - wind);
    const breath = 0.6 + 0.4 * wave(2 / seconds, i);
    const hum = 0.5 * wave(100, i) + 0.2 * wave(200, i);
    const value = 260 * hum + 2600 * wind * breath + bell(i / soundRate, seconds);
    out[i] = encodeALaw(Math.round(value));
  }
  return out;
}

function bell(at: number, seconds: number): number {
  let sum = 0;
  for (const [start, hertz] of [
    [0.5, 880],
    [1.1, 660],
  ] as const) {
    const since = (at - start + seconds) % seconds;
    const attack = Math.min(1, since / 0.01);
    sum +=
      5200 * attack * Math.exp(-since * 2.6) * Math.sin(2 * Math.PI * hertz * since) +
      1300 * attack * Math.exp(-since * 4.5) * Math.sin(2 * Math.PI * hertz * 2.01 * since);
  }
  return sum;
}
