import type { Credential } from '../rtsp/session.types.ts';
import { parseRtspUrl } from '../rtsp-parse/url.ts';
import { cameraFromUrl, endpointOf } from '../sites/camera-url.ts';
import { askOptions } from './ask-options.ts';
import { type HubAdapter, type HubTools, type HubWay, streamUrlOf } from './hub-adapter.types.ts';

/** One RTSP URL: a hub with one camera. */
export function rtspHub(way: HubWay, _credential: Credential | null, tools: HubTools): HubAdapter {
  const camera = cameraFromUrl(way.address);
  const { scheme, host, port, path } = parseRtspUrl(camera.url);
  return {
    kind: 'rtsp',
    async list() {
      const one = {
        key: 'stream',
        name: camera.name,
        url: camera.url,
        subUrl: null,
        directUrl: null,
        directSubUrl: null,
        site: null,
        device: null,
        credential: null,
      };
      return { cameras: [one], version: '' };
    },
    streamUrl: streamUrlOf,
    async health(signal) {
      await askOptions({
        host,
        port,
        path: path || '/',
        tls: scheme === 'rtsps',
        timeoutMs: tools.timeoutMs ?? 5000,
        signal,
        pinnedFingerprint: tools.fingerprint(endpointOf(camera.url)),
      });
    },
    refused: null,
    close() {},
  };
}
