import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalNetwork } from './local-networks.ts';
import {
  type ProbeMatch,
  probes,
  readMatches,
  wsDiscoveryGroup,
  wsDiscoveryPort,
} from './ws-message.ts';

export interface MulticastOptions {
  /** One socket for each: the system would send by one card only. */
  readonly networks: readonly LocalNetwork[];
  readonly signal: AbortSignal;
  /** @param from address of the sender, which may be another than the device believes it has */
  readonly onMatch: (match: ProbeMatch, from: string) => void;
  /** A card that cannot send (down, no route): the others go on. */
  readonly onProblem?: (name: string, error: Error) => void;
  /** How long answers are waited for after the last probe, ms; default 3000. */
  readonly waitMs?: number;
  /** Rounds of probes, because datagrams get lost; default 2. */
  readonly rounds?: number;
}

/** Devices wait up to 500 ms before they answer (WS-Discovery 1.0, APP_MAX_DELAY). */
const pauseMs = 500;
/** Datagrams of one sender in one search: a device in a loop must not keep us busy. */
const maxFromOne = 64;
const maxDatagrams = 20_000;

/** Sends the probes by every network and tells what answers. Ends when all was waited for. */
export async function probeMulticast(options: MulticastOptions): Promise<void> {
  const { networks, signal, onMatch, waitMs = 3000, rounds = 2 } = options;
  const messages = probes();
  const ids = new Set(messages.map(({ id }) => id));
  const counts = new Map<string, number>();
  let datagrams = 0;
  const sockets: Socket[] = [];
  const onDatagram = (bytes: Buffer, from: string) => {
    const count = (counts.get(from) ?? 0) + 1;
    if (!isIPv4(from) || count > maxFromOne || datagrams++ >= maxDatagrams) return;
    counts.set(from, count);
    for (const match of readMatches(bytes, ids)) onMatch(match, from);
  };
  try {
    for (const network of networks) {
      try {
        sockets.push(await openSocket(network, onDatagram));
      } catch (error) {
        options.onProblem?.(network.name, error as Error);
      }
    }
    if (sockets.length === 0) return;
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      for (const { text } of messages) {
        for (const socket of sockets) {
          socket.send(text, wsDiscoveryPort, wsDiscoveryGroup, (error) => {
            if (error) options.onProblem?.(socketName(socket), error);
          });
        }
        await sleep(pauseMs / messages.length, undefined, { signal });
      }
    }
    await sleep(waitMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const socket of sockets) socket.close();
  }
}

function openSocket(
  { address }: LocalNetwork,
  onDatagram: (bytes: Buffer, from: string) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.once('error', reject);
    socket.on('message', (bytes, { address: from }) => onDatagram(bytes, from));
    socket.bind(0, address, () => {
      try {
        socket.setMulticastInterface(address);
        socket.setMulticastTTL(1);
        socket.setMulticastLoopback(true);
      } catch (error) {
        socket.close();
        return reject(error as Error);
      }
      socket.off('error', reject);
      // Nothing that comes later ends the search.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

function socketName(socket: Socket): string {
  try {
    return socket.address().address;
  } catch {
    return '';
  }
}
