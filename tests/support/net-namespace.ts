import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/**
 * A second machine on this one: a network namespace behind a pair of virtual cables, which can be
 * pulled out. Needs root and `iproute2`.
 */
export interface NetNamespace {
  /** Address of the far side, 198.18.0.0/15 (RFC 2544: never routed). */
  readonly address: string;
  spawn(program: string, args: readonly string[]): ChildProcess;
  /** Pulls the cable out at the far side: packets go nowhere, and nobody answers. */
  cut(): void;
  restore(): void;
  remove(): void;
}

/** Null where namespaces cannot be made. */
export function makeNetNamespace(): NetNamespace | null {
  const id = process.pid.toString(36);
  const name = `vonggac-${id}`;
  const near = `vgn${id}`;
  const far = `vgf${id}`;
  const net = 2 * (process.pid % 32_000);
  const prefix = `198.${18 + ((net >> 16) & 1)}.${(net >> 8) & 255}`;
  const [nearAddress, address] = [`${prefix}.1`, `${prefix}.2`];
  const remove = () => {
    for (const args of [
      ['link', 'del', near],
      ['netns', 'del', name],
    ]) {
      try {
        ip(args);
      } catch {
        // Was not made, or is gone already.
      }
    }
  };
  try {
    ip(['netns', 'add', name]);
    ip(['link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name]);
    ip(['addr', 'add', `${nearAddress}/24`, 'dev', near]);
    ip(['link', 'set', near, 'up']);
    ip(['-n', name, 'addr', 'add', `${address}/24`, 'dev', far]);
    ip(['-n', name, 'link', 'set', far, 'up']);
    ip(['-n', name, 'link', 'set', 'lo', 'up']);
  } catch {
    remove();
    return null;
  }
  return {
    address,
    spawn: (program, args) =>
      spawn('ip', ['netns', 'exec', name, program, ...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    cut: () => ip(['-n', name, 'link', 'set', far, 'down']),
    restore: () => ip(['-n', name, 'link', 'set', far, 'up']),
    remove,
  };
}

function ip(args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
