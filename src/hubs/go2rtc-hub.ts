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
import { cameraNameOf, pairNames } from './stream-names.ts';
import { watchList } from './watch-list.ts';

/** go2rtc by its HTTP API (website/api/openapi.yaml of the go2rtc project): `/api` and `/api/streams`. */
const about = z.looseObject({
  version: z.optional(z.string()),
  rtsp: z.optional(z.looseObject({ listen: z.optional(z.string()) })),
});
const producers = z.nullish(z.array(z.looseObject({ url: z.optional(z.string()) })));
const streamList = z.record(
  z.string(),
  z.nullable(z.looseObject({ producers: z.optional(producers) })),
);

export function go2rtcHub(way: HubWay, credential: Credential | null, tools: HubTools): HubAdapter {
  const { timeoutMs = 5000, watchEveryMs = 60_000 } = tools;
  const http = new HubHttp({
    address: way.address,
    defaultPort: 1984,
    credential,
    pinnedFingerprint: tools.fingerprint,
    logins: tools.logins,
    timeoutMs,
  });
  const adapter: HubAdapter = {
    kind: 'go2rtc',
    async list(signal): Promise<HubList> {
      const { version = '', rtsp } = await http.json('/api', about, signal);
      const streams = await http.json('/api/streams', streamList, signal);
      const names = Object.entries(streams);
      if (names.length > maxHubCameras)
        throw new Fault('hub.overrun', 'too many streams', { limit: maxHubCameras });
      const place = rtspPlace(way.rtspAddress, rtsp?.listen ?? '', http.host, 8554);
      const named = new Map(
        names.map(
          ([name, stream]) =>
            [name, { name, source: stream?.producers?.[0]?.url ?? null }] as const,
        ),
      );
      const cameras = pairNames(named).map(
        ({ key, main, sub }): HubCamera => ({
          key,
          name: cameraNameOf(key),
          url: rtspUrl(place, main.name),
          subUrl: sub && rtspUrl(place, sub.name),
          directUrl: directUrlOf(main.source, http.host, place.port),
          directSubUrl: sub && directUrlOf(sub.source, http.host, place.port),
          site: null,
          device: null,
          credential: null,
        }),
      );
      return { cameras, version: plainName(`go2rtc ${version}`).slice(0, 200) };
    },
    watch: (onChange) => watchList(adapter, watchEveryMs, onChange),
    streamUrl: streamUrlOf,
    async health(signal) {
      await http.json('/api', about, signal);
    },
    get refused() {
      return http.refused;
    },
    close: () => http.close(),
  };
  return adapter;
}
