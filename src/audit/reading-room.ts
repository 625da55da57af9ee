import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { Fault } from '../std/fault.ts';
import { type AnswerTo, type AuditJob, doAuditJob } from './audit-jobs.ts';
import { AuditReader } from './audit-reader.ts';

/** Where the chain is read: in a thread of its own, or here where it is only in memory. */
export interface ReadingRoom {
  /** @throws {Fault} `store.failed` */
  ask<J extends AuditJob>(job: J): Promise<AnswerTo<J>>;
  close(): void;
}

export interface ReadingRoomOptions {
  readonly dataDir: string | null;
  /** The chain in memory, where there is no folder. */
  readonly database: () => DatabaseSync | null;
}

interface Asked {
  readonly resolve: (answer: never) => void;
  readonly reject: (fault: Fault) => void;
}

/** A thread that nobody asked for so long is ended. */
const idleMs = 60_000;

export function openReadingRoom({ dataDir, database }: ReadingRoomOptions): ReadingRoom {
  const waiting = new Map<number, Asked>();
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 1;
  let closed = false;

  const end = (reason: string) => {
    clearTimeout(idle);
    const ended = worker;
    worker = null;
    void ended?.terminate();
    const asked = [...waiting.values()];
    waiting.clear();
    for (const { reject } of asked) reject(new Fault('store.failed', reason));
  };

  const start = (folder: string): Worker => {
    const started = new Worker(workerFile(), { workerData: { dataDir: folder }, env: {} });
    started.unref();
    started.on('message', ({ id, answer, reason }) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (reason === undefined) asked?.resolve(answer as never);
      else asked?.reject(new Fault('store.failed', String(reason)));
      // Whatever failed, the file may be another one by now.
      if (reason !== undefined && worker === started) end(String(reason));
    });
    started.on('error', (error) => worker === started && end(error.message));
    started.on('exit', () => worker === started && end('the reading thread ended'));
    return started;
  };

  const apart = <J extends AuditJob>(folder: string, job: J): Promise<AnswerTo<J>> => {
    clearTimeout(idle);
    worker ??= start(folder);
    const id = nextId++;
    return new Promise<AnswerTo<J>>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (answer: never) => void, reject });
      worker?.postMessage({ id, job });
    }).finally(() => {
      clearTimeout(idle);
      if (waiting.size === 0) idle = setTimeout(() => end('idle'), idleMs).unref();
    });
  };

  return {
    async ask(job) {
      if (closed) throw new Fault('store.failed', 'the audit is closed');
      if (dataDir !== null) return apart(dataDir, job);
      const here = database();
      if (!here) throw new Fault('store.failed', 'the audit is not open');
      return doAuditJob(new AuditReader(here), job) as AnswerTo<typeof job>;
    },
    close() {
      closed = true;
      end('the program ends');
      clearTimeout(idle);
    },
  };
}

/** Beside this file as a source; beside the bundle that this file became part of. */
function workerFile(): URL {
  const source = import.meta.url.endsWith('.ts');
  return new URL(source ? './audit-worker.ts' : './audit-worker.mjs', import.meta.url);
}
