import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRing, type OpenRing } from '../../../src/replay/ring.ts';
import { collect, feed, inventedUnit, numberOf } from '../../support/ring-feed.ts';

const start = 1_800_000_000_000;
const mebibyte = 1024 * 1024;
let dir: string;
let ring: OpenRing;

const open = (options: { diskBytes?: number; memoryBytes?: number } = {}) =>
  createRing({ dataDir: dir, memoryBytes: 2 * mebibyte, diskBytes: 64 * mebibyte, ...options });
const numbers = async (of: OpenRing, cameraId = 'a', from = 0) =>
  (await collect(of.read(cameraId, 'main', from, Number.POSITIVE_INFINITY))).flatMap((piece) =>
    piece.kind === 'unit' ? [numberOf(piece.unit)] : [],
  );
const files = () => readdirSync(join(dir, 'ring')).map((name) => join(dir, 'ring', name));
const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-ring-'));
});

afterEach(async () => {
  await ring?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the ring on disk', () => {
  it('holds what memory let go of, and the same after a restart', async () => {
    ring = open();
    feed(ring, { cameraId: 'a' }, 0, 3_000);
    await ring.flush();
    expect(ring.figures.memoryBytes).toBeLessThan(3 * mebibyte);
    expect(await numbers(ring)).toEqual(count(0, 3_000));
    expect(ring.spans('a')).toHaveLength(1);
    await ring.close();
    ring = open();
    await ring.ready;
    expect(ring.figures.memoryBytes).toBe(0);
    expect(await numbers(ring)).toEqual(count(0, 3_000));
    const [first] = await collect(ring.read('a', 'main', start + 40, start + 40));
    expect(first).toMatchObject({ kind: 'format' });
    const units = (await collect(ring.read('a', 'main', start, start))).filter(
      (piece) => piece.kind === 'unit',
    );
    expect(units.map(({ unit }) => ({ ...unit, data: new Uint8Array(unit.data) }))).toEqual([
      inventedUnit({ cameraId: 'a' }, 0),
    ]);
  });

  it('is for the owner of the data folder only', async () => {
    ring = open();
    feed(ring, { cameraId: 'a' }, 0, 500);
    await ring.flush();
    expect(files().length).toBeGreaterThan(0);
    for (const file of files()) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'ring')).mode & 0o777).toBe(0o700);
  });

  it('stays within its budget, the oldest of all streams first', async () => {
    ring = open({ diskBytes: 8 * mebibyte });
    for (let round = 0; round < 20; round++) {
      for (const cameraId of ['a', 'b']) {
        feed(ring, { cameraId }, round * 250, (round + 1) * 250);
      }
      await ring.flush();
      expect(ring.figures.diskBytes).toBeLessThanOrEqual(8 * mebibyte);
    }
    const onDisk = files().reduce((sum, file) => sum + statSync(file).size, 0);
    expect(onDisk).toBe(ring.figures.diskBytes);
    const held = await numbers(ring);
    expect(held[0]).toBeGreaterThan(0);
    expect(held).toEqual(count(held[0]!, 5_000));
  });

  it('cuts a torn end off and keeps all before it', async () => {
    ring = open();
    feed(ring, { cameraId: 'a' }, 0, 1_000);
    await ring.close();
    const last = files().at(-1)!;
    const whole = readFileSync(last);
    for (const torn of [whole.length - 1, whole.length - 5_000, whole.length + 100]) {
      writeFileSync(last, whole.subarray(0, torn));
      if (torn > whole.length) await appendFile(last, Buffer.alloc(100, 7));
      ring = open();
      const held = await ring.ready.then(() => numbers(ring));
      if (torn > whole.length) expect(held).toEqual(count(0, 1_000));
      else {
        expect(held.length).toBeLessThan(1_000);
        expect(held).toEqual(count(0, held.length));
      }
      await ring.close();
    }
  });

  it('does not hand out a block that was altered', async () => {
    ring = open();
    feed(ring, { cameraId: 'a' }, 0, 2_000);
    await ring.close();
    const first = files()[0]!;
    const bytes = readFileSync(first);
    bytes[Math.floor(bytes.length / 3)]! ^= 1;
    writeFileSync(first, bytes);
    ring = open();
    await ring.ready;
    const held = await numbers(ring);
    expect(held.length).toBeLessThan(2_000);
    expect(new Set(held).size).toBe(held.length);
  });

  it('can be read after the program was killed while it wrote', async () => {
    const writer = fileURLToPath(new URL('../../support/ring-writer.ts', import.meta.url));
    for (const killAfter of [900, 2_500, 4_100]) {
      const child = spawn(process.execPath, [writer, dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (text) => {
          said += text;
          if (Number(said.trim().split('\n').at(-1)) >= killAfter) resolve();
        });
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
      ring = open();
      await ring.ready;
      const held = await numbers(ring, 'killed');
      expect(held.length).toBeGreaterThan(100);
      // Whole groups from the beginning on, nothing of a block that was being written.
      expect(held.slice(0, 100)).toEqual(count(0, 100));
      await ring.close();
    }
  });

  it('goes on in memory where the disk cannot be written', async () => {
    writeFileSync(join(dir, 'ring'), 'in the way');
    ring = open();
    await ring.ready;
    feed(ring, { cameraId: 'a' }, 0, 200);
    await ring.flush();
    expect(await numbers(ring)).toEqual(count(0, 200));
    expect(ring.figures.diskBytes).toBe(0);
    expect(ring.figures.diskSkippedBytes).toBeGreaterThan(0);
  });
});
