import type { Cause } from '../contract/cause.ts';
import { ptzDeadManMs } from '../contract/ptz-schemas.ts';
import type { PanTiltZoom } from '../onvif/ptz.types.ts';
import { Fault } from '../std/fault.ts';
import type { Hand, Mover, StopReason } from './ptz.types.ts';
import { attemptStop, pauseOf, type StoppingTimes, stoppingTimes } from './stopping.ts';

/**
 * Moves one camera by speeds, and stops it. A movement lives on renewals; whatever ends it, a stop
 * goes out in the same turn of the event loop, on another connection than any move under way, and is
 * repeated until the device was seen standing.
 */
export interface DriveOptions {
  readonly mover: Mover;
  /** Before the first speed of a movement goes out; written to disk by it, so synchronous. */
  onBegin(hand: Hand): void;
  /** A movement was ended; the stop has just gone out. */
  onEnded(movement: EndedMovement): void;
  /** `verified`: seen standing. The alarm, if there was one, is over. */
  onStopped(verified: boolean): void;
  /** Something of what it tells changed. */
  onChange(): void;
  readonly times?: DriveTimes;
}

export interface DriveTimes {
  /** Between two speeds. */
  readonly paceMs: number;
  readonly deadManMs: number;
  /** A speed that stays is told again, so that the device's own timeout does not end it. */
  readonly refreshMs: number;
  /** A move that was not answered within this: the device is gone, and may move on. */
  readonly silentMs: number;
  /** A stop that was not verified after this makes the alarm. */
  readonly alarmMs: number;
  readonly stopping: StoppingTimes;
}

export const driveTimes: DriveTimes = {
  paceMs: 100,
  // The stop has to be on its way within `ptzDeadManMs`, on a busy machine too.
  deadManMs: ptzDeadManMs - 40,
  refreshMs: 1500,
  silentMs: 2000,
  alarmMs: 2000,
  stopping: stoppingTimes,
};

export interface EndedMovement {
  readonly hand: Hand;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly reason: StopReason;
  /** Speeds that went out. */
  readonly speeds: number;
  readonly cause: Cause | null;
}

interface Movement {
  readonly hand: Hand;
  readonly startedAt: number;
  moveId: number;
  wanted: PanTiltZoom;
  sent: PanTiltZoom | null;
  sentAt: number;
  refusals: number;
  speeds: number;
}

interface Stopping {
  readonly since: number;
  attempt: number;
  /** A person has seen the alarm: no more stops than until one was taken. */
  acknowledged: boolean;
  over: boolean;
  wake: (() => void) | null;
}

const maxRefusals = 3;
/** How long a new movement waits for stops under way: devices may take them in the wrong order. */
const settleMs = 400;

export class Drive {
  readonly #options: DriveOptions;
  readonly #times: DriveTimes;
  #movement: Movement | null = null;
  #stopping: Stopping | null = null;
  /** Moves that were not answered yet. */
  #underWay = 0;
  #haltsUnderWay = 0;
  #haltedAt = 0;
  #deadMan: NodeJS.Timeout | undefined;
  /** Grows with every renewal. */
  #armed = 0;
  #pace: NodeJS.Timeout | undefined;
  #alarmTimer: NodeJS.Timeout | undefined;
  #alarmSince: number | null = null;
  #commandMs: number | null = null;
  /** Of each page, the last movement that ended: its stragglers are ignored. */
  readonly #ended = new Map<number, number>();
  #closed = false;

  constructor(options: DriveOptions) {
    this.#options = options;
    this.#times = options.times ?? driveTimes;
  }

  get moving(): boolean {
    return this.#movement !== null;
  }

  get stopping(): boolean {
    return this.#stopping !== null && !this.#stopping.over;
  }

  get hand(): Hand | null {
    return this.#movement?.hand ?? null;
  }

  /** Since when it may be moving although it was stopped; Unix ms. */
  get alarmSince(): number | null {
    return this.#alarmSince;
  }

  /** From a move to its answer, ms. */
  get commandMs(): number | null {
    return this.#commandMs;
  }

  /** False: that movement is over and stays so; the page has to begin another one. */
  move(hand: Hand, moveId: number, speed: PanTiltZoom): boolean {
    if (this.#closed || moveId <= (this.#ended.get(hand.page) ?? -1)) return false;
    const still = !speed.pan && !speed.tilt && !speed.zoom;
    if (still) {
      if (this.#movement?.hand.page === hand.page) this.stop('released');
      else this.#ended.set(hand.page, moveId);
      return true;
    }
    // One hand on two screens: the one that moves last has it.
    if (this.#movement && this.#movement.hand.page !== hand.page) this.stop('released');
    if (this.#movement) {
      this.#movement.moveId = moveId;
      this.#movement.wanted = speed;
    } else {
      this.#movement = {
        hand,
        startedAt: Date.now(),
        moveId,
        wanted: speed,
        sent: null,
        sentAt: 0,
        refusals: 0,
        speeds: 0,
      };
      this.#options.onBegin(hand);
      this.#options.onChange();
    }
    this.#arm();
    this.#pump();
    return true;
  }

  renew(page: number, moveId: number): boolean {
    const movement = this.#movement;
    if (!movement || movement.hand.page !== page || movement.moveId !== moveId) return false;
    this.#arm();
    return true;
  }

  /** Ends what moves, and stops also where nothing is known to move: whoever stops means it. */
  stop(reason: StopReason, cause: Cause | null = null): void {
    clearTimeout(this.#deadMan);
    clearTimeout(this.#pace);
    const movement = this.#movement;
    this.#movement = null;
    this.#beginStopping();
    if (movement) {
      this.#ended.set(movement.hand.page, movement.moveId);
      this.#options.onEnded({
        hand: movement.hand,
        startedAt: movement.startedAt,
        endedAt: Date.now(),
        reason,
        speeds: movement.speeds,
        cause,
      });
    }
    this.#options.onChange();
  }

  /** A page is gone for good: what it moved is stopped, what it was is forgotten. */
  forget(page: number): void {
    if (this.#movement?.hand.page === page) this.stop('page-gone');
    this.#ended.delete(page);
  }

  /** A person has seen the alarm. False: there is none since then. */
  acknowledge(since: number): boolean {
    if (this.#alarmSince === null || this.#alarmSince !== since) return false;
    this.#alarmSince = null;
    if (this.#stopping) this.#stopping.acknowledged = true;
    this.#options.onChange();
    return true;
  }

  /** Stops what moves; resolves when it was seen standing, or after `ms`. */
  async close(ms: number): Promise<void> {
    if (this.#movement) this.stop('host-closing');
    this.#closed = true;
    const until = performance.now() + ms;
    while (this.stopping && performance.now() < until) await pause(20);
    this.#endStopping();
    clearTimeout(this.#alarmTimer);
  }

  #arm(): void {
    clearTimeout(this.#deadMan);
    const armed = ++this.#armed;
    this.#deadMan = setTimeout(() => {
      // Where this process itself was held up, renewals lie in its sockets: they are heard first.
      setImmediate(() => {
        if (armed === this.#armed && this.#movement) this.stop('no-renewal');
      });
    }, this.#times.deadManMs);
  }

  #pump(): void {
    clearTimeout(this.#pace);
    const movement = this.#movement;
    if (!movement || this.#underWay > 0) return;
    const { paceMs, refreshMs } = this.#times;
    const now = performance.now();
    const changed = movement.sent === null || !sameSpeed(movement.sent, movement.wanted);
    let due = movement.sent === null ? 0 : movement.sentAt + (changed ? paceMs : refreshMs);
    if (this.#haltsUnderWay > 0) due = Math.max(due, Math.min(now + 20, this.#haltedAt + settleMs));
    if (due > now) {
      this.#pace = setTimeout(() => this.#pump(), due - now);
      return;
    }
    this.#endStopping();
    this.#send(movement, now);
  }

  #send(movement: Movement, now: number): void {
    movement.sent = movement.wanted;
    movement.sentAt = now;
    movement.speeds += 1;
    this.#underWay += 1;
    const silent = setTimeout(() => {
      if (this.#movement === movement) this.stop('device-silent', { code: 'net.timeout' });
    }, this.#times.silentMs);
    const settled = () => {
      clearTimeout(silent);
      this.#underWay -= 1;
      this.#commandMs = performance.now() - now;
    };
    this.#options.mover.move(movement.sent).then(
      () => {
        settled();
        movement.refusals = 0;
        this.#afterMove();
      },
      (error: unknown) => {
        settled();
        this.#refused(movement, Fault.from(error));
        this.#afterMove();
      },
    );
  }

  #refused(movement: Movement, fault: Fault): void {
    if (this.#movement !== movement) return;
    movement.refusals += 1;
    // Busy devices refuse a speed now and then: it is told again, the hand still wants it.
    const passing = fault.code === 'onvif.fault' && movement.refusals < maxRefusals;
    if (passing) movement.sent = { pan: Number.NaN };
    else this.stop('device-refused', fault.shown);
  }

  #afterMove(): void {
    this.#options.onChange();
    // Answered after it was stopped: the device may have taken the two in the wrong order.
    if (this.#movement === null) this.#beginStopping();
    else this.#pump();
  }

  #beginStopping(): void {
    if (this.#closed && !this.#stopping) return;
    const known = this.#stopping;
    if (known && !known.over) {
      known.attempt = 0;
      known.wake?.();
      void this.#haltOnce();
      return;
    }
    const stopping: Stopping = {
      since: Date.now(),
      attempt: 0,
      acknowledged: false,
      over: false,
      wake: null,
    };
    this.#stopping = stopping;
    clearTimeout(this.#alarmTimer);
    this.#alarmTimer = setTimeout(() => this.#raise(stopping), this.#times.alarmMs);
    void this.#untilVerified(stopping);
  }

  #raise(stopping: Stopping): void {
    if (stopping.over || stopping.acknowledged || this.#alarmSince !== null) return;
    this.#alarmSince = Date.now();
    this.#options.onChange();
  }

  async #haltOnce(): Promise<void> {
    await this.#counted(() => this.#options.mover.halt()).catch(() => {});
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#haltsUnderWay += 1;
    this.#haltedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#haltsUnderWay -= 1;
    }
  }

  async #untilVerified(stopping: Stopping): Promise<void> {
    const { mover } = this.#options;
    const counted: Mover = { ...mover, halt: () => this.#counted(() => mover.halt()) };
    while (!stopping.over) {
      const outcome = await attemptStop(counted, () => stopping.over, this.#times.stopping);
      if (stopping.over) return;
      if (outcome === 'verified' && this.#underWay === 0) return this.#stopped(stopping, true);
      // Seen and taken, and it still turns: somebody else may be moving it.
      if (stopping.acknowledged && outcome === 'moving') return this.#stopped(stopping, false);
      stopping.attempt += 1;
      await this.#pauseFor(stopping);
    }
  }

  #pauseFor(stopping: Stopping): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopping.wake = null;
        resolve();
      };
      const timer = setTimeout(done, pauseOf(stopping.attempt, this.#times.stopping));
      stopping.wake = done;
    });
  }

  #stopped(stopping: Stopping, verified: boolean): void {
    stopping.over = true;
    this.#stopping = null;
    clearTimeout(this.#alarmTimer);
    if (verified) this.#alarmSince = null;
    // The next movement waits to go out already: it has to be remembered.
    if (!this.#movement) this.#options.onStopped(verified);
    this.#options.onChange();
  }

  /** A movement that goes on has to be stopped anew: what was going on is void. */
  #endStopping(): void {
    const stopping = this.#stopping;
    if (!stopping) return;
    stopping.over = true;
    stopping.wake?.();
    this.#stopping = null;
    clearTimeout(this.#alarmTimer);
  }
}

function sameSpeed(a: PanTiltZoom, b: PanTiltZoom): boolean {
  return a.pan === b.pan && a.tilt === b.tilt && a.zoom === b.zoom;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
