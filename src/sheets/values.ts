import type { ImportField, ImportReason } from '../contract/import-schemas.ts';
import { unguardFormula } from './formula-guard.ts';
import { type ChoiceName, choiceCode } from './sheet-words.ts';

/** A cell that cannot be taken: why, and of which field. */
export class CellProblem extends Error {
  override readonly name = 'CellProblem';
  readonly reason: ImportReason;
  readonly field: ImportField;

  constructor(reason: ImportReason, field: ImportField) {
    super(`${field}: ${reason}`);
    this.reason = reason;
    this.field = field;
  }
}

/** How long a field may be, where it is not 200 characters; the register's own bounds. */
const lengths: Partial<Record<ImportField, number>> = {
  'site.code': 60,
  'site.address': 500,
  'site.purpose': 500,
  'site.notes': 4000,
  'site.moreFocalPoints': 12_000,
  'focal1.phone': 60,
  'focal2.phone': 60,
  'focal3.phone': 60,
  'device.address': 255,
  'device.path': 500,
  'camera.purpose': 500,
  'camera.url': 2000,
  'camera.subUrl': 2000,
  'camera.directUrl': 2000,
  'camera.directSubUrl': 2000,
  'camera.localNotes': 4000,
  'login.password': 500,
};

const manyLines: readonly ImportField[] = [
  'site.notes',
  'site.moreFocalPoints',
  'camera.localNotes',
];

/**
 * The text of a cell as the register takes it: NFC, without control and direction characters, one line
 * but for notes; without the apostrophe that an export put before what a spreadsheet would run.
 * @throws {CellProblem} `too-long`, `formula-error`.
 */
export function cellText(raw: string, field: ImportField): string {
  // Excel's way of keeping zeros in a CSV: ="0912…".
  const quoted = /^="([^"]*)"$/.exec(raw)?.[1];
  const open = unguardFormula(quoted ?? raw);
  if (/^#(REF|N\/A|VALUE|NAME|DIV\/0|NULL|NUM|SPILL|CALC)[!?]?$/.test(open)) {
    throw new CellProblem('formula-error', field);
  }
  const text = field === 'login.password' ? open : cleaned(open, manyLines.includes(field));
  if (text.length > (lengths[field] ?? 200)) throw new CellProblem('too-long', field);
  return text;
}

function cleaned(text: string, lines: boolean): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
  return lines
    ? plain
        .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
        .replaceAll(/[\u2028\u2029]/g, '\n')
        .trim()
    : plain
        .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .replaceAll(/ {2,}/g, ' ')
        .trim();
}

/** `25/06/2021`, `2021-06-25`, `25.6.21`, with or without a time, as `2021-06-25`. */
export function dayOf(text: string, field: ImportField): string {
  const plain = text.replace(/[ T]\d{1,2}:\d{2}.*$/, '').trim();
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain);
  const local = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(plain);
  const [year, month, date] = iso
    ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
    : local
      ? [Number(local[3]) + (local[3]!.length === 2 ? 2000 : 0), Number(local[2]), Number(local[1])]
      : [0, 0, 0];
  const at = new Date(Date.UTC(year, month - 1, date));
  if (year < 1900 || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== date) {
    throw new CellProblem('date', field);
  }
  return at.toISOString().slice(0, 10);
}

export function choiceOf<T extends string>(
  text: string,
  choice: ChoiceName,
  field: ImportField,
): T {
  const code = choiceCode(choice, text);
  if (code === null) throw new CellProblem('choice', field);
  return code as T;
}

export function yesOrNo(text: string, field: ImportField): boolean {
  const code = choiceCode('surveyDone', text);
  if (code !== null) return code === 'yes';
  const plain = text.trim().toLowerCase();
  if (/^(x|v|✓|✔|true|1|rồi|đã|đã khảo sát|xong)$/.test(plain)) return true;
  if (/^(0|-|false|không|no|chưa khảo sát)$/.test(plain)) return false;
  throw new CellProblem('choice', field);
}

export function wholeNumberOf(
  text: string,
  bounds: { readonly min: number; readonly max: number },
  reason: ImportReason,
  field: ImportField,
): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.min && value <= bounds.max)) throw new CellProblem(reason, field);
  return value;
}

/** `192.0.2.7`, `nvr-01.example`, `192.0.2.7:8000`, `http://192.0.2.7/`: host and, where given, port. */
export function addressOf(text: string, field: ImportField): { host: string; port: number | null } {
  const ipv6 = /^[0-9a-f:.]+$/i.test(text) && (text.match(/:/g)?.length ?? 0) > 1;
  if (ipv6) return { host: text.toLowerCase(), port: null };
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^\s/:@?#[\]]+)(?::(\d{1,5}))?(?:\/\S*)?$/i.exec(
    text,
  );
  const host = match?.[1] ?? '';
  const port = match?.[2] === undefined ? null : Number(match[2]);
  if (!/^[\p{L}\d_]([\p{L}\d._-]*[\p{L}\d_])?$/u.test(host) || (port !== null && port > 65_535)) {
    throw new CellProblem('address', field);
  }
  return { host, port };
}

/** Numbers that a spreadsheet took for figures lost their first zero. */
export function phoneOf(text: string): string {
  return /^[35789]\d{8}$/.test(text) ? `0${text}` : text;
}

export const looksLikePhone = (text: string) => (text.match(/\d/g)?.length ?? 0) >= 3;
export const looksLikeEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
