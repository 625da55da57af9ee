import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SteeredCamera } from '../../src/demo/centre.types.ts';
import { viewAngle } from '../../src/demo/ptz-head.ts';
import type { Kiosk } from '../../src/kiosk/start-kiosk.ts';
import { startCommand } from '../support/command.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { browserWithDoor, pageBelow } from '../support/outside-page.ts';
import { handAt } from '../support/page-hand.ts';
import { descendants } from '../support/process-list.ts';
import { pixelsOf, until } from '../support/running-wall.ts';
import { testOperator } from '../support/signed-in.ts';
import {
  atEnd,
  click,
  keyDown,
  keyUp,
  moves,
  openControls,
  pictureSpot,
  type SteeredWall,
  stands,
  steeredCamera,
  steeredWall,
  yardId,
} from '../support/steered-wall.ts';

/**
 * The whole way from a key to a camera and back: real Chromium, real core, a simulated camera over
 * ONVIF. Whatever is taken away in the middle of a movement, the camera stands soon after. Its own
 * Timeout is switched off, so nothing but the product stops it.
 */
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** The aim is 500 ms; machines that build and test at the same time get more. */
const soon = 3;

interface Bench extends SteeredWall {
  readonly steered: SteeredCamera;
}

async function bench(proxy?: (made: FaultProxy) => void): Promise<Bench> {
  const { centre, camera, steered } = await steeredCamera();
  undo.push(() => centre.close());
  let onvif = camera.onvif!;
  if (proxy) {
    const line = await startFaultProxy({ host: '127.0.0.1', port: centre.onvifPort });
    undo.push(() => line.close());
    proxy(line);
    onvif = onvif.replace(`:${centre.onvifPort}/`, `:${line.port}/`);
  }
  const wall = await steeredWall([{ ...camera, onvif }]);
  undo.push(() => wall.close());
  await openControls(wall.kiosk);
  return { ...wall, steered };
}

/** Presses a key that turns it away from the end it is next to. */
async function turning({ kiosk, steered }: Bench): Promise<void> {
  await keyDown(kiosk, steered.device.head.position.pan > 0 ? 'ArrowLeft' : 'ArrowRight');
  await moves(steered);
}

const last = ({ states }: SteeredWall) => states.at(-1);

describe('a key that is held', () => {
  test('turns the camera and its picture, until it is let go', async () => {
    const at = await bench();
    const { kiosk, steered } = at;
    const points = Array.from({ length: 40 }, (_, i) => [((i % 8) + 0.5) / 8, 0.2 + i / 80]) as [
      number,
      number,
    ][];
    const wall = { kiosk } as Parameters<typeof pixelsOf>[0];
    const before = await pixelsOf(wall, yardId, points);
    const from = steered.device.head.position;
    await keyDown(kiosk, 'ArrowRight');
    await moves(steered);
    await until('10 degrees', () => steered.device.head.position.pan > from.pan + 10, 10);
    await keyUp(kiosk, 'ArrowRight');
    const took = await stands(steered, soon);
    expect(took).toBeLessThan(soon * 1000);
    expect(atEnd(steered)).toBe(false);
    expect(steered.device.head.position.tilt).toBe(from.tilt);
    await until(
      'another picture',
      async () => {
        const now = (await pixelsOf(wall, yardId, points)) ?? [];
        const changed = now.filter((pixel, i) =>
          pixel.some((value, part) => Math.abs(value - (before?.[i]?.[part] ?? 0)) > 20),
        );
        return changed.length > 10;
      },
      15,
    );
    await until('rest', () => last(at)?.moving === 'no' && last(at)?.alarm === null, 10);
    expect(at.states.some(({ moving }) => moving === 'hand')).toBe(true);
    // Held for seconds, and never stopped by the dead-man meanwhile.
    expect(at.states.filter(({ notice }) => notice?.code === 'dead-man')).toEqual([]);
  });

  test('stops when somebody signs out on another page, or locks control, and stays', async () => {
    const at = await bench();
    await turning(at);
    await at.other.call('operators.signOut', {});
    await stands(at.steered, soon);
    expect(atEnd(at.steered)).toBe(false);
    // The key is held still: that moves nothing, also not for who comes next.
    await at.other.call('operators.signIn', testOperator);
    await stands(at.steered, soon);
    await keyUp(at.kiosk, 'ArrowRight');
    await openControls(at.kiosk);
    await turning(at);
    await at.other.call('operators.lock', {});
    await stands(at.steered, soon);
    expect(last(at)?.lease).toBeNull();
  });

  test('of one operator moves nothing for the next one at the same workstation', async () => {
    const at = await bench();
    const { other, steered } = at;
    const fields = {
      name: 'Lê Kế',
      fullName: 'Lê Kế',
      role: 'ptz' as const,
      scope: 'all' as const,
      validFrom: null,
      validUntil: null,
      document: { number: '12/QĐ-BCĐ', date: '2021-06-20' },
      disabled: false,
    };
    await other.call('operators.save', { id: null, fields, password: 'Cho sẵn 22' });
    await turning(at);
    expect(last(at)?.lease?.holder.operatorName).toBe(testOperator.name);
    await other.call('operators.signIn', { name: fields.name, password: 'Cho sẵn 22' });
    await stands(steered, soon);
    await other.call('operators.password', {
      password: 'Cho sẵn 22',
      newPassword: 'Của mình 33',
    });
    await other.call('ptz.move', { cameraId: yardId, moveId: 1, pan: 0.2, tilt: 0, zoom: 0 });
    await moves(steered);
    expect(last(at)?.lease).toMatchObject({ mine: true, holder: { operatorName: fields.name } });
    // Nobody renews it: the first operator's key does not.
    await stands(steered, soon);
    expect(last(at)?.lease?.holder.operatorName).toBe(fields.name);
  });
});

describe('a place in the picture', () => {
  /** Numbered boards of the drawn scene: degrees from the gate, and metres from the mast of 6.2 m. */
  const boards = { 3: [-66, 20], 4: [-44, 15] } as const;
  const degree = Math.PI / 180;
  const directionOf = (number: keyof typeof boards) => {
    const [pan, far] = boards[number];
    return { pan, tilt: Math.atan2(1.95 - 6.2, far) / degree };
  };

  /** Where on the page a board is seen now, by the laws of a lens without distortion. */
  async function boardOnPage({ kiosk, steered }: Bench, number: keyof typeof boards) {
    const spot = (await pictureSpot(kiosk, yardId))!;
    const { pan, tilt, zoom } = steered.device.head.position;
    const board = directionOf(number);
    const around = (board.pan - pan) * degree;
    const [sin, cos] = [Math.sin(tilt * degree), Math.cos(tilt * degree)];
    const flat = Math.cos(board.tilt * degree);
    const height = Math.sin(board.tilt * degree);
    const forward = flat * Math.cos(around) * cos + height * sin;
    const right = flat * Math.sin(around);
    const up = height * cos - flat * Math.cos(around) * sin;
    const reach = Math.tan((viewAngle(zoom) * degree) / 2);
    return {
      x: spot.x + (spot.width / 2) * (1 + right / forward / reach),
      y: spot.y + spot.height / 2 - ((spot.width / 2) * up) / forward / reach,
      spot,
    };
  }

  test('that is clicked comes to the middle: a numbered board, near an edge too', async () => {
    const at = await bench();
    const { kiosk, steered } = at;
    for (const number of [4, 3] as const) {
      const { x, y, spot } = await boardOnPage(at, number);
      expect(x).toBeGreaterThan(spot.x);
      expect(x).toBeLessThan(spot.x + spot.width);
      await click(kiosk, x, y);
      const board = directionOf(number);
      const off = () => ({
        pan: Math.abs(steered.device.head.position.pan - board.pan),
        tilt: Math.abs(steered.device.head.position.tilt - board.tilt),
      });
      // Of a picture that is 55° wide and 31° high.
      await until('the board', () => off().pan < 1 && off().tilt < 1, 15, off);
      await until('rest', () => !steered.device.head.moves(), 10);
      expect(off().pan).toBeLessThan(1);
      await until('told', () => last(at)?.moving === 'no', 10);
    }
  });

  test('that is framed fills the picture, once a person has set what the lens can', async () => {
    const at = await bench();
    const { kiosk, steered, other } = at;
    const optics = { wideDegrees: 60, zoomFactor: 6 };
    const settings = { idleReturn: { to: 'nothing' as const }, ...optics };
    await other.call('ptz.settings', { cameraId: yardId, settings });
    const { x, y, spot } = await boardOnPage(at, 4);
    const half = { x: spot.width * 0.15, y: spot.height * 0.15 };
    const before = viewAngle(steered.device.head.position.zoom);
    const shift = { modifiers: 8, button: 'left', clickCount: 1 };
    const mouse = (type: string, px: number, py: number) =>
      kiosk.send('Input.dispatchMouseEvent', { type, x: px, y: py, buttons: 1, ...shift });
    await mouse('mousePressed', x - half.x, y - half.y);
    await mouse('mouseMoved', x, y);
    await mouse('mouseMoved', x + half.x, y + half.y);
    await mouse('mouseReleased', x + half.x, y + half.y);
    await moves(steered);
    await until('rest', () => !steered.device.head.moves(), 15);
    const now = steered.device.head.position;
    expect(Math.abs(now.pan - directionOf(4).pan)).toBeLessThan(1.5);
    // 30 % of the picture, so that it is seen 3.3 times larger.
    expect(before / viewAngle(now.zoom)).toBeGreaterThan(2.8);
    expect(before / viewAngle(now.zoom)).toBeLessThan(3.9);
  });
});

describe('the page is killed in the middle of a move', () => {
  /** Of the browser: what draws the page, or all of it. */
  const pids = (kiosk: Kiosk, which: 'renderer' | 'browser') => {
    const [root] = kiosk.browserPids();
    if (which === 'browser') return [root!];
    return descendants(root!)
      .filter(({ line }) => line.includes('--type=renderer'))
      .map(({ pid }) => pid);
  };
  const kill = (all: readonly number[]) => {
    for (const pid of all) process.kill(pid, 'SIGKILL');
  };

  test('while it turns: its renderer, at several moments, then the whole browser', async () => {
    const at = await bench();
    // Before the first request is answered, between two renewals, and while the stop is under way.
    for (const moment of ['begin', 'middle', 'end'] as const) {
      await openControls(at.kiosk);
      const found = pids(at.kiosk, 'renderer');
      expect(found.length).toBeGreaterThan(0);
      if (moment === 'begin') {
        void keyDown(at.kiosk, 'ArrowRight').catch(() => {});
        await until('the first speed', () => at.steered.device.head.moves(), 5).catch(() => {});
      } else {
        await turning(at);
        await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 500));
        if (moment === 'end') void keyUp(at.kiosk, 'ArrowRight').catch(() => {});
      }
      kill(found);
      await stands(at.steered, soon);
      expect(atEnd(at.steered)).toBe(false);
      await at.other.call('ptz.home', { cameraId: yardId });
      await until('home again', () => !at.steered.device.head.moves(), 15);
    }
    await openControls(at.kiosk);
    await turning(at);
    kill(pids(at.kiosk, 'browser'));
    await stands(at.steered, soon);
    expect(atEnd(at.steered)).toBe(false);
  });
});

describe('the line to the camera is cut in the middle of a move', () => {
  test('there is an alarm on the tile until the camera was seen standing', async () => {
    let line: FaultProxy | null = null;
    const at = await bench((made) => {
      line = made;
    });
    const { hand, kiosk, steered } = at;
    await turning(at);
    line!.cut();
    await keyUp(kiosk, 'ArrowRight');
    await hand.sees('CAMERA CÓ THỂ VẪN ĐANG QUAY', 15);
    // Nothing reaches it: it does move.
    expect(last(at)?.alarm).toMatchObject({ code: 'ptz.may-be-moving' });
    line!.restore();
    await stands(steered, 10);
    await hand.gone('CÓ THỂ VẪN ĐANG');
    await until('verified', () => last(at)?.moving === 'no' && last(at)?.alarm === null, 10);
  });

  test('a person who has seen the alarm puts it away, and the stop goes on', async () => {
    let line: FaultProxy | null = null;
    const at = await bench((made) => {
      line = made;
    });
    const { hand, steered } = at;
    // Held: the core itself notices that the device is silent.
    await turning(at);
    line!.cut();
    await hand.sees('CAMERA CÓ THỂ VẪN ĐANG QUAY', 15);
    await hand.press('Đã biết');
    await hand.gone('CÓ THỂ VẪN ĐANG');
    line!.restore();
    await stands(steered, 15);
  });
});

describe('the bundled program is killed with SIGKILL in the middle of a move', () => {
  let browser = '';
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vonggac-killed-'));
    chmodSync(folder, 0o755);
    browser = browserWithDoor(folder);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['as the first speed goes out', 'begin'],
    ['between two renewals', 'middle'],
    ['as the key is let go', 'end'],
  ] as const)('%s: the watchman stops the camera', async (_title, moment) => {
    const { centre, camera, steered } = await steeredCamera();
    undo.push(() => centre.close());
    const { user, password } = camera.credential!;
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
    const rows = [
      {
        name: camera.name,
        url: camera.url.replace('rtsp://', `rtsp://${login}`),
        subUrl: camera.subUrl!.replace('rtsp://', `rtsp://${login}`),
        onvif: camera.onvif,
      },
    ];
    const inventory = join(folder, 'list.json');
    writeFileSync(inventory, JSON.stringify(rows));
    const program = startCommand(
      ['wall', '--inventory', inventory, '--headless', '--size', '1280x720', '--lang', 'vi'],
      { env: { VONGGAC_CHROMIUM: browser } },
    );
    undo.push(() => program.child.kill('SIGKILL'));
    const page = await pageBelow(program.child.pid!);
    undo.push(() => page.close());
    const cameraId = String(
      await (async () => {
        let found = '';
        await until(
          'a tile',
          async () => {
            found = String(
              await page.evaluate(
                `document.querySelector('[data-camera]:not([data-camera=""])')?.dataset.camera ?? ''`,
              ),
            );
            return found !== '';
          },
          60,
        );
        return found;
      })(),
    );
    const hand = handAt(page as Kiosk);
    await hand.press('Đăng nhập');
    await hand.sees('Tạo người quản trị đầu tiên');
    await hand.type('Tên đăng nhập', testOperator.name);
    await hand.type('Họ và tên', testOperator.fullName);
    await hand.type('Mật khẩu mới', testOperator.password);
    await hand.type('Nhập lại mật khẩu mới', testOperator.password);
    await hand.press('Tạo và đăng nhập');
    await hand.gone('Tạo người quản trị đầu tiên');
    await openControls(page, cameraId);
    if (moment === 'begin') {
      void keyDown(page, 'ArrowRight').catch(() => {});
      await moves(steered);
    } else {
      await keyDown(page, 'ArrowRight');
      await moves(steered);
      await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 400));
      if (moment === 'end') void keyUp(page, 'ArrowRight').catch(() => {});
    }
    program.child.kill('SIGKILL');
    await stands(steered, soon);
    expect(atEnd(steered)).toBe(false);
    await program.ended;
  });
});
