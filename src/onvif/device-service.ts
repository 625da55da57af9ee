import { deviceWords, tokenOf, wordsAt } from './device-text.ts';
import type { DeviceScopes, DeviceService, NetworkInterface } from './onvif.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { find, findAll, type XmlElement } from './xml.ts';

/** ONVIF Device Management as far as the product reads it. Nothing here changes a device. */
export function deviceService(caller: SoapCaller, url: string): DeviceService {
  const call = async (operation: string, preAuth = false) => {
    const request = { url, namespace: namespaces.device, operation, preAuth };
    return (await caller.call(request)).body;
  };
  return {
    async information() {
      const body = await call('GetDeviceInformation');
      return {
        manufacturer: wordsAt(body, 'Manufacturer'),
        model: wordsAt(body, 'Model'),
        firmware: wordsAt(body, 'FirmwareVersion'),
        serial: wordsAt(body, 'SerialNumber'),
        hardware: wordsAt(body, 'HardwareId'),
      };
    },
    async scopes() {
      const body = await call('GetScopes');
      return readScopes(
        findAll(body, 'Scopes').map((scope) => find(scope, 'ScopeItem')?.text ?? ''),
      );
    },
    async hostname() {
      return wordsAt(await call('GetHostname', true), 'HostnameInformation', 'Name');
    },
    async networkInterfaces() {
      const body = await call('GetNetworkInterfaces');
      return findAll(body, 'NetworkInterfaces').slice(0, 32).map(networkInterface);
    },
  };
}

const scopeStart = /^onvif:\/\/www\.onvif\.org\/([^/]+)\/(.*)$/i;

/** Scopes as ProbeMatches and GetScopes give them (ONVIF Core, "Scopes"). */
export function readScopes(raw: readonly string[]): DeviceScopes {
  const all = raw
    .slice(0, 100)
    .map((scope) => deviceWords(scope, 300))
    .filter((scope) => scope !== '');
  const values = (kind: string) =>
    all.flatMap((scope) => {
      const match = scopeStart.exec(scope);
      return match?.[1]?.toLowerCase() === kind
        ? [deviceWords(percentDecoded(match[2] ?? ''))]
        : [];
    });
  return {
    name: values('name')[0] ?? '',
    hardware: values('hardware')[0] ?? '',
    location: values('location').join(', ').slice(0, 200),
    profiles: values('profile'),
    all,
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function networkInterface(element: XmlElement): NetworkInterface {
  const info = find(element, 'Info');
  const addresses = ['IPv4', 'IPv6'].flatMap((family) => {
    const config = find(element, family, 'Config');
    return (config?.children ?? [])
      .filter(({ name }) => ['Manual', 'FromDHCP', 'LinkLocal', 'FromRA'].includes(name))
      .map((entry) => wordsAt(entry, 'Address'));
  });
  const digits = wordsAt(info, 'HwAddress')
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase();
  return {
    token: tokenOf(element),
    name: wordsAt(info, 'Name'),
    mac: digits.length === 12 ? (digits.match(/../g) ?? []).join(':') : '',
    addresses: addresses.filter((address) => address !== '').slice(0, 16),
  };
}
