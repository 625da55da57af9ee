import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as a reader's search finds it: drawn glyphs, turned into letters by each font's
 * ToUnicode map. Enough for files that pdfkit writes, and shares no code with it.
 */
export function pdfText(pdf: Uint8Array): string {
  const file = Buffer.from(pdf).toString('latin1');
  const objects = new Map<string, string>();
  for (const match of file.matchAll(/(\d+) 0 obj\n([\s\S]*?)endobj/g)) {
    objects.set(match[1]!, match[2]!);
  }
  const stream = (id: string): string => {
    const body = objects.get(id) ?? '';
    const at = body.indexOf('stream\n');
    if (at < 0) return '';
    const bytes = Buffer.from(body.slice(at + 7, body.lastIndexOf('\nendstream')), 'latin1');
    return body.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString();
  };
  const maps = new Map<string, Map<string, string>>();
  // `/F1 8 0 R` in the resources of a page; the font's object names its map.
  for (const [, name, id] of file.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id!) ?? '')?.[1];
    if (map) maps.set(name!, unicodeMap(stream(map)));
  }
  let text = '';
  for (const [, body] of objects) {
    const contents = /\/Type \/Page\n[\s\S]*\/Contents (\d+) 0 R/.exec(body)?.[1];
    if (!contents) continue;
    let map = new Map<string, string>();
    for (const part of stream(contents).matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (part[1]) map = maps.get(part[1]) ?? map;
      else {
        const glyphs = [...part[2]!.matchAll(/<([0-9a-fA-F]*)>/g)].map((one) => one[1]!).join('');
        text += `${(glyphs.match(/.{4}/g) ?? []).map((glyph) => map.get(glyph.toLowerCase()) ?? '\ufffd').join('')}\n`;
      }
    }
    text += '\f';
  }
  return text;
}

function unicodeMap(cmap: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const [, from, to, list] of cmap.matchAll(/<(\w{4})> <(\w{4})> \[([^\]]*)\]/g)) {
    const letters = [...list!.matchAll(/<([\w ]+)>/g)].map((one) =>
      String.fromCharCode(
        ...(one[1]!.match(/\w{4}/g) ?? []).map((code) => Number.parseInt(code, 16)),
      ),
    );
    for (let glyph = Number.parseInt(from!, 16); glyph <= Number.parseInt(to!, 16); glyph++) {
      map.set(glyph.toString(16).padStart(4, '0'), letters.shift() ?? '');
    }
  }
  return map;
}
