/**
 * The Electron shell's main process. It opens the windows, introduces each page to the core, and keeps
 * both alive; it knows nothing of cameras. The core runs in a utility process, the page in a sandbox.
 */
import { join } from 'node:path';
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
import { ipcChannels } from './channels.ts';
import { consoleLog } from './console-log.ts';
import { CoreProcess } from './core-process.ts';
import { denyPermissions, isOurPage, lockNavigation } from './guard.ts';
import { shellKeys } from './keys.ts';
import { appScheme, pageFiles } from './page-files.ts';
import { readStartOptions } from './start-options.ts';
import { inOrder, WallWindows } from './wall-windows.ts';

const log = consoleLog({ part: 'shell' });
const options = readStartOptions(process.argv);
if (options.dataDir) app.setPath('userData', options.dataDir);

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

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(open, (error: unknown) => {
    log.error('shell failed', { error: String(error) });
    app.exit(1);
  });
} else {
  // The one that runs is told, and comes to the front.
  log.info('already running');
  app.exit(0);
}

function open(): void {
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
      }),
    createChannel: () => new MessageChannelMain(),
    settings: () => ({
      dataDir: app.getPath('userData'),
      language: options.language,
      screens: screen.getAllDisplays().length,
      demo: options.demo,
      warnings: app.commandLine.hasSwitch('no-sandbox') ? ['warning.no-sandbox'] : [],
    }),
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
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}
