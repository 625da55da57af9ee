import { createRing } from '../../src/replay/ring.ts';
import { inventedFormat, inventedUnit } from './ring-feed.ts';

/** `ring-writer.ts DIR`: keeps a ring as fast as it can until it is killed; says how far it is. */
const dataDir = process.argv[2]!;
const key = { cameraId: 'killed', quality: 'main' as const };
const ring = createRing({ dataDir, diskBytes: 64 * 1024 * 1024, memoryBytes: 4 * 1024 * 1024 });
await ring.ready;
ring.onFormat(key, inventedFormat);
for (let n = 0; ; n++) {
  ring.onUnit(key, inventedUnit({ cameraId: 'killed' }, n));
  if (n % 100 !== 0) continue;
  process.stdout.write(`${n}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
