/** Bytes of an answer as text: the mark at the start, the HTTP header, the XML declaration, else UTF-8. */
export function decodeAnswer(bytes: Uint8Array, contentType: string): string {
  const label =
    markOf(bytes) ??
    /charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType)?.[1] ??
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})/.exec(
      Buffer.from(bytes.subarray(0, 300)).toString('latin1'),
    )?.[1] ??
    'utf-8';
  return decodeAs(label, bytes);
}

function markOf(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  return null;
}

function decodeAs(label: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder('utf-8').decode(bytes);
  }
}
