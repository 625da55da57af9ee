import type { Camera } from '../contract/schemas.ts';
import type { StreamKey, StreamQuality } from '../contract/stream-state.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { redact } from '../std/log.ts';
import type { StreamSource } from '../streams/supervisor.types.ts';

/** What a stream must be able to ask while it connects. None of these may throw but `login`. */
export interface SourceKnowledge {
  login(camera: SiteCamera): Promise<Credential | null>;
  fingerprint(endpoint: string): string | null;
  lastTransport: (key: StreamKey) => ReturnType<StreamSource['lastTransport']>;
  rememberTransport(key: StreamKey, used: Parameters<StreamSource['rememberTransport']>[0]): void;
}

/** All cameras the core knows: those given at the start, and those a person added. */
export class CameraBook {
  readonly #knowledge: SourceKnowledge;
  readonly #cameras = new Map<string, SiteCamera>();
  /** Kept, so that the supervisor sees what did not change. */
  readonly #sources = new Map<string, { camera: SiteCamera; sources: StreamSource[] }>();

  constructor(knowledge: SourceKnowledge, cameras: Iterable<SiteCamera>) {
    this.#knowledge = knowledge;
    // The first of two with one id wins: what was given stands before what was saved.
    for (const camera of cameras) if (!this.#cameras.has(camera.id)) this.put(camera);
  }

  get size(): number {
    return this.#cameras.size;
  }

  get(id: string): SiteCamera | undefined {
    return this.#cameras.get(id);
  }

  all(): IterableIterator<SiteCamera> {
    return this.#cameras.values();
  }

  put(camera: SiteCamera): void {
    this.#cameras.set(camera.id, camera);
  }

  remove(id: string): void {
    this.#cameras.delete(id);
    this.#sources.delete(id);
  }

  /** For the page: nothing here may hold a login. */
  list(): Camera[] {
    return [...this.#cameras.values()].map((camera) => ({
      id: camera.id,
      name: camera.name,
      siteId: camera.siteId,
      siteName: camera.siteName,
      province: camera.province,
      placement: camera.placement,
      qualities: camera.subUrl === null ? ['main'] : ['main', 'sub'],
      // Some devices take the login in the path: `/user=…_password=…`.
      address: redact(camera.url),
      removable: camera.removable,
      refusal: null,
    }));
  }

  /** For the supervisor: one source for each stream. */
  sources(): StreamSource[] {
    return [...this.#cameras.values()].flatMap((camera) => {
      const known = this.#sources.get(camera.id);
      if (known?.camera === camera) return known.sources;
      const sources = [this.#source(camera, 'main', camera.url)];
      if (camera.subUrl !== null) sources.push(this.#source(camera, 'sub', camera.subUrl));
      this.#sources.set(camera.id, { camera, sources });
      return sources;
    });
  }

  #source(camera: SiteCamera, quality: StreamQuality, url: string): StreamSource {
    const knowledge = this.#knowledge;
    const key = { cameraId: camera.id, quality };
    return {
      key,
      url,
      siteId: camera.siteId,
      transport: camera.transport,
      credential: () => knowledge.login(camera),
      pinnedFingerprint: () => knowledge.fingerprint(endpointOf(url)),
      lastTransport: () => knowledge.lastTransport(key),
      rememberTransport: (used) => knowledge.rememberTransport(key, used),
    };
  }
}
