import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCaller } from '../../src/contract/call.ts';
import { verifyPackage } from '../../src/evidence/verify-package.ts';
import { keyOf } from '../../src/evidence/workstation-key.ts';
import { writePackage } from '../../src/evidence/write-package.ts';
import { openCentre } from '../../src/host/open-centre.ts';
import { startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { cameraFromUrl } from '../../src/sites/camera-url.ts';
import { silentLog } from '../../src/std/log.ts';
import { memoryWires } from '../../tests/support/memory-wire.ts';
import type { BenchClip } from './clips.ts';
import { startCameras } from './ingest.ts';
import { pause, percentile, stop } from './meter.ts';

export interface SnapshotFigures {
  /** From the key of a person to the finished, synced, read-back file, ms; the aim of p95 is 250. */
  readonly keyToFileMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly snapshots: number;
  readonly format: 'png' | 'jpeg';
  readonly size: string;
  readonly tiles: number;
  /** Of the machine over the last minute, at the end: other work on it lengthens every figure. */
  readonly load: number;
}

export interface PackageFigures {
  readonly megabytes: number;
  /** Hashed, written, synced, read back and checked; and `cp`, `sync` and `sha256sum` of the same file. */
  readonly writtenMegabytesPerSecond: number;
  readonly copyMegabytesPerSecond: number;
  readonly verifiedMegabytesPerSecond: number;
  readonly sha256sumMegabytesPerSecond: number;
}

const root = join(import.meta.dirname, '..', '..');
const tiles = 16;
const presses = 40;

/** One camera of 1080p beside fifteen small ones in the real page; S is pressed again and again. */
export async function benchSnapshots(
  small: BenchClip,
  large: BenchClip,
  format: 'png' | 'jpeg',
): Promise<SnapshotFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vonggac-snapshots-'));
  const [one, others] = [await startCameras(large, 1), await startCameras(small, tiles - 1)];
  const cameras = [
    cameraFromUrl(`rtsp://127.0.0.1:${one.port}/cam-0`, { name: 'Cổng chính' }),
    ...Array.from({ length: tiles - 1 }, (_, index) =>
      cameraFromUrl(`rtsp://127.0.0.1:${others.port}/cam-${index}`),
    ),
  ];
  const centre = await openCentre({
    ...{ dataDir, shell: 'kiosk', language: 'vi', cameras, demo: 'never', wall: null },
    ...{ screens: 1, warnings: [], log: silentLog },
  });
  const kiosk = await startKiosk({
    ...{ host: centre, pageDir: join(root, 'dist', 'page'), dataDir, headless: true },
    ...{ size: { width: 1920, height: 1080 }, noSandbox: false, log: silentLog },
  });
  try {
    const [core, wire] = memoryWires();
    centre.attachControl(core);
    const caller = createCaller(wire);
    const person = { name: 'Trần Thử', fullName: 'Trần Thị Thử', password: 'Mật khẩu thử 1' };
    await caller.call('operators.first', person);
    const key = async (code: string, typed: string) => {
      const windowsVirtualKeyCode = typed.toUpperCase().charCodeAt(0);
      for (const type of ['keyDown', 'keyUp']) {
        const text = type === 'keyDown' ? { text: typed } : {};
        const event = { type, code, key: typed, windowsVirtualKeyCode, ...text };
        await kiosk.send('Input.dispatchKeyEvent', event);
      }
    };
    if (format === 'jpeg') {
      await kiosk.evaluate(
        `localStorage.setItem('vonggac-evidence', '{"format":"jpeg"}'); location.reload()`,
      );
      await pause(4);
    }
    await key('KeyF', 'f');
    await key('Digit4', '4');
    const live = () =>
      (centre.reports().get(0)?.tiles ?? []).filter(({ look }) => look === 'live').length;
    for (let wait = 0; live() < tiles && wait < 60; wait++) await pause(1);
    if (live() < tiles) throw new Error(`only ${live()} of ${tiles} tiles are live`);
    await kiosk.evaluate(
      `document.querySelector('[data-camera=${JSON.stringify(cameras[0]!.id)}]').focus()`,
    );
    await pause(5);
    const shelf = join(dataDir, 'evidence');
    mkdirSync(shelf, { recursive: true });
    const times: number[] = [];
    for (let press = 0; press < presses + 3; press++) {
      const there = new Set(readdirSync(shelf));
      const arrived = new Promise<number>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('no picture came')), 15_000);
        const watcher = watch(shelf, (_kind, name) => {
          if (!name || name.startsWith('.') || there.has(name)) return;
          watcher.close();
          clearTimeout(late);
          resolve(performance.now());
        });
      });
      const from = performance.now();
      await key('KeyS', 's');
      const took = (await arrived) - from;
      // The first ones warm up what later ones use.
      if (press >= 3) times.push(took);
      await pause(0.7);
    }
    const filter = { cameraId: cameras[0]!.id, kind: 'snapshot', from: null, to: null, text: '' };
    const { rows, total } = await caller.call('evidence.items', {
      filter: filter as never,
      ...{ offset: 0, limit: 1 },
    });
    const item = rows[0];
    if (total < presses || !item) throw new Error(`only ${total} pictures of the large camera`);
    const at = (share: number) => percentile(times, share) as number;
    return {
      keyToFileMs: { p50: at(0.5), p95: at(0.95), max: Math.max(...times) },
      snapshots: times.length,
      format: item.mediaType === 'image/png' ? 'png' : 'jpeg',
      size: `${item.width}×${item.height}`,
      tiles,
      load: loadavg()[0] ?? 0,
    };
  } finally {
    await kiosk.close();
    await centre.close();
    await stop(one.child);
    await stop(others.child);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A file of random bytes, which nothing can make smaller. */
export async function benchPackage(megabytes = 512): Promise<PackageFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-package-'));
  try {
    const source = join(folder, 'Cổng chính.mp4');
    const piece = randomBytes(16 * 1024 * 1024);
    for (let at = 0; at < megabytes; at += 16) writeFileSync(source, piece, { flag: 'a' });
    const bytes = Math.ceil(megabytes / 16) * piece.length;
    const best = async (work: (round: number) => unknown) => {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const from = performance.now();
        await work(round);
        times.push(performance.now() - from);
      }
      return bytes / 1000 / Math.min(...times);
    };
    const key = keyOf(generateKeyPairSync('ed25519').privateKey, 'memory', false);
    const target = (round: number) => join(folder, `${round}.vgp.zip`);
    const written = await best((round) =>
      writePackage({
        files: [{ path: source }],
        facts: {
          workstation: { id: 'w-1', name: 'Máy trực số 2' },
          ...{ operator: null, recipient: null, legalBasis: null, reason: null },
        },
        ...{ target: target(round), key, audit: null, softwareVersion: 'bench' },
      }),
    );
    const verified = await best(async (round) => {
      const { ok } = await verifyPackage(target(round));
      if (!ok) throw new Error('the package is not whole');
    });
    const copied = await best((round) => {
      const copy = join(folder, `${round}.copy`);
      execFileSync('cp', [source, copy]);
      execFileSync('sync', [copy]);
      execFileSync('sha256sum', [copy]);
      rmSync(copy);
    });
    const summed = await best(() => execFileSync('sha256sum', [source]));
    return {
      megabytes,
      writtenMegabytesPerSecond: written,
      copyMegabytesPerSecond: copied,
      verifiedMegabytesPerSecond: verified,
      sha256sumMegabytesPerSecond: summed,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
