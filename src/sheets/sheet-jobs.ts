import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Language } from '../contract/schemas.ts';
import { Fault } from '../std/fault.ts';
import type { Cells } from './cells.ts';
import type { Reading } from './read-file.ts';
import type { Records } from './records.types.ts';
import { sheetFault } from './sheet-fault.ts';
import type { WorkerJob, WorkerNews, WorkerRows } from './worker-messages.ts';

/** Reading and writing files apart from the core; a signal ends it at once. */
export interface ReadJob extends Omit<Extract<WorkerJob, { job: 'read' }>, 'job'> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | null) => void;
}

/** More than a province's list needs; a file that needs more is refused, the core goes on. */
const memoryMb = 1536;

/** @throws {Fault} `input.sheet`, `input.cancelled`. */
export async function readSheet(job: ReadJob): Promise<Reading> {
  const { signal, onProgress, ...rest } = job;
  const records: Records = { rows: [], sites: [], devices: [] };
  let reading: Omit<Reading, 'records'> | null = null;
  const apart = startApart({ job: 'read', ...rest }, job.fileName, signal, (news) => {
    if (news.news === 'progress') onProgress?.(news.done, news.total);
    else if (news.news === 'rows') records.rows.push(...news.rows);
    else if (news.news === 'sites') records.sites.push(...news.sites);
    else if (news.news === 'devices') records.devices.push(...news.devices);
    else if (news.news === 'read') reading = news.reading;
  });
  await apart.ended;
  if (reading === null) throw new Fault('internal', 'the reading process said nothing');
  return { ...(reading as Omit<Reading, 'records'>), records };
}

/** `rows` is asked for slices, one after the other. @throws {Fault} `input.cancelled`. */
export async function writeSheet(
  options: Extract<WorkerJob, { job: 'write' }> & { readonly signal?: AbortSignal },
  rows: AsyncIterable<readonly Cells[]>,
): Promise<Uint8Array> {
  const { signal, format, language } = options;
  let bytes: Uint8Array | null = null;
  const job = { job: 'write', format, language: language as Language } as const;
  const apart = startApart(job, '', signal, (news) => {
    if (news.news === 'written') bytes = news.bytes;
  });
  const fed = (async () => {
    for await (const slice of rows) apart.send(slice);
    apart.send(null);
  })();
  fed.catch(() => apart.stop());
  await Promise.all([fed, apart.ended]);
  if (bytes === null) throw new Fault('internal', 'the writing process said nothing');
  return bytes;
}

function startApart(
  job: WorkerJob,
  fileName: string,
  signal: AbortSignal | undefined,
  onNews: (news: WorkerNews) => void,
) {
  if (signal?.aborted) throw cancelled();
  const apart = process.versions['electron'] ? startWorker() : startProcess();
  const stop = () => apart.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const ended = new Promise<void>((resolve, reject) => {
    let fault: Fault | null = null;
    apart.onNews((news) => {
      if (news.news === 'problem') fault = sheetFault(news.reason, fileName);
      else if (news.news === 'failed') fault = new Fault('internal', news.message);
      else onNews(news);
    });
    apart.onEnd((end) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) return reject(cancelled());
      if (end === 'memory') fault ??= sheetFault('unpacked-too-large', fileName);
      if (typeof end === 'object') fault ??= new Fault('internal', end.message);
      if (fault) reject(fault);
      else resolve();
    });
  });
  ended.catch(() => {});
  apart.send(job);
  return { ended, send: (rows: WorkerRows) => apart.send(rows), stop };
}

function cancelled(): Fault {
  return new Fault('input.cancelled', 'stopped as asked');
}

/** How it ended: as it should, for want of memory, or otherwise. */
type End = 'done' | 'memory' | { readonly message: string };

interface Apart {
  send(message: WorkerJob | WorkerRows): void;
  onNews(listener: (news: WorkerNews) => void): void;
  onEnd(listener: (end: End) => void): void;
  stop(): void;
}

/** What goes wrong in it, a lack of memory too, leaves the core as it is. */
function startProcess(): Apart {
  const child = fork(fileURLToPath(apartFile()), [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It may be gone before it took what it was sent; `exit` says so.
  const ignore = () => {};
  return {
    send: (message) => void (child.connected && child.send(message as object, ignore)),
    onNews: (listener) => void child.on('message', (news) => listener(news as WorkerNews)),
    onEnd: (listener) => {
      let ended = false;
      const once = (end: End) => {
        if (ended) return;
        ended = true;
        listener(end);
      };
      child.on('error', (error) => once({ message: error.message }));
      child.on('close', (code, signal) => {
        if (code === 0) return once('done');
        // V8 ends a process that has no memory left by abort(), the system by SIGKILL.
        const memory =
          code === 134 || signal === 'SIGABRT' || signal === 'SIGKILL' || signal === 'SIGTRAP';
        once(memory ? 'memory' : { message: `ended with ${code ?? signal}` });
      });
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** Electron's binary is no Node that could be started anew. */
function startWorker(): Apart {
  const worker = new Worker(apartFile(), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    env: {},
  });
  return {
    send: (message) => worker.postMessage(message),
    onNews: (listener) => void worker.on('message', listener),
    onEnd: (listener) => {
      let end: End = 'done';
      worker.on('error', (error: NodeJS.ErrnoException) => {
        end = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : { message: error.message };
      });
      worker.on('exit', () => listener(end));
    },
    stop: () => void worker.terminate(),
  };
}

/** Beside this file as a source; beside the bundle that this file became part of. */
function apartFile(): URL {
  const source = import.meta.url.endsWith('.ts');
  return new URL(source ? './sheet-worker.ts' : './sheet-worker.mjs', import.meta.url);
}
