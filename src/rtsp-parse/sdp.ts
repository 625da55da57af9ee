import type { TrackDescription } from '../rtp/depacketizer.ts';

/**
 * Session descriptions (RFC 4566, formerly RFC 2327) as cameras write them: lines missing, doubled, in
 * the wrong order, or invented. Never throws: what cannot be read is left out.
 */
export interface SdpFormat extends TrackDescription {
  readonly payloadType: number;
}

export interface SdpMedia {
  /** First word of `m=` in lower case: `video`, `audio`, `application`, or an invention. */
  readonly kind: string;
  /** In the order of preference of the `m=` line; empty where there is no RTP we understand. */
  readonly formats: readonly SdpFormat[];
  /** Value of `a=control`, or null. */
  readonly control: string | null;
  /** Address of `c=` of this section or of the session, without TTL; null for none or 0.0.0.0. */
  readonly address: string | null;
  readonly port: number;
  /** `a=sendonly` is, to ONVIF, the way back to the camera's loudspeaker. */
  readonly direction: 'sendonly' | 'recvonly' | 'sendrecv' | 'inactive' | null;
}

export interface SessionDescription {
  readonly control: string | null;
  readonly media: readonly SdpMedia[];
}

const maxLines = 2000;
const maxLineLength = 16 * 1024;
const maxMedia = 32;
const maxFormats = 16;
const maxParameters = 64;

/** Payload types with a fixed meaning (RFC 3551 section 6) that need no `a=rtpmap`. */
const staticFormats: Readonly<Record<number, readonly [encoding: string, clockRate: number]>> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  14: ['MPA', 90_000],
  26: ['JPEG', 90_000],
  32: ['MPV', 90_000],
  33: ['MP2T', 90_000],
};

interface Section {
  kind: string;
  port: number;
  types: number[];
  control: string | null;
  address: string | null;
  direction: SdpMedia['direction'];
  maps: Map<number, { encoding: string; clockRate: number; channels: number }>;
  fmtp: Map<number, Record<string, string>>;
}

/** @param text the description as a wire string */
export function parseSdp(text: string): SessionDescription {
  const session = newSection('', 0, []);
  const sections: Section[] = [];
  let current: Section | null = session;
  let lineCount = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    lineCount += 1;
    if (lineCount > maxLines) break;
    const line = raw.slice(0, maxLineLength).trim();
    const value = line.slice(2).trim();
    switch (line.slice(0, 2).toLowerCase()) {
      case 'm=':
        current = sections.length < maxMedia ? mediaOf(value) : null;
        if (current) sections.push(current);
        break;
      case 'c=':
        if (current) current.address = addressOf(value);
        break;
      case 'a=':
        if (current) attribute(current, value);
        break;
    }
  }
  return {
    control: session.control,
    media: sections.map((section) => ({
      kind: section.kind,
      formats: formatsOf(section),
      control: section.control,
      address: section.address ?? session.address,
      port: section.port,
      direction: section.direction ?? session.direction,
    })),
  };
}

function newSection(kind: string, port: number, types: number[]): Section {
  return {
    kind,
    port,
    types,
    control: null,
    address: null,
    direction: null,
    maps: new Map(),
    fmtp: new Map(),
  };
}

/** `video 0 RTP/AVP 96`, with a negative port or a private type such as `application/TP-LINK`. */
function mediaOf(value: string): Section {
  const [kind = '', portText = '', , ...types] = value.split(/\s+/);
  const port = Number.parseInt(portText, 10);
  return newSection(
    kind.toLowerCase(),
    port > 0 && port < 65_536 ? port : 0,
    types
      .filter((type) => /^\d{1,3}$/.test(type))
      .map(Number)
      .filter((type) => type < 128)
      .slice(0, maxFormats),
  );
}

/** `IN IP4 239.1.2.3/16`; `c=IN` alone and wildcard addresses say nothing. */
function addressOf(value: string): string | null {
  const address = value.split(/\s+/)[2]?.split('/')[0];
  if (!address || /^(0\.0\.0\.0|::)$/.test(address)) return null;
  return /^[0-9a-f.:]+$/i.test(address) ? address : null;
}

function attribute(section: Section, value: string): void {
  const colon = value.indexOf(':');
  const name = (colon < 0 ? value : value.slice(0, colon)).trim().toLowerCase();
  const rest = colon < 0 ? '' : value.slice(colon + 1).trim();
  switch (name) {
    case 'control':
      section.control ??= rest;
      return;
    case 'rtpmap': {
      const match = /^(\d{1,3})\s*([^\s/]+)(?:\/(\d{1,9}))?(?:\/(\d{1,2}))?/.exec(rest);
      if (!match || section.maps.size >= maxFormats) return;
      const clockRate = Number(match[3] ?? 0) || (section.kind === 'audio' ? 8000 : 90_000);
      const channels = Number(match[4] ?? 1) || 1;
      section.maps.set(Number(match[1]), { encoding: match[2]!, clockRate, channels });
      return;
    }
    case 'fmtp': {
      const match = /^(\d{1,3})\s*(.*)$/.exec(rest);
      if (match && section.fmtp.size < maxFormats) {
        section.fmtp.set(Number(match[1]), parametersOf(match[2]!));
      }
      return;
    }
    case 'sendonly':
    case 'recvonly':
    case 'sendrecv':
    case 'inactive':
      section.direction = name;
      return;
  }
}

/** `a=1; b=2;` → names in lower case; trailing and doubled separators are nothing. */
function parametersOf(text: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const part of text.split(';', maxParameters)) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name) parameters[name] = equals < 0 ? '' : part.slice(equals + 1).trim();
  }
  return parameters;
}

function formatsOf(section: Section): SdpFormat[] {
  const formats: SdpFormat[] = [];
  // An rtpmap of a type that the m= line forgot comes last.
  for (const payloadType of new Set([...section.types, ...section.maps.keys()])) {
    const fmtp = section.fmtp.get(payloadType) ?? {};
    const map = section.maps.get(payloadType);
    const fixed = staticFormats[payloadType];
    if (map) formats.push({ payloadType, ...map, fmtp });
    else if (fixed) formats.push({ payloadType, encoding: fixed[0], clockRate: fixed[1], fmtp });
    else {
      const encoding = guess(section.kind, fmtp);
      if (encoding) formats.push({ payloadType, encoding, clockRate: 90_000, fmtp });
    }
  }
  return formats;
}

/** A dynamic type without rtpmap: its parameters tell. */
function guess(kind: string, fmtp: Readonly<Record<string, string>>): string | null {
  if (kind !== 'video') return null;
  if ('sprop-vps' in fmtp || 'sprop-sps' in fmtp) return 'H265';
  return 'sprop-parameter-sets' in fmtp || 'packetization-mode' in fmtp ? 'H264' : null;
}
