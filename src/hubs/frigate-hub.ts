import * as z from 'zod/mini';
import type { Credential } from '../rtsp/session.types.ts';
import { plainName } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';
import {
  type HubAdapter,
  type HubCamera,
  type HubList,
  type HubTools,
  type HubWay,
  maxHubCameras,
  streamUrlOf,
} from './hub-adapter.types.ts';
import { HubHttp } from './hub-http.ts';
import { directUrlOf, rtspPlace, rtspUrl } from './rtsp-place.ts';
import { cameraNameOf } from './stream-names.ts';
import { watchList } from './watch-list.ts';

/**
 * Frigate by `/api/config` and `/api/version` (docs.frigate.video, "Integrations, HTTP API"). Its
 * cameras are shown by the restream of its go2rtc; a camera that it does not restream is shown by the
 * address that Frigate itself uses.
 */
const input = z.looseObject({
  path: z.optional(z.string()),
  roles: z.optional(z.array(z.string())),
});
const cameraShape = z.looseObject({
  enabled: z.optional(z.boolean()),
  friendly_name: z.nullish(z.string()),
  ffmpeg: z.optional(z.looseObject({ inputs: z.optional(z.array(input)) })),
  /** `streams` since 0.16, `stream_name` before. */
  live: z.optional(
    z.looseObject({
      stream_name: z.nullish(z.string()),
      streams: z.nullish(z.record(z.string(), z.string())),
    }),
  ),
});
const config = z.looseObject({
  cameras: z.record(z.string(), cameraShape),
  go2rtc: z.nullish(
    z.looseObject({
      streams: z.nullish(z.record(z.string(), z.unknown())),
      rtsp: z.nullish(z.looseObject({ listen: z.optional(z.string()) })),
    }),
  ),
});
type FrigateCamera = z.infer<typeof cameraShape>;

export function frigateHub(
  way: HubWay,
  credential: Credential | null,
  tools: HubTools,
): HubAdapter {
  const { timeoutMs = 5000, watchEveryMs = 60_000 } = tools;
  const http = new HubHttp({
    address: way.address,
    defaultPort: 5000,
    credential,
    pinnedFingerprint: tools.fingerprint,
    logins: tools.logins,
    timeoutMs,
  });
  const adapter: HubAdapter = {
    kind: 'frigate',
    async list(signal): Promise<HubList> {
      const { cameras, go2rtc } = await http.json('/api/config', config, signal);
      const version = await http.text('/api/version', signal).catch(() => '');
      const entries = Object.entries(cameras);
      if (entries.length > maxHubCameras)
        throw new Fault('hub.overrun', 'too many cameras', { limit: maxHubCameras });
      const place = rtspPlace(way.rtspAddress, go2rtc?.rtsp?.listen ?? '', http.host, 8554);
      const restreams = go2rtc?.streams ?? {};
      const has = (name: string) => Object.hasOwn(restreams, name);
      const sourceOf = (name: string) => {
        const sources = restreams[name];
        return directUrlOf(Array.isArray(sources) ? sources[0] : sources, http.host, place.port);
      };
      const listed: HubCamera[] = [];
      for (const [key, camera] of entries) {
        if (camera.enabled === false) continue;
        const [main, sub] = streamsOf(key, camera, has);
        const direct =
          inputOf(camera, 'record', http.host, place.port) ??
          inputOf(camera, 'detect', http.host, place.port);
        const directSub = inputOf(camera, 'detect', http.host, place.port);
        const url = main === null ? direct : rtspUrl(place, main);
        if (url === null) continue;
        const around = main === null ? null : (sourceOf(main) ?? direct);
        listed.push({
          key,
          name: plainName(camera.friendly_name ?? '').slice(0, 200) || cameraNameOf(key),
          url,
          subUrl:
            sub !== null
              ? rtspUrl(place, sub)
              : main === null && directSub !== url
                ? directSub
                : null,
          directUrl: around,
          directSubUrl: sub === null || around === null ? null : (sourceOf(sub) ?? directSub),
          site: null,
          device: null,
          credential: null,
        });
      }
      return { cameras: listed, version: plainName(`Frigate ${version.slice(0, 60)}`) };
    },
    watch: (onChange) => watchList(adapter, watchEveryMs, onChange),
    streamUrl: streamUrlOf,
    async health(signal) {
      await http.text('/api/version', signal);
    },
    get refused() {
      return http.refused;
    },
    close: () => http.close(),
  };
  return adapter;
}

/** Main and sub among the restreams: what the live view uses first, then the camera's own name. */
function streamsOf(
  key: string,
  { live }: FrigateCamera,
  has: (name: string) => boolean,
): [string | null, string | null] {
  const named = [live?.stream_name ?? null, ...Object.values(live?.streams ?? {}), key];
  const known = [...new Set(named.filter((name): name is string => name !== null && has(name)))];
  const isSub = (name: string) => /[-_./ ](sub|low|small|sd|ld)$/i.test(name);
  const main = known.find((name) => !isSub(name)) ?? known[0] ?? null;
  if (main === null) return [null, null];
  const guesses = [
    ...known,
    `${key}_sub`,
    `${main}_sub`,
    `${main}-sub`,
    main.replace(/[-_]main$/i, '_sub'),
  ];
  return [main, guesses.find((name) => name !== main && isSub(name) && has(name)) ?? null];
}

function inputOf(
  { ffmpeg }: FrigateCamera,
  role: string,
  hubHost: string,
  rtspPort: number,
): string | null {
  const found = ffmpeg?.inputs?.find(({ roles }) => roles?.includes(role));
  return directUrlOf(found?.path, hubHost, rtspPort);
}
