/**
 * Makes `dist/`: the command line, the page with its decode worker, and the Electron shell.
 * Bundles for Node lie two folders below the root, as their sources do, so that a path to
 * `resources/` written relative to a source file is right in both.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleVerifier } from './bundle-verifier.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = (...parts) => join(root, 'dist', ...parts);
const from = (...parts) => join(root, ...parts);

const common = {
  bundle: true,
  logLevel: 'warning',
  legalComments: 'linked',
  sourcemap: 'linked',
  absWorkingDir: root,
};

/** Some packages we bundle are CommonJS and call require at run time. */
const requireBanner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

const node = {
  ...common,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  banner: requireBanner,
  external: ['electron', '@napi-rs/keyring'],
};

const page = {
  ...common,
  platform: 'browser',
  target: 'chrome130',
  format: 'esm',
  minify: true,
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.woff2': 'file', '.woff': 'empty', '.svg': 'file', '.png': 'file' },
  assetNames: 'assets/[name]-[hash]',
};

const cjs = { ...node, format: 'cjs', banner: {} };

const bundles = [
  { ...node, entryPoints: [from('src/cli/main.ts')], outfile: out('node/cli.mjs') },
  { ...page, entryPoints: [from('renderer/main.tsx')], outfile: out('page/main.js') },
  {
    ...page,
    entryPoints: [from('renderer/wall/decode-worker.ts')],
    outfile: out('page/decode-worker.js'),
  },
  { ...cjs, entryPoints: [from('electron/main.ts')], outfile: out('electron/main.cjs') },
  { ...cjs, entryPoints: [from('electron/preload.ts')], outfile: out('electron/preload.cjs') },
  { ...node, entryPoints: [from('electron/core.ts')], outfile: out('electron/core.mjs') },
  // The threads that do without the core's own lie beside each bundle of it.
  ...['sheets/sheet-worker', 'audit/audit-worker'].flatMap((worker) =>
    ['node', 'electron'].map((folder) => ({
      ...node,
      entryPoints: [from(`src/${worker}.ts`)],
      outfile: out(folder, `${worker.split('/')[1]}.mjs`),
    })),
  ),
  // The process that stops cameras when the core cannot.
  ...['node', 'electron'].map((folder) => ({
    ...node,
    entryPoints: [from('src/ptz/watchman-main.ts')],
    outfile: out(folder, 'ptz-watchman.mjs'),
  })),
];

rmSync(out(), { recursive: true, force: true });
mkdirSync(out('page'), { recursive: true });
mkdirSync(out('verifier'), { recursive: true });
writeFileSync(out('verifier', 'verify.html'), await bundleVerifier());
await Promise.all(
  bundles.filter((bundle) => existsSync(bundle.entryPoints[0])).map((bundle) => build(bundle)),
);
for (const file of ['index.html']) {
  if (existsSync(from('renderer', file))) cpSync(from('renderer', file), out('page', file));
}
