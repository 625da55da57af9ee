import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A small HTTP server that stands for the API of MediaMTX, go2rtc or Frigate. It answers with what
 * their documents show (MediaMTX `api/openapi.yaml`, go2rtc `website/api/openapi.yaml`, Frigate "HTTP
 * API"); it is not one of them. Logins are checked by node:crypto, not by the code under test.
 */
export interface FakeHubOptions {
  readonly login?: 'none' | 'basic' | 'digest' | 'bearer';
  readonly user?: string;
  readonly password?: string;
}

export type HubAnswer = (url: URL) => unknown;

export class FakeHub {
  readonly asked: { readonly method: string; readonly path: string; readonly login: boolean }[] =
    [];
  /** By path; an answer that is a string is sent as it is, a function may look at the query. */
  readonly answers = new Map<string, unknown | HubAnswer>();
  status = 200;
  /** Takes requests and says nothing. */
  silent = false;
  readonly #server = createServer((request, response) => this.#serve(request, response));
  readonly #options: FakeHubOptions;
  #port = 0;

  private constructor(options: FakeHubOptions) {
    this.#options = options;
  }

  static async start(options: FakeHubOptions = {}): Promise<FakeHub> {
    const hub = new FakeHub(options);
    hub.#server.listen(0, '127.0.0.1');
    await once(hub.#server, 'listening');
    hub.#port = (hub.#server.address() as AddressInfo).port;
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://hub');
    const login = request.headers.authorization ?? '';
    this.asked.push({ method: request.method ?? '', path: url.pathname, login: login !== '' });
    if (this.silent) return;
    if (!this.#isIn(login, request)) {
      const challenge = {
        basic: 'Basic realm="hub"',
        digest: 'Digest realm="hub", nonce="n1", algorithm=MD5, qop="auth"',
        bearer: 'Bearer',
        none: '',
      }[this.#options.login ?? 'none'];
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      return;
    }
    const known = this.answers.get(url.pathname);
    if (known === undefined || this.status !== 200) {
      response.writeHead(known === undefined ? 404 : this.status).end();
      return;
    }
    const value = typeof known === 'function' ? (known as HubAnswer)(url) : known;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(
      typeof value === 'string' || value instanceof Buffer ? value : JSON.stringify(value),
    );
  }

  #isIn(header: string, request: IncomingMessage): boolean {
    const { login = 'none', user = '', password = '' } = this.#options;
    if (login === 'none') return true;
    if (login === 'bearer') return header === `Bearer ${password}`;
    if (login === 'basic') {
      return header === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    }
    const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(header)?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const ha1 = md5(`${user}:hub:${password}`);
    const ha2 = md5(`${request.method}:${request.url}`);
    const right = md5(`${ha1}:n1:${field('nc')}:${field('cnonce')}:auth:${ha2}`);
    return header.startsWith('Digest ') && field('response') === right;
  }
}

/** Paths as `GET /v3/paths/list` answers them, in the pages that were asked for. */
export function mediamtxPages(items: readonly object[]): HubAnswer {
  return ({ searchParams }) => {
    const perPage = Number(searchParams.get('itemsPerPage') ?? 100);
    const page = Number(searchParams.get('page') ?? 0);
    return {
      itemCount: items.length,
      pageCount: Math.ceil(items.length / perPage),
      items: items.slice(page * perPage, (page + 1) * perPage),
    };
  };
}
