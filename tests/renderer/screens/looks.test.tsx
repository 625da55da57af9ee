import { afterEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { TileView } from '../../../renderer/wall/engine.types.ts';
import type { Cause } from '../../../src/contract/cause.ts';
import { someCameras } from './fakes.ts';
import { mount, unmountAll, until } from './mount.tsx';

afterEach(unmountAll);

const failed = (cause: Cause, more: Partial<TileView> = {}): Partial<TileView> => ({
  look: 'failed',
  hasPicture: false,
  cause,
  ...more,
});

/** Mounts a 2 × 2 wall whose first tile looks like this. */
async function looking(view: Partial<TileView>) {
  const mounted = await mount({
    saved: { layout: '4' },
    engine: (engine) => {
      engine.look = (_, tile) => (tile === 0 ? view : { look: 'live' });
    },
  });
  await until(() => mounted.tile(0).dataset['look'] === view.look);
  return {
    ...mounted,
    // As a person sees it: textContent has what a small tile hides, too.
    text: () => mounted.tile(0).innerText,
  };
}

describe('live', () => {
  test('nothing but the picture, its name and a mark with a shape and a word', async () => {
    const { tile } = await looking({ look: 'live' });
    expect(tile(0).querySelector('.tile-message, .tile-hatch, .tile-details')).toBeNull();
    expect(tile(0).querySelector('[data-glyph="live"]')).not.toBeNull();
    expect(tile(0).querySelector('.tile-mark')?.textContent).toBe('Trực tiếp');
    const screen = tile(0).querySelector('.tile-screen');
    expect(screen && getComputedStyle(screen).filter).toBe('none');
  });

  test('a picture that comes around its hub says so, one by its hub says nothing', async () => {
    const route = { via: 'direct', since: 0, cause: { code: 'net.timeout' } } as const;
    const cameras = someCameras(4).map((camera, index) => ({
      ...camera,
      route: index === 0 ? route : { via: 'hub' as const, since: 0, cause: null },
    }));
    const { tile } = await mount({
      cameras,
      saved: { layout: '4' },
      engine: (engine) => {
        engine.look = () => ({ look: 'live' });
      },
    });
    await until(() => tile(0).querySelector('.tile-direct') !== null);
    expect(tile(0).querySelector('.tile-direct')?.textContent).toBe('Không qua hệ thống');
    expect(tile(1).querySelector('.tile-direct')).toBeNull();
  });

  test('the look of the camera before is never said of the one that replaced it', async () => {
    const { tile, engine, commands } = await looking({ look: 'live' });
    engine.look = () => ({ look: 'connecting', hasPicture: false });
    const looks: (string | undefined)[] = [];
    const observer = new MutationObserver(() => {
      looks.push(`${tile(0).dataset['camera']} ${tile(0).dataset['look']}`);
    });
    observer.observe(tile(0), { attributes: true });
    commands.place(0, 'camera-9');
    await until(() => tile(0).dataset['camera'] === 'camera-9');
    observer.disconnect();
    expect(looks).not.toContain('camera-9 live');
  });
});

describe('stale', () => {
  const stalled = {
    look: 'stale',
    ageMs: 12_000,
    cause: { code: 'media.stalled' },
  } as const;

  test('grey, dark and hatched, with the age in large letters and the cause in words', async () => {
    const { tile, text, engine } = await looking(stalled);
    const screen = tile(0).querySelector('.tile-screen');
    const hatch = tile(0).querySelector('.tile-hatch');
    const filter = screen ? getComputedStyle(screen).filter : '';
    expect(filter).toContain('grayscale(1)');
    expect(filter).toMatch(/brightness\(0?\.\d+\)/u);
    expect(hatch && getComputedStyle(hatch).backgroundImage).toContain('repeating-linear-gradient');
    const headline = tile(0).querySelector('.tile-headline');
    expect(headline?.textContent).toBe('12 giây trước');
    const size = headline ? Number.parseFloat(getComputedStyle(headline).fontSize) : 0;
    expect(size).toBeGreaterThan(tile(0).clientHeight * 0.09);
    expect(text()).toContain('KHÔNG TRỰC TIẾP');
    expect(text()).toContain('Không có hình mới từ thiết bị.');
    expect(text()).toContain('Làm gì: ');
    expect(text()).not.toContain('Trực tiếp');
    engine.say(0, { ageMs: 185_000 });
    await until(() => headline?.textContent === '3 phút trước');
  });

  test('in English the age counts in singular and plural', async () => {
    const { tile, engine, commands } = await looking({ ...stalled, ageMs: 61_000 });
    commands.toggleLanguage();
    const headline = () => tile(0).querySelector('.tile-headline')?.textContent;
    await until(() => headline() === '1 minute ago');
    engine.say(0, { ageMs: 7_200_000 });
    await until(() => headline() === '2 hours ago');
  });

  test('a frozen source is named as such', async () => {
    const { text } = await looking({ ...stalled, cause: { code: 'media.frozen' } });
    expect(text()).toContain('Camera gửi lặp lại cùng một hình.');
  });

  test('it becomes live again without the tile moving', async () => {
    const { tile, engine } = await looking(stalled);
    const before = tile(0).getBoundingClientRect();
    const name = tile(0).querySelector('.tile-name')?.getBoundingClientRect();
    engine.say(0, { look: 'live', ageMs: null, cause: null });
    await until(() => tile(0).dataset['look'] === 'live');
    expect(tile(0).getBoundingClientRect()).toEqual(before);
    expect(tile(0).querySelector('.tile-name')?.getBoundingClientRect()).toEqual(name);
    const screen = tile(0).querySelector('.tile-screen');
    expect(screen && getComputedStyle(screen).filter).toBe('none');
  });

  test('in 64 tiles of a small window the age is still all there', async () => {
    const { tile } = await mount({
      saved: { layout: '64' },
      size: [1024, 600],
      engine: (engine) => {
        engine.look = () => stalled;
      },
    });
    await until(() => tile(0).dataset['look'] === 'stale');
    const headline = tile(0).querySelector('.tile-headline')?.getBoundingClientRect();
    const rect = tile(0).getBoundingClientRect();
    expect(headline?.height).toBeGreaterThan(10);
    expect(headline?.left).toBeGreaterThanOrEqual(rect.left);
    expect(headline?.right).toBeLessThanOrEqual(rect.right);
    expect(headline?.top).toBeGreaterThanOrEqual(rect.top);
    expect(headline?.bottom).toBeLessThanOrEqual(rect.bottom);
  });
});

describe('no picture yet, or none at all', () => {
  test('connecting is never plain black, and says so', async () => {
    const { tile, text } = await looking({
      look: 'connecting',
      hasPicture: false,
      stream: { phase: 'connecting', since: 0, attempt: 3, cause: null },
    });
    expect(text()).toContain('Đang kết nối');
    expect(text()).toContain('Lần thử thứ 3');
    const style = getComputedStyle(tile(0));
    expect(style.backgroundColor).not.toBe('rgb(0, 0, 0)');
    expect(style.backgroundImage).toContain('radial-gradient');
  });

  test('waiting counts down the seconds', async () => {
    const { text } = await looking(
      failed(
        { code: 'net.timeout' },
        {
          stream: {
            phase: 'waiting',
            since: Date.now(),
            until: Date.now() + 8000,
            attempt: 2,
            cause: { code: 'net.timeout' },
          },
        },
      ),
    );
    const seconds = () => Number(/Thử lại sau (\d+) giây/u.exec(text())?.[1]);
    await until(() => seconds() <= 8);
    const first = seconds();
    await until(() => seconds() < first);
    expect(text()).toContain('Thiết bị không trả lời.');
  });

  test('T and the button of a waiting tile try again at once', async () => {
    const cause = { code: 'net.refused' } as const;
    const { core, commands } = await looking(
      failed(cause, {
        stream: { phase: 'offline', since: 0, until: Date.now() + 30_000, cause },
      }),
    );
    await page.getByRole('button', { name: 'Thử lại ngay' }).click();
    expect(core.calls('streams.retry')).toHaveLength(1);
    commands.help(0);
    expect(core.calls('streams.retry')).toHaveLength(2);
  });

  test('unsupported says what is missing', async () => {
    const cause = { code: 'decode.no-ffmpeg', params: { codec: 'H.265' } } as const;
    const { text } = await looking(
      failed(cause, { stream: { phase: 'unsupported', since: 0, cause } }),
    );
    expect(text()).toContain('Không hiển thị được');
    expect(text()).toContain('H.265');
  });

  test('a cause without the value its words name shows no placeholder', async () => {
    const { text } = await looking(failed({ code: 'net.dns' }));
    expect(text()).not.toMatch(/[{}]/u);
  });

  test('a camera that is no longer in the list leaves its tile empty', async () => {
    const { tile } = await mount({ saved: { layout: '4', tiles: ['gone-1', 'camera-1'] } });
    await until(() => tile(1).dataset['look'] === 'live');
    expect(tile(0).dataset['camera']).toBeUndefined();
  });

  test('a camera that the list does not have yet is said, not shown empty', async () => {
    const { tile, commands } = await mount({ saved: { layout: '4', tiles: ['camera-1'] } });
    commands.place(1, 'coming-1');
    await until(() => tile(1).dataset['look'] === 'failed');
    expect(tile(1).dataset['camera']).toBe('coming-1');
  });
});

describe('stepped down', () => {
  test('keyframes only keeps the picture and wears a badge', async () => {
    const { tile, text } = await looking({ look: 'keyframes', cause: { code: 'decode.overload' } });
    expect(text()).toContain('Hạ nhịp');
    expect(tile(0).querySelector('[data-glyph="keyframes"]')).not.toBeNull();
    expect(tile(0).querySelector('.tile-hatch')).toBeNull();
  });

  test('paused is grey and hatched like any old picture', async () => {
    const { tile, text } = await looking({ look: 'paused', ageMs: 31_000 });
    expect(text()).toContain('Tạm dừng');
    expect(text()).toContain('31 giây trước');
    const screen = tile(0).querySelector('.tile-screen');
    expect(screen && getComputedStyle(screen).filter).toContain('grayscale(1)');
  });

  test('the bar counts what is live and says when the machine is overloaded', async () => {
    const { engine } = await looking({ look: 'stale', ageMs: 5000 });
    const summary = page.getByRole('status', { name: 'Tình trạng các ô trên trang này' });
    expect(summary.element().textContent).toContain('3 trực tiếp');
    expect(summary.element().textContent).toContain('1 không trực tiếp');
    engine.store.setState({ steppedDown: 2 });
    await until(() => summary.element().textContent?.includes('2 hạ nhịp vì máy quá tải'));
  });
});

describe('the core', () => {
  test('gone is one notice over the whole wall, with since when', async () => {
    const { core } = await looking({ look: 'live' });
    core.connection.setState({ phase: 'gone', since: performance.now() - 5000, attempt: 2 });
    await until(() => document.querySelector('.gone'));
    const gone = document.querySelector('.gone');
    expect(gone?.getAttribute('role')).toBe('alert');
    expect(gone?.textContent).toContain('Không hình nào trên tường này là trực tiếp.');
    expect(gone?.textContent).toMatch(/\d\d:\d\d:\d\d \([4-9] giây\)/u);
    expect(gone?.getBoundingClientRect()).toEqual(
      document.querySelector('.wall')?.getBoundingClientRect(),
    );
    core.connection.setState({ phase: 'open', since: performance.now(), attempt: 0 });
    await until(() => !document.querySelector('.gone'));
  });

  test('its warnings are shown in words and can be put away', async () => {
    await mount({ hello: { warnings: ['warning.no-sandbox'] } });
    expect(document.querySelector('.strips')?.textContent).toContain('sandbox');
    await page.getByRole('button', { name: 'Ẩn thông báo' }).click();
    await until(() => !document.querySelector('.strip'));
  });
});

describe('a screen that fails to draw', () => {
  test('says so in words and tells the log', async () => {
    const { core, engine } = await looking({ look: 'live' });
    engine.say(0, { look: 'of another version' as never });
    await until(() => document.body.textContent?.includes('Giao diện gặp lỗi'));
    expect(core.calls('page.log')[0]?.message).toContain('screen: ');
  });
});

describe('hostile text', () => {
  test('markup in names is shown as text and makes no element', async () => {
    const hostile = '<img src=x onerror="window.broken=1">{{name}} $t(product)';
    const cameras = someCameras(4).map((camera) => ({
      ...camera,
      name: hostile,
      siteName: hostile,
      province: hostile,
    }));
    const { tile } = await mount({
      cameras,
      engine: (engine) => {
        engine.look = () => failed({ code: 'net.dns', params: { host: hostile } });
      },
    });
    await until(() => tile(0).textContent?.includes('Không tìm thấy địa chỉ'));
    expect(tile(0).querySelector('.tile-name')?.textContent).toBe(hostile);
    expect(tile(0).querySelector('.tile-cause')?.textContent).toContain(hostile);
    expect(document.querySelector('.app img')).toBeNull();
    expect('broken' in window).toBe(false);
  });

  test('a very long name stays inside its tile', async () => {
    const cameras = someCameras(4).map((camera) => ({ ...camera, name: 'Ủ'.repeat(200) }));
    const { tile } = await mount({ cameras });
    const foot = tile(0).querySelector('.tile-foot');
    expect(foot?.scrollWidth).toBeLessThanOrEqual(tile(0).clientWidth);
    expect(tile(0).querySelector('.tile-mark')?.getBoundingClientRect().right).toBeLessThanOrEqual(
      tile(0).getBoundingClientRect().right,
    );
  });
});
