import * as z from 'zod/mini';
import { cameraId, cause, text, time, wholeNumber } from './shapes.ts';

/**
 * Commissioning: chosen cameras are looked at one by one, and each gets a verdict with its reasons.
 * `survey.start` answers at once with a job; rows are filled while it runs (`survey.progress`), and
 * the last result of each camera is kept. The words for a reason are `survey:reason.<code>.text` and
 * `survey:reason.<code>.next` in `resources/locales`.
 */
const count = z.number();
const rowId = text(200);

export const surveyVerdicts = ['pass', 'usable', 'cannot-connect'] as const;
export const surveyVerdict = z.enum(surveyVerdicts);

/** How heavy a reason weighs: `blocks` makes cannot-connect, `limits` usable, `note` neither. */
export const surveyWeights = ['blocks', 'limits', 'note'] as const;

export const surveyReasons = [
  // blocks: no picture
  'unreachable',
  'login-needed',
  'login-refused',
  'login-stopped',
  'too-many-viewers',
  'certificate-untrusted',
  'certificate-changed',
  'not-onvif',
  'stream-missing',
  'stream-refused',
  'no-picture',
  'codec-unsupported',
  'forbidden-place',
  'on-hold',
  'no-address',
  'bad-address',
  'internal',
  // limits: a picture, but not all that is asked for
  'main-failed',
  'sub-missing',
  'sub-failed',
  'sub-not-smaller',
  'loss-high',
  'fps-low',
  'size-small',
  'gop-long',
  'codec-heavy',
  'clock-off',
  'clock-unset',
  'recording-missing',
  'recording-short',
  'onvif-login-refused',
  // notes
  'onvif-missing',
  'onvif-failed',
  'recording-unknown',
  'clock-unknown',
  'shared-stream',
  'weak-login',
  'ptz-unanswered',
] as const;

export const surveyReason = z.object({
  code: z.enum(surveyReasons),
  weight: z.enum(surveyWeights),
  params: z.record(text(64), z.union([text(500), z.number()])),
});

/** One stream as it was measured over some seconds. */
export const surveyStream = z.object({
  /** Token of the ONVIF profile, or null where the camera was given by its URL alone. */
  token: z.nullable(text(200)),
  name: text(200),
  /** Without a login. */
  uri: text(2000),
  codec: z.nullable(text(40)),
  profile: z.nullable(text(40)),
  width: count,
  height: count,
  /** Frames per second and kbit/s by the media's own clock. */
  fps: count,
  kbps: count,
  /** Mean of the GOPs seen whole; null where none was. */
  gopSeconds: z.nullable(count),
  packets: count,
  lost: count,
  /** Of all that should have come, 0 … 100. */
  lossPercent: count,
  jitterMs: count,
  transport: z.nullable(z.enum(['tcp', 'udp', 'multicast', 'http'])),
  /** How the login went: `none`, `basic`, `digest-md5`, `digest-sha256`; null where not seen. */
  auth: z.nullable(text(20)),
  firstPictureMs: z.nullable(count),
  /** Measured on the connection that the wall already has. */
  shared: z.boolean(),
  /** Sender reports against this workstation's clock. */
  clockOffsetMs: z.nullable(count),
  /** Why there are no figures, or null. */
  cause: z.nullable(cause),
});

export const surveyPtz = z.object({
  continuous: z.boolean(),
  absolute: z.boolean(),
  relative: z.boolean(),
  presets: z.array(z.object({ token: text(200), name: text(200) })).check(z.maxLength(300)),
  home: z.boolean(),
});

export const surveySteps = ['waiting', 'reach', 'onvif', 'streams', 'recording', 'done'] as const;

/** One line of the table: a camera, and what was found. */
export const surveyRow = z.object({
  cameraId,
  cameraName: text(200),
  siteId: rowId,
  siteName: text(200),
  province: text(200),
  district: text(200),
  /** Host and port without a login. */
  address: text(300),
  step: z.enum(surveySteps),
  /** When the look was finished; null while it is not. */
  at: z.nullable(time),
  tookMs: z.nullable(count),
  /** Null while it is not known, and for a line whose survey was cancelled. */
  verdict: z.nullable(surveyVerdict),
  /** The heaviest first. */
  reasons: z.array(surveyReason).check(z.maxLength(30)),
  reachable: z.nullable(z.boolean()),
  device: z.nullable(
    z.object({
      manufacturer: text(200),
      model: text(200),
      firmware: text(200),
      serial: text(200),
    }),
  ),
  onvif: z.nullable(
    z.object({
      version: text(40),
      services: z.array(text(40)).check(z.maxLength(40)),
      /** `none`, `wsse`, `basic`, `digest-md5`, `digest-sha256`. */
      auth: text(20),
    }),
  ),
  /** Camera's clock minus ours. */
  clock: z.nullable(z.object({ offsetMs: count, source: z.enum(['onvif', 'rtsp']) })),
  main: z.nullable(surveyStream),
  sub: z.nullable(surveyStream),
  /** Null where there is nothing to compare. */
  subSmaller: z.nullable(z.boolean()),
  ptz: z.nullable(surveyPtz),
  /** `oldest` null: recorded, but the device does not tell since when. */
  recording: z.nullable(z.object({ oldest: z.nullable(time), newest: z.nullable(time) })),
  certificate: z.nullable(
    z.object({
      fingerprint: text(200),
      /** Common name, else organisation; `''` where the device refused us before it was read. */
      subject: z.optional(text(200)),
      validFrom: z.optional(z.nullable(time)),
      validUntil: z.nullable(time),
      trusted: z.boolean(),
    }),
  ),
});

export const surveyCounts = z.object({
  total: count,
  done: count,
  pass: count,
  usable: count,
  cannotConnect: count,
});

export const surveyJob = z.object({
  jobId: text(64),
  startedAt: time,
  /** Null while it runs. */
  endedAt: z.nullable(time),
  cancelled: z.boolean(),
  counts: surveyCounts,
});

/** Cameras to look at: chosen ones, all of chosen sites, or the whole register. */
export const surveyTarget = z.union([
  z.object({ cameraIds: z.array(cameraId).check(z.minLength(1), z.maxLength(20_000)) }),
  z.object({ siteIds: z.array(rowId).check(z.minLength(1), z.maxLength(20_000)) }),
  z.object({ all: z.literal(true) }),
]);

export const maxSurveyRows = 500;
/**
 * `xlsx`: the table. `pdf-sheet`: phiếu khảo sát, a sheet for each site. `pdf-rollup`: bảng tổng hợp.
 */
export const surveyFormats = ['xlsx', 'pdf-sheet', 'pdf-rollup'] as const;
/** Base64 of one megabyte, rounded up. */
const piece = text(1_400_000);

/** What stands in the head and foot of the printed sheets; what is empty is left to be filled in by hand. */
export const surveyLetterhead = z.object({
  /** The authority above, e.g. `BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH TỈNH …`. */
  superior: text(200),
  agency: text(200),
  /** `số … /…`. */
  number: text(60),
  place: text(100),
  signerTitle: text(200),
  signerName: text(200),
});

/** Page → core; merged into `calls` of schemas.ts. */
export const surveyCalls = {
  /** One survey runs at a time: a second is answered `host.busy`. */
  'survey.start': { params: surveyTarget, result: surveyJob },
  /** Rows that are done stay; those under way are given up at once. */
  'survey.cancel': { params: z.object({ jobId: text(64) }), result: z.object({}) },
  /** The survey that runs or ran last since the program began; null: none. */
  'survey.state': { params: z.object({}), result: z.nullable(surveyJob) },
  'survey.rows': {
    params: z.object({
      /** Null: the last kept result of every camera, of whichever survey. */
      jobId: z.nullable(text(64)),
      verdict: z.nullable(surveyVerdict),
      siteId: z.nullable(rowId),
      offset: wholeNumber(0, 10_000_000),
      limit: wholeNumber(1, maxSurveyRows),
    }),
    result: z.object({
      total: count,
      rows: z.array(surveyRow).check(z.maxLength(maxSurveyRows)),
      counts: surveyCounts,
    }),
  },
  /** Makes the file in memory; it is kept until five minutes after the last `survey.download`. */
  'survey.export': {
    params: z.object({
      jobId: z.nullable(text(64)),
      siteId: z.nullable(rowId),
      format: z.enum(surveyFormats),
      letterhead: z.nullable(surveyLetterhead),
    }),
    result: z.object({
      exportId: text(64),
      fileName: text(200),
      mediaType: text(100),
      size: count,
    }),
  },
  'survey.download': {
    params: z.object({ exportId: text(64), offset: count }),
    /** `next` is the offset of the next piece, null after the last. */
    result: z.object({ base64: piece, next: z.nullable(count) }),
  },
} as const;

/** Core → page. */
export const surveyEvents = {
  /** At most four times a second; `rows` are those that changed since. */
  'survey.progress': z.object({
    job: surveyJob,
    rows: z.array(surveyRow).check(z.maxLength(100)),
    /** More changed than fit: read the page of rows again. */
    more: z.boolean(),
  }),
} as const;

export type SurveyVerdict = (typeof surveyVerdicts)[number];
export type SurveyWeight = (typeof surveyWeights)[number];
export type SurveyReasonCode = (typeof surveyReasons)[number];
export type SurveyReason = z.infer<typeof surveyReason>;
export type SurveyStream = z.infer<typeof surveyStream>;
export type SurveyPtz = z.infer<typeof surveyPtz>;
export type SurveyStep = (typeof surveySteps)[number];
export type SurveyRow = z.infer<typeof surveyRow>;
export type SurveyCounts = z.infer<typeof surveyCounts>;
export type SurveyJob = z.infer<typeof surveyJob>;
export type SurveyTarget = z.infer<typeof surveyTarget>;
export type SurveyFormat = (typeof surveyFormats)[number];
export type SurveyLetterhead = z.infer<typeof surveyLetterhead>;
