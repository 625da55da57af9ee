/** G.711 (ITU-T G.711) expanded to linear samples by tables; used by the page to play sound. */
export type G711Law = 'pcmu' | 'pcma';

/** 16-bit linear value of each of the 256 codes. */
export function g711Table(law: G711Law): Int16Array {
  return law === 'pcmu' ? muLaw : aLaw;
}

/** Full-scale 16-bit samples, one for each byte. */
export function g711ToInt16(law: G711Law, data: Uint8Array): Int16Array {
  const table = g711Table(law);
  const out = new Int16Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = table[data[i]!]!;
  return out;
}

/** Samples from −1 to 1, one for each byte, as Web Audio takes them. */
export function g711ToFloat32(law: G711Law, data: Uint8Array): Float32Array<ArrayBuffer> {
  const table = g711Table(law);
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = table[data[i]!]! / 32_768;
  return out;
}

/** Table 2a: bits are sent inverted; 14-bit magnitude with a bias of 33, here scaled to 16 bits. */
const muLaw = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 255;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 15) << 3) + 0x84) << segment) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
});

/** Table 1a: even bits are sent inverted; 13-bit magnitude, here scaled to 16 bits. */
const aLaw = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
});
