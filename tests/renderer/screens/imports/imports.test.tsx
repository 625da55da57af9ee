import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeImports } from '../manage/fake-connect.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { type MountOptions, mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const open = async (more: MountOptions = {}) => {
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 3);
      fakeImports(core);
    },
    ...more,
  });
  mounted.commands.openConnect('imports');
  await until(() => document.querySelector('.drop'));
  return mounted;
};
const rows = () => [...document.querySelectorAll('.screen .table-row')];

test('a dropped file is sent in pieces of one megabyte and looked at, and nothing is changed', async () => {
  const { core } = await open();
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(2_500_000)], 'danh sách.xlsx'));
  document
    .querySelector('.drop')
    ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
  await until(() => rows().length > 5);
  const sent = core.calls('imports.upload');
  expect(sent.map(({ offset, size }) => [offset, size])).toEqual([
    [0, 2_500_000],
    [1_048_576, 2_500_000],
    [2_097_152, 2_500_000],
  ]);
  expect(sent.map(({ uploadId }) => uploadId)).toEqual([null, 'up', 'up']);
  expect(core.calls('imports.run')).toEqual([]);
});

test('rows have a verdict and a reason in words; a file with errors is not taken over by itself', async () => {
  const { core, imports } = await open();
  await imports.choose(new File(['x'], 'a.csv'));
  await until(() => rows()[0]?.textContent?.includes('địa chỉ RTSP không hợp lệ'));
  expect(rows()[1]?.textContent).toContain('dòng 9');
  await page.getByRole('button', { name: /^Lỗi/u }).click();
  await until(() => rows().length === 3);
  const run = page.getByRole('button', { name: 'Ghi 1.192 dòng vào sổ' });
  expect((run.element() as HTMLButtonElement).disabled).toBe(true);
  await page.getByRole('checkbox', { name: /^Bỏ qua 3 dòng lỗi/u }).click();
  await run.click();
  await until(() => document.querySelector('.note')?.textContent?.includes('thêm 84 cơ sở'));
  expect(core.calls('imports.run')).toEqual([{ planId: 'plan', leaveOutErrors: true }]);
});

test('the meaning of a column is chosen, and the rows are judged again', async () => {
  const { core, imports } = await open();
  await imports.choose(new File(['x'], 'a.csv'));
  await page.getByRole('button', { name: /^Ý nghĩa các cột/u }).click();
  await page.getByRole('combobox', { name: 'Ý nghĩa của cột Cột lạ' }).selectOptions('site.notes');
  await until(() => document.querySelector('.columns')?.textContent?.includes('bạn chọn'));
  expect(core.calls('imports.preview').at(-1)?.mapping?.[3]).toEqual({
    index: 3,
    field: 'site.notes',
  });
});

test('progress is shown, and stopping forgets the file', async () => {
  const { core, imports } = await open();
  core.answer('imports.preview', () => new Promise<never>(() => {}));
  void imports.choose(new File(['x'], 'a.csv'));
  await until(() => imports.getState().step === 'looking');
  core.emit('imports.progress', { uploadId: 'up', stage: 'checking', done: 4000, total: 10_000 });
  await until(() => document.querySelector('.progress')?.textContent?.includes('4.000 / 10.000'));
  await page.getByRole('button', { name: 'Dừng' }).click();
  await until(() => document.querySelector('.drop'));
  expect(core.calls('imports.cancel')).toEqual([{ uploadId: 'up' }]);
});

test('a file that cannot be read is refused in words, and another can be chosen', async () => {
  const { core, imports } = await open();
  core.failing.set(
    'imports.preview',
    new Fault('input.sheet', '', { file: 'a.pdf', reason: 'format' }),
  );
  await imports.choose(new File(['x'], 'a.pdf'));
  await until(() => document.querySelector('.note-code')?.textContent === 'input.sheet');
  expect(document.querySelector('.drop')).not.toBeNull();
});

test('a file larger than 64 MB is refused before anything is sent', async () => {
  const { core, imports } = await open();
  await imports.choose({ name: 'a.csv', size: 65 * 1024 * 1024 } as File);
  await until(() => document.querySelector('.note-code')?.textContent === 'input.sheet');
  expect(core.calls('imports.upload')).toEqual([]);
});

test('an export is fetched piece by piece and handed over whole', async () => {
  const { imports } = await open();
  const saved: Promise<string>[] = [];
  await imports.exportAs('csv', (blob, name) =>
    saved.push(blob.text().then((text) => `${name} ${text.length}`)),
  );
  expect(await Promise.all(saved)).toEqual(['so-dang-ky.csv 8']);
  await until(() =>
    document.querySelector('.exports')?.textContent?.includes('Đã lưu so-dang-ky.csv'),
  );
});
