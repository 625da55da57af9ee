import type { Cause } from '../contract/cause.ts';
import type { Camera } from '../contract/schemas.ts';
import type { StreamKey, StreamQuality } from '../contract/stream-state.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { cameraIdOf, endpointOf } from '../sites/camera-url.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { redact } from '../std/log.ts';
import type { StreamSource } from '../streams/supervisor.types.ts';

/** What a stream must be able to ask while it connects. None of these may throw but `login`. */
export interface SourceKnowledge {
  /** @param url of the stream that is opened: a device's login goes to no other device */
  login(camera: SiteCamera, url: string): Promise<Credential | null>;
  /** Whether it was found to turn; null: nobody has asked it. */
  steerable?(cameraId: string): boolean | null;
  fingerprint(endpoint: string): string | null;
  lastTransport: (key: StreamKey) => ReturnType<StreamSource['lastTransport']>;
  /** By which of two ways it is shown; null where it has only one. */
  route?(camera: SiteCamera): CameraRoute | null;
  rememberTransport(key: StreamKey, used: Parameters<StreamSource['rememberTransport']>[0]): void;
}

type CameraRoute = NonNullable<Camera['route']>;

/** What is made of a camera once, and kept while the camera stays the same. */
interface Made {
  readonly camera: SiteCamera;
  readonly refusal: Cause | null;
  readonly route: CameraRoute | null;
  readonly shown: Camera;
  readonly sources: readonly StreamSource[];
}

/** All cameras the core knows: those given at the start, and those of the register. */
export class CameraBook {
  readonly #knowledge: SourceKnowledge;
  readonly #given = new Map<string, SiteCamera>();
  readonly #registered = new Map<string, SiteCamera>();
  /** Kept, so that the supervisor sees what did not change. */
  readonly #made = new Map<string, Made>();
  /** Streams that may not be opened, whatever camera they are said to belong to. */
  #refusedUrls = new Map<string, Cause>();
  readonly #urlKeys = new WeakMap<SiteCamera, readonly string[]>();

  constructor(knowledge: SourceKnowledge, given: Iterable<SiteCamera>) {
    this.#knowledge = knowledge;
    for (const camera of given) if (!this.#given.has(camera.id)) this.#given.set(camera.id, camera);
  }

  /** As its streams log in. */
  login(camera: SiteCamera): Promise<Credential | null> {
    return this.#knowledge.login(this.get(camera.id) ?? camera, camera.url);
  }

  get size(): number {
    let size = this.#given.size;
    for (const id of this.#registered.keys()) if (!this.#given.has(id)) size++;
    return size;
  }

  get(id: string): SiteCamera | undefined {
    return this.#given.get(id) ?? this.#registered.get(id);
  }

  /** What was given stands before what was saved. */
  *all(): IterableIterator<SiteCamera> {
    yield* this.#given.values();
    for (const camera of this.#registered.values()) if (!this.#given.has(camera.id)) yield camera;
  }

  /** Takes what the register says now of all its cameras. True where the wall sees a difference. */
  setRegistered(cameras: Iterable<SiteCamera>): boolean {
    const before = new Map(this.#registered);
    this.#registered.clear();
    let changed = false;
    for (const camera of cameras) {
      const known = before.get(camera.id);
      before.delete(camera.id);
      changed = this.#put(camera, known) || changed;
    }
    this.#afterUpdate();
    return changed || before.size > 0;
  }

  /** The same for some: those of `ids` that are not among `cameras` are gone. */
  updateRegistered(ids: Iterable<string>, cameras: Iterable<SiteCamera>): boolean {
    let changed = false;
    const missing = new Set(ids);
    for (const camera of cameras) {
      missing.delete(camera.id);
      changed = this.#put(camera, this.#registered.get(camera.id)) || changed;
    }
    for (const id of missing) changed = this.#registered.delete(id) || changed;
    this.#afterUpdate();
    return changed;
  }

  /** For the page: nothing here may hold a login. */
  list(): Camera[] {
    const { steerable = () => null } = this.#knowledge;
    return [...this.all()].map((camera) => {
      const ptz = steerable(camera.id) ?? camera.ptz ?? null;
      const { shown } = this.#makeOf(camera);
      return ptz === null ? shown : { ...shown, ptz };
    });
  }

  /** For the supervisor: one source for each stream. */
  sources(): StreamSource[] {
    return [...this.all()].flatMap((camera) => this.#makeOf(camera).sources);
  }

  /** Why its streams are never opened, or null; by whatever name it came. */
  refusal(id: string): Cause | null {
    const camera = this.get(id);
    return camera ? this.#makeOf(camera).refusal : null;
  }

  /** Where a stream is opened now. */
  urlOf({ cameraId, quality }: StreamKey): string | null {
    const camera = this.get(cameraId);
    const sources = camera ? this.#makeOf(camera).sources : [];
    return sources.find(({ key }) => key.quality === quality)?.url ?? null;
  }

  #put(camera: SiteCamera, known: SiteCamera | undefined): boolean {
    const isSame = known !== undefined && JSON.stringify(known) === JSON.stringify(camera);
    this.#registered.set(camera.id, isSame ? known : camera);
    return !isSame;
  }

  #afterUpdate(): void {
    this.#refusedUrls = new Map();
    for (const camera of this.#registered.values()) {
      if (!camera.refusal) continue;
      for (const key of this.#keysOf(camera)) this.#refusedUrls.set(key, camera.refusal);
    }
    for (const id of this.#made.keys()) if (!this.get(id)) this.#made.delete(id);
  }

  /** A forbidden camera stays forbidden under another name, and when a file brings it again. */
  #refusalOf(camera: SiteCamera): Cause | null {
    const own = camera.refusal ?? this.#registered.get(camera.id)?.refusal;
    if (own) return own;
    if (this.#refusedUrls.size === 0) return null;
    const key = this.#keysOf(camera).find((known) => this.#refusedUrls.has(known));
    return key === undefined ? null : (this.#refusedUrls.get(key) ?? null);
  }

  /** One for each stream, the same for every spelling of its URL. */
  #keysOf(camera: SiteCamera): readonly string[] {
    let keys = this.#urlKeys.get(camera);
    if (!keys) {
      keys = [
        camera.url,
        camera.subUrl,
        camera.directUrl ?? null,
        camera.directSubUrl ?? null,
      ].flatMap((url) => (url === null ? [] : cameraIdOf(url)));
      this.#urlKeys.set(camera, keys);
    }
    return keys;
  }

  #makeOf(camera: SiteCamera): Made {
    const known = this.#made.get(camera.id);
    const refusal = this.#refusalOf(camera);
    const route = this.#knowledge.route?.(camera) ?? null;
    if (
      known?.camera === camera &&
      known.refusal?.code === refusal?.code &&
      known.route?.via === route?.via
    ) {
      return known;
    }
    const [url, subUrl] = urlsBy(camera, route);
    const sources = [this.#source(camera, 'main', url, refusal)];
    if (subUrl !== null) sources.push(this.#source(camera, 'sub', subUrl, refusal));
    const made = { camera, refusal, route, shown: shownOf(camera, refusal, route), sources };
    this.#made.set(camera.id, made);
    return made;
  }

  #source(
    camera: SiteCamera,
    quality: StreamQuality,
    url: string,
    refusal: Cause | null,
  ): StreamSource {
    const knowledge = this.#knowledge;
    const key = { cameraId: camera.id, quality };
    return {
      key,
      url,
      siteId: camera.siteId,
      transport: camera.transport,
      refusal,
      credential: () => knowledge.login(camera, url),
      pinnedFingerprint: () => knowledge.fingerprint(endpointOf(url)),
      lastTransport: () => knowledge.lastTransport(key),
      rememberTransport: (used) => knowledge.rememberTransport(key, used),
    };
  }
}

/** Main and sub by the way that is used. The qualities stay the same by both: tiles need not change. */
function urlsBy(camera: SiteCamera, route: CameraRoute | null): [string, string | null] {
  const direct = route?.via === 'direct' ? camera.directUrl : null;
  if (!direct) return [camera.url, camera.subUrl];
  return [direct, camera.subUrl === null ? null : (camera.directSubUrl ?? direct)];
}

function shownOf(camera: SiteCamera, refusal: Cause | null, route: CameraRoute | null): Camera {
  const [url] = urlsBy(camera, route);
  return {
    id: camera.id,
    name: camera.name,
    siteId: camera.siteId,
    siteName: camera.siteName,
    province: camera.province,
    placement: camera.placement,
    qualities: camera.subUrl === null ? ['main'] : ['main', 'sub'],
    // Some devices take the login in the path: `/user=…_password=…`.
    address: redact(url),
    removable: camera.removable,
    refusal: refusal && {
      code: refusal.code,
      ...(refusal.params ? { params: { ...refusal.params } } : {}),
    },
    route,
    ...(camera.focalPoints ? { focalPoints: [...camera.focalPoints] } : {}),
  };
}
