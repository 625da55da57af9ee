import type { AuditKind } from '../audit/audit.types.ts';
import type { Cause } from '../contract/cause.ts';
import type {
  Operator,
  OperatorFields,
  OperatorRow,
  OperatorSession,
  OperatorState,
  Right,
  Workstation,
} from '../contract/operator-schemas.ts';
import type { Dispose } from '../std/disposable.ts';

/** What an act is about. */
export type Subject =
  | { readonly cameraId: string }
  /** `as`: and where it would be moved to. */
  | {
      readonly siteId: string;
      readonly as?: { readonly province?: string; readonly district?: string };
    }
  | { readonly deviceId: string }
  | { readonly hubId: string }
  /** `host:port` of a device, as logins are kept for it. */
  | { readonly endpoint: string }
  /** A site that is not in the register yet. */
  | { readonly province: string; readonly district: string }
  /** Only who may act everywhere may do this. */
  | { readonly everywhere: true };

/** A subject as the rules see it. */
export interface Place {
  readonly siteId: string | null;
  readonly province: string;
  readonly district: string;
  /** Approval hold of the site: nothing may be exported. */
  readonly exportHold: { readonly authority: string } | null;
  /** Why it may not be watched (`site.hold`, `site.forbidden-place`), or null. */
  readonly refusal: Cause | null;
}

/** All places of a subject; null: nobody knows it. */
export type FindPlaces = (subject: Subject) => readonly Place[] | null;

/** What has to hold before a call reaches its handler. */
export type Policy<P> =
  /** Reading and arranging the wall. */
  | 'free'
  /** Free, and entered in the audit all the same. */
  | 'free-audited'
  /** Somebody is signed in; also with a password that is due. */
  | 'session'
  | {
      readonly right: Right;
      readonly of?: (params: P) => readonly Subject[];
      /** False: the room writes its own records of what is done, or nothing worth one is. */
      readonly audit?: AuditKind | false;
    };

/** The person at the keyboard: one session for all screens of the workstation. */
export interface Operators {
  current(): OperatorSession | null;
  state(): OperatorState;
  /**
   * The operator, who may do this now, to all of these.
   * @throws {Fault} `operator.first-needed`, `operator.needed`, `operator.locked`,
   *   `operator.must-change`, `access.expired`, `access.denied`, `access.scope`, `access.hold`,
   *   `site.hold`, `site.forbidden-place`
   */
  require(right: Right, subjects?: Iterable<Subject>): Operator;
  /** As `require`, where any operator will do, one whose password is due among them. */
  requireSession(): Operator;
  may(right: Right, subjects?: Iterable<Subject>): boolean;
  /** Session, lock, rights, or the list of operators changed. */
  onChange(listener: (state: OperatorState) => void): Dispose;

  first(given: { name: string; fullName: string; password: string }): Promise<OperatorState>;
  signIn(given: { name: string; password: string }): Promise<OperatorState>;
  signOut(): OperatorState;
  lock(): OperatorState;
  unlock(password: string): Promise<OperatorState>;
  changePassword(given: { password: string; newPassword: string }): Promise<OperatorState>;
  list(): OperatorRow[];
  save(given: {
    id: string | null;
    fields: OperatorFields;
    password?: string | undefined;
  }): Promise<Operator>;
  remove(id: string): void;
  resetPassword(given: { id: string; password: string }): Promise<void>;
  seen(): void;
  setIdleMinutes(minutes: number): OperatorState;
  readonly workstation: Workstation;
  renameWorkstation(name: string): Workstation;
  close(): void;
}
