/**
 * What `npm start`, `npm test` and `npm run bench` need before they can begin: npm packages, Debian
 * packages, bundles. Runs on any Node from 20 on and without node_modules. Each step is skipped in a
 * few milliseconds when nothing changed, and says what it does when it does something.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const say = (text) => process.stderr.write(`vonggac: ${text}\n`);

/** Runs a program in the checkout with its output shown; stops this process when it fails. */
function must(title, command, args, env = {}) {
  say(title);
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  if (done.error || done.status !== 0) {
    const why = done.error ? done.error.message : `exit ${done.status ?? done.signal}`;
    say(`"${command} ${args.join(' ')}" failed (${why}). See the lines above.`);
    process.exit(1);
  }
}

function stampIs(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

/** `npm ci` when the lock file is not the one that node_modules was made from. */
export function ensureDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).digest('hex');
  const stampFile = join(modules, '.vonggac-stamp');
  if (stampIs(stampFile, stamp)) return;
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm empties the folder behind the link, which is somebody else's.
    say('node_modules is a link to another folder that does not fit: remove the link');
    process.exit(1);
  }
  // No package of ours needs its install script; skipping them keeps the install free of downloads.
  must('installing npm packages (once)…', 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stampFile, stamp);
}

/** The real Node 24 that came with the npm packages; this very Node where the platform has none. */
export function nodePath() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = join(modules, `node-${platform}-${process.arch}`, 'bin', name);
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  say(`Node 24 is needed on ${process.platform} ${process.arch}; this is ${process.version}.`);
  process.exit(1);
}

/**
 * Installs missing Debian packages as root, else prints the exact command.
 * @param {[string, string][]} wanted package and reason
 * @param {{required: boolean}} options with `required`, what is missing in the end stops us
 */
export function ensureDebianPackages(wanted, { required }) {
  const query = spawnSync(
    'dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
    ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted.map(([name]) => name)],
    { encoding: 'utf8' },
  );
  if (query.error) {
    say('this is not Debian or Ubuntu; these must be there by other means:');
    for (const [name, why] of wanted) say(`  ${name}: ${why}`);
    return;
  }
  const present = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  const missing = wanted.filter(([name]) => !present.has(name));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() === 0) {
    const apt = { DEBIAN_FRONTEND: 'noninteractive' };
    must(
      `installing Debian packages (once): ${names.join(' ')}…`,
      'apt-get',
      ['update', '-qq'],
      apt,
    );
    must('…', 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], apt);
    return;
  }
  say('these Debian packages are missing:');
  for (const [name, why] of missing) say(`  ${name}: ${why}`);
  say(`install them with:  sudo ${command}`);
  if (required) process.exit(1);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Bundles again when a source file is newer or another than at the last time. */
export function ensureBundles() {
  const hash = createHash('sha256');
  for (const room of ['src', 'electron', 'renderer', 'resources/locales']) {
    for (const file of [...filesBelow(join(root, room))].sort()) {
      const { mtimeMs, size } = statSync(file);
      hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
    }
  }
  for (const file of ['package-lock.json', 'build/bundle.mjs', 'build/bundle-verifier.mjs'])
    hash.update(readFileSync(join(root, file)));
  const stamp = hash.digest('hex');
  const stampFile = join(root, 'dist', '.stamp');
  if (stampIs(stampFile, stamp)) return;
  must('bundling…', nodePath(), [join(root, 'build', 'bundle.mjs')]);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Runs the bundled command line in this process's place: same streams, signals handed on, its exit code. */
export function runCommandLine(args) {
  const child = spawn(nodePath(), [join(root, 'dist/node/cli.mjs'), ...args], { stdio: 'inherit' });
  // A terminal sends its signal to the whole group; a supervisor sends it to us alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
