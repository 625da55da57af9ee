import { describe, expect, it } from 'vitest';
import { DeviceList } from '../../../src/discovery/device-list.ts';
import { probes, readMatches } from '../../../src/discovery/ws-message.ts';
import { probeMatches } from '../../support/ws-discovery-device.ts';

const ids = new Set(['urn:uuid:ours']);
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readMatches(bytes(text), ids);
const device = {
  endpoint: 'urn:uuid:0001',
  addresses: ['http://192.168.1.10/onvif/device_service'],
};

describe('answers to a WS-Discovery probe', () => {
  it('tell endpoint, services and what stands in the scopes', () => {
    const scopes = [
      'onvif://www.onvif.org/name/C%E1%BB%95ng%20A',
      'onvif://www.onvif.org/hardware/DS-2CD',
      'onvif://www.onvif.org/location/city/an%20hai',
      'onvif://www.onvif.org/MAC/aa:bb:cc:dd:ee:ff',
    ];
    expect(read(probeMatches('urn:uuid:ours', [{ ...device, scopes }]))).toEqual([
      {
        endpoint: 'urn:uuid:0001',
        addresses: ['http://192.168.1.10/onvif/device_service'],
        types: 'dn:NetworkVideoTransmitter',
        name: 'Cổng A',
        hardware: 'DS-2CD',
        location: 'city/an hai',
        mac: 'AA:BB:CC:DD:EE:FF',
      },
    ]);
  });

  it('to a probe of somebody else are left out, those that say to which none are taken', () => {
    expect(read(probeMatches('urn:uuid:theirs', [device]))).toEqual([]);
    expect(read(probeMatches('', [device]))).toHaveLength(1);
  });

  it('of printers are left out', () => {
    expect(
      read(probeMatches('urn:uuid:ours', [{ ...device, types: 'wprt:PrintDeviceType' }])),
    ).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'HTTP/1.1 200 OK'],
    ['broken XML', '<a><b></a>'],
    ['a half answer', probeMatches('urn:uuid:ours', [device]).slice(0, 300)],
    ['another message', '<e:Envelope xmlns:e="e"><e:Body><Hello/></e:Body></e:Envelope>'],
    [
      'an entity bomb',
      `<!DOCTYPE x [<!ENTITY a "aaaa">]>${probeMatches('urn:uuid:ours', [device])}`,
    ],
    [
      'an address that is none',
      probeMatches('urn:uuid:ours', [{ ...device, addresses: ['javascript:alert(1)'] }]),
    ],
  ])('that are %s are left out', (_, text) => {
    expect(read(text)).toEqual([]);
  });

  it('that are oversized are not even read', () => {
    expect(
      readMatches(bytes(probeMatches('urn:uuid:ours', [device]) + ' '.repeat(70_000)), ids),
    ).toEqual([]);
  });

  it('cannot bring control characters into a name', () => {
    const scopes = ['onvif://www.onvif.org/name/a%00b%0Ac%E2%80%AEd'];
    expect(read(probeMatches('urn:uuid:ours', [{ ...device, scopes }]))[0]?.name).toBe('a b cd');
  });

  it('are asked for by both types of ONVIF and by none', () => {
    const texts = probes().map(({ text }) => /<d:Types>(.*)<\/d:Types>/.exec(text)?.[1] ?? '');
    expect(texts).toEqual(['dn:NetworkVideoTransmitter', 'tds:Device', '']);
    expect(new Set(probes().map(({ id }) => id)).size).toBe(3);
  });
});

const home = {
  name: 'eth0',
  address: '192.168.1.5',
  cidr: '192.168.1.0/24',
  internal: false,
  bits: 24,
};
const match = (endpoint: string, address = 'http://192.168.1.10/onvif/device_service') => ({
  endpoint,
  addresses: [address],
  types: 'dn:NetworkVideoTransmitter',
  name: '',
  hardware: '',
  location: '',
  mac: '',
});
const noMacs = new Map<string, string>();
const answer = {
  openPorts: [80, 554],
  onvif: { url: 'http://192.168.1.10/onvif/device_service', clockOffsetMs: 0 },
  rtsp: { port: 554, server: 'X' },
};

describe('the list of devices', () => {
  it('has a device once that answers several times and is swept as well', () => {
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:AB'), '192.168.1.10', noMacs);
    list.heard(match('uuid:ab'), '192.168.1.10', noMacs);
    list.swept('192.168.1.10', answer, noMacs);
    expect(list.all()).toMatchObject([
      { address: '192.168.1.10', endpoint: 'ab', foundBy: ['multicast', 'sweep'], rtspPort: 554 },
    ]);
  });

  it('has a device once that answers by two network cards, by the address that can be reached', () => {
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:ab', 'http://10.9.9.9/onvif/device_service'), '10.9.9.9', noMacs);
    list.heard(match('urn:uuid:ab'), '192.168.1.10', noMacs);
    expect(list.all()).toMatchObject([{ address: '192.168.1.10', foreign: false }]);
  });

  it('has cameras twice that were cloned with one endpoint reference', () => {
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:clone'), '192.168.1.10', noMacs);
    list.heard(match('urn:uuid:clone'), '192.168.1.11', noMacs);
    expect(list.size).toBe(2);
  });

  it('has a device once whose network card is known by two addresses', () => {
    const macs = new Map([
      ['192.168.1.10', 'AA:BB:CC:DD:EE:FF'],
      ['192.168.1.99', 'AA:BB:CC:DD:EE:FF'],
    ]);
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:ab'), '192.168.1.10', macs);
    list.swept('192.168.1.99', answer, macs);
    expect(list.size).toBe(1);
  });

  it('marks a camera on a foreign subnet', () => {
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:ab'), '192.168.0.64', noMacs);
    expect(list.all()).toMatchObject([{ address: '192.168.0.64', foreign: true }]);
  });

  it('takes the address that answered, not the one of another network that the device names', () => {
    const list = new DeviceList([home]);
    list.heard(match('urn:uuid:ab', 'http://192.168.254.4:8000/onvif/x'), '192.168.1.10', noMacs);
    expect(list.all()[0]?.onvifUrl).toBe('http://192.168.1.10:8000/onvif/x');
  });

  it('has no open port alone, and no more devices than it promises', () => {
    const list = new DeviceList([home]);
    expect(
      list.swept('192.168.1.9', { openPorts: [80], onvif: null, rtsp: null }, noMacs),
    ).toBeNull();
    for (let index = 0; index < 6000; index++) {
      list.heard(match(`urn:uuid:${index}`), `10.0.${index >> 8}.${index & 255}`, noMacs);
    }
    expect(list.size).toBe(5000);
  });
});
