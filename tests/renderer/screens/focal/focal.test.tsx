import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const failing = (prepare: Parameters<typeof mount>[0] = {}) =>
  mount({
    saved: { layout: '4', tiles: ['cam-3'] },
    cameras: [
      {
        id: 'cam-3',
        name: 'Cổng 1',
        siteId: 'site-0',
        siteName: 'Trường THCS Suối Hoa 1',
        province: 'Tỉnh An Hoà',
        placement: 'gate',
        qualities: ['main'],
        address: 'rtsp://192.0.2.3/',
        removable: false,
        refusal: null,
      },
    ],
    engine: (engine) => {
      engine.look = () => ({ look: 'failed', hasPicture: false, cause: { code: 'net.timeout' } });
    },
    prepare: (core) => void fakeRegister(core, 3),
    ...prepare,
  });

test('one press on a failed tile shows whom to call, to be read out and copied', async () => {
  const written: string[] = [];
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => void written.push(text) },
  });
  const { register, workplace } = await failing();
  await page.getByRole('button', { name: 'Đầu mối', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Đầu mối của cơ sở' });
  await until(() => dialog.element().textContent?.includes('Phạm Thị Mẫu'));
  expect(dialog.element().textContent).toContain('0200 555 0123');
  await page.getByRole('button', { name: 'Chép số điện thoại: 0200 555 0123' }).click();
  await until(() => dialog.element().textContent?.includes('Đã chép'));
  expect(written).toEqual(['0200 555 0123']);
  await page.getByRole('button', { name: 'Mở trong sổ cơ sở' }).click();
  await until(() => workplace.getState().place === 'register');
  await until(() => register.card.getState().site?.base.id === 'site-0');
});

test('C opens it for the selected tile', async () => {
  await failing();
  await userEvent.keyboard('c');
  await until(() => document.querySelector('.focal-person'));
});

test('a camera outside the register shows whom its source named, and says so', async () => {
  await failing({
    cameras: [
      {
        id: 'cam-3',
        name: 'Cổng 1',
        siteId: 'site-0',
        siteName: 'Trường THCS Suối Hoa 1',
        province: 'Tỉnh An Hoà',
        placement: 'gate',
        qualities: ['main'],
        address: 'rtsp://192.0.2.3/',
        removable: false,
        refusal: null,
        focalPoints: [{ name: 'Hoàng Văn Mẫu', title: '', phone: '0200 555 0177', email: '' }],
      },
    ],
    prepare: (core) => core.answer('register.camera', () => null),
  });
  await page.getByRole('button', { name: 'Đầu mối', exact: true }).click();
  await until(() => document.querySelector('.focal-person'));
  const text = document.querySelector('.focal')?.textContent;
  expect(text).toContain('0200 555 0177');
  expect(text).toContain('đi kèm nguồn hình');
});

test('a camera outside the register says so, and a failure can be tried again', async () => {
  const { core } = await failing({
    prepare: (fake) => {
      fake.failing.set('register.camera', new Fault('host.busy'));
    },
  });
  await userEvent.keyboard('c');
  await until(() => document.querySelector('.note-code')?.textContent === 'host.busy');
  core.failing.clear();
  core.answer('register.camera', () => null);
  await page.getByRole('button', { name: 'Thử lại', exact: true }).click();
  await until(() => document.querySelector('.focal')?.textContent?.includes('chưa có trong sổ'));
});
