/**
 * `npm test`: set up what tests need, check types, style and directions, then run every test.
 * Arguments go to Vitest: `npm test -- --project unit tests/unit/rtp`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { check } from './check.mjs';
import { testPackages } from './debian-packages.mjs';
import {
  ensureBundles,
  ensureDebianPackages,
  ensureDependencies,
  nodePath,
  root,
} from './setup.mjs';

ensureDependencies();
ensureDebianPackages(testPackages, { required: true });
ensureBundles();
const checked = check();
const tests = spawnSync(
  nodePath(),
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Tests that start `node` themselves must get this one.
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
  },
);
if (!checked) process.stderr.write('vonggac: the checks above FAILED\n');
process.exit(checked && tests.status === 0 ? 0 : 1);
