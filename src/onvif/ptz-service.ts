import { Fault } from '../std/fault.ts';
import {
  deviceWords,
  flagText,
  numberText,
  tokenAt,
  tokenOf,
  tokenText,
  wordsAt,
} from './device-text.ts';
import { durationText, parseDuration, parseOnvifTime } from './onvif-time.ts';
import type {
  PanTiltZoom,
  PtzNode,
  PtzService,
  PtzSpace,
  PtzStatus,
  PtzTour,
} from './ptz.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, find, findAll, type XmlElement } from './xml.ts';

const maxList = 1_000;

/** ONVIF PTZ, "ver20/ptz": calls only; who may steer, and for how long, is decided elsewhere. */
export function ptzService(caller: SoapCaller, url: string): PtzService {
  const call = async (operation: string, body = '', urgent = false) =>
    (await caller.call({ url, namespace: namespaces.ptz, operation, body, urgent })).body;
  const profile = (token: string) => element('ProfileToken', token);
  const continuous = (token: string, speed: PanTiltZoom, rest = '') =>
    call(
      'ContinuousMove',
      `${profile(token)}<Velocity>${vector(speed, -1)}</Velocity>${rest}`,
      true,
    );
  const stop = (token: string) =>
    call('Stop', `${profile(token)}<PanTilt>true</PanTilt><Zoom>true</Zoom>`, true);
  const speedElement = (speed: PanTiltZoom | undefined) =>
    speed ? `<Speed>${vector(speed, -1)}</Speed>` : '';
  return {
    async nodes() {
      return findAll(await call('GetNodes'), 'PTZNode')
        .slice(0, maxList)
        .map(nodeOf);
    },
    async configurations() {
      const body = await call('GetConfigurations');
      return findAll(body, 'PTZConfiguration')
        .slice(0, maxList)
        .map((entry) => ({
          token: tokenOf(entry),
          name: wordsAt(entry, 'Name'),
          node: tokenAt(entry, 'NodeToken'),
          defaultTimeoutMs: parseDuration(find(entry, 'DefaultPTZTimeout')?.text),
        }));
    },
    async status(token) {
      try {
        return statusOf(find(await call('GetStatus', profile(token)), 'PTZStatus'));
      } catch (error) {
        if ((error as Fault).code === 'onvif.unsupported') return null;
        throw error;
      }
    },
    async continuousMove(token, speed, timeoutMs) {
      await continuous(token, speed, `<Timeout>${durationText(timeoutMs)}</Timeout>`);
    },
    async relativeMove(token, by, speed, space) {
      const translation = `<Translation>${vector(by, -1, space)}</Translation>`;
      await call('RelativeMove', profile(token) + translation + speedElement(speed));
    },
    async absoluteMove(token, to, speed) {
      const position = `<Position>${vector(to, 0)}</Position>`;
      await call('AbsoluteMove', profile(token) + position + speedElement(speed));
    },
    async stop(token) {
      await stop(token);
    },
    async halt(token) {
      // Together: a device that hangs on the one must not keep the other waiting.
      const zero = continuous(token, { pan: 0, tilt: 0, zoom: 0 }).catch((error: Fault) => {
        // A camera without zoom refuses the whole vector.
        if (!error.code.startsWith('onvif.')) throw error;
        return continuous(token, { pan: 0, tilt: 0 });
      });
      const [stopped] = await Promise.allSettled([stop(token), zero]).then((done) =>
        done.some(({ status }) => status === 'fulfilled') ? [null] : done,
      );
      if (stopped?.status === 'rejected') throw stopped.reason;
    },
    async presets(token) {
      const body = await call('GetPresets', profile(token));
      return findAll(body, 'Preset')
        .slice(0, maxList)
        .map((preset) => ({
          token: tokenOf(preset),
          name: wordsAt(preset, 'Name'),
          position: positionOf(find(preset, 'PTZPosition')),
        }))
        .filter((preset) => preset.token !== '');
    },
    async setPreset(token, name, presetToken) {
      const old = presetToken === undefined ? '' : element('PresetToken', presetToken);
      const body = await call('SetPreset', profile(token) + element('PresetName', name) + old);
      return tokenAt(body, 'PresetToken') || (presetToken ?? '');
    },
    async removePreset(token, presetToken) {
      await call('RemovePreset', profile(token) + element('PresetToken', presetToken));
    },
    async gotoPreset(token, presetToken, speed) {
      const preset = element('PresetToken', presetToken);
      await call('GotoPreset', profile(token) + preset + speedElement(speed));
    },
    async gotoHome(token, speed) {
      await call('GotoHomePosition', profile(token) + speedElement(speed));
    },
    async setHome(token) {
      await call('SetHomePosition', profile(token));
    },
    async tours(token) {
      const body = await call('GetPresetTours', profile(token));
      return findAll(body, 'PresetTour').slice(0, maxList).map(tourOf);
    },
    async saveTour(token, tour, tourToken) {
      const made =
        tourToken ?? tokenAt(await call('CreatePresetTour', profile(token)), 'PresetTourToken');
      if (made === '') throw new Fault('onvif.protocol', 'the device made a tour without a token');
      const spots = tour.spots.map(
        ({ preset, stayMs }) =>
          `<tt:TourSpot><tt:PresetDetail><tt:PresetToken>${escapeXml(preset)}</tt:PresetToken></tt:PresetDetail>` +
          `${stayMs === null ? '' : `<tt:StayTime>${durationText(stayMs)}</tt:StayTime>`}</tt:TourSpot>`,
      );
      const whole =
        `<PresetTour token="${escapeXml(made)}"><tt:Name>${escapeXml(tour.name)}</tt:Name>` +
        '<tt:Status><tt:State>Idle</tt:State></tt:Status><tt:AutoStart>false</tt:AutoStart>' +
        `<tt:StartingCondition/>${spots.join('')}</PresetTour>`;
      await call('ModifyPresetTour', profile(token) + whole);
      return made;
    },
    async operateTour(token, tourToken, operation) {
      const which = element('PresetTourToken', tourToken) + element('Operation', operation);
      await call('OperatePresetTour', profile(token) + which);
    },
    async removeTour(token, tourToken) {
      await call('RemovePresetTour', profile(token) + element('PresetTourToken', tourToken));
    },
    async auxiliary(token, command) {
      await call('SendAuxiliaryCommand', profile(token) + element('AuxiliaryData', command));
    },
  };
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** PanTilt and Zoom; an axis that is not given is not moved. `least`: of the zoom. */
function vector({ pan, tilt, zoom }: PanTiltZoom, least: 0 | -1, space?: string): string {
  const bounded = (value: number, from: number, to: number) => {
    if (!Number.isFinite(value)) throw new Fault('input.value', 'no number', { field: 'ptz' });
    // Never `1e-7`: devices read plain decimals only.
    return String(Number(Math.max(from, Math.min(to, value)).toFixed(5)));
  };
  // Degrees, in a space of their own.
  const most = space === undefined ? 1 : 360;
  const turn = (value = 0) => bounded(value, -most, most);
  const both = pan === undefined && tilt === undefined;
  const where = space === undefined ? '' : ` space="${escapeXml(space)}"`;
  return (
    (both ? '' : `<tt:PanTilt x="${turn(pan)}" y="${turn(tilt)}"${where}/>`) +
    (zoom === undefined ? '' : `<tt:Zoom x="${bounded(zoom, least, 1)}"/>`)
  );
}

const maxSpaces = 64;

function spacesOf(spaces: XmlElement | null): PtzSpace[] {
  const range = (entry: XmlElement, name: string): PtzSpace['x'] => {
    const [min, max] = ['Min', 'Max'].map((end) => numberText(find(entry, name, end)?.text));
    return typeof min === 'number' && typeof max === 'number' && min < max ? [min, max] : null;
  };
  const found: PtzSpace[] = [];
  for (const entry of spaces?.children.slice(0, maxSpaces) ?? []) {
    const match = /^(Absolute|Relative|Continuous)(PanTilt|Zoom)\w+Space$/.exec(entry.name);
    if (!match) continue;
    found.push({
      move: (match[1] as string).toLowerCase() as PtzSpace['move'],
      axis: match[2] === 'Zoom' ? 'zoom' : 'pan-tilt',
      uri: deviceWords(find(entry, 'URI')?.text ?? ''),
      x: range(entry, 'XRange'),
      y: range(entry, 'YRange'),
    });
  }
  return found;
}

function nodeOf(node: XmlElement): PtzNode {
  const spaces = find(node, 'SupportedPTZSpaces');
  const has = (name: string) => find(spaces, name) !== null;
  const either = (start: string) =>
    has(`${start.replace('*', 'PanTilt')}`) || has(`${start.replace('*', 'Zoom')}`);
  const tours = numberText(
    find(node, 'Extension', 'SupportedPresetTour', 'MaximumNumberOfPresetTours')?.text,
  );
  return {
    token: tokenOf(node),
    name: wordsAt(node, 'Name'),
    abilities: {
      continuous: either('Continuous*VelocitySpace'),
      absolute: either('Absolute*PositionSpace'),
      relative: either('Relative*TranslationSpace'),
      zoom: [
        'ContinuousZoomVelocitySpace',
        'AbsoluteZoomPositionSpace',
        'RelativeZoomTranslationSpace',
      ].some(has),
    },
    spaces: spacesOf(spaces),
    home: flagText(find(node, 'HomeSupported')?.text) ?? false,
    fixedHome: flagText(node.attributes.get('FixedHomePosition')) ?? false,
    maxPresets: count(numberText(find(node, 'MaximumNumberOfPresets')?.text)),
    maxTours: count(tours),
    auxiliaries: findAll(node, 'AuxiliaryCommands')
      .slice(0, 64)
      .map(({ text }) => deviceWords(text)),
  };
}

function count(value: number | null): number {
  return value !== null && value > 0 ? Math.min(Math.floor(value), 65_535) : 0;
}

function positionOf(position: XmlElement | null): PanTiltZoom | null {
  const axis = (name: string, key: string) => numberText(find(position, name)?.attributes.get(key));
  const [pan, tilt, zoom] = [axis('PanTilt', 'x'), axis('PanTilt', 'y'), axis('Zoom', 'x')];
  if (pan === null && tilt === null && zoom === null) return null;
  return {
    ...(pan === null ? {} : { pan }),
    ...(tilt === null ? {} : { tilt }),
    ...(zoom === null ? {} : { zoom }),
  };
}

function statusOf(status: XmlElement | null): PtzStatus | null {
  if (!status) return null;
  const { pan = null, tilt = null, zoom = null } = positionOf(find(status, 'Position')) ?? {};
  const states = ['PanTilt', 'Zoom']
    .map((axis) => wordsAt(status, 'MoveStatus', axis).toUpperCase())
    .filter((state) => state === 'MOVING' || state === 'IDLE');
  const error = wordsAt(status, 'Error');
  return {
    pan,
    tilt,
    zoom,
    moving: states.length === 0 ? null : states.includes('MOVING'),
    error: /^no error$/i.test(error) ? '' : error,
    at: parseOnvifTime(find(status, 'UtcTime')?.text),
  };
}

function tourOf(tour: XmlElement): PtzTour {
  return {
    token: tokenText(tour.attributes.get('token')),
    name: wordsAt(tour, 'Name'),
    state: wordsAt(tour, 'Status', 'State'),
    spots: findAll(tour, 'TourSpot')
      .slice(0, maxList)
      .map((spot) => ({
        preset: tokenAt(spot, 'PresetDetail', 'PresetToken'),
        stayMs: parseDuration(find(spot, 'StayTime')?.text),
      })),
  };
}
