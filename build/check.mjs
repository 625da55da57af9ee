/** `npm run check`: types per runtime, lint and format, rules of direction. No test is run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, nodePath, root } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', ...name.split('/'));
const steps = [
  ['types: std', bin('typescript/bin/tsc'), ['-p', 'build/tsconfig.std.json']],
  ['types: node', bin('typescript/bin/tsc'), ['-p', 'build/tsconfig.node.json']],
  ['types: page', bin('typescript/bin/tsc'), ['-p', 'build/tsconfig.dom.json']],
  ['lint and format', bin('@biomejs/biome/bin/biome'), ['ci', '--reporter=summary', '.']],
  ['rules of direction', join(root, 'build/check-direction.mjs'), []],
];

/** Runs every step and says which failed; returns whether all are green. */
export function check() {
  let green = true;
  for (const [title, script, args] of steps) {
    const started = Date.now();
    const done = spawnSync(nodePath(), [script, ...args], { cwd: root, encoding: 'utf8' });
    const ok = done.status === 0;
    process.stderr.write(
      `vonggac: ${ok ? 'ok    ' : 'FAILED'} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
    );
    if (!ok) process.stderr.write(`${done.stdout}${done.stderr}\n`);
    green &&= ok;
  }
  return green;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureDependencies();
  process.exit(check() ? 0 : 1);
}
