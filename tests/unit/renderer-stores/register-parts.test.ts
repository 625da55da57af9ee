import { describe, expect, test } from 'vitest';
import { base64Of, bytesOf } from '../../../renderer/stores/imports/base64.ts';
import { dayOf, dayText, today } from '../../../renderer/stores/register/days.ts';
import { edited, isTouched, rebased } from '../../../renderer/stores/register/draft.ts';
import { createPager, emptyPaged, type Paged } from '../../../renderer/stores/register/paged.ts';
import { emptyWall, placeAll } from '../../../renderer/stores/wall-state.ts';

describe('days', () => {
  test.each([
    ['25/06/2021', '2021-06-25'],
    ['5-6-2021', '2021-06-05'],
    [' 01.12.2021 ', '2021-12-01'],
    ['29/02/2024', '2024-02-29'],
    ['', null],
  ])('"%s" is %s', (typed, day) => {
    expect(dayOf(typed)).toBe(day);
  });

  test.each(['29/02/2021', '31/04/2021', '2021-06-25', '6/2021', 'mai', '00/01/2021'])(
    '"%s" is no day',
    (typed) => {
      expect(dayOf(typed)).toBeUndefined();
    },
  );

  test('are shown as dd/MM/yyyy, and today is that of Viet Nam', () => {
    expect(dayText('2021-06-25')).toBe('25/06/2021');
    expect(dayText(null)).toBe('');
    expect(today(Date.UTC(2021, 5, 30, 17, 0))).toBe('2021-07-01');
    expect(today(Date.UTC(2021, 5, 30, 16, 59))).toBe('2021-06-30');
  });
});

describe('drafts', () => {
  const base = { name: 'a', notes: '', points: [{ phone: '1' }] };

  test('typing the old value again is no change', () => {
    const draft = edited(edited({ base, mine: {} }, 'name', 'b'), 'name', 'a');
    expect(isTouched(draft)).toBe(false);
    expect(isTouched(edited(draft, 'points', [{ phone: '1' }]))).toBe(false);
  });

  test('laid over a newer row only what both changed in two ways clashes', () => {
    const mine = { name: 'mine', notes: 'mine' };
    const theirs = { ...base, name: 'theirs', points: [] };
    const { draft, clashes } = rebased({ base, mine }, theirs);
    expect(draft).toEqual({ base: theirs, mine });
    expect(clashes).toEqual([{ field: 'name', mine: 'mine', theirs: 'theirs' }]);
  });

  test('who changed the same in the same way has nothing left to save', () => {
    const { draft, clashes } = rebased({ base, mine: { name: 'x' } }, { ...base, name: 'x' });
    expect(isTouched(draft)).toBe(false);
    expect(clashes).toEqual([]);
  });
});

describe('several cameras onto the wall', () => {
  const wall = { ...emptyWall(0), layout: '4' as const, tiles: ['a', null, 'c'] };

  test('dropped: only the camera under the pointer gives way, the others take empty tiles', () => {
    const after = placeAll(wall, ['x', 'y', 'z'], 0);
    expect(after.tiles).toEqual(['x', 'y', 'c', 'z']);
    expect(after.selected).toBe(0);
  });

  test('by button: nobody gives way, and who is there already stays', () => {
    expect(placeAll(wall, ['c', 'x', 'y', 'z'], null).tiles).toEqual(['a', 'x', 'c', 'y', 'z']);
    expect(placeAll(wall, [], null)).toBe(wall);
    expect(placeAll(wall, ['x', 'y', 'z'], null).layout).toBe(wall.layout);
    // With the wall to itself a group is seen whole.
    const small = { ...emptyWall(0), layout: '1' as const, tiles: ['x'] };
    expect(placeAll(small, ['x', 'y', 'z'], null).layout).toBe('4');
    expect(placeAll({ ...small, layout: '16' }, ['x', 'y'], null).layout).toBe('16');
  });
});

describe('pages of a long table', () => {
  test('each is asked for once, and an answer for an older table is dropped', async () => {
    let paged: Paged<number> = emptyPaged;
    const pager = createPager<number>(
      () => paged,
      (next) => {
        paged = next;
      },
    );
    const asked: number[] = [];
    const first = Promise.withResolvers<{ total: number; rows: number[] }>();
    pager.restart(() => first.promise);
    pager.restart(async (offset, limit) => {
      asked.push(offset);
      return { total: 1000, rows: Array.from({ length: limit }, (_, index) => offset + index) };
    });
    first.resolve({ total: 7, rows: [7] });
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(paged.total).toBe(1000);
    pager.look(390, 410);
    pager.look(391, 411);
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked).toEqual([0, 200, 400]);
    expect(paged.pages.get(2)?.[0]).toBe(400);
  });
});

test('bytes survive base64, also more than fit an argument list', () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 256);
  expect(bytesOf(base64Of(bytes))).toEqual(bytes);
});
