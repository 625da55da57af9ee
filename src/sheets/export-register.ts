import type { ExportFormat } from '../contract/import-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import { type RegisterPart, registerJson, registerRows } from './register-rows.ts';
import { writeSheet } from './sheet-jobs.ts';
import { exportFileName } from './sheet-words.ts';

export interface ExportOptions {
  readonly register: RegisterPart;
  readonly format: ExportFormat;
  readonly language: Language;
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

export interface ExportedFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
};

/** The whole register as one file, without logins. */
export async function exportRegister(options: ExportOptions): Promise<ExportedFile> {
  const { register, format, language, now = new Date(), signal } = options;
  const bytes =
    format === 'json'
      ? await registerJson(register, now)
      : await writeSheet(
          { job: 'write', format, language, ...(signal ? { signal } : {}) },
          registerRows(register, language),
        );
  const day = now.toISOString().slice(0, 10);
  return {
    fileName: `${exportFileName(language)}-${day}.${format}`,
    mediaType: mediaTypes[format],
    bytes,
  };
}
