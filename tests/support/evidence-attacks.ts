import { crc32 } from 'node:zlib';
import { layOut, type ZipEntry } from '../../src/evidence-format/zip-layout.ts';

/** One thing somebody does to a package, and what a verifier must name for it. */
export interface Attack {
  readonly title: string;
  readonly bytes: Buffer;
  /** Names and reasons that must be among the findings. */
  readonly named: readonly { readonly name: string | null; readonly reason: string }[];
  /** Nothing else may be called altered. */
  readonly onlyNamed?: boolean;
}

interface Place {
  readonly name: string;
  readonly headerAt: number;
  readonly dataAt: number;
  readonly size: number;
  readonly crc: number;
}

/** Where things lie, found without the code under test. */
export function placesOf(zip: Buffer): { files: Place[]; centralAt: number; endAt: number } {
  const files: Place[] = [];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const size = zip.readUInt32LE(at + 22);
    const nameLength = zip.readUInt16LE(at + 26);
    const dataAt = at + 30 + nameLength + zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 30, at + 30 + nameLength);
    files.push({ name, headerAt: at, dataAt, size, crc: zip.readUInt32LE(at + 14) });
    at = dataAt + size;
  }
  return { files, centralAt: at, endAt: zip.length - 22 };
}

export function flip(zip: Buffer, at: number, mask = 0x01): Buffer {
  const copy = Buffer.from(zip);
  copy[at] = copy[at]! ^ mask;
  return copy;
}

/** A zip of these contents in the canonical form, with the date of the original. */
export function rebuilt(zip: Buffer, files: readonly { name: string; data: Buffer }[]): Buffer {
  const dosTime = zip.readUInt32LE(10);
  const entries = files.map(
    ({ name, data }): ZipEntry => ({ name, size: data.length, crc: crc32(data) }),
  );
  const layout = layOut(entries, dosTime);
  return Buffer.concat([
    ...layout.entries.flatMap(({ header }, index) => [header, files[index]!.data]),
    ...layout.entries.map(({ central }) => central),
    layout.end,
  ]);
}

export function contentsOf(zip: Buffer): { name: string; data: Buffer }[] {
  return placesOf(zip).files.map(({ name, dataAt, size }) => ({
    name,
    data: zip.subarray(dataAt, dataAt + size),
  }));
}

/** Every class of alteration of a plain package. `other` is one by another key. */
export function attacksOn(zip: Buffer, other: Buffer): Attack[] {
  const { files, centralAt, endAt } = placesOf(zip);
  const attacks: Attack[] = [];
  for (const { name, dataAt, size } of files) {
    for (const [where, at] of [
      ['first', dataAt],
      ['middle', dataAt + (size >> 1)],
      ['last', dataAt + size - 1],
    ] as const) {
      attacks.push({
        title: `a bit of the ${where} byte of ${name}`,
        bytes: flip(zip, at),
        named: [{ name, reason: '*' }],
        onlyNamed: true,
      });
    }
  }
  const picture = files.find(({ name }) => name.endsWith('.png'))!;
  const { name } = picture;
  for (const [what, offset] of [
    ['signature', 0],
    ['version', 4],
    ['flags', 6],
    ['method', 8],
    ['time', 10],
    ['date', 12],
    ['checksum', 14],
    ['stored size', 18],
    ['size', 22],
    ['length of the name', 26],
    ['length of extras', 28],
    ['name', 33],
  ] as const) {
    attacks.push({
      title: `the ${what} in a local header`,
      bytes: flip(zip, picture.headerAt + offset),
      named: [{ name, reason: 'local-header' }],
    });
  }
  const centralOf = zip.indexOf(Buffer.from(name), centralAt) - 46;
  for (const offset of [0, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 30, 32, 34, 36, 38, 42, 48]) {
    attacks.push({
      title: `byte ${offset} of an entry in the central directory`,
      bytes: flip(zip, centralOf + offset),
      named: [{ name: '*', reason: 'central-directory' }],
    });
  }
  for (let offset = 0; offset < 22; offset++) {
    attacks.push({
      title: `byte ${offset} of the end record`,
      bytes: flip(zip, endAt + offset),
      named: [{ name: null, reason: 'end-record' }],
    });
  }
  const contents = contentsOf(zip);
  const swapped = [...contents];
  [swapped[1], swapped[2]] = [swapped[2]!, swapped[1]!];
  const added = [...contents];
  added.splice(2, 0, { name: 'du-lieu/Ảnh thêm.png', data: Buffer.from('thêm') });
  const theirs = new Map(contentsOf(other).map((one) => [one.name, one.data]));
  const replaced = (names: readonly string[]) =>
    contents.map((one) =>
      names.includes(one.name) ? { ...one, data: theirs.get(one.name)! } : one,
    );
  attacks.push(
    {
      title: 'the end cut off',
      bytes: zip.subarray(0, endAt - 40),
      named: [{ name: null, reason: 'truncated' }],
    },
    {
      title: 'the second half cut off',
      bytes: zip.subarray(0, zip.length >> 1),
      named: [{ name: 'signature.json', reason: 'missing' }],
    },
    {
      title: 'bytes behind the end',
      bytes: Buffer.concat([zip, Buffer.from('thêm')]),
      named: [{ name: null, reason: 'trailing-bytes' }],
    },
    {
      title: 'bytes before the beginning',
      bytes: Buffer.concat([Buffer.from('#!/bin/sh\n'), zip]),
      named: [{ name: '*', reason: '*' }],
    },
    {
      title: 'two files in another order',
      bytes: rebuilt(zip, swapped),
      named: [{ name: swapped[1]!.name, reason: 'order' }],
    },
    {
      title: 'a file added, with a whole zip around it',
      bytes: rebuilt(zip, added),
      named: [{ name: 'du-lieu/Ảnh thêm.png', reason: 'unlisted' }],
      onlyNamed: true,
    },
    {
      title: 'a file left out, with a whole zip around it',
      bytes: rebuilt(
        zip,
        contents.filter((one) => one.name !== name),
      ),
      named: [{ name, reason: 'missing' }],
      onlyNamed: true,
    },
    {
      title: 'a file renamed, with a whole zip around it',
      bytes: rebuilt(
        zip,
        contents.map((one) => (one.name === name ? { ...one, name: 'du-lieu/Khác.png' } : one)),
      ),
      named: [
        { name, reason: 'missing' },
        { name: 'du-lieu/Khác.png', reason: 'unlisted' },
      ],
    },
    {
      title: 'a file twice',
      bytes: rebuilt(zip, [...contents, contents[1]!]),
      named: [{ name: contents[1]!.name, reason: 'duplicate-name' }],
    },
    {
      title: 'a way out of the folder as a name',
      bytes: rebuilt(zip, [...contents, { name: '../../thoát.txt', data: Buffer.from('x') }]),
      named: [{ name: '../../thoát.txt', reason: 'unsafe-name' }],
    },
    {
      title: 'a picture altered, with checksums made to fit',
      bytes: rebuilt(
        zip,
        contents.map((one) => (one.name === name ? { ...one, data: flip(one.data, 20) } : one)),
      ),
      named: [{ name, reason: 'altered' }],
      onlyNamed: true,
    },
    {
      title: 'the key in signature.json replaced',
      bytes: rebuilt(
        zip,
        contents.map((one) => {
          if (one.name !== 'signature.json') return one;
          const mine = JSON.parse(one.data.toString());
          const their = JSON.parse(theirs.get('signature.json')!.toString());
          const mixed = { ...mine, publicKey: their.publicKey, fingerprint: their.fingerprint };
          return { ...one, data: Buffer.from(`${JSON.stringify(mixed, null, 2)}\n`) };
        }),
      ),
      named: [{ name: 'signature.json', reason: '*' }],
    },
    {
      title: 'signature and seal of another package',
      bytes: rebuilt(zip, replaced(['signature.json', 'seal.json'])),
      named: [{ name: 'manifest.json', reason: 'altered' }],
    },
    {
      title: 'the manifest of another package',
      bytes: rebuilt(zip, replaced(['manifest.json'])),
      named: [{ name: 'manifest.json', reason: 'altered' }],
    },
    {
      title: 'the record of another package',
      bytes: rebuilt(zip, replaced(['bien-ban.pdf'])),
      named: [{ name: 'bien-ban.pdf', reason: '*' }],
      onlyNamed: true,
    },
  );
  return attacks;
}
