import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The server's side of HTTP Digest as RTSP uses it (RFC 7616, RFC 2326 section 14), with qop `auth`
 * or, for old clients, none.
 */
export type DigestKind = 'md5' | 'sha256' | 'both';

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly digest: DigestKind;
}

export type Verdict = 'ok' | 'missing' | 'wrong' | 'stale';

export class DigestDoor {
  readonly #secret = randomBytes(32);
  readonly #nonceMs: number;

  /** @param nonceSeconds how long a nonce is taken before the client is told that it is stale. */
  constructor(nonceSeconds: number) {
    this.#nonceMs = nonceSeconds * 1000;
  }

  /** Values of the WWW-Authenticate headers, strongest first. */
  challenges(login: Login, stale: boolean): string[] {
    const names = { md5: ['MD5'], sha256: ['SHA-256'], both: ['SHA-256', 'MD5'] }[login.digest];
    return names.map(
      (algorithm) =>
        `Digest realm="${login.realm.replace(/["\\]/g, '\\$&')}", nonce="${this.#nonce()}", ` +
        `algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
  }

  check(login: Login, method: string, header: string | undefined): Verdict {
    if (!header) return 'missing';
    const fields = digestFields(header);
    if (!fields) return 'wrong';
    const nonce = fields.get('nonce') ?? '';
    const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
    const offered = login.digest === 'both' ? ['MD5', 'SHA-256'] : [hashNames[login.digest]];
    if (!offered.includes(algorithm) || fields.get('username') !== login.user) return 'wrong';
    const hash = (text: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const ha1 = hash(`${login.user}:${login.realm}:${login.password}`);
    // The URI is taken as the client says it: proxies and cameras alike see it rewritten (quirk 1)
    const ha2 = hash(`${method}:${fields.get('uri') ?? ''}`);
    const qop = fields.get('qop');
    const expected = qop
      ? hash(`${ha1}:${nonce}:${fields.get('nc')}:${fields.get('cnonce')}:${qop}:${ha2}`)
      : hash(`${ha1}:${nonce}:${ha2}`);
    const given = Buffer.from(fields.get('response') ?? '');
    const wanted = Buffer.from(expected);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'wrong';
    return this.#isFresh(nonce) ? 'ok' : 'stale';
  }

  /** The time and its seal: the server need not remember what it gave out. */
  #nonce(): string {
    const time = Date.now().toString(16).padStart(12, '0');
    return time + this.#seal(time);
  }

  #seal(time: string): string {
    return createHmac('sha256', this.#secret).update(time).digest('hex').slice(0, 32);
  }

  #isFresh(nonce: string): boolean {
    const time = nonce.slice(0, 12);
    if (this.#seal(time) !== nonce.slice(12)) return false;
    return Date.now() - Number.parseInt(time, 16) <= this.#nonceMs;
  }
}

const hashNames = { md5: 'MD5', sha256: 'SHA-256' } as const;

function digestFields(header: string): Map<string, string> | null {
  const found = /^\s*Digest\s+(.*)$/is.exec(header);
  if (!found) return null;
  const fields = new Map<string, string>();
  for (const [, name, quoted, bare] of found[1]!.matchAll(
    /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi,
  )) {
    fields.set(name!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return fields;
}
