import * as z from 'zod/mini';
import { auditOutcomes } from './audit-kinds.ts';
import { cameraId, text, time, wholeNumber } from './shapes.ts';

export const maxAuditRows = 200;
/** Of one answer of `audit.coverage`. */
export const maxViewSpans = 20_000;
export const auditFormats = ['csv', 'json'] as const;
/** What differs at a record: see `AuditDifference` in src/audit/audit.types.ts. */
export const auditDifferences = [
  'content',
  'link',
  'missing',
  'reordered',
  'cut-off',
  'anchor',
  'guard',
] as const;

const count = z.int().check(z.gte(0));
/** Base64 of one megabyte, rounded up. */
const piece = text(1_400_000);
const shortText = text(500);

export const auditRecord = z.object({
  seq: z.number(),
  /** Unix ms. */
  at: time,
  /** Ms of the workstation's steady clock. */
  steady: z.number(),
  station: shortText,
  operator: z.nullable(z.object({ id: shortText, name: shortText })),
  /** One of `auditKinds`, or of another version's. */
  kind: text(64),
  camera: z.nullable(shortText),
  site: z.nullable(shortText),
  screen: z.nullable(z.number()),
  outcome: shortText,
  /** A cause code, or of another version's. */
  cause: z.nullable(shortText),
  details: z.record(text(64), z.union([shortText, z.number(), z.boolean()])),
  prev: text(64),
  hash: text(64),
});

/** One time for which a camera was on one screen; a longer one is several, end to beginning. */
export const viewSpan = z.object({
  camera: shortText,
  screen: z.nullable(z.number()),
  from: time,
  to: time,
  /** Of it, with a picture that was decoded, presented and of its moment; ms. */
  liveMs: z.number(),
});

export const auditFilter = z.object({
  /** Empty: all. `operator.` with its dot: every kind that begins so. */
  kinds: z.array(text(64)).check(z.maxLength(100)),
  operatorId: z.nullable(text(500)),
  camera: z.nullable(cameraId),
  site: z.nullable(text(200)),
  outcome: z.nullable(z.enum(auditOutcomes)),
  /** From this moment on, before that one; Unix ms. */
  from: z.nullable(time),
  to: z.nullable(time),
  /** Words that the record's words begin with, in any order, without regard to diacritics. */
  text: text(200),
});

/** What is left out lets everything through. */
const givenFilter = z.partial(auditFilter);

export const auditVerdict = z.object({
  intact: z.boolean(),
  records: count,
  anchors: count,
  signed: count,
  first: z.nullable(z.object({ seq: z.number(), at: time })),
  last: z.nullable(z.object({ seq: z.number(), at: time, hash: text(64) })),
  problems: z
    .array(
      z.object({
        what: z.enum(auditDifferences),
        seq: z.number(),
        until: z.optional(z.number()),
        at: z.nullable(time),
        movedFrom: z.optional(z.number()),
      }),
    )
    .check(z.maxLength(100)),
  problemCount: count,
});

/** Page → core; merged into `calls` of schemas.ts. */
export const auditCalls = {
  'audit.page': {
    params: z.object({
      filter: givenFilter,
      /** Nothing newer than this record, so that a page's offsets stay true; null: the newest. */
      upTo: z.nullable(count),
      offset: count,
      limit: wholeNumber(1, maxAuditRows),
    }),
    /** Newest first. */
    result: z.object({
      rows: z.array(auditRecord).check(z.maxLength(maxAuditRows)),
      total: count,
      upTo: count,
    }),
  },
  /** Whoever is named in the chain, for the filter. */
  'audit.people': {
    params: z.object({}),
    result: z.array(z.object({ id: shortText, name: shortText })).check(z.maxLength(1000)),
  },
  /**
   * When cameras were really on screen: of one camera on all screens, of one screen, or of everything
   * (both null). Oldest first; `more`: there were too many, the last are left out.
   */
  'audit.coverage': {
    params: z.object({
      camera: z.nullable(cameraId),
      screen: z.nullable(count),
      from: time,
      to: time,
    }),
    result: z.object({
      spans: z.array(viewSpan).check(z.maxLength(maxViewSpans)),
      more: z.boolean(),
    }),
  },
  /** Reads the whole chain: seconds for a million records, beside the core. */
  'audit.verify': { params: z.object({}), result: auditVerdict },
  /** The file is kept until five minutes after the last `audit.download`. */
  'audit.export': {
    params: z.object({ filter: givenFilter, format: z.enum(auditFormats) }),
    result: z.object({
      exportId: text(64),
      fileName: text(200),
      mediaType: text(100),
      size: count,
      records: count,
    }),
  },
  'audit.download': {
    params: z.object({ exportId: text(64), offset: count }),
    /** `next` is the offset of the next piece, null after the last. */
    result: z.object({ base64: piece, next: z.nullable(count) }),
  },
} as const;

/** Core → page. */
export const auditEvents = {
  /** Records were written, or the warning came or went; at most once a second. */
  'audit.changed': z.object({ seq: count, warning: z.nullable(text(80)) }),
} as const;

export type AuditRecordRow = z.infer<typeof auditRecord>;
export type ViewSpan = z.infer<typeof viewSpan>;
export type AuditFilter = z.infer<typeof auditFilter>;
export type GivenFilter = z.infer<typeof givenFilter>;
export type AuditFormat = (typeof auditFormats)[number];
export type AuditCheck = z.infer<typeof auditVerdict>;
export const everyRecord: AuditFilter = {
  kinds: [],
  operatorId: null,
  camera: null,
  site: null,
  outcome: null,
  from: null,
  to: null,
  text: '',
};

export function wholeFilter(given: GivenFilter): AuditFilter {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...everyRecord, ...Object.fromEntries(known) };
}
