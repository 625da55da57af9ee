import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * Looks for the Electron binary without asking the `electron` package for it: since version 42 its first
 * `require` downloads the binary, which an air-gapped room cannot and a start should not do.
 */
export type FoundElectron =
  | { readonly path: string; readonly reason: null }
  | {
      readonly path: null;
      /**
       * - `root`: there is one, but it does not run sandboxed for root.
       * - `no-package`: the `electron` package is not installed.
       * - `no-binary`: it is, but its binary was never downloaded.
       * - `override-empty`: ELECTRON_OVERRIDE_DIST_PATH names a folder without a binary.
       */
      readonly reason: 'root' | 'no-package' | 'no-binary' | 'override-empty';
      /** Where a binary was expected. */
      readonly looked: string;
    };

export interface FindElectronOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** The user's number; undefined where there are none, and in tests that allow root. */
  readonly uid?: number | undefined;
}

/** @param root the folder that holds `node_modules`. */
export function findElectron(root: string, options: FindElectronOptions = {}): FoundElectron {
  const { env = process.env, platform = process.platform } = options;
  const uid = 'uid' in options ? options.uid : process.getuid?.();
  const folder = join(root, 'node_modules', 'electron');
  const name = binaryName(folder, platform);
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const path = override ? join(override, name) : join(folder, 'dist', name);
  if (!existsSync(path)) {
    if (override) return { path: null, reason: 'override-empty', looked: path };
    const reason = existsSync(join(folder, 'package.json')) ? 'no-binary' : 'no-package';
    return { path: null, reason, looked: path };
  }
  if (uid === 0) return { path: null, reason: 'root', looked: path };
  return { path, reason: null };
}

/** `path.txt` is written by the package's own download and names the binary inside `dist`. */
function binaryName(folder: string, platform: NodeJS.Platform): string {
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8').trim();
    if (name && !isAbsolute(name) && !name.split(/[\\/]/).includes('..')) return name;
  } catch {
    // Not downloaded: a binary carried in by hand lies under its usual name.
  }
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}
