import type { HubTools } from '../hubs/hub-adapter.types.ts';
import { connectOnvif } from '../onvif/connect-onvif.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import { LoginLedger } from '../streams/login-ledger.ts';
import { connectThroughLedger, openThroughLedger } from '../streams/through-ledger.ts';

/** The clients of one command: a password that a device refused once is not shown to it again. */
export function deviceClients(): Pick<HubTools, 'connectOnvif' | 'openRtsp' | 'logins'> {
  const logins = new LoginLedger();
  return {
    connectOnvif: connectThroughLedger(connectOnvif, logins),
    openRtsp: openThroughLedger(openRtsp, logins),
    logins,
  };
}
