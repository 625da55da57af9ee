import { directFactsOf } from '../onvif/direct-ptz.ts';
import type { MediaProfile } from '../onvif/media.types.ts';
import type { ConnectOnvif, OnvifDevice } from '../onvif/onvif.types.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { PtzLink } from './ptz.types.ts';

/** Where a camera's device may answer, and as whom. */
export interface CameraDoor {
  /** ONVIF addresses, tried one after the other until one is ONVIF. */
  readonly addresses: readonly string[];
  readonly credential: Credential | null;
  readonly fingerprint: (address: string) => string | null;
  /** Its stream, to know the channel of a recorder by; empty: the device's first that steers. */
  readonly streamUrl: string;
}

interface Shelved {
  readonly device: Promise<OnvifDevice>;
  users: number;
}

/** One connection for each device, however many of its cameras are steered. */
export class DeviceShelf {
  readonly #connect: ConnectOnvif;
  readonly #log: Logger;
  readonly #devices = new Map<string, Shelved>();
  /** Logins that a device did not take are not shown to it again for a while (quirk 5). */
  readonly #refused = new Map<string, { readonly fault: Fault; readonly until: number }>();

  constructor(connect: ConnectOnvif, log: Logger) {
    this.#connect = connect;
    this.#log = log;
  }

  /** @throws {Fault} as `ConnectPtz` says */
  async link(door: CameraDoor): Promise<PtzLink> {
    let failed = new Fault('ptz.not-steerable', 'no address to ask');
    for (const address of door.addresses) {
      try {
        return await this.#linkAt(address, door);
      } catch (error) {
        const fault = Fault.from(error);
        // Whoever speaks ONVIF here was the right one, and so is its answer.
        if (!nobodyThere.includes(fault.code)) throw fault;
        if (failed.code === 'ptz.not-steerable') failed = fault;
      }
    }
    throw failed;
  }

  close(): void {
    for (const { device } of this.#devices.values()) {
      device.then((one) => one.close()).catch(() => {});
    }
    this.#devices.clear();
  }

  async #linkAt(address: string, door: CameraDoor): Promise<PtzLink> {
    const { credential } = door;
    // By the password too: one that was changed is another connection.
    const key = JSON.stringify([address, credential]);
    const refused = this.#refused.get(key);
    if (refused && refused.until > performance.now()) throw refused.fault;
    const pinnedFingerprint = door.fingerprint(address);
    let shelved = this.#devices.get(key);
    if (!shelved) {
      const device = this.#connect({
        address,
        credential,
        timeoutMs: 4000,
        log: this.#log,
        pinnedFingerprint,
      });
      shelved = { device, users: 0 };
      this.#devices.set(key, shelved);
      device.catch(() => this.#devices.delete(key));
    }
    shelved.users += 1;
    const kept = shelved;
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      kept.users -= 1;
      if (kept.users > 0) return;
      if (this.#devices.get(key) === kept) this.#devices.delete(key);
      kept.device.then((one) => one.close()).catch(() => {});
    };
    try {
      const device = await kept.device;
      return await linkOf(device, door, pinnedFingerprint, close);
    } catch (error) {
      close();
      const fault = Fault.from(error);
      if (refusals.includes(fault.code)) {
        if (this.#refused.size > 1000) this.#refused.clear();
        this.#refused.set(key, { fault, until: performance.now() + refusedMs });
      }
      throw fault;
    }
  }
}

const refusals: readonly string[] = ['rtsp.unauthorized', 'rtsp.credentials-needed'];
const refusedMs = 10 * 60_000;

const nobodyThere: readonly string[] = [
  'net.refused',
  'net.timeout',
  'net.unreachable',
  'net.closed',
  'onvif.not-onvif',
  'tls.failed',
];

async function linkOf(
  device: OnvifDevice,
  door: CameraDoor,
  fingerprint: string | null,
  close: () => void,
): Promise<PtzLink> {
  const { ptz } = device;
  if (!ptz) throw new Fault('ptz.not-steerable', 'the device has no PTZ service');
  const profile = await steeringProfile(device, door.streamUrl);
  if (!profile) throw new Fault('ptz.not-steerable', 'no profile of the camera steers');
  const nodes = await ptz.nodes().catch((error: Fault) => {
    if (error.code.startsWith('onvif.')) return [];
    throw error;
  });
  const node = nodes.find(({ token }) => token === profile.ptz?.node) ?? nodes[0] ?? null;
  return {
    ptz,
    imaging: profile.videoSource === '' ? null : device.imaging,
    profileToken: profile.token,
    videoSourceToken: profile.videoSource,
    node,
    facts: directFactsOf(device, door.credential, fingerprint),
    close,
  };
}

/**
 * The profile to steer a camera by: of the channel whose stream it is, one with a PTZ configuration;
 * on a device with one channel whichever has one.
 */
async function steeringProfile(
  device: OnvifDevice,
  streamUrl: string,
): Promise<MediaProfile | null> {
  const profiles = await device.profiles();
  const steering = profiles.filter(({ ptz }) => ptz !== null);
  const sources = new Set(profiles.map(({ videoSource }) => videoSource));
  if (sources.size <= 1 || streamUrl === '') return steering[0] ?? null;
  const wanted = pathOf(streamUrl);
  for (const profile of profiles) {
    const uri = await device.streamUri(profile).catch(() => '');
    if (uri === '' || pathOf(plainUrl(uri)) !== wanted) continue;
    if (profile.ptz) return profile;
    return steering.find(({ videoSource }) => videoSource === profile.videoSource) ?? null;
  }
  return null;
}

function plainUrl(uri: string): string {
  try {
    return splitUrl(uri).url;
  } catch {
    return '';
  }
}

/** Path and query: behind a router the host and port of a URI say nothing. */
function pathOf(url: string): string {
  return /^rtsps?:\/\/[^/?#]*(.*)$/i.exec(url)?.[1]?.replace(/\/$/, '') ?? url;
}
