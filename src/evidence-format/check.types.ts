import type { Manifest, Seal, Signature, TimeNote } from './manifest.ts';

/** Why something of a package is not as it was sealed. Words for each are in `evidence.json`. */
export const problemCodes = [
  // a file
  'altered',
  'missing',
  'unlisted',
  // nothing that is signed and whole says what it should be
  'unproved',
  'size',
  // the container
  'not-zip',
  'local-header',
  'central-directory',
  'end-record',
  'truncated',
  'trailing-bytes',
  'duplicate-name',
  'unsafe-name',
  'order',
  'checksum',
  'too-large',
  'unreadable',
  // what is read
  'not-canonical',
  'form',
  'newer-version',
  'contradiction',
  // the signature
  'signature-wrong',
  'key-replaced',
  'not-signed',
  // the audit excerpt
  'chain-broken',
  'record-altered',
  // a package with a password
  'password-needed',
  'password-wrong',
  'encrypted-altered',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export interface Part {
  readonly ok: boolean;
  readonly reason: ProblemCode | null;
}

export interface FilePart extends Part {
  readonly name: string;
}

/** Something wrong with the container itself; `name` is the file it stands at, null for its end. */
export interface ContainerProblem {
  readonly reason: ProblemCode;
  readonly name: string | null;
}

export interface AuditPart extends Part {
  /** Index of the first record that does not fit; null where all do or nothing can be said. */
  readonly at: number | null;
  readonly records: number;
}

/** What a check found. `ok` only where every byte of the file is as it was when it was sealed. */
export interface CheckResult {
  readonly ok: boolean;
  readonly container: { readonly ok: boolean; readonly problems: readonly ContainerProblem[] };
  readonly signature: Part;
  readonly files: readonly FilePart[];
  readonly audit: AuditPart;
  readonly signedBy: SignedBy | null;
  /** By the workstation's clock. */
  readonly signedAt: string | null;
  readonly manifestSha256: string | null;
  /** For showing; null where it could not be read. Trust nothing of it unless `signature.ok`. */
  readonly manifest: Manifest | null;
  readonly seal: Seal | null;
  readonly signatureFile: Signature | null;
  readonly timeNote: TimeNote | null;
}

export interface SignedBy {
  readonly workstation: { readonly id: string; readonly name: string } | null;
  readonly operator: { readonly id: string; readonly name: string } | null;
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Compared with a key from elsewhere; without one, whoever made a new key could have signed. */
  readonly compared: 'same' | 'other' | 'not-compared';
}
