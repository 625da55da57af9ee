import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayoutName } from '../contract/schemas.ts';
import { startDemoCentre } from '../demo/centre.ts';
import { createHost } from '../host/create-host.ts';
import type { Host } from '../host/host.types.ts';
import { measureHostAndBrowser, type ResourceUsage } from '../host/resource-usage.ts';
import { type Kiosk, startKiosk } from '../kiosk/start-kiosk.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { Logger } from '../std/log.ts';
import { layoutFor } from './layout-option.ts';
import { pageDir } from './paths.ts';
import { TileHistory, type TileSummary } from './tile-history.ts';
import type { Words } from './words.ts';

/** `vonggac wall`: the real wall on given cameras, nothing saved. The bench runs it too. */
export interface WallOptions {
  readonly cameras: readonly SiteCamera[] | 'demo';
  readonly layout: LayoutName | null;
  readonly headless: boolean;
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly noSandbox: boolean;
  readonly words: Words;
  readonly log: Logger;
}

export interface WallReport {
  readonly tiles: readonly TileSummary[];
  readonly totals: {
    readonly seconds: number;
    readonly cpuSeconds: { readonly host: number; readonly browser: number };
    readonly rssMiB: { readonly host: number; readonly browser: number };
    readonly presenter: string;
    readonly shell: 'kiosk';
    readonly allLiveMs: number | null;
  };
}

export interface RunningWall {
  readonly host: Host;
  readonly kiosk: Kiosk;
  readonly history: TileHistory;
  /** Milliseconds from the start of the process until every tile was live, or null. */
  readonly allLiveMs: number | null;
  /** Resolves when every tile is live, or after so many seconds. */
  settled(seconds: number): Promise<void>;
  /** Begins the measured stretch of the report. */
  startMeasuring(): void;
  report(): WallReport;
  close(): Promise<void>;
}

export async function runWall(options: WallOptions): Promise<RunningWall> {
  const { log, words } = options;
  const demo = options.cameras === 'demo' ? await startDemoCentre({ log }) : null;
  const cameras = demo ? demo.cameras : (options.cameras as readonly SiteCamera[]);
  const layout = options.layout ?? layoutFor(cameras.length);
  const profiles = await mkdtemp(join(tmpdir(), 'vonggac-wall-'));
  const host = await createHost({
    dataDir: null,
    shell: 'kiosk',
    language: words.language,
    cameras,
    demo: demo !== null,
    wall: { layout },
    screens: 1,
    warnings: [],
    log,
  });
  const kiosk = await startKiosk({
    host,
    pageDir,
    dataDir: profiles,
    headless: options.headless,
    ...(options.size ? { size: options.size } : {}),
    noSandbox: options.noSandbox,
    log,
  });

  const history = new TileHistory();
  const sources = new Map(cameras.map((camera) => [camera.id, camera.url]));
  let presenter = '';
  let allLiveMs: number | null = null;
  const offReport = host.onReport((screen) => {
    const latest = host.reports().get(screen);
    if (!latest) return;
    presenter = latest.presenter;
    history.add(latest.tiles, new Date());
    if (allLiveMs === null && history.count > 0 && history.liveCount === history.count) {
      allLiveMs = Math.round(performance.now());
    }
  });

  const measure = () => measureHostAndBrowser(kiosk.browserPids());
  let begun = { at: performance.now(), usage: measure() };
  const since = (part: 'host' | 'browser', now: ResourceUsage | null) =>
    Math.round(((now?.cpuSeconds ?? 0) - (begun.usage[part]?.cpuSeconds ?? 0)) * 100) / 100;

  return {
    host,
    kiosk,
    history,
    get allLiveMs() {
      return allLiveMs;
    },
    async settled(seconds) {
      const until = performance.now() + seconds * 1000;
      while (allLiveMs === null && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    startMeasuring() {
      begun = { at: performance.now(), usage: measure() };
    },
    report() {
      const now = measure();
      return {
        tiles: history.summaries((cameraId) => sources.get(cameraId) ?? ''),
        totals: {
          seconds: Math.round((performance.now() - begun.at) / 10) / 100,
          cpuSeconds: { host: since('host', now.host), browser: since('browser', now.browser) },
          rssMiB: {
            host: Math.round(now.host?.rssMiB ?? 0),
            browser: Math.round(now.browser?.rssMiB ?? 0),
          },
          presenter,
          shell: 'kiosk',
          allLiveMs,
        },
      };
    },
    async close() {
      offReport();
      await kiosk.close();
      await host.close();
      await demo?.close();
      await rm(profiles, { recursive: true, force: true });
    },
  };
}
