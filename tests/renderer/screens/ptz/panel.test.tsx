import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { dockParts } from '../../../../renderer/stores/ptz/ptz-store.ts';
import { ptzLacks } from '../../../../src/contract/ptz-schemas.ts';
import { Fault } from '../../../../src/std/fault.ts';
import { unmountAll, until } from '../mount.tsx';
import { FakeJoystick } from './fake-joystick.ts';
import {
  figures,
  lease,
  type MountedPtz,
  mine,
  mountPtz,
  ptzState,
  ptzView,
  steering,
} from './fake-ptz.ts';
import { middleOf, pointer } from './real-pointer.ts';

beforeEach(() => localStorage.clear());
afterEach(unmountAll);

const dock = () => document.querySelector<HTMLElement>('.dock');
const alarm = () => document.querySelector<HTMLElement>('.ptz-alarm');

describe('presets', () => {
  test('are saved here, renamed, moved, and removed after a question', async () => {
    const { core } = await steering();
    const presets = [{ token: 'gate', name: 'Cổng chính' }];
    core.answer('ptz.savePreset', ({ token, name }) => ({
      token: token ?? 'new',
      presets: [...presets, { token: token ?? 'new', name }],
    }));
    core.answer('ptz.removePreset', () => ({ presets }));
    await userEvent.fill(page.getByLabelText('Tên vị trí'), 'Góc khuất');
    await page.getByRole('button', { name: 'Lưu chỗ này' }).click();
    await until(() => dock()?.textContent?.includes('Góc khuất'));
    expect(core.calls('ptz.savePreset')).toEqual([
      { cameraId: 'camera-0', token: null, name: 'Góc khuất', here: true },
    ]);
    await page.getByRole('button', { name: 'Đổi tên “Góc khuất”' }).click();
    await userEvent.fill(page.getByLabelText('Tên vị trí').first(), 'Góc sáng');
    await page.getByRole('button', { name: 'Đổi tên', exact: true }).click();
    await until(() => core.calls('ptz.savePreset').length === 2);
    expect(core.calls('ptz.savePreset')[1]).toMatchObject({ name: 'Góc sáng', here: false });
    await page.getByRole('button', { name: 'Xoá “Cổng chính”' }).click();
    expect(core.calls('ptz.removePreset')).toEqual([]);
    await page.getByRole('button', { name: 'Thôi', exact: true }).click();
    await page.getByRole('button', { name: 'Xoá “Góc sáng”' }).click();
    await page.getByRole('button', { name: 'Xoá', exact: true }).click();
    await until(() => !dock()?.textContent?.includes('Góc sáng'));
    expect(core.calls('ptz.removePreset')[0]).toMatchObject({ token: 'new' });
  });

  test('what fails is said with its cause', async () => {
    const { core } = await steering();
    core.failing.set('ptz.goto', new Fault('onvif.fault', '', { reason: 'No such preset' }));
    await page
      .getByRole('button', { name: /Hành lang tầng 2/u })
      .first()
      .click();
    await until(() => dock()?.querySelector('.note-code')?.textContent === 'onvif.fault');
  });
});

describe('patrols', () => {
  test('start and end, and are made of presets with seconds', async () => {
    const mounted = await steering();
    const { core, ptz } = mounted;
    ptz.change({ part: 'patrols' });
    await page.getByRole('button', { name: 'Bắt đầu' }).click();
    await until(() => core.calls('ptz.patrol').length === 1);
    const patrol = { id: 'night', name: 'Vòng ban đêm', where: 'own', state: 'running' } as const;
    mounted.say({ patrol: { ...patrol, spot: 1 }, moving: 'patrol' });
    await until(() => dock()?.textContent?.includes('điểm 2'));
    await page.getByRole('button', { name: 'Ngừng' }).click();
    await until(() => core.calls('ptz.patrol').length === 2);
    expect(core.calls('ptz.patrol').map(({ act }) => act)).toEqual(['start', 'stop']);
    core.answer('ptz.savePatrol', ({ name, where, spots }) => ({
      id: 'day',
      patrols: [{ id: 'day', name, where, spots }],
    }));
    await page.getByRole('button', { name: 'Lập tuyến mới…' }).click();
    await userEvent.fill(page.getByLabelText('Tên tuyến'), 'Vòng ngày');
    await userEvent.fill(page.getByLabelText('Số giây đứng ở điểm 1'), '45');
    await userEvent.selectOptions(page.getByLabelText('Vị trí của điểm 2'), 'Bãi xe');
    await page.getByRole('button', { name: 'Bỏ điểm 3' }).click();
    await page.getByRole('button', { name: 'Lưu tuyến' }).click();
    await until(() => dock()?.textContent?.includes('Vòng ngày'));
    expect(core.calls('ptz.savePatrol')[0]).toMatchObject({
      id: null,
      name: 'Vòng ngày',
      spots: [
        { preset: 'gate', staySeconds: 45 },
        { preset: 'p4', staySeconds: 15 },
      ],
    });
  });
});

describe('lens and what hangs on the camera', () => {
  test('focus is driven while its button is held', async () => {
    const { ptz, told } = await steering();
    ptz.change({ part: 'lens' });
    await until(() => page.getByRole('button', { name: 'Nét gần (giữ)' }).query());
    const near = page.getByRole('button', { name: 'Nét gần (giữ)' }).element();
    near.scrollIntoView();
    await pointer.press(middleOf(near));
    await until(() => told.includes('renew'));
    expect(told[0]).toBe('focus near');
    await pointer.release(middleOf(near));
    await until(() => told.at(-1) === 'focus stop');
    await until(() => ptz.hand.getState().phase === 'rest');
  });

  test('auxiliaries of ONVIF have names, others stay as the device writes them', async () => {
    const { core, ptz } = await steering();
    ptz.change({ part: 'lens' });
    await page.getByRole('button', { name: 'Gạt nước: bật' }).click();
    await until(() => core.calls('ptz.auxiliary').length === 1);
    expect(core.calls('ptz.auxiliary')[0]).toMatchObject({ command: 'tt:Wiper|On' });
    expect(page.getByRole('button', { name: 'Vendor thing' }).query()).not.toBeNull();
  });

  test('everything a camera lacks is said in words, in both languages', async () => {
    const { ptz, commands } = await steering({ view: { lacks: [...ptzLacks], auxiliaries: [] } });
    for (const words of ['Camera không hỗ trợ', 'The camera does not support']) {
      let said = '';
      for (const part of dockParts) {
        ptz.change({ part });
        await new Promise((resolve) => setTimeout(resolve, 60));
        said += dock()?.innerText ?? '';
      }
      expect(said.split(words).length).toBeGreaterThan(10);
      expect(said).not.toMatch(/lack\.|\{\{/u);
      commands.toggleLanguage();
      await until(() => dock()?.querySelector('h2')?.textContent === 'PTZ control');
    }
  });

  test('the idle return is set', async () => {
    const { core, ptz, cameraId } = await steering();
    core.answer('ptz.settings', ({ settings }) => ptzView(cameraId, { settings }));
    ptz.change({ part: 'more' });
    await userEvent.selectOptions(page.getByLabelText('Camera quay về'), 'Vị trí “Bãi xe”');
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await until(() => core.calls('ptz.settings').length === 1);
    expect(core.calls('ptz.settings')[0]?.settings.idleReturn).toEqual({
      to: 'preset',
      preset: 'p4',
      minutes: 5,
    });
  });
});

describe('the angle of view', () => {
  test('is set by a person, one figure or both, and nothing that no lens has', async () => {
    const { core } = await steering();
    core.answer('ptz.settings', ({ cameraId, settings }) => ptzView(cameraId, { settings }));
    await page.getByRole('button', { name: 'Khác', exact: true }).click();
    const save = page.getByRole('button', { name: 'Lưu góc nhìn' });
    await expect.element(save).toBeDisabled();
    await userEvent.fill(page.getByLabelText('Góc ngang khi thu nhỏ hết'), '400');
    await expect.element(save).toBeDisabled();
    await userEvent.fill(page.getByLabelText('Góc ngang khi thu nhỏ hết'), '58,5');
    await userEvent.fill(page.getByLabelText('Zoom quang lớn nhất'), '30');
    await save.click();
    await until(() => core.calls('ptz.settings').length === 1);
    expect(core.calls('ptz.settings')[0]).toMatchObject({
      settings: { wideDegrees: 58.5, zoomFactor: 30, idleReturn: { to: 'home', minutes: 5 } },
    });
  });
});

describe('the hold', () => {
  test('is shown with who, priority, reason, and a countdown that runs', async () => {
    const mounted = await steering();
    mounted.say({ lease: lease({ ...mine, priority: 700, until: Date.now() + 90_000 }) });
    await until(() => dock()?.textContent?.includes('ưu tiên 700'));
    const left = () => dock()?.querySelector('.lease-left')?.textContent;
    const first = left();
    expect(first).toMatch(/^1:[23]\d$/u);
    await until(() => left() !== first);
    await page.getByRole('button', { name: 'Trả quyền' }).click();
    await until(() => mounted.core.calls('ptz.release').length === 1);
  });

  test('of somebody else blocks the hand, and is taken only after a question', async () => {
    const mounted = await steering();
    mounted.say({ lease: lease({ reason: 'Theo dõi cổng' }) });
    await until(() => dock()?.textContent?.includes('Theo dõi cổng'));
    await userEvent.keyboard('{ArrowRight}');
    expect(mounted.told).toEqual([]);
    await until(() => document.querySelector('.ptz-nudge[data-shown]'));
    await page.getByRole('button', { name: 'Giành quyền…' }).first().click();
    await userEvent.fill(page.getByLabelText(/Lý do/u), 'Có người trèo rào');
    expect(mounted.core.calls('ptz.take')).toEqual([]);
    mounted.core.answer('ptz.take', () => lease(mine));
    await page.getByRole('button', { name: 'Giành quyền', exact: true }).click();
    await until(() => mounted.core.calls('ptz.take').length === 1);
    expect(mounted.core.calls('ptz.take')[0]).toEqual({
      cameraId: 'camera-0',
      priority: null,
      reason: 'Có người trèo rào',
    });
  });

  test('is taken with a priority of one’s own, and with none that does not exist', async () => {
    const mounted = await steering();
    mounted.say({ lease: lease({ priority: 500 }) });
    await page.getByRole('button', { name: 'Giành quyền…' }).first().click();
    const submit = page.getByRole('button', { name: 'Giành quyền', exact: true });
    for (const wrong of ['0', '32001', 'cao', '1,5']) {
      await userEvent.fill(page.getByLabelText('Mức ưu tiên'), wrong);
      await expect.element(submit).toBeDisabled();
    }
    await userEvent.fill(page.getByLabelText('Mức ưu tiên'), '12000');
    mounted.core.answer('ptz.take', () => lease(mine));
    await submit.click();
    await until(() => mounted.core.calls('ptz.take').length === 1);
    expect(mounted.core.calls('ptz.take')[0]).toMatchObject({ priority: 12_000, reason: '' });
  });

  test('refused because somebody higher has it: who and until when stand there', async () => {
    const mounted = await steering();
    mounted.core.failing.set('ptz.take', new Fault('ptz.held', '', { holder: 'Lê Minh Trực' }));
    const until1 = Date.now() + 300_000;
    mounted.say({ lease: lease({ priority: 900, until: until1 }) });
    await page.getByRole('button', { name: 'Giành quyền…' }).first().click();
    await page.getByRole('button', { name: 'Giành quyền', exact: true }).click();
    await until(() => dock()?.querySelector('.note-code')?.textContent === 'ptz.held');
    expect(dock()?.textContent).toContain('Lê Minh Trực');
    expect(dock()?.textContent).toContain('900');
    expect(dock()?.querySelector('.lease-left')?.textContent).toMatch(/^[45]:\d\d$/u);
  });

  test('lost to somebody is told to who lost it, until it is put away', async () => {
    const mounted = await steering();
    mounted.say({
      lease: lease(),
      notice: { id: 4, code: 'taken-over', by: 'Lê Minh Trực', at: Date.now() },
    });
    await until(() => document.querySelector('.dock-notice[role="alert"]'));
    expect(document.querySelector('.dock-notice')?.textContent).toContain('Lê Minh Trực đã giành');
    await page.getByRole('button', { name: 'Ẩn thông báo' }).click();
    await until(() => !document.querySelector('.dock-notice'));
  });

  test('a patrol gives way without a question', async () => {
    const mounted = await steering();
    mounted.say({ lease: lease({ priority: 0 }) });
    await userEvent.keyboard('{ArrowRight>}');
    await until(() => mounted.told.some((call) => call.startsWith('move')));
    await userEvent.keyboard('{/ArrowRight}');
  });
});

describe('a camera that may still be moving', () => {
  const running = { alarm: { code: 'ptz.may-be-moving' }, alarmSince: 1_624_600_000_000 } as const;

  test('is loud on its tile though nobody steers it, and says what to do', async () => {
    const mounted = await mountPtz();
    mounted.say(running);
    await until(alarm);
    expect(alarm()?.closest('[data-tile]')).toBe(mounted.tile(0));
    expect(alarm()?.getAttribute('aria-live')).toBe('assertive');
    expect(alarm()?.innerText).toContain('CAMERA CÓ THỂ VẪN ĐANG QUAY');
    expect(alarm()?.innerText).toContain('Làm gì');
    await page.getByRole('button', { name: 'Dừng lại lần nữa' }).click();
    await until(() => mounted.told.includes('stop'));
    // The stop alone quiets nothing.
    expect(alarm()).not.toBeNull();
    await page.getByRole('button', { name: 'Đã biết' }).click();
    await until(() => mounted.core.calls('ptz.acknowledge').length === 1);
    expect(mounted.core.calls('ptz.acknowledge')[0]).toEqual({
      cameraId: 'camera-0',
      since: running.alarmSince,
    });
    mounted.say({ alarm: null, alarmSince: null });
    await until(() => !alarm());
  });

  test('is silenced from its tile, and its words stay', async () => {
    const mounted = await mountPtz();
    mounted.say(running);
    await until(alarm);
    await page.getByRole('button', { name: 'Tắt tiếng' }).click();
    expect(mounted.ptz.getState().muted).toBe(true);
    expect(alarm()?.innerText).toContain('CAMERA CÓ THỂ VẪN ĐANG QUAY');
    await page.getByRole('button', { name: 'Bật tiếng' }).click();
    expect(mounted.ptz.getState().muted).toBe(false);
  });

  test('is there after the page was loaded anew', async () => {
    await mountPtz({
      prepare: (core) => core.answer('ptz.states', () => [ptzState('camera-0', running)]),
    });
    await until(alarm);
  });

  test('on another page of the wall is told above the pictures, and found from there', async () => {
    const mounted = await mountPtz();
    mounted.commands.turnPage(1);
    mounted.say(running);
    await until(() => document.querySelector('.ptz-elsewhere'));
    await page.getByRole('button', { name: /^Cổng chính/u }).click();
    await until(() => mounted.wall.getState().wall.page === 0);
    await until(() => alarm() && !document.querySelector('.ptz-elsewhere'));
  });

  test('keeps its words in the smallest tile', async () => {
    const mounted = await mountPtz({ saved: { layout: '64' }, size: [1366, 768] });
    mounted.say(running);
    await until(alarm);
    const tile = mounted.tile(0).getBoundingClientRect();
    const title = alarm()?.querySelector('.ptz-alarm-title')?.getBoundingClientRect();
    expect(title?.right).toBeLessThanOrEqual(tile.right);
    expect(title?.height).toBeGreaterThan(10);
  });
});

describe('without a live picture', () => {
  test('nothing moves until somebody says so, and a press into the old picture means nothing', async () => {
    const mounted = await steering({
      engine: (engine) => engine.figures.setState({ tiles: new Map([[0, figures]]) }),
    });
    mounted.engine.say(0, { look: 'stale', ageMs: 9000, cause: { code: 'media.stalled' } });
    await until(() => dock()?.textContent?.includes('quay lúc này là quay mù'));
    await userEvent.keyboard('{ArrowRight>}{/ArrowRight}1h');
    expect(mounted.told).toEqual([]);
    expect(mounted.core.calls('ptz.goto')).toEqual([]);
    expect(mounted.core.calls('ptz.home')).toEqual([]);
    await page.getByRole('button', { name: 'Vẫn điều khiển' }).first().click();
    await userEvent.keyboard('{ArrowRight>}');
    await until(() => mounted.told.some((call) => call.startsWith('move')));
    await userEvent.keyboard('{/ArrowRight}');
    await until(() => mounted.told.at(-1) === 'stop');
    const surface = document.querySelector('.ptz-surface') as HTMLElement;
    await pointer.press(middleOf(surface));
    await pointer.release(middleOf(surface));
    expect(mounted.core.calls('ptz.point')).toEqual([]);
    // It never looks live, and the next loss asks anew.
    expect(mounted.tile(0).dataset['look']).toBe('stale');
    mounted.engine.say(0, { look: 'live', ageMs: null, cause: null });
    mounted.engine.say(0, { look: 'stale', ageMs: 1000 });
    expect(mounted.ptz.blocked()).toBe('blind');
  });

  test('Stop is never blocked', async () => {
    const mounted = await steering();
    mounted.engine.say(0, { look: 'failed' });
    (document.querySelector('.dock-stop') as HTMLElement).click();
    await until(() => mounted.told.includes('stop'));
  });

  test('no time from hand to eye is shown', async () => {
    const mounted = await steering();
    mounted.say({ commandMs: 31 });
    mounted.ptz.change({ motionMs: 420 });
    const shown = (what: string) => dock()?.querySelector(`[data-latency="${what}"]`)?.textContent;
    await until(() => shown('motion') === '420 ms');
    expect(shown('command')).toBe('31 ms');
    mounted.engine.say(0, { look: 'stale', ageMs: 3000 });
    await until(() => shown('motion') === '—');
  });
});

describe('who may', () => {
  const offered = (mounted: MountedPtz) => mounted.tile(0).querySelector('[title*="(P)"]') !== null;

  test('the button is there for a camera that turns, not for one that does not', async () => {
    const mounted = await mountPtz();
    await until(() => offered(mounted));
    mounted.commands.select(1);
    await until(() => mounted.tile(1).querySelector('.tile-menu-button'));
    expect(mounted.tile(1).querySelector('[title*="(P)"]')).toBeNull();
    mounted.commands.togglePtz(1);
    expect(mounted.ptz.getState().mode).toBeNull();
  });

  test('a camera of which nobody asked yet is offered in the menu, and by a button once it turned', async () => {
    const mounted = await mountPtz({ camera: { ptz: null } });
    expect(offered(mounted)).toBe(false);
    await page.getByRole('button', { name: 'Thao tác với ô này' }).click();
    await page.getByRole('menuitem', { name: /Điều khiển PTZ/u }).click();
    await until(() => mounted.ptz.getState().mode?.phase === 'ready');
    mounted.ptz.leave();
    await until(() => offered(mounted));
    mounted.commands.toggleFull(0);
    await until(() => mounted.ptz.getState().mode?.auto);
  });

  test('an operator without the right is not offered it', async () => {
    const mounted = await mountPtz();
    await until(() => offered(mounted));
    const { state } = mounted.operators.getState();
    if (state) mounted.operators.setState({ state: { ...state, rights: ['audit.read'] } });
    await until(() => !offered(mounted));
  });

  test('nobody signed in: what is missing is said, with the way to it', async () => {
    const mounted = await mountPtz();
    mounted.core.failing.set('ptz.open', new Fault('operator.needed'));
    const { state } = mounted.operators.getState();
    if (!state) throw new Error('no operators');
    const nobody = { ...state, session: null, rights: [] };
    mounted.core.answer('operators.me', () => nobody);
    mounted.core.emit('operators.changed', nobody);
    mounted.commands.togglePtz(0);
    // Asked at once; who puts it off finds it again in the panel.
    await until(() => mounted.operators.getState().asking !== null);
    mounted.operators.putOff();
    await page.getByRole('button', { name: 'Đăng nhập…' }).first().click();
    await until(() => mounted.operators.getState().asking !== null);
    mounted.core.failing.clear();
    mounted.core.answer('operators.me', () => state);
    mounted.core.emit('operators.changed', state);
    await until(() => mounted.ptz.getState().mode?.phase === 'ready');
  });

  test('a camera that does not turn after all says so', async () => {
    const mounted = await mountPtz({ camera: { ptz: null } });
    mounted.core.failing.set('ptz.open', new Fault('ptz.not-steerable'));
    mounted.commands.togglePtz(0);
    await until(() => dock()?.textContent?.includes('Camera này không điều khiển được'));
  });
});

describe('for every eye and hand', () => {
  test('every control has a name, and fingers find it', async () => {
    const joystick = new FakeJoystick();
    const { ptz } = await steering();
    for (const part of dockParts) {
      ptz.change({ part });
      await until(() => dock()?.querySelector('.dock-part'));
      expect(namelessIn(dock()), part).toEqual([]);
    }
    ptz.change({ calibrating: true });
    await until(() => document.querySelector('.joystick'));
    expect(namelessIn(document.querySelector('.modal'))).toEqual([]);
    for (const big of document.querySelectorAll('.stick, .hold, .dock-stop, .preset-go')) {
      const { width, height } = big.getBoundingClientRect();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
    joystick.remove();
  });

  test.each([
    ['vi', 1366, 768],
    ['en', 1366, 768],
    ['vi', 1024, 700],
    ['en', 1024, 700],
  ] as const)('no text of the panel is cut in %s at %i × %i', async (language, width, height) => {
    const { ptz } = await steering({ hello: { language }, size: [width, height] });
    for (const part of dockParts) {
      ptz.change({ part });
      await new Promise((resolve) => setTimeout(resolve, 60));
      const box = dock();
      expect(box?.scrollWidth, part).toBeLessThanOrEqual(box?.clientWidth ?? 0);
      const cut = [...(box?.querySelectorAll('button, p, h4, label') ?? [])].filter(
        (each) => each.scrollWidth > each.clientWidth + 1 && !each.querySelector('.preset-name'),
      );
      expect(cut.map((each) => each.textContent)).toEqual([]);
    }
  });
});

/** What a screen reader could not name. */
function namelessIn(box: Element | null): string[] {
  return [...(box?.querySelectorAll('button, input, select, meter, [role="img"]') ?? [])]
    .filter((each) => {
      const labels = 'labels' in each ? (each as HTMLInputElement).labels : null;
      return !(
        each.getAttribute('aria-label') ||
        each.textContent?.trim() ||
        [...(labels ?? [])].some((label) => label.textContent?.trim())
      );
    })
    .map((each) => each.outerHTML);
}
