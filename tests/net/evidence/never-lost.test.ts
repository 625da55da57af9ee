import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openAuditForReading } from '../../../src/audit/audit-file.ts';
import { AuditReader } from '../../../src/audit/audit-reader.ts';
import { verifyPackage } from '../../../src/evidence/verify-package.ts';
import { silentLog } from '../../../src/std/log.ts';
import { shelfRoom } from '../../support/shelf-room.ts';

/** The shelf, its clips and packages: bounded memory, full disks, and being killed. */
const support = join(import.meta.dirname, '../../support');
const shelfProcess = join(support, 'shelf-process.ts');
const exporter = join(support, 'package-exporter.ts');
const root = mkdtempSync(join(tmpdir(), 'vonggac-kệ-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function run(args: readonly string[], command = process.execPath): ChildProcess {
  // What a killed one leaves in the folder for passing files goes with the test.
  const env = { ...process.env, TMPDIR: folder('tạm') };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  child.stdin!.on('error', () => {});
  return child;
}

const ended = (child: ChildProcess) => new Promise<void>((done) => child.on('exit', () => done()));

async function said(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  await ended(child);
  return text;
}

test('1,000 snapshots leave nothing behind in memory', async () => {
  const data = folder('nghìn');
  const child = run(['--expose-gc', shelfProcess, data, root, '1000']);
  const { grown } = JSON.parse(await said(child)) as { grown: number };
  expect(readdirSync(join(data, 'evidence'))).toHaveLength(1050);
  // 300 MB went through; measured: less than 1 MB stayed.
  expect(grown).toBeLessThan(30_000_000);
  rmSync(data, { recursive: true });
}, 240_000);

test('a clip of 1 GB is packed with bounded memory', async () => {
  const source = folder('nguồn lớn');
  const target = folder('đích lớn');
  const clip = join(source, 'Cổng chính.mp4');
  writeFileSync(clip, '');
  // Without blocks on the disk: only its reading and the package cost time.
  truncateSync(clip, 2 ** 30);
  const child = run([exporter, source, target, '1']);
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  child.stdin!.end(pem);
  let most = 0;
  const watch = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    most = Math.max(most, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
  }, 50);
  expect(await said(child).finally(() => clearInterval(watch))).toContain('written []');
  expect(most).toBeGreaterThan(20_000_000);
  expect(most).toBeLessThan(400_000_000);
  rmSync(target, { recursive: true });
}, 240_000);

test('a full disk is told, leaves no half picture, and its room can be used again', async () => {
  const disk = folder('ổ nhỏ');
  const script = 'mount -t tmpfs -o size=12m none "$1"; shift; exec "$@"';
  const args = [process.execPath, shelfProcess, disk, disk, 'full'];
  const text = await said(run(['-rm', 'sh', '-c', script, 'sh', disk, ...args], 'unshare'));
  expect(text).toMatch(/failed (file\.full|store\.failed) after [1-9]/u);
  expect(text).toContain('files 0 too many, then taken');
}, 60_000);

test('killed at 25 moments of pictures, clips and packages: whole files, one chain, strays told', async () => {
  const data = folder('dữ liệu');
  const target = folder('thẻ');
  for (let kill = 0; kill < 25; kill++) {
    const child = run([shelfProcess, data, target]);
    await new Promise<void>((ready) => child.stdout!.once('data', () => ready()));
    await new Promise((later) => setTimeout(later, (kill * 83) % 1000));
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
    const audit = openAuditForReading(data)!;
    expect(new AuditReader(audit).verify({ publicKey: null })).toMatchObject({ intact: true });
    audit.close();
  }
  const shelf = join(data, 'evidence');
  writeFileSync(join(shelf, 'lạ.png'), 'không ai biết');
  writeFileSync(join(shelf, '.cũ.part'), 'dở dang');
  utimesSync(join(shelf, '.cũ.part'), 1, 1);
  const strays: unknown[] = [];
  const warn = (text: string, details?: { file?: unknown }) => {
    if (text.includes('no row knows')) strays.push(details?.file);
  };
  const room = await shelfRoom(data, { ...silentLog, warn });
  const filter = { cameraId: null, kind: null, from: null, to: null, text: '' };
  const { rows, total } = await room.handlers['evidence.items']({ filter, offset: 0, limit: 200 });
  expect(rows).toHaveLength(Math.min(200, total));
  expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['snapshot', 'clip']));
  for (const item of rows) {
    const bytes = readFileSync(join(shelf, item.name));
    expect(createHash('sha256').update(bytes).digest('hex'), item.name).toBe(item.sha256);
  }
  const listed = new Set(
    room.database
      .prepare("select json_extract(item, '$.name') as name from evidence_item")
      .all()
      .map((row) => row['name']),
  );
  const finished = readdirSync(shelf).filter((name) => !name.startsWith('.'));
  const unknown = finished.filter((name) => !listed.has(name)).sort();
  expect(unknown).toContain('lạ.png');
  // At most one for each time that it was killed between a file and its row.
  expect(unknown.length).toBeLessThanOrEqual(26);
  await vi.waitFor(() => expect([...strays].sort()).toEqual(unknown));
  await vi.waitFor(() => expect(readdirSync(shelf)).not.toContain('.cũ.part'));
  const packages = readdirSync(target).filter((name) => name.endsWith('.vgp.zip'));
  expect(packages.length).toBeGreaterThan(0);
  for (const name of packages) {
    expect(await verifyPackage(join(target, name)), name).toMatchObject({ ok: true });
  }
  await room.close();
}, 300_000);
