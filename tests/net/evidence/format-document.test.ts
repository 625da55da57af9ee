import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import decodeQr from 'qr/decode.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writePackage } from '../../../src/evidence/write-package.ts';
import { spokenFingerprint } from '../../../src/evidence-format/keys.ts';
import { flip, placesOf } from '../../support/evidence-attacks.ts';
import { type EvidenceFolder, evidenceFolder } from '../../support/evidence-files.ts';
import { pdfText } from '../../support/pdf-text.ts';

/** What docs/evidence-format.md says, done by programs that share no code with us. */
const document = readFileSync(
  join(import.meta.dirname, '../../../docs/evidence-format.md'),
  'utf8',
);
let folder: EvidenceFolder;
let script: string;

beforeAll(async () => {
  folder = evidenceFolder();
  await writePackage(folder.order);
  script = join(folder.dir, 'verify.py');
  writeFileSync(script, /```python\n([\s\S]*?)```/.exec(document)![1]!);
});
afterAll(() => folder.remove());

const run = (path: string) => spawnSync('python3', [script, path], { encoding: 'utf8' });

test('the verifier in the document finds a package whole', () => {
  const done = run(folder.order.target);
  expect(done.stderr).toBe('');
  expect(done.stdout).toBe(`whole, signed by ${folder.order.key.fingerprint}\n`);
  expect(done.status).toBe(0);
});

test('and finds what was altered', () => {
  const zip = folder.read();
  const altered = join(folder.dir, 'sửa.vgp.zip');
  for (const name of ['audit.json', 'bien-ban.pdf', 'signature.json']) {
    const { dataAt, size } = placesOf(zip).files.find((one) => one.name === name)!;
    writeFileSync(altered, flip(zip, dataAt + (size >> 1)));
    expect(run(altered).status, name).not.toBe(0);
  }
});

test('the printed record carries digest and fingerprint, and its QR code reads as the document says', () => {
  const unzip =
    'import sys,zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';
  const read = (name: string) => execFileSync('python3', ['-c', unzip, folder.order.target, name]);
  const digest = createHash('sha256').update(read('manifest.json')).digest('hex');
  const pdf = read('bien-ban.pdf');
  const text = pdfText(pdf).replaceAll(/\s+/g, ' ');
  for (const words of [
    'BIÊN BẢN TRÍCH XUẤT DỮ LIỆU HÌNH ẢNH',
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
    'Công an phường Ước Hòa',
    'BẢN SAO ĐÃ XỬ LÝ',
    'Cổng chính, Ký túc xá Trường Quân sự số 1, An Hải',
  ]) {
    expect(text, words).toContain(words);
  }
  const digits = text.replaceAll(' ', '');
  expect(digits).toContain(digest);
  expect(digits).toContain(folder.order.key.fingerprint);
  expect(spokenFingerprint(digest)).toHaveLength(79);

  const file = join(folder.dir, 'biên bản.pdf');
  writeFileSync(file, pdf);
  execFileSync('pdftoppm', ['-r', '150', file, join(folder.dir, 'trang')]);
  const pages = readdirSync(folder.dir).filter((name) => name.endsWith('.ppm'));
  const said = pages.map((name) => readCode(readFileSync(join(folder.dir, name)))).find(Boolean);
  expect(said).toBe(`VONGGAC-EVIDENCE-1:SHA256:${digest.toUpperCase()}`);
});

test('a package with a password opens with 7-Zip, and is the same signed package', async () => {
  const password = 'mat khau dai 2021';
  const sealed = evidenceFolder({ password });
  try {
    await writePackage(sealed.order);
    const out = ['x', '-y', `-o${sealed.dir}/ra`, sealed.order.target];
    expect(spawnSync('7z', [...out, '-psai']).status).not.toBe(0);
    execFileSync('7z', [...out, `-p${password}`]);
    const done = run(join(sealed.dir, 'ra', 'package.vgp.zip'));
    expect(done.stdout).toContain('whole, signed by');
  } finally {
    sealed.remove();
  }
});

/** Of a page as PPM. The code stands at the right margin; letters beside it would disturb. */
function readCode(page: Buffer): string | null {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(page.toString('latin1', 0, 40))!;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const pixels = page.subarray(head[0].length);
  const side = 240;
  const left = width - 325;
  for (let top = 0; top + side < height; top += 20) {
    const data = new Uint8Array(side * side * 3);
    for (let row = 0; row < side; row++) {
      const at = ((top + row) * width + left) * 3;
      data.set(pixels.subarray(at, at + side * 3), row * side * 3);
    }
    try {
      return decodeQr({ width: side, height: side, data });
    } catch {
      // Not here; further down the page.
    }
  }
  return null;
}
