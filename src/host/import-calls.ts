import type { importCalls } from '../contract/import-schemas.ts';
import type { EventValue } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';

export type ImportHandlers = Pick<CallHandlers, keyof typeof importCalls>;

export interface ImportDeskOptions {
  readonly log: Logger;
  readonly onProgress: (progress: EventValue<'imports.progress'>) => void;
}

/** The files that pages brought to be imported, and those made for them; one desk for the core. */
export interface ImportDesk extends ImportHandlers {
  close(): void;
}

export function createImportDesk(_options: ImportDeskOptions): ImportDesk {
  const missing = () => {
    throw new Fault('input.unknown', 'importing is not there yet');
  };
  return {
    'imports.upload': missing,
    'imports.preview': missing,
    'imports.rows': missing,
    'imports.run': missing,
    'imports.cancel': missing,
    'imports.mappings': missing,
    'exports.start': missing,
    'exports.download': missing,
    close() {},
  };
}

/** The handlers of one connection: all pages share one desk. */
export function importHandlers(desk: ImportDesk): ImportHandlers {
  const { close: _, ...handlers } = desk;
  return handlers;
}
