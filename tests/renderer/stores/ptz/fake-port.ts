import type { HandClock, HandPort } from '../../../../renderer/stores/ptz/hand.ts';
import type { Fault } from '../../../../src/std/fault.ts';

/** A clock that moves only when a test says so, with a drawing every 16 ms. */
export class FakeClock implements HandClock {
  #now = 1000;
  #timers: { at: number; every: number | null; run: () => void; off: boolean }[] = [];

  now(): number {
    return this.#now;
  }

  #add(ms: number, every: number | null, run: () => void): () => void {
    const timer = { at: this.#now + ms, every, run, off: false };
    this.#timers.push(timer);
    return () => {
      timer.off = true;
    };
  }

  frame(run: () => void): () => void {
    return this.#add(16, null, run);
  }

  after(ms: number, run: () => void): () => void {
    return this.#add(ms, null, run);
  }

  every(ms: number, run: () => void): () => void {
    return this.#add(ms, ms, run);
  }

  /** Timers that would still run. */
  get waiting(): number {
    return this.#timers.filter((timer) => !timer.off).length;
  }

  /** Runs what falls due, in order, with promises settled between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      this.#timers = this.#timers.filter((timer) => !timer.off);
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every === null) next.off = true;
      else next.at += next.every;
      next.run();
    }
    this.#now = end;
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

export type PortCall =
  | { call: 'move'; cameraId: string; moveId: number; pan: number; tilt: number; zoom: number }
  | { call: 'renew'; cameraId: string; moveId: number }
  | { call: 'stop'; cameraId: string }
  | { call: 'focus'; cameraId: string; moveId: number; act: 'near' | 'far' | 'stop' };

/** The core's end: writes down every call, and answers as a test says. */
export class FakePort implements HandPort {
  readonly calls: PortCall[] = [];
  /** Thrown by the next calls of this kind. */
  readonly failing = new Map<PortCall['call'], Fault>();
  alive = true;
  /** Never answers a stop. */
  silent = false;

  async #told(call: PortCall): Promise<void> {
    this.calls.push(call);
    const fault = this.failing.get(call.call);
    if (fault) throw fault;
  }

  move(
    cameraId: string,
    moveId: number,
    speeds: { readonly pan: number; readonly tilt: number; readonly zoom: number },
  ) {
    return this.#told({ call: 'move', cameraId, moveId, ...speeds });
  }

  async renew(cameraId: string, moveId: number) {
    await this.#told({ call: 'renew', cameraId, moveId });
    return this.alive;
  }

  async stop(cameraId: string) {
    await this.#told({ call: 'stop', cameraId });
    if (this.silent) await new Promise(() => {});
  }

  focus(cameraId: string, moveId: number, act: 'near' | 'far' | 'stop') {
    return this.#told({ call: 'focus', cameraId, moveId, act });
  }

  names(): string[] {
    return this.calls.map(({ call }) => call);
  }
}
