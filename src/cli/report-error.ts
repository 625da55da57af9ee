import { AlreadyRunning } from '../host/instance-lock.ts';
import { KioskFailed } from '../kiosk/start-kiosk.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import type { Words } from './words.ts';

/** Says in words what ended a command, on standard error; returns the exit code. */
export function reportError(error: unknown, words: Words): number {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (error instanceof AlreadyRunning) {
    say(words.shell('kiosk.already-running', { pid: error.pid ?? '?' }));
    return exitCodes.refused;
  }
  if (error instanceof KioskFailed) {
    say(`${words.t('error')}: ${words.shell(error.key, error.params)}`);
    return exitCodes.internal;
  }
  const fault = Fault.from(error);
  const { message, hint } = words.cause(fault.shown);
  say(`${words.t('error')}: ${message} [${fault.code}]`);
  say(`${words.t('hint')}: ${hint}`);
  // An unexpected error is for the developers: its technical message helps, a stack does not.
  if (fault.code === 'internal') say(redact(fault.message));
  return exitCodeOf(fault.code);
}
