import { expect, test } from 'vitest';
import { readSheet } from '../../../src/sheets/sheet-jobs.ts';

test('reading stops at once when it is no longer wanted', async () => {
  const stop = new AbortController();
  const bytes = Buffer.from(`name,url\n${'a,rtsp://192.0.2.1/x\n'.repeat(49_000)}`);
  const reading = readSheet({
    bytes,
    fileName: 'ds.csv',
    sheet: null,
    mapping: null,
    remembered: [],
    signal: stop.signal,
  });
  stop.abort();
  await expect(reading).rejects.toMatchObject({ code: 'input.cancelled' });
});

test('what goes wrong in the reading process is told as a cause, with the file’s name', async () => {
  const reading = readSheet({
    bytes: Buffer.from('a,b\n1,2\n'),
    fileName: 'ds\u202e.csv',
    sheet: null,
    mapping: null,
    remembered: [],
  });
  await expect(reading).rejects.toMatchObject({
    code: 'input.sheet',
    params: { file: 'ds.csv', reason: 'no-heading' },
  });
});
