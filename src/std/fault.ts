import type { Cause, CauseCode, CauseParams } from '../contract/cause.ts';

/**
 * The one error type that crosses rooms. It carries a cause code that the locale files explain in
 * words, and a technical message for the log: enough to find the place in a packet capture, and never
 * a secret.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: CauseCode;
  readonly params: CauseParams;

  constructor(code: CauseCode, message?: string, params: CauseParams = {}, from?: unknown) {
    super(message ?? code, from === undefined ? undefined : { cause: from });
    this.code = code;
    this.params = params;
  }

  /** What may be shown and sent to the page. */
  get shown(): Cause {
    return { code: this.code, params: this.params };
  }

  /** Any thrown value as a Fault; unknown ones become `internal`. */
  static from(error: unknown, fallback: CauseCode = 'internal'): Fault {
    if (error instanceof Fault) return error;
    return new Fault(fallback, error instanceof Error ? error.message : String(error), {}, error);
  }
}
