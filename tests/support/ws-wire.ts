import WebSocket, { type ClientOptions } from 'ws';
import type { Wire } from '../../src/contract/wire.ts';
import { webSocketWire } from '../../src/kiosk/ws-wire.ts';

/** Connects as a page would, or as somebody who is no page. @throws the HTTP status as `refused 403`. */
export function connectWs(url: string, options: ClientOptions = {}): Promise<Wire> {
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(webSocketWire(socket)));
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`refused ${response.statusCode}`));
      socket.terminate();
    });
    socket.on('error', reject);
  });
}
