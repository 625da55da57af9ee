import { createSocket, type Socket } from 'node:dgram';

/**
 * The two UDP ports from which all sessions of the server send: an even one for RTP and the next for
 * RTCP (RFC 3550 section 11).
 */
export interface RtpPorts {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly rtpPort: number;
  close(): void;
}

export async function openRtpPorts(
  host: string,
  onReport: (address: string, port: number) => void,
): Promise<RtpPorts> {
  const family = host.includes(':') ? 'udp6' : 'udp4';
  for (let attempt = 0; attempt < 60; attempt++) {
    const rtp = await bind(family, host, 0);
    const rtpPort = rtp.address().port;
    if (rtpPort % 2 === 0) {
      const rtcp = await bind(family, host, rtpPort + 1).catch(() => null);
      if (rtcp) {
        rtcp.on('message', (_message, from) => onReport(from.address, from.port));
        // A viewer that vanished answers with ICMP; its session ends by its own timeout
        for (const socket of [rtp, rtcp]) socket.on('error', () => {});
        rtp.setSendBufferSize(1 << 20);
        return {
          rtp,
          rtcp,
          rtpPort,
          close() {
            rtp.close();
            rtcp.close();
          },
        };
      }
    }
    rtp.close();
  }
  throw new Error('no pair of UDP ports is free');
}

function bind(family: 'udp4' | 'udp6', host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(family);
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
