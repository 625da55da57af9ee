import { createHash } from 'node:crypto';
import { type DiscoveredDevice, maxDiscovered } from '../contract/hub-schemas.ts';
import { authorityText } from '../rtsp-parse/url.ts';
import { inSameNetwork, isForeign, type LocalNetwork } from './local-networks.ts';
import type { HostAnswer } from './probe-host.ts';
import type { ProbeMatch } from './ws-message.ts';

type Found = Omit<DiscoveredDevice, 'deviceId'>;

/**
 * The devices of one search, each once: by endpoint reference, network card, or address. Two that say
 * the same endpoint reference from one network are two: cheap cameras are cloned with it.
 */
export class DeviceList {
  readonly #networks: readonly LocalNetwork[];
  readonly #devices: Found[] = [];

  constructor(networks: readonly LocalNetwork[], before: readonly Found[] = []) {
    this.#networks = networks;
    this.#devices.push(...before.slice(0, maxDiscovered));
  }

  get size(): number {
    return this.#devices.length;
  }

  all(): readonly Found[] {
    return this.#devices;
  }

  /** Null where the list is full. */
  heard(match: ProbeMatch, from: string, macs: ReadonlyMap<string, string>): Found | null {
    const mac = match.mac || macs.get(from) || '';
    return this.#merge({
      ...emptyDevice(from, this.#networks),
      name: match.name,
      hardware: match.hardware,
      location: match.location,
      onvifUrl: reachedUrl(match.addresses, from),
      mac,
      endpoint: plainEndpoint(match.endpoint),
      foundBy: ['multicast'],
    });
  }

  swept(address: string, answer: HostAnswer, macs: ReadonlyMap<string, string>): Found | null {
    // An open port alone is no camera.
    if (!answer.onvif && !answer.rtsp) return null;
    return this.#merge({
      ...emptyDevice(address, this.#networks),
      onvifUrl: answer.onvif?.url ?? null,
      rtspPort: answer.rtsp?.port ?? null,
      server: answer.rtsp?.server ?? '',
      openPorts: [...answer.openPorts],
      mac: macs.get(address) ?? '',
      clockOffsetMs: answer.onvif?.clockOffsetMs ?? null,
      foundBy: ['sweep'],
    });
  }

  /** What asking it brought; nothing where the device is no longer in the list. */
  learn(id: string, more: Partial<Pick<Found, 'clockOffsetMs' | 'onvifUrl'>>): void {
    const at = this.#devices.findIndex((device) => device.id === id);
    const known = this.#devices[at];
    if (known) this.#devices[at] = { ...known, ...more };
  }

  #merge(news: Found): Found | null {
    const at = this.#devices.findIndex((known) => isSame(known, news));
    const known = this.#devices[at];
    if (!known) {
      if (this.#devices.length >= maxDiscovered) return null;
      const added = { ...news, id: deviceIdOf(news) };
      this.#devices.push(added);
      return added;
    }
    // The address that can be reached is the one to use.
    const [better, other] = known.foreign && !news.foreign ? [news, known] : [known, news];
    const merged: Found = {
      ...better,
      id: known.id,
      name: better.name || other.name,
      hardware: better.hardware || other.hardware,
      location: better.location || other.location,
      onvifUrl: better.onvifUrl ?? other.onvifUrl,
      rtspPort: better.rtspPort ?? other.rtspPort,
      server: better.server || other.server,
      openPorts: [...new Set([...better.openPorts, ...other.openPorts])].sort((a, b) => a - b),
      mac: better.mac || other.mac,
      endpoint: better.endpoint || other.endpoint,
      clockOffsetMs: better.clockOffsetMs ?? other.clockOffsetMs,
      foundBy: [...new Set([...known.foundBy, ...news.foundBy])],
    };
    this.#devices[at] = merged;
    return merged;
  }
}

function isSame(one: Found, other: Found): boolean {
  if (one.address === other.address) {
    // One address, two references: several devices behind one router, or a device with two services.
    return one.endpoint === '' || other.endpoint === '' || one.endpoint === other.endpoint;
  }
  if (one.mac !== '' && one.mac === other.mac) return true;
  if (one.endpoint === '' || one.endpoint !== other.endpoint) return false;
  return !inSameNetwork(one.address, other.address, 24);
}

function emptyDevice(address: string, networks: readonly LocalNetwork[]): Found {
  return {
    id: '',
    address,
    name: '',
    hardware: '',
    location: '',
    onvifUrl: null,
    rtspPort: null,
    server: '',
    openPorts: [],
    mac: '',
    endpoint: '',
    clockOffsetMs: null,
    foreign: isForeign(address, networks),
    foundBy: [],
  };
}

/** The service at the address that answered; a device often names one of another network, or IPv6. */
function reachedUrl(addresses: readonly string[], from: string): string | null {
  const urls = addresses.flatMap((text) => (URL.canParse(text) ? new URL(text) : []));
  const url =
    urls.find(({ hostname }) => hostname === from) ??
    urls.find(({ hostname }) => !hostname.startsWith('['));
  if (!url) return null;
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const path = url.pathname === '/' ? '/onvif/device_service' : url.pathname;
  return `${url.protocol}//${authorityText(from, port)}${path}`.slice(0, 2000);
}

/** `uuid:`, `urn:uuid:` and case are written as each firmware likes. */
function plainEndpoint(text: string): string {
  return text
    .toLowerCase()
    .replace(/^(urn:)?uuid:/, '')
    .slice(0, 200);
}

function deviceIdOf({ endpoint, address }: Pick<Found, 'endpoint' | 'address'>): string {
  return `d${createHash('sha256').update(`${address} ${endpoint}`).digest('base64url').slice(0, 16)}`;
}
