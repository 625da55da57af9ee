import { nameKey } from '../contract/password-rules.ts';
import { Fault } from '../std/fault.ts';
import type { Account } from './accounts.ts';
import type { Attempts } from './attempts.ts';
import { hashPassword, isPassword, nobodysHash, type ScryptCost } from './passwords.ts';

export interface PasswordDeskOptions {
  readonly attempts: Attempts;
  readonly find: (name: string) => Account | null;
  readonly cost: ScryptCost;
  readonly now: () => number;
}

export type Verdict =
  | { readonly right: true; readonly account: Account }
  | {
      readonly right: false;
      /** For the audit alone: the page is told the same in every case. */
      readonly account: Account | null;
      /** This failure locked the name. */
      readonly locks: boolean;
    };

const maxWaiting = 16;

/**
 * Looks at passwords, one after the other: guesses made at once would all be looked at before the first
 * failure counts. Known and unknown, open and locked names take the same way.
 */
export class PasswordDesk {
  readonly #options: PasswordDeskOptions;
  readonly #nobody: Promise<string>;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: PasswordDeskOptions) {
    this.#options = options;
    this.#nobody = nobodysHash(options.cost);
    this.#nobody.catch(() => {});
  }

  /**
   * @param isOpen whether this account may sign in at all, besides its password.
   * @throws {Fault} `host.busy`, `store.failed`
   */
  look(
    name: string,
    password: string,
    isOpen: (account: Account) => boolean = () => true,
  ): Promise<Verdict> {
    return this.#inTurn(async () => {
      const { attempts, find, now } = this.#options;
      const key = nameKey(name);
      const { open, locks } = attempts.begin(key, now());
      const account = find(name);
      const isRight = await isPassword(password, account?.hash ?? (await this.#nobody));
      if (isRight && account && open && isOpen(account)) {
        attempts.forgive(key);
        return { right: true, account };
      }
      return { right: false, account, locks };
    });
  }

  /** A new password ends the lock that guesses at the old one brought. */
  forgive(name: string): void {
    this.#options.attempts.forgive(nameKey(name));
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password, this.#options.cost));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting) return Promise.reject(new Fault('host.busy', 'sign-ins wait'));
    this.#waiting++;
    const mine = this.#last.then(work).catch((error: unknown) => {
      throw Fault.from(error, 'store.failed');
    });
    this.#last = mine.catch(() => {}).finally(() => this.#waiting--);
    return mine;
  }
}
