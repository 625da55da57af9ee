import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterEach, expect, test } from 'vitest';
import { pageDir } from '../../src/cli/paths.ts';
import { startDemoCentre } from '../../src/demo/centre.ts';
import type { DemoCentre } from '../../src/demo/centre.types.ts';
import { type Centre, openCentre } from '../../src/host/open-centre.ts';
import { type Kiosk, startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { parseRtspUrl } from '../../src/rtsp-parse/url.ts';
import { silentLog } from '../../src/std/log.ts';
import { FakeHub, mediamtxPages } from '../support/fake-hub-api.ts';
import { handAt, type PageHand } from '../support/page-hand.ts';
import { until } from '../support/running-wall.ts';
import { testOperator } from '../support/signed-in.ts';

/** The three ways of the README from nothing to live pictures, by hand, in the real kiosk. */
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vonggac-connect-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function cameras(options: Partial<Parameters<typeof startDemoCentre>[0]> = {}) {
  const centre = await startDemoCentre({ cameras: 4, faults: false, log: silentLog, ...options });
  undo.push(() => centre.close());
  return centre;
}

interface Workstation {
  readonly centre: Centre;
  readonly kiosk: Kiosk;
  readonly hand: PageHand;
}

/** A workstation on which nobody ever did anything. */
async function workstation(): Promise<Workstation> {
  const dataDir = folder();
  const centre = await openCentre({
    dataDir,
    shell: 'kiosk',
    language: 'vi',
    cameras: [],
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
  return { centre, kiosk, hand };
}

/** Who acts first makes the first administrator, and what was wanted goes on. */
async function firstAdministrator({ hand }: Workstation): Promise<void> {
  await hand.sees('Tạo người quản trị đầu tiên');
  await hand.type('Tên đăng nhập', testOperator.name);
  await hand.type('Họ và tên', testOperator.fullName);
  await hand.type('Mật khẩu mới', testOperator.password);
  await hand.type('Nhập lại mật khẩu mới', testOperator.password);
  await hand.press('Tạo và đăng nhập');
}

const looks = ({ centre }: Workstation) =>
  (centre.reports().get(0)?.tiles ?? []).filter(({ look }) => look !== 'empty');

/** Live, and the pictures are not one colour. */
async function seesLive(at: Workstation, count: number): Promise<void> {
  await until(
    'live tiles',
    () => looks(at).filter(({ look }) => look === 'live').length >= count,
    60,
    () => looks(at).map(({ look, cause }) => [look, cause]),
  );
  const shades = (await at.kiosk.evaluate(`(() => {
    const video = [...document.querySelectorAll('[data-tile] video')].find((one) => one.videoWidth > 0);
    const canvas = new OffscreenCanvas(64, 36);
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 64, 36);
    return new Set(new Uint32Array(context.getImageData(0, 0, 64, 36).data.buffer)).size;
  })()`)) as number;
  expect(shades).toBeGreaterThan(50);
}

async function toTheWall({ hand }: Workstation, site: string): Promise<void> {
  await hand.key('Digit1', '1');
  await hand.press(site, '[role=tree]');
  await hand.key('KeyT', 't');
}

async function listOf(centre: DemoCentre, path: string): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Danh sách');
  sheet.getCell('A1').value = 'DANH SÁCH CAMERA';
  sheet.getRow(3).values = [
    'STT',
    'Tên cơ sở',
    'Tỉnh',
    'Tên camera',
    'Địa chỉ RTSP',
    'Tài khoản',
    'Mật khẩu',
  ];
  for (const [index, { name, url, credential }] of centre.cameras.entries()) {
    sheet.getRow(4 + index).values = [
      ...[index + 1, 'Trạm y tế Ước Lễ', 'Tỉnh An Hải', name, url],
      ...[credential?.user ?? '', credential?.password ?? ''],
    ];
  }
  writeFileSync(path, Buffer.from(await workbook.xlsx.writeBuffer()));
}

/** `M`, `2`, and one of the three ways. */
async function connectBy({ hand }: Workstation, way: string): Promise<void> {
  await hand.sees('Chưa có camera nào trên tường');
  await hand.key('KeyM', 'm');
  await hand.key('Digit2', '2');
  await hand.press(way);
}

test('a spreadsheet of a province becomes live pictures', async () => {
  const centre = await cameras();
  const shelf = folder();
  // The browser of a root's kiosk is another user.
  chmodSync(shelf, 0o755);
  const list = join(shelf, 'danh-sach.xlsx');
  await listOf(centre, list);
  const at = await workstation();
  await connectBy(at, 'Bảng tính');
  await at.hand.give(list);
  await firstAdministrator(at);
  await at.hand.sees('Sẽ thêm 1 cơ sở, 4 camera');
  expect(await at.hand.text()).not.toContain(centre.cameras[0]!.credential!.password);
  await at.hand.press('Ghi 4 dòng vào sổ');
  await at.hand.sees('Đã ghi sổ: thêm 1 cơ sở, 4 camera');
  await toTheWall(at, 'Trạm y tế Ước Lễ');
  await seesLive(at, 4);
}, 180_000);

test('a subnet of cameras becomes live pictures', async () => {
  const address = '127.0.94.5';
  const centre = await cameras({ host: address, port: 8554, onvifPort: 8080 });
  const { user, password } = centre.cameras[0]!.credential!;
  const at = await workstation();
  await connectBy(at, 'Dò trong mạng');
  await at.hand.type('Mỗi dòng một dải', '127.0.94.4-6');
  await at.hand.press('Bắt đầu dò');
  await firstAdministrator(at);
  await at.hand.sees(address);
  await at.hand.sees('Đã dò xong.');
  await at.hand.choose(address);
  await at.hand.press('Ghi vào sổ…');
  await at.hand.type('Tên cơ sở', 'Trạm y tế Ước Lễ');
  await at.hand.type('Tên đăng nhập', user);
  await at.hand.type('Mật khẩu', password);
  await at.hand.press('Ghi vào sổ', '[role=dialog]');
  await at.hand.sees('thêm 4 camera');
  await at.hand.leaveDialog();
  await toTheWall(at, 'Trạm y tế Ước Lễ');
  await seesLive(at, 4);
  expect(centre.figures().onvifRefusedLogins).toBe(0);
}, 180_000);

test('a MediaMTX hub becomes live pictures', async () => {
  const centre = await cameras();
  const { user, password } = centre.cameras[0]!.credential!;
  const hub = await FakeHub.start({ login: 'basic', user, password });
  undo.push(() => hub.close());
  const names = centre.cameras.flatMap(({ url, subUrl }) =>
    [url, subUrl].flatMap((one) => (one ? [parseRtspUrl(one).path.slice(1)] : [])),
  );
  hub.answers.set('/v3/paths/list', mediamtxPages(names.map((name) => ({ name }))));
  hub.answers.set('/v3/config/paths/list', mediamtxPages([]));
  hub.answers.set('/v3/config/global/get', { rtsp: true, rtspAddress: `:${centre.port}` });
  const at = await workstation();
  await connectBy(at, 'Hệ thống, đầu ghi');
  await at.hand.press('Thêm hệ thống');
  await at.hand.pick('Loại', 'mediamtx');
  await at.hand.type('Địa chỉ', hub.address);
  await at.hand.type('Tên gọi (không bắt buộc)', 'Cổng tỉnh');
  await at.hand.type('Tên đăng nhập', user);
  await at.hand.type('Mật khẩu', password);
  await at.hand.press('Thêm và xem danh sách');
  await firstAdministrator(at);
  await at.hand.sees('Đồng bộ Cổng tỉnh');
  await at.hand.press('Ghi vào sổ', '[role=dialog]');
  await at.hand.sees('Đã ghi: thêm 4');
  await at.hand.press('Đưa lên tường', '[role=dialog]');
  await seesLive(at, 4);
}, 180_000);
