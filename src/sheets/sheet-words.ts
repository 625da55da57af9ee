import en from '../../resources/locales/en/import.json' with { type: 'json' };
import vi from '../../resources/locales/vi/import.json' with { type: 'json' };
import type { ImportField } from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import { plainWords } from './plain-words.ts';

/** Headings and choices of tables, in both languages: what is written in one is read in either. */
const words = { vi, en } as const;

export type ChoiceName = keyof typeof vi.choice;

export function headingOf(field: ImportField, language: Language): string {
  const [group, name] = field.split('.') as [string, string | undefined];
  const tree = words[language].field as Record<string, string | Record<string, string>>;
  const found = tree[group];
  return typeof found === 'string' ? found : (found?.[name ?? ''] ?? field);
}

export function sheetName(language: Language): string {
  return words[language].sheet;
}

export function exportFileName(language: Language): string {
  return words[language].file;
}

/** The word for a code, as it is written into a table. */
export function choiceWord(choice: ChoiceName, code: string, language: Language): string {
  return (words[language].choice[choice] as Record<string, string>)[code] ?? code;
}

const known = new Map<ChoiceName, Map<string, string>>();
for (const choice of Object.keys(vi.choice) as ChoiceName[]) {
  const codes = new Map<string, string>();
  for (const language of ['vi', 'en'] as const) {
    for (const [code, word] of Object.entries(words[language].choice[choice])) {
      codes.set(plainWords(word), code);
      codes.set(wordsOfCode(code), code);
    }
  }
  known.set(choice, codes);
}

/** The code for a word in either language or for the code itself; null where it is none. */
export function choiceCode(choice: ChoiceName, text: string): string | null {
  return (
    known.get(choice)?.get(wordsOfCode(text)) ?? known.get(choice)?.get(plainWords(text)) ?? null
  );
}

/** What stands in brackets counts in a code, and not in a heading. */
function wordsOfCode(text: string): string {
  return plainWords(text.replace(/[()]/g, ' '));
}
