import { createHash } from 'node:crypto';
import type { Cause } from '../contract/cause.ts';
import type { LoginGuard } from './survey.types.ts';

/** Remembers refused logins while a survey runs: what one stream of a device refused, none tries again. */
export function rememberRefusals(): LoginGuard {
  const refused = new Map<string, Cause>();
  // A digest, so that no password is held longer than the attempt needs it.
  const keyOf = (device: string, { user, password }: { user: string; password: string }) =>
    `${device} ${createHash('sha256').update(`${user}\0${password}`).digest('base64')}`;
  return {
    refusal: (device, credential) => refused.get(keyOf(device, credential)) ?? null,
    refused: (device, credential, cause) => {
      refused.set(keyOf(device, credential), cause);
    },
  };
}
