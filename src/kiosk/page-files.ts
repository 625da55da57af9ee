import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** The built page from its folder, and nothing outside it. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The file for a URL path, or null: unknown, of another kind, or outside the folder. */
export async function readPageFile(folder: string, urlPath: string): Promise<PageFile | null> {
  let name: string;
  try {
    name = decodeURIComponent(urlPath === '/' ? '/index.html' : urlPath);
  } catch {
    return null;
  }
  const type = types[extname(name).toLowerCase()];
  if (!type || name.includes('\0') || name.includes('\\')) return null;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    if (!path.startsWith(root + sep)) return null;
    return { type, body: await readFile(path) };
  } catch {
    return null;
  }
}
