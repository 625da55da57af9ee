import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The page's one origin. A standard scheme, so that `'self'`, workers and modules work as on https. */
export const appScheme = 'app';
export const appHost = 'vonggac';
export const appOrigin = `${appScheme}://${appHost}`;

/** Whether a URL is of our own page. Node gives custom schemes the origin "null", so by its parts. */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.protocol === `${appScheme}:` &&
    url.host === appHost &&
    url.username === '' &&
    url.password === ''
  );
}

export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob: mediastream:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vonggac',
].join('; ');

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Answers requests to `app://vonggac/` with the files of one folder. What may be served is listed once,
 * when the shell starts: a path is looked up in that list and never put together with a folder, so no
 * spelling of `..` and no link in the folder leads out of it.
 */
export function pageFiles(folder: string): (request: PageRequest) => Response {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.map')) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length).replaceAll('\\', '/');
    files.set(path.startsWith('/') ? path : `/${path}`, file);
  }

  return ({ url, method }) => {
    if (!isOwnUrl(url)) return refuse(404);
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    const path = decoded(new URL(url).pathname);
    const file = path === null ? undefined : files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return refuse(404);
    const type = types[extname(file)] ?? 'application/octet-stream';
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(readFileSync(file));
    } catch {
      // It was there at the start: an update is replacing it.
      return refuse(404);
    }
    return new Response(method === 'HEAD' ? null : bytes, {
      headers: { ...securityHeaders, 'content-type': type },
    });
  };
}

export interface PageRequest {
  readonly url: string;
  readonly method: string;
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: securityHeaders });
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
