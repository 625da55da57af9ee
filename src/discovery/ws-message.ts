import { randomUUID } from 'node:crypto';
import { find, findAll, parseXml } from '../onvif/xml.ts';
import { plainName } from '../sites/camera-url.ts';

/**
 * WS-Discovery 1.0 (schemas.xmlsoap.org/ws/2005/04/discovery) as ONVIF uses it (Core Specification
 * section 7.3): the Probe that is sent, and the ProbeMatches that come back.
 */
export const wsDiscoveryPort = 3702;
export const wsDiscoveryGroup = '239.255.255.250';

/** One device in an answer, or null in `readMatches` for anything that is no answer to a probe. */
export interface ProbeMatch {
  /** Endpoint reference, `urn:uuid:…`: the same whatever address the device has. */
  readonly endpoint: string;
  /** Device services, as the device names them. */
  readonly addresses: readonly string[];
  readonly types: string;
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
  readonly mac: string;
}

/** ONVIF knows both types; old devices answer only to one, some only to a probe for anything. */
const types = ['dn:NetworkVideoTransmitter', 'tds:Device', ''] as const;
const maxMatches = 32;
const maxAnswerBytes = 64 * 1024;

/** The probes to send, each with a message id of its own. */
export function probes(): { readonly id: string; readonly text: string }[] {
  return types.map((type) => {
    const id = `urn:uuid:${randomUUID()}`;
    return { id, text: probeText(id, type) };
  });
}

function probeText(id: string, type: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"' +
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"' +
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' +
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    `<e:Header><w:MessageID>${id}</w:MessageID>` +
    '<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
    '<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>' +
    `<e:Body><d:Probe>${type ? `<d:Types>${type}</d:Types>` : ''}</d:Probe></e:Body></e:Envelope>`
  );
}

/**
 * The matches in one datagram; empty for what is malformed, too long, no ProbeMatches, or an answer to
 * a probe of somebody else. Devices that give no RelatesTo are taken.
 */
export function readMatches(datagram: Uint8Array, ids: ReadonlySet<string>): ProbeMatch[] {
  if (datagram.length === 0 || datagram.length > maxAnswerBytes) return [];
  try {
    const root = parseXml(new TextDecoder('utf-8').decode(datagram));
    const envelope = root.name === 'Envelope' ? root : find(root, 'Envelope');
    const relates = find(envelope, 'Header', 'RelatesTo')?.text.trim() ?? '';
    if (relates !== '' && !ids.has(relates)) return [];
    const matches = findAll(find(envelope, 'Body', 'ProbeMatches'), 'ProbeMatch');
    return matches.slice(0, maxMatches).flatMap((match) => {
      const words = (...path: string[]) => find(match, ...path)?.text ?? '';
      const kinds = words('Types').trim().slice(0, 500);
      const addresses = words('XAddrs')
        .split(/\s+/)
        .filter((url) => /^https?:\/\/[^\s]{3,1000}$/i.test(url));
      const { isOnvif: hasOnvifScope, ...scopes } = readScopes(words('Scopes'));
      const endpoint = words('EndpointReference', 'Address').trim().slice(0, 200);
      // Printers and televisions answer to a probe for anything.
      const isOnvif = /NetworkVideo|tds:Device|:Device\b/i.test(kinds) || hasOnvifScope;
      if (!isOnvif || addresses.length === 0) return [];
      return {
        endpoint: plainName(endpoint),
        addresses: addresses.slice(0, 16),
        types: kinds,
        ...scopes,
      };
    });
  } catch {
    return [];
  }
}

function readScopes(text: string) {
  const found = { isOnvif: false, name: '', hardware: '', location: '', mac: '' };
  for (const scope of text.slice(0, 16_384).split(/\s+/).slice(0, 100)) {
    const [, kind = '', value = ''] =
      /^onvif:\/\/www\.onvif\.org\/([a-z]+)\/?(.*)$/i.exec(scope) ?? [];
    if (kind) found.isOnvif = true;
    const plain = plainName(decoded(value)).slice(0, 200);
    if (/^name$/i.test(kind)) found.name ||= plain;
    else if (/^hardware$/i.test(kind)) found.hardware ||= plain;
    else if (/^location$/i.test(kind)) found.location ||= plain;
    else if (/^mac$/i.test(kind)) found.mac ||= plainMac(plain);
  }
  return found;
}

/** `AA:BB:CC:DD:EE:FF`, or `''` for what is no address of a network card. */
export function plainMac(text: string): string {
  const digits = text.replace(/[^0-9a-f]/gi, '').toUpperCase();
  return digits.length === 12 && !/^0+$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
