import type { AuditKind, AuditOutcome } from '../contract/audit-kinds.ts';
import type { CauseCode } from '../contract/cause.ts';
import type { Dispose } from '../std/disposable.ts';

export type { AuditKind, AuditOutcome };

/** Null where nobody was signed in; the command line writes `{id: 'cli:<user>', name: <user>}`. */
export interface AuditOperator {
  readonly id: string;
  readonly name: string;
}

/** Small facts of one act: never a secret, never more than 64 of them or 4,000 characters together. */
export type AuditDetails = Readonly<Record<string, string | number | boolean>>;

/** What a room writes; sequence, times, workstation and hashes are added by the log. */
export interface AuditEntry {
  readonly kind: AuditKind;
  readonly operator: AuditOperator | null;
  /** Camera id. */
  readonly camera?: string | null;
  /** Site id. */
  readonly site?: string | null;
  readonly screen?: number | null;
  /** `done` where it is left out. */
  readonly outcome?: AuditOutcome;
  readonly cause?: CauseCode | null;
  readonly details?: AuditDetails;
}

/** One link of the chain, as it is stored, hashed, shown and exported (docs/audit.md). */
export interface AuditRecord {
  /** From 1 without a gap. */
  readonly seq: number;
  /** Unix ms of the wall clock when it happened. */
  readonly at: number;
  /** Ms of the system's steady clock, which no change of the date moves; it begins anew at each boot. */
  readonly steady: number;
  readonly station: string;
  readonly operator: AuditOperator | null;
  /** A word of `auditKinds`, or of another version of the program. */
  readonly kind: string;
  readonly camera: string | null;
  readonly site: string | null;
  readonly screen: number | null;
  readonly outcome: string;
  readonly cause: string | null;
  readonly details: AuditDetails;
  /** SHA-256 of the record before, 64 hexadecimal digits; zeros for the first. */
  readonly prev: string;
  /** SHA-256 of this record's canonical form. */
  readonly hash: string;
}

/** The end of the chain: who knows it can tell whether records were cut off later. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** A head that was set down, with the workstation's signature where there was a key. */
export interface AuditAnchor extends AuditHead {
  readonly at: number;
  /**
   * Ed25519 over `anchorBytes`: the first 16 hexadecimal digits of the SHA-256 of the public key, a full
   * stop, base64 of the 64 bytes. Null: unsigned.
   */
  readonly signature: string | null;
}

export interface AuditQuery {
  /** Empty or missing: every kind. `operator.` with its dot: every kind that begins so. */
  readonly kinds?: readonly string[];
  readonly operatorId?: string | null;
  readonly camera?: string | null;
  readonly site?: string | null;
  readonly outcome?: AuditOutcome | null;
  /** Unix ms, inclusive. */
  readonly from?: number | null;
  /** Unix ms, exclusive. */
  readonly to?: number | null;
  /** Words, each found where a word of the record begins with it; diacritics do not matter. */
  readonly text?: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly rows: readonly AuditRecord[];
  readonly total: number;
}

/** What differs at a record. */
export type AuditDifference =
  /** Its content does not give its hash. */
  | 'content'
  /** It does not continue the record before it. */
  | 'link'
  | 'missing'
  /** It stands where another one should: `movedFrom` is its own number. */
  | 'reordered'
  /** Records after it were there once. */
  | 'cut-off'
  /** The kept head or an anchor says otherwise, or has a wrong signature. */
  | 'anchor'
  /** What keeps records from being changed is not in the file any more. */
  | 'guard';

export interface AuditProblem {
  readonly what: AuditDifference;
  /** Of the record named; for `missing` the first missing one. */
  readonly seq: number;
  /** For `missing`: the last missing one. */
  readonly until?: number;
  /** Unix ms as the record says, where there is one. */
  readonly at: number | null;
  readonly movedFrom?: number;
}

export interface AuditVerdict {
  readonly intact: boolean;
  readonly records: number;
  readonly anchors: number;
  /** Anchors whose signature was checked with the key that was given. */
  readonly signed: number;
  readonly first: { readonly seq: number; readonly at: number } | null;
  readonly last: ({ readonly at: number } & AuditHead) | null;
  /** At most 100, in the order of the chain. */
  readonly problems: readonly AuditProblem[];
  readonly problemCount: number;
}

export interface AuditLog {
  /** Never throws and never waits: it is on disk within 250 ms, important kinds at once. */
  write(entry: AuditEntry): void;
  /** Writes what waits. False: the disk refused, it waits on. */
  flush(): boolean;
  /** After a flush; null: nothing was ever written. */
  head(): AuditHead | null;
  /** Key of `shell.json` while records wait for the disk, or null. */
  readonly warning: 'warning.audit-not-written' | null;
  /** After records were written, and when the warning came or went. */
  onChange(listener: () => void): Dispose;
  /** Writes what waits, and the last anchor. */
  close(): Promise<void>;
}

/** @returns a signature in the form of `AuditAnchor`, or null where there is no key. */
export type SignBytes = (bytes: Uint8Array) => Promise<string | null>;
