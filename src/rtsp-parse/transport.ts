/**
 * The Transport header (RFC 2326 section 12.39).
 */
export interface TransportReply {
  /** RTP channel, and RTCP channel; servers choose them as they like. */
  readonly interleaved: readonly [number, number] | null;
  readonly clientPort: readonly [number, number] | null;
  readonly serverPort: readonly [number, number] | null;
  /** Of a multicast group. */
  readonly port: readonly [number, number] | null;
  readonly multicast: boolean;
  readonly destination: string | null;
  /** Where the packets will come from, if it is not the server's own address. */
  readonly source: string | null;
  readonly ttl: number | null;
  readonly ssrc: number | null;
}

/** Reads the first transport of a Transport header; what is missing or nonsense is null. */
export function parseTransport(text: string): TransportReply {
  const first = text.slice(0, 2000).split(',')[0] ?? '';
  const parameters = new Map<string, string>();
  let tcp = false;
  for (const [index, part] of first.split(';').entries()) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (index === 0) tcp = name.endsWith('/tcp');
    const value =
      equals < 0
        ? ''
        : part
            .slice(equals + 1)
            .trim()
            .replace(/^"|"$/g, '');
    if (!parameters.has(name)) parameters.set(name, value);
  }
  const ssrcText = parameters.get('ssrc');
  // Eight hex digits (RFC 2326), though some firmware pads with blanks or prints fewer.
  const ssrc = ssrcText && /^[0-9a-f]{1,8}$/i.test(ssrcText) ? Number.parseInt(ssrcText, 16) : null;
  const ttl = parameters.get('ttl');
  return {
    interleaved: pair(parameters.get('interleaved'), 255) ?? (tcp ? [0, 1] : null),
    clientPort: pair(parameters.get('client_port'), 65_535),
    serverPort: pair(parameters.get('server_port'), 65_535),
    port: pair(parameters.get('port'), 65_535),
    multicast: parameters.has('multicast'),
    destination: parameters.get('destination') || null,
    source: parameters.get('source') || null,
    ttl: ttl && /^\d{1,3}$/.test(ttl) ? Number(ttl) : null,
    ssrc,
  };
}

/** What to ask for in SETUP. */
export type TransportWish =
  | { readonly kind: 'tcp'; readonly channel: number }
  | { readonly kind: 'udp'; readonly rtpPort: number }
  | { readonly kind: 'multicast' };

export function formatTransport(wish: TransportWish): string {
  switch (wish.kind) {
    case 'tcp':
      return `RTP/AVP/TCP;unicast;interleaved=${wish.channel}-${wish.channel + 1}`;
    case 'udp':
      return `RTP/AVP;unicast;client_port=${wish.rtpPort}-${wish.rtpPort + 1}`;
    case 'multicast':
      return 'RTP/AVP;multicast';
  }
}

function pair(text: string | undefined, max: number): readonly [number, number] | null {
  const match = text === undefined ? null : /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?/.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= max && second <= max ? [first, second] : null;
}
