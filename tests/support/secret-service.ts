import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SecretService {
  /** For processes that should use this keychain. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * A real Secret Service: gnome-keyring, unlocked, on its own session bus, with a home of its own.
 */
export async function startSecretService(): Promise<SecretService> {
  const home = mkdtempSync(join(tmpdir(), 'vonggac-keyring-'));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  const script =
    'echo -n invented | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null; ' +
    'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null';
  const child = spawn('dbus-run-session', ['--', 'bash', '-c', script], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const address = await firstLine(child);
  return {
    env: { ...process.env, ...env, DBUS_SESSION_BUS_ADDRESS: address },
    async stop() {
      // The script ends with its input; the bus, and with it the daemon, ends with the script.
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await ended;
      try {
        process.kill(-child.pid!, 'SIGTERM');
      } catch {
        // Nothing of the group is left.
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the session bus ended early')));
  });
}
