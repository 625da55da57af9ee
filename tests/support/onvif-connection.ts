import { afterEach } from 'vitest';
import { connectOnvif } from '../../src/onvif/connect-onvif.ts';
import type { OnvifDevice, OnvifOptions } from '../../src/onvif/onvif.types.ts';
import { SoapPeer, type SoapPeerOptions } from './soap-peer.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A scripted device that is gone after the test. */
export async function soapPeer(options: SoapPeerOptions = {}): Promise<SoapPeer> {
  const peer = await new SoapPeer(options).listen();
  open.push(peer);
  return peer;
}

/** A connection to it, with the right credential; closed after the test. */
export async function connectedTo(
  peer: SoapPeer,
  options: Partial<OnvifOptions> = {},
): Promise<OnvifDevice> {
  const device = await connectOnvif({
    address: peer.origin,
    credential: peer.credential,
    ...options,
  });
  open.push(device);
  return device;
}
