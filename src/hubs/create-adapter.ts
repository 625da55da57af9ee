import type { Credential } from '../rtsp/session.types.ts';
import { fileHub } from './file-hub.ts';
import { frigateHub } from './frigate-hub.ts';
import { go2rtcHub } from './go2rtc-hub.ts';
import type { HubAdapter, HubTools, HubWay } from './hub-adapter.types.ts';
import { mediamtxHub } from './mediamtx-hub.ts';
import { onvifHub } from './onvif-hub.ts';
import { rtspHub } from './rtsp-hub.ts';
import { templateHub } from './template-hub.ts';

/**
 * The adapter for a hub; nothing is sent before it is asked something.
 * @throws {Fault} `input.url`
 */
export function createAdapter(
  way: HubWay,
  credential: Credential | null,
  tools: HubTools,
): HubAdapter {
  switch (way.kind) {
    case 'onvif':
      return onvifHub(way, credential, tools);
    case 'rtsp':
      return rtspHub(way, credential, tools);
    case 'mediamtx':
      return mediamtxHub(way, credential, tools);
    case 'go2rtc':
      return go2rtcHub(way, credential, tools);
    case 'frigate':
      return frigateHub(way, credential, tools);
    case 'hikvision':
    case 'dahua':
      return templateHub(way, credential, tools);
    case 'file':
      return fileHub(way, tools);
  }
}
