import { openDirectPtz } from '../onvif/direct-ptz.ts';
import { moverOf } from './mover-of.ts';
import { sleep, stopUntilVerified } from './stopping.ts';
import {
  beatMissingMs,
  type FromWatchman,
  maxLine,
  orphanMs,
  type ToWatchman,
} from './watchman-messages.ts';

/**
 * The watchman: a process of its own that stops cameras when the one that moves them is killed or
 * hangs. It knows a camera only while that camera moves. It ends by itself when the process above it
 * is gone and everything it knew stands, and after `orphanMs` at the latest.
 */
interface Guarded {
  readonly facts: Extract<ToWatchman, { t: 'guard' }>['facts'];
  readonly profile: string;
  /** Connected beforehand, so that the stop is one request and no more. */
  readonly direct: ReturnType<typeof openDirectPtz>;
  stopping: boolean;
}

const guarded = new Map<string, Guarded>();
let lastBeat = performance.now();
let isOrphan = false;
let orphanedAt = 0;

// Ctrl+C reaches every process of the terminal: this one must outlive the one that steers.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
process.on('SIGTERM', () => orphaned());

let buffer = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  buffer += chunk;
  if (buffer.length > 16 * maxLine) return orphaned();
  for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
    const line = buffer.slice(0, end);
    buffer = buffer.slice(end + 1);
    hear(line);
  }
});
process.stdin.on('end', () => orphaned());
process.stdin.on('close', () => orphaned());
process.stdin.on('error', () => orphaned());
process.stdout.on('error', () => {});

function hear(line: string): void {
  let message: ToWatchman;
  try {
    message = JSON.parse(line) as ToWatchman;
  } catch {
    return;
  }
  lastBeat = performance.now();
  if (message.t === 'guard') guard(message);
  else if (message.t === 'release') release(message.id);
  else if (message.t === 'end') {
    for (const id of [...guarded.keys()]) release(id);
    process.exit(0);
  }
}

function guard({ id, facts, profile }: Extract<ToWatchman, { t: 'guard' }>): void {
  release(id);
  const direct = openDirectPtz(facts);
  guarded.set(id, { facts, profile, direct, stopping: false });
  // A question that changes nothing opens the connection and settles the login.
  void direct.ptz.status(profile).catch(() => {});
}

function release(id: string): void {
  guarded.get(id)?.direct.close();
  guarded.delete(id);
}

const timer = setInterval(() => {
  if (isOrphan) {
    if (guarded.size === 0 || performance.now() - orphanedAt > orphanMs) process.exit(0);
    return;
  }
  if (guarded.size > 0 && performance.now() - lastBeat > beatMissingMs) stopAll();
}, 50);
timer.ref();

function orphaned(): void {
  if (isOrphan) return;
  isOrphan = true;
  orphanedAt = performance.now();
  stopAll();
  if (guarded.size === 0) process.exit(0);
}

function stopAll(): void {
  for (const [id, one] of guarded) if (!one.stopping) void stopOne(id, one);
}

async function stopOne(id: string, one: Guarded): Promise<void> {
  one.stopping = true;
  say({ t: 'stopped', id });
  const mover = moverOf(one.direct.ptz, one.profile, { pan: true, zoom: true });
  for (;;) {
    const current = () => guarded.get(id) === one;
    const outcome = await stopUntilVerified(mover, () => current());
    if (!current()) return;
    // A move that was under way as the other one died may still arrive: once more, a little later.
    if (outcome === 'verified' && isOrphan) {
      await sleep(700);
      if (!current()) return;
      await mover.halt().catch(() => {});
      release(id);
      return;
    }
    if (outcome === 'verified') {
      // The one above hangs, or hung: it will release or guard again when it is back.
      one.stopping = false;
      await sleep(500);
      return;
    }
  }
}

function say(message: FromWatchman): void {
  if (!process.stdout.destroyed) process.stdout.write(`${JSON.stringify(message)}\n`);
}

say({ t: 'ready' });
