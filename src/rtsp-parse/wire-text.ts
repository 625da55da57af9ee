/**
 * RTSP headers and SDP as text. A "wire string" holds one byte per character (Latin-1): devices put
 * UTF-8, GB2312 or nonsense into a realm, and a digest must hash exactly the bytes that came.
 */

/** Bytes as a wire string. */
export function wireText(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  // Slices keep the argument list of fromCharCode below the engine's limit.
  for (let at = from; at < to; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 4096, to)));
  }
  return text;
}

/** The bytes of a wire string; characters above U+00FF are cut to their low byte. */
export function wireBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Any text as a wire string in UTF-8; unpaired surrogates become U+FFFD. */
export function toUtf8Wire(text: string): string {
  let wire = '';
  for (const letter of text) {
    let code = letter.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) wire += String.fromCharCode(code);
    else if (code < 0x800) wire += String.fromCharCode(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) {
      wire += String.fromCharCode(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    } else {
      wire += String.fromCharCode(
        0xf0 | (code >> 18),
        tail(code >> 12),
        tail(code >> 6),
        tail(code),
      );
    }
  }
  return wire;
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 (RFC 4648 section 4) of a wire string, with padding. */
export function base64OfWire(wire: string): string {
  let text = '';
  for (let at = 0; at < wire.length; at += 3) {
    const left = wire.length - at;
    const bits =
      (wire.charCodeAt(at) << 16) |
      ((left > 1 ? wire.charCodeAt(at + 1) : 0) << 8) |
      (left > 2 ? wire.charCodeAt(at + 2) : 0);
    text += alphabet[(bits >> 18) & 63];
    text += alphabet[(bits >> 12) & 63];
    text += left > 1 ? alphabet[(bits >> 6) & 63] : '=';
    text += left > 2 ? alphabet[bits & 63] : '=';
  }
  return text;
}
