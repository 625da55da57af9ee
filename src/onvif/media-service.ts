import { Fault } from '../std/fault.ts';
import {
  flagText,
  numberAt,
  numberText,
  tokenAt,
  tokenOf,
  tokenText,
  wordsAt,
} from './device-text.ts';
import type { MediaProfile, MediaService, VideoCodec, VideoEncoding } from './media.types.ts';
import type { OnvifFault } from './onvif-fault.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, find, findAll, type XmlElement } from './xml.ts';

/** A recorder of 128 channels has some 400. */
const maxProfiles = 2_000;

type Rewrite = (uri: string) => string | null;

/** Media, "ver10/media": every device has it, few tell H.265 by it. */
export function mediaService(caller: SoapCaller, url: string, rewrite: Rewrite): MediaService {
  const call = async (operation: string, body = '') =>
    (await caller.call({ url, namespace: namespaces.media, operation, body })).body;
  return {
    async profiles() {
      const body = await call('GetProfiles');
      return usable(findAll(body, 'Profiles').map(profileOfMedia));
    },
    async streamUri(profileToken) {
      const setup =
        '<StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>' +
        '<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></StreamSetup>';
      const body = await call('GetStreamUri', setup + tokenElement(profileToken));
      return streamUriOf(find(body, 'MediaUri', 'Uri'), rewrite);
    },
    async snapshotUri(profileToken) {
      return snapshotOf(async () => {
        const body = await call('GetSnapshotUri', tokenElement(profileToken));
        return find(body, 'MediaUri', 'Uri');
      }, rewrite);
    },
    async videoEncoders() {
      const body = await call('GetVideoEncoderConfigurations');
      return findAll(body, 'Configurations').slice(0, maxProfiles).map(encodingOf);
    },
  };
}

/** Media2, "ver20/media". */
export function media2Service(caller: SoapCaller, url: string, rewrite: Rewrite): MediaService {
  const call = async (operation: string, body = '') =>
    (await caller.call({ url, namespace: namespaces.media2, operation, body })).body;
  const streamUri = async (profileToken: string, protocol: string) => {
    const body = await call(
      'GetStreamUri',
      `<Protocol>${protocol}</Protocol>${tokenElement(profileToken)}`,
    );
    return streamUriOf(find(body, 'Uri'), rewrite);
  };
  return {
    async profiles() {
      // Without types only tokens come back; some devices do not know `All`.
      const types = ['VideoSource', 'VideoEncoder', 'AudioEncoder', 'PTZ'];
      const wanted = (names: readonly string[]) =>
        names.map((name) => `<Type>${name}</Type>`).join('');
      const body = await call('GetProfiles', wanted(['All'])).catch((error: OnvifFault) => {
        if (error.code !== 'onvif.fault') throw error;
        return call('GetProfiles', wanted(types));
      });
      return usable(findAll(body, 'Profiles').map(profileOfMedia2));
    },
    streamUri: (profileToken) =>
      streamUri(profileToken, 'RTSP').catch((error: OnvifFault) => {
        if (error.code !== 'onvif.fault') throw error;
        return streamUri(profileToken, 'RtspUnicast');
      }),
    async snapshotUri(profileToken) {
      return snapshotOf(async () => {
        const body = await call('GetSnapshotUri', tokenElement(profileToken));
        return find(body, 'Uri');
      }, rewrite);
    },
    async videoEncoders() {
      const body = await call('GetVideoEncoderConfigurations');
      return findAll(body, 'Configurations').slice(0, maxProfiles).map(encodingOf);
    },
  };
}

function tokenElement(profileToken: string): string {
  return `<ProfileToken>${escapeXml(profileToken)}</ProfileToken>`;
}

/** A profile without a token cannot be asked for anything. */
function usable(profiles: readonly MediaProfile[]): MediaProfile[] {
  return profiles.filter(({ token }) => token !== '').slice(0, maxProfiles);
}

function profileOfMedia(element: XmlElement): MediaProfile {
  const source = find(element, 'VideoSourceConfiguration');
  const encoder = find(element, 'VideoEncoderConfiguration');
  return {
    ...commonParts(element, source, find(element, 'PTZConfiguration')),
    service: 'media',
    video: encoder ? encodingOf(encoder) : null,
    audio: find(element, 'AudioEncoderConfiguration') !== null,
  };
}

function profileOfMedia2(element: XmlElement): MediaProfile {
  const parts = find(element, 'Configurations');
  const encoder = find(parts, 'VideoEncoder');
  return {
    ...commonParts(element, find(parts, 'VideoSource'), find(parts, 'PTZ')),
    service: 'media2',
    video: encoder ? encodingOf(encoder) : null,
    audio: find(parts, 'AudioEncoder') !== null,
  };
}

function commonParts(element: XmlElement, source: XmlElement | null, ptz: XmlElement | null) {
  return {
    token: tokenOf(element),
    name: wordsAt(element, 'Name'),
    fixed: flagText(element.attributes.get('fixed')) ?? false,
    videoSource: tokenAt(source, 'SourceToken'),
    videoSourceConfiguration: tokenOf(source),
    ptz: ptz ? { token: tokenOf(ptz), node: tokenAt(ptz, 'NodeToken') } : null,
  };
}

/** A video encoder configuration of either service. */
function encodingOf(element: XmlElement): VideoEncoding {
  const encoding = wordsAt(element, 'Encoding');
  const codec = codecOf(encoding);
  const own = find(element, codec === 'mpeg4' ? 'MPEG4' : 'H264');
  const rate = find(element, 'RateControl');
  return {
    token: tokenText(element.attributes.get('token')),
    name: wordsAt(element, 'Name'),
    codec,
    encoding,
    width: size(numberAt(element, 'Resolution', 'Width')),
    height: size(numberAt(element, 'Resolution', 'Height')),
    fps: positive(numberAt(rate, 'FrameRateLimit')),
    kbps: positive(numberAt(rate, 'BitrateLimit')),
    gop: positive(numberText(element.attributes.get('GovLength')) ?? numberAt(own, 'GovLength')),
    profile:
      tokenText(element.attributes.get('Profile')).slice(0, 80) ||
      wordsAt(own, codec === 'mpeg4' ? 'Mpeg4Profile' : 'H264Profile'),
  };
}

function codecOf(encoding: string): VideoCodec {
  // Media2 uses the names of RFC 4855: `H264`, `H265`, `JPEG`, `MPV4-ES`.
  const plain = encoding.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (/^(?:H264|AVC)/.test(plain)) return 'h264';
  if (/^(?:H265|HEVC)/.test(plain)) return 'h265';
  if (/^M?JPEG/.test(plain)) return 'jpeg';
  return /^(?:MPEG4|MPV4|MP4V)/.test(plain) ? 'mpeg4' : 'other';
}

function size(value: number | null): number {
  return value !== null && value > 0 && value <= 32_768 ? Math.round(value) : 0;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 && value < 10_000_000 ? value : null;
}

export function streamUriOf(element: XmlElement | null, rewrite: Rewrite): string {
  const uri = rewrite(element?.text ?? '');
  if (uri === null || !/^rtsps?:/.test(uri)) {
    throw new Fault('onvif.protocol', 'the device names no RTSP address for this');
  }
  return uri;
}

async function snapshotOf(
  ask: () => Promise<XmlElement | null>,
  rewrite: Rewrite,
): Promise<string | null> {
  try {
    const uri = rewrite((await ask())?.text ?? '');
    return uri !== null && /^https?:/.test(uri) ? uri : null;
  } catch (error) {
    const { code } = error as Fault;
    if (code === 'onvif.unsupported' || code === 'onvif.fault') return null;
    throw error;
  }
}
