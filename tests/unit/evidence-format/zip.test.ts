import { expect, test } from 'vitest';
import type { ByteSource } from '../../../src/evidence-format/bytes.ts';
import {
  dosTimeOf,
  layOut,
  noDosTime,
  type ZipEntry,
} from '../../../src/evidence-format/zip-layout.ts';
import {
  entriesByCentral,
  entriesByWalking,
  type FoundEntry,
} from '../../../src/evidence-format/zip-read.ts';

/** A file of these entries whose contents are zeros that lie nowhere. */
function hollow(entries: readonly ZipEntry[], dosTime = noDosTime): ByteSource {
  const layout = layOut(entries, dosTime);
  const parts = [
    ...layout.entries.map(({ headerAt, header }) => ({ at: headerAt, bytes: header })),
    ...layout.entries.map(({ centralAt, central }) => ({ at: centralAt, bytes: central })),
    { at: layout.endAt, bytes: layout.end },
  ];
  return {
    size: layout.size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      for (const part of parts) {
        const from = Math.max(offset, part.at);
        const to = Math.min(offset + length, part.at + part.bytes.length);
        if (from < to) bytes.set(part.bytes.subarray(from - part.at, to - part.at), from - offset);
      }
      return bytes;
    },
  };
}

const plain = (found: readonly FoundEntry[] | null) =>
  found?.map(({ name, size, crc }) => ({ name, size, crc }));

test.each([
  ['small files', [10, 0, 7]],
  ['a file of exactly 4 GiB less one', [0xffff_ffff, 5]],
  ['a file just below that', [0xffff_fffe, 5]],
  ['files whose places need 64 bits', [3_000_000_000, 3_000_000_000, 8]],
  ['a file of 6 GB', [6_000_000_000]],
])('%s are found again both ways', async (_, sizes) => {
  const entries = sizes.map((size, at) => ({ name: `du-lieu/Tệp ${at}.mp4`, size, crc: at * 77 }));
  const source = hollow(entries);
  expect(plain(await entriesByCentral(source))).toEqual(entries);
  expect(plain(await entriesByWalking(source))).toEqual(entries);
});

test('more files than 16 bits count', async () => {
  const layout = layOut(
    Array.from({ length: 70_000 }, (_, at) => ({ name: `${at}`, size: 0, crc: 0 })),
    noDosTime,
  );
  // Zip64 end record, locator, end record.
  expect(layout.end.length).toBe(56 + 20 + 22);
});

test('the date is that of the local time', () => {
  const time = dosTimeOf('2021-06-25T16:30:13.000+07:00');
  expect(time >>> 16).toBe(((2021 - 1980) << 9) | (6 << 5) | 25);
  expect(time & 0xffff).toBe((16 << 11) | (30 << 5) | 6);
  expect(dosTimeOf('1970-01-01T07:00:00.000+07:00')).toBe(noDosTime);
});

test('random bytes never throw and never give entries beyond the end', async () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed;
  };
  const whole = hollow([
    { name: 'manifest.json', size: 40, crc: 1 },
    { name: 'du-lieu/Ảnh.png', size: 60, crc: 2 },
  ]);
  const good = await whole.read(0, whole.size);
  for (let round = 0; round < 3000; round++) {
    const bytes = new Uint8Array(
      good.subarray(0, good.length - (round % 3 === 0 ? random() % good.length : 0)),
    );
    for (let count = random() % 6; count >= 0 && bytes.length > 0; count--) {
      bytes[random() % bytes.length] = random() & 255;
    }
    const source: ByteSource = {
      size: bytes.length,
      async read(offset, length) {
        if (offset < 0 || offset + length > bytes.length) throw new RangeError('beyond the end');
        return bytes.slice(offset, offset + length);
      },
    };
    const lists = [await entriesByCentral(source), await entriesByWalking(source)];
    for (const entry of lists.flatMap((list) => list ?? [])) {
      expect(entry.dataAt + entry.size).toBeLessThanOrEqual(bytes.length);
    }
  }
});
