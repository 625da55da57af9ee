import type { AuditExcerpt } from '../evidence-format/audit-chain.ts';
import type { CheckResult } from '../evidence-format/check.types.ts';
import type { Alteration, CaptureFacts, FileKind } from './capture.types.ts';
import type { WorkstationKey } from './workstation-key.ts';

/** One file that goes into a package. */
export interface PackageInput {
  /** Where it lies on this machine. It is read twice and must not change meanwhile. */
  readonly path: string;
  /** Its name in the package, below `du-lieu/`; made safe and unique. Default: its own. */
  readonly name?: string;
  /** Default: by its ending. */
  readonly kind?: FileKind;
  readonly facts?: CaptureFacts | null;
  /** It was made from another input: `of` is that one's `path`. */
  readonly alteredFrom?: Alteration | null;
}

/** Who hands what to whom, and why. */
export interface PackageFacts {
  readonly workstation: { readonly id: string; readonly name: string };
  readonly operator: { readonly id: string; readonly name: string } | null;
  readonly recipient: string | null;
  readonly legalBasis: string | null;
  readonly reason: string | null;
}

export interface PackageOrder {
  readonly files: readonly PackageInput[];
  readonly facts: PackageFacts;
  /** The finished file, `….vgp.zip`. @throws {Fault} `evidence.exists` where there is one already. */
  readonly target: string;
  readonly key: WorkstationKey;
  readonly audit: AuditExcerpt | null;
  readonly softwareVersion: string;
  /** Language of the printed record; default Vietnamese. */
  readonly language?: 'vi' | 'en';
  /** Null: anybody who has the file can open it. */
  readonly password?: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PackageProgress) => void;
}

export interface PackageProgress {
  readonly stage: 'reading' | 'writing' | 'checking';
  /** Bytes. */
  readonly done: number;
  readonly total: number;
}

export interface PackageWritten {
  readonly path: string;
  readonly size: number;
  /** Of the finished file, hexadecimal; for the audit record of the export. */
  readonly sha256: string;
  readonly manifestSha256: string;
  readonly packageId: string;
  readonly signedAt: string;
  readonly fingerprint: string;
  readonly files: readonly { readonly name: string; readonly path: string | null }[];
  /** Unfinished files of a program that was killed; they were removed from the target's folder. */
  readonly leftovers: readonly string[];
}

/**
 * Writes a package aside, flushes it, checks it by reading it back, and renames it.
 * @throws {Fault} `evidence.exists`, `evidence.source`, `evidence.changed`, `evidence.no-space`,
 *   `evidence.medium`, `evidence.cancelled`, `evidence.not-proved`; then there is no file at all
 */
export type WritePackage = (order: PackageOrder) => Promise<PackageWritten>;

export interface VerifyOptions {
  /** The key that must have signed: text of `public-key.txt`, PEM, base64 or fingerprint. */
  readonly publicKey?: string;
  readonly password?: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** @throws {Fault} `evidence.source` where the file cannot be read; whatever is wrong inside is told. */
export type VerifyPackage = (path: string, options?: VerifyOptions) => Promise<CheckResult>;
