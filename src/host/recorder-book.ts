import type { ConnectOnvif, OnvifDevice } from '../onvif/onvif.types.ts';
import { hikvisionFootage, onvifFootage } from '../replay/recorder.ts';
import type { RecorderFootage } from '../replay/replay.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { type DoorSource, ptzDoorOf } from './ptz-door.ts';

/** The recorders behind the cameras: found when somebody asks for footage, kept for a while. */
export interface RecorderBook {
  /** @throws {Fault} `replay.no-recorder`, `net.*`, `rtsp.unauthorized` and what ONVIF answers */
  footage(cameraId: string): Promise<RecorderFootage>;
  close(): void;
}

interface Kept {
  footage?: Promise<RecorderFootage>;
  device: OnvifDevice | null;
  usedAt: number;
}

const keptMs = 5 * 60_000;
/** Another address of the same host may still answer. */
const nobodyThere = /^net\.|^onvif\.not-onvif$|^tls\.failed$/;

export function createRecorderBook(options: {
  readonly connectOnvif: ConnectOnvif;
  readonly doors: DoorSource;
  readonly log: Logger;
}): RecorderBook {
  const book = new Map<string, Kept>();

  const look = async (cameraId: string, kept: Kept): Promise<RecorderFootage> => {
    const door = await ptzDoorOf(cameraId, options.doors);
    const { credential, streamUrl } = door;
    let refused: Fault | null = null;
    for (const address of door.addresses) {
      try {
        const device = await options.connectOnvif({
          address,
          credential,
          log: options.log,
          pinnedFingerprint: door.fingerprint(address),
        });
        kept.device = device;
        const token = await sourceOf(device, streamUrl);
        const name = options.doors.book.get(cameraId)?.name ?? '';
        return await onvifFootage({
          device,
          credential,
          source: { ...(token && { token }), name },
        });
      } catch (error) {
        const fault = Fault.from(error);
        kept.device?.close();
        kept.device = null;
        refused ??= fault;
        if (!nobodyThere.test(fault.code)) {
          refused = fault;
          break;
        }
      }
    }
    // A login that was refused is not tried again by another way (quirk 5).
    if (refused?.code.startsWith('rtsp.')) throw refused;
    const playback = hikvisionFootage({ live: streamUrl, credential });
    if (playback) return playback;
    throw refused && !nobodyThere.test(refused.code)
      ? refused
      : new Fault('replay.no-recorder', 'nobody keeps footage of it');
  };

  return {
    footage(cameraId) {
      const now = performance.now();
      for (const [id, kept] of book) {
        if (now - kept.usedAt < keptMs) continue;
        book.delete(id);
        kept.device?.close();
      }
      let kept = book.get(cameraId);
      if (!kept) {
        const made: Kept = { device: null, usedAt: now };
        made.footage = look(cameraId, made);
        made.footage.catch(() => book.delete(cameraId));
        book.set(cameraId, made);
        kept = made;
      }
      kept.usedAt = now;
      return kept.footage as Promise<RecorderFootage>;
    },
    close() {
      for (const { device } of book.values()) device?.close();
      book.clear();
    },
  };
}

/** Token of the video source whose stream this is; null where the device does not tell. */
async function sourceOf(device: OnvifDevice, streamUrl: string): Promise<string | null> {
  const streams = await device.streams().catch(() => []);
  const wanted = pathOf(streamUrl);
  const found = streams.find(({ mainUri, subUri }) =>
    [mainUri, subUri].some((uri) => uri !== null && pathOf(uri) === wanted),
  );
  return found?.main.videoSource || null;
}

/** Path and query: behind a router the host and port of a URI say nothing. */
function pathOf(url: string): string {
  return /^rtsps?:\/\/[^/?#]*(.*)$/i.exec(url)?.[1]?.replace(/\/$/, '') ?? url;
}
