import { createHash } from 'node:crypto';
import type { Cause } from '../contract/cause.ts';
import type { Credential } from '../rtsp/session.types.ts';

/**
 * Keeps devices from locking this workstation out (quirk 5: about five bad logins close the door for
 * half an hour). It knows which login each device took or refused, and lets logins that are not
 * known to be good through one at a time, so that a wrong password costs one attempt and not
 * one per camera of the recorder.
 *
 * - A refusal closes the device to that credential at once, with two exceptions. `rtsp.forbidden` is
 *   about a path as often as about the login (an account that may see ten cameras of a hub and
 *   not the eleventh), and so is a refusal of a login that the same device took a moment ago. Then only
 *   that path is closed; a second refusal with no accepted login in between closes the device.
 * - A credential counts as good for a minute after it was accepted, and loses that when a session
 *   made with it is lost: a changed password usually shows that way.
 * - A person's wish to try again opens a closed door for exactly one login.
 */
const goodForMs = 60_000;

interface Entry {
  acceptedAt: number;
  strikes: number;
  refusal: { readonly cause: Cause; readonly at: number } | null;
  readonly deniedPaths: Map<string, { readonly cause: Cause; readonly at: number }>;
}

export interface LoginTurn {
  /** Not null: the device has refused this credential, and it must not be tried. */
  readonly refusal: Cause | null;
  /** @returns true when that is news: the device was not known to take this login */
  accepted(): boolean;
  refused(cause: Cause): void;
  /** Gives the turn back, whatever the outcome; harmless when called twice. */
  end(): void;
}

export interface LoginRequest {
  /** `host:port` of the device. */
  readonly device: string;
  readonly credential: Credential | null;
  readonly path: string;
  /** Steady time (performance.now) at which a person asked for one more try, or null. */
  readonly askedAt: number | null;
  readonly signal: AbortSignal;
}

interface Waiter {
  readonly request: LoginRequest;
  readonly grant: (turn: LoginTurn) => void;
}

const freeTurn: LoginTurn = { refusal: null, accepted: () => false, refused() {}, end() {} };

export class LoginLedger {
  readonly #entries = new Map<string, Entry>();
  /** Devices with a login under way that is not known to be good. */
  readonly #unproven = new Set<string>();
  readonly #waiters = new Map<string, Waiter[]>();

  /** Waits until this login may be tried, or is known to be refused. Rejects when aborted. */
  enter(request: LoginRequest): Promise<LoginTurn> {
    if (request.signal.aborted) return Promise.reject(request.signal.reason);
    if (!request.credential) return Promise.resolve(freeTurn);
    const turn = this.#tryEnter(request);
    if (turn) return Promise.resolve(turn);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        request,
        grant: (granted) => {
          request.signal.removeEventListener('abort', onAbort);
          resolve(granted);
        },
      };
      const onAbort = () => {
        const queue = this.#waiters.get(request.device);
        const index = queue?.indexOf(waiter) ?? -1;
        if (index >= 0) queue!.splice(index, 1);
        if (queue?.length === 0) this.#waiters.delete(request.device);
        reject(request.signal.reason);
      };
      request.signal.addEventListener('abort', onAbort, { once: true });
      const queue = this.#waiters.get(request.device);
      if (queue) queue.push(waiter);
      else this.#waiters.set(request.device, [waiter]);
    });
  }

  /** What this device said to this login before, without asking it. */
  refusal(device: string, credential: Credential | null, path: string): Cause | null {
    if (!credential) return null;
    return this.#refusal(entryKey(device, credential), path, null);
  }

  /** A session made with this credential was lost: the next login goes alone. */
  lost(device: string, credential: Credential | null): void {
    const entry = credential && this.#entries.get(entryKey(device, credential));
    if (entry) entry.acceptedAt = Number.NEGATIVE_INFINITY;
  }

  get waiting(): number {
    let count = 0;
    for (const queue of this.#waiters.values()) count += queue.length;
    return count;
  }

  #refusal(key: string, path: string, askedAt: number | null): Cause | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    const asked = askedAt ?? Number.NEGATIVE_INFINITY;
    if (entry.refusal && entry.refusal.at > asked) return entry.refusal.cause;
    const denied = entry.deniedPaths.get(path);
    return denied && denied.at > asked ? denied.cause : null;
  }

  #tryEnter(request: LoginRequest): LoginTurn | null {
    const { device, path, askedAt } = request;
    const key = entryKey(device, request.credential!);
    const refusal = this.#refusal(key, path, askedAt);
    if (refusal) return { ...freeTurn, refusal };
    const entry = this.#entry(key);
    const good = isGood(entry);
    if (!good && this.#unproven.has(device)) return null;
    if (!good) this.#unproven.add(device);
    let ended = false;
    return {
      refusal: null,
      accepted: () => {
        const news = !isGood(entry);
        entry.acceptedAt = performance.now();
        entry.strikes = 0;
        entry.refusal = null;
        entry.deniedPaths.delete(path);
        return news;
      },
      refused: (cause) => {
        const at = performance.now();
        const mayBePath = cause.code === 'rtsp.forbidden' || isGood(entry);
        entry.acceptedAt = Number.NEGATIVE_INFINITY;
        entry.strikes++;
        if (entry.strikes > 1 || !mayBePath) {
          entry.refusal = { cause, at };
          return;
        }
        if (entry.deniedPaths.size > 1000) entry.deniedPaths.clear();
        entry.deniedPaths.set(path, { cause, at });
      },
      end: () => {
        if (ended) return;
        ended = true;
        if (!good) this.#unproven.delete(device);
        this.#next(device);
      },
    };
  }

  /** Lets in whoever may go now, in order of arrival. */
  #next(device: string): void {
    const queue = this.#waiters.get(device);
    if (!queue) return;
    for (let index = 0; index < queue.length; ) {
      const turn = this.#tryEnter(queue[index]!.request);
      if (turn) queue.splice(index, 1)[0]!.grant(turn);
      else index++;
    }
    if (queue.length === 0) this.#waiters.delete(device);
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = {
        acceptedAt: Number.NEGATIVE_INFINITY,
        strikes: 0,
        refusal: null,
        deniedPaths: new Map(),
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }
}

function isGood(entry: Entry): boolean {
  return !entry.refusal && performance.now() - entry.acceptedAt < goodForMs;
}

/** A digest, so that the ledger holds no password longer than the attempt needs it. */
function entryKey(device: string, credential: Credential): string {
  const digest = createHash('sha256').update(`${credential.user}\0${credential.password}`);
  return `${device} ${digest.digest('base64')}`;
}
