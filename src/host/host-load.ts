import { availableParallelism } from 'node:os';
import type { EventValue } from '../contract/schemas.ts';
import { measureTrees } from './resource-usage.ts';

type Load = EventValue<'host.load'>;

/** The load of the core and its decoders since it was asked last; 100 % is the whole machine. */
export function createLoadMeter(browserPids: () => readonly number[] = () => []): {
  measure(streams: number, connections: number): Load;
} {
  let before = read(browserPids());
  return {
    measure(streams, connections) {
      const now = read(browserPids());
      const seconds = (now.at - before.at) / 1000;
      const used = Math.max(0, now.cpuSeconds - before.cpuSeconds);
      const cpuPercent = seconds > 0 ? (used / seconds / availableParallelism()) * 100 : 0;
      before = now;
      return { cpuPercent, rssMiB: now.rssMiB, streams, connections };
    },
  };
}

function read(except: readonly number[]): { at: number; cpuSeconds: number; rssMiB: number } {
  const at = performance.now();
  const tree = measureTrees([process.pid], except);
  if (tree) return { at, cpuSeconds: tree.cpuSeconds, rssMiB: tree.rssMiB };
  const { user, system } = process.cpuUsage();
  return {
    at,
    cpuSeconds: (user + system) / 1e6,
    rssMiB: process.memoryUsage.rss() / 1024 / 1024,
  };
}
