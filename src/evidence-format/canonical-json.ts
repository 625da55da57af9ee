import { fromUtf8, utf8 } from './bytes.ts';

/**
 * How every JSON file of a package is spelled: UTF-8 without a byte order mark, two spaces of
 * indentation, members in the order they were written, one line feed at the end. Whoever reads a
 * file writes it again and compares: then no byte of it is free, and no member stands there twice.
 */
export function canonicalJson(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8(`${JSON.stringify(value, null, 2)}\n`);
}

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'form' | 'not-canonical' };

export function readCanonicalJson(bytes: Uint8Array): ReadJson {
  const text = fromUtf8(bytes);
  if (text === null) return { ok: false, reason: 'form' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'form' };
  }
  if (`${JSON.stringify(value, null, 2)}\n` !== text) return { ok: false, reason: 'not-canonical' };
  return { ok: true, value };
}
