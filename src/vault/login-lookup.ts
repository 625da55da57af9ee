import type { Credential } from '../rtsp/session.types.ts';
import type { Vault } from './vault.ts';

/** What a login may be kept for; `docs/security.md`. */
export type LoginOwnerScope = 'camera' | 'device' | 'site';

/** What a stream is known by when its login is looked up. */
export interface LoginSubject {
  readonly cameraId: string;
  /** `host:port` of the stream that is opened; null where it has no address. */
  readonly device: string | null;
  /** Null where the login of the site is not to be offered: the camera is shown by a hub. */
  readonly siteId: string | null;
}

/** The name under which the vault keeps it. */
export function accountOf(scope: LoginOwnerScope, id: string): string {
  return `${scope}/${id}`;
}

/**
 * Where a stream's login may be, the narrowest first. A device's login goes to no other device, and a
 * site's to no hub.
 */
export function loginAccounts({ cameraId, device, siteId }: LoginSubject): string[] {
  return [
    accountOf('camera', cameraId),
    ...(device === null ? [] : [accountOf('device', device)]),
    ...(siteId === null ? [] : [accountOf('site', siteId)]),
  ];
}

/** @throws {Fault} `vault.locked` */
export async function findLogin(
  vault: Pick<Vault, 'get'>,
  accounts: readonly string[],
): Promise<Credential | null> {
  for (const account of accounts) {
    const login = await vault.get(account);
    if (login) return login;
  }
  return null;
}
