import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackOff } from '../../../electron/back-off.ts';
import { messagePortWire } from '../../../electron/message-port-wire.ts';
import { isOwnUrl, pageFiles } from '../../../electron/page-files.ts';
import { defaultDataDir, readStartOptions } from '../../../electron/start-options.ts';
import { findElectron } from '../../../src/cli/find-electron.ts';

class FakePort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = 0;
  closed = 0;
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  start(): void {
    this.started++;
  }
  close(): void {
    this.closed++;
  }
}

describe('messagePortWire', () => {
  test('sends only the bytes of a view, never the buffer behind it', () => {
    const port = new FakePort();
    const wire = messagePortWire(port);
    const large = new Uint8Array(1000).fill(7);
    wire.send(large.subarray(10, 13));
    const pooled = Buffer.from([1, 2, 3]);
    wire.send(pooled);
    for (const sent of port.sent as Uint8Array[]) expect(sent.buffer.byteLength).toBe(3);
    expect([...(port.sent[1] as Uint8Array)]).toEqual([1, 2, 3]);
    wire.send(large);
    expect(port.sent[2]).toBe(large);
  });

  test('starts the port with the first listener, so that nothing before it is lost', () => {
    const port = new FakePort();
    const wire = messagePortWire(port);
    expect(port.started).toBe(0);
    wire.onMessage(() => {});
    wire.onMessage(() => {});
    expect(port.started).toBe(1);
  });

  test('gives texts and bytes on and drops everything else', () => {
    const port = new FakePort();
    const heard: unknown[] = [];
    const off = messagePortWire(port).onMessage((message) => heard.push(message));
    for (const data of ['text', new Uint8Array([1]), new ArrayBuffer(2), { a: 1 }, 5, null]) {
      port.emit('message', { data });
    }
    expect(heard).toEqual(['text', new Uint8Array([1]), new Uint8Array(2)]);
    off();
    port.emit('message', { data: 'late' });
    expect(heard).toHaveLength(3);
  });

  test.each(['its own end', 'the other end'])('closes once, from %s', (from) => {
    const port = new FakePort();
    const wire = messagePortWire(port);
    let closes = 0;
    wire.onClose(() => closes++);
    const close = () => (from === 'its own end' ? wire.close() : port.emit('close'));
    close();
    close();
    port.emit('close');
    expect(closes).toBe(1);
    expect(port.closed).toBe(from === 'its own end' ? 1 : 0);
    wire.send('into the void');
    expect(port.sent).toEqual([]);
  });

  test('tells a listener that comes too late that the wire is closed', async () => {
    const port = new FakePort();
    const wire = messagePortWire(port);
    port.emit('close');
    await new Promise<void>((resolve) => wire.onClose(resolve));
  });
});

test('BackOff doubles up to its most and begins again after a calm time', () => {
  const backOff = new BackOff({ firstMs: 250, mostMs: 1000, calmMs: 60_000 });
  expect([0, 100, 200, 300].map((now) => backOff.next(now))).toEqual([250, 500, 1000, 1000]);
  expect(backOff.next(60_000)).toBe(1000);
  expect(backOff.next(120_001)).toBe(250);
});

test('start options are read from their own names only', () => {
  expect(readStartOptions(['electron', 'main.cjs', '--lang=xx', '--data=/elsewhere'])).toEqual({
    dataDir: null,
    language: null,
    demo: 'empty',
    windowed: false,
  });
  expect(
    readStartOptions([
      '--vonggac-data=/a b',
      '--vonggac-lang=en',
      '--vonggac-demo=never',
      '--vonggac-windowed',
    ]),
  ).toEqual({ dataDir: '/a b', language: 'en', demo: 'never', windowed: true });
  expect(readStartOptions(['--vonggac-lang=fr', '--vonggac-data='])).toMatchObject({
    language: null,
    dataDir: null,
  });
});

test.runIf(process.platform === 'linux')('data lies where the kiosk shell keeps it', () => {
  expect(defaultDataDir('/h/.config', '/h', {})).toBe('/h/.local/share/vonggac');
  expect(defaultDataDir('/h/.config', '/h', { XDG_DATA_HOME: '/d' })).toBe('/d/vonggac');
});

describe('in a folder', () => {
  let folder: string;
  const put = (...path: string[]) => {
    const file = join(folder, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, path.join('/'));
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vonggac-parts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('pageFiles serves what was there at the start, and no link and no source map', async () => {
    put('page', 'index.html');
    put('page', 'assets', 'a b.woff2');
    put('page', 'main.js.map');
    put('secret.txt');
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'));
    const answer = pageFiles(join(folder, 'page'));
    const get = (path: string) => answer({ url: `app://vonggac${path}`, method: 'GET' });
    expect(await get('/').text()).toBe('page/index.html');
    expect(await get('/?screen=3').text()).toBe('page/index.html');
    const font = get('/assets/a%20b.woff2');
    expect([font.status, font.headers.get('content-type')]).toEqual([200, 'font/woff2']);
    for (const path of ['/link.txt', '/main.js.map', '/assets', '/secret.txt', '/Index.html']) {
      expect([path, get(path).status]).toEqual([path, 404]);
    }
    put('page', 'later.js');
    expect(get('/later.js').status).toBe(404);
    rmSync(join(folder, 'page', 'index.html'));
    expect(get('/').status).toBe(404);
  });

  test('findElectron says what is missing', () => {
    const find = (env: Record<string, string> = {}, uid: number | undefined = 1000) =>
      findElectron(folder, { env, platform: 'linux', uid });
    expect(find().reason).toBe('no-package');
    put('node_modules', 'electron', 'package.json');
    expect(find()).toMatchObject({ path: null, reason: 'no-binary' });
    put('carried', 'electron');
    const override = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'carried') };
    expect(find(override)).toEqual({ path: join(folder, 'carried', 'electron'), reason: null });
    const empty = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere') };
    expect(find(empty)).toMatchObject({ path: null, reason: 'override-empty' });
    put('node_modules', 'electron', 'dist', 'electron');
    const found = join(folder, 'node_modules', 'electron', 'dist', 'electron');
    expect(find()).toEqual({ path: found, reason: null });
  });

  test('findElectron does not offer root a browser that it could only run without its sandbox', () => {
    put('node_modules', 'electron', 'dist', 'electron');
    const found = findElectron(folder, { env: {}, platform: 'linux', uid: 0 });
    expect(found).toMatchObject({ path: null, reason: 'root' });
  });

  test('findElectron takes the name from path.txt, but not a way out of the folder', () => {
    put('node_modules', 'electron', 'dist', 'other-name');
    const name = join(folder, 'node_modules', 'electron', 'path.txt');
    writeFileSync(name, 'other-name\n');
    const find = () => findElectron(folder, { env: {}, platform: 'linux', uid: 1 });
    expect(find().path).toMatch(/other-name$/);
    put('elsewhere');
    writeFileSync(name, '../../../elsewhere');
    expect(find().path).toBe(null);
  });
});

test('isOwnUrl knows our origin and nothing like it', () => {
  for (const url of ['app://vonggac/', 'app://vonggac/?screen=1', 'app://vonggac/a#b']) {
    expect([url, isOwnUrl(url)]).toEqual([url, true]);
  }
  for (const url of [
    '',
    'app:',
    'app:vonggac',
    'app://vonggac.elsewhere/',
    'app://elsewhere/vonggac/',
    'app://user:x@vonggac/',
    'app://vonggac:1/',
    'https://vonggac/',
    'application://vonggac/',
    'javascript:alert(1)//app://vonggac/',
  ]) {
    expect([url, isOwnUrl(url)]).toEqual([url, false]);
  }
});
