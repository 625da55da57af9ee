import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from '../../../renderer/verifier/findings.ts';
import { sayIn } from '../../../renderer/verifier/words.ts';
import { verifyPackage } from '../../../src/evidence/verify-package.ts';
import { writePackage } from '../../../src/evidence/write-package.ts';
import { attacksOn } from '../../support/evidence-attacks.ts';
import {
  type EvidenceFolder,
  evidenceFolder,
  someFacts,
  tinyPng,
} from '../../support/evidence-files.ts';

/** The page as it comes out of a package, opened from a folder as from a stick, without a network. */
const dir = mkdtempSync(join(tmpdir(), 'vonggac-thẻ nhớ-'));
const picked = join(dir, 'gói.vgp.zip');
const say = sayIn('vi');
/** As text: these run in the page, where this file's types are not. */
const picturesShown = `[...document.querySelectorAll('img')].every((image) => image.naturalWidth > 0)`;
const playClip = `(() => { const video = document.querySelector('video'); video.muted = true; return video.play(); })()`;
const clipPlays = `document.querySelector('video').currentTime > 0.3`;
const requests: string[] = [];
const complaints: string[] = [];
let folder: EvidenceFolder;
let others: EvidenceFolder;
let browser: Browser;
let page: Page;
let zip: Buffer;

beforeAll(async () => {
  folder = evidenceFolder();
  const clip = join(folder.dir, 'Hành lang tầng 2.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=2'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-movflags', '+faststart', clip],
  ]);
  await writePackage({
    ...folder.order,
    files: [
      ...folder.order.files,
      { path: clip, facts: { ...someFacts, takenUntil: someFacts.takenAt + 2000 } },
    ],
  });
  zip = folder.read();
  others = evidenceFolder();
  await writePackage(others.order);
  execFileSync('python3', [
    '-c',
    'import sys,zipfile; open(sys.argv[2],"wb").write(zipfile.ZipFile(sys.argv[1]).read("verify.html"))',
    folder.order.target,
    join(dir, 'verify.html'),
  ]);
  browser = await chromium.launch({
    executablePath: process.env['VONGGAC_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const context = await browser.newContext({ offline: true, locale: 'vi-VN' });
  page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`file://${encodeURI(join(dir, 'verify.html'))}`);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  folder?.remove();
  others?.remove();
  rmSync(dir, { recursive: true, force: true });
});

async function check(
  bytes: Buffer,
  password?: string,
): Promise<{ whole: boolean; lines: string[] }> {
  writeFileSync(picked, bytes);
  const another = page.locator('[data-test=another]');
  if (await another.isVisible()) await another.click();
  await page.setInputFiles('[data-test=file]', picked);
  if (password !== undefined) {
    await page.fill('[data-test=password]', password);
    await page.click('[data-test=open]');
  }
  await page.waitForSelector('[data-test=verdict], [data-test=message]');
  const lines = await page.locator('[data-test=findings] li').allTextContents();
  return { whole: await page.locator('.verdict.good').isVisible(), lines };
}

test('a whole package: who, when, pictures, a clip that plays, and nothing of the network', async () => {
  expect(await check(zip)).toEqual({ whole: true, lines: [] });
  const text = await page.innerText('body');
  for (const words of [
    'NGUYÊN VẸN',
    'Nguyễn Thị Ngữ',
    'Máy trực số 2',
    'Công an phường Ước Hòa',
    'Cổng chính, Ký túc xá Trường Quân sự số 1, An Hải',
    'BẢN SAO ĐÃ XỬ LÝ (che vùng)',
    'Đồng hồ camera',
    '3 bản ghi, chuỗi liền',
  ]) {
    expect(text, words).toContain(words);
  }
  await expect.poll(() => page.evaluate(picturesShown), { timeout: 10_000 }).toBe(true);
  expect(await page.locator('img').count()).toBe(2);
  await page.evaluate(playClip);
  await expect.poll(() => page.evaluate(clipPlays), { timeout: 10_000 }).toBe(true);
  expect(requests.filter((url) => !/^(?:file|blob):/.test(url))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the key can be compared with the one a person was given', async () => {
  await check(zip);
  const spoken = await page.innerText('[data-test=fingerprint]');
  await page.fill('[data-test=given-key]', spoken);
  await page.press('[data-test=given-key]', 'Tab');
  await page.waitForSelector('[data-test=compared].same');
  await page.fill('[data-test=given-key]', others.order.key.fingerprint);
  await page.press('[data-test=given-key]', 'Tab');
  await page.waitForSelector('[data-test=compared].other');
  expect(await page.locator('.verdict.bad').isVisible()).toBe(true);
});

test('in English too', async () => {
  await check(zip);
  await page.click('[data-test=language]');
  expect(await page.innerText('[data-test=verdict]')).toContain('WHOLE');
  await page.click('[data-test=language]');
  expect(await page.innerText('[data-test=verdict]')).toContain('NGUYÊN VẸN');
});

test('every alteration is told as the command line tells it', async () => {
  for (const { title, bytes } of attacksOn(zip, others.read())) {
    const seen = await check(bytes);
    const result = await verifyPackage(picked);
    expect(seen.whole, title).toBe(false);
    expect(seen.lines.length, title).toBeGreaterThan(0);
    expect(seen.lines, title).toEqual(findings(result, say));
  }
}, 180_000);

test('what was altered is not shown as a picture', async () => {
  const at = zip.indexOf(tinyPng);
  const bytes = Buffer.from(zip);
  bytes[at + 30]! ^= 4;
  await check(bytes);
  expect(await page.locator('figure.bad').count()).toBe(1);
  expect(await page.locator('figure.bad img').count()).toBe(0);
});

test('a package with a password opens with it', async () => {
  const password = 'mật khẩu Ước 1';
  const sealed = evidenceFolder({ password });
  try {
    await writePackage(sealed.order);
    expect(await check(readFileSync(sealed.order.target), password)).toEqual({
      whole: true,
      lines: [],
    });
    await expect.poll(() => page.evaluate(picturesShown), { timeout: 10_000 }).toBe(true);
  } finally {
    sealed.remove();
  }
});

test('whatever is dropped on it, it says what it is', async () => {
  expect((await check(Buffer.from('không phải zip'))).whole).toBe(false);
  expect(await page.innerText('[data-test=verdict]')).toContain('Đây không phải gói chứng cứ');
  expect((await check(Buffer.alloc(0))).whole).toBe(false);
});
