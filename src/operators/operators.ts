import type { DatabaseSync } from 'node:sqlite';
import type { AuditDetails, AuditKind, AuditLog } from '../audit/audit.types.ts';
import {
  idleMinutesRange,
  idleWarningMs,
  type Operator,
  type OperatorFields,
  type OperatorSession,
  type OperatorState,
  type Right,
} from '../contract/operator-schemas.ts';
import { rightsOf } from '../contract/role-rights.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { Accounts } from './accounts.ts';
import { Attempts, type LockOut } from './attempts.ts';
import type { FindPlaces, Operators, Subject } from './operators.types.ts';
import { PasswordDesk, type Verdict } from './password-desk.ts';
import { checkPassword, type ScryptCost, usualCost, weakPassword } from './passwords.ts';
import { checkPlaces, dayOf, isValidOn } from './scope.ts';
import { WorkstationIdentity } from './workstation.ts';

export interface OperatorsOptions {
  readonly database: DatabaseSync;
  readonly log: Logger;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly findPlaces: FindPlaces;
  readonly cost?: ScryptCost;
  readonly lockOut?: LockOut;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Milliseconds that only go forward. */
  readonly steady?: () => number;
  /** How often the idle lock and the dates are looked at, ms. */
  readonly checkEveryMs?: number;
}

const idleSetting = 'operators-idle-minutes';

export function openOperators(options: OperatorsOptions): Operators {
  return new SqliteOperators(options);
}

interface Held {
  operator: Operator;
  readonly since: number;
  locked: boolean;
}

class SqliteOperators implements Operators {
  readonly #options: OperatorsOptions;
  readonly #accounts: Accounts;
  readonly #desk: PasswordDesk;
  readonly #workstation: WorkstationIdentity;
  readonly #now: () => number;
  readonly #steady: () => number;
  readonly #changes: Emitter<OperatorState>;
  readonly #timer: NodeJS.Timeout;
  #hasOperators: boolean;
  #session: Held | null = null;
  #seenAt = { clock: 0, steady: 0 };
  /** Once it is told when control locks, that moment stands until somebody is there. */
  #locksAt: number | null = null;
  #idleMinutes: number;
  #told = '';

  constructor(options: OperatorsOptions) {
    const { database, log, now = Date.now, steady = () => performance.now() } = options;
    this.#options = options;
    this.#now = now;
    this.#steady = steady;
    this.#accounts = new Accounts({ database, log, now });
    this.#desk = new PasswordDesk({
      attempts: new Attempts(database, options.lockOut),
      find: (name) => this.#accounts.byName(name),
      cost: options.cost ?? usualCost,
      now,
    });
    this.#workstation = new WorkstationIdentity(database);
    this.#hasOperators = !this.#accounts.isEmpty;
    this.#idleMinutes = this.#readIdleMinutes();
    this.#changes = new Emitter((error) =>
      log.error('a listener of the operators failed', { error: Fault.from(error).message }),
    );
    this.#told = JSON.stringify(this.state());
    this.#timer = setInterval(() => this.#tell(), options.checkEveryMs ?? 1000);
    this.#timer.unref();
  }

  // --- asked ---------------------------------------------------------------------------------

  current(): OperatorSession | null {
    const session = this.#session;
    if (!session) return null;
    if (!session.locked && this.#isIdle()) this.#lock('idle');
    return { operator: session.operator, since: session.since, locked: session.locked };
  }

  state(): OperatorState {
    const session = this.current();
    const isActive =
      session !== null &&
      !session.locked &&
      !session.operator.mustChange &&
      this.#isValid(session.operator);
    return {
      hasOperators: this.#hasOperators,
      session,
      rights: isActive ? [...rightsOf[session.operator.role]] : [],
      workstation: this.workstation,
      idleMinutes: this.#idleMinutes,
      locksAt: session && !session.locked ? this.#lockingSoon() : null,
    };
  }

  requireSession(): Operator {
    const session = this.current();
    if (!session) {
      throw this.#hasOperators
        ? new Fault('operator.needed', 'nobody is signed in')
        : new Fault('operator.first-needed', 'there is no operator');
    }
    if (session.locked) throw new Fault('operator.locked', 'control is locked');
    if (!this.#isValid(session.operator)) throw new Fault('access.expired', 'not valid today');
    return session.operator;
  }

  require(right: Right, subjects: Iterable<Subject> = []): Operator {
    const operator = this.requireSession();
    if (operator.mustChange) throw new Fault('operator.must-change', 'the password is due');
    if (!rightsOf[operator.role].has(right)) throw new Fault('access.denied', `no ${right}`);
    checkPlaces(operator, right, subjects, this.#options.findPlaces);
    // A joystick is neither keyboard nor mouse.
    if (right.startsWith('ptz.')) this.seen();
    return operator;
  }

  may(right: Right, subjects?: Iterable<Subject>): boolean {
    try {
      this.require(right, subjects);
      return true;
    } catch {
      return false;
    }
  }

  onChange(listener: (state: OperatorState) => void): Dispose {
    return this.#changes.on(listener);
  }

  // --- who is at the keyboard ----------------------------------------------------------------

  async first(given: { name: string; fullName: string; password: string }): Promise<OperatorState> {
    if (this.#hasOperators) throw new Fault('access.denied', 'there is an operator');
    const { name, fullName, password } = given;
    checkPassword(password, name);
    const hash = await this.#desk.hash(password);
    const operator = this.#accounts.add(
      {
        name,
        fullName,
        role: 'administrator',
        scope: 'all',
        validFrom: null,
        validUntil: null,
        document: { number: '', date: null },
        disabled: false,
      },
      hash,
      { mustChange: false, onlyFirst: true },
    );
    this.#hasOperators = true;
    this.#write('operator.first', operator);
    return this.#begin(operator);
  }

  async signIn({ name, password }: { name: string; password: string }): Promise<OperatorState> {
    const verdict = await this.#desk.look(
      name,
      password,
      ({ operator }) => !operator.disabled && this.#isValid(operator),
    );
    if (!verdict.right) throw this.#refused(verdict, 'sign-in');
    return this.#begin(verdict.account.operator);
  }

  signOut(): OperatorState {
    this.#end('signed-out');
    return this.#tell();
  }

  lock(): OperatorState {
    if (this.current()?.locked === false) this.#lock('operator');
    return this.#tell();
  }

  async unlock(password: string): Promise<OperatorState> {
    const session = this.#session;
    if (!session) throw new Fault('operator.needed', 'nobody is signed in');
    const verdict = await this.#desk.look(
      session.operator.name,
      password,
      ({ operator }) => operator.id === session.operator.id && !operator.disabled,
    );
    if (!verdict.right) throw this.#refused(verdict, 'unlock');
    if (this.#session !== session)
      throw new Fault('operator.needed', 'the session ended meanwhile');
    this.seen();
    if (session.locked) this.#write('operator.unlock', session.operator);
    session.locked = false;
    return this.#tell();
  }

  async changePassword(given: { password: string; newPassword: string }): Promise<OperatorState> {
    const { id, name } = this.requireSession();
    const { password, newPassword } = given;
    checkPassword(newPassword, name);
    const verdict = await this.#desk.look(name, password, ({ operator }) => operator.id === id);
    if (!verdict.right) throw this.#refused(verdict, 'password');
    if (newPassword.normalize('NFC') === password.normalize('NFC')) throw weakPassword('same');
    const operator = this.#accounts.setPassword(id, await this.#desk.hash(newPassword), false);
    this.#write('operator.password', operator);
    this.#refresh(operator);
    return this.#tell();
  }

  seen(): void {
    this.#seenAt = { clock: this.#now(), steady: this.#steady() };
    if (this.#locksAt === null) return;
    this.#locksAt = null;
    this.#tell();
  }

  // --- the list ------------------------------------------------------------------------------

  list() {
    return this.#accounts.rows();
  }

  async save(given: {
    id: string | null;
    fields: OperatorFields;
    password?: string | undefined;
  }): Promise<Operator> {
    const { id, fields, password } = given;
    const by = this.#session?.operator ?? null;
    if (id === null) {
      checkPassword(password ?? '', fields.name);
      const hash = await this.#desk.hash(password ?? '');
      const added = this.#accounts.add(fields, hash, { mustChange: true });
      this.#write('operator.add', by, about(added));
      this.#tell();
      return added;
    }
    if (password !== undefined) {
      throw new Fault('input.value', 'a password is reset, not saved', { field: 'password' });
    }
    const before = this.#accounts.byId(id)?.operator;
    const saved = this.#accounts.save(id, fields);
    this.#write('operator.change', by, { ...about(saved), changed: differences(before, saved) });
    this.#refresh(saved);
    this.#tell();
    return saved;
  }

  remove(id: string): void {
    const by = this.#session?.operator ?? null;
    const removed = this.#accounts.remove(id);
    this.#write('operator.remove', by, about(removed));
    if (this.#session?.operator.id === id) this.#end('removed');
    this.#tell();
  }

  async resetPassword({ id, password }: { id: string; password: string }): Promise<void> {
    const by = this.#session?.operator ?? null;
    const account = this.#accounts.byId(id);
    if (!account) throw new Fault('input.unknown', 'no such operator');
    checkPassword(password, account.operator.name);
    const operator = this.#accounts.setPassword(id, await this.#desk.hash(password), true);
    this.#desk.forgive(operator.name);
    this.#write('operator.reset', by, about(operator));
    this.#refresh(operator);
    this.#tell();
  }

  // --- settings ------------------------------------------------------------------------------

  setIdleMinutes(minutes: number): OperatorState {
    try {
      this.#options.database
        .prepare(
          'insert into setting values (?, ?) on conflict do update set value = excluded.value',
        )
        .run(idleSetting, String(minutes));
    } catch (error) {
      throw new Fault('store.failed', 'the setting cannot be kept', {}, error);
    }
    this.#idleMinutes = minutes;
    return this.#tell();
  }

  get workstation() {
    return this.#workstation.current;
  }

  renameWorkstation(name: string) {
    const renamed = this.#workstation.rename(name);
    this.#tell();
    return renamed;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#end('closed');
    this.#changes.clear();
  }

  // --- in common -----------------------------------------------------------------------------

  #begin(operator: Operator): OperatorState {
    const before = this.#session?.operator ?? null;
    this.#session = { operator, since: this.#now(), locked: false };
    this.seen();
    this.#accounts.signedIn(operator.id);
    if (before)
      this.#write('operator.switch', operator, { handedBy: before.name, handedById: before.id });
    else this.#write('operator.sign-in', operator);
    return this.#tell();
  }

  #end(by: 'signed-out' | 'removed' | 'disabled' | 'closed'): void {
    const session = this.#session;
    if (!session) return;
    this.#session = null;
    this.#write('operator.sign-out', session.operator, { by });
  }

  #lock(by: 'operator' | 'idle'): void {
    if (!this.#session) return;
    this.#session.locked = true;
    this.#write('operator.lock', this.#session.operator, { by });
    this.#tell();
  }

  /** What somebody changed of the person at the keyboard holds at once. */
  #refresh(operator: Operator): void {
    if (this.#session?.operator.id !== operator.id) return;
    if (operator.disabled) this.#end('disabled');
    else this.#session.operator = operator;
  }

  #refused(verdict: Extract<Verdict, { right: false }>, at: string): Fault {
    const { account, locks } = verdict;
    // Never the name that was typed: it may be a password in the wrong box.
    const name = account?.operator.name;
    this.#options.audit.write({
      kind: 'operator.sign-in-refused',
      operator: null,
      outcome: 'refused',
      cause: 'operator.refused',
      details: name === undefined ? { at, known: false } : { at, known: true, name },
    });
    if (locks && name !== undefined) this.#write('operator.locked-out', null, { name });
    return new Fault('operator.refused', 'a sign-in was refused');
  }

  #write(kind: AuditKind, operator: Operator | null, details: AuditDetails = {}): void {
    const { audit } = this.#options;
    audit.write({ kind, operator: operator && { id: operator.id, name: operator.name }, details });
  }

  /** Tells listeners where something is not as they know it. */
  #tell(): OperatorState {
    const state = this.state();
    const text = JSON.stringify(state);
    if (text !== this.#told) {
      this.#told = text;
      this.#changes.emit(state);
    }
    return state;
  }

  #isValid(operator: Operator): boolean {
    return isValidOn(operator, dayOf(this.#now()));
  }

  #isIdle(): boolean {
    return this.#idleMs() >= this.#idleMinutes * 60_000;
  }

  /** By both clocks: one sleeps with the machine, the other may be set. */
  #idleMs(): number {
    const { clock, steady } = this.#seenAt;
    return Math.max(this.#now() - clock, this.#steady() - steady);
  }

  #lockingSoon(): number | null {
    const left = this.#idleMinutes * 60_000 - this.#idleMs();
    if (left > idleWarningMs) this.#locksAt = null;
    else this.#locksAt ??= this.#now() + Math.max(0, left);
    return this.#locksAt;
  }

  #readIdleMinutes(): number {
    try {
      const row = this.#options.database
        .prepare('select value from setting where name = ?')
        .get(idleSetting);
      const minutes = Number(row?.['value']);
      const { least, most } = idleMinutesRange;
      if (Number.isInteger(minutes) && minutes >= least && minutes <= most) return minutes;
    } catch {}
    return idleMinutesRange.usual;
  }
}

function about(operator: Operator): AuditDetails {
  const { scope } = operator;
  return {
    id: operator.id,
    name: operator.name,
    role: operator.role,
    scope:
      scope === 'all'
        ? 'all'
        : `${scope.provinces.length} provinces, ${scope.districts.length} districts, ${scope.sites.length} sites`,
    from: operator.validFrom ?? '',
    until: operator.validUntil ?? '',
    document: operator.document.number,
    disabled: operator.disabled,
  };
}

function differences(before: Operator | undefined, after: Operator): string {
  if (!before) return '';
  return (Object.keys(after) as (keyof Operator)[])
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .join(' ');
}
