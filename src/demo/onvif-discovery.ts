import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { escapeXml, find, parseXml } from '../onvif/xml.ts';
import type { Logger } from '../std/log.ts';
import type { OnvifSite } from './onvif-site.ts';

/** Ways in which networks answer a probe (quirk 19). */
export interface DiscoveryFaults {
  /** Each recorder answers three times, once by another address. */
  readonly duplicates?: boolean;
  /** Between the answers come some that are none. */
  readonly malformed?: boolean;
  /** A device answers whose address leads to another network. */
  readonly foreign?: boolean;
}

export interface DiscoveryOptions {
  readonly sites: readonly OnvifSite[];
  /** Device service of a site. */
  readonly url: (siteId: string) => string;
  readonly faults: DiscoveryFaults;
  readonly log: Logger;
}

export interface DiscoveryAnswerer {
  /** Probes heard. */
  readonly probes: number;
  close(): Promise<void>;
}

const group = '239.255.255.250';
const port = 3702;
const foreignAddress = '198.51.100.77';
const mostProbeBytes = 16 * 1024;

/**
 * Answers WS-Discovery 1.0 for all recorders, on loopback only: nobody else's search finds a simulator.
 * @throws {Error} where this machine takes no multicast
 */
export async function answerDiscovery(options: DiscoveryOptions): Promise<DiscoveryAnswerer> {
  const { sites, url, faults, log } = options;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const sender = createSocket('udp4');
  let probes = 0;
  const close = async () => {
    await Promise.all([closed(socket), closed(sender)]);
  };
  const local = new Set(ownAddresses());
  socket.on('message', (bytes, from) => {
    if (!local.has(from.address)) return;
    const id = probeId(bytes);
    if (id === null) return;
    probes += 1;
    const answers = sites.map(({ id: siteId, name }) =>
      answer(id, [match(siteId, name, [url(siteId)])]),
    );
    if (faults.duplicates)
      for (const { id: siteId, name } of sites) {
        const other = url(siteId).replace('//127.0.0.1:', '//localhost:');
        answers.push(
          answer(id, [match(siteId, name, [url(siteId)])]),
          answer(id, [match(siteId, name, [other, url(siteId)])]),
        );
      }
    if (faults.malformed) {
      answers.unshift('', 'HTTP/1.1 200 OK\r\n\r\n', '<a><b></a>', answer(id, []).slice(0, 200));
      answers.push(`<!DOCTYPE a [<!ENTITY b "${'ha'.repeat(400)}">]><a>&b;</a>`);
    }
    if (faults.foreign) {
      const there = `http://${foreignAddress}/onvif/device_service`;
      answers.push(answer(id, [match('site-foreign', 'Máy ghi mạng khác', [there])]));
    }
    for (const text of answers) sender.send(text, from.port, from.address, () => {});
  });
  try {
    await bound(sender, 0, '127.0.0.1');
    await bound(socket, port, '0.0.0.0');
    socket.addMembership(group, '127.0.0.1');
  } catch (error) {
    await close();
    throw error;
  }
  for (const one of [socket, sender])
    one.on('error', (error) => log.warn('demo discovery failed', { error: String(error) }));
  return {
    get probes() {
      return probes;
    },
    close,
  };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address);
}

/** The message id of a Probe; null for anything else. */
function probeId(bytes: Buffer): string | null {
  if (bytes.length === 0 || bytes.length > mostProbeBytes) return null;
  try {
    const root = parseXml(bytes.toString('utf8'));
    if (!find(root, 'Body', 'Probe')) return null;
    return find(root, 'Header', 'MessageID')?.text.trim() || null;
  } catch {
    return null;
  }
}

function match(siteId: string, name: string, addresses: readonly string[]): string {
  const digits = Buffer.from(siteId).toString('hex').padStart(12, '0').slice(-12);
  const scopes = ['type/Network_Video_Recorder', `name/${encodeURIComponent(name)}`].map(
    (scope) => `onvif://www.onvif.org/${scope}`,
  );
  return (
    `<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:56470000-0000-4000-8000-${digits}</a:Address></a:EndpointReference>` +
    `<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>${escapeXml(scopes.join(' '))}</d:Scopes>` +
    `<d:XAddrs>${escapeXml(addresses.join(' '))}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`
  );
}

function answer(relatesTo: string, matches: readonly string[]): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"' +
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    `<s:Header><a:RelatesTo>${escapeXml(relatesTo)}</a:RelatesTo></s:Header>` +
    `<s:Body><d:ProbeMatches>${matches.join('')}</d:ProbeMatches></s:Body></s:Envelope>`
  );
}

function bound(socket: Socket, at: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(at, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
