import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WallState } from '../../../src/contract/schemas.ts';
import { type Logger, silentLog } from '../../../src/std/log.ts';
import { migrate, migrations } from '../../../src/store/migrations.ts';
import { hasSavedSources, openStore } from '../../../src/store/store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-store-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const wall: WallState = {
  screen: 1,
  layout: '1+5',
  page: 2,
  tiles: ['a', null, 'b'],
  selected: 1,
  full: null,
  audio: 0,
  sideList: true,
  details: false,
  wallMode: true,
};

function capture(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const take = (message: string, fields = {}) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: Logger = { debug: take, info: take, warn: take, error: take, child: () => log };
  return { log, lines };
}

describe('the store', () => {
  it('brings everything back after a restart', () => {
    const camera = { id: 'c1' };
    const first = openStore({ dataDir, log: silentLog });
    expect(hasSavedSources(dataDir)).toBe(false);
    first.saveWall({ ...wall, page: 0 });
    first.saveWall(wall);
    first.setLanguage('en');
    first.database.exec("insert into register_site (id, origin, name) values ('s', 'manual', 'A')");
    first.rememberTransport({ cameraId: camera.id, quality: 'sub' }, 'udp');
    first.trust('192.0.2.7:322', 'AA:BB');
    first.close();

    const second = openStore({ dataDir, log: silentLog });
    expect(second.warning).toBeNull();
    expect(second.loadWall(1)).toEqual(wall);
    expect(second.loadWall(0)).toBeNull();
    expect(second.language()).toBe('en');
    expect(hasSavedSources(dataDir)).toBe(true);
    expect(second.lastTransport({ cameraId: camera.id, quality: 'sub' })).toBe('udp');
    expect(second.lastTransport({ cameraId: camera.id, quality: 'main' })).toBeNull();
    expect(second.trustedFingerprint('192.0.2.7:322')).toBe('AA:BB');
    second.forgetTransport(camera.id);
    expect(second.lastTransport({ cameraId: camera.id, quality: 'sub' })).toBeNull();
    second.close();
  });

  it('is readable by its owner only', () => {
    openStore({ dataDir, log: silentLog }).close();
    expect(statSync(join(dataDir, 'vonggac.db')).mode & 0o077).toBe(0);
  });

  it('writes nothing without a data folder', () => {
    const store = openStore({ dataDir: null, log: silentLog });
    store.saveWall(wall);
    expect(store.loadWall(1)).toEqual(wall);
    store.close();
    expect(readdirSync(dataDir)).toEqual([]);
    expect(() => store.saveWall(wall)).toThrowError(
      expect.objectContaining({ code: 'store.failed' }),
    );
  });

  it('moves a damaged file aside, names it in the log, and works with a new one', () => {
    writeFileSync(join(dataDir, 'vonggac.db'), 'this is no database, '.repeat(200));
    const { log, lines } = capture();
    const store = openStore({ dataDir, log });
    expect(store.warning).toBe('warning.store-replaced');
    store.saveWall(wall);
    store.close();
    const aside = readdirSync(dataDir).find((name) => name.includes('.damaged-'));
    expect(aside).toBeDefined();
    expect(lines.join()).toContain(aside);
    const again = openStore({ dataDir, log });
    expect(again.warning).toBeNull();
    expect(again.loadWall(1)).toEqual(wall);
    again.close();
  });

  it('notices a page overwritten in the middle', () => {
    const store = openStore({ dataDir, log: silentLog });
    for (let screen = 0; screen < 60; screen++) {
      store.saveWall({ ...wall, screen, tiles: Array(500).fill(`camera-${screen}`) });
    }
    store.close();
    const file = join(dataDir, 'vonggac.db');
    const bytes = new DatabaseSync(file);
    const { page_count: pages } = bytes.prepare('pragma page_count').get() as {
      page_count: number;
    };
    bytes.close();
    expect(pages).toBeGreaterThan(20);
    overwrite(file, 4096 * 2, 4096 * 6);
    const after = openStore({ dataDir, log: silentLog });
    expect(after.warning).toBe('warning.store-replaced');
    after.close();
  });

  it('runs in memory where another process holds the file', () => {
    openStore({ dataDir, log: silentLog }).close();
    const other = new DatabaseSync(join(dataDir, 'vonggac.db'));
    other.exec('pragma locking_mode = exclusive; begin exclusive');
    const { log, lines } = capture();
    const store = openStore({ dataDir, log, lockTimeoutMs: 50 });
    expect(store.warning).toBe('warning.store-memory');
    store.saveWall(wall);
    expect(store.loadWall(1)).toEqual(wall);
    expect(lines.join()).toMatch(/locked/);
    store.close();
    other.close();
  });

  it('runs in memory where the file cannot be made', () => {
    mkdirSync(join(dataDir, 'vonggac.db'));
    const store = openStore({ dataDir, log: silentLog });
    expect(store.warning).toBe('warning.store-memory');
    store.close();
    writeFileSync(join(dataDir, 'plain'), '');
    const below = openStore({ dataDir: join(dataDir, 'plain'), log: silentLog });
    expect(below.warning).toBe('warning.store-memory');
    below.close();
  });

  it('leaves a file of a newer version as it is', () => {
    const file = join(dataDir, 'vonggac.db');
    const newer = new DatabaseSync(file);
    newer.exec('pragma user_version = 9999; create table future (x)');
    newer.close();
    const store = openStore({ dataDir, log: silentLog });
    expect(store.warning).toBe('warning.store-newer');
    store.saveWall(wall);
    store.close();
    const look = new DatabaseSync(file);
    expect(look.prepare("select count(*) n from sqlite_schema where name = 'wall'").get()).toEqual({
      n: 0,
    });
    look.close();
    expect(readdirSync(dataDir).some((name) => name.includes('damaged'))).toBe(false);
  });

  it('gives null for a saved wall that it cannot read', () => {
    openStore({ dataDir, log: silentLog }).close();
    const db = new DatabaseSync(join(dataDir, 'vonggac.db'));
    db.exec(`insert into wall values (0, '{"screen":0}'), (1, 'nonsense')`);
    db.close();
    const store = openStore({ dataDir, log: silentLog });
    expect([store.loadWall(0), store.loadWall(1)]).toEqual([null, null]);
    store.close();
  });
});

describe('migrations', () => {
  it('take the missing steps only, and keep what is there', () => {
    const db = new DatabaseSync(':memory:');
    const steps = ['create table a (x)', 'insert into a values (1)', 'alter table a add y'];
    migrate(db, steps.slice(0, 2));
    migrate(db, steps);
    migrate(db, steps);
    expect(db.prepare('select * from a').all()).toEqual([{ x: 1, y: null }]);
  });

  it('undo a step that fails half-way', () => {
    const db = new DatabaseSync(':memory:');
    expect(() => migrate(db, ['create table a (x); insert into missing values (1)'])).toThrow();
    expect(db.prepare('select name from sqlite_schema').all()).toEqual([]);
    migrate(db, ['create table a (x)']);
  });

  it('build the whole schema on an empty file', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db);
    expect(db.prepare('pragma user_version').get()).toEqual({ user_version: migrations.length });
    expect(existsSync(':memory:')).toBe(false);
  });
});

function overwrite(file: string, from: number, to: number): void {
  const bytes = new Uint8Array(to - from).fill(0xa5);
  const fd = openSync(file, 'r+');
  writeSync(fd, bytes, 0, bytes.length, from);
  closeSync(fd);
}
