import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeLeftovers } from '../../../src/evidence/part-file.ts';
import { verifyPackage } from '../../../src/evidence/verify-package.ts';
import { writePackage } from '../../../src/evidence/write-package.ts';
import { evidenceFolder, newKey } from '../../support/evidence-files.ts';

const exporter = join(import.meta.dirname, '../../support/package-exporter.ts');
const root = mkdtempSync(join(tmpdir(), 'vonggac-xuất-'));
const source = join(root, 'nguồn');
const thisHost = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });

beforeAll(() => {
  mkdirSync(source);
  writeFileSync(join(source, 'Cổng chính.mp4'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(source, 'Sân sau.png'), Buffer.alloc(200_000, 9));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function startExporter(args: readonly string[], command = process.execPath): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin!.on('error', () => {});
  child.stdin!.end(pem);
  return child;
}

const ended = (child: ChildProcess) => new Promise<void>((done) => child.on('exit', () => done()));

test('killed at 50 moments: every package that has its name is whole, the rest is removed', async () => {
  const target = join(root, 'đích');
  mkdirSync(target);
  for (let kill = 0; kill < 50; kill++) {
    const child = startExporter([exporter, source, target, '1000']);
    await new Promise<void>((ready) => child.stdout!.once('data', () => ready()));
    // Spread over what one package takes, from the first byte on.
    await new Promise((later) => setTimeout(later, kill * 7));
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
  }
  const names = readdirSync(target);
  const finished = names.filter((name) => name.endsWith('.vgp.zip'));
  const parts = names.filter((name) => name.endsWith('.part'));
  expect(finished.length + parts.length).toBe(names.length);
  // Both happened, else the moments were all on one side.
  expect(finished.length).toBeGreaterThan(0);
  expect(names.length).toBeGreaterThan(10);
  for (const name of finished) {
    expect(await verifyPackage(join(target, name)), name).toMatchObject({ ok: true });
  }
  expect((await removeLeftovers(target)).sort()).toEqual(parts.sort());
  expect(readdirSync(target).sort()).toEqual(finished.sort());
}, 240_000);

test('what a killed export left is removed and told by the next one', async () => {
  const folder = evidenceFolder();
  try {
    // The number of a process that is gone.
    const gone = startExporter(['--version']);
    await ended(gone);
    await writePackage(folder.order);
    const own = readdirSync(folder.dir);
    expect(own.filter((name) => name.endsWith('.part'))).toEqual([]);
    const alive = `x.vgp.zip.${thisHost}-${process.pid}-00000000.part`;
    const dead = `x.vgp.zip.${thisHost}-${gone.pid}-00000000.part`;
    const elsewhere = `x.vgp.zip.00000000-${gone.pid}-00000000.part`;
    for (const name of [alive, dead, elsewhere]) writeFileSync(join(folder.dir, name), 'dở dang');
    const again = { ...folder.order, target: join(folder.dir, 'Gói số 2.vgp.zip') };
    expect((await writePackage(again)).leftovers).toEqual([dead]);
    expect(readdirSync(folder.dir)).toEqual(expect.arrayContaining([alive, elsewhere]));
  } finally {
    folder.remove();
  }
});

test('a package is never written over, and a cancelled one leaves nothing', async () => {
  const folder = evidenceFolder();
  try {
    const stop = new AbortController();
    const cancelled = writePackage({
      ...folder.order,
      signal: stop.signal,
      onProgress: ({ stage }) => stage === 'writing' && stop.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'input.cancelled' });
    expect(readdirSync(folder.dir).filter((name) => name.includes('.vgp.zip'))).toEqual([]);
    writeFileSync(folder.order.target, 'của người khác');
    await expect(writePackage(folder.order)).rejects.toMatchObject({ code: 'evidence.exists' });
    expect(readFileSync(folder.order.target, 'utf8')).toBe('của người khác');
  } finally {
    folder.remove();
  }
});

test('a source that changes while it is packed is told', async () => {
  const folder = evidenceFolder({ key: newKey() });
  try {
    const { path } = folder.order.files[0]!;
    const changed = writePackage({
      ...folder.order,
      onProgress: ({ stage, done }) =>
        stage === 'writing' && done === 0 && writeFileSync(path, 'Đã khác.\n'.repeat(3)),
    });
    await expect(changed).rejects.toMatchObject({ code: 'evidence.changed' });
    expect(readdirSync(folder.dir).filter((name) => name.includes('.vgp.zip'))).toEqual([]);
  } finally {
    folder.remove();
  }
});

/** A disk of its own, in a namespace of mounts that goes with the process. */
async function onSmallDisk(size: string, stage: string, command: string): Promise<string> {
  const disk = mkdtempSync(join(root, 'thẻ-'));
  const script = 'mount -t tmpfs -o size="$1" none "$2"; shift 2; exec "$@"';
  const child = startExporter(
    [
      ...['-rm', 'sh', '-c', script, 'sh', size, disk],
      ...[process.execPath, exporter, source, disk, '1', stage, command.replaceAll('DISK', disk)],
    ],
    'unshare',
  );
  let said = '';
  child.stdout!.on('data', (chunk) => {
    said += chunk;
  });
  await ended(child);
  return said;
}

test('a disk that is too small, fills up, is read-only or is pulled is told as such', async () => {
  expect(await onSmallDisk('1m', '-', 'true')).toContain('failed evidence.no-space');
  // There was room at first; somebody else took it.
  const fill = "dd if=/dev/zero of='DISK/khác' bs=64k count=50 2>/dev/null";
  expect(await onSmallDisk('6m', 'writing', fill)).toContain('failed evidence.no-space');
  expect(await onSmallDisk('20m,ro', '-', 'true')).toContain('failed evidence.medium');
  expect(await onSmallDisk('20m', 'checking', "umount -l 'DISK'")).toContain(
    'failed evidence.medium',
  );
  expect(await onSmallDisk('20m', '-', 'true')).toContain('written []');
}, 60_000);
