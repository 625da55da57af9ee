import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditLog } from '../../../src/audit/audit-log.ts';
import { silentLog } from '../../../src/std/log.ts';
import { runCommand } from '../../support/command.ts';
import { flip, placesOf } from '../../support/evidence-attacks.ts';
import { someFacts, tinyPng } from '../../support/evidence-files.ts';

const root = mkdtempSync(join(tmpdir(), 'vonggac-gói-'));
const data = join(root, 'dữ liệu');
const folder = join(root, 'Ảnh ca đêm');
const out = join(root, 'Gói số 1.vgp.zip');
/** No bus: what a developer's keychain holds is none of a test's business. */
const env = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: join(root, 'không có') };
const vonggac = (args: readonly string[], input = '') => runCommand(args, { env, input });

beforeAll(async () => {
  mkdirSync(join(folder, 'phòng 2'), { recursive: true });
  mkdirSync(data);
  writeFileSync(join(folder, 'Cổng chính.png'), tinyPng);
  writeFileSync(join(folder, 'Cổng chính.png.facts.json'), JSON.stringify(someFacts));
  writeFileSync(join(folder, 'phòng 2', 'Cổng chính.png'), Buffer.concat([tinyPng, tinyPng]));
  writeFileSync(join(folder, '.ẩn'), 'không lấy');
  const audit = createAuditLog({ dataDir: data, station: 'w-1', version: '0', log: silentLog });
  const operator = { id: 'u1', name: 'Nguyễn Thị Ngữ' };
  audit.write({ kind: 'evidence.snapshot', operator, camera: someFacts.camera.id });
  audit.write({ kind: 'ptz.move', operator, camera: 'cam-9' });
  audit.write({ kind: 'evidence.snapshot', operator, camera: someFacts.camera.id });
  await audit.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a folder becomes a package, with facts, audit and everything named', async () => {
  const args = ['package', folder, '--out', out, '--data', data, '--json'];
  const said = [
    '--recipient',
    'Công an phường Ước Hòa',
    '--legal-basis',
    'CV 12',
    '--reason',
    'Vượt rào',
  ];
  const done = await vonggac([...args, ...said]);
  expect(done.stderr).toContain('máy này không có kho khóa');
  expect(done.code).toBe(0);
  const packed = JSON.parse(done.stdout);
  expect(packed).toMatchObject({ ok: true, path: out, leftovers: [] });
  const handed = packed.files.filter((one: { path: unknown }) => one.path !== null);
  expect(handed.map(({ name }: { name: string }) => name)).toEqual([
    'du-lieu/Cổng chính.png',
    'du-lieu/phòng 2 - Cổng chính.png',
  ]);

  const checked = await vonggac(['verify', out, '--json', '--public-key', packed.fingerprint]);
  expect(checked.code).toBe(0);
  const verdict = JSON.parse(checked.stdout);
  expect(verdict).toMatchObject({
    ok: true,
    signature: { ok: true, reason: null },
    audit: { ok: true, reason: null, records: 3 },
    signedBy: { compared: 'same', fingerprint: packed.fingerprint },
    signedAt: packed.signedAt,
  });
  expect(verdict.manifest).toMatchObject({
    recipient: 'Công an phường Ước Hòa',
    legalBasis: 'CV 12',
  });
  expect(verdict.manifest.files[0].capture.facts).toEqual(someFacts);
  // What was done with another camera keeps its place and hides its content.
  expect(readFileSync(out, 'utf8')).toContain('"withheld": true');
  expect(readFileSync(out, 'utf8')).not.toContain('cam-9');

  // The export itself stands in the audit.
  const again = createAuditLog({ dataDir: data, station: 'w-1', version: '0', log: silentLog });
  const rows = again
    .database!.prepare("select details from audit_record where kind = 'evidence.export'")
    .all();
  await again.close();
  expect(rows.map((row) => JSON.parse(String(row['details'])).sha256)).toEqual([packed.sha256]);
});

test('what was altered is named, and has an exit code of its own', async () => {
  const altered = join(root, 'sửa.vgp.zip');
  const zip = readFileSync(out);
  const { dataAt } = placesOf(zip).files.find(({ name }) => name.endsWith('chính.png'))!;
  writeFileSync(altered, flip(zip, dataAt + 5));
  const done = await vonggac(['verify', altered]);
  expect(done.code).toBe(6);
  expect(done.stdout).toContain('ĐÃ BỊ SỬA');
  expect(done.stdout).toContain('du-lieu/Cổng chính.png: Nội dung đã bị sửa');
  const other = await vonggac(['verify', out, '--json', '--public-key', 'ab'.repeat(32)]);
  expect(other.code).toBe(6);
  expect(JSON.parse(other.stdout).signature).toEqual({ ok: false, reason: 'key-replaced' });
});

test('a password comes from standard input, and is asked for', async () => {
  const sealed = join(root, 'kín.vgp.zip');
  const password = 'mật khẩu Ước 1';
  const args = ['package', join(folder, 'Cổng chính.png'), '--out', sealed, '--data', data];
  expect((await vonggac([...args, '--password-stdin'], `${password}\n`)).code).toBe(0);
  expect((await vonggac(['verify', sealed, '--json'])).code).toBe(4);
  expect((await vonggac(['verify', sealed, '--password-stdin'], 'sai\n')).code).toBe(4);
  const opened = await vonggac(['verify', sealed, '--json', '--password-stdin'], `${password}\n`);
  expect(opened.code).toBe(0);
  expect(JSON.parse(opened.stdout).ok).toBe(true);
});

test('a sealed vault keeps the key from run to run', async () => {
  const sealed = join(root, 'kho');
  mkdirSync(sealed);
  const { openPassphraseFile } = await import('../../../src/vault/passphrase-file.ts');
  const file = openPassphraseFile({ dataDir: sealed, log: silentLog });
  await file.create('một câu thật dài');
  await file.lock();
  const args = ['public-key', '--data', sealed, '--vault-passphrase-stdin'];
  const first = await vonggac(args, 'một câu thật dài\n');
  const second = await vonggac(args, 'một câu thật dài\n');
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(
    /^Ed25519 SHA-256: (?:[0-9a-f]{4} ?){16}\n-----BEGIN PUBLIC KEY-----\n/,
  );
  expect(second.stdout).toBe(first.stdout);
  expect(first.stderr).toBe('');
  const locked = await vonggac(['public-key', '--data', sealed]);
  expect(locked.code).toBe(4);
});

test.each([
  [['package', 'x'], 2],
  [['package', '/không/có', '--out', 'a.vgp.zip'], 2],
  [['package', folder, '--out', 'a.zip'], 2],
  [['package', folder, '--out', out], 2],
  [['verify', '/không/có.vgp.zip'], 2],
  [['verify', out, '--public-key', 'không phải khóa'], 2],
])('%j ends with %i', async (args, code) => {
  const given = args[0] === 'package' ? [...args, '--data', data] : args;
  expect((await vonggac(given as string[])).code).toBe(code);
});
