import type { Cause } from '../contract/cause.ts';
import type { ConnectOnvif } from '../onvif/onvif.types.ts';
import type { OpenRtsp } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import { deviceAddress, isLoginRefusal } from './camera-link.ts';
import type { LoginLedger } from './login-ledger.ts';

/**
 * The clients of those who log in to devices beside the wall (hubs, discovery, the survey), made to
 * ask the wall's ledger first and to tell it how the login went.
 */
export function openThroughLedger(open: OpenRtsp, ledger: LoginLedger): OpenRtsp {
  return async (options) => {
    const turn = await ledger.enter({
      device: deviceAddress(options.url),
      credential: options.credential,
      path: options.url,
      askedAt: null,
      signal: options.signal ?? new AbortController().signal,
    });
    try {
      if (turn.refusal) throw refusedBefore(turn.refusal);
      const session = await open(options);
      turn.accepted();
      return session;
    } catch (error) {
      const fault = Fault.from(error);
      if (!turn.refusal && isLoginRefusal(fault)) turn.refused(fault.shown);
      throw fault;
    } finally {
      turn.end();
    }
  };
}

/** A clock that is off says nothing of the password: only `rtsp.unauthorized` reaches the ledger. */
export function connectThroughLedger(connect: ConnectOnvif, ledger: LoginLedger): ConnectOnvif {
  return (options) =>
    connect({
      ...options,
      enter: (device, credential) =>
        ledger.enter({
          device,
          kind: 'http',
          credential,
          path: '',
          askedAt: null,
          signal: options.signal ?? new AbortController().signal,
        }),
    });
}

function refusedBefore({ code, params }: Cause): Fault {
  return new Fault(code, 'refused before, not asked again', { ...params, stopped: 1 });
}
