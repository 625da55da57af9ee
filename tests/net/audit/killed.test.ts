import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openAuditForReading } from '../../../src/audit/audit-file.ts';
import { createAuditLog } from '../../../src/audit/audit-log.ts';
import { AuditReader } from '../../../src/audit/audit-reader.ts';
import { everyRecord } from '../../../src/contract/audit-schemas.ts';
import { silentLog } from '../../../src/std/log.ts';

const writer = fileURLToPath(new URL('../../support/audit-writer-process.ts', import.meta.url));

/** Writes until it said `after` lines, then is killed. @returns the last sequence it said. */
function killWhileWriting(dataDir: string, after: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let trouble = '';
    child.stderr.on('data', (bytes) => {
      trouble += bytes;
    });
    child.stdout.on('data', (bytes) => {
      said += bytes;
      if (said.split('\n').length > after) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(trouble));
      const lines = said.split('\n').slice(0, -1);
      resolve(Number(lines.at(-1)));
    });
  });
}

test('killed in the middle of writing, again and again, the chain is intact and goes on', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-killed-'));
  try {
    for (const after of [1, 7, 20, 33, 50]) {
      const said = await killWhileWriting(dataDir, after);
      const database = openAuditForReading(dataDir);
      const verdict = new AuditReader(database!).verify({ publicKey: null });
      database!.close();
      expect(verdict).toMatchObject({ intact: true, problems: [] });
      // What was said to be written is there, whatever came of what followed.
      expect(verdict.last?.seq).toBeGreaterThanOrEqual(said);
    }
    const audit = createAuditLog({ dataDir, station: 'w', version: '1.0', log: silentLog });
    const opened = new AuditReader(audit.database!).page(
      { ...everyRecord, kinds: ['audit.open'] },
      null,
      0,
      10,
    );
    expect(opened.rows.map(({ details }) => details['endedCleanly'])).toEqual(
      Array.from({ length: 5 }, () => false),
    );
    await audit.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
