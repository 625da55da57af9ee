import type { DiscoveredDevice } from '../contract/hub-schemas.ts';
import type { Register } from '../sites/register.types.ts';
import type { DiscoveryState } from './discovery-job.ts';

/** Found devices with what the register knows of them already. */
export function knownDevices(
  found: DiscoveryState['devices'],
  register: Pick<Register, 'devices'>,
): DiscoveredDevice[] {
  const known = new Map<string, string>();
  for (const { id, address, port } of register.devices()) {
    if (address)
      known.set(`${address.toLowerCase()}:${port ?? ''}`, id).set(`${address.toLowerCase()}:`, id);
  }
  return found.map((device) => {
    const port = device.onvifUrl ? portOf(device.onvifUrl) : '';
    const address = device.address.toLowerCase();
    return {
      ...device,
      openPorts: [...device.openPorts],
      foundBy: [...device.foundBy],
      deviceId: known.get(`${address}:${port}`) ?? known.get(`${address}:`) ?? null,
    };
  });
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url);
  return port || (protocol === 'https:' ? '443' : '80');
}
