import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../src/std/fault.ts';
import { someCameras } from './fakes.ts';
import { mount, unmountAll, until } from './mount.tsx';

afterEach(unmountAll);

const dialog = () => document.querySelector('[role="dialog"], [role="alertdialog"]');

describe('adding a source', () => {
  test('the demonstration banner leads to it, and the tile of the new camera is the test', async () => {
    const { core, tile, shown } = await mount({
      hello: { demo: true },
      saved: { layout: '4', tiles: ['camera-1'] },
    });
    await page.getByRole('button', { name: 'Dùng dữ liệu thật' }).click();
    await page.getByRole('button', { name: /^Một địa chỉ RTSP/u }).click();
    await userEvent.fill(page.getByLabelText('Địa chỉ RTSP'), ' rtsp://192.0.2.30/main ');
    await userEvent.fill(page.getByLabelText(/Tên camera/u), 'Cổng sau');
    await userEvent.fill(page.getByLabelText(/Tên đăng nhập/u), 'trucban');
    await userEvent.fill(page.getByLabelText(/Mật khẩu/u), 'p@ss:ư/#% ');
    await page.getByRole('button', { name: 'Thêm và xem thử' }).click();
    await until(() => !dialog());
    expect(core.calls('sources.add')).toEqual([
      {
        name: 'Cổng sau',
        url: 'rtsp://192.0.2.30/main',
        user: 'trucban',
        password: 'p@ss:ư/#% ',
      },
    ]);
    core.emit('cameras.changed', [
      ...someCameras(2),
      { ...someCameras(1)[0]!, id: 'added', name: 'Cổng sau' },
    ]);
    // The occupied tile is left alone.
    await until(() => shown()[1] === 'added');
    await until(() => tile(1).textContent?.includes('Cổng sau'));
  });

  test.each([
    ['', 'Hãy nhập địa chỉ.'],
    ['192.0.2.30', 'Địa chỉ phải bắt đầu bằng rtsp:// hoặc rtsps://.'],
    ['http://192.0.2.30/', 'Chỉ nhận rtsp:// và rtsps://.'],
    ['rtsp:///one', 'Thiếu tên máy hoặc địa chỉ IP, hoặc số cổng không đúng.'],
    ['rtsp://192.0.2.30:99999/', 'Thiếu tên máy hoặc địa chỉ IP, hoặc số cổng không đúng.'],
  ])('"%s" is refused in words before anything is called', async (address, words) => {
    const { core, commands } = await mount();
    commands.openAddSource();
    await until(dialog);
    if (address) await userEvent.fill(page.getByLabelText('Địa chỉ RTSP'), address);
    await page.getByRole('button', { name: 'Thêm và xem thử' }).click();
    await until(() => dialog()?.textContent?.includes(words));
    expect(core.calls('sources.add')).toEqual([]);
  });

  test('what the core refuses is said with cause, hint and code, and what was typed stays', async () => {
    const { core, commands } = await mount();
    core.failing.set('sources.add', new Fault('input.url'));
    commands.openAddSource();
    await userEvent.fill(page.getByLabelText('Địa chỉ RTSP'), 'rtsp://192.0.2.30/main');
    await page.getByRole('button', { name: 'Thêm và xem thử' }).click();
    await until(() => dialog()?.querySelector('[role="alert"]'));
    expect(dialog()?.querySelector('.note-code')?.textContent).toBe('input.url');
    expect(dialog()?.querySelector('input')?.value).toBe('rtsp://192.0.2.30/main');
  });

  test('with no camera at all the wall says what the first step is', async () => {
    const { core } = await mount({ cameras: [] });
    await until(() => document.querySelector('.first-run'));
    expect(document.querySelector('.first-run')?.textContent).toContain('Chưa có camera nào');
    await userEvent.keyboard('n');
    await until(dialog);
    await userEvent.keyboard('{Escape}');
    await until(() => !dialog());
    core.emit('cameras.changed', someCameras(1));
    await until(() => document.querySelector('[role="treeitem"][data-kind="camera"]'));
  });
});

describe('login', () => {
  const refused = () =>
    mount({
      saved: { layout: '4' },
      engine: (engine) => {
        const cause = { code: 'rtsp.unauthorized' } as const;
        engine.look = () => ({
          look: 'failed',
          hasPicture: false,
          cause,
          stream: { phase: 'refused', since: 0, cause },
        });
      },
    });

  test('is asked in the tile, never by itself, and the password is sent once', async () => {
    const { core, tile } = await refused();
    expect(dialog()).toBeNull();
    await userEvent.click(tile(0).querySelector('.tile-action') as HTMLElement);
    await until(dialog);
    const password = page.getByLabelText('Mật khẩu');
    expect((password.element() as HTMLInputElement).type).toBe('password');
    await userEvent.fill(page.getByLabelText('Tên đăng nhập'), 'trucban');
    await userEvent.fill(password, 'mật khẩu dài');
    await userEvent.keyboard('{Enter}');
    await until(() => !dialog());
    expect(core.calls('sources.login')).toEqual([
      { cameraId: tile(0).dataset['camera'], user: 'trucban', password: 'mật khẩu dài' },
    ]);
    expect(document.body.innerHTML).not.toContain('mật khẩu dài');
  });

  test('T opens it for the selected tile, and Esc gives the keyboard back to the wall', async () => {
    const { tile } = await refused();
    await userEvent.keyboard('{ArrowRight}t');
    await until(dialog);
    await userEvent.keyboard('{Escape}');
    await until(() => !dialog());
    await userEvent.keyboard('{ArrowLeft}');
    await until(() => tile(0).getAttribute('aria-current'));
  });
});

describe('a certificate', () => {
  test('is shown by its fingerprint and trusted only by a press of its button', async () => {
    const fingerprint = 'AB:CD:EF:01';
    const cause = { code: 'tls.untrusted', params: { fingerprint } } as const;
    const { core, tile } = await mount({
      saved: { layout: '4' },
      engine: (engine) => {
        engine.look = () => ({
          look: 'failed',
          hasPicture: false,
          cause,
          stream: { phase: 'refused', since: 0, cause },
        });
      },
    });
    await userEvent.click(tile(0).querySelector('.tile-action') as HTMLElement);
    await until(dialog);
    expect(dialog()?.querySelector('.fingerprint dd')?.textContent).toBe(fingerprint);
    // Enter takes the safe answer.
    await userEvent.keyboard('{Enter}');
    await until(() => !dialog());
    expect(core.calls('sources.trust')).toEqual([]);
    await userEvent.click(tile(0).querySelector('.tile-action') as HTMLElement);
    await page.getByRole('button', { name: 'Giống nhau, tin cậy' }).click();
    await until(() => !dialog());
    expect(core.calls('sources.trust')).toEqual([
      { cameraId: tile(0).dataset['camera'], fingerprint },
    ]);
  });
});

describe('the tile menu', () => {
  test('has sound, full view and removal; removal asks first', async () => {
    const { core, engine, tile } = await mount({ saved: { layout: '4', tiles: ['camera-2'] } });
    await page.getByRole('button', { name: 'Thao tác với ô này' }).click();
    await page.getByRole('menuitem', { name: /Nghe tiếng/u }).click();
    await until(() => engine.heard === 0);
    await page.getByRole('button', { name: 'Thao tác với ô này' }).click();
    await page.getByRole('menuitem', { name: /Xoá camera/u }).click();
    await until(dialog);
    expect(dialog()?.textContent).toContain(tile(0).querySelector('.tile-name')?.textContent);
    expect(core.calls('sources.remove')).toEqual([]);
    await page.getByRole('button', { name: 'Xoá camera' }).click();
    await until(() => !dialog());
    expect(core.calls('sources.remove')).toEqual([{ cameraId: 'camera-2' }]);
  });

  test('a camera that no person added cannot be removed', async () => {
    await mount({ saved: { layout: '4', tiles: ['camera-1'] } });
    await page.getByRole('button', { name: 'Thao tác với ô này' }).click();
    await until(() => document.querySelector('[role="menu"]'));
    expect(document.querySelector('[role="menu"]')?.textContent).not.toContain('Xoá camera');
  });
});

describe('help', () => {
  test('? shows every key, Esc closes, and keys do nothing to the wall meanwhile', async () => {
    const { wall } = await mount();
    await userEvent.keyboard('?');
    await until(dialog);
    for (const key of ['PageDown', 'Ctrl+Shift+Z', 'Delete', 'F11', 'Enter', 'Esc']) {
      expect([...document.querySelectorAll('.help kbd')].map((each) => each.textContent)).toContain(
        key,
      );
    }
    await userEvent.keyboard('w{Delete}');
    expect(wall.getState().wall.wallMode).toBe(false);
    expect(wall.getState().past).toHaveLength(0);
    await userEvent.keyboard('{Escape}');
    await until(() => !dialog());
  });
});
