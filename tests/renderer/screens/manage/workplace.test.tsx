import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mount, unmountAll, until } from '../mount.tsx';
import { fakeDiscovery, fakeHubs } from './fake-connect.ts';
import { fakeRegister } from './fake-register.ts';

afterEach(unmountAll);

const room = () => document.querySelector<HTMLElement>('.manage');
const shown = () => room() !== null && getComputedStyle(room() as HTMLElement).display !== 'none';

describe('wall and rooms', () => {
  test('M opens the rooms, Esc and W go back, and no tile is let go meanwhile', async () => {
    const { engine, tile } = await mount({ prepare: (core) => fakeRegister(core, 20) });
    const asked = engine.asked.length;
    const picture = engine.attached.get(0)?.firstElementChild;
    for (const key of ['{Escape}', 'w']) {
      await userEvent.keyboard('m');
      await until(shown, 'the room is open');
      expect(tile(0).closest('[inert]')).not.toBeNull();
      await userEvent.keyboard(key);
      await until(() => !shown(), 'the room is closed');
      expect(tile(0).closest('[inert]')).toBeNull();
    }
    expect(engine.asked.slice(asked).filter(({ wish }) => wish === null)).toEqual([]);
    expect(engine.attached.get(0)?.firstElementChild).toBe(picture);
    await until(() => document.activeElement === tile(0));
  });

  test('in wall mode nothing leads there, neither by key nor by mouse', async () => {
    const { commands, workplace, session } = await mount({ saved: { wallMode: true } });
    await userEvent.keyboard('m');
    commands.openManage('settings');
    commands.openConnect('hubs');
    expect(workplace.getState().place).toBe('wall');
    expect(document.querySelector('.manage')).toBeNull();
    expect(session.getState().dialog).toBeNull();
    await userEvent.hover(document.querySelector('.wall') as Element);
    expect(page.getByRole('button', { name: 'Quản lý' }).query()).toBeNull();
  });

  test('the room covers the wall but is never opaque: what is hidden would not be presented', async () => {
    const { commands } = await mount({ prepare: (core) => fakeRegister(core, 5) });
    commands.openManage('register');
    await until(shown);
    const opacity = Number(getComputedStyle(room() as HTMLElement).opacity);
    expect(opacity).toBeLessThan(1);
    expect(opacity).toBeGreaterThan(0.99);
  });

  test('keys of the wall do nothing there; digits choose the room', async () => {
    const { wall, workplace, commands } = await mount({ prepare: (core) => fakeRegister(core, 5) });
    const before = wall.getState().wall;
    commands.openManage('register');
    await until(shown);
    await userEvent.keyboard('{Delete}4');
    await until(() => workplace.getState().place === 'settings');
    expect(wall.getState().wall).toBe(before);
    await until(() => document.body.textContent?.includes('Xem giấy phép'));
  });

  test('w typed into a field stays a letter', async () => {
    const { commands, workplace, register } = await mount({
      prepare: (core) => fakeRegister(core, 5),
    });
    commands.openManage('register');
    await until(shown);
    await userEvent.fill(page.getByRole('searchbox', { name: /^Tìm trong bảng/u }), 'w');
    await userEvent.keyboard('w');
    expect(workplace.getState().place).toBe('register');
    expect(register.getState().query).toBe('ww');
  });

  test('how many tiles are live is said in the rooms too', async () => {
    const { commands } = await mount({ prepare: (core) => fakeRegister(core, 5) });
    commands.openManage('settings');
    await until(
      () => document.querySelector('.bar[data-manage] .summary')?.textContent === '16 trực tiếp',
    );
  });

  test('a core that is gone is said there too', async () => {
    const { core, commands } = await mount({ prepare: (fake) => fakeRegister(fake, 5) });
    commands.openManage('settings');
    await until(shown);
    core.connection.setState({ phase: 'gone', since: performance.now(), attempt: 1 });
    await until(() => room()?.textContent?.includes('MẤT LIÊN LẠC'));
  });
});

test('the pictures below a room are presented on: a real video goes on counting frames', async () => {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext('2d');
  const stream = canvas.captureStream(25);
  let hue = 0;
  const timer = setInterval(() => {
    if (!context) return;
    context.fillStyle = `hsl(${hue++ % 360} 80% 50%)`;
    context.fillRect(0, 0, 64, 36);
  }, 40);
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  const { commands } = await mount({
    saved: { layout: '1', tiles: ['camera-0'] },
    prepare: (core) => fakeRegister(core, 5),
    engine: (engine) => {
      engine.draw = () => video;
    },
  });
  let presented = 0;
  const count = () => {
    presented++;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
  await video.play();
  await until(() => presented > 3, 'the video plays on the wall');
  commands.openManage('register');
  await until(shown);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = presented;
  await until(() => presented > before + 10, 'the video plays below the room');
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
});

describe('the first choice', () => {
  test('the demonstration leads to it, and each way goes to its room', async () => {
    const { commands, workplace, session } = await mount({
      hello: { demo: true },
      prepare: (core) => {
        fakeRegister(core, 5);
        fakeHubs(core);
        fakeDiscovery(core, null);
      },
    });
    await page.getByRole('button', { name: 'Dùng dữ liệu thật' }).click();
    const ways = [
      [/^Nối hệ thống/u, 'hubs'],
      [/^Dò thiết bị/u, 'discovery'],
      [/^Nhập bảng tính/u, 'imports'],
    ] as const;
    for (const [name, part] of ways) {
      commands.backToWall();
      commands.openStart();
      await page.getByRole('dialog').getByRole('button', { name }).click();
      await until(() => workplace.getState().connectPart === part);
      expect(workplace.getState().place).toBe('connect');
      expect(session.getState().dialog).toBeNull();
    }
    commands.openStart();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Xem tiếp/u })
      .click();
    await until(() => workplace.getState().place === 'wall');
  });
});
