import { createHash, randomBytes } from 'node:crypto';
import {
  Authorization,
  type AuthRequest,
  parseChallenges,
  strongestChallenge,
  type WireHash,
} from '../rtsp-parse/auth.ts';
import { Fault } from '../std/fault.ts';
import type { AuthUsed, Credential } from './session.types.ts';

/** MD5 and SHA-256 by node:crypto. */
export const wireHash: WireHash = (algorithm, wire) =>
  createHash(algorithm === 'md5' ? 'md5' : 'sha256')
    .update(wire, 'latin1')
    .digest('hex');

/**
 * The login of one stream, over all the connections that one opening may need.
 *
 * Devices block an address for half an hour after about five bad logins: a password goes out once per
 * challenge, and after a refusal never again. Two things are not refusals: a nonce that grew old
 * (`stale=true`), and a new nonce after the device had taken the password before.
 */
export class Login {
  readonly #credential: Credential | null;
  #authorization: Authorization | null = null;
  #used: AuthUsed = 'none';
  #accepted = false;
  #refused: Fault | null = null;
  #basicAllowed = true;

  constructor(credential: Credential | null) {
    this.#credential = credential;
  }

  get used(): AuthUsed {
    return this.#used;
  }

  get current(): Authorization | null {
    return this.#authorization;
  }

  /** A nonce belongs to its connection on many devices: a new connection waits to be asked. */
  newConnection(): void {
    this.#authorization = null;
  }

  /** After a redirect to another host: it may learn a digest, never the password itself. */
  newHost(): void {
    this.#authorization = null;
    this.#basicAllowed = false;
  }

  header(request: AuthRequest): string | null {
    return this.#authorization?.header(request) ?? null;
  }

  /** The device answered a request that carried the login with success. */
  accepted(sent: Authorization): void {
    this.#accepted = true;
    this.#used = sent.used;
  }

  /**
   * Reads a 401. Returns when the request may be sent again, with `header()` asked anew.
   * @param sent what the refused request carried
   * @param retried this request was already repeated for a nonce that grew old
   * @throws {Fault} `rtsp.credentials-needed`, `rtsp.unauthorized`, or `rtsp.too-many-clients` where
   *   the device had taken the same password a moment before
   */
  challenged(headers: readonly string[], sent: Authorization | null, retried: boolean): void {
    if (this.#refused) throw this.#refused;
    if (!this.#credential) {
      throw new Fault('rtsp.credentials-needed', 'the device asks for a login');
    }
    const offered = parseChallenges(headers);
    const challenge = strongestChallenge(
      this.#basicAllowed ? offered : offered.filter((one) => one.scheme !== 'basic'),
    );
    if (!challenge) {
      throw this.#refuse(new Fault('rtsp.unauthorized', 'no challenge that can be answered'));
    }
    if (sent !== null) {
      const before = sent.challenge;
      const fresh =
        challenge.scheme === 'digest' &&
        before.scheme === 'digest' &&
        challenge.nonce !== before.nonce &&
        (challenge.stale || this.#accepted);
      if (!fresh || retried) {
        throw this.#refuse(
          this.#accepted
            ? new Fault('rtsp.too-many-clients', '401 to a login that was taken before')
            : new Fault('rtsp.unauthorized', `401 to a ${sent.used} login`),
        );
      }
    }
    this.#authorization = new Authorization(challenge, this.#credential, wireHash, clientNonce);
  }

  #refuse(fault: Fault): Fault {
    this.#refused = fault;
    this.#authorization = null;
    return fault;
  }
}

function clientNonce(): string {
  return randomBytes(8).toString('hex');
}
