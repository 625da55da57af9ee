import * as z from 'zod/mini';
import { auditCalls, auditEvents } from './audit-schemas.ts';
import { evidenceCalls, evidenceEvents } from './evidence-schemas.ts';
import { hubCalls, hubEvents } from './hub-schemas.ts';
import { importCalls, importEvents } from './import-schemas.ts';
import { operatorCalls, operatorEvents } from './operator-schemas.ts';
import { ptzCalls, ptzEvents } from './ptz-schemas.ts';
import { focalPoint, registerCalls, registerEvents } from './register-schemas.ts';
import { replayCalls, replayEvents, replayNotice, replayOfChannel } from './replay-schemas.ts';
import { cameraId, cause, placements, quality, text, time } from './shapes.ts';
import { surveyCalls, surveyEvents } from './survey-schemas.ts';
import { vaultCalls, vaultEvents } from './vault-schemas.ts';

/**
 * Shapes that cross the wire, as schemas: both ends validate what they receive. Types are inferred
 * from the schemas, so that the two cannot drift apart.
 */
export { cameraId, cause, placements, quality };

export const streamKey = z.object({ cameraId, quality });

export const streamState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('idle'), since: time }),
  z.object({
    phase: z.literal('connecting'),
    since: time,
    attempt: z.number(),
    cause: z.nullable(cause),
  }),
  z.object({ phase: z.literal('live'), since: time, frozenSince: z.nullable(time) }),
  z.object({ phase: z.literal('stalled'), since: time, lastFrameAt: time, cause }),
  z.object({
    phase: z.literal('waiting'),
    since: time,
    until: time,
    attempt: z.number(),
    cause,
  }),
  z.object({ phase: z.literal('refused'), since: time, cause }),
  z.object({ phase: z.literal('unsupported'), since: time, cause }),
  z.object({ phase: z.literal('offline'), since: time, until: time, cause }),
]);

export const streamStats = z.object({
  key: streamKey,
  codec: z.nullable(text(40)),
  profile: z.nullable(text(40)),
  width: z.nullable(z.number()),
  height: z.nullable(z.number()),
  fps: z.number(),
  kbps: z.number(),
  gopSeconds: z.nullable(z.number()),
  transport: z.nullable(z.enum(['tcp', 'udp', 'multicast', 'http'])),
  tls: z.boolean(),
  packets: z.number(),
  lost: z.number(),
  reordered: z.number(),
  jitterMs: z.number(),
  clockOffsetMs: z.nullable(z.number()),
  framesReceived: z.number(),
});

export const camera = z.object({
  id: cameraId,
  name: text(200),
  siteId: text(200),
  siteName: text(200),
  province: text(200),
  placement: z.nullable(z.enum(placements)),
  qualities: z.array(quality),
  /** Without a login: `rtsp://192.0.2.7:554/stream1`. */
  address: text(2000),
  /** Added by a person, so a person may remove it. */
  removable: z.boolean(),
  /** Why its streams are never opened (`site.forbidden-place`, `site.hold`), or null. */
  refusal: z.nullable(cause),
  /**
   * For cameras that can be reached by their hub and directly: which way they are shown now, since
   * when, and why not by the hub. Null or missing: there is one way only.
   */
  route: z.optional(
    z.nullable(z.object({ via: z.enum(['hub', 'direct']), since: time, cause: z.nullable(cause) })),
  ),
  /** Whom to call, where that came with the camera; of one in the register the site tells it. */
  focalPoints: z.optional(z.array(focalPoint).check(z.maxLength(20))),
  /** It can be steered; null or missing: nobody has asked it yet. */
  ptz: z.optional(z.nullable(z.boolean())),
});

export const layoutNames = ['1', '4', '9', '16', '25', '36', '49', '64', '1+5', '1+7'] as const;
export const layoutName = z.enum(layoutNames);

/** One window of the wall as it is kept over restarts. `tiles` runs over all pages. */
export const wallState = z.object({
  screen: z.number(),
  layout: layoutName,
  page: z.number(),
  tiles: z.array(z.nullable(cameraId)).check(z.maxLength(20_000)),
  selected: z.number(),
  /** Index into `tiles` that fills the window, or null. */
  full: z.nullable(z.number()),
  /** Index into `tiles` whose sound is heard, or null. */
  audio: z.nullable(z.number()),
  sideList: z.boolean(),
  details: z.boolean(),
  /** Nothing on the screen but pictures and truth. */
  wallMode: z.boolean(),
});

export const language = z.enum(['vi', 'en']);

/** Words for the operator that come from the shell: `cause` explains, nothing is fatal. */
export const hello = z.object({
  version: text(40),
  shell: z.enum(['kiosk', 'electron']),
  language,
  demo: z.boolean(),
  /** Keys of `shell.json` in the locales, such as `warning.no-sandbox`. */
  warnings: z.array(text(80)),
  /** Unix ms of the core when it answered, to see a difference of clocks between core and page. */
  now: time,
  screen: z.number(),
  screens: z.number(),
  /** Started by `vonggac wall`: the wall is given, nothing is saved. */
  transient: z.boolean(),
  /** Folder of what is kept, for a person to find it; missing where nothing is. */
  dataDir: z.optional(text(4096)),
});

export const newSource = z.object({
  name: text(200),
  url: text(2000),
  subUrl: z.optional(text(2000)),
  site: z.optional(text(200)),
  /** Write-only: goes to the keychain and is never sent back. */
  user: z.optional(text(200)),
  password: z.optional(text(500)),
});

/** What the page can say of one tile, once a second: the truth that `vonggac wall --report` prints. */
export const tileReport = z.object({
  tile: z.number(),
  cameraId,
  quality,
  /** `live` only while frames are decoded and presented and their times advance. */
  look: z.enum([
    'live',
    'stale',
    'connecting',
    'failed',
    'empty',
    'paused',
    'keyframes',
    /** What was, from the ring or a recorder: never live, whatever it shows. */
    'replay',
  ]),
  cause: z.nullable(cause),
  codec: z.nullable(text(40)),
  width: z.number(),
  height: z.number(),
  framesReceived: z.number(),
  framesDecoded: z.number(),
  framesPresented: z.number(),
  framesDropped: z.number(),
  fps: z.number(),
  /** From the start of the page to the first presented picture, or null. */
  firstPictureMs: z.nullable(z.number()),
  /** Added latency since the last report: from arrival at this workstation to presentation, ms. */
  latenciesMs: z.array(z.number()).check(z.maxLength(200)),
});

export const hostLoad = z.object({
  cpuPercent: z.number(),
  rssMiB: z.number(),
  streams: z.number(),
  connections: z.number(),
});

/** Page → core. Each call has one answer: its result, or a cause. */
export const calls = {
  hello: { params: z.object({ screen: z.number() }), result: hello },
  'cameras.list': { params: z.object({}), result: z.array(camera) },
  'streams.list': {
    params: z.object({}),
    result: z.array(z.object({ key: streamKey, state: streamState })),
  },
  'streams.retry': { params: z.object({ cameraId }), result: z.object({}) },
  'wall.load': { params: z.object({ screen: z.number() }), result: z.nullable(wallState) },
  'wall.save': { params: wallState, result: z.object({}) },
  'wall.report': {
    params: z.object({ tiles: z.array(tileReport), presenter: text(40) }),
    result: z.object({}),
  },
  'language.set': { params: z.object({ language }), result: z.object({}) },
  'sources.add': { params: newSource, result: z.object({ cameraId }) },
  'sources.remove': { params: z.object({ cameraId }), result: z.object({}) },
  'sources.login': {
    params: z.object({ cameraId, user: text(200), password: text(500) }),
    result: z.object({}),
  },
  'sources.trust': {
    params: z.object({ cameraId, fingerprint: text(200) }),
    result: z.object({}),
  },
  'page.log': {
    params: z.object({ level: z.enum(['info', 'warn', 'error']), message: text(2000) }),
    result: z.object({}),
  },
  ...auditCalls,
  ...evidenceCalls,
  ...hubCalls,
  ...importCalls,
  ...operatorCalls,
  ...ptzCalls,
  ...registerCalls,
  ...replayCalls,
  ...surveyCalls,
  ...vaultCalls,
} as const;

/** Core → page, unasked. */
export const events = {
  'cameras.changed': z.array(camera),
  'streams.state': z.array(z.object({ key: streamKey, state: streamState })),
  'streams.stats': z.array(streamStats),
  'host.load': hostLoad,
  'language.changed': z.object({ language }),
  ...auditEvents,
  ...evidenceEvents,
  ...hubEvents,
  ...importEvents,
  ...operatorEvents,
  ...ptzEvents,
  ...registerEvents,
  ...replayEvents,
  ...surveyEvents,
  ...vaultEvents,
} as const;

/** Page's decode worker → core, on the media wire, as JSON text. */
export const mediaRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    channel: z.number(),
    key: streamKey,
    /** `i420`: decoded by the core at the given size, where the browser has no decoder. */
    delivery: z.enum(['encoded', 'i420']),
    width: z.number(),
    height: z.number(),
    audio: z.boolean(),
    cadence: z.enum(['all', 'keyframes', 'paused']),
    /** From a replay session; `key.cameraId` is one of its cameras. Missing: live. */
    replay: z.optional(replayOfChannel),
  }),
  z.object({
    type: z.literal('adjust'),
    channel: z.number(),
    delivery: z.optional(z.enum(['encoded', 'i420'])),
    width: z.optional(z.number()),
    height: z.optional(z.number()),
    audio: z.optional(z.boolean()),
    cadence: z.optional(z.enum(['all', 'keyframes', 'paused'])),
    /** Ask for the next keyframe from the cache on: the decoder was rebuilt. */
    restart: z.optional(z.boolean()),
  }),
  z.object({ type: z.literal('close'), channel: z.number() }),
  /** All bytes of media messages taken off this wire so far: the core's send window. */
  z.object({ type: z.literal('ack'), bytes: z.number() }),
]);

const videoFormat = z.object({
  kind: z.literal('video'),
  codec: z.enum(['h264', 'h265', 'mjpeg', 'mpeg4']),
  codecString: text(80),
  profile: z.nullable(text(40)),
  width: z.number(),
  height: z.number(),
  declaredFps: z.nullable(z.number()),
  reorderFrames: z.number(),
});

const audioFormat = z.object({
  kind: z.literal('audio'),
  codec: z.enum(['aac', 'pcmu', 'pcma']),
  sampleRate: z.number(),
  channels: z.number(),
  codecString: text(80),
  /** Base64 of the AudioSpecificConfig. */
  config: z.nullable(text(400)),
});

/** Core → decode worker, on the media wire, as JSON text between the binary batches. */
export const mediaNotice = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('format'),
    channel: z.number(),
    video: z.nullable(videoFormat),
    audio: z.nullable(audioFormat),
  }),
  /** The core cannot serve the channel as asked; the channel stays open for an `adjust`. */
  z.object({ type: z.literal('refused'), channel: z.number(), cause }),
  replayNotice,
]);

export type CallName = keyof typeof calls;
export type EventName = keyof typeof events;
export type CallParams<N extends CallName> = z.infer<(typeof calls)[N]['params']>;
export type CallResult<N extends CallName> = z.infer<(typeof calls)[N]['result']>;
export type EventValue<N extends EventName> = z.infer<(typeof events)[N]>;
export type Camera = z.infer<typeof camera>;
export type Placement = (typeof placements)[number];
export type LayoutName = z.infer<typeof layoutName>;
export type WallState = z.infer<typeof wallState>;
export type Hello = z.infer<typeof hello>;
export type NewSource = z.infer<typeof newSource>;
export type TileReport = z.infer<typeof tileReport>;
export type Language = z.infer<typeof language>;
export type MediaRequest = z.infer<typeof mediaRequest>;
export type MediaNotice = z.infer<typeof mediaNotice>;
