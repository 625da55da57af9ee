import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Mask } from '../../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { fakeOperatorState, someCameras } from '../fakes.ts';
import { type Mounted, type MountOptions, mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const cameras = someCameras(4);
const first = cameras[0]!.id;
/** The right half of the picture, without its lowest tenth. */
const half: Mask = {
  id: 'm1',
  note: 'cửa sổ nhà dân',
  points: [
    { x: 0.5, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 0.9 },
    { x: 0.5, y: 0.9 },
  ],
};

/** A white picture of the given size, fitted as a video is. */
function whitePicture(width: number, height: number): HTMLElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height, className: 'tile-picture' });
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;object-fit:contain';
  return canvas;
}

const show = (options: MountOptions & { masks?: Mask[]; picture?: [number, number] } = {}) =>
  mount({
    cameras,
    saved: { layout: '4' },
    ...options,
    engine: (engine) => {
      engine.draw = () => whitePicture(...(options.picture ?? [640, 480]));
    },
    prepare: (core) => {
      core.answer('privacy.masks', () =>
        options.masks ? [{ cameraId: first, masks: options.masks }] : [],
      );
      options.prepare?.(core);
    },
  });

const covers = (mounted: Mounted, tile = 0) => mounted.tile(tile).querySelector('.picture-masks');
const polygon = (mounted: Mounted) => mounted.tile(0).querySelector('.picture-masks polygon');

/** Brightness of what is really on the screen, 0 … 255. */
async function brightness(x: number, y: number): Promise<number> {
  const base64 = await page.screenshot({ save: false });
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext('2d')!;
  pen.drawImage(image, 0, 0);
  const scale = image.width / innerWidth;
  const [red = 0, green = 0, blue = 0] = pen.getImageData(x * scale, y * scale, 1, 1).data;
  return (red + green + blue) / 3;
}

/** Where a place of a 4:3 picture is on the screen: whole, in the middle of its tile. */
function onScreen(mounted: Mounted, x: number, y: number) {
  const rect = mounted.tile(0).getBoundingClientRect();
  const width = Math.min(rect.width, (rect.height * 4) / 3);
  const height = (width * 3) / 4;
  return {
    x: rect.x + (rect.width - width) / 2 + x * width,
    y: rect.y + (rect.height - height) / 2 + y * height,
  };
}

function expectFit(mounted: Mounted) {
  const drawn = polygon(mounted)!.getBoundingClientRect();
  const from = onScreen(mounted, 0.5, 0);
  const to = onScreen(mounted, 1, 0.9);
  for (const [is, due] of [
    [drawn.left, from.x],
    [drawn.top, from.y],
    [drawn.right, to.x],
    [drawn.bottom, to.y],
  ] as const) {
    expect(Math.abs(is - due)).toBeLessThan(1.5);
  }
}

test('a mask lies on the picture, not on its bars, on the wall and in full view', async () => {
  const mounted = await show({ masks: [half] });
  await until(() => polygon(mounted));
  expectFit(mounted);
  mounted.commands.toggleFull(0);
  await until(() => mounted.tile(0).dataset['full']);
  await until(() => mounted.tile(0).getBoundingClientRect().width > 800);
  expectFit(mounted);
  const [shown, hidden] = [onScreen(mounted, 0.25, 0.3), onScreen(mounted, 0.75, 0.3)];
  expect(await brightness(shown.x, shown.y)).toBeGreaterThan(250);
  expect(await brightness(hidden.x, hidden.y)).toBe(0);
  // Below everything that is said of the picture.
  const parts = [...mounted.tile(0).children].map((child) => child.className);
  expect(parts.indexOf('picture-masks')).toBe(parts.indexOf('tile-screen') + 1);
  expect(parts.indexOf('tile-foot')).toBeGreaterThan(parts.indexOf('picture-masks'));
});

test('masks that were drawn at another screen are there at once', async () => {
  const mounted = await show();
  await until(() => mounted.privacy.getState().masks);
  expect(covers(mounted)).toBeNull();
  mounted.core.answer('privacy.masks', () => [{ cameraId: first, masks: [half] }]);
  mounted.core.emit('privacy.changed', { cameraIds: [first] });
  await until(() => polygon(mounted));
  expect(covers(mounted, 1)).toBeNull();
});

test('while nobody knows the masks, or where the picture is, all of it is covered', async () => {
  const unknown = await show({
    prepare: (core) => core.failing.set('privacy.masks', new Fault('store.failed')),
  });
  const tiles = unknown.tiles().map((tile) => tile.querySelector('.picture-masks[data-all]'));
  expect(tiles.every(Boolean)).toBe(true);
  const { x, y } = onScreen(unknown, 0.5, 0.5);
  expect(await brightness(x, y)).toBe(0);
  // It asks again by itself.
  unknown.core.failing.delete('privacy.masks');
  await until(() => covers(unknown) === null);

  const noSize = await show({ masks: [half], picture: [0, 0] });
  await until(() => covers(noSize));
  expect(covers(noSize)?.hasAttribute('data-all')).toBe(true);
  noSize.tile(0).querySelector('.tile-screen')!.append(whitePicture(640, 480));
  await until(() => polygon(noSize));
  expect(covers(noSize)?.hasAttribute('data-all')).toBe(false);
});

test('two pictures of another shape, while one takes over, are both covered', async () => {
  const mounted = await show({ masks: [half] });
  await until(() => polygon(mounted));
  mounted.tile(0).querySelector('.tile-screen')!.append(whitePicture(1920, 1080));
  await until(() => mounted.tile(0).querySelectorAll('.picture-masks svg').length === 2);
});

const editor = () => document.querySelector<HTMLElement>('.mask-editor');
const panel = () => document.querySelector('.mask-panel')?.textContent ?? '';

async function openEditor(mounted: Mounted) {
  mounted.commands.select(0);
  await page.getByRole('button', { name: 'Thao tác với ô này' }).click();
  await page.getByRole('menuitem', { name: 'Vùng che riêng tư…' }).click();
}

/** With the real pointer, in places of the picture. */
async function draw(from: readonly [number, number], to: readonly [number, number]) {
  const svg = document.querySelector<SVGSVGElement>('.mask-sheet svg')!;
  const at = ([x, y]: readonly [number, number]) => {
    const point = new DOMPoint(x * svg.viewBox.baseVal.width, y * svg.viewBox.baseVal.height);
    return point.matrixTransform(svg.getScreenCTM()!);
  };
  const send = (kind: string, place: readonly [number, number], target: Element = svg) => {
    const { x, y } = at(place);
    target.dispatchEvent(
      new PointerEvent(kind, {
        ...{ bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', isPrimary: true },
        ...{ clientX: x, clientY: y, button: 0, buttons: kind === 'pointerup' ? 0 : 1 },
      }),
    );
  };
  svg.setPointerCapture = () => {};
  const under = document.elementFromPoint(at(from).x, at(from).y) ?? svg;
  send('pointerdown', from, under);
  await new Promise(requestAnimationFrame);
  send('pointermove', to);
  await new Promise(requestAnimationFrame);
  send('pointerup', to);
  await new Promise(requestAnimationFrame);
}

test('a rectangle is drawn on the live picture, moved, undone, noted and saved', async () => {
  const mounted = await show();
  await openEditor(mounted);
  await until(editor);
  await until(() => document.activeElement?.closest('.mask-editor'));
  await until(
    () => document.querySelector('.mask-sheet svg')?.getAttribute('viewBox') === '0 0 640 480',
  );
  await draw([0.1, 0.1], [0.4, 0.5]);
  await until(() => panel().includes('Vùng 1 · 4 đỉnh'));
  // Then it is selected, and can be dragged as a whole.
  await draw([0.2, 0.2], [0.3, 0.2]);
  const points = () => mounted.privacy.getState().editing?.draft.masks[0]?.points ?? [];
  await until(() => Math.abs((points()[0]?.x ?? 0) - 0.2) < 0.01);
  await userEvent.keyboard('{Control>}z{/Control}');
  await until(() => Math.abs((points()[0]?.x ?? 0) - 0.1) < 0.01);
  await userEvent.fill(page.getByLabelText('Ghi chú của vùng 1'), 'cửa sổ');
  await page.getByRole('button', { name: 'Lưu vùng che' }).click();
  await until(() => !editor());
  const [saved] = mounted.core.calls('privacy.saveMasks');
  expect(saved).toMatchObject({ cameraId: first, masks: [{ note: 'cửa sổ' }] });
  const [left, right] = [saved!.masks[0]!.points[0]!, saved!.masks[0]!.points[2]!];
  for (const [is, due] of [
    [left.x, 0.1],
    [left.y, 0.1],
    [right.x, 0.4],
    [right.y, 0.5],
  ] as const) {
    expect(Math.abs(is - due)).toBeLessThan(0.01);
  }
  // It hides at once, and the wall is as it was before.
  expect(polygon(mounted)).not.toBeNull();
  expect(mounted.tile(0).dataset['full']).toBeUndefined();
});

test('a polygon of four corners is closed by pressing the first one again', async () => {
  const mounted = await show();
  await openEditor(mounted);
  await until(editor);
  await until(
    () => document.querySelector('.mask-sheet svg')?.getAttribute('viewBox') === '0 0 640 480',
  );
  await userEvent.keyboard('g');
  for (const corner of [
    [0.2, 0.2],
    [0.6, 0.2],
    [0.7, 0.6],
    [0.3, 0.7],
    [0.2, 0.2],
  ] as const) {
    await draw(corner, corner);
  }
  await until(() => panel().includes('Vùng 1 · 4 đỉnh'));
});

test('everything can be done by keyboard alone, and nothing is dropped unasked', async () => {
  const mounted = await show({ masks: [half] });
  await until(() => polygon(mounted));
  await openEditor(mounted);
  await until(() => document.activeElement?.closest('.mask-editor'));
  // What is masked can be seen through only while it is drawn.
  expect(covers(mounted)).toBeNull();
  await userEvent.keyboard('n');
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  await userEvent.keyboard('{Shift>}{ArrowUp}{/Shift}');
  const last = () => mounted.privacy.getState().editing?.draft.masks.at(-1)?.points ?? [];
  await until(() => Math.abs((last()[0]?.y ?? 0) - 0.35) < 1e-9);
  expect(last()[0]?.x).toBeCloseTo(0.41);
  await userEvent.keyboard('.');
  await userEvent.keyboard('{Delete}');
  await until(() => last().length === 3);
  await userEvent.keyboard('{Escape}');
  await until(() => panel().includes('chưa được lưu'));
  await page.getByRole('button', { name: 'Vẽ tiếp' }).click();
  await until(() => !panel().includes('chưa được lưu'));
  editor()?.focus();
  mounted.core.failing.set('privacy.saveMasks', new Fault('store.failed'));
  await userEvent.keyboard('{Control>}s{/Control}');
  await until(() => panel().includes('store.failed'));
  expect(last()).toHaveLength(3);
  await page.getByRole('button', { name: 'Đóng' }).click();
  await page.getByRole('button', { name: 'Bỏ, không lưu' }).click();
  await until(() => !editor());
  await until(() => polygon(mounted));
  expect(mounted.shown()).toEqual(cameras.map(({ id }) => id));
});

test('who may not change settings draws no masks', async () => {
  const rights = fakeOperatorState.rights.filter((right) => right !== 'settings.change');
  const mounted = await show({
    prepare: (core) => core.answer('operators.me', () => ({ ...fakeOperatorState, rights })),
  });
  await openEditor(mounted);
  await until(() => mounted.session.getState().trouble?.code === 'access.denied');
  expect(editor()).toBeNull();
});

test('the mark names operator, workstation and minute over each picture, as faint as it is set', async () => {
  const mounted = await show({
    prepare: (core) =>
      core.answer('privacy.mark', () => ({ onScreen: true, onSnapshots: false, opacity: 0.3 })),
  });
  await until(() => mounted.tiles().every((tile) => tile.querySelector('.screen-mark')));
  const mark = mounted.tile(0).querySelector<HTMLElement>('.screen-mark')!;
  const text = () => mark.textContent?.replaceAll('\u00a0', ' ') ?? '';
  await until(() => text().includes('Nguyễn Thị Lan · Bàn trực 1 · '));
  expect(text()).toMatch(/\d\d:\d\d \d\d\/\d\d\/\d{4}/u);
  expect(getComputedStyle(mark).opacity).toBe('0.3');
  expect(getComputedStyle(mark).pointerEvents).toBe('none');
  const before = text();
  mounted.privacy.setState({ minute: mounted.privacy.getState().minute + 1 });
  await until(() => text() !== before);
  mounted.core.answer('privacy.mark', () => ({
    onScreen: false,
    onSnapshots: false,
    opacity: 0.3,
  }));
  mounted.core.emit('privacy.changed', { cameraIds: null });
  await until(() => !mounted.tile(0).querySelector('.screen-mark'));
});
