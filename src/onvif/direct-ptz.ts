import type { Credential } from '../rtsp/session.types.ts';
import { silentLog } from '../std/log.ts';
import { DeviceLogin } from './device-login.ts';
import { HttpDoor } from './http-door.ts';
import type { OnvifDevice } from './onvif.types.ts';
import type { PtzService } from './ptz.types.ts';
import { ptzService } from './ptz-service.ts';
import { SoapCaller } from './soap-caller.ts';

/**
 * What another process needs to stop a camera without asking the device anything first: all of it was
 * learnt by the process that steers. Holds a secret: it goes through a pipe, never to a disk, an argv
 * or an environment.
 */
export interface DirectPtzFacts {
  /** URL of the PTZ service as reached. */
  readonly url: string;
  readonly credential: Credential | null;
  /** `wsse` or `digest` as the device took it; `auto` where nothing asked for a login. */
  readonly login: 'auto' | 'wsse' | 'digest';
  /** Device's clock minus ours, ms. */
  readonly offsetMs: number;
  readonly pinnedFingerprint: string | null;
}

/** Null where the device has no PTZ service. */
export function directFactsOf(
  device: OnvifDevice,
  credential: Credential | null,
  pinnedFingerprint: string | null,
): DirectPtzFacts | null {
  const url = device.services.find(({ name }) => name === 'ptz')?.url;
  if (url === undefined) return null;
  const { login } = device;
  return {
    url,
    credential,
    login: login === 'wsse' ? 'wsse' : login === 'none' ? 'auto' : 'digest',
    offsetMs: device.clock?.offsetMs ?? 0,
    pinnedFingerprint,
  };
}

export interface DirectPtz {
  readonly ptz: PtzService;
  close(): void;
}

/** The PTZ service alone. A login that the device took before is not tried out again. */
export function openDirectPtz(facts: DirectPtzFacts, timeoutMs = 3000): DirectPtz {
  const door = new HttpDoor({
    host: new URL(facts.url).hostname.replace(/^\[|\]$/g, ''),
    pinnedFingerprint: facts.pinnedFingerprint,
    signal: null,
    maxAnswerBytes: 1024 * 1024,
  });
  const caller = new SoapCaller({
    door,
    login: new DeviceLogin(facts.credential, facts.login, facts.login !== 'auto'),
    timeoutMs,
    log: silentLog,
    now: Date.now,
    offsetMs: () => facts.offsetMs,
    remeasure: async () => facts.offsetMs,
  });
  return { ptz: ptzService(caller, facts.url), close: () => door.close() };
}
