import type { PtzHolder } from '../contract/ptz-schemas.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';

/**
 * One camera, one hand. A lease is held by an operator at a workstation, lives on movements, and goes
 * to whoever asks with a strictly higher priority. The book is asked asynchronously, so that one of
 * several workstations may keep it later; here it is kept in this process.
 */
export interface Lease {
  readonly cameraId: string;
  readonly holder: PtzHolder;
  readonly priority: number;
  readonly reason: string;
  /** Unix ms. */
  readonly since: number;
  readonly until: number;
  /** To whom it goes back when this hand lets go. */
  readonly next: PtzHolder | null;
}

export interface LeaseWish {
  readonly holder: PtzHolder;
  /** 0 … 32,000. */
  readonly priority: number;
  readonly reason: string;
}

/** What became of a camera's lease. */
export interface LeaseChange {
  readonly cameraId: string;
  readonly what: 'taken' | 'taken-over' | 'released' | 'idle' | 'handed-back';
  readonly before: Lease | null;
  readonly now: Lease | null;
}

export interface LeaseBook {
  /**
   * Takes the camera, or keeps what is held already with the priority and reason of now.
   * @throws {Fault} `ptz.held` with `holder`, `priority` and `until`
   */
  take(cameraId: string, wish: LeaseWish): Promise<Lease>;
  /** It was moved: the countdown begins anew. False: it is not held by them. */
  touch(cameraId: string, holder: PtzHolder): Promise<boolean>;
  /** Gives it back; to the one it was taken from, where their time is not over. */
  release(cameraId: string, holder: PtzHolder): Promise<void>;
  /** All that this holder has and waits for: they signed out. */
  releaseAll(holder: PtzHolder): Promise<void>;
  /** As known here, without asking anybody. */
  current(cameraId: string): Lease | null;
  onChange(listener: (change: LeaseChange) => void): Dispose;
  close(): void;
}

export interface LeaseTimes {
  /** Without a movement for this long it ends. */
  readonly idleMs: number;
  /** How long the one it was taken from may get it back. */
  readonly handBackMs: number;
}

export const leaseTimes: LeaseTimes = { idleMs: 30_000, handBackMs: 120_000 };

interface Claim {
  readonly holder: PtzHolder;
  readonly priority: number;
  readonly reason: string;
  readonly since: number;
  /** The claim of one who waits is void after this. */
  until: number;
}

interface Entry {
  lease: Claim;
  /** Those it was taken from, the highest priority first. */
  waiting: Claim[];
  timer: NodeJS.Timeout | undefined;
}

export function createLocalLeaseBook(times: LeaseTimes = leaseTimes): LeaseBook {
  const entries = new Map<string, Entry>();
  const changes = new Emitter<LeaseChange>();

  const stillWaiting = (entry: Entry) =>
    entry.waiting.filter(({ until }) => until > Date.now())[0] ?? null;
  const shown = (cameraId: string, entry: Entry): Lease => ({
    ...entry.lease,
    cameraId,
    next: stillWaiting(entry)?.holder ?? null,
  });
  const arm = (cameraId: string, entry: Entry) => {
    clearTimeout(entry.timer);
    const left = Math.max(0, entry.lease.until - Date.now());
    entry.timer = setTimeout(() => end(cameraId, entry, 'idle'), left);
    entry.timer.unref?.();
  };
  const end = (cameraId: string, entry: Entry, what: 'released' | 'idle') => {
    clearTimeout(entry.timer);
    const before = shown(cameraId, entry);
    const next = stillWaiting(entry);
    if (!next) {
      entries.delete(cameraId);
      changes.emit({ cameraId, what, before, now: null });
      return;
    }
    const now = Date.now();
    entry.waiting = entry.waiting.filter((claim) => claim !== next && claim.until > now);
    entry.lease = { ...next, until: now + times.idleMs };
    arm(cameraId, entry);
    changes.emit({ cameraId, what: 'handed-back', before, now: shown(cameraId, entry) });
  };

  return {
    async take(cameraId, { holder, priority, reason }) {
      const now = Date.now();
      const claim: Claim = { holder, priority, reason, since: now, until: now + times.idleMs };
      const entry = entries.get(cameraId);
      if (!entry) {
        const made: Entry = { lease: claim, waiting: [], timer: undefined };
        entries.set(cameraId, made);
        arm(cameraId, made);
        const lease = shown(cameraId, made);
        changes.emit({ cameraId, what: 'taken', before: null, now: lease });
        return lease;
      }
      const held = entry.lease;
      const before = shown(cameraId, entry);
      entry.waiting = entry.waiting.filter((one) => !sameHolder(one.holder, holder));
      if (sameHolder(held.holder, holder)) {
        entry.lease = { ...claim, since: held.since };
        arm(cameraId, entry);
        return shown(cameraId, entry);
      }
      if (priority <= held.priority) {
        throw new Fault('ptz.held', 'somebody else steers this camera', {
          holder: held.holder.operatorName,
          priority: held.priority,
          until: held.until,
        });
      }
      entry.waiting.push({ ...held, until: now + times.handBackMs });
      entry.waiting.sort((a, b) => b.priority - a.priority);
      entry.lease = claim;
      arm(cameraId, entry);
      const lease = shown(cameraId, entry);
      changes.emit({ cameraId, what: 'taken-over', before, now: lease });
      return lease;
    },

    async touch(cameraId, holder) {
      const entry = entries.get(cameraId);
      if (!entry || !sameHolder(entry.lease.holder, holder)) return false;
      entry.lease.until = Date.now() + times.idleMs;
      arm(cameraId, entry);
      return true;
    },

    async release(cameraId, holder) {
      const entry = entries.get(cameraId);
      if (!entry) return;
      entry.waiting = entry.waiting.filter((one) => !sameHolder(one.holder, holder));
      if (sameHolder(entry.lease.holder, holder)) end(cameraId, entry, 'released');
    },

    async releaseAll(holder) {
      for (const cameraId of [...entries.keys()]) await this.release(cameraId, holder);
    },

    current(cameraId) {
      const entry = entries.get(cameraId);
      return entry ? shown(cameraId, entry) : null;
    },

    onChange: (listener) => changes.on(listener),

    close() {
      for (const { timer } of entries.values()) clearTimeout(timer);
      entries.clear();
      changes.clear();
    },
  };
}

export function sameHolder(a: PtzHolder, b: PtzHolder): boolean {
  return a.operatorId === b.operatorId && a.workstation === b.workstation;
}
