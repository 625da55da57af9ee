import { randomBytes } from 'node:crypto';
import { wireHash } from '../rtsp/login.ts';
import type { Credential } from '../rtsp/session.types.ts';
import {
  Authorization,
  type DigestChallenge,
  parseChallenges,
  strongestChallenge,
} from '../rtsp-parse/auth.ts';
import { Fault } from '../std/fault.ts';
import type { LoginChoice, LoginUsed } from './onvif.types.ts';
import { securityHeader } from './wsse.ts';

/** What one request carries. */
export interface LoginSent {
  readonly kind: 'none' | 'wsse' | 'digest';
  /** For the SOAP Header; empty where none. */
  readonly security: string;
  /** For the Authorization header; null where none. */
  readonly authorization: string | null;
  readonly challenge: DigestChallenge | null;
  /** Device's clock minus ours as the request was made. */
  readonly offsetMs: number;
  /** Which credential: a new one makes answers to the old one stale news. */
  readonly turn: number;
}

/**
 * How a device wants to be logged in to, and whether it did let us in.
 *
 * Devices block an address for half an hour after about five bad logins (quirk 5). So a stranger asks
 * first, which costs nothing; a credential goes out only to a device that asks for it, in the form
 * that it asks for; and once refused it never goes out again.
 */
export class DeviceLogin {
  readonly #choice: LoginChoice;
  #credential: Credential | null;
  #kind: 'none' | 'wsse' | 'digest';
  #challenge: DigestChallenge | null = null;
  #authorization: Authorization | null = null;
  #proven = false;
  #refused: Fault | null = null;
  #turn = 0;

  /** `proven`: the device took this credential before, from another of our processes. */
  constructor(credential: Credential | null, choice: LoginChoice, proven = false) {
    this.#credential = credential;
    this.#choice = choice;
    this.#proven = proven;
    this.#kind = choice === 'wsse' && credential ? 'wsse' : 'none';
  }

  get used(): LoginUsed {
    if (this.#kind === 'digest') return this.#authorization?.used ?? 'digest-md5';
    return this.#kind;
  }

  /** The device took this credential for something that it denies strangers. */
  get proven(): boolean {
    return this.#proven;
  }

  get refused(): Fault | null {
    return this.#refused;
  }

  get hasCredential(): boolean {
    return this.#credential !== null;
  }

  get credential(): Credential | null {
    return this.#credential;
  }

  setCredential(credential: Credential | null): void {
    this.#credential = credential;
    this.#turn += 1;
    this.#proven = false;
    this.#refused = null;
    this.#authorization = null;
    this.#kind = credential && this.#choice === 'wsse' ? 'wsse' : 'none';
  }

  /** @param now ours, ms since 1970 */
  next(
    request: { method: string; uri: string; body: string },
    offsetMs: number,
    now: number,
  ): LoginSent {
    const base = { security: '', authorization: null, challenge: null, offsetMs, turn: this.#turn };
    if (this.#refused || !this.#credential) return { ...base, kind: 'none' };
    if (this.#kind === 'wsse') {
      const security = securityHeader(this.#credential, now + offsetMs, randomBytes(16));
      return { ...base, kind: 'wsse', security };
    }
    if (this.#kind === 'digest' && this.#authorization) {
      const body = Buffer.from(request.body, 'utf8').toString('latin1');
      const authorization = this.#authorization.header({ ...request, body });
      return { ...base, kind: 'digest', authorization, challenge: this.#challenge };
    }
    return { ...base, kind: 'none' };
  }

  /** The device let this request in, which it would have denied to a stranger. */
  accepted(sent: LoginSent): void {
    if (sent.kind !== 'none' && sent.turn === this.#turn) this.#proven = true;
  }

  /**
   * A stranger's request was denied: chooses how to log in.
   * @throws {Fault} `rtsp.credentials-needed`, the refusal there was, or `rtsp.unauthorized`
   */
  begin(challenges: readonly string[]): void {
    if (this.#refused) throw this.#refused;
    if (!this.#credential) {
      throw new Fault('rtsp.credentials-needed', 'the device asks for a login');
    }
    const digest = digestOf(challenges);
    if (digest) this.#answerDigest(digest);
    else this.#kind = 'wsse';
  }

  /**
   * Whether a denied request may go out again, with another form of the same login. Says yes to a
   * nonce that grew old and, where the token of WS-Security was answered with a challenge, to that.
   */
  turnTo(sent: LoginSent, challenges: readonly string[]): boolean {
    if (sent.turn !== this.#turn) return true;
    const digest = digestOf(challenges);
    if (!digest) return false;
    if (sent.kind === 'wsse') {
      this.#answerDigest(digest);
      return true;
    }
    const before = sent.challenge;
    if (before === null || digest.nonce === before.nonce) return false;
    // Another request may have learnt the new nonce already.
    if (!digest.stale && !this.#proven) return false;
    this.#answerDigest(digest);
    return true;
  }

  /** Never again with this credential. Returns the fault to throw. */
  refuse(why: string, clock: { readonly seconds: number } | null = null): Fault {
    this.#refused ??= clock
      ? new Fault('onvif.clock', why, { seconds: clock.seconds })
      : new Fault('rtsp.unauthorized', why);
    this.#authorization = null;
    return this.#refused;
  }

  #answerDigest(challenge: DigestChallenge): void {
    if (!this.#credential) return;
    this.#kind = 'digest';
    this.#challenge = challenge;
    this.#authorization = new Authorization(challenge, this.#credential, wireHash, () =>
      randomBytes(8).toString('hex'),
    );
  }
}

/** Basic is never answered: it would hand the password to whoever listens. */
function digestOf(challenges: readonly string[]): DigestChallenge | null {
  const offered = parseChallenges(challenges).filter((one) => one.scheme === 'digest');
  const best = strongestChallenge(offered);
  return best?.scheme === 'digest' ? best : null;
}
