import { createHash } from 'node:crypto';
import type { Dispose } from '../std/disposable.ts';
import type { HubAdapter, HubCamera } from './hub-adapter.types.ts';

/** None of these hubs tells of changes by itself: its list is asked for now and then, and compared. */
export function watchList(
  adapter: Pick<HubAdapter, 'list' | 'refused'>,
  everyMs: number,
  onChange: () => void,
): Dispose {
  const ended = new AbortController();
  let before: string | null = null;
  const look = async () => {
    try {
      const { cameras } = await adapter.list(ended.signal);
      const now = listDigest(cameras);
      if (before !== null && before !== now && !ended.signal.aborted) onChange();
      before = now;
    } catch {
      // Whether the hub answers at all is what `health` tells.
    }
    if (!ended.signal.aborted && !adapter.refused) timer = setTimeout(look, everyMs).unref();
  };
  let timer = setTimeout(look, 0).unref();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}

/** Equal for lists that would make the same register. */
export function listDigest(cameras: readonly HubCamera[]): string {
  const lines = cameras.map(({ key, name, url, subUrl, directUrl, directSubUrl, site }) =>
    JSON.stringify([key, name, url, subUrl, directUrl, directSubUrl, site?.name, site?.province]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64url');
}
