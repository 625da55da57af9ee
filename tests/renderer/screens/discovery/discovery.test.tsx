import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { fakeDiscovery } from '../manage/fake-connect.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const open = async (phase: 'sweeping' | 'done' | 'cancelled' | null) => {
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 3);
      fakeDiscovery(core, phase);
    },
  });
  mounted.commands.openConnect('discovery');
  await until(() => document.querySelector('.discovery-form .check'));
  return mounted;
};

test('cards and ranges are chosen, and the search asks only them', async () => {
  const { core } = await open(null);
  await until(() => document.querySelector('.blank')?.textContent?.includes('Chưa dò lần nào'));
  await page.getByRole('checkbox', { name: /^wlan0/u }).click();
  await page.getByRole('button', { name: 'quét mạng này' }).first().click();
  await page.getByRole('button', { name: 'Bắt đầu dò' }).click();
  await until(() => core.calls('discovery.start').length === 1);
  expect(core.calls('discovery.start')[0]).toEqual({
    ranges: ['192.0.2.0/24'],
    interfaces: ['eth0'],
  });
});

test('it shows how far it is and can be stopped, and gone on with', async () => {
  const { core } = await open('sweeping');
  await until(() => document.querySelector('.progress')?.textContent?.includes('120 / 254'));
  await page.getByRole('button', { name: 'Dừng dò' }).click();
  await until(() => core.calls('discovery.cancel').length === 1);
  fakeDiscovery(core, 'cancelled');
  core.emit('discovery.progress', {
    jobId: 'job',
    phase: 'cancelled',
    done: 120,
    total: 254,
    found: 30,
    cause: null,
  });
  await page.getByRole('button', { name: 'Dò tiếp phần còn lại' }).click();
  await until(() => core.calls('discovery.resume').length === 1);
});

test('chosen devices go into a site, each one that refused is named with its reason', async () => {
  const { core } = await open('done');
  await until(() => document.querySelectorAll('.table-row').length > 3);
  await page.getByText('192.0.2.23', { exact: true }).click();
  await page.getByText('192.0.2.21', { exact: true }).click();
  await page.getByRole('button', { name: 'Ghi vào sổ…' }).click();
  await userEvent.fill(page.getByRole('textbox', { name: 'Tên cơ sở' }), 'Ký túc xá Cầu Đá');
  await page.getByRole('combobox', { name: /không có ONVIF/u }).selectOptions('hikvision');
  await page.getByRole('dialog').getByRole('button', { name: 'Ghi vào sổ' }).click();
  await until(() => document.querySelector('.note')?.textContent?.includes('thêm 2 camera'));
  expect(core.calls('discovery.adopt')[0]).toEqual({
    jobId: 'job',
    deviceIds: ['device-3', 'device-1'],
    site: { name: 'Ký túc xá Cầu Đá', province: '', district: '' },
    template: { kind: 'hikvision', channels: 8 },
  });
  expect(document.querySelector('.screen .note')?.textContent).toContain('192.0.2.23');
});
