/**
 * Base64 (RFC 4648 section 4) as cameras write it: padding missing or doubled, URL alphabet, white
 * space and other strange characters are passed over. Never fails; garbage gives garbage.
 */
export function decodeBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const value = digit(text.charCodeAt(i));
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[written++] = bits >> count;
    }
  }
  return out.subarray(0, written);
}

/** Hexadecimal digits in pairs (RFC 3640 `config`); stops at the first that is none. */
export function decodeHex(text: string): Uint8Array {
  const digits = /^[0-9a-f]*/i.exec(text.trim())?.[0] ?? '';
  const out = new Uint8Array(digits.length >> 1);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return out;
}

function digit(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  if (code === 47 || code === 95) return 63;
  return -1;
}
