import * as z from 'zod/mini';
import { cameraId, cause, quality, text, time, wholeNumber } from './shapes.ts';

/**
 * Evidence: what was seen is taken (`evidence.snapshot`, `evidence.clip`), lies on the shelf of this
 * workstation as it came, and leaves it as a signed package (`evidence.package`). Long work is a job: its
 * call answers with the job's id at once, and `evidence.jobs` tells of it until it is dismissed.
 *
 * All times are Unix ms by the clock of this workstation, unless a line says otherwise.
 */

/** Bytes of one picture at most, and of one piece of it. */
export const maxSnapshotBytes = 64 * 1024 * 1024;
export const evidencePieceBytes = 1024 * 1024;
/** Base64 of `evidencePieceBytes`, rounded up. */
const piece = text(1_400_000);
const count = z.int().check(z.gte(0));
const reason = text(2000);
const itemId = text(64);
const jobId = text(64);
const nothing = z.object({});

/** `copy`: made from another item, altered and labelled so; the original stays beside it. */
export const itemKinds = ['snapshot', 'clip', 'copy'] as const;
export const alterations = ['blur', 'mask', 'caption', 'mark'] as const;
export const maxShelfRows = 200;
export const maxPackageItems = 5000;

/** A point of the picture, 0 … 1 from its upper left corner. */
const point = z.object({
  x: z.number().check(z.gte(0), z.lte(1)),
  y: z.number().check(z.gte(0), z.lte(1)),
});
/** A rectangle is a region of four points. */
export const region = z.array(point).check(z.minLength(3), z.maxLength(64));
const regions = z.array(region).check(z.maxLength(50));

export const evidenceItem = z.object({
  id: itemId,
  kind: z.enum(itemKinds),
  /** Of the file on the shelf: safe on every system, sorts by time. */
  name: text(240),
  cameraId,
  cameraName: text(500),
  siteId: text(200),
  siteName: text(500),
  /** Of the picture, or of the first and the last of a clip. */
  takenAt: time,
  takenUntil: z.nullable(time),
  /** When it was put on the shelf. */
  madeAt: time,
  bytes: count,
  sha256: text(64),
  mediaType: text(100),
  width: count,
  height: count,
  codec: text(40),
  quality,
  /** How old the picture was when it was taken; null for a clip. */
  ageMs: z.nullable(z.number()),
  /** The camera's own clock at `takenAt`, Unix ms, and how far it is off. */
  cameraTime: z.nullable(z.number()),
  offsetMs: z.nullable(z.number()),
  /** Stretches of a clip without pictures, ms in all. */
  gapMs: z.number(),
  operatorName: text(500),
  reason: z.nullable(reason),
  /** Pictures of one press of a key, such as a whole wall. */
  groupId: z.nullable(text(64)),
  /** Id of the original, for a copy. */
  alteredFrom: z.nullable(itemId),
  how: z.array(z.enum(alterations)),
  /** It shows what is masked at its camera: see docs/privacy.md for who may look at it and take it out. */
  exposed: z.optional(z.boolean()),
  /** File names of the packages that it left in. */
  packages: z.array(text(240)).check(z.maxLength(50)),
  /** The file is no longer as it was put there, or gone: `evidence.changed`, `evidence.source`. */
  cause: z.nullable(cause),
});

export const evidenceFilter = z.object({
  cameraId: z.nullable(cameraId),
  kind: z.nullable(z.enum(itemKinds)),
  from: z.nullable(time),
  to: z.nullable(time),
  /** Words of camera, site, operator or reason, without regard to diacritics. */
  text: text(200),
});

export const jobKinds = ['clip', 'package', 'copy', 'check'] as const;
export const jobPhases = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;

/** What a check of a package found, in short; the whole is in the verifier. */
export const packageCheck = z.object({
  ok: z.boolean(),
  /** Words for each reason are `problem.<reason>` of `evidence.json`. */
  problems: z
    .array(z.object({ reason: text(64), name: z.nullable(text(500)) }))
    .check(z.maxLength(200)),
  files: count,
  signedAt: z.nullable(text(40)),
  workstation: z.nullable(text(500)),
  operator: z.nullable(text(500)),
  fingerprint: z.nullable(text(64)),
  /** By the key of this workstation, by another one that was given, or not compared. */
  compared: z.enum(['same', 'other', 'not-compared']),
});

export const evidenceJob = z.object({
  id: jobId,
  kind: z.enum(jobKinds),
  /** What it makes, for people: a file name. */
  title: text(500),
  phase: z.enum(jobPhases),
  /** A step of the work: `reading`, `writing`, `checking`, `decoding`. */
  stage: z.nullable(text(40)),
  /** Bytes, or ms of footage; `total` null where it is not known. */
  done: z.number(),
  total: z.nullable(z.number()),
  startedAt: time,
  endedAt: z.nullable(time),
  cause: z.nullable(cause),
  /** What was made: items of the shelf, or the package. */
  itemIds: z.array(itemId).check(z.maxLength(200)),
  path: z.nullable(text(4000)),
  sha256: z.nullable(text(64)),
  check: z.nullable(packageCheck),
});

/** Where a package can go. */
export const exportFolder = z.object({
  path: text(4000),
  label: text(200),
  removable: z.boolean(),
  /** Bytes; null where the system does not tell. */
  free: z.nullable(z.number()),
  writable: z.boolean(),
});

export const mask = z.object({
  id: text(64),
  points: region,
  /** Why, for people: `cửa sổ nhà dân`. */
  note: text(200),
});

export const markSettings = z.object({
  /** A faint line over every picture: operator, workstation and time. */
  onScreen: z.boolean(),
  onSnapshots: z.boolean(),
  /** 0.02 … 0.5 */
  opacity: z.number().check(z.gte(0.02), z.lte(0.5)),
});

/** Page → core; merged into `calls` of schemas.ts. */
export const evidenceCalls = {
  /** Pieces in order; the first has `uploadId: null`. What is not used is dropped after a minute. */
  'evidence.upload': {
    params: z.object({
      uploadId: z.nullable(text(64)),
      /** Of the whole file. */
      size: count,
      offset: count,
      base64: piece,
    }),
    result: z.object({ uploadId: text(64), received: count, complete: z.boolean() }),
  },
  /** Puts a picture that was decoded in the page on the shelf, with the facts that the core knows. */
  'evidence.snapshot': {
    params: z.object({
      uploadId: text(64),
      cameraId,
      quality,
      format: z.enum(['png', 'jpeg']),
      codec: text(40),
      width: wholeNumber(1, 16_384),
      height: wholeNumber(1, 16_384),
      /** Arrival of the picture. */
      takenAt: time,
      /** How old it was at the press of the key: large where the source had just died. */
      ageMs: z.number().check(z.gte(0)),
      /** Of its RTP packet, and the sender's clock by its sender reports (Unix ms), where known. */
      rtpTime: z.nullable(z.number()),
      senderTime: z.nullable(z.number()),
      /** It was shown from the ring or a recorder, not live. */
      replay: z.boolean(),
      reason: z.nullable(reason),
      groupId: z.nullable(text(64)),
    }),
    result: z.object({ item: evidenceItem }),
  },
  /**
   * One file (or more, see docs/replay.md) for each camera. `quality` null: the better one that is held.
   * @throws `replay.nothing`, `replay.no-recorder`
   */
  'evidence.clip': {
    params: z.object({
      cameraIds: z.array(cameraId).check(z.minLength(1), z.maxLength(64)),
      from: time,
      to: time,
      source: z.enum(['ring', 'recorder']),
      quality: z.nullable(quality),
      audio: z.boolean(),
      reason: z.nullable(reason),
    }),
    result: z.object({ jobIds: z.array(jobId) }),
  },
  /** A copy with regions made unreadable in every picture, and labelled as altered. */
  'evidence.copy': {
    params: z.object({ itemId, regions, how: z.enum(['blur', 'mask']), note: text(1000) }),
    result: z.object({ jobId }),
  },
  /** A copy of a picture with time, place and operator written on it. */
  'evidence.caption': { params: z.object({ itemId }), result: z.object({ jobId }) },
  'evidence.items': {
    params: z.object({
      filter: evidenceFilter,
      offset: count,
      limit: wholeNumber(1, maxShelfRows),
    }),
    /** Newest first. */
    result: z.object({
      rows: z.array(evidenceItem).check(z.maxLength(maxShelfRows)),
      total: count,
      /** Bytes of all that lies on the shelf. */
      bytes: z.number(),
    }),
  },
  /** The file of an item, in pieces, to be looked at. @throws `privacy.originals` */
  'evidence.file': {
    params: z.object({ itemId, offset: count }),
    result: z.object({ base64: piece, size: count, next: z.nullable(count) }),
  },
  'evidence.remove': {
    params: z.object({ itemIds: z.array(itemId).check(z.maxLength(maxPackageItems)) }),
    result: nothing,
  },
  'evidence.folders': { params: nothing, result: z.array(exportFolder).check(z.maxLength(50)) },
  /**
   * `withAudit`: records about these cameras in the time of the items, and of this export.
   * @throws `privacy.originals` where items show what is masked, and the operator may not take it out
   */
  'evidence.package': {
    params: z.object({
      itemIds: z.array(itemId).check(z.minLength(1), z.maxLength(maxPackageItems)),
      folder: text(4000),
      /** Of the file, without its ending; made safe. */
      name: text(200),
      recipient: z.nullable(text(2000)),
      legalBasis: z.nullable(text(2000)),
      reason: z.nullable(reason),
      withAudit: z.boolean(),
      /**
       * False: of cameras with masks only masked copies leave (made where there is none yet), and the
       * manifest names the digest of the original that stays sealed here. True where it is not said.
       */
      withOriginals: z.optional(z.boolean()),
      /** Write-only. */
      password: z.nullable(text(500)),
    }),
    result: z.object({ jobId }),
  },
  /** Checks a package that lies on this machine. */
  'evidence.check': {
    params: z.object({ path: text(4000), password: z.nullable(text(500)) }),
    result: z.object({ jobId }),
  },
  'evidence.jobs': { params: nothing, result: z.array(evidenceJob).check(z.maxLength(500)) },
  'evidence.cancel': { params: z.object({ jobId }), result: nothing },
  /** A failed or cancelled job once more, as it was asked for. */
  'evidence.retry': { params: z.object({ jobId }), result: z.object({ jobId }) },
  /** Takes ended jobs off the list; null: all of them. */
  'evidence.dismiss': { params: z.object({ jobId: z.nullable(jobId) }), result: nothing },
  /** The key that signs here, to be compared with a printed one. */
  'evidence.key': {
    params: nothing,
    result: z.object({
      fingerprint: text(64),
      publicKey: text(100),
      kept: z.enum(['keychain', 'passphrase', 'memory']),
    }),
  },
  'privacy.masks': {
    params: nothing,
    result: z
      .array(z.object({ cameraId, masks: z.array(mask).check(z.maxLength(50)) }))
      .check(z.maxLength(20_000)),
  },
  /** All masks of a camera; none: `[]`. */
  'privacy.saveMasks': {
    params: z.object({ cameraId, masks: z.array(mask).check(z.maxLength(50)) }),
    result: nothing,
  },
  'privacy.mark': { params: nothing, result: markSettings },
  'privacy.saveMark': { params: markSettings, result: nothing },
} as const;

/** Core → page. */
export const evidenceEvents = {
  /** All jobs that are not dismissed; at most five times a second. */
  'evidence.jobs': z.array(evidenceJob).check(z.maxLength(500)),
  /** Something came to the shelf or left it. */
  'evidence.changed': z.object({ total: count }),
  'privacy.changed': z.object({ cameraIds: z.nullable(z.array(cameraId)) }),
} as const;

export type Region = z.infer<typeof region>;
export type EvidenceItem = z.infer<typeof evidenceItem>;
export type EvidenceFilter = z.infer<typeof evidenceFilter>;
export type EvidenceJob = z.infer<typeof evidenceJob>;
export type ExportFolder = z.infer<typeof exportFolder>;
export type PackageCheck = z.infer<typeof packageCheck>;
export type Mask = z.infer<typeof mask>;
export type MarkSettings = z.infer<typeof markSettings>;
