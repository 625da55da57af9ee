import type { ViewSpan } from '../../../src/contract/audit-schemas.ts';

/** What was on screen in one row of the picture: a screen's part of a camera, or a camera's of a screen. */
export interface CoverageLane {
  readonly key: string;
  readonly spans: readonly ViewSpan[];
  readonly onMs: number;
}

export interface CoverageSum {
  /** With a picture of it somewhere, once however many screens. */
  readonly onMs: number;
  /** Of that, with a live picture; what two screens say of the same moment counts once. */
  readonly liveMs: number;
  /** The longest time without, Unix ms; null where there was none. */
  readonly gap: { readonly from: number; readonly to: number } | null;
}

/** Pages report each second: what lies closer together was never away. */
const joinedMs = 5000;

/** By camera where one screen was asked for, else by screen; the longest watched first. */
export function coverageLanes(spans: readonly ViewSpan[], by: 'camera' | 'screen'): CoverageLane[] {
  const lanes = new Map<string, ViewSpan[]>();
  for (const span of spans) {
    const key = by === 'camera' ? span.camera : String(span.screen ?? 0);
    const lane = lanes.get(key);
    if (lane) lane.push(span);
    else lanes.set(key, [span]);
  }
  const sums = [...lanes].map(([key, own]) => ({
    key,
    spans: own,
    onMs: own.reduce((sum, { from, to }) => sum + to - from, 0),
  }));
  return by === 'camera'
    ? sums.sort((a, b) => b.onMs - a.onMs)
    : sums.sort((a, b) => Number(a.key) - Number(b.key));
}

/** @param to end of what could have been watched: of today, now */
export function coverageSum(spans: readonly ViewSpan[], from: number, to: number): CoverageSum {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  let onMs = 0;
  let liveMs = 0;
  let end = from;
  let gap: CoverageSum['gap'] = null;
  const noteGap = (begin: number, finish: number) => {
    if (finish - begin > joinedMs && finish - begin > (gap ? gap.to - gap.from : 0)) {
      gap = { from: begin, to: finish };
    }
  };
  for (const span of sorted) {
    if (span.from > end) noteGap(end, span.from);
    const fresh = span.to - Math.max(span.from, end);
    if (fresh <= 0) continue;
    onMs += fresh;
    liveMs += (span.liveMs * fresh) / (span.to - span.from);
    end = span.to;
  }
  noteGap(end, to);
  return { onMs, liveMs, gap };
}
