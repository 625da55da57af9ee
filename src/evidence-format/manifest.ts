import * as z from 'zod/mini';

/**
 * What a package says of itself: `manifest.json`, `seal.json`, `signature.json`, `time-note.json`. The
 * forms are described for other people's verifiers in docs/evidence-format.md; whatever is read here may
 * come from anybody.
 */
export const formats = {
  manifest: 'vonggac-evidence-1',
  seal: 'vonggac-seal-1',
  signature: 'vonggac-signature-1',
  timeNote: 'vonggac-time-1',
  audit: 'vonggac-audit-1',
} as const;

/** What is signed begins with this, so that a signature of one thing is never one of another. */
export const signingContexts = {
  manifest: 'vonggac manifest 1\n',
  seal: 'vonggac seal 1\n',
  /** Heads of the chain of audit records. */
  auditHead: 'vonggac audit head 1\n',
} as const;

/** Names of the package's own files, in the order in which they lie in it. */
export const ownNames = {
  manifest: 'manifest.json',
  audit: 'audit.json',
  publicKey: 'public-key.txt',
  verifier: 'verify.html',
  timeNote: 'time-note.json',
  record: 'bien-ban.pdf',
  seal: 'seal.json',
  signature: 'signature.json',
} as const;

/** Everything that was handed in lies in this folder. */
export const evidenceFolder = 'du-lieu/';

export const limits = {
  files: 20_000,
  /** Of a name, in UTF-8 bytes. */
  name: 240,
  manifest: 64 * 1024 * 1024,
  audit: 64 * 1024 * 1024,
  /** Of each other own file that is read into memory. */
  small: 1024 * 1024,
} as const;

const text = (most: number) => z.string().check(z.maxLength(most));
/** Whole milliseconds since 1970-01-01 UTC. */
const unixMs = z.int().check(z.minimum(-62_135_596_800_000), z.maximum(253_402_300_799_999));
/** `2021-06-25T09:30:00.000Z` */
const utc = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
/** `2021-06-25T16:30:00.000+07:00` */
const local = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const size = z.int().check(z.minimum(0));
const fileName = z.string().check(z.minLength(1), z.maxLength(limits.name));
const fingerprint = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const person = z.object({ id: text(200), name: text(500) });

/** The facts of one capture. A value that nobody knew is null, never a guess. */
export const captureFacts = z.object({
  camera: z.object({
    id: text(200),
    name: text(500),
    site: z.nullable(text(500)),
    province: z.nullable(text(500)),
  }),
  /** By the workstation's clock; of a clip its first frame. Unix ms, UTC. */
  takenAt: unixMs,
  /** The last frame of a clip; null for a still picture. */
  takenUntil: z.nullable(unixMs),
  /** What the camera's own clock said at `takenAt`, Unix ms. */
  cameraTime: z.nullable(unixMs),
  /** Measured: the camera's clock minus the workstation's, ms. */
  offsetMs: z.nullable(z.number()),
  /** RTP timestamp of the first frame, in units of the stream's clock (RFC 3550, section 5.1). */
  rtpTime: z.nullable(z.int()),
  /** The sender's time of the first frame by its sender reports (RFC 3550, section 6.4.1), Unix ms. */
  ntpTime: z.nullable(z.number()),
  quality: z.enum(['main', 'sub']),
  /** `h264`, `h265`, `mjpeg`, … of the stream, whatever the file's own coding is. */
  codec: text(40),
  /** Pixels. */
  width: z.int().check(z.minimum(0)),
  height: z.int().check(z.minimum(0)),
  /** How old the frame was when it was taken, ms; null for a clip. */
  ageMs: z.nullable(z.number()),
  operator: z.nullable(person),
  workstation: person,
  reason: z.nullable(text(2000)),
  recipient: z.nullable(text(2000)),
  legalBasis: z.nullable(text(2000)),
  /** The approval hold of the site when it was taken, in words or codes of the register; null: none. */
  hold: z.nullable(text(500)),
});
export type CaptureFacts = z.infer<typeof captureFacts>;

export const fileKinds = [
  'snapshot',
  'clip',
  'document',
  'audit',
  'key',
  'verifier',
  'time',
  'record',
  'manifest',
  'other',
] as const;
export type FileKind = (typeof fileKinds)[number];

const listedFile = z.object({
  name: fileName,
  /** Bytes. */
  size,
  sha256,
  kind: z.enum(fileKinds),
});
export type ListedFile = z.infer<typeof listedFile>;

/** A file that was made from another one of the package, and is no original. */
export const alteration = z.object({
  /** Name of the original: in the same package, or where it stayed. */
  of: fileName,
  /** Digest of an original that is not in the package: it stayed sealed where the note says. */
  sha256: z.optional(sha256),
  /** What was done: `mask`, `blur`, `caption`, `mark`, `crop`, `transcode`. */
  how: z.array(text(40)),
  note: text(1000),
});
export type Alteration = z.infer<typeof alteration>;

const manifestFile = z.object({
  ...listedFile.shape,
  /** `takenAt` and `takenUntil` once more for people; null where there are no facts. */
  capture: z.nullable(
    z.object({
      utc,
      local,
      untilUtc: z.nullable(utc),
      cameraUtc: z.nullable(utc),
      facts: captureFacts,
    }),
  ),
  /** Null: it is as it came. */
  alteredFrom: z.nullable(alteration),
});
export type ManifestFile = z.infer<typeof manifestFile>;

export const manifest = z.object({
  format: z.literal(formats.manifest),
  /** Random, 32 hexadecimal digits. */
  packageId: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  madeAt: utc,
  madeAtLocal: local,
  timeZone: text(60),
  software: z.object({ name: text(100), version: text(100) }),
  workstation: person,
  operator: z.nullable(person),
  recipient: z.nullable(text(2000)),
  legalBasis: z.nullable(text(2000)),
  reason: z.nullable(text(2000)),
  key: z.object({
    algorithm: z.literal('Ed25519'),
    fingerprint,
    /** Where the private key is kept; with `memory` it is gone when the program ends. */
    kept: z.enum(['keychain', 'passphrase', 'memory']),
  }),
  /** In the order of the package; own files that are listed elsewhere are not here. */
  files: z.array(manifestFile).check(z.maxLength(limits.files)),
});
export type Manifest = z.infer<typeof manifest>;

/** What was made after the manifest, because it names the manifest's digest. */
export const seal = z.object({
  format: z.literal(formats.seal),
  signedAt: utc,
  files: z.array(listedFile).check(z.maxLength(16)),
});
export type Seal = z.infer<typeof seal>;

export const signature = z.object({
  format: z.literal(formats.signature),
  algorithm: z.literal('Ed25519'),
  /** 32 bytes, base64 (RFC 8032, section 5.1.5). */
  publicKey: z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/)),
  /** SHA-256 of these 32 bytes. */
  fingerprint,
  /** Of `manifest.json` and of `seal.json` with their contexts: 64 bytes, base64. */
  manifest: z.string().check(z.regex(/^[A-Za-z0-9+/]{86}==$/)),
  seal: z.string().check(z.regex(/^[A-Za-z0-9+/]{86}==$/)),
});
export type Signature = z.infer<typeof signature>;

export const timeNote = z.object({
  format: z.literal(formats.timeNote),
  /** The digest that this time is said of. */
  manifestSha256: sha256,
  /** By the workstation's clock. */
  at: utc,
  unixMs,
  timeZone: text(60),
  /** A clock that no one sets, ms since the machine started; two notes of one run can be compared. */
  steadyMs: z.number(),
  clock: z.object({
    /** What sets the clock: `systemd-timesyncd`, `chrony`, `w32time`, …; null where it is not known. */
    source: z.nullable(text(100)),
    /** Null: the system does not tell. */
    synchronised: z.nullable(z.boolean()),
    /** Estimated error by the source, ms. */
    errorMs: z.nullable(z.number()),
  }),
  /** Base64 of an RFC 3161 TimeStampToken over `manifestSha256`; null: none was asked for. */
  rfc3161: z.nullable(text(100_000)),
});
export type TimeNote = z.infer<typeof timeNote>;
