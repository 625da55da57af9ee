import { stat } from 'node:fs/promises';
import { readInventoryFile } from '../sites/inventory.ts';
import { Fault } from '../std/fault.ts';
import {
  type HubAdapter,
  type HubCamera,
  type HubTools,
  type HubWay,
  streamUrlOf,
} from './hub-adapter.types.ts';
import { watchList } from './watch-list.ts';

/**
 * An inventory file that somebody else keeps up to date, on a share for example. A camera is known by
 * its URL: there is nothing else in such a file that stays the same.
 */
export function fileHub(way: HubWay, tools: HubTools): HubAdapter {
  const path = way.address;
  const adapter: HubAdapter = {
    kind: 'file',
    async list() {
      const cameras = (await readInventoryFile(path)).map(
        (camera): HubCamera => ({
          key: camera.id,
          name: camera.name,
          url: camera.url,
          subUrl: camera.subUrl,
          directUrl: null,
          directSubUrl: null,
          site: camera.siteName ? { name: camera.siteName, province: camera.province } : null,
          device: null,
          credential: camera.credential,
        }),
      );
      return { cameras, version: '' };
    },
    watch: (onChange) => watchList(adapter, tools.watchEveryMs ?? 60_000, onChange),
    streamUrl: streamUrlOf,
    async health() {
      const found = await stat(path).catch(() => null);
      if (!found?.isFile())
        throw new Fault('input.inventory', 'no such file', {
          file: path,
          line: 1,
          reason: 'unreadable',
        });
    },
    refused: null,
    close() {},
  };
  return adapter;
}
