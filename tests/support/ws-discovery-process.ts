import { probeMatches, startWsDevice } from './ws-discovery-device.ts';

/** A device in a network namespace: `node ws-discovery-process.ts ADDRESS` answers until it is ended. */
const address = process.argv[2] ?? '127.0.0.1';
const device = {
  endpoint: 'urn:uuid:behind-the-cable',
  addresses: [`http://${address}/onvif/device_service`],
};
await startWsDevice((id) => [probeMatches(id, [device])], address, address);
process.stdout.write('ready\n');
