import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { NetworkInterface } from '../contract/hub-schemas.ts';
import { addressNumber, addressText } from './address-ranges.ts';
import { plainMac } from './ws-message.ts';

export interface LocalNetwork extends NetworkInterface {
  readonly internal: boolean;
  readonly bits: number;
}

/** IPv4 networks that this workstation is in, one for each address. */
export function localNetworks(): LocalNetwork[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, cidr, internal }) => {
        const bits = Number(cidr?.split('/')[1] ?? 32);
        const size = 2 ** (32 - bits);
        const network = addressText(Math.floor(addressNumber(address) / size) * size);
        return { name, address, internal, bits, cidr: `${network}/${bits}` };
      }),
  );
}

/** True where no interface is in the network of that address: it cannot be reached as it is. */
export function isForeign(address: string, networks: readonly LocalNetwork[]): boolean {
  return !networks.some(({ address: own, bits }) => inSameNetwork(address, own, bits));
}

export function inSameNetwork(one: string, other: string, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(addressNumber(one) / size) === Math.floor(addressNumber(other) / size);
}

/** What the kernel learned of its neighbours (proc(5), /proc/net/arp), by address; empty elsewhere. */
export function neighbours(): Map<string, string> {
  const found = new Map<string, string>();
  try {
    for (const line of readFileSync('/proc/net/arp', 'latin1').split('\n').slice(1)) {
      const [address = '', , , mac = ''] = line.split(/\s+/);
      const plain = plainMac(mac);
      if (plain) found.set(address, plain);
    }
  } catch {
    // Another system: addresses and endpoint references must do.
  }
  return found;
}
