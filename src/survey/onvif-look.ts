import type { Cause } from '../contract/cause.ts';
import type { SurveyPtz } from '../contract/survey-schemas.ts';
import type { MediaProfile, StreamPair } from '../onvif/media.types.ts';
import type { OnvifDevice } from '../onvif/onvif.types.ts';
import type { Recording } from '../onvif/recording.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import type { OnvifFound, RecordingFound, SurveyCamera } from './survey.types.ts';

/**
 * What a device tells by ONVIF. Each part is asked for by itself: a camera whose recording service
 * fails still tells its model.
 */
export interface OnvifLook {
  readonly device: OnvifDevice;
  readonly found: OnvifFound;
  readonly information: {
    manufacturer: string;
    model: string;
    firmware: string;
    serial: string;
  } | null;
  readonly profiles: { profile: MediaProfile; uri: string }[];
  readonly pairs: StreamPair[];
  /** The first failure that was not about one missing service. */
  readonly cause: Cause | null;
}

const maxProfiles = 256;

export async function lookByOnvif(device: OnvifDevice): Promise<OnvifLook> {
  let cause: Cause | null = null;
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    // A refused login fails everything that needs one, without asking the device again.
    try {
      return await work();
    } catch (error) {
      cause ??= Fault.from(error).shown;
      return otherwise;
    }
  };
  const information = await attempt(async () => {
    const { manufacturer, model, firmware, serial } = await device.device.information();
    return { manufacturer, model, firmware, serial };
  }, null);
  const listed = (await attempt(() => device.profiles(), [])).slice(0, maxProfiles);
  const profiles: OnvifLook['profiles'] = [];
  for (const profile of listed) {
    // A second stream that serves nothing is quirk 15: then the first still counts.
    const uri = profile.video ? await attempt(() => device.streamUri(profile), '') : '';
    profiles.push({ profile, uri: plainUri(uri) });
  }
  const pairs = await attempt(() => device.pairs(), []);
  const versions = device.services.filter(({ version }) => version !== '');
  const version =
    versions.find(({ name }) => name === 'device') ??
    versions.find(({ name }) => name === 'media2') ??
    versions.find(({ name }) => name === 'media');
  return {
    device,
    found: {
      version: version?.version ?? '',
      services: [...new Set(device.services.map(({ name }) => name))],
      auth: device.login,
    },
    information,
    profiles,
    pairs,
    cause: device.refused?.shown ?? cause,
  };
}

/** Nothing that is written down or shown carries a login, whatever the device put into its URI. */
function plainUri(uri: string): string {
  try {
    return uri === '' ? '' : splitUrl(uri).url;
  } catch {
    return '';
  }
}

/** The pair of profiles that a camera of the register is, by its address; else the only pair. */
export function pairOf(camera: SurveyCamera, look: OnvifLook): StreamPair | null {
  const paths = [camera.url, camera.subUrl].filter(Boolean).map(pathOf);
  const known = look.pairs.find(({ main, sub }) =>
    [main, sub].some((profile) => {
      const uri = profile && uriOf(look, profile.token);
      return uri ? paths.includes(pathOf(uri)) : false;
    }),
  );
  return known ?? (look.pairs.length === 1 ? look.pairs[0]! : null);
}

export function uriOf(look: OnvifLook, token: string): string {
  return look.profiles.find(({ profile }) => profile.token === token)?.uri ?? '';
}

/** Path and query: behind a router the host and port of a URI say nothing. */
function pathOf(url: string): string {
  const match = /^rtsps?:\/\/[^/?#]*(.*)$/i.exec(url);
  return match?.[1]?.replace(/\/$/, '') ?? url;
}

/** Null: the camera does not steer. Rejects where it should and does not answer. */
export async function ptzOf(device: OnvifDevice, main: MediaProfile): Promise<SurveyPtz | null> {
  const { ptz } = device;
  if (!ptz || !main.ptz) return null;
  const wanted = main.ptz.node;
  const nodes = await ptz.nodes();
  const node = nodes.find(({ token }) => token === wanted) ?? nodes[0];
  if (!node) return null;
  const presets = await ptz.presets(main.token).catch(() => []);
  const { continuous, absolute, relative } = node.abilities;
  return {
    continuous,
    absolute,
    relative,
    presets: presets.slice(0, 300).map(({ token, name }) => ({
      token: token.slice(0, 200),
      name: name.slice(0, 200),
    })),
    home: node.home,
  };
}

/** What a device recorded, asked for once; `undefined` where it has no such service or fails. */
export interface RecordingLook {
  readonly extent: RecordingFound | null;
  readonly recordings: readonly Recording[];
}

export async function recordingsOf(
  device: OnvifDevice,
  channels: number,
): Promise<RecordingLook | undefined> {
  const { search } = device;
  if (!search) return undefined;
  // One after the other: devices keep few searches open, many only one.
  const extent = await search.extent().catch(() => undefined);
  const recordings = channels > 1 ? await search.recordings().catch((): Recording[] => []) : [];
  if (extent === undefined && recordings.length === 0) return undefined;
  return { extent: extent ? footage(extent) : null, recordings };
}

/**
 * The recording of one channel. A recorder's summary is about all its channels, so it counts for a
 * camera only where the device has no other.
 */
export function recordingOf(
  look: RecordingLook | undefined,
  pair: StreamPair | null,
  only: boolean,
): RecordingFound | null | undefined {
  if (!look) return undefined;
  const source = pair?.main.videoSource ?? '';
  const names = [source, pair?.main.videoSourceConfiguration, pair?.main.token].filter(Boolean);
  const own = look.recordings.filter(
    ({ sourceId, sourceName }) =>
      names.includes(sourceId) ||
      (pair !== null && sourceName !== '' && sourceName === pair.main.name),
  );
  if (own.length > 0) {
    const oldest = own.map((one) => footage(one).oldest).filter((at) => at !== null);
    const newest = own.map((one) => footage(one).newest).filter((at) => at !== null);
    return {
      oldest: oldest.length > 0 ? Math.min(...oldest) : null,
      newest: newest.length > 0 ? Math.max(...newest) : null,
    };
  }
  if (only) return look.extent;
  // Nothing at all is recorded: that is true of each channel.
  return look.extent === null && look.recordings.length === 0 ? null : undefined;
}

/** Recorders without footage yet, or with a flat clock battery, say 1970 (quirk 18). */
const notBefore = Date.UTC(2000, 0, 1);

function footage({ oldest, newest }: RecordingFound): RecordingFound {
  const known = (at: number | null) => (at !== null && at >= notBefore ? at : null);
  return { oldest: known(oldest), newest: known(newest) };
}
