import { escapeXml } from '../onvif/xml.ts';
import { type OnvifContext, onvifServices, serviceAddress, serviceNames } from './onvif-site.ts';

/** ONVIF Device Management, "ver10/device", as far as clients read a recorder. */
export const deviceOperations: Readonly<Record<string, (context: OnvifContext) => string>> = {
  GetSystemDateAndTime({ now }) {
    const at = new Date(now);
    return (
      '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
      '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>ICT-7</tt:TZ></tt:TimeZone><tt:UTCDateTime>' +
      `<tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time>` +
      `<tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date>` +
      '</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
    );
  },
  GetDeviceInformation({ site }) {
    return (
      '<tds:GetDeviceInformationResponse><tds:Manufacturer>Trúc Xanh (mô phỏng)</tds:Manufacturer>' +
      `<tds:Model>TX-NVR${site.cameras.length}</tds:Model><tds:FirmwareVersion>5.10</tds:FirmwareVersion>` +
      `<tds:SerialNumber>${serialOf(site.id)}</tds:SerialNumber><tds:HardwareId>0007</tds:HardwareId></tds:GetDeviceInformationResponse>`
    );
  },
  GetHostname: ({ site }) =>
    `<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>${escapeXml(site.id)}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>`,
  GetServices(context) {
    const list = serviceNames(context.faults, context.site).map(
      (name) =>
        `<tds:Service><tds:Namespace>${onvifServices[name]}</tds:Namespace><tds:XAddr>${escapeXml(serviceAddress(context, name))}</tds:XAddr>` +
        '<tds:Version><tt:Major>21</tt:Major><tt:Minor>12</tt:Minor></tds:Version></tds:Service>',
    );
    return `<tds:GetServicesResponse>${list.join('')}</tds:GetServicesResponse>`;
  },
  GetCapabilities(context) {
    const names = serviceNames(context.faults, context.site);
    const address = (name: (typeof names)[number]) =>
      `<tt:XAddr>${escapeXml(serviceAddress(context, name))}</tt:XAddr>`;
    const media = names.includes('media')
      ? `<tt:Media>${address('media')}<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>`
      : '';
    const ptz = names.includes('ptz') ? `<tt:PTZ>${address('ptz')}</tt:PTZ>` : '';
    return (
      `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device>${address('device_service')}</tt:Device>` +
      `<tt:Events>${address('events')}<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport>` +
      `<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events><tt:Imaging>${address('imaging')}</tt:Imaging>${media}${ptz}` +
      `<tt:Extension><tt:Recording>${address('recording')}</tt:Recording><tt:Search>${address('search')}<tt:MetadataSearch>false</tt:MetadataSearch></tt:Search>` +
      `<tt:Replay>${address('replay')}</tt:Replay></tt:Extension></tds:Capabilities></tds:GetCapabilitiesResponse>`
    );
  },
  GetScopes({ site }) {
    const scopes = [
      'type/Network_Video_Recorder',
      'Profile/Streaming',
      'Profile/T',
      'Profile/G',
      `name/${encodeURIComponent(site.name)}`,
      'hardware/TX-NVR',
      `location/${encodeURIComponent(site.province)}`,
    ].map(
      (scope) =>
        `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/${escapeXml(scope)}</tt:ScopeItem></tds:Scopes>`,
    );
    return `<tds:GetScopesResponse>${scopes.join('')}</tds:GetScopesResponse>`;
  },
  GetNetworkInterfaces({ site }) {
    const digits = siteNumber(site.id).toString(16).padStart(4, '0');
    // 02: locally administered, so nobody's card
    const mac = `02:56:47:00:${digits.slice(0, 2)}:${digits.slice(2)}`;
    return (
      '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>' +
      `<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${mac}</tt:HwAddress></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`
    );
  },
};

/** What strangers may ask (ONVIF Core, access class PRE_AUTH). */
export const openOperations: readonly string[] = [
  'GetSystemDateAndTime',
  'GetServices',
  'GetCapabilities',
  'GetHostname',
];

function siteNumber(id: string): number {
  return Number.parseInt(/\d+/.exec(id)?.[0] ?? '0', 10) & 0xffff;
}

/** Eighteen digits: more than a floating-point number holds, as real ones are. */
function serialOf(id: string): string {
  return `4047059239180${String(siteNumber(id)).padStart(5, '0')}`;
}
