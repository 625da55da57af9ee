import { limits } from './limits.ts';
import { SheetProblem } from './sheet-fault.ts';
import type { Merge, TableRow } from './table.types.ts';
import { dateText } from './xlsx-dates.ts';
import { attribute, type XmlListener } from './xml-scanner.ts';

export interface SheetKnowledge {
  readonly strings: readonly string[];
  isDate(style: number): boolean;
  readonly date1904: boolean;
  readonly onRows?: (done: number) => void;
}

/** Hears a worksheet's XML and keeps rows that are not empty, and which cells are merged. */
export class SheetListener implements XmlListener {
  readonly rows: TableRow[] = [];
  readonly merges: Merge[] = [];
  readonly #know: SheetKnowledge;
  #line = 0;
  #column = 0;
  #cells: string[] = [];
  #type = 'n';
  #style = 0;
  #value = '';
  /** Inside `<v>`, or inside `<t>` of an inline text. */
  #inValue = false;
  #inCell = false;
  #phonetic = false;

  constructor(know: SheetKnowledge) {
    this.#know = know;
  }

  open(name: string, attributes: string): void {
    if (name === 'row') {
      const given = Number(attribute(attributes, 'r'));
      this.#line = Number.isInteger(given) && given > 0 ? given : this.#line + 1;
      this.#cells = [];
      this.#column = 0;
    } else if (name === 'c') this.#openCell(attributes);
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'v' || name === 't') this.#inValue = this.#inCell && !this.#phonetic;
    else if (name === 'mergeCell') this.#merge(attribute(attributes, 'ref') ?? '');
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#inValue = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
  }

  text(text: string): void {
    if (!this.#inValue) return;
    this.#value += text;
    if (this.#value.length > limits.cellLength * 2) throw new SheetProblem('cell-too-long');
  }

  #openCell(attributes: string): void {
    const at = columnOf(attribute(attributes, 'r') ?? '');
    if (at >= 0) this.#column = at;
    this.#type = attribute(attributes, 't') ?? 'n';
    this.#style = Number(attribute(attributes, 's') ?? 0);
    this.#value = '';
    this.#inCell = true;
  }

  #closeCell(): void {
    this.#inCell = false;
    const column = this.#column++;
    const text = this.#text();
    if (text === '') return;
    if (text.length > limits.cellLength) throw new SheetProblem('cell-too-long');
    if (column >= limits.columns) throw new SheetProblem('too-wide');
    while (this.#cells.length < column) this.#cells.push('');
    this.#cells[column] = text;
  }

  #text(): string {
    const value = this.#value;
    if (value === '') return '';
    if (this.#type === 's') return unescaped(this.#know.strings[Number(value)] ?? '');
    if (this.#type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (this.#type !== 'n') return unescaped(value);
    if (this.#know.isDate(this.#style)) {
      const date = dateText(Number(value), this.#know.date1904);
      if (date !== null) return date;
    }
    return numberText(value);
  }

  #closeRow(): void {
    if (this.#cells.every((cell) => cell.trim() === '')) return;
    // Above the heading may stand a title, so a few more than the rows that are allowed.
    if (this.rows.length >= limits.rows + 100) throw new SheetProblem('too-many');
    this.rows.push({ line: this.#line, cells: this.#cells });
    if (this.rows.length % 1000 === 0) this.#know.onRows?.(this.rows.length);
  }

  #merge(ref: string): void {
    const match = /^\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(ref);
    if (!match || this.merges.length >= limits.merges) return;
    this.merges.push({
      fromColumn: columnOf(match[1]!),
      fromLine: Number(match[2]),
      toColumn: columnOf(match[3]!),
      toLine: Number(match[4]),
    });
  }
}

/** Column of `AB12`, from 0; -1 where there is none. */
function columnOf(ref: string): number {
  let column = 0;
  for (let at = 0; at < ref.length && at < 4; at++) {
    const code = ref.charCodeAt(at);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

/** A number as a person sees it: no exponent in a serial, no noise behind the fifteenth digit. */
function numberText(value: string): string {
  const plain = value.trim();
  if (/^-?\d{1,15}$/.test(plain)) return plain;
  const number = Number(plain);
  if (!Number.isFinite(number)) return plain;
  if (Number.isInteger(number) && Math.abs(number) < 1e21) return BigInt(number).toString();
  return String(Number(number.toPrecision(15)));
}

/** ECMA-376 part 1, 22.9.2.19: `_x000D_` stands for a character that XML cannot hold. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
