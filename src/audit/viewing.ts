import type { TileReport } from '../contract/schemas.ts';
import type { AuditLog, AuditOperator } from './audit.types.ts';
import { type Clocks, systemClocks } from './steady-clock.ts';

export interface ViewingOptions {
  readonly audit: Pick<AuditLog, 'write'>;
  /** Who is signed in, or null. */
  readonly operator: () => AuditOperator | null;
  readonly siteOf: (cameraId: string) => string | null;
  readonly clocks?: Clocks;
}

interface Span {
  readonly from: number;
  readonly steadyFrom: number;
  readonly operator: AuditOperator | null;
  to: number;
  steadyTo: number;
  liveMs: number;
  isLive: boolean;
  readonly looks: Set<string>;
}

type Look = TileReport['look'];

/** Pictures that are decoded, presented and of this moment. */
const seen: ReadonlySet<Look> = new Set(['live', 'keyframes']);
/** Reports come each second; after so long without one the page is dead, or the machine slept. */
const goneMs = 5000;
/** Longer spans are written in parts, so that a crash loses no more than this. */
const partMs = 10 * 60_000;
const tickMs = 2500;

/**
 * Which camera was on which screen from when to when: one record when it leaves the screen, and each ten
 * minutes. Follows what the pages report, never what they were asked to show.
 */
export class Viewing {
  readonly #options: ViewingOptions;
  readonly #clocks: Clocks;
  readonly #screens = new Map<number, Map<string, Span>>();
  readonly #heardAt = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ViewingOptions) {
    this.#options = options;
    this.#clocks = options.clocks ?? systemClocks;
    this.#timer = setInterval(() => this.check(), tickMs).unref();
  }

  /** What one page says of its tiles now. */
  report(screen: number, tiles: readonly Pick<TileReport, 'cameraId' | 'look'>[]): void {
    this.check();
    const now = this.#clocks.wall();
    const steady = this.#clocks.steady();
    const spans = this.#screens.get(screen) ?? new Map<string, Span>();
    this.#screens.set(screen, spans);
    this.#heardAt.set(screen, steady);
    const looks = new Map<string, Set<Look>>();
    for (const { cameraId, look } of tiles) {
      if (!cameraId || look === 'empty') continue;
      const known = looks.get(cameraId) ?? new Set();
      looks.set(cameraId, known.add(look));
    }
    for (const [cameraId, span] of spans) {
      if (looks.has(cameraId)) continue;
      // It was there until somewhere between the last report and this one: what was reported counts.
      this.#end(screen, cameraId, span);
    }
    for (const [cameraId, shown] of looks) {
      const span = spans.get(cameraId) ?? this.#begin(screen, cameraId, now, steady);
      if (span.isLive) span.liveMs += steady - span.steadyTo;
      span.to = now;
      span.steadyTo = steady;
      span.isLive = [...shown].some((look) => seen.has(look));
      for (const look of shown) span.looks.add(look);
      if (steady - span.steadyFrom >= partMs) this.#split(screen, cameraId, span);
    }
  }

  /** Another person is at the keyboard: what follows is theirs. */
  split(): void {
    for (const [screen, spans] of this.#screens) {
      for (const [cameraId, span] of [...spans]) this.#split(screen, cameraId, span);
    }
  }

  /** Ends what no page speaks of any more. */
  check(): void {
    const steady = this.#clocks.steady();
    for (const [screen, heardAt] of [...this.#heardAt]) {
      if (steady - heardAt > goneMs) this.#endScreen(screen);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const screen of [...this.#screens.keys()]) this.#endScreen(screen);
  }

  #begin(screen: number, cameraId: string, now: number, steady: number): Span {
    const span: Span = {
      from: now,
      steadyFrom: steady,
      operator: this.#options.operator(),
      to: now,
      steadyTo: steady,
      liveMs: 0,
      isLive: false,
      looks: new Set(),
    };
    this.#screens.get(screen)?.set(cameraId, span);
    return span;
  }

  #split(screen: number, cameraId: string, span: Span): void {
    const { to, steadyTo, isLive } = span;
    this.#end(screen, cameraId, span);
    const next = this.#begin(screen, cameraId, to, steadyTo);
    next.isLive = isLive;
  }

  #endScreen(screen: number): void {
    for (const [cameraId, span] of [...(this.#screens.get(screen) ?? [])]) {
      this.#end(screen, cameraId, span);
    }
    this.#screens.delete(screen);
    this.#heardAt.delete(screen);
  }

  #end(screen: number, cameraId: string, span: Span): void {
    this.#screens.get(screen)?.delete(cameraId);
    // Begun anew by a change of shift and never reported since.
    if (span.looks.size === 0) return;
    this.#options.audit.write({
      kind: 'view',
      operator: span.operator,
      camera: cameraId,
      site: this.#options.siteOf(cameraId),
      screen,
      details: {
        from: Math.round(span.from),
        to: Math.round(span.to),
        onMs: Math.round(span.steadyTo - span.steadyFrom),
        liveMs: Math.round(span.liveMs),
        looks: [...span.looks].sort().join(' '),
      },
    });
  }
}
