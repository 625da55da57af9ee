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
 *
 * The whole program shares one ledger: RTSP streams, ONVIF and the APIs of hubs. A password that ONVIF
 * refused is not shown to RTSP of that host either, whatever the ports, nor the reverse. Two
 * exceptions: RTSP at two ports of one host is two devices (cameras behind one router are told apart
 * by nothing else), and a door that took the login itself stays open (many cameras have other accounts
 * for ONVIF than for pictures).
 */
const goodForMs = 60_000;

/** What is logged in to: RTSP, or HTTP (ONVIF, the API of a hub). */
export type DoorKind = 'rtsp' | 'http';

interface Entry {
  readonly device: string;
  readonly kind: DoorKind;
  /** This door took the login, and has not refused it since. */
  taken: boolean;
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
  /** Default `rtsp`. */
  readonly kind?: DoorKind;
  readonly credential: Credential | null;
  readonly path: string;
  /** Steady time (performance.now) at which a person asked for one more try, or null. */
  readonly askedAt: number | null;
  readonly signal: AbortSignal;
}

/** What counts bad logins, and which of them: the same for all doors of a host that are one device. */
interface Door {
  readonly device: string;
  readonly kind: DoorKind;
  readonly host: string;
  /** Of the host and the credential. */
  readonly kin: string;
  /** Of this door and the credential. */
  readonly key: string;
}

interface Waiter {
  readonly request: LoginRequest;
  readonly door: Door;
  readonly grant: (turn: LoginTurn) => void;
}

const freeTurn: LoginTurn = { refusal: null, accepted: () => false, refused() {}, end() {} };

export class LoginLedger {
  readonly #entries = new Map<string, Entry>();
  /** The same by host and credential. */
  readonly #kin = new Map<string, Entry[]>();
  /** Logins under way that are not known to be good. */
  readonly #unproven = new Set<Door>();
  /** By host. */
  readonly #waiters = new Map<string, Waiter[]>();

  /** Waits until this login may be tried, or is known to be refused. Rejects when aborted. */
  enter(request: LoginRequest): Promise<LoginTurn> {
    if (request.signal.aborted) return Promise.reject(request.signal.reason);
    if (!request.credential) return Promise.resolve(freeTurn);
    const door = doorOf(request.device, request.kind ?? 'rtsp', request.credential);
    const turn = this.#tryEnter(request, door);
    if (turn) return Promise.resolve(turn);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        request,
        door,
        grant: (granted) => {
          request.signal.removeEventListener('abort', onAbort);
          resolve(granted);
        },
      };
      const onAbort = () => {
        const queue = this.#waiters.get(door.host);
        const index = queue?.indexOf(waiter) ?? -1;
        if (index >= 0) queue!.splice(index, 1);
        if (queue?.length === 0) this.#waiters.delete(door.host);
        reject(request.signal.reason);
      };
      request.signal.addEventListener('abort', onAbort, { once: true });
      const queue = this.#waiters.get(door.host);
      if (queue) queue.push(waiter);
      else this.#waiters.set(door.host, [waiter]);
    });
  }

  /** What this device said to this login before, without asking it. */
  refusal(
    device: string,
    credential: Credential | null,
    path: string,
    kind: DoorKind = 'rtsp',
  ): Cause | null {
    if (!credential) return null;
    return this.#refusal(doorOf(device, kind, credential), path, null);
  }

  /** A person typed this login anew for that host: each of its doors may be tried once more. */
  forgive(host: string, credential: Credential): void {
    for (const entry of this.#kin.get(kinKey(host.toLowerCase(), credential)) ?? []) {
      entry.refusal = null;
      entry.strikes = 0;
      entry.deniedPaths.clear();
    }
  }

  /** A session made with this credential was lost: the next login goes alone. */
  lost(device: string, credential: Credential | null): void {
    const entry = credential && this.#entries.get(doorOf(device, 'rtsp', credential).key);
    if (entry) entry.acceptedAt = Number.NEGATIVE_INFINITY;
  }

  get waiting(): number {
    let count = 0;
    for (const queue of this.#waiters.values()) count += queue.length;
    return count;
  }

  #refusal(door: Door, path: string, askedAt: number | null): Cause | null {
    const entry = this.#entries.get(door.key);
    const asked = askedAt ?? Number.NEGATIVE_INFINITY;
    if (entry?.refusal && entry.refusal.at > asked) return entry.refusal.cause;
    const denied = entry?.deniedPaths.get(path);
    if (denied && denied.at > asked) return denied.cause;
    if (entry?.taken) return null;
    for (const other of this.#kin.get(door.kin) ?? []) {
      if (other === entry || (other.kind === 'rtsp' && door.kind === 'rtsp')) continue;
      // `rtsp.forbidden` is about what an account may see there, and says nothing of other doors.
      const { refusal } = other;
      if (refusal && refusal.at > asked && refusal.cause.code === 'rtsp.unauthorized') {
        return refusal.cause;
      }
    }
    return null;
  }

  #tryEnter(request: LoginRequest, door: Door): LoginTurn | null {
    const { path, askedAt } = request;
    const refusal = this.#refusal(door, path, askedAt);
    if (refusal) return { ...freeTurn, refusal };
    const entry = this.#entry(door);
    const good = isGood(entry);
    if (!good && this.#isBusy(door)) return null;
    if (!good) this.#unproven.add(door);
    let ended = false;
    return {
      refusal: null,
      accepted: () => {
        const news = !isGood(entry);
        entry.acceptedAt = performance.now();
        entry.taken = true;
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
          entry.taken = false;
          entry.refusal = { cause, at };
          return;
        }
        if (entry.deniedPaths.size > 1000) entry.deniedPaths.clear();
        entry.deniedPaths.set(path, { cause, at });
      },
      end: () => {
        if (ended) return;
        ended = true;
        if (!good) this.#unproven.delete(door);
        this.#next(door.host);
      },
    };
  }

  /** Another login that is not known to be good is being tried at the same device. */
  #isBusy(door: Door): boolean {
    for (const other of this.#unproven) {
      if (other.device === door.device) return true;
      if (other.kin === door.kin && (other.kind !== 'rtsp' || door.kind !== 'rtsp')) return true;
    }
    return false;
  }

  /** Lets in whoever may go now, in order of arrival. */
  #next(host: string): void {
    const queue = this.#waiters.get(host);
    if (!queue) return;
    for (let index = 0; index < queue.length; ) {
      const { request, door } = queue[index]!;
      const turn = this.#tryEnter(request, door);
      if (turn) queue.splice(index, 1)[0]!.grant(turn);
      else index++;
    }
    if (queue.length === 0) this.#waiters.delete(host);
  }

  #entry({ device, kind, kin, key }: Door): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = {
        device,
        kind,
        taken: false,
        acceptedAt: Number.NEGATIVE_INFINITY,
        strikes: 0,
        refusal: null,
        deniedPaths: new Map(),
      };
      this.#entries.set(key, entry);
      this.#kin.set(kin, [...(this.#kin.get(kin) ?? []), entry]);
    }
    return entry;
  }
}

function isGood(entry: Entry): boolean {
  return !entry.refusal && performance.now() - entry.acceptedAt < goodForMs;
}

function doorOf(device: string, kind: DoorKind, credential: Credential): Door {
  const host = device.replace(/:\d+$/, '').toLowerCase();
  const kin = kinKey(host, credential);
  return { device, kind, host, kin, key: `${kind} ${device} ${kin}` };
}

/** A digest, so that the ledger holds no password longer than the attempt needs it. */
function kinKey(host: string, { user, password }: Credential): string {
  return `${host} ${createHash('sha256').update(`${user}\0${password}`).digest('base64')}`;
}
