import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { someCameras } from './fakes.ts';
import { mount, unmountAll, until } from './mount.tsx';

afterEach(unmountAll);

const rows = () => [...document.querySelectorAll<HTMLElement>('[role="treeitem"]')];
const cameraRows = () => rows().filter((row) => row.dataset['kind'] === 'camera');
const names = () =>
  cameraRows()
    .filter((row) => row.getBoundingClientRect().height > 0)
    .map((row) => row.querySelector('.row-name')?.textContent);
const active = () => document.querySelector<HTMLElement>('[role="treeitem"][data-active]');
const search = () => page.getByRole('searchbox', { name: 'Tìm camera, cơ sở, tỉnh…' });

async function find(text: string) {
  await userEvent.fill(search(), text);
}

describe('search', () => {
  test('"Ha Noi" finds "Hà Nội" and "dong" finds "Đông"', async () => {
    await mount();
    await find('Ha Noi');
    await until(() => document.querySelector('.side-count')?.textContent?.startsWith('Tìm thấy'));
    const sites = () =>
      rows()
        .filter((row) => row.dataset['kind'] === 'site')
        .map((row) => row.querySelector('.row-name')?.textContent);
    expect(sites().every((name) => name?.includes('Hà Nội'))).toBe(true);
    expect(sites().length).toBeGreaterThan(0);
    await find('hanh lang dong giang');
    await until(() => names().length > 0 && names().every((name) => name?.includes('phía đông')));
    await find('khong co dau');
    await until(() =>
      document.querySelector('.side-empty')?.textContent?.includes('Không có camera'),
    );
  });

  test('10,000 cameras: a typed search stays virtualised, and every row in sight is right', async () => {
    await mount({ cameras: someCameras(10_000) });
    expect(document.querySelector('.side-count')?.textContent).toBe('10.000 camera');
    expect(rows().length).toBeLessThan(80);
    search().element().focus();
    await userEvent.keyboard('cong chinh 1');
    await until(() => document.querySelector('.side-count')?.textContent?.includes('trong 10.000'));
    await until(() => names().length > 0 && names().every((name) => name?.includes('Cổng chính')));
    expect(rows().length).toBeLessThan(80);
    const tree = document.querySelector('.tree');
    expect(tree && tree.scrollHeight > 5000).toBe(true);
    tree?.scrollTo({ top: 4000 });
    await until(() => rows().some((row) => (row.getBoundingClientRect().top ?? 0) > 100));
    expect(rows().length).toBeLessThan(80);
  });

  test('Enter in the search puts the first camera found into the selected tile', async () => {
    const { tile, cameras } = await mount({ saved: { layout: '4', tiles: [] } });
    await userEvent.keyboard('{Enter}');
    await until(() => document.activeElement?.id === 'camera-search');
    await userEvent.keyboard('bai xe');
    await userEvent.keyboard('{Enter}');
    await until(() => tile(0).dataset['camera']);
    const camera = cameras.getState().byId.get(tile(0).dataset['camera'] ?? '');
    expect(camera?.name).toContain('Bãi xe');
  });
});

describe('tree', () => {
  test('walks with arrows, folds groups, and Enter fills one empty tile after the other', async () => {
    const { shown } = await mount({ saved: { layout: '4', tiles: [] } });
    await userEvent.click(document.querySelector('.tree') as HTMLElement, {
      position: { x: 5, y: 5 },
    });
    document.querySelector<HTMLElement>('.tree')?.focus();
    await userEvent.keyboard('{Home}');
    await until(() => active()?.dataset['kind'] === 'province');
    const count = rows().length;
    if (active()?.getAttribute('aria-expanded') === 'false')
      await userEvent.keyboard('{ArrowRight}');
    await until(() => active()?.getAttribute('aria-expanded') === 'true');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await until(() => active()?.dataset['kind'] === 'camera');
    const first = active()?.dataset['cameraRow'];
    await userEvent.keyboard('{Enter}{ArrowDown}{Enter}');
    await until(() => shown()[1] !== null);
    expect(shown()[0]).toBe(first);
    await userEvent.keyboard('{ArrowLeft}');
    await until(() => active()?.dataset['kind'] === 'site');
    await userEvent.keyboard('{ArrowLeft}');
    await until(() => active()?.getAttribute('aria-expanded') === 'false');
    expect(count).toBeGreaterThan(0);
  });

  test('names its active row, its levels and its sizes to a screen reader', async () => {
    await mount();
    document.querySelector<HTMLElement>('.tree')?.focus();
    const tree = document.querySelector('.tree');
    const id = tree?.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(id)?.getAttribute('role')).toBe('treeitem');
    const camera = cameraRows()[0];
    expect(camera?.getAttribute('aria-level')).toBe('3');
    expect(camera?.getAttribute('aria-setsize')).toBe('4');
    expect(camera?.getAttribute('aria-posinset')).toBe('1');
  });

  test('End and Home reach both ends of 10,000', async () => {
    await mount({ cameras: someCameras(10_000) });
    document.querySelector<HTMLElement>('.tree')?.focus();
    await userEvent.keyboard('{End}');
    await until(
      () => active()?.getAttribute('aria-posinset') === active()?.getAttribute('aria-setsize'),
    );
    await until(() => (document.querySelector('.tree')?.scrollTop ?? 0) > 100_000);
    await userEvent.keyboard('{Home}');
    await until(() => document.querySelector('.tree')?.scrollTop === 0);
  });

  test('says how each camera is by shape and by word, and which are on the wall', async () => {
    const { core } = await mount({ saved: { layout: '4', tiles: ['camera-0'] } });
    core.emit('streams.state', [
      {
        key: { cameraId: 'camera-0', quality: 'sub' },
        state: { phase: 'refused', since: 0, cause: { code: 'rtsp.unauthorized' } },
      },
    ]);
    const row = () => document.querySelector('[data-camera-row="camera-0"]');
    await find('cong chinh 1');
    await until(() => row()?.querySelector('[data-glyph="refused"]'));
    expect(row()?.textContent).toContain('Bị từ chối');
    expect(row()?.textContent).toContain('Đang ở trên tường');
  });

  test('double click puts a camera into the selected tile', async () => {
    const { tile } = await mount({ saved: { layout: '4', tiles: [] } });
    const row = cameraRows()[0];
    await userEvent.dblClick(row as HTMLElement);
    await until(() => tile(0).dataset['camera'] === row?.dataset['cameraRow']);
  });

  test('L hides the list, and the wall takes its room', async () => {
    await mount();
    const wide = () => document.querySelector('.wall')?.getBoundingClientRect().width;
    const before = wide() ?? 0;
    await userEvent.keyboard('l');
    await until(() => !document.querySelector('.side'));
    await until(() => (wide() ?? 0) > before);
  });
});
