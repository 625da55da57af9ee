import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockWriter, blockBytes } from '../../../src/clips/block-writer.ts';
import { AsideFile } from '../../../src/clips/clip-file.ts';
import { writeClip } from '../../../src/clips/write-clip.ts';
import { joinNals, splitNals } from '../../../src/codec/nal.ts';
import {
  decodedTimes,
  piecesOf,
  probeJson,
  sourceBitstream,
} from '../../support/source-bitstream.ts';

let dir: string;
let file: AsideFile;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-clip-file-'));
  file = new AsideFile(join(dir, 'a.bin'));
});

afterEach(async () => {
  await file.discard();
  rmSync(dir, { recursive: true, force: true });
});

/** Two blocks and a half of numbers, in odd pieces. */
async function written(): Promise<{ out: BlockWriter; all: Buffer }> {
  await file.open();
  const out = new BlockWriter(file);
  const all = Buffer.alloc(Math.round(blockBytes * 2.5));
  for (let i = 0; i < all.length; i += 4) all.writeUInt32LE(i, i);
  for (let at = 0; at < all.length; at += 777_777) await out.write(all.subarray(at, at + 777_777));
  await out.end();
  await file.sync();
  return { out, all };
}

describe('reading back what was written', () => {
  it('is the digest of the file, over blocks', async () => {
    const { out, all } = await written();
    expect(readFileSync(file.aside).equals(all)).toBe(true);
    const sha256 = createHash('sha256').update(all).digest('hex');
    expect(await file.sha256(out.blocks)).toBe(sha256);
    expect(await file.sha256()).toBe(sha256);
  });

  for (const [what, harm] of [
    ['one byte is another', (path: string) => writeSync(openSync(path, 'r+'), 'x', blockBytes + 5)],
    ['the end is missing', (path: string) => truncateSync(path, blockBytes * 2 + 9)],
    ['a block is missing', (path: string) => truncateSync(path, blockBytes * 2)],
  ] as const) {
    it(`is a fault where ${what}`, async () => {
      const { out } = await written();
      harm(file.aside);
      await expect(file.sha256(out.blocks)).rejects.toMatchObject({
        code: 'file.failed',
        params: { reason: 'read-back' },
      });
    });
  }
});

it('a picture larger than any block is whole', async () => {
  const { units, format, pts } = sourceBitstream({ codec: 'h264', seconds: 2 });
  // Filler data (type 12), which decoders leave out.
  const filler = Buffer.alloc(blockBytes + 100_000, 0xff);
  filler.set([0, 0, 0, 1, 12]);
  filler[filler.length - 1] = 0x80;
  const grown = units.map((unit, i) =>
    i === 10 || i === 30
      ? { ...unit, data: new Uint8Array(Buffer.concat([unit.data, filler])) }
      : unit,
  );
  const path = join(dir, 'a.mp4');
  await writeClip({ pieces: piecesOf(format, ...grown), file: path });
  const { packets } = probeJson(['-show_packets', '-select_streams', 'v', path]) as {
    packets: { size: string }[];
  };
  expect(packets.map(({ size }) => Number(size))).toEqual(
    grown.map(({ data }) => joinNals(splitNals(data)).length),
  );
  expect(decodedTimes(path)).toEqual(pts);
});
