import type { HubTools } from '../../src/hubs/hub-adapter.types.ts';
import { connectOnvif } from '../../src/onvif/connect-onvif.ts';
import { openRtsp } from '../../src/rtsp/open-rtsp.ts';

/** The real parts, with short patience. */
export const hubTools: HubTools = {
  connectOnvif,
  openRtsp,
  fingerprint: () => null,
  timeoutMs: 2000,
  watchEveryMs: 50,
};
