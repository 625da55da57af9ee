import type { DiscoveredDevice } from '../contract/hub-schemas.ts';
import type { CallParams, CallResult } from '../contract/schemas.ts';
import { createAdapter } from '../hubs/create-adapter.ts';
import type { HubCamera, HubTools } from '../hubs/hub-adapter.types.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { authorityText } from '../rtsp-parse/url.ts';
import { endpointOf, plainName } from '../sites/camera-url.ts';
import type { BatchCamera, BatchDevice, Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';

export interface AdoptOptions {
  readonly register: Register;
  readonly tools: HubTools;
  readonly who: string;
  /**
   * Keeps the login that a device took, once for all its cameras.
   * @param device `host:port` of its streams
   */
  keepLogin(device: string, cameraIds: readonly string[], credential: Credential): Promise<void>;
}

type Params = CallParams<'discovery.adopt'>;
type Result = CallResult<'discovery.adopt'>;

/** Devices asked at the same time: each is another one, so none sees more than one of us. */
const atOnce = 8;

/**
 * Takes found devices and their cameras into the register, in one change. Each device is asked once
 * and logged in to at most once; one that refuses the login, or does not answer, is taken without
 * cameras and says why.
 */
export async function adoptDevices(
  params: Params,
  devices: readonly DiscoveredDevice[],
  options: AdoptOptions,
): Promise<Result> {
  const { register, tools } = options;
  const chosen = params.deviceIds.flatMap((id) => devices.find((device) => device.id === id) ?? []);
  if (chosen.length === 0) throw new Fault('input.unknown', 'no such device');
  if ('siteId' in params.site && !register.site(params.site.siteId)) {
    throw new Fault('input.unknown', 'no such site');
  }
  const credential =
    params.user || params.password
      ? { user: params.user ?? '', password: params.password ?? '' }
      : null;
  const asked = await eachOf(chosen, (device) => ask(device, params, credential, tools));

  const place = 'siteId' in params.site ? null : 'site';
  const siteFields = 'siteId' in params.site ? { siteId: params.site.siteId } : {};
  const siteRef = place === null ? {} : { siteRef: place };
  const rows: BatchCamera[] = [];
  const batchDevices = asked.map(({ device, cameras }): BatchDevice => {
    const told = cameras[0]?.device;
    const url = device.onvifUrl ? new URL(device.onvifUrl) : null;
    for (const camera of cameras) {
      rows.push({
        ref: `${device.id} ${camera.key}`,
        ...siteRef,
        deviceRef: device.id,
        fields: {
          ...siteFields,
          name: camera.name,
          url: camera.url,
          subUrl: camera.subUrl ?? '',
          brand: told?.vendor ?? '',
          model: told?.model ?? device.hardware,
        },
      });
    }
    return {
      ref: device.id,
      ...(device.deviceId === null ? {} : { id: device.deviceId }),
      ...siteRef,
      fields: {
        ...siteFields,
        kind: told?.kind ?? (cameras.length > 1 ? 'recorder' : 'camera'),
        name: device.name || device.hardware || device.address,
        address: device.address,
        port: url ? Number(url.port) || (url.protocol === 'https:' ? 443 : 80) : null,
        path: url?.pathname ?? '',
        vendor: told?.vendor ?? '',
        model: told?.model ?? device.hardware,
        ...(told?.firmware ? { firmware: told.firmware } : {}),
        ...(told?.serial ? { serial: told.serial } : {}),
      },
    };
  });
  const outcome = await register.applyChanges({
    origin: 'import',
    who: options.who,
    subject: 'discovery',
    ...('siteId' in params.site
      ? {}
      : {
          sites: [
            {
              ref: 'site',
              fields: {
                name: plainName(params.site.name),
                province: plainName(params.site.province),
                district: plainName(params.site.district),
              },
            },
          ],
        }),
    devices: batchDevices,
    cameras: rows,
    onProblem: 'skip',
  });
  let [added, changed] = [0, 0];
  const takenBy = new Map<string, string[]>();
  const urls = new Map(rows.map(({ ref, fields }) => [ref, fields.url ?? '']));
  for (const { kind, verdict, id, ref } of outcome.rows) {
    if (kind !== 'camera' || id === null || verdict === 'invalid' || verdict === 'conflict')
      continue;
    if (verdict === 'added') added++;
    if (verdict === 'changed') changed++;
    const device = endpointOf(urls.get(ref) ?? '');
    takenBy.set(device, [...(takenBy.get(device) ?? []), id]);
  }
  for (const [device, cameraIds] of credential ? takenBy : []) {
    await options.keepLogin(device, cameraIds, credential as Credential);
  }
  return {
    added,
    changed,
    devices: asked.map(({ device, cameras, fault }) => ({
      deviceId: device.id,
      cameras: cameras.length,
      cause: fault && { code: fault.code, params: { ...fault.params } },
    })),
    changeId: outcome.change?.id ?? null,
  };
}

interface Asked {
  readonly device: DiscoveredDevice;
  readonly cameras: readonly HubCamera[];
  readonly fault: Fault | null;
}

async function ask(
  device: DiscoveredDevice,
  { template }: Params,
  credential: Credential | null,
  tools: HubTools,
): Promise<Asked> {
  const way = wayTo(device, template);
  if (!way) return { device, cameras: [], fault: null };
  const adapter = createAdapter(way, credential, tools);
  try {
    return { device, cameras: (await adapter.list()).cameras, fault: null };
  } catch (error) {
    return { device, cameras: [], fault: Fault.from(error) };
  } finally {
    adapter.close();
  }
}

function wayTo(device: DiscoveredDevice, template: Params['template']) {
  if (device.onvifUrl) {
    return { kind: 'onvif', address: device.onvifUrl, rtspAddress: '', channels: 1 } as const;
  }
  if (!template || device.rtspPort === null) return null;
  const address = `rtsp://${authorityText(device.address, device.rtspPort)}`;
  return { kind: template.kind, address, rtspAddress: '', channels: template.channels };
}

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
