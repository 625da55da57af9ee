import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Fault } from '../../../../src/std/fault.ts';
import { mount, unmountAll, until } from '../mount.tsx';
import { fakeReplay, fakeShelf, moment } from './fake-evidence.ts';

afterEach(unmountAll);

async function replaying(tiles = 'r') {
  const mounted = await mount({
    saved: { layout: '4' },
    prepare: (core) => {
      fakeReplay(core);
      fakeShelf(core, []);
    },
  });
  await userEvent.keyboard(tiles === 'r' ? 'r' : '{Shift>}R{/Shift}');
  await until(() => document.querySelector('.replay-dock'));
  mounted.engine.showAt(0, moment);
  await until(() => mounted.tile(0).textContent?.includes('22/11/2026'));
  return mounted;
}

const band = (tile: HTMLElement) => tile.querySelector('.replay-band')?.textContent ?? '';

test('R plays the selected tile again and says so; the others stay live', async () => {
  const { core, tile, tiles } = await replaying();
  expect(tile(0).dataset['look']).toBe('replay');
  expect(band(tile(0))).toContain('XEM LẠI');
  expect(band(tile(0))).toContain('22/11/2026 10:15:22.120');
  expect(tile(0).getAttribute('aria-label')).toContain('XEM LẠI');
  expect(tiles().filter((one) => one.dataset['look'] === 'live')).toHaveLength(3);
  expect(core.calls('replay.open')).toEqual([
    { cameraIds: ['camera-0'], at: null, source: 'ring' },
  ]);
  const frame = getComputedStyle(tile(0).querySelector('.replay-frame')!);
  expect(frame.borderImageSource).toContain('repeating-linear-gradient');
});

test('Shift+R plays all tiles of the page by one clock', async () => {
  const { core, engine } = await replaying('all');
  expect(core.calls('replay.open')[0]?.cameraIds).toHaveLength(4);
  expect([...engine.replays.getState().tiles.keys()]).toEqual([0, 1, 2, 3]);
});

test('Space, J, K, L, frames, jumps and ends by keys; nothing of it moves the wall', async () => {
  const { core, wall } = await replaying();
  const rates = () => core.calls('replay.rate').map(({ rate }) => rate);
  const press = async (keys: string, count: number, of: () => unknown[]) => {
    await userEvent.keyboard(keys);
    await until(() => of().length === count, `${keys}: ${of().length}`);
  };
  await press(' ', 1, rates);
  await press('l', 2, rates);
  await press('l', 3, rates);
  await press('j', 4, rates);
  await press('j', 5, rates);
  await press('k', 6, rates);
  expect(rates()).toEqual([1, 2, 4, -1, -2, 0]);
  const steps = () => core.calls('replay.step').map(({ frames }) => frames);
  await press('{ArrowRight}', 1, steps);
  await press(',', 2, steps);
  await press('.', 3, steps);
  await press('{ArrowLeft}', 4, steps);
  expect(steps()).toEqual([1, -1, 1, -1]);
  const seeks = () => core.calls('replay.seek').map(({ at }) => at);
  await press('{Home}', 1, seeks);
  await press('{End}', 2, seeks);
  await press('{Shift>}{ArrowLeft}{/Shift}', 3, seeks);
  expect(seeks()).toEqual([moment - 50_000, moment + 10_000, moment]);
  expect(wall.getState().wall).toMatchObject({ selected: 0, sideList: true, details: false });
});

test('Esc goes back to live and ends the session', async () => {
  const { core, tile, engine } = await replaying();
  await userEvent.keyboard('{Escape}');
  await until(() => tile(0).dataset['look'] === 'live');
  expect(core.calls('replay.close')).toEqual([{ sessionId: 's1' }]);
  expect(engine.replays.getState().tiles.size).toBe(0);
  expect(document.querySelector('.replay-dock')).toBeNull();
  expect(document.querySelector('.replay-band')).toBeNull();
});

test('a tile that gets another camera, or another page, leaves the replay', async () => {
  const { commands, core } = await replaying();
  commands.turnPage(1);
  await until(() => core.calls('replay.close').length === 1);
  await until(() => document.querySelector('.replay-dock') === null);
});

test('the time line shows ring, recorder, gaps and marks; pressing it goes there', async () => {
  const { core, engine, replay } = await replaying();
  await until(() => document.querySelector('[data-source=recorder] .time-span'));
  expect(document.querySelectorAll('[data-source=ring] .time-span')).toHaveLength(1);
  expect(document.querySelector('.time-gap')?.getAttribute('title')).toContain('Mất kết nối');
  const line = document.querySelector<HTMLElement>('.time-line')!;
  const box = line.getBoundingClientRect();
  const { window } = replay.getState();
  const at = (x: number) => window.from + x * (window.to - window.from);
  const press = (x: number) =>
    line.dispatchEvent(
      new PointerEvent('pointerdown', {
        bubbles: true,
        button: 0,
        pointerId: 1,
        clientX: box.left + box.width * x,
        clientY: box.top + 5,
      }),
    );
  // Synthetic pointers cannot be captured.
  line.setPointerCapture = () => {};
  press(0.6);
  await until(() => core.calls('replay.seek').length === 1);
  expect(Math.abs(core.calls('replay.seek')[0]!.at - at(0.6))).toBeLessThan(500);
  engine.showAt(0, moment - 20_000);
  await userEvent.keyboard('i');
  engine.showAt(0, moment - 5_000);
  await userEvent.keyboard('o');
  await until(() => document.querySelector('.time-marks'));
  expect(replay.getState()).toMatchObject({ markIn: moment - 20_000, markOut: moment - 5_000 });
});

test('what is further back than the ring plays from the recorder', async () => {
  const { core, replay } = await replaying();
  await until(() => replay.getState().timeLine);
  replay.seek(moment - 1_800_000);
  await until(() => core.calls('replay.open').length === 2);
  expect(core.calls('replay.open')[1]).toMatchObject({
    at: moment - 1_800_000,
    source: 'recorder',
  });
  await until(() => core.calls('replay.close').some(({ sessionId }) => sessionId === 's1'));
  expect(page.getByRole('button', { name: 'Đầu ghi' }).query()?.getAttribute('aria-pressed')).toBe(
    'true',
  );
});

test('marks become a clip of each camera, with sound, quality and reason', async () => {
  const { core, engine } = await replaying();
  engine.showAt(0, moment - 20_000);
  await userEvent.keyboard('i');
  engine.showAt(0, moment - 5_000);
  await userEvent.keyboard('o');
  await page.getByRole('button', { name: 'Cắt 0:15…' }).click();
  await page.getByLabelText('Kèm tiếng').click();
  await page.getByLabelText('Lý do').fill('va chạm ở cổng');
  await page.getByRole('button', { name: 'Cắt', exact: true }).click();
  await until(() => core.calls('evidence.clip').length === 1);
  expect(core.calls('evidence.clip')[0]).toEqual({
    cameraIds: ['camera-0'],
    from: moment - 20_000,
    to: moment - 5_000,
    source: 'ring',
    quality: null,
    audio: false,
    reason: 'va chạm ở cổng',
  });
});

test('a span that ends before it begins is refused before anything is asked', async () => {
  const { core } = await replaying();
  await userEvent.keyboard('x');
  await page.getByLabelText('Đến', { exact: true }).fill('21/11/2026 10:00');
  await until(() => page.getByText('Thời điểm cuối phải sau thời điểm đầu').query());
  expect(page.getByRole('button', { name: 'Cắt', exact: true }).query()).toHaveProperty(
    'disabled',
    true,
  );
  await page.getByLabelText('Đến', { exact: true }).fill('31/02/2026 10:00');
  await until(() => page.getByText('Nhập ngày giờ', { exact: false }).query());
  expect(core.calls('evidence.clip')).toHaveLength(0);
});

test('nothing held is said in words, and the wall stays as it is', async () => {
  await mount({
    saved: { layout: '4' },
    prepare: (core) => core.failing.set('replay.open', new Fault('replay.nothing', 'no')),
  });
  await userEvent.keyboard('r');
  await until(() => document.body.textContent?.includes('Không còn giữ hình'));
  expect(document.querySelector('.replay-dock')).toBeNull();
});

test('a site that comes under hold is not replayed any longer', async () => {
  const { core, engine } = await replaying();
  engine.say(0, {
    stream: {
      phase: 'refused',
      since: 0,
      cause: { code: 'site.hold', params: { authority: 'Sở' } },
    },
  });
  await until(() => core.calls('replay.close').length === 1);
  await until(() => document.querySelector('.replay-band') === null);
});

test('signing out ends the replay', async () => {
  const { core, operators } = await replaying();
  const { state } = operators.getState();
  core.emit('operators.changed', { ...state!, session: null, rights: [] });
  await until(() => core.calls('replay.close').length === 1);
});
