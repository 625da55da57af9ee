import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount, unmountAll, until } from './mount.tsx';

afterEach(unmountAll);

test('a camera of the list is dragged into a tile', async () => {
  const { tile, wall } = await mount({ saved: { layout: '4', tiles: [] } });
  const row = document.querySelector<HTMLElement>('[data-camera-row]');
  await userEvent.dragAndDrop(row as HTMLElement, tile(2));
  await until(() => tile(2).dataset['camera'] === row?.dataset['cameraRow']);
  expect(wall.getState().wall.selected).toBe(2);
  expect(tile(2).dataset['over']).toBeUndefined();
});

test('dragging a tile onto another exchanges them, and undo brings both back', async () => {
  const { tile, shown } = await mount({ saved: { layout: '4' } });
  const [a, , , d] = shown();
  await userEvent.dragAndDrop(tile(0), tile(3));
  await until(() => tile(3).dataset['camera'] === a);
  expect(tile(0).dataset['camera']).toBe(d);
  await userEvent.keyboard('{Control>}z{/Control}');
  await until(() => tile(0).dataset['camera'] === a);
});

test('a tile dragged onto an empty one leaves its place empty', async () => {
  const { tile } = await mount({ saved: { layout: '4', tiles: ['camera-1'] } });
  await userEvent.dragAndDrop(tile(0), tile(1));
  await until(() => tile(1).dataset['camera'] === 'camera-1');
  expect(tile(0).dataset['look']).toBe('empty');
});

test('in wall mode nothing can be dragged by accident', async () => {
  const { tile } = await mount({ saved: { layout: '4', wallMode: true } });
  expect(tile(0).draggable).toBe(false);
});
