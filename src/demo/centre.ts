import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { DemoCentre, DemoOptions } from './centre.types.ts';
import type { ClipCodec } from './clip.ts';
import { type ClipPair, clipsFolder, loadClips } from './clip-store.ts';
import { answerDiscovery } from './onvif-discovery.ts';
import { footageSpans, replayPath } from './onvif-recordings.ts';
import { startOnvifServer } from './onvif-server.ts';
import type { OnvifCamera, OnvifStream } from './onvif-site.ts';
import { places } from './ptz-device.ts';
import type { Mood } from './rtsp-player.ts';
import { startRtspServer } from './rtsp-server.ts';
import { type DemoCamera, demoRegister } from './sites.ts';
import { drawSound } from './sound.ts';
import { openSteering } from './steering.ts';
import { SoundTrack, type VideoTrack } from './track.ts';

/** Cameras of the demonstration with something special, by their place in the register. */
const special = {
  dropsOut: 9,
  freezes: 12,
  wrongPassword: 15,
  sound: 0,
  h265: [13, 22, 37],
  mjpeg: [5, 23],
  /** A yard and a gate, both on the first screen of sixteen. */
  steered: [3, 6],
} as const;

const second = 1000;
/** Drops out for 8 s in every 40 s, the first time after 20 s. */
const dropEvery = 40 * second;
const dropFor = 8 * second;
/** Shows the same picture for 20 s in every 60 s, the first time after 30 s. */
const freezeEvery = 60 * second;
const freezeFor = 20 * second;

/**
 * Starts the simulated centre: one RTSP server on loopback that answers for all cameras by path, and
 * one recorder for each site that answers ONVIF.
 * @throws {Error} where the port is taken, or the clips are missing.
 */
export async function startDemoCentre(options: DemoOptions): Promise<DemoCentre> {
  const count = Math.min(512, Math.max(1, Math.trunc(options.cameras ?? 48)));
  const faults = options.faults ?? true;
  const folder = options.clipsFolder ?? clipsFolder();
  const clips = await loadClips(folder);
  const steering = await openSteering(folder, options);
  const server = await startRtspServer({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    log: options.log,
  });
  const { sites, cameras } = demoRegister(count);
  const recorded = new Map<string, OnvifCamera[]>(sites.map(({ id }) => [id, []]));
  const sound = new SoundTrack(drawSound(12));
  const startedAt = performance.now();
  const told = new Map<string, Mood>();

  const moodOf = (camera: DemoCamera): Mood => {
    const asked = told.get(camera.id);
    if (asked) return asked;
    return faults ? moodBySchedule(camera.index, performance.now() - startedAt) : 'none';
  };

  for (const camera of cameras) {
    const clip = clipFor(camera, clips);
    const ptz = special.steered.some((index) => index === camera.index)
      ? steering.add(camera.id, camera.placement === 'gate' ? places.gate : places.yard)
      : null;
    const stream = {
      login: camera.site.login,
      sound: camera.index === special.sound ? sound : null,
      // Neighbours show the same place at another moment
      offsetSeconds: (camera.index * 5.3) % 97,
      mood: () => moodOf(camera),
    };
    server.mount(`${camera.path}/main`, { ...stream, video: ptz?.main.track ?? clip.main });
    server.mount(`${camera.path}/sub`, { ...stream, video: ptz?.sub.track ?? clip.sub });
    server.mount(replayPath(`${camera.path}/main`), {
      ...stream,
      sound: null,
      video: clip.main,
      footage: () => {
        const offset = options.onvifFaults?.clockOffsetMs ?? 0;
        return footageSpans(
          camera.index,
          Date.now() - (performance.now() - startedAt) + offset,
          Date.now() + offset,
        );
      },
      ...(options.onvifFaults?.footage?.oneReplay ? { maxSessions: 1 } : {}),
    });
    recorded.get(camera.site.id)?.push({
      name: camera.name,
      index: camera.index,
      main: ptz
        ? ptz.streamOf(`${camera.path}/main`, 'main')
        : streamOf(`${camera.path}/main`, clip.main),
      sub: ptz
        ? ptz.streamOf(`${camera.path}/sub`, 'sub')
        : streamOf(`${camera.path}/sub`, clip.sub),
      ptz: ptz?.device ?? null,
    });
  }

  const recordedSites = sites.map((site) => ({ ...site, cameras: recorded.get(site.id) ?? [] }));
  const recorders = await startOnvifServer({
    host: options.host ?? '127.0.0.1',
    port: options.onvifPort ?? 0,
    rtspPort: server.port,
    sites: recordedSites,
    faults: options.onvifFaults ?? {},
    log: options.log,
  }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });

  const answerer = options.discovery
    ? await answerDiscovery({
        sites: recordedSites,
        url: (siteId) => recorders.url(siteId),
        faults: options.onvifFaults?.discovery ?? {},
        log: options.log,
      }).catch(async (error: unknown) => {
        await Promise.all([recorders.close(), server.close()]);
        throw error;
      })
    : null;

  const shown = cameras.map((camera): SiteCamera => {
    const { user, password } = camera.site.login;
    const wrong = faults && camera.index === special.wrongPassword;
    return {
      id: camera.id,
      name: camera.name,
      siteId: camera.site.id,
      siteName: camera.site.name,
      province: camera.site.province,
      placement: camera.placement,
      url: server.url(`${camera.path}/main`),
      subUrl: server.url(`${camera.path}/sub`),
      onvif: recorders.url(camera.site.id),
      focalPoints: camera.site.focalPoints,
      ptz: steering.cameras.some(({ cameraId }) => cameraId === camera.id),
      transport: 'auto',
      removable: false,
      credential: { user, password: wrong ? `${password}-cu` : password },
    };
  });

  return {
    port: server.port,
    onvifPort: recorders.port,
    cameras: shown,
    onvifUrl: (siteId) => recorders.url(siteId),
    fault(cameraId, mood) {
      const camera = cameras.find((one) => one.id === cameraId);
      if (!camera) throw new Error('no such demo camera');
      if (mood === null) told.delete(cameraId);
      else told.set(cameraId, mood);
      if (mood === 'drop') server.cut((path) => path.startsWith(`${camera.path}/`));
    },
    figures: () => ({
      ...server.figures,
      onvifRefusedLogins: recorders.figures.refusedLogins,
    }),
    steered: steering.cameras,
    close: async () => {
      await Promise.all([answerer?.close(), recorders.close(), server.close()]);
      await steering.close();
    },
  };
}

/** What a person should know of a camera of the demonstration, or null. */
export function peculiarityOf(
  index: number,
  faults: boolean,
): 'sound' | 'drop' | 'freeze' | 'password' | null {
  if (index === special.sound) return 'sound';
  if (!faults) return null;
  if (index === special.dropsOut) return 'drop';
  if (index === special.freezes) return 'freeze';
  return index === special.wrongPassword ? 'password' : null;
}

function moodBySchedule(index: number, elapsed: number): Mood {
  if (index === special.dropsOut && (elapsed + dropEvery / 2) % dropEvery < dropFor) return 'drop';
  if (index === special.freezes && (elapsed + freezeEvery / 2) % freezeEvery < freezeFor)
    return 'freeze';
  return 'none';
}

/** As an encoder would tell its settings. */
function streamOf(path: string, { clip }: VideoTrack): OnvifStream {
  const { codec, width, height, fps, frames } = clip;
  let bits = 0;
  for (const { units } of frames) for (const unit of units) bits += unit.length * 8;
  const keyframes = frames.filter(({ keyframe }) => keyframe).length;
  const kbps = Math.max(1, Math.round((bits * fps) / frames.length / 1000));
  const gop = Math.round(frames.length / keyframes);
  return { path, codec, width, height, fps, kbps, gop };
}

function clipFor(camera: DemoCamera, clips: readonly ClipPair[]): ClipPair {
  const turn = camera.index % 48;
  const codec: ClipCodec = special.h265.some((index) => index === turn)
    ? 'h265'
    : special.mjpeg.some((index) => index === turn)
      ? 'mjpeg'
      : 'h264';
  const ofCodec = clips.filter((clip) => clip.codec === codec);
  const ofPlace = ofCodec.filter((clip) => clip.placement === camera.placement);
  const choice = ofPlace.length > 0 ? ofPlace : ofCodec.length > 0 ? ofCodec : clips;
  return choice[Math.floor(camera.index / 4) % choice.length]!;
}
