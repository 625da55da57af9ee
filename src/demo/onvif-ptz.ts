import { parseDuration } from '../onvif/onvif-time.ts';
import { escapeXml, find, findAll, type XmlElement } from '../onvif/xml.ts';
import type { OnvifContext } from './onvif-site.ts';
import { SoapRefusal, textAt } from './onvif-soap.ts';
import { maxPresets, maxTourSpots, maxTours, type PtzDevice, type PtzTour } from './ptz-device.ts';
import {
  fromGeneric,
  type PtzAxis,
  type PtzPosition,
  ptzLimits,
  toGeneric,
  viewAngle,
} from './ptz-head.ts';
import { directionAt } from './ptz-lens.ts';

type Operation = (context: OnvifContext, body: XmlElement) => string;

const spaces = 'http://www.onvif.org/ver10/tptz';
const panTilt = `${spaces}/PanTiltSpaces`;
const zoomSpaces = `${spaces}/ZoomSpaces`;
/** ONVIF PTZ, annex A. Of the picture as it is: 1 brings its right or upper edge to the middle. */
const viewSpace = `${panTilt}/TranslationSpaceFov`;
const degreesSpace = `${panTilt}/SphericalPositionSpaceDegrees`;
const turnSpace = `${panTilt}/SphericalTranslationSpaceDegrees`;
const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 60_000;
export const auxiliaries = ['tt:Wiper|On', 'tt:Wiper|Off', 'tt:IRLamp|On', 'tt:IRLamp|Off'];

/** ONVIF PTZ, "ver20/ptz", for the cameras of a site that have it. */
export const ptzOperations: Readonly<Record<string, Operation>> = {
  GetServiceCapabilities: () =>
    '<tptz:GetServiceCapabilitiesResponse><tptz:Capabilities EFlip="false" Reverse="false" GetCompatibleConfigurations="true" MoveStatus="true" StatusPosition="true"/></tptz:GetServiceCapabilitiesResponse>',
  GetNodes: (context) => list('GetNodes', context, (place) => node(context, place)),
  GetNode(context, body) {
    const place = placeBy(context, 'PTZNode_', textAt(body, 'NodeToken'), 'ter:NoEntity');
    return `<tptz:GetNodeResponse>${node(context, place)}</tptz:GetNodeResponse>`;
  },
  GetConfigurations: (context) => list('GetConfigurations', context, configuration),
  GetConfiguration(context, body) {
    const token = textAt(body, 'PTZConfigurationToken');
    const place = placeBy(context, 'PTZConfig_', token, 'ter:NoConfig');
    return `<tptz:GetConfigurationResponse>${configuration(place)}</tptz:GetConfigurationResponse>`;
  },
  GetCompatibleConfigurations(context, body) {
    const { place } = steered(context, body);
    return `<tptz:GetCompatibleConfigurationsResponse>${configuration(place)}</tptz:GetCompatibleConfigurationsResponse>`;
  },
  GetConfigurationOptions(context, body) {
    placeBy(context, 'PTZConfig_', textAt(body, 'ConfigurationToken'), 'ter:NoConfig');
    return (
      `<tptz:GetConfigurationOptionsResponse><tptz:PTZConfigurationOptions><tt:Spaces>${supportedSpaces(context)}</tt:Spaces>` +
      '<tt:PTZTimeout><tt:Min>PT0.1S</tt:Min><tt:Max>PT60S</tt:Max></tt:PTZTimeout></tptz:PTZConfigurationOptions></tptz:GetConfigurationOptionsResponse>'
    );
  },
  ContinuousMove(context, body) {
    const { device } = steered(context, body);
    const speeds = vector(find(body, 'Velocity'), -1, 'ter:InvalidVelocity');
    const asked = parseDuration(textAt(body, 'Timeout')) ?? defaultTimeoutMs;
    const timeout = Math.min(longestTimeoutMs, Math.max(0, asked));
    device.endTours();
    const ignored = context.faults.ptz?.ignoresTimeout;
    device.head.drive(speeds.generic, ignored ? Number.POSITIVE_INFINITY : timeout);
    return '<tptz:ContinuousMoveResponse/>';
  },
  RelativeMove(context, body) {
    const { device } = steered(context, body);
    const by = vector(find(body, 'Translation'), -1, 'ter:InvalidTranslation');
    const from = device.head.position;
    const range = (axis: PtzAxis) => (ptzLimits[axis].most - ptzLimits[axis].least) / 2;
    const { pan, tilt, zoom } = by.generic;
    const scale =
      by.space === turnSpace ? { pan: 1, tilt: 1 } : { pan: range('pan'), tilt: range('tilt') };
    const seen =
      by.space === viewSpace
        ? directionAt({ ...from, angle: viewAngle(from.zoom) }, pan ?? 0, tilt ?? 0, 16 / 9)
        : null;
    device.endTours();
    device.head.go(
      {
        ...(pan === undefined ? {} : { pan: seen?.pan ?? from.pan + pan * scale.pan }),
        ...(tilt === undefined ? {} : { tilt: seen?.tilt ?? from.tilt + tilt * scale.tilt }),
        ...(zoom === undefined ? {} : { zoom: from.zoom + zoom }),
      },
      speedOf(body),
    );
    return '<tptz:RelativeMoveResponse/>';
  },
  AbsoluteMove(context, body) {
    if (context.faults.ptz?.noAbsolute) throw unsupported('AbsoluteMove');
    const { device } = steered(context, body);
    const to = vector(find(body, 'Position'), 0, 'ter:InvalidPosition');
    device.endTours();
    device.head.go(to.space === degreesSpace ? to.generic : degrees(to.generic), speedOf(body));
    return '<tptz:AbsoluteMoveResponse/>';
  },
  Stop(context, body) {
    const { device } = steered(context, body);
    if (!context.faults.ptz?.ignoresStop) {
      device.endTours();
      const wanted = (name: string) => textAt(body, name) !== 'false';
      device.head.stop({ panTilt: wanted('PanTilt'), zoom: wanted('Zoom') });
    }
    return '<tptz:StopResponse/>';
  },
  GetStatus(context, body) {
    if (context.faults.ptz?.noStatus) throw unsupported('GetStatus');
    const { head } = steered(context, body).device;
    const state = (moves: boolean) => (moves ? 'MOVING' : 'IDLE');
    return (
      `<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>${placeText(head.position)}</tt:Position><tt:MoveStatus>` +
      `<tt:PanTilt>${state(head.moves('pan') || head.moves('tilt'))}</tt:PanTilt><tt:Zoom>${state(head.moves('zoom'))}</tt:Zoom></tt:MoveStatus>` +
      `<tt:Error>NO error</tt:Error><tt:UtcTime>${new Date(context.now).toISOString()}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>`
    );
  },
  GetPresets(context, body) {
    const { device } = steered(context, body);
    const presets = [...device.presets.values()].map(
      ({ token, name, position }) =>
        `<tptz:Preset token="${escapeXml(token)}"><tt:Name>${escapeXml(name)}</tt:Name><tt:PTZPosition>${placeText(position)}</tt:PTZPosition></tptz:Preset>`,
    );
    return `<tptz:GetPresetsResponse>${presets.join('')}</tptz:GetPresetsResponse>`;
  },
  SetPreset(context, body) {
    const { device } = steered(context, body);
    const token = textAt(body, 'PresetToken');
    if (token !== '') presetBy(device, token);
    const name = textAt(body, 'PresetName').slice(0, 100);
    const preset = device.setPreset(token === '' ? null : token, name);
    if (!preset)
      throw new SoapRefusal('Receiver', ['ter:Action', 'ter:TooManyPresets'], 'Too many presets');
    return `<tptz:SetPresetResponse><tptz:PresetToken>${escapeXml(preset.token)}</tptz:PresetToken></tptz:SetPresetResponse>`;
  },
  RemovePreset(context, body) {
    const { device } = steered(context, body);
    device.presets.delete(presetBy(device, textAt(body, 'PresetToken')).token);
    return '<tptz:RemovePresetResponse/>';
  },
  GotoPreset(context, body) {
    const { device } = steered(context, body);
    const preset = presetBy(device, textAt(body, 'PresetToken'));
    device.endTours();
    device.head.go(preset.position, speedOf(body));
    return '<tptz:GotoPresetResponse/>';
  },
  GotoHomePosition(context, body) {
    if (context.faults.ptz?.noHome) throw unsupported('GotoHomePosition');
    const { device } = steered(context, body);
    device.endTours();
    device.head.go(device.home, speedOf(body));
    return '<tptz:GotoHomePositionResponse/>';
  },
  SetHomePosition(context, body) {
    if (context.faults.ptz?.noHome) throw unsupported('SetHomePosition');
    const { device } = steered(context, body);
    device.home = device.head.position;
    return '<tptz:SetHomePositionResponse/>';
  },
  SendAuxiliaryCommand(context, body) {
    const { device } = steered(context, body);
    const command = textAt(body, 'AuxiliaryData');
    if (!auxiliaries.includes(command))
      throw new SoapRefusal('Sender', ['ter:InvalidArgVal'], 'There is no such auxiliary command');
    const on = command.endsWith('|On');
    if (command.startsWith('tt:Wiper')) device.wipe(on);
    else device.lamp = on;
    return `<tptz:SendAuxiliaryCommandResponse><tptz:AuxiliaryResponse>${command}</tptz:AuxiliaryResponse></tptz:SendAuxiliaryCommandResponse>`;
  },
  GetPresetTours(context, body) {
    const { device } = steered(context, body);
    const tours = [...device.tours.values()].map(tourText).join('');
    return `<tptz:GetPresetToursResponse>${tours}</tptz:GetPresetToursResponse>`;
  },
  CreatePresetTour(context, body) {
    const tour = steered(context, body).device.createTour();
    if (!tour)
      throw new SoapRefusal('Receiver', ['ter:Action', 'ter:TooManyPresetTours'], 'Too many tours');
    return `<tptz:CreatePresetTourResponse><tptz:PresetTourToken>${tour.token}</tptz:PresetTourToken></tptz:CreatePresetTourResponse>`;
  },
  ModifyPresetTour(context, body) {
    const { device } = steered(context, body);
    const told = find(body, 'PresetTour');
    const tour = tourBy(device, told?.attributes.get('token') ?? '');
    tour.name = textAt(told, 'Name').slice(0, 100);
    tour.spots = findAll(told, 'TourSpot')
      .slice(0, maxTourSpots)
      .map((spot) => ({
        preset: presetBy(device, textAt(spot, 'PresetDetail', 'PresetToken')).token,
        stayMs: Math.max(0, parseDuration(textAt(spot, 'StayTime')) ?? 0),
      }));
    return '<tptz:ModifyPresetTourResponse/>';
  },
  OperatePresetTour(context, body) {
    const { device } = steered(context, body);
    const tour = tourBy(device, textAt(body, 'PresetTourToken'));
    const operation = textAt(body, 'Operation');
    if (operation === 'Start' && tour.spots.length > 0) device.startTour(tour);
    else if (operation === 'Stop' || operation === 'Pause') {
      device.endTours(operation === 'Pause' ? 'Paused' : 'Idle');
      device.head.stop({ panTilt: true, zoom: true });
    } else throw new SoapRefusal('Sender', ['ter:InvalidArgVal'], 'That tour cannot do that');
    return '<tptz:OperatePresetTourResponse/>';
  },
  RemovePresetTour(context, body) {
    const { device } = steered(context, body);
    const tour = tourBy(device, textAt(body, 'PresetTourToken'));
    if (tour.state === 'Touring') device.endTours();
    device.tours.delete(tour.token);
    return '<tptz:RemovePresetTourResponse/>';
  },
};

/** Inside of the PTZConfiguration of a profile. */
export function configurationParts(place: number): string {
  return (
    `<tt:Name>PTZ ${place + 1}</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>PTZNode_${place + 1}</tt:NodeToken>` +
    `<tt:DefaultAbsolutePantTiltPositionSpace>${panTilt}/PositionGenericSpace</tt:DefaultAbsolutePantTiltPositionSpace>` +
    `<tt:DefaultAbsoluteZoomPositionSpace>${zoomSpaces}/PositionGenericSpace</tt:DefaultAbsoluteZoomPositionSpace>` +
    `<tt:DefaultContinuousPanTiltVelocitySpace>${panTilt}/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace>` +
    `<tt:DefaultContinuousZoomVelocitySpace>${zoomSpaces}/VelocityGenericSpace</tt:DefaultContinuousZoomVelocitySpace>` +
    `<tt:DefaultPTZTimeout>PT${defaultTimeoutMs / 1000}S</tt:DefaultPTZTimeout>`
  );
}

function configuration(place: number): string {
  return `<tptz:PTZConfiguration token="PTZConfig_${place + 1}">${configurationParts(place)}</tptz:PTZConfiguration>`;
}

function node({ faults }: OnvifContext, place: number): string {
  const commands = auxiliaries.map((one) => `<tt:AuxiliaryCommands>${one}</tt:AuxiliaryCommands>`);
  return (
    `<tptz:PTZNode token="PTZNode_${place + 1}" FixedHomePosition="false"><tt:Name>PTZ ${place + 1}</tt:Name>` +
    `<tt:SupportedPTZSpaces>${supportedSpaces({ faults })}</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>${maxPresets}</tt:MaximumNumberOfPresets>` +
    `<tt:HomeSupported>${!faults.ptz?.noHome}</tt:HomeSupported>${commands.join('')}<tt:Extension><tt:SupportedPresetTour>` +
    `<tt:MaximumNumberOfPresetTours>${maxTours}</tt:MaximumNumberOfPresetTours><tt:PTZPresetTourOperation>Start</tt:PTZPresetTourOperation>` +
    '<tt:PTZPresetTourOperation>Stop</tt:PTZPresetTourOperation><tt:PTZPresetTourOperation>Pause</tt:PTZPresetTourOperation>' +
    '</tt:SupportedPresetTour></tt:Extension></tptz:PTZNode>'
  );
}

function supportedSpaces({ faults }: Pick<OnvifContext, 'faults'>): string {
  const { pan, tilt } = ptzLimits;
  const range = (name: string, [min, max]: readonly [number, number]) =>
    `<tt:${name}><tt:Min>${min}</tt:Min><tt:Max>${max}</tt:Max></tt:${name}>`;
  const both: readonly [number, number] = [-1, 1];
  const space = (
    element: string,
    uri: string,
    x: readonly [number, number],
    y?: readonly [number, number],
  ) =>
    `<tt:${element}><tt:URI>${uri}</tt:URI>${range('XRange', x)}${y ? range('YRange', y) : ''}</tt:${element}>`;
  const absolute =
    space('AbsolutePanTiltPositionSpace', `${panTilt}/PositionGenericSpace`, both, both) +
    space(
      'AbsolutePanTiltPositionSpace',
      degreesSpace,
      [pan.least, pan.most],
      [tilt.least, tilt.most],
    ) +
    space('AbsoluteZoomPositionSpace', `${zoomSpaces}/PositionGenericSpace`, [0, 1]);
  return (
    (faults.ptz?.noAbsolute ? '' : absolute) +
    space('RelativePanTiltTranslationSpace', `${panTilt}/TranslationGenericSpace`, both, both) +
    space('RelativePanTiltTranslationSpace', viewSpace, both, both) +
    space('RelativePanTiltTranslationSpace', turnSpace, [-180, 180], [-90, 90]) +
    space('RelativeZoomTranslationSpace', `${zoomSpaces}/TranslationGenericSpace`, both) +
    space('ContinuousPanTiltVelocitySpace', `${panTilt}/VelocityGenericSpace`, both, both) +
    space('ContinuousZoomVelocitySpace', `${zoomSpaces}/VelocityGenericSpace`, both) +
    space('PanTiltSpeedSpace', `${panTilt}/GenericSpeedSpace`, [0, 1]) +
    space('ZoomSpeedSpace', `${zoomSpaces}/ZoomGenericSpeedSpace`, [0, 1])
  );
}

function list(operation: string, { site }: OnvifContext, one: (place: number) => string): string {
  const all = site.cameras.map(({ ptz }, place) => (ptz ? one(place) : ''));
  return `<tptz:${operation}Response>${all.join('')}</tptz:${operation}Response>`;
}

function placeBy({ site }: OnvifContext, start: string, token: string, why: string): number {
  const place = Number.parseInt(token.slice(start.length), 10) - 1;
  if (token !== `${start}${place + 1}` || !site.cameras[place]?.ptz)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', why],
      `There is no ${token.slice(0, 80)}`,
    );
  return place;
}

/** The camera of a profile. */
function steered(context: OnvifContext, body: XmlElement): { device: PtzDevice; place: number } {
  const token = textAt(body, 'ProfileToken');
  const place = Number(/^Profile_(\d{1,3})_(?:main|sub)$/.exec(token)?.[1] ?? 0) - 1;
  const camera = context.site.cameras[place];
  if (!camera)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoProfile'],
      `There is no profile ${token.slice(0, 80)}`,
    );
  if (!camera.ptz)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoPTZProfile'],
      'That camera cannot be steered',
    );
  return { device: camera.ptz, place };
}

function presetBy(device: PtzDevice, token: string) {
  const preset = device.presets.get(token);
  if (!preset)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoToken'],
      `There is no preset ${token.slice(0, 80)}`,
    );
  return preset;
}

function tourBy(device: PtzDevice, token: string): PtzTour {
  const tour = device.tours.get(token);
  if (!tour)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoToken'],
      `There is no tour ${token.slice(0, 80)}`,
    );
  return tour;
}

function tourText({ token, name, state, spots }: PtzTour): string {
  const all = spots.map(
    ({ preset, stayMs }) =>
      `<tt:TourSpot><tt:PresetDetail><tt:PresetToken>${escapeXml(preset)}</tt:PresetToken></tt:PresetDetail><tt:StayTime>PT${stayMs / 1000}S</tt:StayTime></tt:TourSpot>`,
  );
  return (
    `<tptz:PresetTour token="${token}"><tt:Name>${escapeXml(name)}</tt:Name><tt:Status><tt:State>${state}</tt:State></tt:Status>` +
    `<tt:AutoStart>false</tt:AutoStart><tt:StartingCondition/>${all.join('')}</tptz:PresetTour>`
  );
}

/** PTZVector or PTZSpeed: −1 … 1 but in degrees; an axis that is not given is left out. */
function vector(
  element: XmlElement | null,
  leastZoom: 0 | -1,
  refusal: string,
): { generic: Partial<PtzPosition>; space: string } {
  const space = find(element, 'PanTilt')?.attributes.get('space') ?? '';
  const most = space === degreesSpace || space === turnSpace ? 360 : 1;
  const axis = (name: string, key: string, least: number, greatest: number) => {
    const text = find(element, name)?.attributes.get(key);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= least && value <= greatest))
      throw new SoapRefusal('Sender', ['ter:InvalidArgVal', refusal], 'A value is out of bounds');
    return value;
  };
  const pan = axis('PanTilt', 'x', -most, most);
  const tilt = axis('PanTilt', 'y', -most, most);
  const zoom = axis('Zoom', 'x', leastZoom, 1);
  return {
    generic: {
      ...(pan === undefined ? {} : { pan }),
      ...(tilt === undefined ? {} : { tilt }),
      ...(zoom === undefined ? {} : { zoom }),
    },
    space,
  };
}

function speedOf(body: XmlElement): Partial<PtzPosition> {
  return vector(find(body, 'Speed'), -1, 'ter:InvalidSpeed').generic;
}

function degrees(generic: Partial<PtzPosition>): Partial<PtzPosition> {
  return Object.fromEntries(
    Object.entries(generic).map(([axis, value]) => [axis, fromGeneric(axis as PtzAxis, value)]),
  );
}

function placeText({ pan, tilt, zoom }: PtzPosition): string {
  const text = (axis: PtzAxis, value: number) => String(Number(toGeneric(axis, value).toFixed(5)));
  return (
    `<tt:PanTilt x="${text('pan', pan)}" y="${text('tilt', tilt)}" space="${panTilt}/PositionGenericSpace"/>` +
    `<tt:Zoom x="${text('zoom', zoom)}" space="${zoomSpaces}/PositionGenericSpace"/>`
  );
}

function unsupported(operation: string): SoapRefusal {
  return new SoapRefusal('Receiver', ['ter:ActionNotSupported'], `${operation} is not supported`);
}
