import type { AccessUnit, MediaFormat, VideoFormat } from '../../src/codec/access-unit.ts';
import { splitNals } from '../../src/codec/nal.ts';
import { TrackReceiver, type TrackReceiverOptions } from '../../src/rtp/track-receiver.ts';
import type { Clip } from './clips.ts';
import { nalType } from './clips.ts';

/** A track receiver whose output is kept for the test to look at. */
export class TrackUnderTest {
  readonly units: AccessUnit[] = [];
  readonly formats: MediaFormat[] = [];
  readonly problems: string[] = [];
  /** Formats and units in the order they came. */
  readonly order: ('format' | 'unit')[] = [];
  readonly receiver: TrackReceiver;
  #now = 1_700_000_000_000;

  constructor(
    encoding: string,
    options: Partial<TrackReceiverOptions> & {
      readonly fmtp?: Record<string, string>;
      readonly clockRate?: number;
      readonly channels?: number;
    } = {},
  ) {
    this.receiver = new TrackReceiver({
      track: {
        encoding,
        clockRate: options.clockRate ?? 90_000,
        fmtp: options.fmtp ?? {},
        ...(options.channels ? { channels: options.channels } : {}),
      },
      payloadType: 96,
      ssrc: null,
      ordered: true,
      reporterSsrc: 0x0badcafe,
      cname: 'test',
      sink: {
        onAccessUnit: (unit) => {
          this.order.push('unit');
          this.units.push(unit);
        },
        onFormat: (format) => {
          this.order.push('format');
          this.formats.push(format);
        },
        onProblem: (text) => this.problems.push(text),
      },
      ...options,
    });
  }

  get now(): number {
    return this.#now;
  }

  /** Packets that arrive at the same time; the clock of this workstation then goes on. */
  send(packets: readonly Uint8Array[], thenMs = 40): this {
    for (const packet of packets) this.receiver.rtp(packet, this.#now);
    this.#now += thenMs;
    return this;
  }

  wait(ms: number): this {
    this.#now += ms;
    return this;
  }

  sendAll(units: readonly (readonly Uint8Array[])[], thenMs = 40): this {
    for (const packets of units) this.send(packets, thenMs);
    return this;
  }

  get videoFormats(): VideoFormat[] {
    return this.formats.filter((format) => format.kind === 'video');
  }

  /** NAL unit types of the units that came out. */
  types(codec: Clip['codec'] = 'h264'): number[][] {
    return this.units.map((unit) => splitNals(unit.data).map((nal) => nalType(nal, codec)));
  }
}
