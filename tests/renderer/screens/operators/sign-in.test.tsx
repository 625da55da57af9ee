import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { watchPresence } from '../../../../renderer/stores/operators/operators-store.ts';
import type { OperatorState } from '../../../../src/contract/operator-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { type FakeCore, fakeOperatorState } from '../fakes.ts';
import { type Mounted, mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const { session } = fakeOperatorState;
const nobody: OperatorState = { ...fakeOperatorState, session: null, rights: [] };
const locked: OperatorState = { ...nobody, session: { ...session!, locked: true } };
const due: OperatorState = {
  ...nobody,
  session: { ...session!, operator: { ...session!.operator, mustChange: true } },
};
const dialog = () => document.querySelector('[role="dialog"]');
const dialogs = () => [...document.querySelectorAll('[role="dialog"]')];
const says = (words: string) =>
  until(() => dialogs().some((each) => each.textContent?.includes(words)), words);

/** A core that lets nobody add a source before its operator state allows it. */
async function centre(
  state: OperatorState,
  code: 'needed' | 'locked' | 'first-needed' | 'must-change',
) {
  let now = state;
  const given: Mounted = await mount({
    saved: { layout: '4', tiles: [] },
    prepare: (core: FakeCore) => {
      core.answer('operators.me', () => now);
      core.answer('sources.add', () => {
        if (now.rights.length === 0) throw new Fault(`operator.${code}`);
        return { cameraId: 'camera-1' };
      });
    },
  });
  const add = given.core;
  return {
    ...given,
    become: (next: OperatorState) => {
      now = next;
      return next;
    },
    addSource: async () => {
      given.commands.openAddSource();
      await until(dialog);
      await userEvent.fill(page.getByLabelText('Địa chỉ RTSP'), 'rtsp://192.0.2.30/main');
      await page.getByRole('button', { name: 'Thêm và xem thử' }).click();
    },
    added: () => add.calls('sources.add').length,
  };
}

describe('a call that needs an operator', () => {
  test('asks for one, and does what was wanted once they are signed in', async () => {
    const { core, become, addSource, added } = await centre(nobody, 'needed');
    core.answer('operators.signIn', ({ password }) => {
      if (password !== 'Đúng rồi 1') throw new Fault('operator.refused');
      return become(fakeOperatorState);
    });
    await addSource();
    await says('Xem tường hình thì không cần đăng nhập');
    expect(added()).toBe(1);
    await userEvent.fill(page.getByRole('textbox', { name: 'Tên đăng nhập' }).last(), 'lan');
    await userEvent.fill(page.getByLabelText('Mật khẩu', { exact: true }).last(), 'sai');
    await page.getByRole('button', { name: 'Đăng nhập' }).last().click();
    await until(() => document.body.textContent?.includes('operator.refused'));
    await userEvent.fill(page.getByLabelText('Mật khẩu', { exact: true }).last(), 'Đúng rồi 1');
    await page.getByRole('button', { name: 'Đăng nhập' }).last().click();
    await until(() => added() === 2, 'the wish is repeated');
    await until(() => !dialog());
    expect(core.calls('operators.signIn').map(({ name }) => name)).toEqual(['lan', 'lan']);
  });

  test('put off, it says why nothing was done, and what was typed stays', async () => {
    const { addSource, added } = await centre(nobody, 'needed');
    await addSource();
    await says('Xem tường hình thì không cần đăng nhập');
    await page.getByRole('button', { name: 'Huỷ' }).last().click();
    await says('operator.needed');
    expect(added()).toBe(1);
    await expect.element(page.getByLabelText('Địa chỉ RTSP')).toHaveValue('rtsp://192.0.2.30/main');
  });

  test('is done here when somebody signs in at another screen', async () => {
    const { core, become, addSource, added } = await centre(locked, 'locked');
    await addSource();
    await says('Quyền điều khiển đã khoá');
    core.emit('operators.changed', become(fakeOperatorState));
    await until(() => added() === 2);
  });

  test('creates the first administrator where there is nobody', async () => {
    const first = { ...nobody, hasOperators: false };
    const { core, become, addSource, added } = await centre(first, 'first-needed');
    core.answer('operators.first', () => become(fakeOperatorState));
    await addSource();
    await says('Tạo người quản trị đầu tiên');
    const type = (label: string, text: string) =>
      userEvent.fill(page.getByLabelText(label, { exact: true }).last(), text);
    await type('Tên đăng nhập', 'lan');
    await type('Mật khẩu mới', 'Một hai ba 4');
    await type('Nhập lại mật khẩu mới', 'Một hai ba 5');
    await page.getByRole('button', { name: 'Tạo và đăng nhập' }).click();
    await says('Hai lần nhập không giống nhau.');
    expect(core.calls('operators.first')).toEqual([]);
    await type('Nhập lại mật khẩu mới', 'Một hai ba 4');
    await page.getByRole('button', { name: 'Tạo và đăng nhập' }).click();
    await until(() => added() === 2);
    expect(core.calls('operators.first')).toEqual([
      { name: 'lan', fullName: '', password: 'Một hai ba 4' },
    ]);
  });

  test('asks for a password of their own after signing in with a given one', async () => {
    const { core, become, addSource, added } = await centre(nobody, 'needed');
    core.answer('operators.signIn', () => become(due));
    core.answer('operators.password', () => become(fakeOperatorState));
    await addSource();
    await says('Xem tường hình thì không cần đăng nhập');
    await userEvent.fill(page.getByRole('textbox', { name: 'Tên đăng nhập' }).last(), 'lan');
    await userEvent.fill(page.getByLabelText('Mật khẩu', { exact: true }).last(), 'Cho sẵn 1');
    await page.getByRole('button', { name: 'Đăng nhập' }).last().click();
    await says('do người khác đặt');
    await expect.element(page.getByLabelText('Mật khẩu', { exact: true }).last()).toHaveValue('');
    for (const [label, text] of [
      ['Mật khẩu', 'Cho sẵn 1'],
      ['Mật khẩu mới', 'Của mình 2'],
      ['Nhập lại mật khẩu mới', 'Của mình 2'],
    ] as const) {
      await userEvent.fill(page.getByLabelText(label, { exact: true }).last(), text);
    }
    await page.getByRole('button', { name: 'Đổi mật khẩu' }).last().click();
    await until(() => added() === 2);
  });

  test('a movement of a camera is not repeated when somebody has signed in', async () => {
    const { core, operators, become, ptz: _ } = await centre(nobody, 'needed');
    const { askingCore } = await import('../../../../renderer/stores/operators/asking-core.ts');
    core.failing.set('ptz.move', new Fault('operator.needed'));
    const params = { cameraId: 'camera-1', moveId: 1, pan: 1, tilt: 0, zoom: 0 };
    const moved = askingCore(core, operators)
      .call('ptz.move', params)
      .then(
        () => 'moved',
        (error: Fault) => error.code,
      );
    await says('Xem tường hình thì không cần đăng nhập');
    core.emit('operators.changed', become(fakeOperatorState));
    expect(await moved).toBe('operator.needed');
    expect(core.calls('ptz.move')).toHaveLength(1);
  });
});

describe('the bar', () => {
  test('names who is at work, locks, and changes the shift', async () => {
    const { core } = await mount({ size: [1920, 1080] });
    await page.getByRole('button', { name: 'Đang làm việc: Nguyễn Thị Lan, Quản trị' }).click();
    core.answer('operators.lock', () => locked);
    await page.getByRole('menuitem', { name: 'Khoá điều khiển' }).click();
    const badge = page.getByRole('button', { name: /^Đã khoá điều khiển: Nguyễn Thị Lan/u });
    await expect.element(badge).toBeVisible();
    const other = {
      ...session!.operator,
      id: 'o2',
      fullName: 'Phạm Văn Nam',
      role: 'duty',
    } as const;
    core.answer('operators.signIn', () => ({
      ...fakeOperatorState,
      session: { ...session!, operator: other },
    }));
    await badge.click();
    await page.getByRole('menuitem', { name: 'Đổi người sử dụng' }).click();
    await userEvent.fill(page.getByLabelText('Tên đăng nhập', { exact: true }), 'nam');
    await userEvent.fill(page.getByLabelText('Mật khẩu', { exact: true }), 'Của nam 1');
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
    await expect
      .element(page.getByRole('button', { name: 'Đang làm việc: Phạm Văn Nam, Trực ban' }))
      .toBeVisible();
    expect(dialog()).toBeNull();
  });

  test('the wall asks nobody to sign in by itself', async () => {
    const { core, tiles } = await mount({
      prepare: (core) => core.answer('operators.me', () => ({ ...nobody, hasOperators: false })),
    });
    await expect.element(page.getByRole('button', { name: 'Đăng nhập' })).toBeVisible();
    expect(tiles().length).toBeGreaterThan(3);
    expect(dialog()).toBeNull();
    expect(core.called.filter(({ name }) => name.startsWith('operators.')).length).toBe(1);
  });
});

describe('somebody at keyboard or mouse', () => {
  test('is told to the core at once and then now and then, and only while control is open', async () => {
    const { core, operators } = await mount();
    const target = new EventTarget();
    const stop = watchPresence(core, operators, target);
    const act = (kind: string) => target.dispatchEvent(new Event(kind));
    for (const kind of ['pointermove', 'keydown', 'wheel', 'pointerdown']) act(kind);
    expect(core.calls('operators.seen')).toHaveLength(1);
    stop();
    const again = watchPresence(core, operators, target);
    core.emit('operators.changed', locked);
    act('keydown');
    core.emit('operators.changed', nobody);
    act('keydown');
    expect(core.calls('operators.seen')).toHaveLength(1);
    core.emit('operators.changed', fakeOperatorState);
    act('wheel');
    expect(core.calls('operators.seen')).toHaveLength(2);
    again();
  });
});
