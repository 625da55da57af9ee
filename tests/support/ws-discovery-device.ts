import { createSocket, type Socket } from 'node:dgram';

/**
 * Devices that answer WS-Discovery on loopback. The group and the port are those of the standard, so
 * several may listen at once; each says what a test wants, also what no device should.
 */
export interface FakeMatch {
  readonly endpoint: string;
  readonly addresses: readonly string[];
  readonly types?: string;
  readonly scopes?: readonly string[];
}

export function probeMatches(relatesTo: string, matches: readonly FakeMatch[]): string {
  const body = matches.map(
    ({ endpoint, addresses, types = 'dn:NetworkVideoTransmitter', scopes = [] }) =>
      `<d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference>` +
      `<d:Types>${types}</d:Types><d:Scopes>${scopes.join(' ')}</d:Scopes>` +
      `<d:XAddrs>${addresses.join(' ')}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
    `<s:Header>${relatesTo ? `<a:RelatesTo>${relatesTo}</a:RelatesTo>` : ''}</s:Header>` +
    `<s:Body><d:ProbeMatches>${body.join('')}</d:ProbeMatches></s:Body></s:Envelope>`
  );
}

export interface WsDevice {
  readonly probes: string[];
  close(): Promise<void>;
}

/**
 * @param answers the datagrams to send back for a probe, by its message id
 * @param from the address that answers
 * @param card address of the network card that listens to the group
 */
export async function startWsDevice(
  answers: (messageId: string) => readonly (string | Uint8Array)[],
  from = '127.0.0.1',
  card = '127.0.0.1',
): Promise<WsDevice> {
  const probes: string[] = [];
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const sender = createSocket('udp4');
  await bound(sender, 0, from);
  socket.on('message', (bytes, { address, port }) => {
    const text = bytes.toString('utf8');
    probes.push(text);
    const id = /MessageID>([^<]+)</.exec(text)?.[1] ?? '';
    for (const answer of answers(id)) sender.send(answer, port, address);
  });
  await bound(socket, 3702, '0.0.0.0');
  socket.addMembership('239.255.255.250', card);
  return {
    probes,
    async close() {
      await Promise.all([closed(socket), closed(sender)]);
    },
  };
}

function bound(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, resolve);
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
