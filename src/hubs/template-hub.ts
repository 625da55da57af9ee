import type { Credential } from '../rtsp/session.types.ts';
import { authorityText, parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { endpointOf } from '../sites/camera-url.ts';
import { Fault } from '../std/fault.ts';
import { askOptions } from './ask-options.ts';
import {
  type HubAdapter,
  type HubCamera,
  type HubList,
  type HubTools,
  type HubWay,
  streamUrlOf,
} from './hub-adapter.types.ts';

/**
 * URL conventions of recorders without ONVIF, by channel from 1. Hikvision: channel and stream number
 * in one number ("RTSP URL of Hikvision devices": 101 main, 102 sub). Dahua: `cam/realmonitor`.
 */
export const urlTemplates = {
  hikvision: (channel: number, sub: boolean) => `/Streaming/Channels/${channel}0${sub ? 2 : 1}`,
  dahua: (channel: number, sub: boolean) =>
    `/cam/realmonitor?channel=${channel}&subtype=${sub ? 1 : 0}`,
} as const;

export type TemplateKind = keyof typeof urlTemplates;

/** The streams of a recorder by its maker's convention; nothing is asked. */
export function templateCameras(kind: TemplateKind, base: string, channels: number): HubCamera[] {
  return Array.from({ length: channels }, (_, index) => ({
    key: `ch${index + 1}`,
    name: `Camera ${index + 1}`,
    url: base + urlTemplates[kind](index + 1, false),
    subUrl: base + urlTemplates[kind](index + 1, true),
    directUrl: null,
    directSubUrl: null,
    site: null,
    device: null,
    credential: null,
  }));
}

/**
 * A recorder by URL convention. Listing tries each channel's streams, one after the other by one
 * connection, because that is all some recorders allow: a channel that is not there is left out. When
 * the recorder says that it has too many clients, the rest is taken as the convention has it.
 */
export function templateHub(
  way: HubWay,
  credential: Credential | null,
  tools: HubTools,
): HubAdapter {
  const kind = way.kind as TemplateKind;
  const base = baseOf(way.address);
  const { host, port, scheme } = parseRtspUrl(base);
  const timeoutMs = tools.timeoutMs ?? 5000;
  const pinned = () => tools.fingerprint(endpointOf(base));
  const ended = new AbortController();
  let refused: Fault | null = null;
  let busy = false;

  /** False: the recorder says that there is no such stream. Null: it cannot be known now. */
  const isThere = async (url: string, signal?: AbortSignal): Promise<boolean | null> => {
    if (refused) throw refused;
    if (busy) return null;
    try {
      const session = await tools.openRtsp({
        url,
        credential,
        transport: 'auto',
        wantAudio: false,
        requestTimeoutMs: timeoutMs,
        pinnedFingerprint: pinned(),
        signal: signal ? AbortSignal.any([signal, ended.signal]) : ended.signal,
      });
      await session.close();
      return true;
    } catch (error) {
      const fault = Fault.from(error);
      if (fault.code === 'rtsp.unauthorized' || fault.code === 'rtsp.forbidden') refused = fault;
      if (fault.code === 'rtsp.not-found') return false;
      if (fault.code === 'rtsp.too-many-clients') busy = true;
      // An empty channel answers in many ways; what the login or the network says is another matter.
      if (/^(media\.|rtsp\.(too-many-clients|server-error|timeout))/.test(fault.code)) return null;
      throw fault;
    }
  };

  return {
    kind,
    async list(signal): Promise<HubList> {
      busy = false;
      const cameras: HubCamera[] = [];
      for (const camera of templateCameras(kind, base, way.channels)) {
        if ((await isThere(camera.url, signal)) === false) continue;
        const hasSub = (await isThere(camera.subUrl as string, signal)) !== false;
        cameras.push(hasSub ? camera : { ...camera, subUrl: null });
      }
      return { cameras, version: kind };
    },
    streamUrl: streamUrlOf,
    async health(signal) {
      await askOptions({
        host,
        port,
        tls: scheme === 'rtsps',
        timeoutMs,
        signal,
        pinnedFingerprint: pinned(),
      });
    },
    get refused() {
      return refused;
    },
    close: () => ended.abort(),
  };
}

/** `rtsp://host:port` of what a person wrote. */
export function baseOf(address: string): string {
  const text = address.trim();
  const { url } = splitUrl(/^rtsps?:\/\//i.test(text) ? text : `rtsp://${text}`);
  const { scheme, host, port } = parseRtspUrl(url);
  return `${scheme}://${authorityText(host, port)}`;
}
