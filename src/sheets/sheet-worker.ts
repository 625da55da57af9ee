/**
 * Where files are read and written, so that the core's streams go on meanwhile: a process of its own, in
 * Electron a thread. Its memory is bounded, and it is ended from outside where a person cancels.
 */
import { parentPort } from 'node:worker_threads';
import { readFile } from './read-file.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { WorkerJob, WorkerNews, WorkerRows } from './worker-messages.ts';
import { TableWriter } from './write-table.ts';

const slice = 200;
let sent: Promise<void> = Promise.resolve();
const tell = (news: WorkerNews): void => {
  if (parentPort) parentPort.postMessage(news);
  else sent = new Promise((resolve) => process.send?.(news, () => resolve()));
};
const heard = (listener: (message: unknown) => void) => {
  if (parentPort) parentPort.on('message', listener);
  else process.on('message', listener);
};

function* slices<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += slice) yield rows.slice(at, at + slice);
}

async function read(job: Extract<WorkerJob, { job: 'read' }>): Promise<void> {
  const { bytes, remembered, fileName, sheet, mapping } = job;
  const recalled = new Map(
    remembered.map(({ fingerprint, columns }) => [
      fingerprint,
      new Map(columns.map(({ heading, field }) => [heading, field])),
    ]),
  );
  const { records, ...reading } = await readFile(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    {
      fileName,
      sheet,
      mapping,
      recall: (fingerprint) => recalled.get(fingerprint) ?? null,
      onProgress: (done, total) => tell({ news: 'progress', done, total }),
    },
  );
  for (const sites of slices(records.sites)) tell({ news: 'sites', sites });
  for (const devices of slices(records.devices)) tell({ news: 'devices', devices });
  for (const rows of slices(records.rows)) tell({ news: 'rows', rows });
  tell({ news: 'read', reading });
}

/** Takes rows until null, then answers with the file. */
function write({ format, language }: Extract<WorkerJob, { job: 'write' }>) {
  const writer = new TableWriter(format, language);
  return async (rows: WorkerRows): Promise<boolean> => {
    if (rows !== null) {
      for (const cells of rows) writer.add(cells);
      return false;
    }
    tell({ news: 'written', bytes: await writer.finish() });
    return true;
  };
}

async function guarded(work: () => Promise<boolean>): Promise<void> {
  let done = true;
  try {
    done = await work();
  } catch (error) {
    if (error instanceof SheetProblem) {
      tell({ news: 'problem', reason: error.reason, message: error.message });
    } else {
      tell({ news: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }
  if (!done) return;
  // Messages leave in their order: where the last is gone, all are.
  await sent;
  if (parentPort) parentPort.close();
  else process.disconnect?.();
}

let takeRows: ((rows: WorkerRows) => Promise<boolean>) | null = null;
heard((message) =>
  guarded(async () => {
    if (takeRows) return takeRows(message as WorkerRows);
    const job = message as WorkerJob;
    if (job.job === 'write') {
      takeRows = write(job);
      return false;
    }
    await read(job);
    return true;
  }),
);
// The core is gone: nobody waits for the answer.
process.on('disconnect', () => process.exit());
