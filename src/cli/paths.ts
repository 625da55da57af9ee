import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where things lie. This file is two folders below the root as a source and as a bundle
 * (`dist/node/cli.mjs`); `build/bundle.mjs` keeps it so.
 */
export const rootDir = join(import.meta.dirname, '..', '..');
export const pageDir = join(rootDir, 'dist', 'page');
export const electronMain = join(rootDir, 'dist', 'electron', 'main.cjs');

export const version: string = JSON.parse(
  readFileSync(join(rootDir, 'package.json'), 'utf8'),
).version;

/** Folder of database and log, by the custom of the system. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') {
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'vonggac');
  }
  if (process.platform === 'darwin') {
    return join(homedir(), 'Library', 'Application Support', 'vonggac');
  }
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'vonggac');
}
