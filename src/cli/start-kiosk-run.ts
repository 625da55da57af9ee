import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockInstance } from '../host/instance-lock.ts';
import { openLog } from '../host/log.ts';
import { type Centre, openCentre } from '../host/open-centre.ts';
import { measureHostAndBrowser } from '../host/resource-usage.ts';
import { listMonitors } from '../kiosk/monitors.ts';
import { type Kiosk, startKiosk } from '../kiosk/start-kiosk.ts';
import type { Logger } from '../std/log.ts';
import { exitCodes } from './exit.ts';
import { pageDir } from './paths.ts';
import type { StartOptions } from './start-command.ts';
import type { Words } from './words.ts';

/** The kiosk shell in the foreground, or the core alone (`--shell none`), until it is stopped. */
export interface KioskRun {
  readonly options: StartOptions;
  readonly dataDir: string;
  readonly headless: boolean;
  readonly words: Words;
  readonly say: (line: string) => void;
  readonly stopped: AbortSignal;
}

const statusEveryMs = 1000;
/** Without a terminal (a service, a log file) a line every now and then is enough. */
const quietEvery = 30;
const screenshotEvery = 10;

export async function runKiosk(run: KioskRun): Promise<number> {
  const { options, dataDir, headless, words, say } = run;
  const { t } = words;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Before anything is opened: a second start must not touch the first one's files.
  const lock = lockInstance(dataDir);
  const file = openLog({ dataDir });
  const { log } = file;
  if (file.path) say(t('start.log', { file: file.path }));
  const centre = await openCentre({
    dataDir,
    shell: 'kiosk',
    language: options.lang ?? (process.env.VONGGAC_LANG ? words.language : null),
    cameras: [],
    demo: 'empty',
    wall: null,
    screens: headless ? 1 : (await listMonitors()).length,
    warnings: [],
    log,
  });
  try {
    if (centre.demo) say(t('start.demo'));
    const kiosk = options.shell === 'none' ? null : await openKiosk(run, centre, log);
    const status = showStatus(run, centre, kiosk);
    await untilStopped(run.stopped, kiosk);
    status.stop();
    say(t('start.stopping'));
    await kiosk?.close();
    return exitCodes.ok;
  } finally {
    await centre.close();
    await file.close();
    lock.release();
  }
}

function openKiosk(
  { options, dataDir, headless, words }: KioskRun,
  centre: Centre,
  log: Logger,
): Promise<Kiosk> {
  return startKiosk({
    host: centre,
    pageDir,
    dataDir,
    headless,
    ...(options.size ? { size: options.size } : {}),
    noSandbox: !options.sandbox,
    language: words.language,
    log,
  });
}

/** A live line on a terminal, a line now and then elsewhere; a picture of the wall when headless. */
function showStatus(run: KioskRun, centre: Centre, kiosk: Kiosk | null): { stop(): void } {
  const { headless, dataDir, words, say } = run;
  const { t } = words;
  const screenshot = join(dataDir, 'wall.png');
  if (headless && kiosk) say(t('start.screenshot', { file: screenshot }));
  if (!headless) return { stop() {} };
  const live = process.stderr.isTTY;
  let beat = 0;
  let shooting = false;
  let before = { at: performance.now(), cpu: 0 };
  const timer = setInterval(() => {
    beat++;
    if (kiosk && beat % screenshotEvery === 3 && !shooting) {
      shooting = true;
      void takePicture(kiosk, screenshot).finally(() => {
        shooting = false;
      });
    }
    if (!live && beat % quietEvery !== 5) return;
    const usage = measureHostAndBrowser(kiosk?.browserPids() ?? []);
    const cpu = (usage.host?.cpuSeconds ?? 0) + (usage.browser?.cpuSeconds ?? 0);
    const now = performance.now();
    const percent = Math.max(0, ((cpu - before.cpu) / ((now - before.at) / 1000)) * 100);
    before = { at: now, cpu };
    const tiles = [...centre.reports().values()]
      .flatMap((report) => report.tiles)
      .filter((tile) => tile.look !== 'empty');
    const liveTiles = tiles.filter(
      (tile) => tile.look === 'live' || tile.look === 'keyframes',
    ).length;
    const line = t('start.status', {
      time: new Date().toLocaleTimeString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh' }),
      live: liveTiles,
      tiles: tiles.length,
      stale: tiles.length - liveTiles,
      streams: centre.supervisor.connections,
      cpu: Math.round(percent),
      mib: Math.round((usage.host?.rssMiB ?? 0) + (usage.browser?.rssMiB ?? 0)),
    });
    process.stderr.write(live ? `\r\u001b[2K${line}` : `${line}\n`);
  }, statusEveryMs);
  return {
    stop() {
      clearInterval(timer);
      if (live) process.stderr.write('\n');
    },
  };
}

/** Written aside and renamed: whoever looks at the file never sees half a picture. */
async function takePicture(kiosk: Kiosk, file: string): Promise<void> {
  try {
    await writeFile(`${file}.part`, await kiosk.screenshot(0));
    await rename(`${file}.part`, file);
  } catch {
    // The browser is being restarted; the next beat takes the picture.
  }
}

function untilStopped(stopped: AbortSignal, kiosk: Kiosk | null): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    stopped.addEventListener('abort', () => resolve(), { once: true });
    kiosk?.onBrowserGone(({ reason }) => {
      if (reason === 'closed') resolve();
    });
  });
}
