import type { CallHandlers } from '../contract/serve.ts';
import type { VaultStatus, vaultCalls } from '../contract/vault-schemas.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Vault } from '../vault/vault.ts';
import type { LoginDesk } from './login-desk.ts';

export type VaultHandlers = Pick<CallHandlers, keyof typeof vaultCalls>;

/** The calls of Settings and of the login question. Nothing here answers with a secret. */
export function vaultHandlers(
  vault: Vault,
  logins: LoginDesk,
  operators: Pick<Operators, 'may'>,
): VaultHandlers {
  return {
    'vault.level': async () => {
      await vault.ready;
      return statusOf(vault);
    },
    'vault.create': async ({ passphrase }) => {
      await vault.create(passphrase);
      return statusOf(vault);
    },
    'vault.unlock': async ({ passphrase }) => {
      await vault.unlock(passphrase);
      return statusOf(vault);
    },
    'vault.lock': async () => {
      await vault.lock();
      return statusOf(vault);
    },
    'logins.set': async ({ scope, id, user, password }) => ({
      level: await logins.set(scope, id, { user, password }),
    }),
    'logins.remove': async ({ scope, id }) => {
      await logins.remove(scope, id);
      return {};
    },
    'logins.list': async () => {
      const list = await logins.list();
      if (operators.may('logins.change')) return list;
      return { ...list, logins: list.logins.map((login) => ({ ...login, user: null })) };
    },
  };
}

export function statusOf({ level, state, canCreate, unkept }: Vault): VaultStatus {
  return { level, state, canCreate, unkept };
}
