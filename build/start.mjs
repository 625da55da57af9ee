/** `npm start`: set up what is missing, then open the wall. Arguments go to `vonggac start`. */
import { spawn } from 'node:child_process';
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
ensureDebianPackages(startPackages, { required: false });
ensureBundles();

const child = spawn(
  nodePath(),
  [join(root, 'dist/node/cli.mjs'), 'start', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// A terminal sends its signal to the whole group; a supervisor sends it to us alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
