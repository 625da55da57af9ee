import * as z from 'zod/mini';
import { day, text, time, wholeNumber } from './shapes.ts';

/**
 * Who may act at this workstation. The wall itself needs nobody: reading and arranging it is free.
 * Acting needs an operator, and is answered `operator.first-needed` (there is none yet: create the first
 * administrator), `operator.needed` (nobody is signed in), `operator.locked` (control is locked, the wall
 * goes on), `operator.must-change` (a password of one's own first), `access.denied` (the role),
 * `access.scope` (the place), `access.expired` (the dates), `access.hold` (the site's approval).
 *
 * Passwords go one way only: no call answers with one. What a sign-in failed for is not told:
 * `operator.refused`, whether the name is unknown, the password wrong, or the account locked or over.
 */

/** Templates of rights; a free choice of rights would be understood by nobody. */
export const roles = [
  'administrator',
  'supervisor',
  'duty',
  'ptz',
  'evidence',
  'health',
  'technician',
  'auditor',
] as const;

export const rights = [
  'ptz.steer',
  'ptz.presets',
  'evidence.snapshot',
  'evidence.export',
  'evidence.replay',
  'incidents.record',
  'register.edit',
  'register.export',
  'connect.change',
  'survey.run',
  'logins.change',
  'operators.manage',
  'audit.read',
  'audit.export',
  'settings.change',
] as const;

/** In characters; of at least three of: small letters, capitals, digits, others. */
export const minPassword = 8;
export const maxOperators = 1000;
/** So long before control locks the page begins to say so. */
export const idleWarningMs = 30_000;
export const accessFormats = ['xlsx', 'csv'] as const;
/** An access that ends within so many days is shown as ending soon. */
export const endsSoonDays = 30;
export const idleMinutesRange = { least: 1, most: 480, usual: 10 } as const;

export const role = z.enum(roles);
export const right = z.enum(rights);
export const operatorId = text(64);
const operatorName = text(60);
const password = text(200);

/** Everything, or what lies in one of these places: provinces and districts as the register has them. */
export const operatorScope = z.union([
  z.literal('all'),
  z.object({
    provinces: z.array(text(200)).check(z.maxLength(100)),
    districts: z
      .array(z.object({ province: text(200), district: text(200) }))
      .check(z.maxLength(1000)),
    /** Ids. */
    sites: z.array(text(200)).check(z.maxLength(5000)),
  }),
]);

export const operatorFields = {
  /** To sign in with; capitals and small letters are the same. */
  name: operatorName,
  fullName: text(200),
  role,
  /** An administrator's is `all`. */
  scope: operatorScope,
  /** First and last day, of Viet Nam; null: without end. */
  validFrom: z.nullable(day),
  validUntil: z.nullable(day),
  /** The paper that grants the access. */
  document: z.object({ number: text(200), date: z.nullable(day) }),
  disabled: z.boolean(),
};

export const operator = z.object({
  id: operatorId,
  ...operatorFields,
  /** The password was given by somebody else: nothing but `operators.password` until it is one's own. */
  mustChange: z.boolean(),
});

export const operatorRow = z.object({
  operator,
  createdAt: time,
  lastSignInAt: z.nullable(time),
});

export const operatorSession = z.object({
  operator,
  since: time,
  /** Control is locked: by the operator, or because nobody was at the keyboard. */
  locked: z.boolean(),
});

export const workstation = z.object({ id: text(64), name: text(100) });

/** What every page knows of the person at the keyboard. */
export const operatorState = z.object({
  /** Whether there is any operator at all. */
  hasOperators: z.boolean(),
  session: z.nullable(operatorSession),
  /** Of the session, as of now: empty while control is locked, the dates are over, or a password is due. */
  rights: z.array(right),
  workstation,
  /** Control locks after so long without keyboard and mouse. */
  idleMinutes: z.number(),
  /**
   * When control locks unless somebody is at keyboard or mouse, by the core's clock: in the last
   * `idleWarningMs` before. Null or missing: not so soon.
   */
  locksAt: z.optional(z.nullable(time)),
});

/** Sites by their ids, for scopes; what was removed from the register since is not among them. */
export const scopeSite = z.object({
  id: text(200),
  name: text(200),
  province: text(200),
  district: text(200),
});

/** What the register of access says of one operator. */
export const accessEntry = z.object({ id: operatorId, ...operatorFields });

/** One line of what changed since the register of access was submitted last. */
export const accessChange = z.object({
  what: z.enum(['added', 'changed', 'removed']),
  /** As of now; of a removed one as it was submitted. */
  entry: accessEntry,
  /** Of a changed one, as it was submitted. */
  before: z.nullable(accessEntry),
  /** Names of the fields that differ. */
  fields: z.array(text(64)),
});

export const accessSubmission = z.object({ at: time, by: text(200), fileName: text(200) });

const nothing = z.object({});

export const operatorCalls = {
  'operators.me': { params: nothing, result: operatorState },
  /** Creates the first administrator and signs in; `access.denied` where there is an operator. */
  'operators.first': {
    params: z.object({ name: operatorName, fullName: text(200), password }),
    result: operatorState,
  },
  /** Takes the place of who is signed in, for a change of shift. A failure changes nothing. */
  'operators.signIn': {
    params: z.object({ name: operatorName, password }),
    result: operatorState,
  },
  'operators.signOut': { params: nothing, result: operatorState },
  /** Control only; the wall goes on. */
  'operators.lock': { params: nothing, result: operatorState },
  'operators.unlock': { params: z.object({ password }), result: operatorState },
  /** One's own. `operator.weak-password` says which rule. */
  'operators.password': {
    params: z.object({ password, newPassword: password }),
    result: operatorState,
  },
  'operators.list': {
    params: nothing,
    result: z.array(operatorRow).check(z.maxLength(maxOperators)),
  },
  /**
   * `id` null: a new one, with a first password, which has to be changed at the first sign-in.
   * `operator.last-administrator`: somebody has to be able to manage operators without end.
   */
  'operators.save': {
    params: z.object({
      id: z.nullable(operatorId),
      fields: z.object(operatorFields),
      password: z.optional(password),
    }),
    result: z.object({ operator }),
  },
  'operators.remove': { params: z.object({ id: operatorId }), result: nothing },
  /** Has to be changed at the next sign-in. */
  'operators.resetPassword': { params: z.object({ id: operatorId, password }), result: nothing },
  /** Who may do what, where, by which document, until when; and what changed since it was submitted. */
  'operators.access': {
    params: nothing,
    result: z.object({
      rows: z.array(operatorRow).check(z.maxLength(maxOperators)),
      sites: z.array(scopeSite),
      submission: z.nullable(accessSubmission),
      changes: z.array(accessChange),
    }),
  },
  /** `submitted`: what is in it is what later changes are told from. Kept for five minutes. */
  'operators.exportAccess': {
    params: z.object({ format: z.enum(accessFormats), submitted: z.boolean() }),
    result: z.object({
      exportId: text(64),
      fileName: text(200),
      mediaType: text(100),
      size: z.number(),
    }),
  },
  'operators.downloadAccess': {
    params: z.object({ exportId: text(64), offset: z.int().check(z.gte(0)) }),
    /** `next` is the offset of the next piece, null after the last. */
    result: z.object({ base64: text(1_400_000), next: z.nullable(z.number()) }),
  },
  /** Somebody is at keyboard or mouse; at most every ten seconds. */
  'operators.seen': { params: nothing, result: nothing },
  'operators.settings': {
    params: z.object({
      idleMinutes: wholeNumber(idleMinutesRange.least, idleMinutesRange.most),
    }),
    result: operatorState,
  },
  'workstation.rename': {
    params: z.object({ name: text(100) }),
    result: z.object({ workstation }),
  },
} as const;

export const operatorEvents = {
  'operators.changed': operatorState,
} as const;

export type Role = (typeof roles)[number];
export type Right = (typeof rights)[number];
export type OperatorScope = z.infer<typeof operatorScope>;
export type OperatorFields = {
  [K in keyof typeof operatorFields]: z.infer<(typeof operatorFields)[K]>;
};
export type Operator = z.infer<typeof operator>;
export type OperatorRow = z.infer<typeof operatorRow>;
export type OperatorSession = z.infer<typeof operatorSession>;
export type OperatorState = z.infer<typeof operatorState>;
export type ScopeSite = z.infer<typeof scopeSite>;
export type AccessEntry = z.infer<typeof accessEntry>;
export type AccessChange = z.infer<typeof accessChange>;
export type AccessSubmission = z.infer<typeof accessSubmission>;
export type AccessFormat = (typeof accessFormats)[number];
export type Workstation = z.infer<typeof workstation>;
