import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  /** Arguments joined by spaces. */
  readonly line: string;
}

/** Every process of this machine that can be read, from /proc. */
export function processList(): ProcessLine[] {
  const found: ProcessLine[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (/^State:\s+Z/m.test(status)) continue;
      found.push({
        pid: Number(name),
        parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]),
        uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]),
        line: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
      });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** The command lines of all descendants of a process. */
export function spawnedArguments(root: number): string[] {
  return descendants(root).map((process) => process.line);
}

export function descendants(root: number): ProcessLine[] {
  const all = processList();
  const wanted = new Set([root]);
  // Parents are not always listed before their children.
  for (let before = 0; before !== wanted.size; ) {
    before = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => pid !== root && wanted.has(pid));
}
