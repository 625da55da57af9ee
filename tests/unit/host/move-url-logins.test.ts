import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moveUrlLogins, moveUrlLoginsOnce } from '../../../src/host/move-url-logins.ts';
import type { Credential } from '../../../src/rtsp/session.types.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { Emitter } from '../../../src/std/disposable.ts';
import { silentLog } from '../../../src/std/log.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { Marker } from '../../support/marker.ts';

/** A database as an older version left it, with the login in the path of an address. */
const marker = new Marker('Kq8Duong9Dan7Cu');
const mark = 'rtsp://192.0.2.7/user={user}_password={password}_channel=1.sdp';
const secret = mark.replace('{user}', 'admin').replace('{password}', marker.text);
let dataDir: string;
let store: Store;
let cameraId: string;

function register() {
  return openRegister({ database: store.database, log: silentLog });
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-move-'));
  store = openStore({ dataDir, log: silentLog });
  const rows = register();
  const site = rows.saveSite({ id: null, revision: null, fields: { name: 'Khu A' }, who: 'a' });
  const fields = { siteId: site.id, name: 'Cổng', url: mark, subUrl: mark };
  const camera = rows.saveCamera({ id: null, revision: null, fields, who: 'a' });
  cameraId = camera.id;
  const { database } = store;
  database.prepare('update register_camera set url = ?, sub_url = ?').run(secret, secret);
  database.prepare('update register_change_row set after = replace(after, ?, ?)').run(mark, secret);
  database
    .prepare(`insert into hub values ('h1', 'Hub', 'rtsp', ?, '', 1, null, '', '', 0, null, 1)`)
    .run(secret);
  database.prepare("insert into register_hub values ('h1', 'Hub', 'rtsp', ?)").run(secret);
});

afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function vaultOf(level: 'passphrase' | 'memory', state: 'open' | 'locked' = 'open') {
  const held = new Map<string, Credential>();
  return {
    held,
    level,
    state,
    ready: Promise.resolve(),
    get: async (account: string) => held.get(account) ?? null,
    set: async (account: string, credential: Credential) => {
      held.set(account, credential);
      return level;
    },
  };
}

function findings(): string[] {
  return readdirSync(dataDir).filter(
    (name) => marker.in(readFileSync(join(dataDir, name))).length > 0,
  );
}

test('the files of the database hold it before, and no longer after', async () => {
  expect(findings()).not.toEqual([]);
  const vault = vaultOf('passphrase');
  const moving = { database: store.database, vault, log: silentLog };
  expect(await moveUrlLogins(moving)).toBe(true);
  expect(findings()).toEqual([]);
  const login = { user: 'admin', password: marker.text };
  expect([...vault.held]).toEqual([
    [`camera/${cameraId}`, login],
    ['hub/h1', login],
  ]);
  const rows = register();
  expect(rows.camera(cameraId)).toMatchObject({ url: mark, subUrl: mark });
  expect(rows.search('192.0.2.7', 5).totalCameras).toBe(1);
  expect(store.database.prepare('select address, has_login from hub').get()).toEqual({
    address: mark,
    has_login: 1,
  });
  // Undo and redo bring the camera back without it.
  rows.undo('a');
  rows.redo('a');
  expect(rows.camera(cameraId)?.url).toBe(mark);
  expect(findings()).toEqual([]);
});

test.each([
  ['memory', 'open'],
  ['passphrase', 'locked'],
] as const)('where the vault is %s and %s nothing is touched', async (level, state) => {
  const vault = vaultOf(level, state);
  expect(await moveUrlLogins({ database: store.database, vault, log: silentLog })).toBe(false);
  expect(vault.held.size).toBe(0);
  expect(register().camera(cameraId)?.url).toBe(secret);
});

test('a login that a person typed for the camera since then stays', async () => {
  const vault = vaultOf('passphrase');
  const typed = { user: 'xem', password: 'moi' };
  vault.held.set(`camera/${cameraId}`, typed);
  expect(await moveUrlLogins({ database: store.database, vault, log: silentLog })).toBe(true);
  expect(vault.held.get(`camera/${cameraId}`)).toBe(typed);
});

test('a vault that is opened later gets them then, once', async () => {
  const changes = new Emitter<void>(() => {});
  let sets = 0;
  const vault = {
    ...vaultOf('passphrase', 'locked'),
    state: 'locked' as 'open' | 'locked',
    onChange: (listener: () => void) => changes.on(listener),
    set: async (account: string, credential: Credential) => {
      sets++;
      vault.held.set(account, credential);
      changes.emit();
      return 'passphrase' as const;
    },
  };
  const off = await moveUrlLoginsOnce({ database: store.database, vault, log: silentLog });
  expect(register().camera(cameraId)?.url).toBe(secret);
  vault.state = 'open';
  changes.emit();
  await expect.poll(() => register().camera(cameraId)?.url).toBe(mark);
  expect(sets).toBe(2);
  off();
});
