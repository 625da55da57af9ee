import { base64OfWire, toUtf8Wire } from './wire-text.ts';

/**
 * HTTP authentication as RTSP uses it: Basic (RFC 7617) and Digest (RFC 2617, RFC 7616). Serves ONVIF
 * over HTTP as well. The hash is injected, so that this file runs anywhere.
 */
export type DigestAlgorithm = 'md5' | 'sha-256';

/** Lower-case hex digest of a wire string (one byte per character). */
export type WireHash = (algorithm: DigestAlgorithm, wire: string) => string;

export interface BasicChallenge {
  readonly scheme: 'basic';
  readonly realm: string;
}

export interface DigestChallenge {
  readonly scheme: 'digest';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: DigestAlgorithm;
  /** As the challenge spelt it, to be repeated; null where it named none. */
  readonly algorithmText: string | null;
  readonly session: boolean;
  /** What the server offers and we can do; null: the older form without qop (RFC 2069). */
  readonly qop: 'auth' | 'auth-int' | null;
  readonly stale: boolean;
  /** The server wants UTF-8 in NFC (RFC 7616 section 4). */
  readonly utf8: boolean;
}

export type Challenge = BasicChallenge | DigestChallenge;

const maxHeaderLength = 16 * 1024;
const maxChallenges = 16;

/**
 * Every challenge we can answer, out of all WWW-Authenticate headers of one response. One header may
 * hold several; values may be quoted or not, with escaped quotes and commas inside.
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const header of headers.slice(0, maxChallenges)) {
    for (const { scheme, parameters } of splitChallenges(header.slice(0, maxHeaderLength))) {
      const challenge = challengeOf(scheme, parameters);
      if (challenge && challenges.length < maxChallenges) challenges.push(challenge);
    }
  }
  return challenges;
}

/** The safest challenge: Digest with SHA-256, then MD5, then Basic; `auth` before `auth-int`. */
export function strongestChallenge(challenges: readonly Challenge[]): Challenge | null {
  let best: Challenge | null = null;
  for (const challenge of challenges) {
    if (best === null || strength(challenge) > strength(best)) best = challenge;
  }
  return best;
}

function strength(challenge: Challenge): number {
  if (challenge.scheme === 'basic') return 0;
  return (challenge.algorithm === 'sha-256' ? 10 : 5) + (challenge.qop === 'auth-int' ? 0 : 1);
}

export interface AuthRequest {
  readonly method: string;
  /** Exactly as in the request line. */
  readonly uri: string;
  /** The body as a wire string, for `auth-int`. */
  readonly body?: string;
}

/** One login against one challenge; counts `nc` as long as the nonce is used. */
export class Authorization {
  readonly challenge: Challenge;
  readonly #user: string;
  readonly #password: string;
  readonly #hash: WireHash;
  readonly #cnonce: () => string;
  #count = 0;
  #sessionNonce: string | null = null;

  /**
   * @param user any text; sent as UTF-8
   * @param cnonce makes a fresh client nonce of printable ASCII without quotes
   */
  constructor(
    challenge: Challenge,
    login: { readonly user: string; readonly password: string },
    hash: WireHash,
    cnonce: () => string,
  ) {
    const form = (text: string) =>
      toUtf8Wire(challenge.scheme === 'digest' && challenge.utf8 ? text.normalize('NFC') : text);
    this.challenge = challenge;
    this.#user = form(login.user).replace(/[\r\n\0]/g, '');
    this.#password = form(login.password);
    this.#hash = hash;
    this.#cnonce = cnonce;
  }

  get used(): 'basic' | 'digest-md5' | 'digest-sha256' {
    if (this.challenge.scheme === 'basic') return 'basic';
    return this.challenge.algorithm === 'sha-256' ? 'digest-sha256' : 'digest-md5';
  }

  /** Value of the Authorization header for one request, as a wire string. */
  header(request: AuthRequest): string {
    const { challenge } = this;
    return challenge.scheme === 'basic'
      ? `Basic ${base64OfWire(`${this.#user}:${this.#password}`)}`
      : this.#digest(challenge, request);
  }

  #digest(challenge: DigestChallenge, { method, uri, body = '' }: AuthRequest): string {
    const hash = (text: string) => this.#hash(challenge.algorithm, text);
    const { realm, nonce, qop } = challenge;
    const cnonce = this.#cnonce();
    // A1 of the -sess forms is made once, with the first cnonce (RFC 7616 section 3.4.2).
    this.#sessionNonce ??= cnonce;
    let ha1 = hash(`${this.#user}:${realm}:${this.#password}`);
    if (challenge.session) ha1 = hash(`${ha1}:${nonce}:${this.#sessionNonce}`);
    const used = challenge.session ? this.#sessionNonce : cnonce;
    const ha2 = hash(qop === 'auth-int' ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`);
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const answer =
      qop === null
        ? hash(`${ha1}:${nonce}:${ha2}`)
        : hash(`${ha1}:${nonce}:${nc}:${used}:${qop}:${ha2}`);

    const fields = [
      `username="${quoted(this.#user)}"`,
      `realm="${quoted(realm)}"`,
      `nonce="${quoted(nonce)}"`,
      `uri="${uri}"`,
      `response="${answer}"`,
    ];
    if (challenge.algorithmText !== null) fields.push(`algorithm=${challenge.algorithmText}`);
    if (challenge.opaque !== null) fields.push(`opaque="${quoted(challenge.opaque)}"`);
    if (qop !== null) fields.push(`qop=${qop}`, `nc=${nc}`, `cnonce="${used}"`);
    else if (challenge.session) fields.push(`cnonce="${used}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

function quoted(text: string): string {
  return text.replace(/[\r\n\0]/g, '').replace(/[\\"]/g, '\\$&');
}

interface RawChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

const token = /[^\s,;="]+/y;
const blanks = /[\s,;]*/y;
const equals = /\s*=\s*/y;
const quotedText = /"((?:[^"\\]|\\.)*)"?/sy;
const bareText = /[^\s,;"]*/y;

/** `Scheme a=b, c="d", Scheme2 …` → schemes with their parameters, names in lower case. */
function splitChallenges(text: string): RawChallenge[] {
  const found: RawChallenge[] = [];
  let at = 0;
  const eat = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < text.length && found.length < maxChallenges) {
    eat(blanks);
    const name = eat(token);
    if (!name) {
      at += 1;
      continue;
    }
    if (!eat(equals)) {
      found.push({ scheme: name[0].toLowerCase(), parameters: new Map() });
      continue;
    }
    const inQuotes = eat(quotedText);
    const value = inQuotes
      ? (inQuotes[1] ?? '').replace(/\\(.)/gs, '$1')
      : (eat(bareText)?.[0] ?? '');
    const parameters = found.at(-1)?.parameters;
    const key = name[0].toLowerCase();
    if (parameters && parameters.size < 32 && !parameters.has(key)) parameters.set(key, value);
  }
  return found;
}

function challengeOf(scheme: string, parameters: Map<string, string>): Challenge | null {
  const realm = parameters.get('realm') ?? '';
  if (scheme === 'basic') return { scheme, realm };
  const nonce = parameters.get('nonce');
  if (scheme !== 'digest' || nonce === undefined) return null;
  const algorithmText = parameters.get('algorithm') || null;
  const match = /^(md5|sha-?256)(-sess)?$/i.exec((algorithmText ?? 'MD5').trim());
  if (!match) return null;
  const qops = parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  const qop = qops?.includes('auth') ? 'auth' : qops?.includes('auth-int') ? 'auth-int' : null;
  return {
    scheme,
    realm,
    nonce,
    opaque: parameters.get('opaque') ?? null,
    algorithm: (match[1] as string).toLowerCase() === 'md5' ? 'md5' : 'sha-256',
    algorithmText: algorithmText === null ? null : match[0],
    session: match[2] !== undefined,
    qop,
    stale: /^true$/i.test((parameters.get('stale') ?? '').trim()),
    utf8: /^utf-8$/i.test(parameters.get('charset') ?? ''),
  };
}
