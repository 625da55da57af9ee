import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { type Mounted, mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

type Register = ReturnType<typeof fakeRegister>;

async function open(siteCount = 20): Promise<Mounted & { fake: Register }> {
  let fake: Register | undefined;
  const mounted = await mount({
    prepare: (core) => {
      fake = fakeRegister(core, siteCount);
    },
  });
  mounted.commands.openManage('register');
  await until(() => rows().length > 3, 'rows are drawn');
  return { ...mounted, fake: fake as Register };
}

const rows = () => [...document.querySelectorAll<HTMLElement>('.table-row')];
const names = () => rows().map((row) => row.querySelector('.cell')?.textContent);
const node = (key: string) => document.querySelector<HTMLElement>(`[data-node="${key}"]`);

describe('table', () => {
  test('of 9,800 cameras only the rows in sight exist, and only their pages are asked for', async () => {
    const { core } = await open(700);
    expect(document.querySelector('[role="grid"]')?.getAttribute('aria-rowcount')).toBe('9801');
    expect(rows().length).toBeLessThan(60);
    expect(core.calls('register.page')).toHaveLength(1);
    document.querySelector<HTMLElement>('.table')?.focus();
    await userEvent.keyboard('{End}');
    await until(() => rows().some((row) => row.getAttribute('aria-rowindex') === '9801'));
    await until(() => !document.querySelector('.cell-coming'));
    expect(core.calls('register.page').length).toBeLessThan(6);
  });

  test('search needs no diacritics, and says how many', async () => {
    await open();
    await userEvent.fill(page.getByRole('searchbox', { name: /^Tìm trong bảng/u }), 'san lay mau');
    await until(
      () => names().length > 0 && names().every((name) => name?.startsWith('Sân lấy mẫu')),
    );
    await until(() => document.querySelector('.scope')?.textContent?.includes('40 camera'));
  });

  test('filters list what may not be watched and where cameras are forbidden', async () => {
    const { core } = await open();
    await page.getByRole('button', { name: 'Nơi không được phép' }).click();
    await until(
      () => names().length > 0 && rows().every((row) => row.textContent?.includes('TRONG phòng')),
    );
    expect(core.calls('register.page').at(-1)?.filter).toEqual({ placement: 'forbidden' });
    await page.getByRole('group', { name: 'Bảng' }).getByRole('button', { name: 'Cơ sở' }).click();
    await page.getByRole('button', { name: 'Chưa khảo sát', exact: true }).click();
    await until(() => core.calls('register.sites').at(-1)?.filter.surveyed === false);
  });

  test('nothing found and a failure are said in words, and tried again', async () => {
    const { core } = await open();
    const search = page.getByRole('searchbox', { name: /^Tìm trong bảng/u });
    await userEvent.fill(search, 'khong co gi');
    await until(() => document.querySelector('.blank')?.textContent?.includes('Không có dòng nào'));
    core.failing.set('register.page', new Fault('store.failed'));
    await userEvent.fill(search, 'cong');
    await until(() => document.querySelector('.failed .note-code')?.textContent === 'store.failed');
    core.failing.clear();
    await page.getByRole('button', { name: 'Thử lại', exact: true }).click();
    await until(() => rows().length > 3);
  });

  test('an empty register shows the ways to begin', async () => {
    const { commands } = await mount({ prepare: (core) => void fakeRegister(core, 0) });
    commands.openManage('register');
    await until(() => document.querySelector('.manage .start-choice'));
    expect(document.querySelector('.manage')?.textContent).toContain('Sổ chưa có cơ sở nào');
  });
});

describe('tree', () => {
  test('arrows open province and district, Enter on a site shows its cameras and its card', async () => {
    const { register } = await open();
    document.querySelector<HTMLElement>('.register-side .tree')?.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}{ArrowDown}{ArrowRight}{ArrowDown}{Enter}');
    await until(() => register.getState().scope.siteId === 'site-0');
    await until(() => document.querySelector('.scope')?.textContent?.includes('14 camera'));
    await until(() => document.querySelector('.card h2')?.textContent === 'Trường THCS Suối Hoa 1');
  });

  test('a site is dragged onto the wall below, which shows itself meanwhile', async () => {
    const { register, tile, wall, workplace, shown } = await open();
    register.setTreeQuery('suoi hoa 1');
    await until(() => node('s:site-0'));
    const before = shown();
    await userEvent.dragAndDrop(node('s:site-0') as HTMLElement, tile(5), {
      // The wall is drawn over by the room until the drag begins.
      force: true,
    });
    await until(() => wall.getState().wall.tiles[5]?.startsWith('cam-'));
    expect(shown()[0]).toBe(before[0]);
    expect(workplace.getState().carrying).toBe(false);
    await until(() => workplace.getState().placed?.refused === 1);
  });

  test('its button puts a whole site on the wall and says what was left out', async () => {
    const { register, wall } = await open();
    register.setTreeQuery('suoi hoa 1');
    await until(() => node('s:site-0'));
    await userEvent.hover(node('s:site-0') as HTMLElement);
    node('s:site-0')?.querySelector<HTMLElement>('.row-wall')?.click();
    await until(() => document.querySelector('.strip')?.textContent?.includes('lên tường'));
    expect(document.querySelector('.strip')?.textContent).toContain('không được phép xem');
    expect(wall.getState().wall.tiles).toContain('cam-0');
    expect(wall.getState().wall.tiles).not.toContain('cam-7');
  });
});

describe('card', () => {
  const field = (name: string | RegExp) => page.getByRole('textbox', { name });

  test('saves only what was changed, with days as dd/MM/yyyy', async () => {
    const { core, register } = await open();
    await register.card.open({ kind: 'site', id: 'site-1' });
    await userEvent.fill(field('Hạn kiểm tra'), '31/02/2021');
    await until(() => document.querySelector('.field-error')?.textContent?.includes('25/06/2021'));
    await userEvent.fill(field('Hạn kiểm tra'), '5/7/2021');
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await until(() => register.card.getState().saved);
    expect(core.calls('register.saveSite')).toEqual([
      { id: 'site-1', revision: 1, fields: { dueInspectionOn: '2021-07-05' } },
    ]);
  });

  test('somebody saved first: nothing is lost, both values are shown, a person chooses', async () => {
    const { core, register, fake } = await open();
    await register.card.open({ kind: 'site', id: 'site-1' });
    await userEvent.fill(field('Ghi chú'), 'ghi chú của tôi');
    await userEvent.fill(field('Mã cơ sở'), 'MOI-1');
    fake.changeSite('site-1', { code: 'HO-2', purpose: 'Sân lấy mẫu' });
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await until(() => document.querySelector('.clash'));
    expect(document.querySelector('.card')?.textContent).toContain('Không mất gì');
    expect(document.querySelector('.clash')?.textContent).toContain('MOI-1');
    expect(document.querySelector('.clash')?.textContent).toContain('HO-2');
    expect((field('Ghi chú').element() as HTMLTextAreaElement).value).toBe('ghi chú của tôi');
    expect((field('Mục đích').element() as HTMLTextAreaElement).value).toBe('Sân lấy mẫu');
    const save = page.getByRole('button', { name: 'Lưu', exact: true });
    expect((save.element() as HTMLButtonElement).disabled).toBe(true);
    await page.getByRole('button', { name: 'Giữ của bạn' }).click();
    await save.click();
    await until(() => register.card.getState().saved);
    expect(core.calls('register.saveSite').at(-1)).toEqual({
      id: 'site-1',
      revision: 2,
      fields: { code: 'MOI-1', notes: 'ghi chú của tôi' },
    });
  });

  test('what was typed outlives another card, the wall, and another change', async () => {
    const { register, commands, fake } = await open();
    await register.card.open({ kind: 'site', id: 'site-1' });
    await userEvent.fill(field('Ghi chú'), 'chưa lưu');
    await register.card.open({ kind: 'site', id: 'site-2' });
    commands.backToWall();
    fake.changeSite('site-1', { purpose: 'khác' });
    fake.changed();
    commands.openManage('register');
    await register.card.open({ kind: 'site', id: 'site-1' });
    await until(() => (field('Ghi chú').element() as HTMLTextAreaElement).value === 'chưa lưu');
    expect(document.querySelector('.card-state')?.textContent).toContain('chưa lưu');
  });

  test('a forbidden place is said, and such a camera cannot be put on the wall', async () => {
    const { register } = await open();
    await register.card.open({ kind: 'camera', id: 'cam-7', siteId: 'site-0' });
    await until(() =>
      document.querySelector('.card')?.textContent?.includes('Nơi không được phép'),
    );
    const toWall = document.querySelector<HTMLButtonElement>(
      '.card-foot [aria-label="Đưa lên tường"]',
    );
    expect(toWall?.disabled).toBe(true);
  });

  test('on a small screen the card and the table are beside each other', async () => {
    const { register } = await open();
    await page.viewport(1024, 600);
    await register.card.open({ kind: 'camera', id: 'cam-7', siteId: 'site-0' });
    await until(() => document.querySelector('.card input'));
    const box = (name: string) =>
      document.querySelector<HTMLElement>(name)?.getBoundingClientRect() ?? new DOMRect();
    expect(box('.card').left).toBeGreaterThanOrEqual(box('.room-main').right - 1);
    expect(box('.card').right).toBeLessThanOrEqual(1024);
    expect(box('.card-foot').bottom).toBeLessThanOrEqual(600);
    expect(box('.table').width).toBeGreaterThan(480);
    // The row beside it is the one that is hit, not the card above it.
    const row = rows()[1]?.getBoundingClientRect() ?? new DOMRect();
    const hit = document.elementFromPoint(row.left + row.width / 2, row.top + row.height / 2);
    expect(hit?.closest('.table-row')).toBe(rows()[1]);
    await page.viewport(1280, 720);
  });

  test('Esc closes the card and not the room', async () => {
    const { register, workplace } = await open();
    await register.card.open({ kind: 'site', id: 'site-1' });
    await until(() => document.querySelector('.card input'));
    document.querySelector<HTMLElement>('.card input')?.focus();
    await userEvent.keyboard('{Escape}');
    await until(() => !document.querySelector('.card'));
    expect(workplace.getState().place).toBe('register');
  });
});

describe('many rows', () => {
  test('are changed after a preview, and the change can be undone', async () => {
    const { core, register } = await open();
    await page.getByRole('button', { name: 'Chưa có địa chỉ luồng' }).click();
    await until(() => rows().every((row) => row.textContent?.includes('Chưa có địa chỉ luồng')));
    await page.getByRole('checkbox', { name: 'Chọn tất cả' }).click();
    await until(() => document.querySelector('.bulk strong'));
    const { size } = register.getState().selectedCameras;
    expect(size).toBe(register.getState().cameras.total);
    await page.getByRole('button', { name: 'Sửa nhiều dòng…' }).click();
    await page.getByRole('checkbox', { name: 'Hãng' }).click();
    await userEvent.fill(
      page.getByRole('dialog').getByRole('textbox', { name: 'Hãng' }),
      'Nam Sao',
    );
    await until(() => document.querySelector('.preview .after')?.textContent === 'Nam Sao');
    const changed = Number(
      /^(\d+)/u.exec(document.querySelector('.preview p')?.textContent ?? '')?.[1],
    );
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(size);
    await page.getByRole('button', { name: `Sửa ${changed} dòng` }).click();
    await until(() => !document.querySelector('[role="dialog"]'));
    expect(core.calls('register.bulkEdit')[0]?.patch).toEqual({ brand: 'Nam Sao' });
    expect(core.calls('register.bulkEdit')[0]?.cameraIds).toHaveLength(size);
    await page.getByRole('button', { name: /^Hoàn tác: sửa nhiều dòng/u }).click();
    await until(() => document.querySelector('.strip')?.textContent?.includes('Đã hoàn tác'));
    expect(core.calls('register.undo')).toEqual([{ changeId: 1 }]);
  });
});
