import type { Cause } from '../contract/cause.ts';
import { maxPtzPresets, type PtzLack } from '../contract/ptz-schemas.ts';
import {
  type PtzNode,
  type PtzPreset,
  type PtzStatus,
  type PtzTour,
  viewSpace,
} from '../onvif/ptz.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { ConnectPtz, PtzLink } from './ptz.types.ts';

/** What a camera was found to be able to do. Asked once per connection, each part by itself. */
export interface PtzTraits {
  readonly lacks: readonly PtzLack[];
  readonly panTilt: boolean;
  readonly zoom: boolean;
  readonly auxiliaries: readonly string[];
  readonly maxPresets: number;
  /** It moves in its own picture. */
  readonly exactPoint: boolean;
}

/**
 * One camera's way to its device. It connects when it is first needed and again when that failed.
 * Whether a login may be shown to the device again is decided by who connects (quirk 5).
 */
export class PtzDevice {
  readonly cameraId: string;
  readonly #connect: ConnectPtz;
  readonly #log: Logger;
  readonly #onChange: () => void;
  #link: Promise<PtzLink> | null = null;
  #ready: PtzLink | null = null;
  #traits: PtzTraits | null = null;
  #cause: Cause | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: {
    readonly cameraId: string;
    readonly connect: ConnectPtz;
    readonly log: Logger;
    readonly onChange: () => void;
  }) {
    this.cameraId = options.cameraId;
    this.#connect = options.connect;
    this.#log = options.log;
    this.#onChange = options.onChange;
  }

  get state(): 'closed' | 'connecting' | 'ready' | 'failed' {
    if (this.#ready) return 'ready';
    if (this.#cause) return 'failed';
    return this.#link ? 'connecting' : 'closed';
  }

  get cause(): Cause | null {
    return this.#cause;
  }

  /** As it is connected now, or null. */
  get link(): PtzLink | null {
    return this.#ready;
  }

  /** @throws {Fault} why it cannot be reached; at once, where it was tried a moment ago */
  open(): Promise<PtzLink> {
    if (this.#closed) return Promise.reject(new Fault('host.gone', 'steering has ended'));
    if (this.#link) return this.#link;
    if (this.#cause && performance.now() - this.#failedAt < retryMs) {
      const { code, params } = this.#cause;
      return Promise.reject(new Fault(code, 'not tried again yet', params));
    }
    this.#cause = null;
    const link = this.#connect(this.cameraId).then(
      (made) => this.#connected(made),
      (error: unknown) => {
        this.#fail(Fault.from(error));
        throw Fault.from(error);
      },
    );
    this.#link = link;
    link.catch(() => {});
    this.#onChange();
    return link;
  }

  /** What a request to the device said about the way to it. */
  note(error: unknown): void {
    const fault = Fault.from(error);
    if (stops.includes(fault.code)) this.#fail(fault);
  }

  /** The login or the address was changed: what was learnt is void. */
  reset(): void {
    this.#ready?.close();
    this.#ready = null;
    this.#link = null;
    this.#traits = null;
    this.#cause = null;
    this.#failedAt = Number.NEGATIVE_INFINITY;
    this.#onChange();
  }

  close(): void {
    this.#closed = true;
    this.#ready?.close();
    this.#ready = null;
    this.#link = null;
  }

  async traits(): Promise<PtzTraits> {
    const link = await this.open();
    this.#traits ??= await this.#probe(link);
    return this.#traits;
  }

  /** Null: it does not tell, or did not answer. */
  async status(): Promise<PtzStatus | null> {
    const link = this.#ready;
    return link ? link.ptz.status(link.profileToken).catch(() => null) : null;
  }

  async presets(): Promise<PtzPreset[]> {
    const { ptz, profileToken } = await this.open();
    return (await ptz.presets(profileToken)).slice(0, maxPtzPresets);
  }

  async tours(): Promise<PtzTour[]> {
    const { ptz, profileToken, node } = await this.open();
    if (!node || node.maxTours === 0) return [];
    return ptz.tours(profileToken).catch(() => []);
  }

  #connected(link: PtzLink): PtzLink {
    if (this.#closed) {
      link.close();
      throw new Fault('host.gone', 'steering has ended');
    }
    this.#ready = link;
    this.#onChange();
    return link;
  }

  #fail(fault: Fault): void {
    this.#cause = fault.shown;
    this.#failedAt = performance.now();
    this.#ready?.close();
    this.#ready = null;
    this.#link = null;
    this.#traits = null;
    this.#log.warn('a camera cannot be steered', { camera: this.cameraId, cause: fault.code });
    this.#onChange();
  }

  async #probe(link: PtzLink): Promise<PtzTraits> {
    const { node, ptz, profileToken, imaging, videoSourceToken } = link;
    const spaces = node?.spaces ?? [];
    // A node that names no spaces at all is taken at its word only where it has abilities.
    const has = (axis: 'pan-tilt' | 'zoom') =>
      spaces.length === 0
        ? node === null || axis !== 'zoom' || node.abilities.zoom
        : spaces.some((space) => space.axis === axis);
    const [status, presets, focus, iris] = await Promise.all([
      ptz.status(profileToken).catch(() => null),
      ptz.presets(profileToken).catch(() => null),
      imaging?.canDriveFocus(videoSourceToken).catch(() => false) ?? false,
      imaging?.iris(videoSourceToken).catch(() => null) ?? null,
    ]);
    const auxiliaries = (node?.auxiliaries ?? []).map((one) => one.slice(0, 200)).slice(0, 64);
    const named = presets?.some(({ name }) => name !== '') ?? true;
    const lacks: [PtzLack, boolean][] = [
      ['pan-tilt', !has('pan-tilt')],
      ['zoom', !has('zoom')],
      ['continuous', node !== null && !node.abilities.continuous],
      ['absolute', !node?.abilities.absolute],
      ['relative', !node?.abilities.relative],
      ['status', status === null],
      ['home', !node?.home],
      ['set-home', !node?.home || node.fixedHome],
      ['presets', presets === null],
      ['preset-names', presets !== null && presets.length > 0 && !named],
      ['tours', !node || node.maxTours === 0],
      ['focus', !focus],
      ['auto-focus', imaging === null],
      ['iris', iris === null],
      ['auxiliary', auxiliaries.length === 0],
    ];
    return {
      lacks: lacks.filter(([, lacking]) => lacking).map(([what]) => what),
      panTilt: has('pan-tilt'),
      zoom: has('zoom'),
      auxiliaries,
      maxPresets: node?.maxPresets ?? 0,
      exactPoint: node !== null && offersView(node),
    };
  }
}

function offersView({ abilities, spaces }: PtzNode): boolean {
  return (
    abilities.relative && spaces.some(({ move, uri }) => move === 'relative' && uri === viewSpace)
  );
}

/** After these only a person can help. */
const stops: readonly string[] = ['rtsp.unauthorized', 'rtsp.credentials-needed', 'onvif.clock'];
/** Not sooner than this is a device asked again that failed. */
const retryMs = 2000;
