/**
 * The rules of direction, and the proof that they were really applied: as many modules were cruised as
 * the tree has (a TypeScript the cruiser cannot read gives 0 modules and a green result), and a planted
 * violation of each kind is found.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const rooms = ['src', 'electron', 'renderer'];

const planted = [
  ['std-knows-nobody', 'src/std/planted.ts', "import '../host/planted-host.ts';"],
  ['parsers-are-pure', 'src/rtp/planted.ts', "import '../streams/planted-streams.ts';"],
  ['pure-rooms-use-no-node', 'src/codec/planted.ts', "import 'node:fs';"],
  ['domain-knows-no-host', 'src/streams/planted.ts', "import '../host/planted-host.ts';"],
  ['host-knows-no-shell', 'src/host/planted.ts', "import '../kiosk/planted-kiosk.ts';"],
  [
    'renderer-knows-contract',
    'renderer/wall/planted.ts',
    "import '../../src/host/planted-host.ts';",
  ],
  [
    'product-never-uses-tests-or-build',
    'src/sites/planted.ts',
    "import '../../tests/planted-test.ts';",
  ],
];
const plantedTargets = [
  'src/host/planted-host.ts',
  'src/streams/planted-streams.ts',
  'src/kiosk/planted-kiosk.ts',
  'tests/planted-test.ts',
];

async function violationsIn(baseDir) {
  const { output } = await cruise(rooms, {
    ...options,
    baseDir,
    ruleSet: { forbidden },
    validate: true,
  });
  return output;
}

function countSources(folder) {
  let count = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) count++;
  }
  return count;
}

const problems = [];
const real = await violationsIn(root);
for (const v of real.summary.violations) problems.push(`${v.rule.name}: ${v.from} → ${v.to}`);
const wanted = rooms.reduce((sum, room) => sum + countSources(join(root, room)), 0);
const seen = real.modules.filter((module) =>
  /^(src|electron|renderer)\//.test(module.source),
).length;
if (seen < wanted)
  problems.push(`only ${seen} modules were cruised of the ${wanted} that the tree has`);

const nursery = mkdtempSync(join(tmpdir(), 'vonggac-planted-'));
try {
  for (const room of rooms) mkdirSync(join(nursery, room), { recursive: true });
  for (const [, file, text] of [
    ...planted,
    ...plantedTargets.map((file) => ['', file, 'export const x = 1;']),
  ]) {
    mkdirSync(dirname(join(nursery, file)), { recursive: true });
    writeFileSync(join(nursery, file), `${text}\nexport const here = 1;\n`);
  }
  const found = await violationsIn(nursery);
  for (const [rule, file] of planted) {
    const caught = found.summary.violations.some((v) => v.rule.name === rule && v.from === file);
    if (!caught) problems.push(`the planted violation of "${rule}" in ${file} was not found`);
  }
} finally {
  rmSync(nursery, { recursive: true, force: true });
}

if (problems.length > 0) {
  console.error(`Rules of direction (docs/architecture.md):\n  ${problems.join('\n  ')}`);
  process.exit(1);
}
console.log(`${seen} modules, ${planted.length} planted violations found, none else`);
