import type { Fault } from '../std/fault.ts';
import { deviceWords, numberAt } from './device-text.ts';
import type { ServiceEntry, ServiceName } from './onvif.types.ts';
import { type Reach, readUri, rewriteUri } from './reach.ts';
import type { SoapCaller } from './soap-caller.ts';
import { find, findAll, type XmlElement } from './xml.ts';

export const namespaces = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  imaging: 'http://www.onvif.org/ver20/imaging/wsdl',
  events: 'http://www.onvif.org/ver10/events/wsdl',
  recording: 'http://www.onvif.org/ver10/recording/wsdl',
  search: 'http://www.onvif.org/ver10/search/wsdl',
  replay: 'http://www.onvif.org/ver10/replay/wsdl',
  deviceio: 'http://www.onvif.org/ver10/deviceIO/wsdl',
  analytics: 'http://www.onvif.org/ver20/analytics/wsdl',
} as const satisfies Partial<Record<ServiceName, string>>;

const maxServices = 64;

export interface ServiceList {
  readonly services: readonly ServiceEntry[];
  /** Where the device believes its own device service to be. */
  readonly advertised: Reach['advertised'];
}

/**
 * What a device can do: GetServices, and GetCapabilities where that faults (quirk 15) or tells nothing.
 * @throws {Fault} of GetCapabilities; a refused login at once
 */
export async function askServices(
  caller: SoapCaller,
  url: string,
  reach: () => Reach,
): Promise<ServiceList> {
  const { device } = namespaces;
  try {
    const { body } = await caller.call({
      url,
      namespace: device,
      operation: 'GetServices',
      body: '<IncludeCapability>false</IncludeCapability>',
      preAuth: true,
    });
    const list = fromServices(body, reach());
    if (list.services.some(({ name }) => name !== 'device')) return list;
  } catch (error) {
    // A device that hangs or hangs up at what it does not know has just told its clock; but no login
    // and no certificate gets better by asking for something else.
    const { code } = error as Fault;
    if (!/^onvif\.|^net\.(?:closed|timeout)$/.test(code) || code === 'onvif.clock') throw error;
  }
  const { body } = await caller.call({
    url,
    namespace: device,
    operation: 'GetCapabilities',
    body: '<Category>All</Category>',
    preAuth: true,
  });
  return fromCapabilities(body, reach());
}

function fromServices(body: XmlElement, reach: Reach): ServiceList {
  const told = findAll(body, 'Service')
    .slice(0, maxServices)
    .map((service) => {
      const namespace = deviceWords(find(service, 'Namespace')?.text);
      const major = numberAt(service, 'Version', 'Major');
      const minor = find(service, 'Version', 'Minor')?.text.trim() ?? '';
      return {
        name: nameOf(namespace),
        namespace,
        address: find(service, 'XAddr')?.text ?? '',
        version:
          major === null || !/^\d{1,3}$/.test(minor) ? '' : `${major}.${minor.padStart(2, '0')}`,
      };
    });
  return entries(told, reach);
}

/** Where Capabilities keep the XAddr of each service; later ones stand under Extension. */
const capabilityNames: readonly (readonly [ServiceName, readonly string[]])[] = [
  ['device', ['Device']],
  ['media', ['Media']],
  ['ptz', ['PTZ']],
  ['imaging', ['Imaging']],
  ['events', ['Events']],
  ['analytics', ['Analytics']],
  ['deviceio', ['Extension', 'DeviceIO']],
  ['recording', ['Extension', 'Recording']],
  ['search', ['Extension', 'Search']],
  ['replay', ['Extension', 'Replay']],
  // Not in the standard, yet told there by devices that have Media2.
  ['media2', ['Extension', 'Media2']],
];

function fromCapabilities(body: XmlElement, reach: Reach): ServiceList {
  const capabilities = find(body, 'Capabilities') ?? body;
  const told = capabilityNames.flatMap(([name, path]) => {
    const address = find(capabilities, ...path, 'XAddr')?.text.trim() ?? '';
    const namespace = namespaces[name as keyof typeof namespaces];
    return address === '' ? [] : [{ name, namespace, address, version: '' }];
  });
  return entries(told, reach);
}

interface Told {
  readonly name: ServiceName;
  readonly namespace: string;
  readonly address: string;
  readonly version: string;
}

function entries(told: readonly Told[], reach: Reach): ServiceList {
  const own = readUri(told.find(({ name }) => name === 'device')?.address ?? '');
  const web = own && (own.scheme === 'http' || own.scheme === 'https') ? own : null;
  const tls = web?.scheme === 'https';
  const advertised = web ? { tls, port: web.port ?? (tls ? 443 : 80) } : null;
  const known = { ...reach, advertised };
  const services: ServiceEntry[] = [];
  for (const { name, namespace, address, version } of told) {
    const url = rewriteUri(address, known, 'service');
    const twice = name !== 'other' && services.some((service) => service.name === name);
    if (url !== null && !twice) services.push({ name, namespace, url, version });
  }
  return { services, advertised };
}

function nameOf(namespace: string): ServiceName {
  const plain = namespace.replace(/\/+$/, '').toLowerCase();
  for (const [name, known] of Object.entries(namespaces)) {
    if (known.toLowerCase() === plain) return name as ServiceName;
  }
  return 'other';
}
