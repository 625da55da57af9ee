import { authorityText } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { type Logger, silentLog } from '../std/log.ts';
import { clockOfHeader, clockRequest, readClock } from './clock.ts';
import { deviceIoService } from './device-io-service.ts';
import { DeviceLogin } from './device-login.ts';
import { deviceService } from './device-service.ts';
import { eventsService } from './events-service.ts';
import { HttpDoor } from './http-door.ts';
import { imagingService } from './imaging-service.ts';
import type { MediaProfile, MediaService } from './media.types.ts';
import { media2Service, mediaService } from './media-service.ts';
import type {
  ConnectOnvif,
  DeviceClock,
  OnvifDevice,
  OnvifOptions,
  ServiceName,
} from './onvif.types.ts';
import { OnvifFault } from './onvif-fault.ts';
import { pairProfiles } from './pair-profiles.ts';
import { ptzService } from './ptz-service.ts';
import { originOf, parseAddress, type Reach, rewriteUri, type UriUse } from './reach.ts';
import { recordingService, replayService } from './recording-services.ts';
import { searchService } from './search-service.ts';
import { askServices, type ServiceList } from './services.ts';
import { SoapCaller } from './soap-caller.ts';
import { readStreams } from './streams.ts';

const defaultTimeoutMs = 5_000;
const defaultMaxAnswer = 8 * 1024 * 1024;

export const connectOnvif: ConnectOnvif = async (options) => {
  const link = new DeviceLink(options, parseAddress(options.address, options.ports ?? {}));
  try {
    await link.begin();
    return makeDevice(link);
  } catch (error) {
    link.door.close();
    throw Fault.from(error);
  }
};

/** What the services of one device share: where it is, its clock, its login, its connections. */
class DeviceLink {
  readonly door: HttpDoor;
  readonly login: DeviceLogin;
  readonly caller: SoapCaller;
  readonly options: OnvifOptions;
  readonly log: Logger;
  readonly now: () => number;
  clock: DeviceClock | null = null;
  list: ServiceList = { services: [], advertised: null };
  #reach: Reach;

  constructor(options: OnvifOptions, reach: Reach) {
    this.options = options;
    this.#reach = reach;
    this.log = options.log ?? silentLog;
    this.now = options.now ?? Date.now;
    this.door = new HttpDoor({
      host: reach.host,
      pinnedFingerprint: options.pinnedFingerprint ?? null,
      signal: options.signal ?? null,
      maxAnswerBytes: options.maxAnswerBytes ?? defaultMaxAnswer,
    });
    this.login = new DeviceLogin(options.credential, options.login ?? 'auto');
    this.caller = new SoapCaller({
      door: this.door,
      login: this.login,
      timeoutMs: Math.max(1, Math.min(options.timeoutMs ?? defaultTimeoutMs, 60_000)),
      log: this.log,
      now: this.now,
      offsetMs: () => this.clock?.offsetMs ?? 0,
      enter: options.enter ? (credential) => options.enter!(doorOf(this.#reach), credential) : null,
      remeasure: async () => (await this.measure())?.offsetMs ?? 0,
    });
  }

  get reach(): Reach {
    return {
      ...this.#reach,
      remoteAddress: this.door.remoteAddress,
      advertised: this.list.advertised,
    };
  }

  get url(): string {
    return originOf(this.#reach) + this.#reach.path;
  }

  rewriter(use: UriUse): (uri: string) => string | null {
    return (uri) => rewriteUri(uri, this.reach, use);
  }

  async begin(): Promise<void> {
    try {
      await this.measure();
    } catch (error) {
      const elsewhere = this.#secureElsewhere(error);
      if (!elsewhere) throw error;
      this.#reach = elsewhere;
      await this.measure();
    }
    this.list = await askServices(this.caller, this.url, () => this.reach);
  }

  /** Measures the clock as a stranger. Null where the device does not tell it to strangers. */
  async measure(): Promise<DeviceClock | null> {
    try {
      const answer = await this.caller.callAsStranger(clockRequest(this.url));
      this.clock = readClock(answer, this.now());
    } catch (error) {
      const fault = Fault.from(error);
      const spoke =
        fault instanceof OnvifFault &&
        (fault.soap.code !== '' || [401, 403].includes(fault.status));
      if (!spoke) {
        throw fault instanceof OnvifFault
          ? new Fault('onvif.not-onvif', fault.message, {}, fault)
          : fault;
      }
      const header = this.door.lastDate;
      if (header) this.clock = clockOfHeader(header.date, header.tookMs, this.now());
    }
    return this.clock;
  }

  /** Many devices send from port 80 to TLS, which is the same device if it is the same host. */
  #secureElsewhere(error: unknown): Reach | null {
    const location = error instanceof Fault ? String(error.params.location ?? '') : '';
    if (this.#reach.tls || !/^https:\/\//i.test(location)) return null;
    const moved = rewriteUri(location, this.reach, 'media');
    if (moved === null) return null;
    const port = Number(new URL(moved).port) || 443;
    return { ...this.#reach, tls: true, port: this.#reach.ports.https ?? port };
  }
}

function doorOf({ host, port }: Reach): string {
  return authorityText(host.toLowerCase(), port);
}

function makeDevice(link: DeviceLink): OnvifDevice {
  const { caller } = link;
  const media = link.rewriter('media');
  const where = (name: ServiceName) =>
    link.list.services.find((service) => service.name === name)?.url ?? null;
  function serviceAt<T>(name: ServiceName, make: (url: string) => T): T | null {
    const url = where(name);
    return url === null ? null : make(url);
  }
  const services = {
    device: deviceService(caller, link.url),
    media: serviceAt('media', (url) => mediaService(caller, url, media)),
    media2: serviceAt('media2', (url) => media2Service(caller, url, media)),
    ptz: serviceAt('ptz', (url) => ptzService(caller, url)),
    imaging: serviceAt('imaging', (url) => imagingService(caller, url)),
    events: serviceAt('events', (url) =>
      eventsService({
        caller,
        url,
        rewrite: link.rewriter('service'),
        now: link.now,
        signal: link.options.signal ?? null,
      }),
    ),
    recording: serviceAt('recording', (url) => recordingService(caller, url)),
    search: serviceAt('search', (url) => searchService(caller, url)),
    replay: serviceAt('replay', (url) => replayService(caller, url, media)),
    deviceIo: serviceAt('deviceio', (url) => deviceIoService(caller, url, link.url)),
  };
  const device: OnvifDevice = {
    ...services,
    url: link.url,
    services: link.list.services,
    get login() {
      return link.login.used;
    },
    get clock() {
      return link.clock;
    },
    get certificate() {
      return link.door.certificate;
    },
    get refused() {
      return link.login.refused;
    },
    profiles: () => allProfiles(services.media, services.media2),
    streamUri: (profile) =>
      byEither(services, profile, (service) => service.streamUri(profile.token)),
    snapshotUri: (profile) =>
      byEither(services, profile, async (service) => {
        const uri = await service.snapshotUri(profile.token);
        if (uri === null) throw new Fault('onvif.unsupported', 'no snapshot');
        return uri;
      }).catch((error: Fault) => {
        if (error.code === 'onvif.unsupported') return null;
        throw error;
      }),
    pairs: async () => pairProfiles(await device.profiles()),
    streams: () => readStreams(device),
    measureClock: () => link.measure(),
    setCredential: (credential) => link.login.setCredential(credential),
    close: () => link.door.close(),
  };
  return device;
}

interface MediaServices {
  readonly media: MediaService | null;
  readonly media2: MediaService | null;
}

/** Media2 first: only it tells H.265. What only Media knows follows. */
async function allProfiles(
  media: MediaService | null,
  media2: MediaService | null,
): Promise<MediaProfile[]> {
  const known: MediaProfile[] = [];
  let failed: unknown = new Fault('onvif.unsupported', 'the device has no media service');
  let answered = false;
  for (const service of [media2, media]) {
    if (!service) continue;
    try {
      for (const profile of await service.profiles()) {
        const at = known.findIndex(({ token }) => token === profile.token);
        if (at < 0) known.push(profile);
        // Some devices tell by Media2 no more than the names.
        else if (known[at]?.video === null && profile.video !== null) known[at] = profile;
      }
      answered = true;
    } catch (error) {
      if (!otherMayKnow(error)) throw error;
      failed = error;
    }
  }
  if (!answered) throw failed;
  return known;
}

/** By the service that knows the profile, else by the other one. */
async function byEither<T>(
  { media, media2 }: MediaServices,
  profile: MediaProfile,
  ask: (service: MediaService) => Promise<T>,
): Promise<T> {
  const [first, second] = profile.service === 'media2' ? [media2, media] : [media, media2];
  if (!first && !second) throw new Fault('onvif.unsupported', 'the device has no media service');
  try {
    return await ask((first ?? second) as MediaService);
  } catch (error) {
    const other = first && otherMayKnow(error) ? second : null;
    if (!other) throw error;
    // The first reason is the one to tell.
    return ask(other).catch(() => {
      throw error;
    });
  }
}

/** The one service failed in a way that says nothing about the other. */
function otherMayKnow(error: unknown): boolean {
  return /^onvif\.(?:fault|unsupported|protocol|overrun)$/.test((error as Fault).code);
}
