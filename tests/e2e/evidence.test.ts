import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { pageDir, rootDir } from '../../src/cli/paths.ts';
import { startDemoCentre } from '../../src/demo/centre.ts';
import { openCentre } from '../../src/host/open-centre.ts';
import { startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../src/std/log.ts';
import { handAt } from '../support/page-hand.ts';
import { until } from '../support/running-wall.ts';
import { testOperator } from '../support/signed-in.ts';

const run = promisify(execFile);
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function workstation() {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-evidence-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const demo = await startDemoCentre({ cameras: 4, faults: false, log: silentLog });
  undo.push(() => demo.close());
  const centre = await openCentre({
    dataDir,
    shell: 'kiosk',
    language: 'vi',
    cameras: demo.cameras,
    demo: 'never',
    wall: null,
    screens: 1,
    warnings: [],
    log: silentLog,
  });
  undo.push(() => centre.close());
  const kiosk = await startKiosk({
    host: centre,
    pageDir,
    dataDir,
    headless: true,
    size: { width: 1280, height: 800 },
    noSandbox: false,
    log: silentLog,
  });
  undo.push(() => kiosk.close());
  const hand = handAt(kiosk);
  const looks = () => (centre.reports().get(0)?.tiles ?? []).filter(({ look }) => look !== 'empty');
  return { dataDir, demo, centre, kiosk, hand, looks };
}

type Facts = Record<'rtpTime' | 'ntpTime' | 'takenAt', number | null>;

/** Files of the shelf, with how they end. */
function shelf(dataDir: string, ending: string): string[] {
  try {
    return readdirSync(join(dataDir, 'evidence'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .map((name) => join(dataDir, 'evidence', name));
  } catch {
    return [];
  }
}

test('what an officer saw is taken, replayed, cut, packed and verified', async () => {
  const at = await workstation();
  const { hand, kiosk, dataDir, looks } = at;
  const page = (body: string) => kiosk.evaluate(`(() => {${body}})()`);
  await hand.key('KeyF', 'f');
  await hand.key('Digit2', '2');
  await until(
    'four live tiles',
    () => looks().filter(({ look }) => look === 'live').length >= 4,
    60,
  );

  // A picture by one key; who acts first becomes the first administrator, and it is taken then.
  await hand.key('KeyS', 's');
  await hand.sees('Tạo người quản trị đầu tiên');
  await hand.type('Tên đăng nhập', testOperator.name);
  await hand.type('Họ và tên', testOperator.fullName);
  await hand.type('Mật khẩu mới', testOperator.password);
  await hand.type('Nhập lại mật khẩu mới', testOperator.password);
  await hand.press('Tạo và đăng nhập');
  await hand.sees('Đã lưu 1 ảnh');
  const [first = ''] = shelf(dataDir, '.png');
  const { stdout: about } = await run('ffprobe', [
    ...['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', first],
  ]);
  expect(about.trim()).toBe('1280,720');

  // The pixels of a replayed picture that stands still are those of its file.
  // Some seconds have to be held before they can be looked at again.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  await hand.key('KeyR', 'r');
  await hand.sees('XEM LẠI');
  const shownAt = async () =>
    String(
      await page(
        `return document.querySelector('[data-look=replay] .replay-time')?.textContent ?? ''`,
      ),
    );
  await until('a replayed picture', async () => (await shownAt()) !== '', 20, shownAt);
  await until('the report says replay', () => looks().some(({ look }) => look === 'replay'), 10);
  expect(looks().filter(({ look }) => look === 'live')).toHaveLength(3);
  const before = await shownAt();
  expect(before).toMatch(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d\.\d{3}$/u);
  await hand.key('ArrowRight', 'ArrowRight');
  await until('one picture on', async () => (await shownAt()) > before, 10, shownAt);
  await hand.key('Comma', ',');
  await until('and back', async () => (await shownAt()) === before, 10, shownAt);
  const dot = async () =>
    (await page(`
      const video = document.querySelector('[data-look=replay] video');
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      const context = canvas.getContext('2d');
      context.drawImage(video, 0, 0);
      return [16, 8, 4, 2].flatMap((part) => [...context.getImageData(Math.floor(canvas.width / part) - 1, Math.floor(canvas.height / part) - 1, 1, 1).data.slice(0, 3)]);`)) as number[];
  const seen = await dot();
  await hand.key('KeyS', 's');
  await until('a second picture', () => shelf(dataDir, '.png').length === 2, 20);
  const second = shelf(dataDir, '.png').find((file) => file !== first) ?? '';
  const taken = (await kiosk.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(readFileSync(second).toString('base64'))}), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    return [16, 8, 4, 2].flatMap((part) => [...context.getImageData(Math.floor(canvas.width / part) - 1, Math.floor(canvas.height / part) - 1, 1, 1).data.slice(0, 3)]);
  })()`)) as number[];
  for (const [index, value] of taken.entries()) {
    expect(Math.abs(value - seen[index]!), `${taken} instead of ${seen}`).toBeLessThan(14);
  }

  // Marks, and a clip of what lies between them.
  await hand.key('Home', 'Home');
  await new Promise((resolve) => setTimeout(resolve, 800));
  await hand.key('KeyI', 'i');
  for (let press = 0; press < 2; press++) await hand.key('KeyL', 'l');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await hand.key('KeyK', 'k');
  await hand.key('KeyO', 'o');
  await hand.key('KeyX', 'x');
  await hand.sees('Lấy nguyên luồng hình');
  await hand.press('Cắt', '[role=dialog] form');
  await until(
    'a clip',
    () => shelf(dataDir, '.mp4').length === 1,
    60,
    () => shelf(dataDir, ''),
  );
  const [clip = ''] = shelf(dataDir, '.mp4');
  const { stdout: stream } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-count_packets'],
    ...['-show_entries', 'stream=codec_name,nb_read_packets', '-of', 'csv=p=0', clip],
  ]);
  expect(stream).toMatch(/^h264,\d+/u);
  expect(Number(stream.trim().split(',')[1])).toBeGreaterThan(20);

  // All of it in one package, which anybody verifies.
  await hand.sees('Cắt video', 20);
  await hand.key('Digit6', '6');
  await until(
    'the shelf shows all three',
    async () =>
      (await page(`return document.querySelectorAll('.gallery-card input').length`)) === 3,
    20,
  );
  await page(`for (const box of document.querySelectorAll('.gallery-card input')) box.click();`);
  await hand.sees('Đã chọn 3 mục');
  await hand.press('Xuất gói…', '.chosen-bar');
  await hand.type('Bên nhận', 'Công an xã Ước Lễ');
  await hand.type('Căn cứ pháp lý', 'Công văn số 15');
  await hand.press('Xuất gói', '[role=dialog] form');
  await hand.sees('Kiểm tra lại', 60);
  const path = String(
    await page(
      `return [...document.querySelectorAll('.job code')].map((one) => one.textContent).find((text) => text.endsWith('.vgp.zip'))`,
    ),
  );
  expect(path.startsWith(join(dataDir, 'exports'))).toBe(true);
  const sealed = createHash('sha256').update(readFileSync(path)).digest('hex');
  await hand.sees(sealed);
  const verified = await run(process.execPath, [
    join(rootDir, 'src/cli/main.ts'),
    ...['verify', path, '--json'],
  ]);
  const { ok, files } = JSON.parse(verified.stdout) as { ok: boolean; files: { name: string }[] };
  expect(ok).toBe(true);
  for (const name of [first, second, clip].map((file) => file.split('/').at(-1) ?? '')) {
    expect(
      files.some((file) => file.name.endsWith(name)),
      `${name} in the package`,
    ).toBe(true);
  }
  // The sender's own times, which the page never learns.
  const { stdout: manifest } = await run('unzip', ['-p', path, 'manifest.json']);
  const listed = (
    JSON.parse(manifest) as { files: { name: string; capture: { facts: Facts } | null }[] }
  ).files.find(({ name }) => name.endsWith(first.split('/').at(-1) ?? ''));
  const { rtpTime, ntpTime, takenAt } = listed?.capture?.facts ?? {};
  expect(rtpTime).toEqual(expect.any(Number));
  expect(Math.abs(Number(ntpTime) - Number(takenAt))).toBeLessThan(5000);
  await hand.press('Kiểm tra lại');
  await hand.sees('NGUYÊN VẸN');
  await hand.sees('Do máy trạm này ký');
}, 240_000);
