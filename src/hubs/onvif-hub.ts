import type { OnvifDevice } from '../onvif/onvif.types.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { plainName } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';
import {
  type HubAdapter,
  type HubCamera,
  type HubDevice,
  type HubList,
  type HubTools,
  type HubWay,
  streamUrlOf,
} from './hub-adapter.types.ts';

/** A clock that moved less than this was not put right (quirk 13). */
const movedMs = 3_000;

/**
 * A camera or recorder by ONVIF: one camera for each video source, its profiles paired into main and
 * sub (`OnvifDevice.streams`). It is asked one thing after the other: recorders are weak.
 *
 * A login that failed because of the recorder's clock is not refused: it goes out again when the clock
 * was put right, or when a person asks for the list.
 */
export function onvifHub(way: HubWay, credential: Credential | null, tools: HubTools): HubAdapter {
  const ended = new AbortController();
  let device: OnvifDevice | null = null;
  let connecting: Promise<OnvifDevice> | null = null;
  let refused: Fault | null = null;
  let late: { readonly fault: Fault; readonly offsetMs: number } | null = null;

  const connected = async (): Promise<OnvifDevice> => {
    if (refused) throw refused;
    if (device) return device;
    connecting ??= tools
      .connectOnvif({
        address: way.address,
        credential,
        timeoutMs: tools.timeoutMs ?? 5000,
        signal: ended.signal,
        pinnedFingerprint: tools.fingerprint(endpointOfAddress(way.address)),
      })
      .finally(() => {
        connecting = null;
      });
    device = await connecting;
    return device;
  };

  const guarded = async <T>(
    work: (device: OnvifDevice) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    try {
      signal?.throwIfAborted();
      return await work(await connected());
    } catch (error) {
      if (signal?.aborted) throw new Fault('net.closed', 'closed by us');
      const fault = Fault.from(error);
      if (fault.code === 'rtsp.unauthorized') refused = fault;
      if (fault.code === 'onvif.clock') {
        late ??= { fault, offsetMs: device?.clock?.offsetMs ?? 0 };
      }
      throw fault;
    }
  };

  /** The login may go out once more. */
  const forgetClock = (): void => {
    if (late) device?.setCredential(credential);
    late = null;
  };

  return {
    kind: 'onvif',
    list: (signal) =>
      guarded(async (onvif): Promise<HubList> => {
        if (late) await onvif.measureClock();
        forgetClock();
        const described = await describeDevice(onvif);
        const streams = await onvif.streams();
        const cameras: HubCamera[] = [];
        const sources = new Set(streams.map(({ main }) => main.videoSource));
        const isRecorder = sources.size > 1;
        for (const [index, { main, mainUri, subUri }] of streams.entries()) {
          // A channel that tells no address is listed again when it does.
          if (mainUri === null) continue;
          const name = isRecorder
            ? plainName(main.name) || `${described.model || 'Camera'} ${index + 1}`
            : described.name || plainName(main.name) || described.model;
          const { url, credential: inUri } = splitUrl(mainUri);
          cameras.push({
            key: main.videoSource || main.token,
            name: name.slice(0, 200) || way.address.slice(0, 200),
            url,
            subUrl: subUri && splitUrl(subUri).url,
            directUrl: null,
            directSubUrl: null,
            site: null,
            device: { ...described.device, kind: isRecorder ? 'recorder' : 'camera' },
            // Some put a login into every address they tell, also where they ask for none themselves.
            credential: credential ? null : inUri,
          });
        }
        const { vendor, model, firmware } = described.device;
        return {
          cameras: unique(cameras),
          version: [vendor, model, firmware].filter(Boolean).join(' ').slice(0, 200),
        };
      }, signal),
    streamUrl: streamUrlOf,
    health: (signal) =>
      guarded(async (onvif) => {
        const clock = await onvif.measureClock();
        if (late) {
          if (clock && Math.abs(clock.offsetMs - late.offsetMs) < movedMs) throw late.fault;
          forgetClock();
        }
        if (clock === null) await onvif.device.information();
      }, signal),
    get refused() {
      if (refused || device?.refused?.code === 'onvif.clock') return refused;
      return device?.refused ?? null;
    },
    close() {
      ended.abort();
      device?.close();
    },
  };
}

interface Described {
  readonly name: string;
  readonly model: string;
  readonly device: HubDevice;
}

async function describeDevice(onvif: OnvifDevice): Promise<Described> {
  const url = new URL(onvif.url);
  // Some devices tell no stranger what they are; their cameras are worth listing all the same.
  const information = await onvif.device.information().catch(lessThanLogin);
  const scopes = await onvif.device.scopes().catch(lessThanLogin);
  return {
    name: plainName(scopes?.name ?? '').slice(0, 200),
    model: information?.model ?? '',
    device: {
      kind: 'camera',
      address: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      path: url.pathname.slice(0, 500),
      vendor: information?.manufacturer ?? '',
      model: information?.model ?? '',
      firmware: information?.firmware ?? '',
      serial: information?.serial ?? '',
    },
  };
}

/** A thing less that the device tells is no failure; a refused login, or no answer, is. */
function lessThanLogin(error: unknown): null {
  const fault = Fault.from(error);
  if (/^(net|tls)\.|^rtsp\.(unauthorized|credentials-needed)$|^onvif\.clock$/.test(fault.code)) {
    throw fault;
  }
  return null;
}

/** Two sources with one token: then the profile's place tells them apart. */
function unique(cameras: readonly HubCamera[]): HubCamera[] {
  const seen = new Map<string, number>();
  return cameras.map((camera) => {
    const times = (seen.get(camera.key) ?? 0) + 1;
    seen.set(camera.key, times);
    return times === 1 ? camera : { ...camera, key: `${camera.key}#${times}` };
  });
}

/** `host:port` of the device service, as a trusted certificate is remembered. */
export function endpointOfAddress(address: string): string {
  try {
    const { hostname, port, protocol } = new URL(
      /^https?:\/\//i.test(address) ? address : `http://${address}`,
    );
    return `${hostname.toLowerCase()}:${port || (protocol === 'https:' ? 443 : 80)}`;
  } catch {
    return address;
  }
}
