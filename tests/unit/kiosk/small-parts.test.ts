import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asBrowserUser, browserEnvironment } from '../../../src/kiosk/browser-user.ts';
import { connectPipe } from '../../../src/kiosk/cdp-pipe.ts';
import { findChromium } from '../../../src/kiosk/chromium.ts';
import { parseXrandr } from '../../../src/kiosk/monitors.ts';
import { makeProfileDir, removeStaleProfiles } from '../../../src/kiosk/profile-dir.ts';

describe('the DevTools pipe', () => {
  const open = () => {
    const [to, from] = [new PassThrough(), new PassThrough()];
    const cdp = connectPipe(to, from);
    const asked: { id: number; method: string; sessionId?: string }[] = [];
    to.on('data', (data) => {
      for (const text of `${data}`.split('\0')) if (text) asked.push(JSON.parse(text));
    });
    return { cdp, from, asked };
  };

  it('pairs answers with calls, however the bytes are cut', async () => {
    const { cdp, from, asked } = open();
    const answers = [cdp.send('A'), cdp.send('B', {}, { sessionId: 's' })];
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]).toMatchObject({ method: 'B', sessionId: 's' });
    const bytes = Buffer.from(
      `{"id":2,"result":{"b":"ữ"}}\0{"method":"Event","params":{"n":1}}\0{"id":1,"result":{}}\0`,
    );
    const events: unknown[] = [];
    cdp.on('Event', (params) => events.push(params));
    for (const byte of bytes) from.write(Buffer.of(byte));
    expect(await Promise.all(answers)).toEqual([{}, { b: 'ữ' }]);
    expect(events).toEqual([{ n: 1 }]);
  });

  it('fails calls by the answer, by silence, and when the browser is gone', async () => {
    const { cdp, from } = open();
    const refused = cdp.send('A');
    from.write('{"id":1,"error":{"message":"no"}}\0');
    await expect(refused).rejects.toThrow('A: no');
    await expect(cdp.send('B', {}, { timeoutMs: 5 })).rejects.toThrow('no answer');
    const open3 = cdp.send('C');
    from.end();
    await expect(open3).rejects.toThrow('gone');
    await expect(cdp.send('D')).rejects.toThrow('gone');
  });

  it('closes on rubbish', async () => {
    const { cdp, from } = open();
    const open1 = cdp.send('A');
    from.write('not json\0');
    await expect(open1).rejects.toThrow('gone');
  });
});

describe('the browser as another user', () => {
  const user = { name: 'nobody', uid: 65534, gid: 65534, groups: [44] };

  it('runs through setpriv, with the groups of the devices and no capability', () => {
    const command = asBrowserUser(user, ['chromium', '--x'], '/bin/sh');
    expect(command).toEqual([
      '/bin/sh',
      '--reuid=65534',
      '--regid=65534',
      '--groups=44',
      '--inh-caps=-all',
      '--bounding-set=-all',
      '--pdeathsig=KILL',
      '--',
      'chromium',
      '--x',
    ]);
    expect(asBrowserUser(user, ['chromium'], '/no/such/file')).toBeNull();
    expect(asBrowserUser(null, ['chromium'], '/no/such/file')).toEqual(['chromium']);
  });

  it('gets the display and the language, and nothing secret or of our user', () => {
    const home = mkdtempSync(join(tmpdir(), 'vonggac-home-'));
    const env = {
      PATH: '/bin',
      LANG: 'vi_VN.UTF-8',
      DISPLAY: ':7',
      HOME: '/root',
      VONGGAC_PASSWORD: 'x',
      NODE_OPTIONS: 'x',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/0/bus',
      XAUTHORITY: '/no/such/file',
    };
    const shared = { PATH: '/bin', LANG: 'vi_VN.UTF-8', DISPLAY: ':7', HOME: home, TMPDIR: home };
    expect(browserEnvironment(env, home, user)).toEqual(shared);
    expect(browserEnvironment(env, home, null)).toEqual({
      ...shared,
      DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS,
      XAUTHORITY: env.XAUTHORITY,
    });
    rmSync(home, { recursive: true });
  });
});

it('profiles of dead owners are removed, those of living ones and other folders are not', () => {
  const parent = mkdtempSync(join(tmpdir(), 'vonggac-profiles-'));
  const mine = makeProfileDir(null, parent);
  const stale = join(parent, 'vonggac-browser-stale');
  const reused = join(parent, 'vonggac-browser-reused');
  const odd = join(parent, 'vonggac-browser-without-owner');
  for (const folder of [stale, reused, odd, join(parent, 'other')]) mkdirSync(folder);
  writeFileSync(join(stale, 'owner'), '999999999 5');
  writeFileSync(join(reused, 'owner'), `${process.pid} 1`);
  removeStaleProfiles(parent);
  expect(readdirSync(parent).sort()).toEqual(
    [mine.path.slice(parent.length + 1), 'other', 'vonggac-browser-without-owner'].sort(),
  );
  mine.remove();
  expect(readdirSync(parent)).not.toContain(mine.path.slice(parent.length + 1));
  rmSync(parent, { recursive: true });
});

it('monitors are read from xrandr, left to right, mirrored ones once', () => {
  const text = `Screen 0: minimum 320 x 200, current 5760 x 1080, maximum 16384 x 16384
HDMI-2 connected 1920x1080+3840+0 (normal left inverted right x axis y axis) 600mm x 340mm
   1920x1080     60.00*+
HDMI-1 connected primary 1920x1080+0+0 (normal left inverted) 600mm x 340mm
DP-1 connected 1920x1080+1920+0 left (normal) 600mm x 340mm
DP-2 connected 1920x1080+0+0 (normal) 600mm x 340mm
DP-3 connected (normal left inverted right x axis y axis)
VGA-1 disconnected (normal left inverted right x axis y axis)`;
  expect(parseXrandr(text).map(({ x, width }) => [x, width])).toEqual([
    [0, 1920],
    [1920, 1920],
    [3840, 1920],
  ]);
  expect(parseXrandr('')).toEqual([]);
});

it('the browser is the one that was named, or none', () => {
  expect(findChromium({ VONGGAC_CHROMIUM: '/bin/sh', PATH: '/bin' })).toBe('/bin/sh');
  expect(findChromium({ VONGGAC_CHROMIUM: '/no/such', PATH: '/usr/bin' })).toBeNull();
});
