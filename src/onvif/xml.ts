import { XMLParser } from 'fast-xml-parser';
import { Fault } from '../std/fault.ts';
import { compactXml, type XmlLimits, xmlLimits } from './xml-guard.ts';

/**
 * XML from a device as a plain tree of strings. Names lose their namespace prefix, because vendors
 * choose prefixes as they like; nothing becomes a number or a boolean. What may cost time or memory
 * is refused before the parser sees it (`xml-guard.ts`).
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, entities resolved, as it stands. */
  readonly text: string;
}

const options = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  allowBooleanAttributes: true,
  maxNestedTags: xmlLimits.depth + 4,
};
const plainParser = new XMLParser({ ...options, removeNSPrefix: true });
const prefixParser = new XMLParser({ ...options, removeNSPrefix: false });

/**
 * The root element of a document.
 * @param keepPrefixes names as written, `xmlns` attributes included
 * @throws {Fault} `onvif.overrun` for what exceeds a limit or declares a document type,
 *   `onvif.not-onvif` for what is not XML at all, `onvif.protocol` for broken XML
 */
export function parseXml(
  text: string,
  limits: XmlLimits = xmlLimits,
  keepPrefixes = false,
): XmlElement {
  const compact = compactXml(text, limits);
  let nodes: unknown;
  try {
    nodes = (keepPrefixes ? prefixParser : plainParser).parse(compact);
  } catch (error) {
    throw new Fault('onvif.protocol', 'the answer is broken XML', {}, error);
  }
  const root = Array.isArray(nodes) ? elementsOf(nodes)[0] : undefined;
  if (!root) throw new Fault('onvif.protocol', 'the answer is empty XML');
  return root;
}

function elementsOf(nodes: readonly unknown[]): XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of nodes) {
    if (typeof node !== 'object' || node === null) continue;
    for (const [name, value] of Object.entries(node)) {
      if (name === ':@' || name.startsWith('#') || !Array.isArray(value)) continue;
      found.push({
        name,
        attributes: attributesOf((node as { ':@'?: unknown })[':@']),
        children: elementsOf(value),
        text: textOf(value),
      });
    }
  }
  return found;
}

function attributesOf(raw: unknown): Map<string, string> {
  const attributes = new Map<string, string>();
  if (typeof raw !== 'object' || raw === null) return attributes;
  for (const [name, value] of Object.entries(raw)) {
    attributes.set(name, typeof value === 'string' ? resolveEntities(value) : '');
  }
  return attributes;
}

function textOf(nodes: readonly unknown[]): string {
  let text = '';
  for (const node of nodes) {
    if (typeof node !== 'object' || node === null) continue;
    const { '#text': plain, '#cdata': cdata } = node as { '#text'?: unknown; '#cdata'?: unknown };
    if (typeof plain === 'string') text += resolveEntities(plain);
    if (Array.isArray(cdata)) {
      for (const part of cdata) text += String((part as { '#text'?: unknown })['#text'] ?? '');
    }
  }
  return text;
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** The five of XML and numbers; one pass, so that `&amp;lt;` is `&lt;`. Others stay as they stand. */
function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (all, dec, hex, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? all;
      const code = dec !== undefined ? Number.parseInt(dec, 10) : Number.parseInt(hex, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
      return String.fromCodePoint(code);
    },
  );
}

/** The first element down a path of names; null where one is missing. */
export function find(element: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  let at = element;
  for (const name of path) at = at?.children.find((child) => child.name === name) ?? null;
  return at;
}

/** Every child of that name. */
export function findAll(element: XmlElement | null, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for content and attributes; what XML 1.0 cannot hold is left out. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (letter) => escapes[letter] ?? letter);
}

/** An element as XML again, for what a device wants back exactly as it came. */
export function writeXml(
  element: XmlElement,
  extra: ReadonlyMap<string, string> = new Map(),
): string {
  let tag = `<${element.name}`;
  for (const [name, value] of new Map([...extra, ...element.attributes])) {
    tag += ` ${name}="${escapeXml(value)}"`;
  }
  const inside = element.children.map((child) => writeXml(child)).join('');
  return `${tag}>${escapeXml(element.text.trim())}${inside}</${element.name}>`;
}
