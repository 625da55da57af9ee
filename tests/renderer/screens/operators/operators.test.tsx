import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, fakeOperatorState } from '../fakes.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';
import { type FakeAccess, fakeAccess, stateAs } from './fake-access.ts';

afterEach(unmountAll);

const rows = () => [...document.querySelectorAll<HTMLElement>('.table-row')];
const card = () => document.querySelector<HTMLElement>('.card');
const says = (text: string) => until(() => document.body.textContent?.includes(text), text);
const field = (label: string) => page.getByLabelText(label, { exact: true });

async function room(more = 0, prepare: (core: FakeCore) => void = () => {}) {
  let fake: FakeAccess | null = null;
  const mounted = await mount({
    size: [1600, 900],
    prepare: (core) => {
      fakeRegister(core, 24, 2);
      fake = fakeAccess(core, more);
      prepare(core);
    },
  });
  mounted.commands.openManage('operators');
  return { ...mounted, fake: fake as unknown as FakeAccess };
}

describe('the list of operators', () => {
  test('says who may do what, where, until when and by which document', async () => {
    await room(900);
    await until(() => rows().length > 5);
    expect(rows().length).toBeLessThan(60);
    expect(rows()[1]?.textContent).toMatch(
      /nam.*Phạm Văn Nam.*Trực ban.*Tỉnh An Hoà; Huyện Đại Khê \(Tỉnh Đông Lĩnh\).*Còn 12 ngày.*12\/QĐ-BCĐ ngày 20\/06\/2021/u,
    );
    expect(rows()[3]?.textContent).toMatch(/Đến hết 30\/06\/2021.*Hết hạn/u);
    expect(rows()[4]?.textContent).toContain('Đã khoá');
  });

  test('is searched without diacritics, and filtered by role and state', async () => {
    await room(30);
    await until(() => rows().length > 5);
    await page.getByRole('searchbox', { name: 'Tìm người trực' }).fill('hoang duc');
    await until(() => rows().length === 1);
    expect(rows()[0]?.textContent).toContain('Hoàng Đức Thắng');
    await page.getByRole('searchbox', { name: 'Tìm người trực' }).fill('dai khe');
    await until(() => rows()[0]?.textContent?.includes('Phạm Văn Nam'));
    await page.getByRole('searchbox', { name: 'Tìm người trực' }).fill('');
    await field('Tình trạng').selectOptions('Hết hạn');
    await until(() => rows().length === 1);
    await field('Vai trò').selectOptions('Y tế (chỉ xem)');
    await says('Không có người trực nào phù hợp');
  });

  test('a new one is typed with the keyboard alone, the rules of passwords told while typing', async () => {
    const { core } = await room();
    await until(() => rows().length > 5);
    await page.getByRole('button', { name: 'Thêm người trực' }).click();
    await until(() => document.activeElement?.closest('.card'));
    const met = () => document.querySelectorAll('.password-rules [data-met]').length;
    await userEvent.keyboard('thu{Tab}Lý Thị Thu');
    await field('Mật khẩu ban đầu').fill('thu');
    await until(() => met() === 0);
    await field('Mật khẩu ban đầu').fill('Thu 2 năm');
    await until(() => met() === 2);
    await expect.element(page.getByRole('button', { name: 'Thêm', exact: true })).toBeDisabled();
    await field('Mật khẩu ban đầu').fill('Cho sẵn 22');
    await until(() => met() === 3);
    await userEvent.keyboard('{Control>}s{/Control}');
    await until(() => core.calls('operators.save').length === 1);
    expect(core.calls('operators.save')[0]).toMatchObject({
      id: null,
      password: 'Cho sẵn 22',
      fields: { name: 'thu', fullName: 'Lý Thị Thu', role: 'duty', scope: 'all' },
    });
    await until(() => card()?.textContent?.includes('Lý Thị Thu'));
    expect(document.body.textContent).not.toContain('Cho sẵn 22');
    await userEvent.keyboard('{Escape}');
  });

  test('the area is chosen from the register: a province, a district, a site found by its name', async () => {
    const { core } = await room();
    await until(() => rows().length > 5);
    rows()[5]?.click();
    await page.getByRole('button', { name: 'Chỉ những nơi đã chọn' }).click();
    await says('Chưa chọn nơi nào');
    await page.getByRole('checkbox', { name: 'Tỉnh An Hoà', exact: true }).click();
    await page.getByRole('button', { name: 'Mở Tỉnh An Hoà' }).click();
    // What lies in a chosen place is chosen with it.
    await expect
      .element(page.getByRole('checkbox', { name: 'Huyện Bình Lâm', exact: true }))
      .toBeDisabled();
    await page.getByRole('searchbox', { name: 'Tìm tỉnh, huyện, cơ sở' }).fill('ben lau');
    await until(() => document.querySelectorAll('.scope-places li').length > 1);
    const found = document.querySelector<HTMLInputElement>('.scope-places input:not(:disabled)');
    found?.click();
    await page.getByRole('button', { name: 'Lưu' }).click();
    await until(() => core.calls('operators.save').length === 1);
    const scope = core.calls('operators.save')[0]?.fields.scope;
    expect(scope).toMatchObject({ provinces: ['Tỉnh An Hoà'], districts: [] });
    expect(scope !== 'all' && scope?.sites).toHaveLength(1);
  });

  test('says what the core refuses, with its code: a taken name, the last administrator', async () => {
    const { core } = await room();
    await until(() => rows().length > 5);
    rows()[1]?.click();
    await field('Tên đăng nhập').fill('lan');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await says('operator.name-taken');
    expect(field('Tên đăng nhập').element().getAttribute('aria-invalid')).toBe('true');
    rows()[0]?.click();
    await until(() => card()?.textContent?.includes('Nguyễn Thị Lan'));
    expect(card()?.textContent).toContain('Quản trị luôn có phạm vi toàn bộ.');
    await page.getByRole('button', { name: 'Xoá tài khoản' }).click();
    await page.getByRole('button', { name: 'Xoá tài khoản' }).last().click();
    await says('operator.last-administrator');
    expect(core.calls('operators.remove')).toEqual([{ id: 'o1' }]);
    await page.getByRole('button', { name: 'Huỷ' }).click();
  });

  test('a password is reset, and an account removed only when it was confirmed', async () => {
    const { core } = await room();
    await until(() => rows().length > 5);
    rows()[1]?.click();
    await page.getByRole('button', { name: 'Đặt lại mật khẩu' }).click();
    const submit = page.getByRole('button', { name: 'Đặt lại', exact: true });
    await field('Mật khẩu mới').fill('nam nam nam');
    await expect.element(submit).toBeDisabled();
    await field('Mật khẩu mới').fill('Đặt lại 44');
    await submit.click();
    await says('Đã đặt lại mật khẩu của nam.');
    expect(core.calls('operators.resetPassword')).toEqual([{ id: 'op-1', password: 'Đặt lại 44' }]);
    await page.getByRole('button', { name: 'Xoá tài khoản' }).click();
    expect(core.calls('operators.remove')).toEqual([]);
    await page.getByRole('button', { name: 'Xoá tài khoản' }).last().click();
    await until(() => !document.body.textContent?.includes('Phạm Văn Nam'));
    expect(card()).toBeNull();
  });

  test('who may only look sees no way to change anything', async () => {
    const { core, operators: _ } = await room();
    await until(() => rows().length > 5);
    core.emit('operators.changed', stateAs('auditor', ['audit.read', 'audit.export']));
    await until(() => !page.getByRole('button', { name: 'Thêm người trực' }).query());
    rows()[1]?.click();
    await says('Anh/chị chỉ được xem');
    expect(page.getByRole('button', { name: 'Lưu' }).query()).toBeNull();
    await expect.element(field('Tên đăng nhập')).toBeDisabled();
  });

  test('is put away when nobody is signed in any more, and nobody is asked by that', async () => {
    const { core } = await room();
    await until(() => rows().length > 5);
    core.failing.set('operators.access', new Fault('operator.needed'));
    core.emit('operators.changed', { ...fakeOperatorState, session: null, rights: [] });
    await says('Cần đăng nhập để xem danh sách');
    expect(rows()).toEqual([]);
    expect(document.querySelector('[role="dialog"]')).toBeNull();
  });
});

describe('the register of access', () => {
  test('tells what changed since it was submitted, and exports as the next submission', async () => {
    const { core, fake, access } = await room();
    const [, nam] = fake.rows;
    fake.changes = [
      {
        what: 'changed',
        entry: nam!.operator,
        before: { ...nam!.operator, role: 'ptz', scope: 'all' },
        fields: ['role', 'scope'],
      },
      {
        what: 'removed',
        entry: { ...nam!.operator, id: 'x', fullName: 'Bùi Cũ' },
        before: null,
        fields: [],
      },
    ];
    access.reload();
    await page.getByRole('button', { name: 'Sổ quyền truy cập' }).click();
    await says('Có 2 thay đổi từ lần nộp trước');
    await says('Vai trò: Điều khiển camera → Trực ban · Phạm vi: Toàn bộ → Tỉnh An Hoà;');
    await says('Đã bỏ');
    expect(rows()[1]?.getAttribute('data-tone')).toBe('warn');
    await page.getByRole('checkbox', { name: 'Chỉ quyền sắp hết hạn' }).click();
    await until(() => rows().length === 2);
    core.answer('operators.exportAccess', () => ({
      exportId: 'e',
      fileName: 'so-quyen.xlsx',
      mediaType: 'application/octet-stream',
      size: 3,
    }));
    core.answer('operators.downloadAccess', ({ offset }) => ({
      base64: btoa(offset === 0 ? 'ab' : 'c'),
      next: offset === 0 ? 2 : null,
    }));
    await page.getByRole('button', { name: 'Xuất XLSX' }).click();
    await says('Đã lưu so-quyen.xlsx');
    expect(core.calls('operators.exportAccess')).toEqual([{ format: 'xlsx', submitted: true }]);
    expect(core.calls('operators.downloadAccess').map(({ offset }) => offset)).toEqual([0, 2]);
  });
});

describe('control', () => {
  test('says that it is about to lock; any key keeps it, and the wall plays on', async () => {
    const { core, tiles } = await mount();
    core.emit('operators.changed', { ...fakeOperatorState, locksAt: Date.now() + 25_500 });
    await says('Quyền điều khiển sẽ khoá sau 2');
    expect(tiles().length).toBeGreaterThan(3);
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    await page.getByRole('button', { name: 'Tiếp tục làm việc' }).click();
    expect(core.calls('operators.seen')).toHaveLength(1);
    core.emit('operators.changed', fakeOperatorState);
    await until(() => !document.querySelector('.idle-lock'));
  });

  test('K locks and U changes the shift, at the wall and in the rooms', async () => {
    const { core, commands } = await mount({ prepare: (core) => void fakeAccess(core) });
    core.answer('operators.lock', () => fakeOperatorState);
    await userEvent.keyboard('k');
    await until(() => core.calls('operators.lock').length === 1);
    commands.openManage('operators');
    await until(() => rows().length > 5);
    await userEvent.keyboard('u');
    await says('Xem tường hình thì không cần đăng nhập');
    // Typed into the dialog they are letters.
    await userEvent.keyboard('uk');
    await expect.element(field('Tên đăng nhập')).toHaveValue('uk');
    expect(core.calls('operators.lock')).toHaveLength(1);
  });

  test('the settings name the workstation and say when control locks', async () => {
    const { core, commands } = await mount({ size: [1600, 900] });
    // Another part of the same room, which is not about this.
    core.failing.set('replay.settings', new Fault('access.denied'));
    commands.openManage('settings');
    await field('Tên máy trạm').fill('Bàn trực 2');
    await field('Khoá điều khiển khi không có ai (phút)').fill('600');
    await says('Cần một số từ 1 đến 480.');
    await field('Khoá điều khiển khi không có ai (phút)').fill('5');
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await until(() => core.calls('operators.settings').length === 1);
    expect(core.calls('workstation.rename')).toEqual([{ name: 'Bàn trực 2' }]);
    expect(core.calls('operators.settings')).toEqual([{ idleMinutes: 5 }]);
    core.emit('operators.changed', stateAs('duty', ['ptz.steer']));
    await says('Đổi các mục này cần quyền Quản trị.');
    await expect.element(field('Tên máy trạm')).toBeDisabled();
  });
});
