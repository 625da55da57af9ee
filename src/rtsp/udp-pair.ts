import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import { Fault } from '../std/fault.ts';
import { plainAddress } from './dial.ts';
import { wallNow } from './wall-clock.ts';

/** Room for a whole keyframe in the kernel while the event loop is busy elsewhere. */
const receiveBufferBytes = 1024 * 1024;
const bindAttempts = 30;

/** The two datagram sockets of one track: RTP on an even port, RTCP on the next (RFC 3550 section 11). */
export class UdpPair {
  readonly rtpPort: number;
  onRtp: ((bytes: Uint8Array, nowMs: number) => void) | null = null;
  onRtcp: ((bytes: Uint8Array, nowMs: number) => void) | null = null;
  /** Bytes and packets since the start. */
  bytes = 0;
  packets = 0;

  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #senders: Set<string>;
  #peer: { address: string; rtpPort: number; rtcpPort: number } | null = null;
  #closed = false;

  private constructor(rtp: Socket, rtcp: Socket, senders: readonly string[]) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.rtpPort = rtp.address().port;
    this.#senders = new Set(senders.map(plainAddress));
    this.#listen(rtp, (bytes, nowMs) => this.onRtp?.(bytes, nowMs));
    this.#listen(rtcp, (bytes, nowMs) => this.onRtcp?.(bytes, nowMs));
  }

  /** @param sender the device: datagrams of others are dropped */
  static async unicast(localAddress: string, sender: string): Promise<UdpPair> {
    const type = isIPv6(localAddress) ? 'udp6' : 'udp4';
    for (let attempt = 0; attempt < bindAttempts; attempt += 1) {
      const rtp = await bind(type, localAddress, 0, false);
      const { port } = rtp.address();
      if (port % 2 === 0 && port < 65_535) {
        try {
          const rtcp = await bind(type, localAddress, port + 1, false);
          return new UdpPair(rtp, rtcp, [sender]);
        } catch {
          // The odd port is somebody else's: another pair.
        }
      }
      rtp.close();
    }
    throw new Fault('internal', 'no pair of UDP ports is free');
  }

  /** Joins a group on the interface that reaches the device. */
  static async multicast(options: {
    readonly group: string;
    readonly rtpPort: number;
    readonly rtcpPort: number;
    readonly localAddress: string;
    readonly sender: string;
    readonly ttl: number | null;
  }): Promise<UdpPair> {
    const { group, localAddress } = options;
    if (!isMulticast(group)) {
      throw new Fault('rtsp.transport-refused', 'the device names no multicast group');
    }
    const type = isIPv6(group) ? 'udp6' : 'udp4';
    // Bound to the group, Linux delivers this group only; elsewhere that is not possible.
    const address = process.platform === 'linux' ? group : type === 'udp6' ? '::' : '0.0.0.0';
    const rtp = await bind(type, address, options.rtpPort, true);
    let rtcp: Socket | null = null;
    try {
      rtcp = await bind(type, address, options.rtcpPort, true);
      for (const socket of [rtp, rtcp]) {
        socket.addMembership(group, type === 'udp4' ? localAddress : undefined);
      }
      if (type === 'udp4') rtcp.setMulticastInterface(localAddress);
      rtcp.setMulticastTTL(Math.min(255, Math.max(1, options.ttl ?? 16)));
    } catch (error) {
      rtp.close();
      rtcp?.close();
      throw new Fault('rtsp.transport-refused', `joining the group: ${text(error)}`);
    }
    const pair = new UdpPair(rtp, rtcp, [options.sender]);
    pair.#peer = { address: group, rtpPort: 0, rtcpPort: options.rtcpPort };
    return pair;
  }

  /** Where the device receives; `source` is another address it says it sends from, or null. */
  setPeer(address: string, ports: readonly [number, number] | null, source: string | null): void {
    if (source && (isIPv4(source) || isIPv6(source))) this.#senders.add(plainAddress(source));
    if (ports && ports[0] > 0 && ports[1] > 0) {
      this.#peer = { address, rtpPort: ports[0], rtcpPort: ports[1] };
    }
  }

  /** Opens the way back through NAT and firewalls: they let in what answers something sent out. */
  punch(): void {
    const peer = this.#peer;
    if (!peer || peer.rtpPort === 0) return;
    // An RTP header without payload and an empty receiver report: nothing to a device, a flow to NAT.
    this.#send(this.#rtp, Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), peer.rtpPort);
    this.#send(this.#rtcp, Uint8Array.of(0x80, 0xc9, 0, 1, 0, 0, 0, 0), peer.rtcpPort);
  }

  sendRtcp(bytes: Uint8Array): void {
    if (this.#peer) this.#send(this.#rtcp, bytes, this.#peer.rtcpPort);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }

  #send(socket: Socket, bytes: Uint8Array, port: number): void {
    if (this.#closed || !this.#peer) return;
    // Errors (no route, ICMP refusals) come to the callback and mean nothing by themselves.
    socket.send(bytes, port, this.#peer.address, () => {});
  }

  #listen(socket: Socket, handler: (bytes: Uint8Array, nowMs: number) => void): void {
    socket.on('error', () => {});
    socket.on('message', (bytes, from) => {
      if (this.#closed || !this.#senders.has(plainAddress(from.address))) return;
      this.bytes += bytes.length;
      this.packets += 1;
      handler(bytes, wallNow());
    });
  }
}

function bind(
  type: 'udp4' | 'udp6',
  address: string,
  port: number,
  reuseAddr: boolean,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type, reuseAddr });
    const failed = (error: unknown) => {
      socket.close();
      reject(new Fault('internal', `UDP port: ${text(error)}`));
    };
    socket.once('error', failed);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', failed);
      try {
        socket.setRecvBufferSize(receiveBufferBytes);
      } catch {
        // The system's limit is lower; what it has must do.
      }
      resolve(socket);
    });
  });
}

function isMulticast(address: string): boolean {
  if (isIPv4(address)) {
    const first = Number(address.split('.')[0]);
    return first >= 224 && first <= 239;
  }
  return isIPv6(address) && /^ff/i.test(address);
}

function text(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? 'failed');
}
