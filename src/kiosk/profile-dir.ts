import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserUser } from './browser-user.ts';

/**
 * Each start of a browser has a fresh profile: nothing of an earlier run, and no lock that a killed
 * browser left behind, can stand in its way.
 */
export interface ProfileDir {
  readonly path: string;
  remove(): void;
}

const prefix = 'vonggac-browser-';
/** Beside the profile, so that a later start knows whether its owner still lives. */
const ownerFile = 'owner';

export function makeProfileDir(user: BrowserUser | null, parent = tmpdir()): ProfileDir {
  const path = mkdtempSync(join(parent, prefix));
  writeFileSync(join(path, ownerFile), `${process.pid} ${startTime(process.pid)}`);
  chmodSync(path, 0o700);
  if (user) chownSync(path, user.uid, user.gid);
  return {
    path,
    remove: () => removeTree(path),
  };
}

/** Removes profiles whose owner was killed before it could. */
export function removeStaleProfiles(parent = tmpdir()): void {
  for (const name of namesIn(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    try {
      const [pid, started] = readFileSync(join(path, ownerFile), 'utf8').split(' ');
      // A process id alone is not enough: it may have been given to another process since.
      if (startTime(Number(pid)) === started) continue;
      if (process.getuid && process.getuid() !== 0 && statSync(path).uid !== process.getuid())
        continue;
      removeTree(path);
    } catch {
      // Not ours, or being removed by another start.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** /proc/pid/stat field 22, in ticks since boot; empty where there is no such process. */
function startTime(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  } catch {
    // A browser process that is still ending wrote into it: the next start removes it.
  }
}
