/**
 * The one door to the log. Whatever implements it redacts user information in URLs, authorization
 * headers and passwords before a line leaves the process.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines all carry these fields. */
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Swallows everything; for tests and for parts that were given no logger. */
export const silentLog: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};

const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
// To the end of the line: Digest puts quoted values, the response among them, anywhere in it.
const authorization = /\b((?:proxy-)?authorization"?\s*[:=]\s*)[^\r\n]+/gi;
const secretField =
  /("?(?:password|passwd|passwort|pass|pwd|psw|loginpas|secret|token|jwt|cookie|nonce|response)"?\s*[:=]\s*)("[^"]*"|(?!\{password\})[^\s,;&"]+)/gi;

/** Takes what looks like a secret out of a line of text. */
export function redact(text: string): string {
  return text
    .replace(userInfo, '$1***@')
    .replace(authorization, '$1***')
    .replace(secretField, '$1***');
}
