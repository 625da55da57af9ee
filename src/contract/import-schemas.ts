import * as z from 'zod/mini';
import { text } from './shapes.ts';

/**
 * Import and export of the register as files. A file goes up in pieces (`imports.upload`), is looked
 * at without changing anything (`imports.preview`, then `imports.rows` for the verdict of each row),
 * and is taken over as a whole or not at all (`imports.run`). Previewing and running answer when they
 * are done; meanwhile `imports.progress` tells how far they are, and `imports.cancel` ends them.
 */
const count = z.number();

/** Bytes of one file at most, and of one piece of it. */
export const maxImportBytes = 64 * 1024 * 1024;
export const importPieceBytes = 1024 * 1024;
/** Base64 of `importPieceBytes`, rounded up. */
const piece = text(1_400_000);

/**
 * What a column can mean. `site.*` describes the site of the row, `device.*` the recorder or gateway,
 * `camera.*` the camera; `ignore` is a column that a person leaves out.
 */
export const importFields = [
  'site.id',
  'site.code',
  'site.name',
  'site.province',
  'site.district',
  'site.address',
  'site.hubId',
  'site.kind',
  'site.ownership',
  'site.budgetLevel',
  'site.priority',
  'site.hold',
  'site.holdAuthority',
  'site.holdAskedOn',
  'site.surveyDone',
  'site.surveyBy',
  'site.surveyOn',
  'site.plan',
  'site.planDeadline',
  'site.dueInspectionOn',
  'site.purpose',
  'site.notes',
  'site.revision',
  'focal1.name',
  'focal1.title',
  'focal1.phone',
  'focal1.email',
  'focal2.name',
  'focal2.title',
  'focal2.phone',
  'focal2.email',
  'focal3.name',
  'focal3.title',
  'focal3.phone',
  'focal3.email',
  'site.moreFocalPoints',
  'device.id',
  'device.name',
  'device.kind',
  'device.address',
  'device.port',
  'device.path',
  'device.vendor',
  'device.model',
  'device.firmware',
  'device.serial',
  'device.revision',
  'camera.id',
  'camera.name',
  'camera.placement',
  'camera.purpose',
  'camera.brand',
  'camera.model',
  'camera.serial',
  'camera.url',
  'camera.subUrl',
  'camera.directUrl',
  'camera.directSubUrl',
  'camera.transport',
  'camera.localNotes',
  'camera.revision',
  'login.user',
  'login.password',
  'ignore',
] as const;
export const importField = z.enum(importFields);

/** What is wrong with a row, or worth knowing; the words are `import.reason.<reason>`. */
export const importReasons = [
  // errors: the row is not taken
  'missing',
  'too-long',
  'url',
  'address',
  'port',
  'date',
  'choice',
  'placement',
  'email',
  'phone',
  'value',
  'formula-error',
  'duplicate',
  'contradiction',
  'conflict',
  'ambiguous',
  'site-unknown',
  'nothing',
  // warnings: the row is taken
  'forbidden-place',
  'login-to-vault',
  'placement-unset',
  'no-url',
] as const;
export const importReason = z.enum(importReasons);

export const importVerdicts = ['new', 'changed', 'same', 'error'] as const;
export const importVerdict = z.enum(importVerdicts);

export const importColumn = z.object({
  /** From 0. */
  index: count,
  /** As a spreadsheet names it: `A`, `AB`. */
  letter: text(8),
  /** All rows of the heading above each other, from the top: `Đầu mối / SĐT`. */
  heading: text(500),
  field: z.nullable(importField),
  /** Who chose the field. Null where nobody did: then the column is left out. */
  by: z.nullable(z.enum(['synonym', 'remembered', 'person'])),
  /** Up to three values as they stand in the file; passwords are replaced by dots. */
  samples: z.array(text(200)).check(z.maxLength(3)),
});

export const importProblem = z.object({
  reason: importReason,
  field: z.nullable(importField),
  /** Letter and heading of the column to blame, or null. */
  column: z.nullable(z.object({ letter: text(8), heading: text(500) })),
  /** What stood there, cut; never of a login or an address. */
  value: z.nullable(text(200)),
  /** The other row, where two rows speak against each other; else null. */
  otherLine: z.nullable(count),
});

export const importChange = z.object({
  field: importField,
  before: text(500),
  after: text(500),
});

/** The verdict on one row of the file. */
export const importRow = z.object({
  /** The row's number in the sheet or the line in the file, from 1. */
  line: count,
  verdict: importVerdict,
  siteName: text(200),
  /** Name of the camera or device; empty where the row is about the site alone. */
  name: text(200),
  problems: z.array(importProblem).check(z.maxLength(50)),
  changes: z.array(importChange).check(z.maxLength(80)),
});

export const importCounts = z.object({
  rows: count,
  new: count,
  changed: count,
  same: count,
  error: count,
  /** Things in the register that would be made or changed. */
  sites: z.object({ new: count, changed: count }),
  devices: z.object({ new: count, changed: count }),
  cameras: z.object({ new: count, changed: count }),
  logins: count,
  warnings: count,
});

/** A person's choice for one column; null leaves the column out. */
export const importMapping = z
  .array(z.object({ index: count, field: z.nullable(importField) }))
  .check(z.maxLength(500));

export const importPreview = z.object({
  uploadId: text(64),
  /** Of this very plan: `imports.run` takes it and no other. */
  planId: text(64),
  fileName: text(200),
  format: z.enum(['xlsx', 'csv', 'json']),
  /** `utf-8`, `utf-16le`, `windows-1258` …; null for XLSX. */
  encoding: z.nullable(text(40)),
  /** `,` `;` or tab; null where there is none. */
  delimiter: z.nullable(text(4)),
  sheets: z.array(text(200)).check(z.maxLength(200)),
  sheet: z.nullable(text(200)),
  /** The first and last row of the heading, from 1; null in JSON. */
  headingRows: z.nullable(z.object({ from: count, to: count })),
  columns: z.array(importColumn).check(z.maxLength(500)),
  counts: importCounts,
  /** The first rows that are not `same`, at most 200; the rest by `imports.rows`. */
  rows: z.array(importRow).check(z.maxLength(200)),
});

export const importOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('done'),
    counts: importCounts,
    /** Rows with errors that were left out because the caller said so. */
    skipped: count,
    /** Where logins went; `memory` means: until the program ends. */
    loginsKept: z.nullable(z.enum(['keychain', 'passphrase', 'memory'])),
    /** `changeId` for `register.undo`, or null where nothing changed. */
    changeId: z.nullable(count),
  }),
  /** The register was changed since the preview: nothing was written, these rows must be looked at. */
  z.object({ outcome: z.literal('conflict'), rows: z.array(importRow).check(z.maxLength(200)) }),
]);

/** A heading that was seen before and what its columns meant. */
export const rememberedMapping = z.object({
  fingerprint: text(64),
  columns: z
    .array(z.object({ heading: text(500), field: z.nullable(importField) }))
    .check(z.maxLength(500)),
  usedAt: z.number(),
});

export const importStages = ['reading', 'checking', 'writing'] as const;
export const exportFormats = ['xlsx', 'csv', 'json'] as const;

/** Page → core; merged into `calls` of schemas.ts. */
export const importCalls = {
  /** Pieces in order; the first has `uploadId: null`. Four uploads are kept, the oldest goes. */
  'imports.upload': {
    params: z.object({
      uploadId: z.nullable(text(64)),
      fileName: text(200),
      /** Bytes before this piece. */
      offset: count,
      /** Bytes of the whole file. */
      size: count,
      base64: piece,
    }),
    result: z.object({ uploadId: text(64), received: count, complete: z.boolean() }),
  },
  /** Changes nothing. Again with a `mapping` where a person chose other columns. */
  'imports.preview': {
    params: z.object({
      uploadId: text(64),
      sheet: z.nullable(text(200)),
      mapping: z.nullable(importMapping),
    }),
    result: importPreview,
  },
  'imports.rows': {
    params: z.object({
      planId: text(64),
      verdict: z.nullable(importVerdict),
      offset: count,
      /** At most 500. */
      limit: count,
    }),
    result: z.object({ total: count, rows: z.array(importRow).check(z.maxLength(500)) }),
  },
  /** All or nothing. With `leaveOutErrors: false` a file with one wrong row is refused (`input.sheet`). */
  'imports.run': {
    params: z.object({ planId: text(64), leaveOutErrors: z.boolean() }),
    result: importOutcome,
  },
  /** Ends what is under way for this upload, and forgets the file. */
  'imports.cancel': { params: z.object({ uploadId: text(64) }), result: z.object({}) },
  /** What is remembered of headings; `forget` takes one out first. */
  'imports.mappings': {
    params: z.object({ forget: z.optional(text(64)) }),
    result: z.array(rememberedMapping).check(z.maxLength(500)),
  },
  /** Makes the file in memory; it is kept until five minutes after the last `exports.download`. */
  'exports.start': {
    params: z.object({ format: z.enum(exportFormats) }),
    result: z.object({
      exportId: text(64),
      fileName: text(200),
      mediaType: text(100),
      size: count,
    }),
  },
  'exports.download': {
    params: z.object({ exportId: text(64), offset: count }),
    /** `next` is the offset of the next piece, null after the last. */
    result: z.object({ base64: piece, next: z.nullable(count) }),
  },
} as const;

/** Core → page. */
export const importEvents = {
  'imports.progress': z.object({
    uploadId: text(64),
    stage: z.enum(importStages),
    done: count,
    /** Null while it is not known. */
    total: z.nullable(count),
  }),
} as const;

export type ImportField = (typeof importFields)[number];
export type ImportReason = (typeof importReasons)[number];
export type ImportVerdict = (typeof importVerdicts)[number];
export type ImportColumn = z.infer<typeof importColumn>;
export type ImportProblem = z.infer<typeof importProblem>;
export type ImportChange = z.infer<typeof importChange>;
export type ImportRow = z.infer<typeof importRow>;
export type ImportCounts = z.infer<typeof importCounts>;
export type ImportMapping = z.infer<typeof importMapping>;
export type ImportPreview = z.infer<typeof importPreview>;
export type ImportOutcome = z.infer<typeof importOutcome>;
export type RememberedMapping = z.infer<typeof rememberedMapping>;
export type ImportStage = (typeof importStages)[number];
export type ExportFormat = (typeof exportFormats)[number];
