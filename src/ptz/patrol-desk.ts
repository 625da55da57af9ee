import type { PatrolSpot, PtzHolder, PtzPatrol, PtzState } from '../contract/ptz-schemas.ts';
import { maxPatrols } from '../contract/ptz-schemas.ts';
import { Fault } from '../std/fault.ts';
import { type LeaseBook, sameHolder } from './lease.ts';
import { PatrolRun } from './patrol.ts';
import { patrolPriority } from './priority.ts';
import type { PtzCamera } from './ptz-camera.ts';
import type { PtzMemory } from './ptz-memory.ts';

/** While a patrol runs its lease is kept alive this often. */
const touchMs = 10_000;

interface PatrolDeskOptions {
  readonly camera: PtzCamera;
  readonly memory: PtzMemory;
  readonly leases: LeaseBook;
  readonly workstation: string;
  readonly onChange: () => void;
  readonly onFailed: () => void;
}

interface Running {
  readonly patrol: PtzPatrol;
  readonly holder: PtzHolder;
  /** Null: a tour of the device. */
  readonly run: PatrolRun | null;
  paused: boolean;
  /** A person steered in between. */
  pausedOnce: boolean;
}

/**
 * What a camera does by itself: tours of the device where it offers them, ours otherwise. A patrol
 * holds the camera with the lowest priority, rests while a person steers, and goes on after.
 */
export class PatrolDesk {
  readonly #options: PatrolDeskOptions;
  #running: Running | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PatrolDeskOptions) {
    this.#options = options;
  }

  get state(): PtzState['patrol'] {
    const running = this.#running;
    if (!running) return null;
    const { id, name, where } = running.patrol;
    return {
      id,
      name,
      where,
      state: running.paused ? 'paused' : 'running',
      spot: running.run ? running.run.spot : null,
    };
  }

  get running(): boolean {
    return this.#running?.paused === false;
  }

  /** Of the patrol that moves the camera now. */
  get holder(): PtzHolder | null {
    return this.running ? (this.#running?.holder ?? null) : null;
  }

  owns(holder: PtzHolder | null): boolean {
    return holder?.operatorId.startsWith('patrol:') ?? false;
  }

  async list(): Promise<PtzPatrol[]> {
    const { camera, memory } = this.#options;
    const tours = await camera.device.tours();
    const theirs = tours.map(
      ({ token, name, spots }): PtzPatrol => ({
        id: tourId(token),
        name: name.slice(0, 100),
        where: 'device',
        spots: spots.slice(0, 64).map(({ preset, stayMs }) => ({
          preset: preset.slice(0, 200),
          staySeconds: Math.max(1, Math.min(3600, Math.round((stayMs ?? 1000) / 1000))),
          speed: null,
        })),
      }),
    );
    return [...memory.patrols(camera.id), ...theirs].slice(0, maxPatrols);
  }

  async save(patrol: {
    readonly id: string | null;
    readonly name: string;
    readonly where: PtzPatrol['where'];
    readonly spots: PatrolSpot[];
  }): Promise<{ id: string; patrols: PtzPatrol[] }> {
    const { camera, memory } = this.#options;
    if (patrol.id !== null && this.#running?.patrol.id === patrol.id) await this.stop();
    let id: string;
    if (patrol.where === 'device') {
      const traits = await camera.traits();
      if (traits.lacks.includes('tours')) {
        throw new Fault('ptz.lacks', 'the camera keeps no tours', { what: 'tours' });
      }
      const { ptz, profileToken } = await camera.device.open();
      const spots = patrol.spots.map(({ preset, staySeconds }) => ({
        preset,
        stayMs: staySeconds * 1000,
      }));
      const token = patrol.id === null ? null : tokenOf(patrol.id);
      id = tourId(
        await camera.asked(ptz.saveTour(profileToken, { name: patrol.name, spots }, token)),
      );
    } else {
      const known = memory.patrols(camera.id);
      if (patrol.id !== null && !known.some((one) => one.id === patrol.id)) {
        throw new Fault('input.unknown', 'no such patrol');
      }
      if (patrol.id === null && known.length >= maxPatrols) {
        throw new Fault('input.value', 'too many patrols', { field: 'patrols' });
      }
      id = memory.savePatrol(camera.id, patrol.id, patrol.name, patrol.spots);
    }
    return { id, patrols: await this.list() };
  }

  async remove(id: string): Promise<{ patrols: PtzPatrol[] }> {
    const { camera, memory } = this.#options;
    if (this.#running?.patrol.id === id) await this.stop();
    if (isTour(id)) {
      const { ptz, profileToken } = await camera.device.open();
      await camera.asked(ptz.removeTour(profileToken, tokenOf(id)));
    } else if (!memory.removePatrol(camera.id, id)) {
      throw new Fault('input.unknown', 'no such patrol');
    }
    return { patrols: await this.list() };
  }

  async start(id: string, by: PtzHolder): Promise<void> {
    const { camera, leases, workstation } = this.#options;
    const patrol = (await this.list()).find((one) => one.id === id);
    if (!patrol) throw new Fault('input.unknown', 'no such patrol');
    await this.stop();
    this.#running = {
      patrol,
      holder: { operatorId: `patrol:${id}`, operatorName: patrol.name, workstation },
      run: patrol.where === 'own' ? this.#runOf(patrol) : null,
      paused: true,
      pausedOnce: false,
    };
    // The hand that starts it lets go of the camera; the change of the lease sets it going.
    await leases.release(camera.id, by);
    await this.#goOn();
    this.#options.onChange();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    clearInterval(this.#timer);
    running.run?.pause();
    if (!running.run && !running.paused) await this.#operate(running, 'Stop').catch(() => {});
    await this.#options.leases.release(this.#options.camera.id, running.holder);
    this.#options.onChange();
  }

  /** A person pressed stop: the patrol that moves it ends; one that rests already is left. */
  stopRunning(): void {
    if (this.running) void this.stop();
  }

  leaseChanged(now: PtzHolder | null): void {
    const running = this.#running;
    if (!running) return;
    // Free again, or handed back to the patrol that it was taken from.
    if (now === null || sameHolder(now, running.holder)) void this.#goOn();
    else if (!running.paused) {
      running.paused = true;
      running.pausedOnce = true;
      clearInterval(this.#timer);
      running.run?.pause();
      if (!running.run) void this.#operate(running, 'Stop').catch(() => {});
      this.#options.camera.say('patrol-paused', now.operatorName);
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#running?.run?.pause();
  }

  async #goOn(): Promise<void> {
    const running = this.#running;
    const { camera, leases } = this.#options;
    if (!running?.paused || this.#closed) return;
    try {
      await leases.take(camera.id, {
        holder: running.holder,
        priority: patrolPriority,
        reason: '',
      });
    } catch {
      // Somebody steers; it goes on when they let go.
      return;
    }
    if (this.#running !== running || !running.paused) return;
    running.paused = false;
    if (running.pausedOnce) camera.say('patrol-resumed', '');
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void leases.touch(camera.id, running.holder), touchMs);
    this.#timer.unref?.();
    if (running.run) running.run.resume();
    else {
      await this.#operate(running, 'Start').catch(() => {
        this.#options.onFailed();
        void this.stop();
      });
    }
    this.#options.onChange();
  }

  #runOf(patrol: PtzPatrol): PatrolRun {
    return new PatrolRun({
      patrol,
      goto: async ({ preset, speed }) => {
        await this.#options.camera.gotoPreset(preset, speed);
        await this.#options.camera.arrived();
      },
      onSpot: () => this.#options.onChange(),
      onFailed: () => {
        this.#options.onFailed();
        void this.stop();
      },
    });
  }

  async #operate({ patrol }: Running, operation: 'Start' | 'Stop'): Promise<void> {
    const { ptz, profileToken } = await this.#options.camera.device.open();
    await ptz.operateTour(profileToken, tokenOf(patrol.id), operation);
  }
}

const tourMark = 'tour:';

function tourId(token: string): string {
  return `${tourMark}${token}`.slice(0, 200);
}

function isTour(id: string): boolean {
  return id.startsWith(tourMark);
}

function tokenOf(id: string): string {
  return id.slice(tourMark.length);
}
