import { Fault } from '../std/fault.ts';

/**
 * One linear pass over XML from a device, before any parser. It refuses document types (and with
 * them every entity expansion), depth, masses of elements and endless text, checks that tags match,
 * and leaves out what only costs time: comments, processing instructions, blanks between tags.
 */
export interface XmlLimits {
  /** Characters of the whole document. */
  readonly length: number;
  readonly depth: number;
  readonly elements: number;
  /** Characters of all text and tags that are left after blanks and comments. */
  readonly content: number;
}

/** A recorder of 128 channels tells some 20,000 elements at most. */
export const xmlLimits: XmlLimits = {
  length: 8 * 1024 * 1024,
  depth: 64,
  elements: 60_000,
  content: 4 * 1024 * 1024,
};

const maxNameLength = 200;
const maxTagLength = 32 * 1024;
const maxTextLength = 256 * 1024;
const tagName = /[\p{L}_:][\p{L}\p{M}\p{N}_:.-]*/uy;

/**
 * The document without what does not matter, well nested.
 * @throws {Fault} `onvif.overrun`, `onvif.not-onvif` (no XML at all), `onvif.protocol` (broken XML)
 */
export function compactXml(text: string, limits: XmlLimits = xmlLimits): string {
  if (text.length > limits.length) throw overrun(`longer than ${limits.length} characters`);
  let at = text.indexOf('<');
  // A byte order mark or a stray line may stand before; anything longer is no XML.
  if (at < 0 || at > 256) throw new Fault('onvif.not-onvif', 'the answer is no XML');
  const open: string[] = [];
  const parts: string[] = [];
  let elements = 0;
  let content = 0;
  const keep = (part: string) => {
    content += part.length;
    if (content > limits.content) throw overrun(`more than ${limits.content} characters`);
    parts.push(part);
  };
  while (at < text.length) {
    const next = text.indexOf('<', at);
    if (next !== at) {
      const between = text.slice(at, next < 0 ? text.length : next);
      if (between.length > maxTextLength && between.trim().length > maxTextLength) {
        throw overrun(`text longer than ${maxTextLength} characters`);
      }
      // Blanks alone mean nothing in SOAP; `>` in text would confuse nobody but costs nothing either.
      if (open.length > 0 && between.trim() !== '') keep(between);
    }
    if (next < 0) break;
    at = next;
    if (text.startsWith('<!--', at)) {
      at = endOf(text, '-->', at + 4);
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = endOf(text, ']]>', at + 9);
      if (end - at > maxTextLength) throw overrun(`text longer than ${maxTextLength} characters`);
      if (open.length > 0) keep(text.slice(at, end));
      at = end;
    } else if (text.startsWith('<?', at)) {
      at = endOf(text, '?>', at + 2);
    } else if (text.startsWith('<!', at)) {
      if (/^<!doctype\s+html/i.test(text.slice(at, at + 64))) {
        throw new Fault('onvif.not-onvif', 'the answer is a web page');
      }
      throw overrun('it declares a document type');
    } else if (text.startsWith('</', at)) {
      const name = nameAt(text, at + 2);
      const end = endOf(text, '>', at + 2 + name.length);
      if (open.pop() !== name) throw broken('tags that do not match');
      keep(`</${name}>`);
      at = end;
      // What follows the root is nobody's business: devices send NULs and stale buffers.
      if (open.length === 0) return parts.join('');
    } else {
      const name = nameAt(text, at + 1);
      const end = tagEnd(text, at + 1 + name.length);
      keep(text.slice(at, end));
      elements += 1;
      if (elements > limits.elements) throw overrun(`more than ${limits.elements} elements`);
      if (text[end - 2] === '/') {
        if (open.length === 0) return parts.join('');
      } else {
        open.push(name);
        if (open.length > limits.depth) throw overrun(`deeper than ${limits.depth} elements`);
      }
      at = end;
    }
  }
  throw broken('an end that is missing');
}

function nameAt(text: string, at: number): string {
  tagName.lastIndex = at;
  const name = tagName.exec(text)?.[0];
  if (name === undefined) throw broken('a tag without a name');
  if (name.length > maxNameLength) throw overrun(`a name longer than ${maxNameLength} characters`);
  return name;
}

/** Behind the `>` of a start tag; a `>` inside quotes does not count. */
function tagEnd(text: string, from: number): number {
  const last = Math.min(text.length, from + maxTagLength);
  let quote = '';
  for (let at = from; at < last; at += 1) {
    const letter = text[at] as string;
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return at + 1;
    else if (letter === '<') throw broken('a tag inside a tag');
  }
  if (last < text.length) throw overrun(`a tag longer than ${maxTagLength} characters`);
  throw broken('a tag that does not end');
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  if (end < 0) throw broken(`no ${mark}`);
  return end + mark.length;
}

function overrun(why: string): Fault {
  return new Fault('onvif.overrun', `the answer is refused: ${why}`);
}

function broken(why: string): Fault {
  return new Fault('onvif.protocol', `the answer is broken XML: ${why}`);
}
