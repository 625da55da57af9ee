import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeHubs, someHubs } from '../manage/fake-connect.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const open = async (hubs = someHubs) => {
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 3);
      fakeHubs(core, hubs);
    },
  });
  mounted.commands.openConnect('hubs');
  return mounted;
};
const dialog = () => document.querySelector('[role="dialog"], [role="alertdialog"]');

test('each hub says how it is; one that is away says why and what to do', async () => {
  const { core } = await open();
  await until(() => document.querySelectorAll('.hub').length === 2);
  const [first, second] = document.querySelectorAll('.hub');
  expect(first?.textContent).toContain('Đang liên lạc');
  expect(second?.textContent).toContain('Mất liên lạc');
  expect(second?.textContent).toContain('Thiết bị không trả lời.');
  expect(second?.querySelector('.note-code')?.textContent).toBe('net.timeout');
  core.emit('hubs.changed', [{ ...someHubs[0]!, health: { state: 'unknown' } }]);
  await until(() => document.querySelectorAll('.hub').length === 1);
});

test('without any hub the first step is there; a failure is said and tried again', async () => {
  const { core, hubs } = await open([]);
  await until(() => document.querySelector('.screen .blank'));
  core.failing.set('hubs.list', new Fault('host.busy'));
  hubs.reload();
  await until(() => document.querySelector('.failed .note-code')?.textContent === 'host.busy');
});

test('a hub is tested before it is added, and its list is looked at before it is taken over', async () => {
  const { core } = await open([]);
  await page.getByRole('button', { name: 'Thêm hệ thống' }).first().click();
  await page.getByRole('combobox', { name: 'Loại' }).selectOptions('mediamtx');
  await page.getByRole('button', { name: 'Kiểm tra' }).click();
  await until(() => dialog()?.textContent?.includes('Hãy nhập địa chỉ.'));
  expect(core.calls('hubs.test')).toEqual([]);
  await userEvent.fill(
    page.getByRole('textbox', { name: 'Địa chỉ', exact: true }),
    'http://192.0.2.20:9997',
  );
  await userEvent.fill(page.getByRole('textbox', { name: 'Tên đăng nhập' }), 'xem');
  await userEvent.fill(page.getByLabelText('Mật khẩu'), 'bí/m@t ');
  await page.getByRole('button', { name: 'Kiểm tra' }).click();
  await until(() => dialog()?.textContent?.includes('MediaMTX 1.9.3: 412 camera'));
  await page.getByRole('button', { name: 'Thêm và xem danh sách' }).click();
  await until(() => dialog()?.textContent?.includes('Đồng bộ'));
  expect(core.calls('hubs.add')).toEqual([
    {
      name: 'http://192.0.2.20:9997',
      kind: 'mediamtx',
      address: 'http://192.0.2.20:9997',
      user: 'xem',
      password: 'bí/m@t ',
    },
  ]);
  expect(core.calls('hubs.apply')).toEqual([]);
});

test('a synchronisation shows added, changed, gone and problems, and leaves out what is unchecked', async () => {
  const { core, hubs } = await open();
  await until(() => document.querySelector('.hub'));
  await page.getByRole('button', { name: 'Đồng bộ…' }).first().click();
  await until(() => document.querySelectorAll('.dialog-table .table-row').length > 3);
  await page.getByRole('checkbox', { name: 'Chọn dòng này' }).nth(1).click();
  await page.getByRole('button', { name: /^Vướng mắc/u }).click();
  await until(() =>
    document.querySelector('.dialog-table .table-row')?.textContent?.includes('Địa chỉ'),
  );
  await page.getByRole('button', { name: /^Thay đổi/u }).click();
  await until(() =>
    document.querySelector('.dialog-table')?.textContent?.includes('Địa chỉ luồng chính'),
  );
  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await until(() => hubs.getState().sync?.step === 'done');
  expect(core.calls('hubs.apply')).toEqual([{ planId: 'plan-1', leaveOut: ['path1'] }]);
});

test('a register that changed meanwhile leads to a new look', async () => {
  const { core } = await open();
  core.failing.set('hubs.apply', new Fault('input.conflict'));
  await until(() => document.querySelector('.hub'));
  await page.getByRole('button', { name: 'Đồng bộ…' }).first().click();
  await until(() => document.querySelector('.dialog-table .table-row'));
  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await until(() => dialog()?.querySelector('.note-code')?.textContent === 'input.conflict');
  await page.getByRole('button', { name: 'Xem lại' }).click();
  await until(() => core.calls('hubs.sync').length === 2);
});

test('removing asks first and says that its cameras stay', async () => {
  const { core } = await open();
  await until(() => document.querySelector('.hub'));
  await page.getByRole('button', { name: /^Bỏ hệ thống Hệ thống/u }).click();
  await until(() => dialog()?.textContent?.includes('vẫn ở trong sổ'));
  await page.getByRole('button', { name: 'Bỏ hệ thống', exact: true }).click();
  await until(() => core.calls('hubs.remove').length === 1);
});
