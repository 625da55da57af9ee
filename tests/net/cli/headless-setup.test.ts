import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { FakeHub, mediamtxPages } from '../../support/fake-hub-api.ts';
import { startTinyRtspServer } from '../../support/tiny-rtsp-server.ts';

const fps = 10;
const clip = encodeClip({
  codec: 'h264',
  source: `testsrc2=size=320x180:rate=${fps}`,
  seconds: 2,
  fps,
  gop: fps,
});
const password = 'Dấu-mật-riêng:@/#%7';
const passphrase = 'câu mật khẩu của kho này';
/** No session bus: no keychain. */
const env = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '/nonexistent' };

let folder: string;
const undo: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-headless-'));
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');
const vonggac = (args: string[], lines: string[] = []) =>
  runCommand([...args, '--data', data()], {
    env,
    input: lines.map((line) => `${line}\n`).join(''),
  });

async function camera() {
  const server = await startTinyRtspServer({ clip, fps, login: `admin:${password}` });
  undo.push(() => server.close());
  return server;
}

/** Every byte that is on the disk below the data folder. */
function everything(path: string): string {
  return readdirSync(path)
    .map((name) => join(path, name))
    .map((one) =>
      statSync(one).isDirectory() ? everything(one) : readFileSync(one).toString('utf8'),
    )
    .join('\n');
}

describe('a machine without a keychain', () => {
  test('imports logins into a vault of its own, and surveys with them', async () => {
    const server = await camera();
    const list = join(folder, 'ds.json');
    const url = `rtsp://admin:${encodeURIComponent(password)}@127.0.0.1:${server.port}/gate`;
    writeFileSync(list, JSON.stringify([{ name: 'Cổng', url, site: 'Trạm y tế Ước Lễ' }]));

    const refused = await vonggac(['import', list, '--lang', 'en']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('--vault-passphrase-stdin');

    const short = await vonggac(['import', list, '--vault-passphrase-stdin'], ['ngắn']);
    expect(short.code).toBe(2);

    const done = await vonggac(
      ['import', list, '--vault-passphrase-stdin', '--json'],
      [passphrase],
    );
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ outcome: 'done', loginsKept: 'passphrase' });
    expect(everything(data())).not.toContain(password);
    expect(everything(data())).not.toContain(passphrase);

    const args = ['survey', '--all', '--seconds', '1', '--json'];
    const locked = await vonggac(args);
    expect(locked.stderr).toContain('--vault-passphrase-stdin');
    expect(JSON.parse(locked.stdout)[0]).toMatchObject({ ok: false });
    const wrong = await vonggac([...args, '--vault-passphrase-stdin'], ['một câu khác hẳn']);
    expect(wrong.code).toBe(4);
    expect(wrong.stdout + wrong.stderr).not.toContain('một câu khác hẳn');
    const open = await vonggac([...args, '--vault-passphrase-stdin'], [passphrase]);
    expect(JSON.parse(open.stdout)[0]).toMatchObject({ ok: true });
    expect(server.badLogins).toBe(0);
  });
});

describe('vonggac hub', () => {
  test('adds a MediaMTX, writes its cameras, lists it, and says what a later look finds', async () => {
    const server = await camera();
    const hub = await FakeHub.start({ login: 'basic', user: 'admin', password });
    undo.push(() => hub.close());
    const paths = (names: string[]) => mediamtxPages(names.map((name) => ({ name })));
    hub.answers.set('/v3/paths/list', paths(['cong-chinh', 'san-sau']));
    hub.answers.set('/v3/config/paths/list', paths([]));
    hub.answers.set('/v3/config/global/get', { rtsp: true, rtspAddress: `:${server.port}` });

    const added = await vonggac(
      ['hub', 'add', 'mediamtx', hub.address, '--name', 'Cổng tỉnh', '--user', 'admin'].concat([
        '--password-stdin',
        '--vault-passphrase-stdin',
        '--sync',
        '--json',
      ]),
      // The password first, as docs/cli.md says.
      [password, passphrase],
    );
    expect(added.stderr).toBe('');
    expect(added.code).toBe(0);
    const { id, synced } = JSON.parse(added.stdout);
    expect(synced).toMatchObject({ ok: true, counts: { added: 2, gone: 0 } });

    const listed = await vonggac(['hub', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { id, name: 'Cổng tỉnh', kind: 'mediamtx', cameras: 2, gone: 0, hasLogin: true },
    ]);

    hub.answers.set('/v3/paths/list', paths(['cong-chinh']));
    const look = await vonggac(
      ['hub', 'sync', 'Cổng tỉnh', '--dry-run', '--vault-passphrase-stdin', '--json'],
      [passphrase],
    );
    expect(JSON.parse(look.stdout)[0]).toMatchObject({
      changeId: null,
      counts: { added: 0, gone: 1, unchanged: 1 },
    });
    const written = await vonggac(['hub', 'sync', '--vault-passphrase-stdin'], [passphrase]);
    expect(written.code).toBe(0);
    expect(JSON.parse((await vonggac(['hub', 'list', '--json'])).stdout)[0]).toMatchObject({
      cameras: 1,
      gone: 1,
    });

    // The streams of the hub take the hub's login.
    const survey = await vonggac(
      ['survey', '--all', '--seconds', '1', '--vault-passphrase-stdin', '--json'],
      [passphrase],
    );
    expect(JSON.parse(survey.stdout)[0]).toMatchObject({ ok: true });
    const spoken = [added, listed, look, written, survey].map((one) => one.stdout + one.stderr);
    expect(spoken.join('') + everything(data())).not.toContain(password);
  });

  test('names its kinds, and ends with the code of a hub that is not there', async () => {
    const wrong = await vonggac(['hub', 'add', 'vms', '127.0.0.1', '--lang', 'en']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('mediamtx');
    const away = await vonggac(['hub', 'add', 'mediamtx', 'http://127.0.0.1:1', '--sync']);
    expect(away.code).toBe(3);
    expect((await vonggac(['hub', 'sync', 'không có'])).code).toBe(2);
  });
});

test('discover --adopt takes what it finds into the register, at a site', async () => {
  const server = await startTinyRtspServer({ clip, fps, host: '127.0.93.5', port: 8554 });
  undo.push(() => server.close());
  const found = await vonggac([
    'discover',
    '--range',
    '127.0.93.4-6',
    '--adopt',
    'Trạm y tế Ước Lễ',
    '--json',
  ]);
  expect(JSON.parse(found.stdout)).toMatchObject({
    devices: [{ address: '127.0.93.5', rtspPort: 8554 }],
    adopted: { devices: [{ address: '127.0.93.5', error: null }] },
  });
  const out = join(folder, 'out.json');
  expect((await vonggac(['export', '--format', 'json', out])).code).toBe(0);
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('Trạm y tế Ước Lễ');
  expect(text).toContain('127.0.93.5');
});
