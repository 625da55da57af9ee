/**
 * `npm run bench`: the product beside its peers on the same streams in one run. Prints tables, writes
 * JSON. `npm run bench -- --quick` takes about three minutes, `--only ingest,application,pictures,memory,connect,ptz,evidence,snapshots`
 * runs parts, `--out FILE` names the JSON,
 * `--seconds N` is how long each stretch is measured (default 20, quick 8).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startPackages } from './debian-packages.mjs';
import {
  ensureBundles,
  ensureDebianPackages,
  ensureDependencies,
  nodePath,
  root,
} from './setup.mjs';

ensureDependencies();
ensureDebianPackages([...startPackages, ['procps', 'process figures']], { required: true });
ensureBundles();
const done = spawnSync(nodePath(), [join(root, 'build/bench/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(done.status ?? 1);
