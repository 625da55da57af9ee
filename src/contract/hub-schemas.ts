import * as z from 'zod/mini';
import { cause, text, time, wholeNumber } from './shapes.ts';

/**
 * Hubs and recorders that list cameras, and the search for devices in the network. Federation is
 * read-only: nothing is ever written to a hub. A synchronisation is looked at (`hubs.sync`) before it
 * is taken over (`hubs.apply`). Logins are write-only.
 */
export const hubKinds = [
  /** A camera or recorder by ONVIF. */
  'onvif',
  /** One RTSP URL. */
  'rtsp',
  /** MediaMTX control API, version 3. */
  'mediamtx',
  'go2rtc',
  'frigate',
  /** Recorders without ONVIF: the maker's URL convention, and how many channels there are. */
  'hikvision',
  'dahua',
  /** An inventory file (JSON or CSV) that this workstation can read. */
  'file',
] as const;
export const hubKind = z.enum(hubKinds);

export const maxChannels = 256;
/** Most rows of one list of a plan, and most devices of one search, that cross the wire. */
export const maxPlanRows = 1000;
export const maxDiscovered = 5000;

const hubId = text(200);
/** Write-only: goes to the vault and is never sent back. */
const login = { user: z.optional(text(200)), password: z.optional(text(500)) };

/** How to reach a hub. `address` by kind: `host[:port]`, `http(s)://…`, `rtsp(s)://…`, a file's path. */
export const hubWay = {
  kind: hubKind,
  address: text(2000),
  /** Host and port where the hub serves RTSP, `''`: as the hub says, else on its own host. */
  rtspAddress: z.optional(text(300)),
  /** Of a recorder without ONVIF. */
  channels: z.optional(wholeNumber(1, maxChannels)),
};

export const hubHealth = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('ok'), since: time }),
  /** Cameras of this hub that have a direct URL are shown by it meanwhile. */
  z.object({ state: z.literal('away'), since: time, cause }),
]);

export const hubEntry = z.object({
  id: hubId,
  name: text(200),
  kind: hubKind,
  /** Without a login. */
  address: text(2000),
  rtspAddress: text(300),
  channels: z.nullable(z.number()),
  /** Where its cameras are put that name no site: a site of the register; null: a site of its own name. */
  siteId: z.nullable(text(200)),
  province: text(200),
  district: text(200),
  hasLogin: z.boolean(),
  health: hubHealth,
  /** In the register, those that are gone left out. */
  cameras: z.number(),
  gone: z.number(),
  /** Of `cameras`: shown by their direct URL just now. */
  direct: z.number(),
  lastSync: z.nullable(
    z.object({ at: time, added: z.number(), changed: z.number(), gone: z.number() }),
  ),
});

const samples = z
  .array(z.object({ name: text(200), address: text(2000), hasSub: z.boolean() }))
  .check(z.maxLength(20));

/** A camera in a plan. */
export const planRow = z.object({
  /** What the hub calls it; for `leaveOut`. */
  key: text(500),
  name: text(200),
  siteName: text(200),
  /** Without a login. */
  address: text(2000),
  hasSub: z.boolean(),
  /** In the register; null for a new one. */
  cameraId: z.nullable(text(200)),
  /** Which fields change (`url`, `subUrl`, `name` …); empty where nothing does. */
  fields: z.array(text(60)).check(z.maxLength(40)),
  /** Why it cannot be taken over, or null. */
  cause: z.nullable(cause),
});

export const hubPlan = z.object({
  planId: text(64),
  hubId,
  /** How many there are; the lists below hold at most `maxPlanRows` each. */
  counts: z.object({
    added: z.number(),
    changed: z.number(),
    gone: z.number(),
    unchanged: z.number(),
    problems: z.number(),
  }),
  added: z.array(planRow).check(z.maxLength(maxPlanRows)),
  changed: z.array(planRow).check(z.maxLength(maxPlanRows)),
  gone: z.array(planRow).check(z.maxLength(maxPlanRows)),
  problems: z.array(planRow).check(z.maxLength(maxPlanRows)),
});

export const networkInterface = z.object({
  name: text(100),
  address: text(64),
  /** `192.0.2.0/24`: what a sweep of this network would be. */
  cidr: text(64),
});

/** One device, however often and by whatever way it answered. */
export const discoveredDevice = z.object({
  id: text(200),
  address: text(64),
  name: text(200),
  /** From the scopes of WS-Discovery; `''` where it said nothing. */
  hardware: text(200),
  location: text(200),
  /** Device service as reached, or null: no ONVIF answered. */
  onvifUrl: z.nullable(text(2000)),
  /** Where RTSP answered, or null. */
  rtspPort: z.nullable(z.number()),
  /** As its RTSP or HTTP server calls itself. */
  server: text(200),
  openPorts: z.array(z.number()).check(z.maxLength(32)),
  mac: text(20),
  endpoint: text(200),
  /** Its clock minus ours, ms; null where it told none. */
  clockOffsetMs: z.nullable(z.number()),
  /** Answered from a network that no interface of this workstation is in. */
  foreign: z.boolean(),
  foundBy: z.array(z.enum(['multicast', 'sweep'])).check(z.maxLength(2)),
  /** It is in the register already. */
  deviceId: z.nullable(text(200)),
});

export const discoveryPhase = z.enum(['probing', 'sweeping', 'done', 'cancelled', 'failed']);

export const discoveryProgress = z.object({
  jobId: text(64),
  phase: discoveryPhase,
  /** Addresses looked at, of all; both 0 where no range was asked for. */
  done: z.number(),
  total: z.number(),
  found: z.number(),
  /** For `failed`. */
  cause: z.nullable(cause),
});

/** Page → core; merged into `calls` of schemas.ts. */
export const hubCalls = {
  'hubs.list': { params: z.object({}), result: z.array(hubEntry).check(z.maxLength(1000)) },
  'hubs.add': {
    params: z.object({
      name: text(200),
      ...hubWay,
      siteId: z.optional(z.nullable(text(200))),
      province: z.optional(text(200)),
      district: z.optional(text(200)),
      ...login,
    }),
    result: z.object({ hubId }),
  },
  /** Its cameras stay in the register, marked as gone. */
  'hubs.remove': { params: z.object({ hubId }), result: z.object({}) },
  /** A new login for a hub, or none (`''` and `''`). */
  'hubs.login': {
    params: z.object({ hubId, user: text(200), password: text(500) }),
    result: z.object({}),
  },
  /** Asks a hub what it has, without keeping anything. A refused login is not tried again. */
  'hubs.test': {
    params: z.union([z.object({ hubId }), z.object({ ...hubWay, ...login })]),
    result: z.object({
      ok: z.boolean(),
      cause: z.nullable(cause),
      /** As the hub calls itself, `MediaMTX 1.9.3`; `''` where it does not. */
      version: text(200),
      cameras: z.number(),
      samples,
      tookMs: z.number(),
    }),
  },
  /** Changes nothing: what a synchronisation would add, change and mark as gone. */
  'hubs.sync': { params: z.object({ hubId }), result: hubPlan },
  /** All or nothing. `input.conflict`: the register changed meanwhile, look at a new plan. */
  'hubs.apply': {
    params: z.object({
      planId: text(64),
      leaveOut: z.optional(z.array(text(500)).check(z.maxLength(20_000))),
    }),
    result: z.object({
      added: z.number(),
      changed: z.number(),
      gone: z.number(),
      skipped: z.number(),
      /**
       * In the register's journal, null where nothing changed. It is not undone: the next
       * synchronisation would bring it back.
       */
      changeId: z.nullable(z.number()),
    }),
  },

  'discovery.interfaces': {
    params: z.object({}),
    result: z.array(networkInterface).check(z.maxLength(100)),
  },
  /** Probes only what is asked for. Neither given: WS-Discovery on all interfaces, no sweep. */
  'discovery.start': {
    params: z.object({
      /** `192.0.2.0/24`, `192.0.2.10-192.0.2.99`, `192.0.2.10-99`, or one address. */
      ranges: z.optional(z.array(text(100)).check(z.maxLength(64))),
      /** Names of interfaces for WS-Discovery. Empty: no WS-Discovery, only the ranges. */
      interfaces: z.optional(z.array(text(100)).check(z.maxLength(100))),
      /** Also addresses of the public Internet, which are refused otherwise. */
      allowPublic: z.optional(z.boolean()),
    }),
    result: z.object({ jobId: text(64) }),
  },
  'discovery.cancel': { params: z.object({ jobId: text(64) }), result: z.object({}) },
  /** Goes on where a cancelled, failed or interrupted search was, also after a restart. */
  'discovery.resume': { params: z.object({ jobId: text(64) }), result: z.object({}) },
  /** `jobId` null: the last search, also one of an earlier start. Null: there was none. */
  'discovery.results': {
    params: z.object({ jobId: z.nullable(text(64)) }),
    result: z.nullable(
      z.object({
        progress: discoveryProgress,
        ranges: z.array(text(100)).check(z.maxLength(64)),
        /** Null: all. */
        interfaces: z.nullable(z.array(text(100)).check(z.maxLength(100))),
        devices: z.array(discoveredDevice).check(z.maxLength(maxDiscovered)),
      }),
    ),
  },
  /** Takes devices into the register, with the cameras they tell of. Each device logs in at most once. */
  'discovery.adopt': {
    params: z.object({
      jobId: text(64),
      deviceIds: z.array(text(200)).check(z.minLength(1), z.maxLength(500)),
      /** A site of the register, or a new one. */
      site: z.union([
        z.object({ siteId: text(200) }),
        z.object({ name: text(200), province: text(200), district: text(200) }),
      ]),
      /** For devices without ONVIF: whose URL convention, and how many channels. */
      template: z.optional(
        z.object({ kind: z.enum(['hikvision', 'dahua']), channels: wholeNumber(1, maxChannels) }),
      ),
      ...login,
    }),
    result: z.object({
      added: z.number(),
      changed: z.number(),
      devices: z
        .array(z.object({ deviceId: text(200), cameras: z.number(), cause: z.nullable(cause) }))
        .check(z.maxLength(500)),
      changeId: z.nullable(z.number()),
    }),
  },
} as const;

/** Core → page. */
export const hubEvents = {
  'hubs.changed': z.array(hubEntry).check(z.maxLength(1000)),
  'discovery.progress': discoveryProgress,
} as const;

export type HubKind = (typeof hubKinds)[number];
export type HubHealth = z.infer<typeof hubHealth>;
export type HubEntry = z.infer<typeof hubEntry>;
export type HubPlan = z.infer<typeof hubPlan>;
export type PlanRow = z.infer<typeof planRow>;
export type NetworkInterface = z.infer<typeof networkInterface>;
export type DiscoveredDevice = z.infer<typeof discoveredDevice>;
export type DiscoveryPhase = z.infer<typeof discoveryPhase>;
export type DiscoveryProgress = z.infer<typeof discoveryProgress>;
