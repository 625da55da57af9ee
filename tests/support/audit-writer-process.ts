/** Writes records until it is killed; says on standard output how many are surely on disk. */
import { createAuditLog } from '../../src/audit/audit-log.ts';
import { silentLog } from '../../src/std/log.ts';

const audit = createAuditLog({
  dataDir: process.argv[2] ?? '',
  station: 'w',
  version: '1.0',
  log: silentLog,
});
const write = () => {
  for (let at = 0; at < 50; at++) audit.write({ kind: 'view', operator: null, camera: `c${at}` });
  audit.flush();
  process.stdout.write(`${audit.head()?.seq}\n`, () => setImmediate(write));
};
write();
