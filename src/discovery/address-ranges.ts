import { isIPv4 } from 'node:net';
import { Fault } from '../std/fault.ts';

/** IPv4 addresses from `first` to `last`, both as numbers, both included. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

export const maxAddresses = 65_536;

/**
 * `192.0.2.0/24` (without its network and broadcast address), `192.0.2.10-192.0.2.99`,
 * `192.0.2.10-99`, or one address. Overlapping ranges are merged.
 * @throws {Fault} `discovery.range`; `discovery.too-many` for more than 65,536 addresses;
 *   `discovery.public` for addresses of the public Internet, unless they are allowed
 */
export function parseRanges(texts: readonly string[], allowPublic = false): AddressRange[] {
  const ranges = texts.map((text) => parseRange(text.trim(), allowPublic));
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of ranges.sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  const count = countAddresses(merged);
  if (count > maxAddresses) {
    throw new Fault('discovery.too-many', `${count} addresses`, { count, limit: maxAddresses });
  }
  return merged;
}

export function countAddresses(ranges: readonly AddressRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The address at a position over all ranges, from 0; null after the last. */
export function addressAt(ranges: readonly AddressRange[], position: number): string | null {
  let left = position;
  for (const { first, last } of ranges) {
    const size = last - first + 1;
    if (left < size) return addressText(first + left);
    left -= size;
  }
  return null;
}

export function addressNumber(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/**
 * Private and local networks: RFC 1918, RFC 6598 (carriers' shared space), RFC 3927 (link local),
 * loopback, and those of RFC 5737 and RFC 2544 that are never routed.
 */
export function isPrivate(value: number): boolean {
  return privateNetworks.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(value / size) === Math.floor(addressNumber(network) / size);
  });
}

const privateNetworks: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['198.18.0.0', 15],
];

function parseRange(text: string, allowPublic: boolean): AddressRange {
  const range = readRange(text);
  if (!range || range.last < range.first) {
    throw new Fault('discovery.range', 'not a range of addresses', { range: text.slice(0, 100) });
  }
  if (range.first < addressNumber('1.0.0.0') || range.last >= addressNumber('224.0.0.0')) {
    throw new Fault('discovery.range', 'no device has such an address', {
      range: text.slice(0, 100),
    });
  }
  // Both ends in one private network, or something public lies between.
  const isInside = privateNetworks.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    const of = (value: number) => Math.floor(value / size);
    const wanted = of(addressNumber(network));
    return of(range.first) === wanted && of(range.last) === wanted;
  });
  const count = range.last - range.first + 1;
  if (count > maxAddresses) {
    throw new Fault('discovery.too-many', `${count} addresses`, { count, limit: maxAddresses });
  }
  if (!isInside && !allowPublic) {
    throw new Fault('discovery.public', 'public addresses', { range: text.slice(0, 100) });
  }
  return range;
}

function readRange(text: string): AddressRange | null {
  const [network = '', bitsText, more] = text.split('/');
  if (more !== undefined) return null;
  if (bitsText !== undefined) {
    const bits = Number(bitsText);
    if (!isIPv4(network) || !/^\d{1,2}$/.test(bitsText) || bits > 32) return null;
    const size = 2 ** (32 - bits);
    const first = Math.floor(addressNumber(network) / size) * size;
    // RFC 3021: a /31 has two usable addresses, a /32 one.
    return size > 2
      ? { first: first + 1, last: first + size - 2 }
      : { first, last: first + size - 1 };
  }
  const [from = '', to = from] = text.split('-').map((part) => part.trim());
  if (!isIPv4(from)) return null;
  const first = addressNumber(from);
  if (isIPv4(to)) return { first, last: addressNumber(to) };
  if (!/^\d{1,3}$/.test(to) || Number(to) > 255) return null;
  return { first, last: Math.floor(first / 256) * 256 + Number(to) };
}
