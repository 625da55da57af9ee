import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, fakeOperatorState } from '../fakes.ts';
import { mount, unmountAll, until } from '../mount.tsx';
import { fakeShelf, item } from './fake-evidence.ts';

beforeEach(() => localStorage.removeItem('vonggac-evidence'));
afterEach(unmountAll);

function fakeTaking(core: FakeCore): void {
  let next = 0;
  fakeShelf(core, []);
  core.answer('evidence.upload', ({ uploadId, size, offset, base64 }) => {
    const received = offset + atob(base64).length;
    return { uploadId: uploadId ?? `u${next++}`, received, complete: received === size };
  });
  core.answer('evidence.snapshot', ({ cameraId, quality, ageMs }) => ({
    item: item(0, { id: `i-${cameraId}`, cameraId, quality, ageMs }),
  }));
}

const note = () => document.querySelector<HTMLElement>('.snapshot-note');

test('S takes the selected tile: a flash, a note with its picture, and the way to the shelf', async () => {
  const { core, commands } = await mount({ prepare: fakeTaking });
  commands.select(1);
  await userEvent.keyboard('s');
  await until(() => note()?.textContent?.includes('Đã lưu 1 ảnh'));
  expect(document.querySelectorAll('.snapshot-flash')).toHaveLength(1);
  expect(note()?.querySelector('img')?.naturalWidth ?? 0).toBeGreaterThanOrEqual(0);
  expect(note()?.textContent).toContain('luồng chính');
  expect(core.calls('evidence.snapshot')).toMatchObject([
    {
      cameraId: 'camera-1',
      quality: 'main',
      format: 'png',
      width: 1920,
      rtpTime: 900_000,
      replay: false,
      groupId: null,
      reason: null,
    },
  ]);
  await page.getByRole('button', { name: 'Xem trong Chứng cứ' }).click();
  await until(() => document.querySelector('.evidence'));
});

test('Shift+S takes the whole wall as one group, and never more than three are in work', async () => {
  let working = 0;
  let most = 0;
  const { core, engine } = await mount({
    saved: { layout: '64' },
    prepare: fakeTaking,
    engine: (fake) => {
      fake.picture = async () => {
        most = Math.max(most, ++working);
        await new Promise((resolve) => setTimeout(resolve, 5));
        working--;
        return {};
      };
    },
  });
  await userEvent.keyboard('{Shift>}S{/Shift}');
  await until(() => note()?.textContent?.includes('Đã lưu 48 ảnh'));
  const taken = core.calls('evidence.snapshot');
  expect(taken).toHaveLength(48);
  expect(new Set(taken.map(({ groupId }) => groupId)).size).toBe(1);
  expect(taken[0]?.groupId).toMatch(/^[0-9a-f-]{36}$/u);
  expect(most).toBeLessThanOrEqual(3);
  expect(engine.held).toBe(0);
  expect(document.querySelectorAll('.snapshot-thumbs img')).toHaveLength(6);
});

test('a large picture goes up in pieces of at most one mebibyte, in order', async () => {
  const bytes = new Uint8Array(2_500_000).fill(7);
  const { core } = await mount({
    prepare: fakeTaking,
    engine: (fake) => {
      fake.picture = async () => ({ bytes });
    },
  });
  await userEvent.keyboard('s');
  await until(() => core.calls('evidence.snapshot').length === 1);
  const pieces = core.calls('evidence.upload');
  expect(pieces.map(({ offset }) => offset)).toEqual([0, 1_048_576, 2_097_152]);
  expect(pieces.map(({ uploadId }) => uploadId)).toEqual([null, 'u0', 'u0']);
  expect(pieces.every(({ size }) => size === 2_500_000)).toBe(true);
});

test('what failed is said with cause, hint and code, and stays until it is put away', async () => {
  await mount({ prepare: fakeTaking, engine: (fake) => (fake.look = () => ({ look: 'failed' })) });
  await userEvent.keyboard('s');
  await until(() => note()?.textContent?.includes('Không chụp được'));
  expect(note()?.textContent).toContain('evidence.no-picture');
  expect(note()?.textContent).toContain('chưa từng cho hình');
  note()?.querySelector<HTMLElement>(':scope > .bar-button')?.click();
  await until(() => note() === null);
});

test('a refusal of the person stops the whole wall at its first pictures', async () => {
  const { core } = await mount({
    saved: { layout: '36' },
    prepare: (fake) => {
      fakeTaking(fake);
      fake.failing.set('evidence.upload', new Fault('access.denied', 'no'));
    },
  });
  await userEvent.keyboard('{Shift>}S{/Shift}');
  await until(() => note()?.textContent?.includes('access.denied'));
  await until(() => note()?.textContent?.includes('Không chụp được'));
  expect(core.calls('evidence.upload').length).toBeLessThanOrEqual(3);
});

test('the reason that was given goes with every picture, as does the format', async () => {
  const { core, snapshots } = await mount({ prepare: fakeTaking });
  snapshots.askReason(true);
  await page.getByLabelText('Lý do', { exact: true }).fill('vụ việc số 12');
  await page.getByRole('button', { name: /JPEG/u }).click();
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await userEvent.keyboard('s');
  await until(() => core.calls('evidence.snapshot').length === 1);
  expect(core.calls('evidence.snapshot')[0]).toMatchObject({
    reason: 'vụ việc số 12',
    format: 'jpeg',
  });
  await until(() => note()?.textContent?.includes('Lý do: vụ việc số 12'));
});

test('who may not is told so in the menu of the tile', async () => {
  await mount({
    prepare: (fake) => {
      fakeTaking(fake);
      fake.answer('operators.me', () => ({ ...fakeOperatorState, rights: ['ptz.steer'] }));
    },
  });
  await page.getByRole('button', { name: 'Thao tác với ô này' }).first().click();
  const entry = page.getByRole('menuitem', { name: /Chụp ảnh/u });
  await until(() => entry.query()?.getAttribute('aria-disabled') === 'true');
});
