import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, fakeOperatorState } from '../fakes.ts';
import { mount, unmountAll, until } from '../mount.tsx';
import { drawnPicture, fakeShelf, item, job, sha } from './fake-evidence.ts';

beforeEach(() => localStorage.removeItem('vonggac-evidence'));
afterEach(unmountAll);

const many = Array.from({ length: 1000 }, (_, at) => item(at));

async function open(items = many.slice(0, 3), prepare: (core: FakeCore) => void = () => {}) {
  const picture = await drawnPicture();
  const mounted = await mount({
    prepare: (core) => {
      fakeShelf(core, items, picture);
      prepare(core);
    },
  });
  mounted.commands.openManage('evidence');
  await until(() => document.querySelector('.evidence'));
  return mounted;
}

const cards = () => [...document.querySelectorAll<HTMLElement>('.gallery-card')];

test('an empty shelf says how something comes onto it', async () => {
  await open([]);
  await until(() => page.getByText('Chưa có chứng cứ nào').query());
  expect(document.querySelector('.evidence')?.textContent).toContain('nhấn S để chụp ảnh');
});

test('a thousand pictures are drawn and fetched only where they are seen', async () => {
  const { core } = await open(many);
  await until(() => document.querySelector('.gallery-card img'));
  expect(cards().length).toBeLessThan(60);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(core.calls('evidence.file').length).toBeLessThan(60);
  expect(document.querySelector('.evidence')?.textContent).toContain('1000 mục');
});

test('asks the core for what is filtered, and shows it as a table', async () => {
  const { core } = await open();
  await until(() => cards().length === 3);
  await page.getByRole('searchbox', { name: 'Tìm chứng cứ' }).fill('cong chinh');
  await page.getByLabelText('Loại').selectOptions('Video');
  await until(() => core.calls('evidence.items').at(-1)?.filter.kind === 'clip');
  expect(core.calls('evidence.items').at(-1)?.filter.text).toBe('cong chinh');
  await until(() => page.getByText('Không có mục nào khớp').query());
  await page.getByRole('button', { name: 'Bỏ lọc' }).first().click();
  await page.getByRole('button', { name: 'Xem dạng bảng' }).click();
  await until(() => document.querySelectorAll('.evidence .table-row').length === 3);
});

test('an item opens with its picture and every fact, and its hash to be copied', async () => {
  await open();
  await until(() => cards().length === 3);
  cards()[0]?.click();
  await until(() => document.querySelector('.evidence-look img'));
  const card = document.querySelector('.evidence-card')?.textContent ?? '';
  for (const fact of [
    '22/11/2026 10:15:22.120',
    '2026-11-22 03:15:22.120 UTC',
    '+1,500 s',
    'H.264 1920×1080, luồng chính',
    'Nguyễn Thị Lan',
    sha,
  ]) {
    expect(card).toContain(fact);
  }
  await page.getByRole('button', { name: 'Xem ảnh lớn' }).click();
  await until(() => document.querySelector('.look-dialog img'));
});

test('an altered copy says that it is one, and leads to its original', async () => {
  const original = item(1);
  const copy = item(0, { kind: 'copy', alteredFrom: original.id, how: ['mask'] });
  await open([copy, original]);
  await until(() => cards().length === 2);
  expect(cards()[0]?.dataset['altered']).toBe('true');
  cards()[0]?.click();
  await until(() => document.querySelector('.altered'));
  expect(document.querySelector('.altered')?.textContent).toContain('không phải bản gốc');
  await page.getByRole('button', { name: /Xem bản gốc/u }).click();
  await until(() => document.querySelector('.evidence-card')?.textContent?.includes(original.name));
  expect(document.querySelector('.altered')).toBeNull();
});

test('regions are drawn on the picture and go to the core as shares of it', async () => {
  const { core } = await open();
  await until(() => cards().length === 3);
  cards()[0]?.click();
  await until(() => document.querySelector('.evidence-look img'));
  await page.getByRole('button', { name: 'Che vùng…' }).click();
  await until(() => document.querySelector('.regions-area img'));
  const area = document.querySelector<HTMLElement>('.regions-area')!;
  area.setPointerCapture = () => {};
  const box = area.getBoundingClientRect();
  const at = async (kind: string, x: number, y: number) => {
    area.dispatchEvent(
      new PointerEvent(kind, {
        bubbles: true,
        button: 0,
        clientX: box.left + box.width * x,
        clientY: box.top + box.height * y,
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
  };
  await at('pointerdown', 0.25, 0.25);
  await at('pointermove', 0.5, 0.5);
  await at('pointerup', 0.5, 0.75);
  await until(() => page.getByRole('button', { name: 'Tạo bản sao (1 vùng)' }).query());
  await page.getByRole('button', { name: 'Đa giác' }).click();
  for (const [x, y] of [
    [0.6, 0.1],
    [0.9, 0.1],
    [0.75, 0.4],
  ] as const) {
    await at('pointerdown', x, y);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await page.getByRole('button', { name: 'Khép vùng' }).click();
  await page.getByRole('button', { name: 'Tạo bản sao (2 vùng)' }).click();
  await until(() => core.calls('evidence.copy').length === 1);
  const [asked] = core.calls('evidence.copy');
  expect(asked).toMatchObject({ itemId: 'item-0', how: 'mask' });
  expect(asked?.regions).toHaveLength(2);
  const [corner] = asked?.regions[0] ?? [];
  expect(corner?.x).toBeCloseTo(0.25, 2);
  expect(corner?.y).toBeCloseTo(0.25, 2);
  expect(asked?.regions[0]?.[2]?.y).toBeCloseTo(0.75, 2);
  expect(asked?.regions[1]).toHaveLength(3);
});

test('a package goes to the stick first, with recipient and legal basis, and a password typed twice', async () => {
  const { core } = await open();
  await until(() => cards().length === 3);
  for (const box of document.querySelectorAll<HTMLInputElement>('.gallery-card input')) box.click();
  await until(() => document.querySelector('.chosen-bar'));
  await page.getByRole('button', { name: 'Xuất gói…' }).last().click();
  await until(() => document.querySelector('.folder'));
  const folders = [...document.querySelectorAll('.folder')].map((one) => one.textContent);
  expect(folders[0]).toContain('USB');
  expect(folders[0]).toContain('còn 3,0 GB');
  await page.getByLabelText('Bên nhận').fill('Công an xã');
  await page.getByLabelText('Căn cứ pháp lý').fill('Công văn 15');
  await page.getByLabelText('Tên gói').fill('Vụ 12');
  await page.getByLabelText('Đặt mật khẩu').click();
  await page.getByLabelText('Mật khẩu của gói').fill('mật khẩu dài');
  await page.getByLabelText('Nhập lại mật khẩu').fill('khác');
  await until(() => page.getByText('Hai lần nhập khác nhau').query());
  const submit = page.getByRole('button', { name: 'Xuất gói', exact: true });
  expect(submit.query()).toHaveProperty('disabled', true);
  await page.getByLabelText('Nhập lại mật khẩu').fill('mật khẩu dài');
  await submit.click();
  await until(() => core.calls('evidence.package').length === 1);
  expect(core.calls('evidence.package')[0]).toEqual({
    itemIds: ['item-0', 'item-1', 'item-2'],
    folder: '/media/truc/USB',
    name: 'Vụ 12',
    recipient: 'Công an xã',
    legalBasis: 'Công văn 15',
    reason: null,
    withAudit: true,
    withOriginals: true,
    password: 'mật khẩu dài',
  });
  expect(localStorage.getItem('vonggac-evidence')).toContain('Công văn 15');
  expect(localStorage.getItem('vonggac-evidence')).not.toContain('mật khẩu dài');
});

test('jobs show how far they are, what failed and why, and what came of them', async () => {
  const { core } = await open();
  core.emit('evidence.jobs', [job()]);
  await until(() => document.querySelector('.job progress'));
  expect(document.querySelector('.job')?.textContent).toContain('1,0 MB / 4,0 MB');
  await page.getByRole('button', { name: 'Hủy' }).click();
  expect(core.calls('evidence.cancel')).toEqual([{ jobId: 'job-1' }]);
  core.emit('evidence.jobs', [
    job({ phase: 'failed', endedAt: 1, cause: { code: 'evidence.medium' } }),
  ]);
  await until(() => document.querySelector('.job')?.textContent?.includes('evidence.medium'));
  await page.getByRole('button', { name: 'Làm lại' }).click();
  expect(core.calls('evidence.retry')).toEqual([{ jobId: 'job-1' }]);
  const path = '/media/truc/USB/Vụ 12.vgp.zip';
  core.emit('evidence.jobs', [
    job({ phase: 'done', endedAt: 1, done: 4e6, path, sha256: sha, stage: null }),
  ]);
  await until(() => document.querySelector('.job')?.textContent?.includes(path));
  await page.getByRole('button', { name: 'Kiểm tra lại' }).click();
  await until(() => core.calls('evidence.check').length === 1);
  expect(core.calls('evidence.check')).toEqual([{ path, password: null }]);
  const found = { files: 5, signedAt: '2026-11-22T03:15:00Z', workstation: 'Bàn trực 1' };
  core.emit('evidence.jobs', [
    job({
      kind: 'check',
      phase: 'done',
      endedAt: 1,
      path,
      check: {
        ...found,
        ok: false,
        problems: [{ reason: 'altered', name: 'files/1.png' }],
        operator: 'Lan',
        fingerprint: sha,
        compared: 'same',
      },
    }),
  ]);
  await until(() => document.querySelector('.checked[role=alert]'));
  expect(document.querySelector('.checked')?.textContent).toMatch(
    /ĐÃ BỊ SỬA.*files\/1\.png.*Nội dung đã bị sửa/su,
  );
});

test('removing asks first and says what never left in a package', async () => {
  const { core } = await open();
  await until(() => cards().length === 3);
  cards()[1]?.click();
  await page.getByRole('button', { name: 'Xóa…' }).click();
  await until(() => document.querySelector('[role=alertdialog]'));
  expect(document.querySelector('[role=alertdialog]')?.textContent).toContain(
    '1 mục chưa nằm trong gói nào',
  );
  await page.getByRole('button', { name: 'Xóa 1 mục' }).click();
  await until(() => core.calls('evidence.remove').length === 1);
  expect(core.calls('evidence.remove')).toEqual([{ itemIds: ['item-1'] }]);
  await until(() => document.querySelector('.evidence-card') === null);
});

test('who may look and not export finds the buttons off, and why', async () => {
  await open(many.slice(0, 3), (core) =>
    core.answer('operators.me', () => ({
      ...fakeOperatorState,
      rights: ['evidence.snapshot', 'evidence.replay'],
    })),
  );
  await until(() => cards().length === 3);
  cards()[0]?.click();
  await until(() =>
    document
      .querySelector('.evidence-card')
      ?.textContent?.includes('không có quyền trích xuất chứng cứ'),
  );
  for (const name of ['Che vùng…', 'Xóa…']) {
    expect(page.getByRole('button', { name }).query()).toHaveProperty('disabled', true);
  }
});

test('a site under hold answers in words', async () => {
  await open(many.slice(0, 3), (core) =>
    core.answer('evidence.package', () => {
      throw new Fault('access.hold', 'hold');
    }),
  );
  await until(() => cards().length === 3);
  cards()[0]?.click();
  await page.getByRole('button', { name: 'Xuất gói…' }).last().click();
  await until(() => document.querySelector('.folder'));
  await page.getByRole('button', { name: 'Xuất gói', exact: true }).click();
  await until(() =>
    document.querySelector('[role=dialog] .note')?.textContent?.includes('access.hold'),
  );
});

test('6 opens the room, and Esc goes back to the wall', async () => {
  const { workplace, commands } = await open();
  commands.openManage('settings');
  await userEvent.keyboard('6');
  await until(() => workplace.getState().place === 'evidence');
  await userEvent.keyboard('{Escape}');
  await until(() => workplace.getState().place === 'wall');
});
