import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all it started use, from Linux' /proc (proc(5)). */
export interface ResourceUsage {
  /** User and system time since each process started, with that of ended children, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory, MiB. Pages that processes share count in each of them. */
  readonly rssMiB: number;
  readonly processes: number;
}

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessFigures {
  readonly parent: number;
  readonly cpuSeconds: number;
}

/**
 * Usage of the trees below `roots`, these included, without the trees below `except`. Null on systems
 * without /proc.
 */
export function measureTrees(
  roots: readonly number[],
  except: readonly number[] = [],
): ResourceUsage | null {
  const all = readProcesses();
  if (!all) return null;
  const wanted = new Set<number>();
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  const queue = [...roots];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (wanted.has(pid) || except.includes(pid)) continue;
    wanted.add(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  let [cpuSeconds, rssMiB, processes] = [0, 0, 0];
  for (const pid of wanted) {
    const figures = all.get(pid);
    if (!figures) continue;
    cpuSeconds += figures.cpuSeconds;
    rssMiB += residentMiB(pid);
    processes++;
  }
  return { cpuSeconds, rssMiB, processes };
}

/** The core and the browser apart: the browser is a tree below this process, named by its shell. */
export function measureHostAndBrowser(browserPids: readonly number[]): {
  host: ResourceUsage | null;
  browser: ResourceUsage | null;
} {
  return {
    host: measureTrees([process.pid], browserPids),
    browser: measureTrees(browserPids),
  };
}

function readProcesses(): Map<number, ProcessFigures> | null {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return null;
  }
  const all = new Map<number, ProcessFigures>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    try {
      all.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'latin1')));
    } catch {
      // It ended while we looked.
    }
  }
  return all;
}

/** /proc/pid/stat: the name stands in brackets and may hold anything, so fields count from its end. */
export function parseStat(text: string): ProcessFigures {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // From field 3 on: ppid is 4, utime 14, stime 15, cutime 16, cstime 17.
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return { parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond };
}

function residentMiB(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}
