import { type LogFields, type Logger, type LogLevel, redact } from '../src/std/log.ts';

/** One JSON object a line on standard error, without secrets. */
export function consoleLog(
  fields: LogFields,
  write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Logger {
  const at = (level: LogLevel) => (message: string, more?: LogFields) => {
    const line = { time: new Date().toISOString(), level, ...fields, message, ...more };
    write(redact(JSON.stringify(line)));
  };
  return {
    debug() {},
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => consoleLog({ ...fields, ...more }, write),
  };
}
