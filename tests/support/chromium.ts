import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with a small page, for tests of the shell that need no product page. */
export function fixturePage(script = ''): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'vonggac-page-'));
  writeFileSync(
    join(dir, 'index.html'),
    '<!doctype html><meta charset="utf-8"><title>fixture</title>' +
      '<link rel="stylesheet" href="main.css"><body><p id="said">…</p>' +
      '<script type="module" src="main.js"></script>',
  );
  writeFileSync(join(dir, 'main.css'), 'body { background: #0a5 }');
  writeFileSync(
    join(dir, 'main.js'),
    script || 'document.getElementById("said").textContent = "ready";',
  );
  mkdirSync(join(dir, 'deep'));
  writeFileSync(join(dir, 'deep', 'data.json'), '{"deep":true}');
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
