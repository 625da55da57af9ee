import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fakeCameras } from '../../support/fake-cameras.ts';
import {
  behave,
  type FakeLink,
  type FakePeerOptions,
  type FakeRequest,
  type Handler,
} from '../../support/fake-rtsp-peer.ts';
import { faultOf, until } from '../../support/rtsp-watch.ts';

const { camera, play } = fakeCameras();

const credential = { user: 'trực', password: 'a:b@c/d#e%f-mật' };
const methods = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER', 'TEARDOWN'];

/** A digest guard before the good camera; `nonce` may change while the test runs. */
class Guard {
  nonce = 'nonce-1';
  /** Wrong or missing logins that were answered with 401. */
  refused = 0;
  /** Answers that were good. */
  passed = 0;
  challenge: (guard: Guard, stale: boolean) => string | string[];
  algorithm: 'md5' | 'sha256' = 'md5';
  realm = 'IP "Cam", no. 1';
  password = credential.password;

  constructor(challenge?: Guard['challenge']) {
    this.challenge =
      challenge ??
      ((guard, stale) =>
        `Digest realm="${guard.quotedRealm}", nonce="${guard.nonce}"${stale ? ', stale=true' : ''}`);
  }

  get quotedRealm(): string {
    return this.realm.replace(/[\\"]/g, '\\$&');
  }

  get handlers(): NonNullable<FakePeerOptions['handlers']> {
    const guarded: Handler = (request, link) => {
      if (request.method === 'TEARDOWN' || this.good(request)) {
        this.passed += 1;
        behave(request, link);
      } else this.refuse(request, link);
    };
    return Object.fromEntries(methods.map((method) => [method, guarded]));
  }

  refuse(request: FakeRequest, link: FakeLink): void {
    this.refused += 1;
    const old = /nonce="([^"]*)"/.exec(request.headers['authorization'] ?? '')?.[1];
    const stale = old !== undefined && old !== this.nonce && this.right(request, old);
    link.reply(request, 401, { 'WWW-Authenticate': this.challenge(this, stale) });
  }

  good(request: FakeRequest): boolean {
    return this.right(request, this.nonce);
  }

  right({ method, uri, headers }: FakeRequest, nonce: string): boolean {
    const header = headers['authorization'] ?? '';
    const hash = (text: string) =>
      createHash(this.algorithm).update(Buffer.from(text, 'utf8')).digest('hex');
    const field = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(header)?.[1] ?? '';
    const ha1 = hash(`${credential.user}:${this.realm}:${this.password}`);
    const ha2 = hash(`${method}:${uri}`);
    const qop = field('qop');
    const middle = qop === '' ? nonce : `${nonce}:${field('nc')}:${field('cnonce')}:${qop}`;
    return field('response') === hash(`${ha1}:${middle}:${ha2}`);
  }
}

describe('quirk 4: logins', () => {
  it('a realm with escaped quotes and commas, a password with : @ / # % and Vietnamese letters', async () => {
    const guard = new Guard();
    const peer = await camera({ handlers: guard.handlers });
    const { session } = await play({ url: peer.url, credential, transport: 'tcp' });
    expect(session.figures.auth).toBe('digest-md5');
    expect(guard.refused).toBe(1);
  });

  it('two WWW-Authenticate headers: the stronger is answered', async () => {
    const guard = new Guard((one) => [
      'Basic realm="x"',
      `Digest realm="${one.quotedRealm}", nonce="${one.nonce}", qop="auth"`,
    ]);
    const peer = await camera({ handlers: guard.handlers });
    const { session } = await play({ url: peer.url, credential, transport: 'tcp' });
    expect(session.figures.auth).toBe('digest-md5');
    expect(peer.requests.some(({ headers }) => headers['authorization']?.startsWith('Basic'))).toBe(
      false,
    );
  });

  it('SHA-256 only, with a quoted algorithm', async () => {
    const guard = new Guard(
      (one) =>
        `Digest realm="${one.quotedRealm}", nonce="${one.nonce}", algorithm="SHA-256", qop="auth"`,
    );
    guard.algorithm = 'sha256';
    const peer = await camera({ handlers: guard.handlers });
    const { session } = await play({ url: peer.url, credential, transport: 'tcp' });
    expect(session.figures.auth).toBe('digest-sha256');
  });

  it('a nonce that grows old during keepalive (stale=true) is replaced', async () => {
    const guard = new Guard();
    const peer = await camera({
      handlers: {
        ...guard.handlers,
        SETUP: (request, link) => {
          if (!guard.good(request)) return guard.refuse(request, link);
          link.reply(request, 200, {
            Session: '1;timeout=2',
            Transport: request.headers['transport'] ?? '',
          });
        },
      },
    });
    const watched = await play({ url: peer.url, credential, transport: 'tcp' });
    guard.nonce = 'nonce-2';
    await until(
      () => peer.of('GET_PARAMETER').filter((request) => guard.good(request)).length >= 2,
      'keepalives with the new nonce',
    );
    expect(guard.refused).toBe(2);
    expect(watched.closed).toBeUndefined();
  });

  it('a new nonce for every request, never called stale, is followed while the password is good', async () => {
    const guard = new Guard((one) => `Digest realm="${one.quotedRealm}", nonce="${one.nonce}"`);
    let count = 1;
    const guarded: Handler = (request, link) => {
      if (guard.good(request)) {
        count += 1;
        guard.nonce = `nonce-${count}`;
        behave(request, link);
      } else guard.refuse(request, link);
    };
    const peer = await camera({
      handlers: { DESCRIBE: guarded, SETUP: guarded, PLAY: guarded },
    });
    await play({ url: peer.url, credential, transport: 'tcp' });
    expect(guard.refused).toBe(3);
  });
});

describe('the HTTP tunnel', () => {
  it('is asked for a login of its own, with another nonce than RTSP inside', async () => {
    const guard = new Guard();
    const web = new Guard();
    web.nonce = 'web-nonce';
    const peer = await camera({
      tunnel: true,
      tunnelChallenge: (request) => {
        if (web.good(request)) return null;
        web.refused += 1;
        return String(web.challenge(web, false));
      },
      handlers: guard.handlers,
    });
    const { session } = await play({ url: peer.url, credential, transport: 'http' });
    expect(session.figures).toMatchObject({ transport: 'http', auth: 'digest-md5' });
    expect([web.refused, guard.refused]).toEqual([1, 1]);
    // The web server's nonce would be one bad login to RTSP.
    expect(peer.of('OPTIONS')[0]!.headers['authorization']).toBeUndefined();
  });

  it('does not try a refused login again inside', async () => {
    const web = new Guard();
    web.password = 'another';
    const peer = await camera({
      tunnel: true,
      tunnelChallenge: (request) => (web.good(request) ? null : String(web.challenge(web, false))),
    });
    const fault = await faultOf({ url: peer.url, credential, transport: 'http' });
    expect(fault.code).toBe('rtsp.unauthorized');
    expect(peer.requests.filter(({ headers }) => headers['authorization'])).toHaveLength(1);
  });
});

describe('quirk 5: lock-out', () => {
  it('a refused password is sent once and never again', async () => {
    const guard = new Guard();
    guard.password = 'another';
    const peer = await camera({ handlers: guard.handlers });
    const fault = await faultOf({ url: peer.url, credential });
    expect(fault.code).toBe('rtsp.unauthorized');
    expect(peer.requests.filter(({ headers }) => headers['authorization'])).toHaveLength(1);
    expect(peer.links).toHaveLength(1);
  });

  it('even when each refusal brings a fresh nonce', async () => {
    const guard = new Guard((one) => {
      one.nonce = `nonce-${one.refused}`;
      return `Digest realm="x", nonce="${one.nonce}"`;
    });
    guard.password = 'another';
    const peer = await camera({ handlers: guard.handlers });
    expect((await faultOf({ url: peer.url, credential })).code).toBe('rtsp.unauthorized');
    expect(peer.requests.filter(({ headers }) => headers['authorization'])).toHaveLength(1);
  });

  it('even when the device calls every nonce stale: one more, then no more', async () => {
    const guard = new Guard((one) => {
      one.nonce = `nonce-${one.refused}`;
      return `Digest realm="x", nonce="${one.nonce}", stale=true`;
    });
    guard.password = 'another';
    const peer = await camera({ handlers: guard.handlers });
    expect((await faultOf({ url: peer.url, credential })).code).toBe('rtsp.unauthorized');
    expect(peer.requests.filter(({ headers }) => headers['authorization'])).toHaveLength(2);
  });

  it('Basic that is refused is not sent again', async () => {
    const peer = await camera({
      handlers: {
        OPTIONS: (request, link) =>
          link.reply(request, 401, { 'WWW-Authenticate': 'Basic realm="x"' }),
      },
    });
    expect((await faultOf({ url: peer.url, credential })).code).toBe('rtsp.unauthorized');
    expect(peer.requests).toHaveLength(2);
  });

  it('403 is final, and no other transport is tried', async () => {
    const peer = await camera({
      handlers: { DESCRIBE: (request, link) => link.reply(request, 403) },
    });
    expect((await faultOf({ url: peer.url, credential })).code).toBe('rtsp.forbidden');
    expect(peer.of('DESCRIBE')).toHaveLength(1);
  });

  it('a password changed while the stream plays is not tried again in keepalives', async () => {
    const guard = new Guard();
    const peer = await camera({
      handlers: {
        ...guard.handlers,
        SETUP: (request, link) =>
          link.reply(request, 200, {
            Session: '1;timeout=2',
            Transport: request.headers['transport'] ?? '',
          }),
      },
    });
    const watched = await play({ url: peer.url, credential, transport: 'tcp' });
    guard.password = 'another';
    guard.nonce = 'nonce-2';
    await until(
      () => watched.log.some((line) => line.includes('receiver reports only')),
      'giving up',
    );
    const tried = peer.of('GET_PARAMETER').length;
    expect(tried).toBe(2);
    await watched.pictures(watched.video().length + 60);
    expect(peer.of('GET_PARAMETER')).toHaveLength(tried);
    expect(watched.closed).toBeUndefined();
  });

  it('401 after the same login was taken means too many clients (quirk 7)', async () => {
    const guard = new Guard();
    const peer = await camera({
      handlers: {
        ...guard.handlers,
        PLAY: (request, link) =>
          link.reply(request, 401, { 'WWW-Authenticate': guard.challenge(guard, false) }),
      },
    });
    const fault = await faultOf({ url: peer.url, credential });
    expect(fault.code).toBe('rtsp.too-many-clients');
    expect(peer.of('PLAY').length).toBeLessThanOrEqual(2);
  });
});

describe('secrets', () => {
  it('stand neither in a fault nor in the log', async () => {
    const guard = new Guard();
    guard.password = 'another';
    const peer = await camera({ handlers: guard.handlers });
    const log: string[] = [];
    const fault = await faultOf({ url: peer.url, credential, onLog: (line) => log.push(line) });
    const told = `${fault.message}${fault.stack}${JSON.stringify(fault.shown)}${log.join()}`;
    expect(told).not.toContain(credential.password);
    expect(told).not.toContain('mật');
    expect(told).not.toMatch(/response=|authorization/i);
  });

  it('in a URL are taken out before anything is sent', async () => {
    const peer = await camera();
    const url = peer.url.replace('rtsp://', 'rtsp://u:geheim@');
    await play({ url, transport: 'tcp' });
    expect(JSON.stringify(peer.requests)).not.toContain('geheim');
  });
});
