import { connect } from 'node:net';
import type { Cause } from '../contract/cause.ts';
import type { SurveyStep, SurveyStream } from '../contract/survey-schemas.ts';
import type { MediaProfile, StreamPair } from '../onvif/media.types.ts';
import type { Credential, PeerCertificate } from '../rtsp/session.types.ts';
import { endpointOf } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';
import { measureShared, measureStream, unmeasured } from './measure-stream.ts';
import {
  lookByOnvif,
  type OnvifLook,
  pairOf,
  ptzOf,
  type RecordingLook,
  recordingOf,
  recordingsOf,
  uriOf,
} from './onvif-look.ts';
import {
  type CameraFound,
  type DeviceFound,
  type SurveyCamera,
  type SurveyDevice,
  type SurveyLimits,
  type SurveyParts,
  surveyLimits,
} from './survey.types.ts';
import { Queue, type SiteTurns } from './turns.ts';

export interface DeviceSurvey {
  readonly turns: SiteTurns;
  readonly signal: AbortSignal;
  readonly onStep?: (camera: SurveyCamera | null, step: SurveyStep) => void;
  readonly onCamera?: (camera: SurveyCamera, device: DeviceFound, found: CameraFound) => void;
}

const refusals: readonly string[] = ['rtsp.unauthorized', 'rtsp.forbidden'];
const deadCauses: readonly string[] = ['net.dns', 'net.unreachable', 'net.timeout', 'net.refused'];
const tlsCauses: readonly string[] = ['tls.untrusted', 'tls.changed'];

/**
 * Looks at one device and its cameras. A stream whose address is known goes first: accounts for ONVIF
 * are often others than those for pictures, and the first refused login is the last that is tried.
 * Rejects only when aborted.
 */
export function surveyDevice(
  device: SurveyDevice,
  parts: SurveyParts,
  run: DeviceSurvey,
): Promise<DeviceFound> {
  return new Look(device, parts, run).whole();
}

class Look {
  readonly #device: SurveyDevice;
  readonly #parts: SurveyParts;
  readonly #run: DeviceSurvey;
  readonly #limits: SurveyLimits;
  readonly #logins = new Queue();
  #credential: Credential | null = null;
  #reachable: boolean | null = null;
  #refusedLogin: Cause | null = null;
  #onvif: OnvifLook | null = null;
  #onvifCause: Cause | null = null;
  #recordings: RecordingLook | undefined;
  #certificate: DeviceFound['certificate'] = null;
  #ptzFailed = false;
  /** Where nobody answers: the other streams there are not waited for. */
  readonly #dead = new Map<string, Cause>();

  constructor(device: SurveyDevice, parts: SurveyParts, run: DeviceSurvey) {
    this.#device = device;
    this.#parts = parts;
    this.#run = run;
    this.#limits = { ...surveyLimits, ...parts.limits };
  }

  async whole(): Promise<DeviceFound> {
    const { cameras } = this.#device;
    const open = cameras.filter((camera) => camera.refusal === null);
    const done: CameraFound[] = cameras
      .filter((camera) => camera.refusal !== null)
      .map((camera) => ({ ...nothingFound, camera, cause: camera.refusal }));
    if (cameras.length > 0 && open.length === 0) return this.#found(done);

    this.#credential = await this.#device.credential().catch(() => null);
    const { logins } = this.#parts;
    if (logins && this.#credential) {
      this.#refusedLogin = logins.refusal(this.#device.key, this.#credential);
    }
    this.#step(null, 'reach');
    const withUrl = open.find((camera) => camera.url !== '');
    // The first stream, before anything else logs in.
    const early = new Map<SurveyCamera, SurveyStream>();
    if (withUrl) {
      this.#step(withUrl, 'streams');
      early.set(withUrl, await this.#stream(withUrl, 'main', withUrl.url));
    }
    this.#step(null, 'onvif');
    try {
      await this.#lookByOnvif();
      const channels: { camera: SurveyCamera | null; pair: StreamPair | null }[] =
        cameras.length > 0
          ? open.map((camera) => ({
              camera,
              pair: this.#onvif ? pairOf(camera, this.#onvif) : null,
            }))
          : (this.#onvif?.pairs ?? []).map((pair) => ({ camera: null, pair }));
      const lookAt = async ({ camera, pair }: (typeof channels)[number]) => {
        const found = await this.#camera(camera, pair, channels.length === 1, early);
        done.push(found);
        if (camera) this.#run.onCamera?.(camera, this.#found(done), found);
      };
      await together(channels, this.#limits.perSite, lookAt);
      // No camera known and none told: the device itself is what was looked at.
      if (channels.length === 0) done.push({ ...nothingFound, cause: this.#deviceCause() });
    } finally {
      this.#onvif?.device.close();
    }
    return this.#found(done);
  }

  async #camera(
    camera: SurveyCamera | null,
    pair: StreamPair | null,
    only: boolean,
    early: ReadonlyMap<SurveyCamera, SurveyStream>,
  ): Promise<CameraFound> {
    const startedAt = performance.now();
    const told = (token: string | undefined) =>
      token !== undefined && this.#onvif ? uriOf(this.#onvif, token) : '';
    const mainUrl = camera?.url || told(pair?.main.token);
    const subUrl = camera?.subUrl || told(pair?.sub?.token);
    this.#step(camera, 'streams');
    const measuredEarly = camera ? early.get(camera) : undefined;
    const main = measuredEarly ?? (mainUrl ? await this.#stream(camera, 'main', mainUrl) : null);
    const sub =
      subUrl && subUrl !== mainUrl && mayGoOn(main)
        ? await this.#stream(camera, 'sub', subUrl)
        : null;
    this.#step(camera, 'recording');
    let ptz: CameraFound['ptz'] = null;
    if (this.#onvif && pair) {
      ptz = await this.#turn(() => ptzOf(this.#onvif!.device, pair.main)).catch(() => {
        this.#run.signal.throwIfAborted();
        this.#ptzFailed = true;
        return null;
      });
    }
    const named = (stream: SurveyStream | null, profile: MediaProfile | null | undefined) =>
      stream && { ...stream, token: profile?.token ?? null, name: profile?.name ?? '' };
    return {
      camera,
      mainProfile: pair?.main ?? null,
      subProfile: pair?.sub ?? null,
      main: named(main, pair?.main),
      sub: named(sub, pair?.sub),
      ptz,
      recording: recordingOf(this.#recordings, pair, only),
      cause: main ? null : this.#deviceCause(),
      tookMs: Math.round(performance.now() - startedAt),
    };
  }

  /** What stands in the way of a channel without an address. */
  #deviceCause(): Cause {
    return this.#onvifCause ?? this.#onvif?.cause ?? { code: 'media.no-video' };
  }

  async #stream(
    camera: SurveyCamera | null,
    quality: 'main' | 'sub',
    url: string,
  ): Promise<SurveyStream> {
    const { signal } = this.#run;
    // What was accepted is trusted: by the system, or by the person who pinned it.
    const onCertificate = (certificate: PeerCertificate) => {
      this.#certificate = { ...certificate, trusted: true };
    };
    const watching = { ...this.#limits, signal, onCertificate };
    const shared = this.#parts.shared;
    const key = camera && { cameraId: camera.id, quality };
    if (shared && key && isLive(shared, key)) {
      this.#reachable = true;
      const stream = await measureShared(shared, key, watching);
      return { ...stream, uri: url };
    }
    let endpoint: string;
    try {
      endpoint = endpointOf(url);
    } catch (error) {
      return { ...unmeasured, uri: '', cause: Fault.from(error, 'input.url').shown };
    }
    return this.#turn(async () => {
      const known = this.#refusedLogin ? stopped(this.#refusedLogin) : this.#dead.get(endpoint);
      if (known) return { ...unmeasured, uri: url, cause: known };
      const stream = await measureStream({
        ...watching,
        open: this.#parts.open,
        alone: (work) =>
          this.#logins.run(() => {
            // The stream before this one may have been refused meanwhile.
            if (this.#refusedLogin) {
              const { code, params } = stopped(this.#refusedLogin);
              throw new Fault(code, undefined, params);
            }
            return work().catch((error) => {
              const cause = Fault.from(error).shown;
              this.#learn(cause);
              if (deadCauses.includes(cause.code)) this.#dead.set(endpoint, cause);
              throw error;
            });
          }),
        url,
        credential: this.#credential,
        transport: camera?.transport ?? 'auto',
        pinnedFingerprint: this.#device.fingerprint(endpoint),
      });
      if (!stream.cause) this.#reachable = true;
      return stream;
    });
  }

  /** What a failure says about the device as a whole. */
  #learn(cause: Cause): void {
    if (!cause.code.startsWith('net.')) this.#reachable = true;
    else this.#reachable ??= cause.code === 'net.refused' || cause.code === 'net.closed';
    if (tlsCauses.includes(cause.code)) {
      const fingerprint = String(cause.params?.['fingerprint'] ?? '');
      this.#certificate ??= { fingerprint, validUntil: null, trusted: false };
    }
    if (!refusals.includes(cause.code) || this.#refusedLogin) return;
    this.#refusedLogin = cause;
    if (this.#credential) this.#parts.logins?.refused(this.#device.key, this.#credential, cause);
  }

  async #lookByOnvif(): Promise<void> {
    const { onvifAddress, onvifGuessed } = this.#device;
    if (onvifAddress === null) return;
    if (onvifGuessed && !(await this.#answers(onvifAddress))) return;
    const { signal } = this.#run;
    try {
      await this.#turn(async () => {
        const device = await this.#logins.run(() =>
          this.#parts.connectOnvif({
            address: onvifAddress,
            // A refused login is not shown to another door of the same device.
            credential: this.#refusedLogin ? null : this.#credential,
            timeoutMs: this.#limits.timeoutMs,
            signal,
            log: this.#parts.log,
            pinnedFingerprint: this.#device.fingerprint(hostOf(onvifAddress)),
          }),
        );
        this.#reachable = true;
        this.#onvif = await lookByOnvif(device);
        if (this.#onvif.cause) this.#noteOnvif(this.#onvif.cause);
        if (!device.refused)
          this.#recordings = await recordingsOf(device, this.#onvif.pairs.length);
        const { certificate } = device;
        const pinned = this.#device.fingerprint(hostOf(onvifAddress)) !== null;
        // That of the pictures counts: it is what the wall connects to.
        if (certificate) {
          this.#certificate ??= { ...certificate, trusted: certificate.trusted || pinned };
        }
      });
    } catch (error) {
      signal.throwIfAborted();
      this.#noteOnvif(Fault.from(error).shown);
    }
  }

  #noteOnvif(cause: Cause): void {
    this.#onvifCause = cause;
    // Whoever was let in to the pictures has just another account for ONVIF.
    const hadPicture = this.#reachable === true && this.#device.cameras.length > 0;
    if (hadPicture && refusals.includes(cause.code)) return;
    this.#learn(cause);
  }

  /** Whether somebody listens at a guessed address: a closed port is no finding. */
  #answers(address: string): Promise<boolean> {
    const [host, port] = splitEndpoint(hostOf(address));
    return this.#turn(
      () =>
        new Promise((resolve) => {
          const socket = connect({ host, port, timeout: Math.min(2500, this.#limits.timeoutMs) });
          const end = (answered: boolean) => {
            socket.destroy();
            resolve(answered);
          };
          socket.once('connect', () => end(true));
          socket.once('timeout', () => end(false));
          socket.once('error', () => end(false));
        }),
    );
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    return this.#run.turns.run(this.#device.siteId, this.#run.signal, work);
  }

  #step(camera: SurveyCamera | null, step: SurveyStep): void {
    this.#run.onStep?.(camera, step);
  }

  #found(cameras: readonly CameraFound[]): DeviceFound {
    return {
      address: this.#device.key,
      reachable: this.#reachable,
      information: this.#onvif?.information ?? null,
      onvif: this.#onvif?.found ?? null,
      onvifCause: this.#onvifCause,
      clockOffsetMs: this.#onvif?.device.clock?.offsetMs ?? null,
      profiles: this.#onvif?.profiles ?? [],
      certificate: this.#certificate,
      ptzFailed: this.#ptzFailed,
      cameras: [...cameras],
    };
  }
}

const nothingFound: CameraFound = {
  camera: null,
  mainProfile: null,
  subProfile: null,
  main: null,
  sub: null,
  ptz: null,
  recording: undefined,
  cause: null,
  tookMs: 0,
};

/** The cause of a stream that was not tried, because the device had refused the login a moment ago. */
function stopped(cause: Cause): Cause {
  return { ...cause, params: { ...cause.params, stopped: 1 } };
}

/** After a refused login or a dead line the small stream would fail the same way. */
function mayGoOn(main: SurveyStream | null): boolean {
  if (!main?.cause) return true;
  return !/^(net\.|tls\.|rtsp\.(unauthorized|forbidden|credentials|too-many))/.test(
    main.cause.code,
  );
}

function isLive(
  shared: NonNullable<SurveyParts['shared']>,
  key: { cameraId: string; quality: 'main' | 'sub' },
): boolean {
  try {
    return shared.state(key).phase === 'live';
  } catch {
    return false;
  }
}

/** `host:port` of an ONVIF address. */
function hostOf(address: string): string {
  try {
    const url = new URL(/^https?:\/\//i.test(address) ? address : `http://${address}`);
    return `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
  } catch {
    return address;
  }
}

function splitEndpoint(endpoint: string): [string, number] {
  const at = endpoint.lastIndexOf(':');
  return [endpoint.slice(0, at).replace(/^\[|\]$/g, ''), Number(endpoint.slice(at + 1)) || 80];
}

/** At most `count` at the same time, in order. */
async function together<T>(
  items: readonly T[],
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, worker));
}
