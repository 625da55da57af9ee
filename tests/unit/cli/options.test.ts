import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exit.ts';
import { layoutFor, parseLayout } from '../../../src/cli/layout-option.ts';
import { firstLineOfStdin } from '../../../src/cli/read-stdin.ts';
import { chooseLanguage } from '../../../src/cli/words.ts';
import { causeCodes } from '../../../src/contract/cause.ts';

test('layouts are written as people write them', () => {
  expect(['4x4', '16', '1+5', '1x1', ' 8x8 '].map(parseLayout)).toEqual([
    '16',
    '16',
    '1+5',
    '1',
    '64',
  ]);
  expect(['3x4', '9x9', '', '1+6', '-4x-4'].map(parseLayout)).toEqual(Array(5).fill(null));
  expect([0, 1, 2, 16, 17, 64, 500].map(layoutFor)).toEqual([
    '1',
    '1',
    '4',
    '16',
    '25',
    '64',
    '64',
  ]);
});

test('every cause has an exit code that tells its kind', () => {
  for (const code of causeCodes) expect([1, 2, 3, 4, 5]).toContain(exitCodeOf(code));
  expect(exitCodeOf('net.timeout')).toBe(3);
  expect(exitCodeOf('rtsp.unauthorized')).toBe(4);
  expect(exitCodeOf('tls.changed')).toBe(4);
  expect(exitCodeOf('rtsp.not-found')).toBe(5);
  expect(exitCodeOf('input.inventory')).toBe(2);
});

test('Vietnamese unless English is asked for', () => {
  expect(chooseLanguage([], {})).toBe('vi');
  expect(chooseLanguage(['probe', '--lang', 'en'], {})).toBe('en');
  expect(chooseLanguage(['--lang=en'], {})).toBe('en');
  expect(chooseLanguage([], { VONGGAC_LANG: 'en' })).toBe('en');
  expect(chooseLanguage(['--lang', 'vi'], { VONGGAC_LANG: 'en' })).toBe('vi');
  expect(chooseLanguage(['--lang'], {})).toBe('vi');
});

test('a password is the first line of standard input, whatever pieces it comes in', async () => {
  async function* pieces(...parts: (string | Buffer)[]) {
    yield* parts;
  }
  const bytes = Buffer.from('mật khẩu: @#\r\nmore');
  expect(await firstLineOfStdin(pieces(bytes.subarray(0, 2), bytes.subarray(2)))).toBe(
    'mật khẩu: @#',
  );
  expect(await firstLineOfStdin(pieces())).toBe('');
  expect(await firstLineOfStdin(pieces('no newline'))).toBe('no newline');
});
