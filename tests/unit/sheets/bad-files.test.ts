import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readFile } from '../../../src/sheets/read-file.ts';
import { SheetProblem } from '../../../src/sheets/sheet-fault.ts';
import { readZipDirectory, unpack } from '../../../src/sheets/zip-directory.ts';
import { tinyWorkbook, tinyZip } from '../../support/tiny-zip.ts';

const read = (bytes: Buffer | string, fileName = 'ds.csv') =>
  readFile(Buffer.from(bytes as string), {
    fileName,
    sheet: null,
    mapping: null,
    recall: () => null,
  });
const reason = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof SheetProblem ? error.reason : String(error)),
  );
const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const heading = `<row>${inline('Tên camera')}${inline('Địa chỉ RTSP')}</row>`;

test('a list of a million rows is refused, as CSV and as XLSX', async () => {
  const lines = `name,url\n${'a,rtsp://192.0.2.1/x\n'.repeat(1_000_000)}`;
  expect(await reason(read(lines))).toBe('too-many');
  const rows = '<row><c><v>1</v></c><c><v>2</v></c></row>'.repeat(1_000_000);
  const workbook = tinyWorkbook(`<worksheet><sheetData>${heading}${rows}</sheetData></worksheet>`);
  expect(await reason(read(workbook, 'ds.xlsx'))).toBe('too-many');
});

test('50 MB of garbage are refused for what they are, whatever their name', async () => {
  const garbage = randomBytes(50 * 1024 * 1024);
  expect(await reason(read(garbage))).toBe('encoding');
  expect(await reason(read(garbage, 'ds.xlsx'))).toBe('not-xlsx');
  expect(await reason(read(garbage, 'ds.json'))).toBe('encoding');
  expect(await reason(read('x'.repeat(50_000_000)))).toBe('cell-too-long');
  expect(await reason(read(`"${'x'.repeat(50_000_000)}`))).toMatch(/not-csv|cell-too-long/);
  expect(await reason(read(`[${'['.repeat(1_000_000)}`, 'ds.json'))).toBe('not-json');
  expect(await reason(read(Buffer.alloc(65 * 1024 * 1024, 0x20)))).toBe('too-large');
});

test('an archive that says too much or too little of its size is not unpacked', async () => {
  const bomb = tinyWorkbook('<worksheet/>', 0xfffffff0);
  expect(await reason(read(bomb, 'ds.xlsx'))).toBe('unpacked-too-large');
  const liar = tinyZip([{ name: 'a', content: Buffer.alloc(8_000_000), declaredBytes: 10 }]);
  const part = readZipDirectory(liar).get('a')!;
  const all = async () => {
    let bytes = 0;
    for await (const chunk of unpack(liar, part, 1_000_000)) bytes += chunk.length;
    return bytes;
  };
  expect(await reason(all())).toBe('unpacked-too-large');
});

test('a workbook with a document type, without end, cut short or of the old kind is refused', async () => {
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>`;
  expect(await reason(read(tinyWorkbook(laughs), 'ds.xlsx'))).toBe('not-xlsx');
  const endless = `<worksheet><sheetData><row><c><v>${'1'.repeat(3_000_000)}`;
  expect(await reason(read(tinyWorkbook(endless), 'ds.xlsx'))).toBe('cell-too-long');
  const whole = tinyWorkbook(`<worksheet><sheetData>${heading}</sheetData></worksheet>`);
  expect(await reason(read(whole.subarray(0, whole.length - 40), 'ds.xlsx'))).toBe('not-xlsx');
  const wide = `<worksheet><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`;
  expect(await reason(read(tinyWorkbook(wide), 'ds.xlsx'))).toBe('too-wide');
  const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
  expect(await reason(read(old, 'ds.xls'))).toBe('old-xls');
  const locked = Buffer.concat([old, Buffer.from('EncryptedPackage', 'utf16le')]);
  expect(await reason(read(locked, 'ds.xlsx'))).toBe('encrypted');
  expect(await reason(read('', 'ds.csv'))).toBe('empty');
  expect(await reason(read('a,b\n1,2\n', 'ds.csv'))).toBe('no-heading');
});

test('no part of a workbook that is damaged at random does worse than a refusal', async () => {
  const whole = tinyWorkbook(
    `<worksheet><sheetData>${heading}<row>${inline('C1')}${inline('rtsp://192.0.2.1/x')}</row></sheetData></worksheet>`,
  );
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const damaged = Buffer.from(whole);
    for (let hit = 0; hit <= next(6); hit++) damaged[next(damaged.length)] = next(256);
    const outcome = await reason(read(damaged, 'ds.xlsx'));
    expect(outcome).toMatch(
      /^(taken|not-xlsx|no-heading|empty|nothing|unpacked-too-large|encrypted|too-wide|no-sheet|encoding|cell-too-long)$/,
    );
  }
});

test.each([
  [
    'UTF-8 with mark',
    Buffer.from('\ufeffTên camera;Địa chỉ RTSP\nCổng;rtsp://192.0.2.1/x\n'),
    'utf-8',
  ],
  [
    'UTF-16 with mark',
    Buffer.from('\ufeffTên camera\tĐịa chỉ RTSP\r\nCổng\trtsp://192.0.2.1/x\r\n', 'utf16le'),
    'utf-16le',
  ],
  [
    'UTF-16 without mark',
    Buffer.from('Tên camera;Địa chỉ RTSP\r\nCổng;rtsp://192.0.2.1/x\r\n', 'utf16le'),
    'utf-16le',
  ],
  [
    'UTF-16 big-endian',
    Buffer.from('\ufeffTên camera,Địa chỉ RTSP\nCổng,rtsp://192.0.2.1/x\n', 'utf16le').swap16(),
    'utf-16be',
  ],
  // Windows-1258: `ổ` is `ô` and a combining hook above, `ị` is `i` and a dot below.
  [
    'Windows-1258',
    Buffer.from(
      '54ea6e2063616d6572613bd0f2692063686920525453500a43f4d26e673b727473703a2f2f3139322e302e322e312f780a',
      'hex',
    ),
    'windows-1258',
  ],
  [
    'sep= line and quotes',
    Buffer.from('sep=|\r\n"Tên camera"|"Địa chỉ RTSP"\r\n"Cổng"|"rtsp://192.0.2.1/x"\r\n'),
    'utf-8',
  ],
] as const)('%s is read', async (_, bytes, encoding) => {
  const { table, records } = await read(bytes);
  expect(table.encoding).toBe(encoding);
  expect(records.rows.map(({ camera }) => camera?.fields)).toEqual([
    { name: 'Cổng', url: 'rtsp://192.0.2.1/x' },
  ]);
});
