import { find, parseXml, writeXml, type XmlElement } from './xml.ts';

const maxLength = 8_192;

/**
 * The reference parameters of a subscription as SOAP headers, exactly as the device gave them
 * (WS-Addressing 1.0 SOAP Binding, section 3.4): some devices know their subscriptions by these, not
 * by the address. Prefixes are kept, and declared where the document declared them further out.
 */
export function referenceHeaders(document: string): string {
  if (!/ReferenceParameters/.test(document)) return '';
  const found = locate(parseXml(document, undefined, true), new Map());
  if (!found) return '';
  const headers = found.element.children
    .map((child) => writeXml(child, neededDeclarations(child, found.declared)))
    .join('');
  return headers.length > maxLength ? '' : headers;
}

function locate(
  element: XmlElement,
  outer: ReadonlyMap<string, string>,
): { element: XmlElement; declared: ReadonlyMap<string, string> } | null {
  const declared = new Map(outer);
  for (const [name, value] of element.attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) declared.set(name, value);
  }
  if (/^(?:[^:]*:)?ReferenceParameters$/.test(element.name)) return { element, declared };
  for (const child of element.children) {
    const found = locate(child, declared);
    if (found) return found;
  }
  return null;
}

function neededDeclarations(
  element: XmlElement,
  declared: ReadonlyMap<string, string>,
): Map<string, string> {
  const needed = new Map<string, string>();
  const visit = (at: XmlElement) => {
    for (const name of [at.name, ...at.attributes.keys()]) {
      const colon = name.indexOf(':');
      const key = colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`;
      const value = declared.get(key);
      if (value !== undefined && !name.startsWith('xmlns')) needed.set(key, value);
    }
    at.children.forEach(visit);
  };
  visit(element);
  return needed;
}

/** The address of a subscription, as the device wrote it. */
export function subscriptionAddress(body: XmlElement): string {
  const reference = find(body, 'SubscriptionReference') ?? body;
  return find(reference, 'Address')?.text.trim() ?? '';
}
