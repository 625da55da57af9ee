import { senderReportTimeMs } from './rtcp.ts';

/**
 * The sender's wall clock for its RTP timestamps, from sender reports (RFC 3550 section 6.4.1). The
 * newest report counts, so a clock that drifts or is set is followed within one report. Reports
 * without a clock, or whose RTP timestamp has nothing to do with the media (seen on encoders that
 * report 0 or another counter), are recognised.
 */
export class SenderClock {
  readonly #clockRate: number;
  #timeMs = 0;
  #timestamp = 0;
  #valid = false;
  readonly #offsets: number[] = [];
  #middleNtp = 0;
  #reportAtMs = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /**
   * @param newest the newest RTP timestamp of the media, or null before the first packet
   */
  report(
    report: {
      readonly ntpSeconds: number;
      readonly ntpFraction: number;
      readonly rtpTimestamp: number;
    },
    receivedAtMs: number,
    newest: number | null,
  ): void {
    this.#middleNtp = ((report.ntpSeconds << 16) | (report.ntpFraction >>> 16)) >>> 0;
    this.#reportAtMs = receivedAtMs;
    const timeMs = senderReportTimeMs(report, receivedAtMs);
    if (timeMs === null) {
      this.#valid = false;
      return;
    }
    this.#timeMs = timeMs;
    this.#timestamp = report.rtpTimestamp;
    const apart = newest === null ? 0 : Math.abs((report.rtpTimestamp - newest) | 0);
    // Of another counter: the report was made about when it arrived, and so was the newest packet.
    if (newest !== null && apart > 60 * this.#clockRate) this.#timestamp = newest;
    this.#valid = true;
    this.#offsets.push(timeMs - receivedAtMs);
    if (this.#offsets.length > 5) this.#offsets.shift();
  }

  /** The sender's Unix ms of an RTP timestamp, or null while it is not known. */
  timeOf(timestamp: number): number | null {
    if (!this.#valid) return null;
    return this.#timeMs + (((timestamp - this.#timestamp) | 0) / this.#clockRate) * 1000;
  }

  /** The media's timestamps jumped: what was reported before counts no longer. */
  forget(): void {
    this.#valid = false;
  }

  /** Sender's clock minus ours, ms: the newest if the clock was just set, else the median of five. */
  get offsetMs(): number | null {
    const newest = this.#offsets.at(-1);
    if (newest === undefined) return null;
    const sorted = [...this.#offsets].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1]!;
    return Math.abs(newest - median) > 1000 ? newest : median;
  }

  /** For receiver reports: LSR and DLSR. */
  lastReport(nowMs: number): { lsr: number; dlsr: number } {
    if (this.#reportAtMs === 0) return { lsr: 0, dlsr: 0 };
    const seconds = Math.max(0, nowMs - this.#reportAtMs) / 1000;
    return { lsr: this.#middleNtp, dlsr: Math.round(seconds * 65_536) };
  }
}
