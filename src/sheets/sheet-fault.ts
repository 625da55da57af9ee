import { plainName } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';

/** Why a file as a whole cannot be used; the words are `sheet.<reason>` in `shell.json`. */
export type SheetReason =
  | 'too-large'
  | 'too-many'
  | 'too-wide'
  | 'cell-too-long'
  | 'unpacked-too-large'
  | 'unreadable'
  | 'encoding'
  | 'empty'
  | 'not-csv'
  | 'not-json'
  | 'not-xlsx'
  | 'old-xls'
  | 'encrypted'
  | 'wrong-shape'
  | 'no-sheet'
  | 'no-heading'
  | 'rows-with-errors'
  | 'nothing'
  | 'gone';

/** A `Fault` `input.sheet` before it is known which file it was: readers see bytes, not names. */
export class SheetProblem extends Error {
  override readonly name = 'SheetProblem';
  readonly reason: SheetReason;

  constructor(reason: SheetReason, message: string = reason) {
    super(message);
    this.reason = reason;
  }
}

export function sheetFault(
  reason: SheetReason,
  fileName: string,
  params: Readonly<Record<string, string | number>> = {},
): Fault {
  const file = plainName(fileName).slice(0, 200);
  return new Fault('input.sheet', `${file}: ${reason}`, { file, reason, ...params });
}
