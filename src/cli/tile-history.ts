import type { Cause } from '../contract/cause.ts';
import type { TileReport } from '../contract/schemas.ts';

/** What `vonggac wall --report` says of one tile, as documented in docs/cli.md. */
export interface TileSummary {
  readonly id: string;
  readonly source: string;
  readonly state: TileReport['look'];
  readonly cause: Cause | null;
  readonly codec: string | null;
  readonly width: number;
  readonly height: number;
  readonly framesReceived: number;
  readonly framesDecoded: number;
  readonly framesPresented: number;
  readonly framesDropped: number;
  readonly fps: number;
  readonly firstPictureMs: number | null;
  readonly addedLatencyMs: { p50: number; p95: number; max: number } | null;
  readonly outages: readonly Outage[];
}

/** A stretch in which a tile that had been live was not; `end` is null while it lasts. */
export interface Outage {
  /** ISO 8601, UTC. */
  readonly start: string;
  end: string | null;
  readonly cause: Cause | null;
}

/** Latency samples kept per tile: an hour of wall keeps its last quarter, not all of it. */
const maxSamples = 4000;
const maxOutages = 1000;

/** Follows the reports of one wall; pure, the clock is handed in. */
export class TileHistory {
  readonly #tiles = new Map<
    number,
    { latest: TileReport; latencies: number[]; outages: Outage[]; wasLive: boolean }
  >();

  add(reports: readonly TileReport[], now: Date): void {
    for (const report of reports) {
      if (report.look === 'empty') continue;
      let tile = this.#tiles.get(report.tile);
      if (!tile || tile.latest.cameraId !== report.cameraId) {
        tile = { latest: report, latencies: [], outages: [], wasLive: false };
        this.#tiles.set(report.tile, tile);
      }
      tile.latest = report;
      tile.latencies.push(...report.latenciesMs);
      if (tile.latencies.length > maxSamples)
        tile.latencies.splice(0, tile.latencies.length - maxSamples);
      const open = tile.outages.at(-1)?.end === null ? tile.outages.at(-1) : undefined;
      if (isLive(report)) {
        tile.wasLive = true;
        if (open) open.end = now.toISOString();
      } else if (tile.wasLive && !open && tile.outages.length < maxOutages) {
        tile.outages.push({ start: now.toISOString(), end: null, cause: report.cause });
      }
    }
  }

  get liveCount(): number {
    let live = 0;
    for (const { latest } of this.#tiles.values()) if (isLive(latest)) live++;
    return live;
  }

  get count(): number {
    return this.#tiles.size;
  }

  /** @param sourceOf the address of a camera, without a login */
  summaries(sourceOf: (cameraId: string) => string): TileSummary[] {
    return [...this.#tiles.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, { latest, latencies, outages }]) => ({
        id: latest.cameraId,
        source: sourceOf(latest.cameraId),
        state: latest.look,
        cause: latest.cause,
        codec: latest.codec,
        width: latest.width,
        height: latest.height,
        framesReceived: latest.framesReceived,
        framesDecoded: latest.framesDecoded,
        framesPresented: latest.framesPresented,
        framesDropped: latest.framesDropped,
        fps: Math.round(latest.fps * 10) / 10,
        firstPictureMs: latest.firstPictureMs === null ? null : Math.round(latest.firstPictureMs),
        addedLatencyMs: latencySummary(latencies),
        outages,
      }));
  }
}

/** Reduced to keyframes is still live: every picture shown is one of now. */
function isLive(report: TileReport): boolean {
  return report.look === 'live' || report.look === 'keyframes';
}

function latencySummary(samples: readonly number[]): TileSummary['addedLatencyMs'] {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number) * 10,
    ) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
