import { SheetProblem } from './sheet-fault.ts';

/**
 * Reads the XML of a workbook's parts as it comes: tags and text in their order, in time linear in
 * the input and in the memory of one tag. It knows no document type and so no entities but the five of
 * XML and numbers: there is nothing that could be expanded.
 */
export interface XmlListener {
  /** `name` without its prefix. */
  open(name: string, attributes: string, empty: boolean): void;
  close(name: string): void;
  text(text: string): void;
}

const maxTag = 65_536;
const maxText = 1_048_576;

export class XmlScanner {
  readonly #listener: XmlListener;
  #rest = '';

  constructor(listener: XmlListener) {
    this.#listener = listener;
  }

  /** @throws {SheetProblem} `not-xlsx`, `cell-too-long`. */
  push(chunk: string): void {
    const text = this.#rest + chunk;
    let at = 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag < 0) break;
      if (tag > at) {
        if (tag - at > maxText) throw new SheetProblem('cell-too-long');
        this.#listener.text(decodeEntities(text.slice(at, tag)));
      }
      at = tag;
      const next = text.charCodeAt(tag + 1);
      if (next === 0x21) {
        const end = this.#special(text, tag);
        if (end < 0) break;
        at = end;
        continue;
      }
      const end = text.indexOf('>', tag);
      if (end < 0) break;
      if (end - tag > maxTag) throw new SheetProblem('not-xlsx', 'a tag without end');
      at = end + 1;
      if (next === 0x3f) continue;
      if (next === 0x2f) this.#listener.close(localName(text.slice(tag + 2, end).trimEnd()));
      else this.#open(text.slice(tag + 1, end));
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > maxText) throw new SheetProblem('cell-too-long');
  }

  #open(tag: string): void {
    const empty = tag.endsWith('/');
    const inner = empty ? tag.slice(0, -1) : tag;
    const space = inner.search(/\s/);
    const name = localName(space < 0 ? inner : inner.slice(0, space));
    this.#listener.open(name, space < 0 ? '' : inner.slice(space), empty);
    if (empty) this.#listener.close(name);
  }

  /** Comments, CDATA; anything else that begins with `<!` is refused. Where it ends, or -1. */
  #special(text: string, from: number): number {
    const [comment, data] = ['<!--', '<![CDATA['];
    if (text.startsWith(comment, from)) {
      const end = text.indexOf('-->', from + 4);
      return end < 0 ? -1 : end + 3;
    }
    if (text.startsWith(data, from)) {
      const end = text.indexOf(']]>', from + 9);
      if (end < 0) return -1;
      this.#listener.text(text.slice(from + 9, end));
      return end + 3;
    }
    const begun = text.slice(from, from + 9);
    if (comment.startsWith(begun) || data.startsWith(begun)) return -1;
    throw new SheetProblem('not-xlsx', 'a document type');
  }
}

/** The value of one attribute, or null; names are compared without their prefix. */
export function attribute(attributes: string, name: string): string | null {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1);
    if (!(before <= 0x20 || before === 0x3a)) continue;
    const match = /^\s*=\s*("[^"]*"|'[^']*')/.exec(attributes.slice(at + name.length));
    if (match?.[1]) return decodeEntities(match[1].slice(1, -1));
  }
  return null;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (name[0] !== '#') return entities[name] ?? whole;
    const hex = name[1] === 'x' || name[1] === 'X';
    const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
    const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return valid ? String.fromCodePoint(code) : '';
  });
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
