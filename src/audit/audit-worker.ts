/**
 * The thread in which the chain is searched, verified and exported, so that a million records keep no
 * picture of the wall waiting. It only reads.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openAuditForReading } from './audit-file.ts';
import { type AuditJob, doAuditJob } from './audit-jobs.ts';
import { AuditReader } from './audit-reader.ts';

const { dataDir } = workerData as { dataDir: string };
const database = openAuditForReading(dataDir);
if (!database) throw new Error('there is no audit yet');
const reader = new AuditReader(database);

parentPort?.on('message', ({ id, job }: { id: number; job: AuditJob }) => {
  try {
    parentPort?.postMessage({ id, answer: doAuditJob(reader, job) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ id, reason });
  }
});
