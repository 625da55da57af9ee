import type { CameraDoor } from '../ptz/connect-camera.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { Register } from '../sites/register.types.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { Fault } from '../std/fault.ts';
import { onvifGuess } from '../survey/survey-groups.ts';
import type { CameraBook } from './camera-book.ts';

/** Where devices answer ONVIF when nobody wrote down where. */
const usualPorts = [80, 8000, 8080, 8899] as const;

export interface DoorSource {
  readonly book: CameraBook;
  readonly register: Register;
  readonly fingerprint: (endpoint: string) => string | null;
}

/**
 * How a camera's device is reached: by the address that came with it, by the register's device, else
 * at the usual ports of the host of its stream, never by way of a hub.
 * @throws {Fault} `input.unknown`, `ptz.not-steerable`, and what looking up its login throws
 */
export async function ptzDoorOf(cameraId: string, source: DoorSource): Promise<CameraDoor> {
  const camera = source.book.get(cameraId);
  if (!camera) throw new Fault('input.unknown', 'no such camera');
  const streamUrl = camera.directUrl || (camera.hubId ? '' : camera.url);
  return {
    addresses: addressesOf(camera, streamUrl, source.register),
    credential: await source.book.login(camera),
    fingerprint: (address) => source.fingerprint(hostOf(address)),
    streamUrl,
  };
}

function addressesOf(camera: SiteCamera, streamUrl: string, register: Register): string[] {
  if (camera.onvif) return [camera.onvif];
  const deviceId = register.camera(camera.id)?.deviceId ?? null;
  const device = deviceId === null ? null : register.device(deviceId);
  const written = device?.address ? bracketed(device.address) : null;
  if (device && written && (device.port !== null || device.path !== '')) {
    const scheme = device.port === 443 ? 'https' : 'http';
    return [`${scheme}://${written}${device.port === null ? '' : `:${device.port}`}${device.path}`];
  }
  const host = written ?? onvifGuess(streamUrl).onvifAddress;
  return host === null ? [] : usualPorts.map((port) => `http://${host}:${port}`);
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** `host:port`, as certificates are trusted by. */
function hostOf(address: string): string {
  try {
    const { hostname, port, protocol } = new URL(address);
    return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  } catch {
    return endpointOf(address);
  }
}
