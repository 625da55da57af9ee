import { join } from 'node:path';
import pino from 'pino';
import { type LogFields, type Logger, type LogLevel, redact } from '../std/log.ts';
import { openRotatingFile } from './rotating-file.ts';

/**
 * The log: JSON lines in `<data folder>/log/vonggac.log`, a bounded number of files of a bounded size.
 * Everything written passes `redact`, and a field named like a secret is never written at all.
 */
export interface LogFile {
  readonly log: Logger;
  /** Null where lines go to the terminal only. */
  readonly path: string | null;
  /** Writes out what is pending. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** Null: no file. */
  readonly dataDir: string | null;
  /** From this level on lines go to standard error too; null keeps the terminal quiet. */
  readonly terminalLevel?: LogLevel | null;
  readonly maxBytes?: number;
  /** Older files kept beside the current one: `vonggac.log.1` is the youngest. */
  readonly olderFiles?: number;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const secretName = /pass|pwd|secret|token|cookie|credential|authorization/i;
const maxTextLength = 4000;

export function openLog(options: LogOptions): LogFile {
  const { dataDir, terminalLevel = null } = options;
  const file =
    dataDir === null
      ? null
      : openRotatingFile({ folder: join(dataDir, 'log'), name: 'vonggac.log', ...options });
  const sink = { write: (line: string) => file?.write(line) };
  const writer = pino(
    {
      level: 'debug',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  const terminalFrom = terminalLevel === null ? levels.length : levels.indexOf(terminalLevel);

  const make = (bound: LogFields): Logger => {
    const write = (level: LogLevel) => (message: string, fields?: LogFields) => {
      const safe = safeFields({ ...bound, ...fields });
      const text = redact(message).slice(0, maxTextLength);
      writer[level](safe, text);
      if (levels.indexOf(level) < terminalFrom) return;
      process.stderr.write(`${level} ${oneLine(text, safe)}\n`);
    };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => make({ ...bound, ...fields }),
    };
  };

  return {
    log: make({}),
    path: file?.path ?? null,
    close: async () => file?.close(),
  };
}

function safeFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (secretName.test(name) && value !== null && value !== undefined) return [name, '***'];
      return [name, typeof value === 'string' ? redact(value).slice(0, maxTextLength) : value];
    }),
  );
}

function oneLine(text: string, fields: Record<string, unknown>): string {
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  // What devices say must not move the cursor of a terminal.
  return [text, ...rest].join(' ').replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
