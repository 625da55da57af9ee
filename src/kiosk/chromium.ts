import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { asBrowserUser, browserEnvironment, chooseBrowserUser } from './browser-user.ts';
import { type Cdp, connectPipe } from './cdp-pipe.ts';
import { makeProfileDir } from './profile-dir.ts';

/** One running browser: one window on one monitor. */
export interface Browser {
  readonly pid: number;
  readonly cdp: Cdp;
  readonly sandboxed: boolean;
  /** Resolves once: exit code, or null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it, by force after two seconds, and removes its profile. */
  close(): Promise<void>;
}

export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface BrowserOptions {
  readonly executable: string;
  readonly headless: boolean;
  readonly place: WindowPlace;
  /** Fills the monitor, without any frame. */
  readonly fullScreen: boolean;
  /** False only in tests, and where the system offers none. */
  readonly sandbox: boolean;
  readonly language: string;
}

export class BrowserFailed extends Error {
  override readonly name = 'BrowserFailed';
  /** It said that this system gives it no sandbox. */
  readonly noSandbox: boolean;
  constructor(message: string, noSandbox = false) {
    super(message);
    this.noSandbox = noSandbox;
  }
}

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const startTimeoutMs = 30_000;
const stderrKept = 8000;

/** Path of Chromium or one of its kin: `VONGGAC_CHROMIUM`, else the first on PATH; else null. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['VONGGAC_CHROMIUM'];
  if (named) return isExecutable(named) ? named : null;
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/bin', '/snap/bin'];
  for (const name of names) {
    for (const folder of folders) {
      if (folder !== '' && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

/**
 * Starts a browser showing `about:blank` and waits until it answers.
 * @throws {BrowserFailed}
 */
export async function launchChromium(options: BrowserOptions): Promise<Browser> {
  const user = options.sandbox ? chooseBrowserUser() : null;
  const profile = makeProfileDir(user);
  const command = asBrowserUser(user, [options.executable, ...flags(options, profile.path)]);
  if (!command) {
    profile.remove();
    throw new BrowserFailed('setpriv is missing, and root cannot use the sandbox', true);
  }
  const child = spawn(command[0]!, command.slice(1), {
    cwd: profile.path,
    env: browserEnvironment(process.env, profile.path, user),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-stderrKept);
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(-1));
  });
  if (child.pid === undefined) {
    profile.remove();
    throw new BrowserFailed(`${options.executable} cannot be started`);
  }
  const cdp = connectPipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const close = async () => {
    await endChild(child, cdp, exited);
    profile.remove();
  };
  try {
    await cdp.send('Browser.getVersion', {}, { timeoutMs: startTimeoutMs });
  } catch (error) {
    await close();
    const noSandbox =
      /no usable sandbox|zygote_host|namespace|setuid sandbox|operation not permitted|setpriv:/i;
    const lines = errors
      .split('\n')
      .filter((line) => /FATAL|ERROR:.*(display|ozone)|setpriv:/i.test(line));
    const why = lines.at(-1)?.trim() ?? (error as Error).message;
    throw new BrowserFailed(why, options.sandbox && noSandbox.test(lines.join('\n')));
  }
  return { pid: child.pid, cdp, sandboxed: options.sandbox, exited, close };
}

async function endChild(
  child: ChildProcess,
  cdp: Cdp,
  exited: Promise<number | null>,
): Promise<void> {
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  await cdp.send('Browser.close', {}, { timeoutMs: 1000 }).catch(() => {});
  cdp.close();
  const kill = setTimeout(() => {
    if (!gone()) child.kill('SIGKILL');
  }, 2000);
  await exited;
  clearTimeout(kill);
}

function flags(options: BrowserOptions, profile: string): string[] {
  const { place, headless, fullScreen } = options;
  return [
    '--remote-debugging-pipe',
    `--user-data-dir=${join(profile, 'profile')}`,
    '--app=about:blank',
    `--window-position=${place.x},${place.y}`,
    `--window-size=${place.width},${place.height}`,
    ...(headless ? ['--headless=new'] : fullScreen ? ['--kiosk'] : []),
    ...(hasGraphicsCard() ? [] : ['--disable-gpu']),
    ...(options.sandbox ? [] : ['--no-sandbox']),
    `--lang=${options.language}`,
    // A wall is watched by people, whatever lies on top of the window.
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
    '--autoplay-policy=no-user-gesture-required',
    // Nothing but the page: no second window, no bubble, no question.
    '--block-new-web-contents',
    '--deny-permission-prompts',
    '--no-first-run',
    '--no-default-browser-check',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-infobars',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--disable-extensions',
    '--disable-default-apps',
    '--password-store=basic',
    // Nothing to the Internet: the only address it may speak to is the core's.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-quic',
    '--disable-breakpad',
    '--disable-crash-reporter',
    '--no-pings',
    '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,GlobalMediaControls,CalculateNativeWinOcclusion',
  ];
}

/** Without one Chromium would draw by SwiftShader, which costs more than its software compositor. */
function hasGraphicsCard(): boolean {
  try {
    return (
      existsSync('/dev/nvidia0') || readdirSync('/dev/dri').some((n) => n.startsWith('render'))
    );
  } catch {
    return process.platform !== 'linux';
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
