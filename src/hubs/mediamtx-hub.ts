import * as z from 'zod/mini';
import type { Credential } from '../rtsp/session.types.ts';
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

/**
 * MediaMTX by its control API, version 3 (api/openapi.yaml of the MediaMTX project): the paths that
 * exist (`/v3/paths/list`) and those that are configured (`/v3/config/paths/list`), each in pages.
 */
const page = z.object({
  pageCount: z.optional(z.number()),
  items: z.nullable(z.array(z.looseObject({ name: z.string() }))),
});
const globals = z.looseObject({
  rtsp: z.optional(z.boolean()),
  rtspAddress: z.optional(z.string()),
});

const itemsPerPage = 500;
const maxPages = Math.ceil(maxHubCameras / itemsPerPage) * 2;

export function mediamtxHub(
  way: HubWay,
  credential: Credential | null,
  tools: HubTools,
): HubAdapter {
  const { timeoutMs = 5000, watchEveryMs = 60_000 } = tools;
  const http = new HubHttp({
    address: way.address,
    defaultPort: 9997,
    credential,
    pinnedFingerprint: tools.fingerprint,
    logins: tools.logins,
    timeoutMs,
  });

  const all = async (path: string, signal?: AbortSignal) => {
    const found = new Map<string, Record<string, unknown>>();
    for (let number = 0; number < maxPages; number++) {
      const { items, pageCount = 1 } = await http.json(
        `${path}?itemsPerPage=${itemsPerPage}&page=${number}`,
        page,
        signal,
      );
      for (const item of items ?? []) found.set(item.name, item);
      if (found.size > maxHubCameras)
        throw new Fault('hub.overrun', 'too many paths', { limit: maxHubCameras });
      if (number + 1 >= pageCount || !items?.length) break;
    }
    return found;
  };

  /** Who may list paths may not always read the configuration. */
  const orNothing = async <T>(work: Promise<T>, nothing: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const code = Fault.from(error).code;
      if (code === 'hub.not-hub' || code === 'hub.refused' || code === 'hub.login-needed')
        return nothing;
      throw error;
    }
  };

  const adapter: HubAdapter = {
    kind: 'mediamtx',
    async list(signal): Promise<HubList> {
      const paths = await all('/v3/paths/list', signal);
      const [configured, global] = [
        await orNothing(
          all('/v3/config/paths/list', signal),
          new Map<string, Record<string, unknown>>(),
        ),
        await orNothing(
          http.json('/v3/config/global/get', globals, signal),
          {} as z.infer<typeof globals>,
        ),
      ];
      const place = rtspPlace(way.rtspAddress, global.rtspAddress ?? '', http.host, 8554);
      const sources = new Map<string, unknown>();
      // Names that begin with `~` are patterns, `all_others` stands for the rest: no cameras.
      for (const [name, { source }] of configured) {
        if (!name.startsWith('~') && !/^all(_others)?$/.test(name)) sources.set(name, source);
      }
      for (const name of paths.keys()) if (!sources.has(name)) sources.set(name, null);
      const streams = new Map(
        [...sources].map(([name, source]) => [name, { name, source }] as const),
      );
      const cameras = pairNames(streams).map(
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
      return { cameras, version: 'MediaMTX' };
    },
    watch: (onChange) => watchList(adapter, watchEveryMs, onChange),
    streamUrl: streamUrlOf,
    async health(signal) {
      await http.json('/v3/paths/list?itemsPerPage=1&page=0', page, signal);
    },
    get refused() {
      return http.refused;
    },
    close: () => http.close(),
  };
  return adapter;
}
