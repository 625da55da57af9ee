import { constants } from 'node:fs';
import { access, mkdir, readFile, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { ExportFolder } from '../contract/evidence-schemas.ts';

/** Where desktops of Linux put sticks and cards; each mount below is a place to write to. */
const removableRoots = ['/media/', '/run/media/', '/mnt/'];

/**
 * Sticks first, then the folder of this workstation.
 * @param ownFolder made when it is not there
 * @param mounts text of /proc/mounts; for tests
 */
export async function exportFolders(
  ownFolder: string | null,
  mounts?: string,
): Promise<ExportFolder[]> {
  const text = mounts ?? (await readFile('/proc/mounts', 'utf8').catch(() => ''));
  const removable = mountPoints(text).filter((path) =>
    removableRoots.some((root) => path.startsWith(root)),
  );
  if (ownFolder !== null) await mkdir(ownFolder, { recursive: true, mode: 0o700 }).catch(() => {});
  const places = [
    ...removable.map((path) => ({ path, label: basename(path), removable: true })),
    ...(ownFolder === null ? [] : [{ path: ownFolder, label: '', removable: false }]),
    { path: join(homedir()), label: '~', removable: false },
  ];
  return Promise.all(
    places.slice(0, 50).map(async (place) => ({
      ...place,
      path: place.path.slice(0, 4000),
      label: place.label.slice(0, 200),
      free: await freeBytes(place.path),
      writable: await access(place.path, constants.W_OK).then(
        () => true,
        () => false,
      ),
    })),
  );
}

/** Second field of each line, with its octal escapes (`\040` is a blank). */
export function mountPoints(text: string): string[] {
  const paths = text
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter(Boolean)
    .map((path) => {
      const bytes = Buffer.from(path, 'utf8').toString('latin1');
      const plain = bytes.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      return Buffer.from(plain, 'latin1').toString('utf8');
    });
  return [...new Set(paths)];
}

async function freeBytes(path: string): Promise<number | null> {
  const found = await statfs(path).catch(() => null);
  return found ? found.bavail * found.bsize : null;
}
