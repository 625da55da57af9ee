import type { Credential } from '../rtsp/session.types.ts';
import type { Program } from './command.ts';
import { linesOfStdin } from './read-stdin.ts';
import type { Words } from './words.ts';

export interface SecretOptions {
  readonly user?: string;
  readonly passwordStdin?: boolean;
  readonly vaultPassphraseStdin?: boolean;
}

export interface Secrets {
  /** Null: neither user nor password was given. */
  readonly login: Credential | null;
  /** Of the sealed vault; null where none was given. */
  readonly passphrase: string | null;
}

export function vaultOption(command: Program, { t }: Words): Program {
  return command.option('--vault-passphrase-stdin', t('option.vaultPassphraseStdin'));
}

export function loginOptions(command: Program, { t }: Words): Program {
  return command
    .option('--user <user>', t('option.user'))
    .option('--password-stdin', t('option.passwordStdin'));
}

/** One line each of standard input: the password first, where both are wanted. */
export async function readSecrets(
  options: SecretOptions,
  input: AsyncIterable<Buffer | string> = process.stdin,
): Promise<Secrets> {
  const wanted = [options.passwordStdin === true, options.vaultPassphraseStdin === true];
  const count = wanted.filter(Boolean).length;
  const lines = count > 0 ? await linesOfStdin(input, count) : [];
  const password = wanted[0] ? (lines.shift() as string) : '';
  return {
    // A password without a user is a token.
    login: options.user === undefined && !wanted[0] ? null : { user: options.user ?? '', password },
    passphrase: wanted[1] ? (lines.shift() as string) : null,
  };
}
