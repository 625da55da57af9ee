/** RTCP of a sender (RFC 3550 sections 6.4.1, 6.5 and 6.6). */

/** Seconds between the epochs of NTP (1900) and Unix (1970). */
const ntpOffset = 2_208_988_800;

export interface SenderFigures {
  readonly ssrc: number;
  /** Unix ms at which `rtpTime` is the timestamp of the media. */
  readonly wallMs: number;
  readonly rtpTime: number;
  readonly packets: number;
  /** Octets of payload, without headers. */
  readonly octets: number;
}

/** A compound packet: sender report and CNAME, and BYE where the stream ends. */
export function senderReport(figures: SenderFigures, cname: string, bye = false): Buffer {
  const name = Buffer.from(cname, 'ascii');
  // the chunk ends with at least one zero octet and is padded to 32 bits
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const out = Buffer.alloc(28 + 4 + chunkBytes + (bye ? 8 : 0));
  out[0] = 0x80;
  out[1] = 200;
  out.writeUInt16BE(6, 2);
  out.writeUInt32BE(figures.ssrc, 4);
  const seconds = Math.floor(figures.wallMs / 1000);
  const fraction = ((figures.wallMs - seconds * 1000) / 1000) * 2 ** 32;
  out.writeUInt32BE((seconds + ntpOffset) % 2 ** 32, 8);
  out.writeUInt32BE(Math.min(2 ** 32 - 1, Math.round(fraction)), 12);
  out.writeUInt32BE(figures.rtpTime >>> 0, 16);
  out.writeUInt32BE(figures.packets >>> 0, 20);
  out.writeUInt32BE(figures.octets >>> 0, 24);
  out[28] = 0x81;
  out[29] = 202;
  out.writeUInt16BE(chunkBytes / 4, 30);
  out.writeUInt32BE(figures.ssrc, 32);
  out[36] = 1;
  out[37] = name.length;
  name.copy(out, 38);
  if (bye) {
    const at = 32 + chunkBytes;
    out[at] = 0x81;
    out[at + 1] = 203;
    out.writeUInt16BE(1, at + 2);
    out.writeUInt32BE(figures.ssrc, at + 4);
  }
  return out;
}
