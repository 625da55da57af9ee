import type { Socket } from 'node:net';
import type { RtpPorts } from './rtp-ports.ts';
import type { PacketSink, RtpPacket } from './rtsp-player.ts';

/** What a client proposes in the Transport header (RFC 2326 section 12.39), first usable first. */
export type TransportWish =
  | { readonly kind: 'tcp'; readonly channel: number | null }
  | { readonly kind: 'udp'; readonly rtpPort: number; readonly rtcpPort: number };

export function readTransport(
  header: string,
  allowed: readonly ('tcp' | 'udp')[],
): TransportWish | null {
  for (const proposal of header.split(',')) {
    const [profile, ...parameters] = proposal.split(';').map((part) => part.trim());
    const numbers = (name: string) => {
      const found = parameters.find((part) => part.toLowerCase().startsWith(`${name}=`));
      const [from, to] = (found?.slice(name.length + 1) ?? '').split('-').map(Number);
      return from === undefined || Number.isNaN(from) || !found ? null : [from, to ?? from + 1];
    };
    if (/^RTP\/AVP\/TCP$/i.test(profile ?? '')) {
      const channels = numbers('interleaved');
      if (allowed.includes('tcp') && (!channels || (channels[0]! >= 0 && channels[0]! < 255)))
        return { kind: 'tcp', channel: channels?.[0] ?? null };
    } else if (/^RTP\/AVP(\/UDP)?$/i.test(profile ?? '')) {
      const ports = numbers('client_port');
      if (
        !ports ||
        !allowed.includes('udp') ||
        parameters.some((part) => /^multicast$/i.test(part))
      )
        continue;
      const [rtpPort, rtcpPort] = ports as [number, number];
      if (rtpPort > 0 && rtpPort < 65_536 && rtcpPort > 0 && rtcpPort < 65_536)
        return { kind: 'udp', rtpPort, rtcpPort };
    }
  }
  return null;
}

/** Frames between the RTSP messages (RFC 2326 section 10.12): one write per picture. */
export class InterleavedSink implements PacketSink {
  readonly #socket: Socket;
  readonly #channel: number;

  constructor(socket: Socket, channel: number) {
    this.#socket = socket;
    this.#channel = channel;
  }

  get waiting(): number {
    return this.#socket.writableLength;
  }

  sendRtp(packets: readonly RtpPacket[]): void {
    let size = 0;
    for (const { payload } of packets) size += 16 + payload.length;
    const out = Buffer.allocUnsafe(size);
    let at = 0;
    for (const { header, payload } of packets) {
      out[at] = 0x24;
      out[at + 1] = this.#channel;
      out.writeUInt16BE(12 + payload.length, at + 2);
      out.set(header, at + 4);
      out.set(payload, at + 16);
      at += 16 + payload.length;
    }
    if (!this.#socket.destroyed) this.#socket.write(out);
  }

  sendRtcp(packet: Buffer): void {
    const head = Buffer.from([0x24, this.#channel + 1, packet.length >> 8, packet.length & 0xff]);
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat([head, packet]));
  }
}

/** Unicast datagrams. What the kernel cannot take is lost, as on any network. */
export class DatagramSink implements PacketSink {
  readonly waiting = 0;
  readonly #ports: RtpPorts;
  readonly #address: string;
  readonly #wish: { readonly rtpPort: number; readonly rtcpPort: number };

  constructor(
    ports: RtpPorts,
    address: string,
    wish: { readonly rtpPort: number; readonly rtcpPort: number },
  ) {
    this.#ports = ports;
    this.#address = address;
    this.#wish = wish;
  }

  sendRtp(packets: readonly RtpPacket[]): void {
    for (const { header, payload } of packets)
      this.#ports.rtp.send([header, payload], this.#wish.rtpPort, this.#address, ignore);
  }

  sendRtcp(packet: Buffer): void {
    this.#ports.rtcp.send(packet, this.#wish.rtcpPort, this.#address, ignore);
  }
}

function ignore(): void {}
