#!/usr/bin/env node
/** The command `vonggac` of a checkout: sets up what is missing, then runs the command line on Node 24. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBundles, ensureDependencies, nodePath, root } from './setup.mjs';

ensureDependencies();
ensureBundles();
const child = spawn(nodePath(), [join(root, 'dist/node/cli.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
