/**
 * The Electron shell's main process. It opens the windows, introduces each page to the core, and keeps
 * both alive; it knows nothing of cameras. The core runs in a utility process, the page in a sandbox.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  utilityProcess,
  type WebContents,
} from 'electron';
import enShell from '../resources/locales/en/shell.json' with { type: 'json' };
import viShell from '../resources/locales/vi/shell.json' with { type: 'json' };
import { openLog } from '../src/host/log.ts';
import { ipcChannels } from './channels.ts';
import { CoreProcess } from './core-process.ts';
import { denyPermissions, isOurPage, lockNavigation } from './guard.ts';
import { shellKeys } from './keys.ts';
import { appScheme, pageFiles } from './page-files.ts';
import { defaultDataDir, readStartOptions } from './start-options.ts';
import { inOrder, WallWindows } from './wall-windows.ts';

const options = readStartOptions(process.argv);
const dataDir =
  options.dataDir ?? defaultDataDir(app.getPath('appData'), app.getPath('home'), process.env);
// Chromium's own files and the shell's log lie in a folder of their own, beside the core's.
const shellDir = join(dataDir, 'electron');
mkdirSync(shellDir, { recursive: true, mode: 0o700 });
/** Started by the core of a shell that runs already, to stop cameras should that core die. */
const isWatchman = process.argv.includes('--vonggac-ptz-watchman');
app.setPath('userData', isWatchman ? join(shellDir, 'watchman') : shellDir);

// Before anything of Chromium starts.
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  {
    scheme: appScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  },
]);
// A wall that is covered or unattended goes on: its timers, its pages and its pictures.
app.commandLine.appendSwitch('disable-background-timer-throttling');
app.commandLine.appendSwitch('disable-renderer-backgrounding');
app.commandLine.appendSwitch('disable-backgrounding-occluded-windows');
app.commandLine.appendSwitch('autoplay-policy', 'no-user-gesture-required');

if (isWatchman) {
  // It opens nothing, and ends by itself.
  app.disableHardwareAcceleration();
  void import(pathToFileURL(join(__dirname, 'ptz-watchman.mjs')).href);
} else if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(open)
    .catch((error: unknown) => {
      process.stderr.write(`vonggac: ${String(error)}\n`);
      app.exit(1);
    });
} else {
  // The one that runs is told, and comes to the front.
  const { alreadyRunning } = options.language === 'en' ? enShell : viShell;
  process.stderr.write(`${alreadyRunning}\n`);
  app.exit(0);
}

/** The ffmpeg of the package, unless a person named another; only here is it sure where that lies. */
function withPackagedFfmpeg(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!app.isPackaged || env['VONGGAC_FFMPEG']) return env;
  const ffmpeg = join(
    process.resourcesPath,
    process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg',
  );
  return existsSync(ffmpeg) ? { ...env, VONGGAC_FFMPEG: ffmpeg } : env;
}

function open(): void {
  const { log } = openLog({ dataDir: shellDir, terminalLevel: 'warn' });
  const warnings = new Set<string>();
  if (app.commandLine.hasSwitch('no-sandbox')) warnings.add('warning.no-sandbox');

  Menu.setApplicationMenu(null);
  lockNavigation(app, log);
  denyPermissions(session.defaultSession, log);
  const answer = pageFiles(join(__dirname, '..', 'page'));
  session.defaultSession.protocol.handle(appScheme, (request) => answer(request));
  powerSaveBlocker.start('prevent-display-sleep');

  const core = new CoreProcess({
    fork: () =>
      utilityProcess.fork(join(__dirname, 'core.mjs'), [], {
        serviceName: 'Vọng Gác',
        stdio: 'inherit',
        env: withPackagedFfmpeg(process.env),
      }),
    createChannel: () => new MessageChannelMain(),
    settings: () => ({
      dataDir,
      language: options.language,
      screens: screen.getAllDisplays().length,
      demo: options.demo,
      warnings: [...warnings],
    }),
    onAlreadyRunning: () => {
      process.stderr.write('vonggac: another program uses this data folder\n');
      app.exit(1);
    },
    log,
  });

  const windows = new WallWindows({
    create: (wanted) => {
      const window = new BrowserWindow(wanted);
      shellKeys(window, () => app.quit());
      return window;
    },
    displays: () => inOrder(screen.getAllDisplays(), screen.getPrimaryDisplay()),
    preload: join(__dirname, 'preload.cjs'),
    windowed: options.windowed,
    devTools: !app.isPackaged,
    onRestart: () => {
      warnings.add('warning.browser-restarted');
      core.warn('warning.browser-restarted');
    },
    log,
  });

  const introduce = (contents: WebContents, number: number) => {
    const ports = core.connect(number);
    if (ports) contents.postMessage(ipcChannels.ports, { screen: number }, ports);
  };
  /** Hears one kind of message from our own pages only. */
  const fromPage = (channel: string, listener: (contents: WebContents, screen: number) => void) =>
    ipcMain.on(channel, (event) => {
      const number = windows.screenOf(event.sender);
      if (number !== null && isOurPage(event)) listener(event.sender, number);
      else log.warn('message of a foreign sender refused', { channel });
    });
  fromPage(ipcChannels.ready, introduce);
  fromPage(ipcChannels.alive, (contents) => windows.alive(contents));

  core.start();
  windows.arrange();
  // Pages that are there already learn of every later core; the first one they ask for themselves.
  core.onStarted(() => {
    for (const { contents, screen: number } of windows.contents) introduce(contents, number);
  });
  screen.on('display-added', () => windows.arrange());
  screen.on('display-removed', () => windows.arrange());
  screen.on('display-metrics-changed', () => windows.arrange());

  app.on('second-instance', () => windows.raise());
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (reason !== 'clean-exit') log.error('browser process ended', { type, reason });
  });
  app.on('window-all-closed', () => app.quit());
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    // The core gets its time to close the cameras' sessions and the database.
    event.preventDefault();
    void core.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => app.quit());
}
