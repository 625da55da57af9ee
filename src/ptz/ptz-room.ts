import type { PtzHolder, PtzLease, PtzState } from '../contract/ptz-schemas.ts';
import { DisposeBag } from '../std/disposable.ts';
import { sameHolder } from './lease.ts';
import { priorityOf } from './priority.ts';
import type { Actor, PtzRoomOptions } from './ptz.types.ts';
import { PtzCamera } from './ptz-camera.ts';

/** How long an ordinary end waits for cameras to be seen standing. */
const closeMs = 2500;

/** All cameras that are steered from this workstation. */
export class PtzRoom {
  readonly #options: PtzRoomOptions;
  readonly #cameras = new Map<string, PtzCamera>();
  readonly #bag = new DisposeBag();
  readonly #steerable: Map<string, boolean>;
  #me: PtzHolder | null;
  #closing: Promise<void> | null = null;

  constructor(options: PtzRoomOptions) {
    this.#options = options;
    this.#me = options.me();
    this.#steerable = options.memory.steerable();
    this.#bag.add(
      options.leases.onChange(({ cameraId, what, before, now }) =>
        this.#cameras
          .get(cameraId)
          ?.leaseChanged(what, before?.holder ?? null, now?.holder ?? null),
      ),
    );
  }

  /** Stops whatever an earlier run left turning. Called once, when cameras can be reached. */
  stopLeftBehind(): void {
    for (const cameraId of this.#options.memory.moving()) {
      void this.camera(cameraId).stopLeftBehind();
    }
  }

  /** Makes it where it is steered for the first time; nothing is connected by that. */
  camera(cameraId: string): PtzCamera {
    let camera = this.#cameras.get(cameraId);
    if (!camera) {
      const { onState } = this.#options;
      camera = new PtzCamera(cameraId, {
        ...this.#options,
        onState: (state) => {
          this.#learn(state);
          onState(state);
        },
      });
      this.#cameras.set(cameraId, camera);
    }
    return camera;
  }

  /** The one that exists already, or null. */
  known(cameraId: string): PtzCamera | null {
    return this.#cameras.get(cameraId) ?? null;
  }

  /** Null: nobody has asked it yet, in this run or an earlier one. */
  steerable(cameraId: string): boolean | null {
    return this.#steerable.get(cameraId) ?? null;
  }

  /** Somebody else, such as a survey, saw that these turn. */
  foundSteerable(cameraIds: Iterable<string>): void {
    let isNew = false;
    for (const cameraId of cameraIds) isNew = this.#note(cameraId, true) || isNew;
    if (isNew) this.#options.onSteerable?.();
  }

  states(): PtzState[] {
    return [...this.#cameras.values()].map((camera) => camera.state).slice(0, 1000);
  }

  async take(
    cameraId: string,
    actor: Actor,
    priority: number | null,
    reason: string,
  ): Promise<PtzLease> {
    this.#options.watchman?.start();
    const camera = this.camera(cameraId);
    await this.#options.leases.take(cameraId, {
      holder: actor.holder,
      priority: priorityOf(actor.role, priority),
      reason,
    });
    camera.changed();
    const { lease } = camera.state;
    return lease as PtzLease;
  }

  async release(cameraId: string, actor: Actor): Promise<void> {
    await this.#options.leases.release(cameraId, actor.holder);
  }

  /** Its control wire closed: nobody can let go any more. */
  pageGone(page: number): void {
    for (const camera of this.#cameras.values()) camera.pageGone(page);
  }

  /** Somebody signed in, out, or the control was locked. */
  handChanged(): void {
    const before = this.#me;
    const now = this.#options.me();
    this.#me = now;
    if (before && (!now || !sameHolder(before, now))) {
      for (const camera of this.#cameras.values()) {
        camera.handGone(before, 'signed-out');
        const { lease } = camera.state;
        if (lease && sameHolder(lease.holder, before))
          camera.say('lease-ended', before.operatorName);
      }
      void this.#options.leases.releaseAll(before);
    }
    for (const camera of this.#cameras.values()) camera.changed();
  }

  /** The watchman had to stop it, because this process hung. */
  stoppedByWatchman(cameraId: string): void {
    this.known(cameraId)?.stop('watchman');
  }

  /** The login or the address of a camera was changed. */
  reset(cameraId: string): void {
    const camera = this.known(cameraId);
    if (camera && camera.state.moving === 'no') camera.device.reset();
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.all([...this.#cameras.values()].map((camera) => camera.close(closeMs)));
      this.#bag.dispose();
      this.#options.leases.close();
      // What is not seen standing it goes on stopping.
      this.#options.watchman?.close();
    })();
    return this.#closing;
  }

  #learn({ cameraId, link, cause }: PtzState): void {
    const turns = link === 'ready' ? true : cause?.code === 'ptz.not-steerable' ? false : null;
    if (turns !== null && this.#note(cameraId, turns)) this.#options.onSteerable?.();
  }

  #note(cameraId: string, turns: boolean): boolean {
    if (this.#steerable.get(cameraId) === turns) return false;
    this.#steerable.set(cameraId, turns);
    this.#options.memory.saveSteerable(cameraId, turns);
    return true;
  }
}
