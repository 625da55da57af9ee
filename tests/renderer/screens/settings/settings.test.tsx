import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { VaultStatus } from '../../../../src/contract/vault-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const memory: VaultStatus = { level: 'memory', state: 'open', canCreate: true, unkept: 3 };
const question = {
  device: '192.0.2.31:554',
  siteId: 'site-0',
  siteName: 'Trường THCS Suối Hoa 1',
  cameraId: 'cam-0',
  cameraName: 'Hành lang 1',
  cameras: 8,
  cause: { code: 'rtsp.unauthorized' as const },
  since: 0,
};

const open = async (status: VaultStatus, questions: (typeof question)[] = []) => {
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 2);
      core.answer('vault.level', () => status);
      core.answer('logins.list', () => ({ logins: [], questions }));
    },
  });
  mounted.commands.openManage('settings');
  await until(() => document.querySelector('.setting .badge'));
  return mounted;
};
const text = () => document.querySelector('.settings')?.textContent ?? '';

test('says in plain words where passwords are, and what would be lost', async () => {
  const { core } = await open(memory);
  expect(text()).toContain('mất khi tắt chương trình');
  expect(text()).toContain('3 mật khẩu chỉ nằm trong bộ nhớ');
  core.emit('vault.changed', { ...memory, level: 'keychain', canCreate: false, unkept: 0 });
  await until(() => text().includes('Kho khoá của hệ điều hành'));
  expect(document.querySelector('.settings input[type="password"]')).toBeNull();
});

test('a passphrase is long enough and typed twice before it leaves the page', async () => {
  const { core } = await open(memory);
  const boxes = page.getByLabelText(/mật ngữ/iu);
  await userEvent.fill(boxes.nth(0), 'ngắn');
  await page.getByRole('button', { name: 'Tạo kho' }).click();
  await until(() => text().includes('Cần ít nhất 10 ký tự.'));
  await userEvent.fill(boxes.nth(0), 'một câu dễ nhớ');
  await userEvent.fill(boxes.nth(1), 'một câu khác hẳn');
  await page.getByRole('button', { name: 'Tạo kho' }).click();
  await until(() => text().includes('không giống nhau'));
  expect(core.calls('vault.create')).toEqual([]);
  core.answer('vault.create', () => ({
    level: 'passphrase',
    state: 'open',
    canCreate: false,
    unkept: 0,
  }));
  await userEvent.fill(boxes.nth(1), 'một câu dễ nhớ');
  await page.getByRole('button', { name: 'Tạo kho' }).click();
  await until(() => text().includes('Khoá kho'));
  expect(core.calls('vault.create')).toEqual([{ passphrase: 'một câu dễ nhớ' }]);
});

test('a wrong passphrase is said, and the field is emptied', async () => {
  const { core } = await open({
    level: 'passphrase',
    state: 'locked',
    canCreate: false,
    unkept: 0,
  });
  core.failing.set('vault.unlock', new Fault('vault.locked'));
  await userEvent.fill(page.getByLabelText('Mật ngữ'), 'sai bét cả');
  await page.getByRole('button', { name: 'Mở kho' }).click();
  await until(() => document.querySelector('.setting .note-code')?.textContent === 'vault.locked');
  await until(() => (page.getByLabelText('Mật ngữ').element() as HTMLInputElement).value === '');
});

test('a device that refused its login is asked about once, for all of its cameras', async () => {
  const { core } = await open(memory, [question]);
  await until(() => text().includes('1 thiết bị chờ mật khẩu'));
  await page.getByRole('button', { name: 'Nhập mật khẩu…' }).click();
  await userEvent.fill(page.getByLabelText('Tên đăng nhập'), 'xem');
  await userEvent.fill(page.getByLabelText('Mật khẩu', { exact: true }), 'đúng rồi');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await until(() => !document.querySelector('[role="dialog"]'));
  expect(core.calls('logins.set')).toEqual([
    { scope: 'device', id: '192.0.2.31:554', user: 'xem', password: 'đúng rồi' },
  ]);
  core.emit('logins.questions', []);
  await until(() => !text().includes('chờ mật khẩu'));
});

test('lists logins that no camera uses, and removes only what a person removes', async () => {
  const row = (id: string, cameras: number) => ({
    scope: 'device' as const,
    id,
    name: id,
    user: 'xem',
    since: null,
    cameras,
    refused: null,
  });
  let logins = [row('192.0.2.7:554', 3), row('192.0.2.8:554', 0)];
  const { core } = await mount({
    prepare: (prepared) => {
      fakeRegister(prepared, 2);
      prepared.answer('vault.level', () => memory);
      prepared.answer('logins.list', () => ({ logins, questions: [] }));
      prepared.answer('logins.remove', ({ id }) => {
        logins = logins.filter((login) => login.id !== id);
        return {};
      });
    },
  }).then((mounted) => {
    mounted.commands.openManage('settings');
    return mounted;
  });
  await until(() => text().includes('1 mật khẩu không còn camera nào dùng'));
  expect(text()).toContain('192.0.2.8:554');
  expect(text()).not.toContain('192.0.2.7:554');
  await page.getByRole('button', { name: 'Bỏ mật khẩu của 192.0.2.8:554' }).click();
  await until(() => !text().includes('không còn camera nào dùng'));
  expect(core.calls('logins.remove')).toEqual([{ scope: 'device', id: '192.0.2.8:554' }]);
});

test('says what is kept of the last minutes, and takes another budget or none', async () => {
  const settings = { on: true, seconds: 60, memoryMiB: 384, diskGiB: 4 };
  const held = { streams: 16, memoryBytes: 300 * 1024 * 1024, diskBytes: 0, canUseDisk: true };
  const oldestAt = Date.now() - 5 * 60_000;
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 2);
      core.answer('replay.settings', () => ({ settings, held: { ...held, oldestAt } }));
      core.answer('replay.saveSettings', (asked) => ({
        settings: asked,
        held: { ...held, memoryBytes: 0, streams: 0, oldestAt: null },
      }));
    },
  });
  mounted.commands.openManage('settings');
  await until(() => text().includes('Đang giữ 16 luồng: 300 MiB trong bộ nhớ'));
  expect(text()).toContain('không mã hóa');
  const memoryBox = page.getByLabelText('Bộ nhớ tối đa (MiB)');
  await userEvent.fill(memoryBox, '12');
  await until(() => text().includes('Từ 64 đến 65536'));
  expect(mounted.core.calls('replay.saveSettings')).toEqual([]);
  await userEvent.fill(memoryBox, '128');
  await page.getByLabelText('Giữ hình vừa qua').click();
  await page.getByRole('button', { name: 'Lưu', exact: true }).last().click();
  await until(() => text().includes('Hiện chưa giữ hình nào.'));
  expect(mounted.core.calls('replay.saveSettings')).toEqual([
    { on: false, seconds: 60, memoryMiB: 128, diskGiB: 4 },
  ]);
});
