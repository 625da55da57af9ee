import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { cameraFromUrl } from '../sites/camera-url.ts';
import { readInventoryFile } from '../sites/inventory.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { silentLog } from '../std/log.ts';
import {
  choiceOption,
  collect,
  numberOption,
  type Program,
  sizeOption,
  usageError,
} from './command.ts';
import { exitCodes } from './exit.ts';
import { parseLayout } from './layout-option.ts';
import { stopSignal } from './stop-signal.ts';
import { runWall } from './wall-run.ts';
import type { Words } from './words.ts';

/** How long the measured stretch of a report waits for every tile to be live. */
const settleSeconds = 20;

interface Options {
  source: string[];
  inventory?: string;
  demo?: boolean;
  layout?: string;
  seconds?: number;
  headless?: boolean;
  size?: { width: number; height: number };
  report?: string;
  screenshot?: string;
  sandbox: boolean;
}

/** `vonggac wall` */
export function wallCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('wall')
    .description(t('command.wall'))
    .option('--source <url>', t('option.source'), collect, [])
    .option('--inventory <file>', t('option.inventory'))
    .option('--demo', t('option.demo'))
    .option('--layout <layout>', t('option.layout'))
    .option(
      '--seconds <n>',
      t('option.wallSeconds'),
      numberOption(words, '--seconds', 1, 86_400 * 31),
    )
    .option('--headless', t('option.headless'))
    .option('--size <WxH>', t('option.size'), sizeOption(words))
    .option('--report <file>', t('option.report'))
    .option('--screenshot <file>', t('option.screenshot'))
    .option('--no-sandbox', t('option.noSandbox'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (options: Options, command: Command) => {
      const kinds = [
        options.source.length > 0,
        options.inventory !== undefined,
        options.demo === true,
      ];
      if (kinds.filter(Boolean).length !== 1) usageError(command, t('usage.sources'));
      const layout = options.layout === undefined ? null : parseLayout(options.layout);
      if (options.layout !== undefined && layout === null) {
        usageError(command, t('usage.layout', { layout: options.layout }));
      }
      const stopped = stopSignal();
      const wall = await runWall({
        cameras: options.demo ? 'demo' : await camerasOf(options),
        layout,
        headless: options.headless ?? false,
        size: options.size ?? null,
        noSandbox: !options.sandbox,
        words,
        log: silentLog,
      });
      try {
        await runFor(wall, options.seconds ?? null, stopped);
        const report = wall.report();
        if (options.screenshot) {
          const png = await wall.kiosk.screenshot(0);
          await writeOut(options.screenshot, png, words);
          process.stderr.write(`${t('wall.screenshotWritten', { file: options.screenshot })}\n`);
        }
        if (options.report) {
          await writeOut(options.report, `${JSON.stringify(report, null, 2)}\n`, words);
          process.stderr.write(`${t('wall.reportWritten', { file: options.report })}\n`);
        }
        const { liveCount, count } = wall.history;
        process.stderr.write(
          `${t('wall.summary', { live: liveCount, tiles: count, seconds: Math.round(report.totals.seconds) })}\n`,
        );
        process.exitCode = liveCount > 0 ? exitCodes.ok : exitCodes.nothing;
      } finally {
        await wall.close();
      }
    });
}

async function camerasOf({ source, inventory }: Options): Promise<readonly SiteCamera[]> {
  return inventory === undefined
    ? source.map((url) => cameraFromUrl(url))
    : await readInventoryFile(inventory);
}

/** The stretch that is measured begins once the wall is up, so that starting is not part of it. */
async function runFor(
  wall: Awaited<ReturnType<typeof runWall>>,
  seconds: number | null,
  stopped: AbortSignal,
): Promise<void> {
  const abort = new Promise<void>((resolve) => {
    if (stopped.aborted) resolve();
    else stopped.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([
    abort,
    wall.settled(seconds === null ? settleSeconds : Math.min(seconds, settleSeconds)),
  ]);
  wall.startMeasuring();
  if (stopped.aborted) return;
  if (seconds === null) return abort;
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    abort,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    }),
  ]);
  clearTimeout(timer);
}

async function writeOut(file: string, data: string | Uint8Array, { t }: Words): Promise<void> {
  try {
    await writeFile(file, data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${t('fileFailed', { file, reason })}\n`);
    process.exitCode = exitCodes.usage;
  }
}
