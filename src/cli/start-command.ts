import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { choiceOption, type Program, sizeOption, usageError } from './command.ts';
import { exitCodes } from './exit.ts';
import { findElectron } from './find-electron.ts';
import { defaultDataDir, electronMain, rootDir } from './paths.ts';
import { runKiosk } from './start-kiosk-run.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

const shells = ['auto', 'electron', 'kiosk', 'none'] as const;

export interface StartOptions {
  shell: (typeof shells)[number];
  data?: string;
  lang?: 'vi' | 'en';
  headless?: boolean;
  size?: { width: number; height: number };
  sandbox: boolean;
}

/** `vonggac start`: picks the shell, says which and why, and opens the wall as it was left. */
export function startCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('start')
    .description(t('command.start'))
    .option(
      '--shell <shell>',
      t('option.shell'),
      choiceOption(shells, t('usage.shell')),
      'auto' as const,
    )
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .option('--headless', t('option.headless'))
    .option('--size <WxH>', t('option.size'), sizeOption(words))
    .option('--no-sandbox', t('option.noSandbox'))
    .action(async (options: StartOptions, command: Command) => {
      const say = (line: string) => process.stderr.write(`vonggac: ${line}\n`);
      const dataDir = options.data ?? defaultDataDir();
      const headless = options.headless ?? !hasDisplay();
      const electron = findElectron(rootDir);
      if (options.shell === 'electron' && electron.path === null) {
        usageError(command, t(`start.noElectron.${electron.reason}`, { path: electron.looked }));
      }
      // Electron has no way to draw without a display; the kiosk shell has.
      const useElectron =
        options.shell === 'electron' ||
        (options.shell === 'auto' && electron.path !== null && !headless);
      const shell = options.shell === 'auto' ? (useElectron ? 'electron' : 'kiosk') : options.shell;
      const why =
        options.shell !== 'auto'
          ? t('start.whyAsked')
          : useElectron
            ? t('start.whyElectron', { path: electron.path })
            : electron.path !== null
              ? t('start.whyHeadless')
              : t('start.whyNoElectron', {
                  why: t(`start.noElectron.${electron.reason}`, { path: electron.looked }),
                });
      say(t('start.shell', { shell, why }));
      if (headless && !options.headless && shell === 'kiosk') say(t('start.noDisplay'));
      say(t('start.data', { dir: dataDir }));
      process.exitCode = useElectron
        ? await runElectron(electron.path as string, dataDir, options)
        : await runKiosk({
            options,
            dataDir,
            headless,
            words,
            say,
            stopped: stopSignal(),
          });
    });
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Electron is a process of its own; this one waits for it and hands signals on. */
function runElectron(binary: string, dataDir: string, options: StartOptions): Promise<number> {
  const args = [electronMain, `--vonggac-data=${dataDir}`];
  // Wayland lets no program place its windows, and a wall is placed.
  if (process.platform === 'linux' && process.env.DISPLAY) args.push('--ozone-platform=x11');
  if (options.lang) args.push(`--vonggac-lang=${options.lang}`);
  const child = spawn(binary, args, { stdio: 'inherit', cwd: join(rootDir) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(exitCodes.internal));
    child.on('exit', (code) => resolve(code ?? exitCodes.internal));
  });
}
