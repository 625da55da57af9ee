import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { tilesPerPage } from '../../../renderer/stores/layouts.ts';
import { layoutNames } from '../../../src/contract/schemas.ts';
import { mount, unmountAll, until } from './mount.tsx';

afterEach(unmountAll);

describe('layouts and pages', () => {
  test('the digits choose every layout, and the tiles fill the wall without overlap', async () => {
    const { tiles } = await mount();
    for (const [index, name] of layoutNames.entries()) {
      await userEvent.keyboard(`${(index + 1) % 10}`);
      await until(() => tiles().length === tilesPerPage(name), name);
      const rects = tiles().map((tile) => tile.getBoundingClientRect());
      const wall = document.querySelector('.wall')?.getBoundingClientRect();
      const area = rects.reduce((sum, rect) => sum + rect.width * rect.height, 0);
      expect(area, name).toBeLessThanOrEqual((wall?.width ?? 0) * (wall?.height ?? 0));
      expect(area, name).toBeGreaterThan((wall?.width ?? 0) * (wall?.height ?? 0) * 0.95);
      for (const [at, rect] of rects.entries()) {
        expect(Number.isInteger(rect.width), name).toBe(true);
        for (const other of rects.slice(at + 1)) {
          const apart =
            rect.right <= other.left ||
            other.right <= rect.left ||
            rect.bottom <= other.top ||
            other.bottom <= rect.top;
          expect(apart, name).toBe(true);
        }
      }
    }
  });

  test('PageDown and PageUp turn pages, around the end, and the indicator says where', async () => {
    const { engine } = await mount();
    await userEvent.keyboard('{PageDown}');
    await until(() => document.querySelector('[data-tile="16"]'));
    expect(page.getByRole('status', { name: 'Trang 2 trong 3' }).element()).toBeTruthy();
    expect(engine.wishes.has(0)).toBe(false);
    expect(engine.wishes.size).toBe(16);
    await userEvent.keyboard('{PageDown}{PageDown}');
    await until(() => document.querySelector('[data-tile="0"]'));
    await userEvent.keyboard('{PageUp}');
    await until(() => document.querySelector('[data-tile="32"]'));
  });

  test('the engine is asked for each tile once, at its size, with its importance', async () => {
    const { engine, tile } = await mount({ saved: { layout: '1+5' } });
    await until(() => engine.wishes.size === 6 && (engine.wishes.get(0)?.cssWidth ?? 0) > 0);
    const rect = tile(0).getBoundingClientRect();
    expect(engine.wishes.get(0)).toMatchObject({
      cssWidth: rect.width,
      cssHeight: rect.height,
      importance: 'selected',
      quality: 'auto',
    });
    expect(engine.wishes.get(1)?.importance).toBe('normal');
  });

  test('the layout menu is drawn and chosen by mouse', async () => {
    const { tiles } = await mount();
    await page.getByRole('button', { name: 'Bố cục: 16 ô' }).click();
    await page.getByRole('option', { name: '1+7 ô' }).click();
    await until(() => tiles().length === 8);
    await until(() => !document.querySelector('[role="listbox"]'));
  });
});

describe('keyboard', () => {
  test('arrows move the selection and the focus with it', async () => {
    const { wall, tile } = await mount();
    await userEvent.keyboard('{ArrowRight}{ArrowDown}');
    await until(() => wall.getState().wall.selected === 5);
    await until(() => document.activeElement === tile(5));
    expect(tile(5).getAttribute('aria-current')).toBe('true');
    expect(tile(5).tabIndex).toBe(0);
    expect(tile(0).tabIndex).toBe(-1);
  });

  test('Enter shows the tile in full in the same container, and Esc brings the wall back', async () => {
    const { wall, tile, engine } = await mount();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => engine.attached.has(1));
    const container = engine.attached.get(1);
    const picture = container?.firstElementChild;
    const asked = engine.asked.length;
    await userEvent.keyboard('{Enter}');
    await until(() => tile(1).dataset['full'] === 'true');
    const area = document.querySelector('.wall')?.getBoundingClientRect();
    expect(tile(1).getBoundingClientRect().width).toBe(area?.width);
    expect(engine.attached.get(1)).toBe(container);
    expect(container?.firstElementChild).toBe(picture);
    await until(() => engine.wishes.get(1)?.importance === 'full');
    // Neither this tile nor any other was let go on the way.
    expect(engine.asked.slice(asked).filter((one) => one.wish === null)).toEqual([]);
    expect(tile(0).inert).toBe(true);
    await userEvent.keyboard('{Escape}');
    await until(() => wall.getState().wall.full === null);
    expect(engine.attached.get(1)).toBe(container);
    expect(container?.firstElementChild).toBe(picture);
  });

  test('double click does the same', async () => {
    const { wall, tile } = await mount();
    await userEvent.dblClick(tile(2));
    await until(() => wall.getState().wall.full === 2);
    await userEvent.dblClick(tile(2));
    await until(() => wall.getState().wall.full === null);
  });

  test('in full view arrows go to the next camera', async () => {
    const { wall } = await mount();
    await userEvent.keyboard('{Enter}{ArrowRight}');
    await until(() => wall.getState().wall.full === 1);
  });

  test('Delete empties the tile, Ctrl+Z and Ctrl+Shift+Z undo and redo', async () => {
    const { tile, shown } = await mount();
    const before = shown();
    await userEvent.keyboard('{Delete}');
    await until(() => tile(0).dataset['look'] === 'empty');
    await userEvent.keyboard('{Control>}z{/Control}');
    await until(() => tile(0).dataset['camera'] === before[0]);
    await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await until(() => tile(0).dataset['look'] === 'empty');
  });

  test('Shift and an arrow carry the picture to the tile beside', async () => {
    const { shown, wall } = await mount();
    const [first, second] = shown();
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
    await until(() => shown()[0] === second);
    expect(shown()[1]).toBe(first);
    expect(wall.getState().wall.selected).toBe(1);
  });

  test('A gives the sound to the selected tile and takes it away', async () => {
    const { engine, tile } = await mount();
    await userEvent.keyboard('a');
    await until(() => engine.heard === 0);
    expect(tile(0).textContent).toContain('Đang nghe');
    await userEvent.keyboard('a');
    await until(() => engine.heard === null);
  });

  test('D shows the figures, and nothing of the picture moves', async () => {
    const { engine, stats, tile } = await mount({ saved: { layout: '4' } });
    const before = tile(0).querySelector('.tile-name')?.getBoundingClientRect();
    const cameraId = tile(0).dataset['camera'] ?? '';
    engine.figures.setState({
      tiles: new Map([
        [
          0,
          {
            codec: 'h265',
            profile: null,
            width: 1280,
            height: 720,
            fps: 25,
            kbps: 1234,
            packetsLost: 5,
            framesDropped: 2,
            addedLatencyMs: 12,
            clockOffsetMs: -3_700_000,
            transport: 'udp',
            decoder: 'native',
            hasAudio: false,
          },
        ],
      ]),
    });
    stats.take([
      {
        key: { cameraId, quality: 'sub' },
        codec: 'h265',
        profile: null,
        width: 1280,
        height: 720,
        fps: 25,
        kbps: 1234,
        gopSeconds: 2,
        transport: 'udp',
        tls: true,
        packets: 995,
        lost: 5,
        reordered: 0,
        jitterMs: 7,
        clockOffsetMs: null,
        framesReceived: 1,
      },
    ]);
    await userEvent.keyboard('d');
    await until(() => tile(0).querySelector('.tile-details'));
    const text = tile(0).querySelector('.tile-details')?.textContent ?? '';
    for (const part of [
      'H.265 1280×720 @25',
      '1.234 kbit/s',
      'UDP TLS',
      '5 (0,5 %)',
      '7 ms',
      '12 ms',
      '−1,0 h',
    ]) {
      expect(text).toContain(part);
    }
    expect(tile(0).querySelector('.tile-name')?.getBoundingClientRect()).toEqual(before);
    await userEvent.keyboard('i');
    await until(() => !tile(0).querySelector('.tile-details'));
  });

  test('a Vietnamese input method that turns W into Ư does not disable the keys', async () => {
    const { wall } = await mount();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ư', code: 'KeyW', bubbles: true }));
    await until(() => wall.getState().wall.wallMode);
  });

  test('letters typed into the search steer nothing', async () => {
    const { wall } = await mount();
    await userEvent.keyboard('/');
    await until(() => document.activeElement?.id === 'camera-search');
    await userEvent.keyboard('wad1{ArrowLeft}{Delete}');
    expect(wall.getState().wall).toMatchObject({ wallMode: false, details: false, layout: '16' });
    expect(wall.getState().past).toHaveLength(0);
  });
});

describe('wall mode', () => {
  test('nothing is there but the pictures; the bar and the pointer go after 3 s', async () => {
    const { wall } = await mount({ hello: { demo: true, warnings: ['warning.no-sandbox'] } });
    expect(document.querySelector('.strips')?.textContent).toContain('ĐÂY LÀ BẢN TRÌNH DIỄN');
    await userEvent.keyboard('w');
    await until(() => wall.getState().wall.wallMode);
    await until(() => document.querySelector('.app')?.hasAttribute('data-asleep'));
    for (const gone of ['.bar', '.side', '.strips'])
      expect(document.querySelector(gone)).toBeNull();
    const tile = document.querySelector('[data-tile="0"]');
    expect(tile && getComputedStyle(tile).cursor).toBe('none');
    expect(tile && getComputedStyle(tile, '::after').borderTopWidth).toBe('0px');
    expect(document.querySelector('.wall')?.getBoundingClientRect().height).toBe(768);
    // A simulated picture is never shown without saying so.
    expect(document.querySelector('.demo-mark')?.textContent).toContain('TRÌNH DIỄN');
    await userEvent.keyboard('{Escape}');
    await until(() => document.querySelector('.bar'));
  });

  test('the bar comes back over the pictures when the pointer moves, and moves none of them', async () => {
    const { tile } = await mount({ saved: { wallMode: true } });
    await until(() => !document.querySelector('.bar'));
    const before = tile(0).getBoundingClientRect();
    window.dispatchEvent(new PointerEvent('pointermove', { movementX: 4 }));
    await until(() => document.querySelector('.bar'));
    expect(tile(0).getBoundingClientRect()).toEqual(before);
  });
});

describe('language', () => {
  test('switches live, is told to the core, and Vietnamese comes first', async () => {
    const { core, tile } = await mount();
    expect(document.documentElement.lang).toBe('vi');
    expect(tile(0).textContent).toContain('Trực tiếp');
    await page.getByRole('button', { name: 'English (tiếng Anh)' }).click();
    await until(() => tile(0).textContent?.includes('Live'));
    expect(document.documentElement.lang).toBe('en');
    expect(core.calls('language.set')).toEqual([{ language: 'en' }]);
    await userEvent.keyboard('g');
    await until(() => tile(0).textContent?.includes('Trực tiếp'));
  });
});

describe('filling and clearing', () => {
  test('F fills the wall in order; clearing asks first and can be undone', async () => {
    const { shown, wall } = await mount({ saved: { tiles: [], layout: '9' } });
    await userEvent.keyboard('f');
    await until(() => shown().every((id) => id !== null));
    await page.getByRole('button', { name: 'Dọn tường' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Dọn tường' }).click();
    await until(() => shown().every((id) => id === null));
    await until(() => !document.querySelector('[role="alertdialog"]'));
    wall.undo();
    await until(() => shown().every((id) => id !== null));
  });

  test('what was arranged is saved', async () => {
    const { core } = await mount();
    await userEvent.keyboard('{Delete}');
    await until(() => core.calls('wall.save').length > 0);
    expect(core.calls('wall.save').at(-1)?.tiles[0]).toBeNull();
  });
});
