import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlreadyRunning, lockInstance } from '../../../src/host/instance-lock.ts';
import { findChromium } from '../../../src/kiosk/chromium.ts';
import { startKiosk } from '../../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../../src/std/log.ts';
import { fixturePage } from '../../support/chromium.ts';
import { descendants, processList } from '../../support/process-list.ts';

let page: ReturnType<typeof fixturePage>;
let dataDir: string;
const programs: ChildProcess[] = [];
beforeAll(() => {
  page = fixturePage();
});
afterAll(() => page.remove());
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vonggac-kiosk-'));
});
afterEach(async () => {
  for (const program of programs.splice(0)) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill('SIGKILL');
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Said {
  readonly pids?: number[];
  readonly refused?: number | string | null;
}

async function run(...more: string[]): Promise<{ program: ChildProcess; said: Said }> {
  const file = join(import.meta.dirname, '../../support/kiosk-program.ts');
  const program = spawn(process.execPath, [file, page.dir, dataDir, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(program);
  const said = await new Promise<Said>((resolve, reject) => {
    program.stdout?.once('data', (data) => resolve(JSON.parse(`${data}`)));
    program.once('exit', (code) => reject(new Error(`ended with ${code} and said nothing`)));
  });
  return { program, said };
}

const left = (pids: readonly number[]) =>
  processList().filter(({ pid, line }) => pids.includes(pid) && line.includes('vonggac-browser-'));

describe('the kiosk as a program', () => {
  it.each(['no-sandbox', 'sandbox'])(
    'killed with SIGKILL leaves no browser process behind (%s)',
    async (sandbox) => {
      const { program } = await run(sandbox);
      const pids = descendants(program.pid!).map(({ pid }) => pid);
      expect(left(pids).length).toBeGreaterThan(2);
      program.kill('SIGKILL');
      await expect.poll(() => left(pids), { timeout: 15_000 }).toEqual([]);
    },
  );

  it('a second start on the same data is refused, named, and brings nothing down', async () => {
    const first = await run('no-sandbox');
    const second = await run('no-sandbox');
    expect(second.said).toEqual({ refused: first.program.pid });
    const code = await new Promise((resolve) => second.program.once('exit', resolve));
    expect(code).toBe(4);
    expect(left(first.said.pids!).length).toBe(1);
    first.program.kill('SIGKILL');
    await new Promise((resolve) => first.program.once('exit', resolve));
    // Nothing stale is left: the next start simply works.
    const third = await run('no-sandbox');
    expect(third.said.pids).toHaveLength(1);
  });
});

describe('the lock of a data folder', () => {
  it('is shared in one process and freed with its last holder', async () => {
    const locks = [lockInstance(dataDir), lockInstance(dataDir)];
    const other = () =>
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `import { lockInstance } from ${JSON.stringify(join(import.meta.dirname, '../../../src/host/instance-lock.ts'))};
           try { lockInstance(${JSON.stringify(dataDir)}).release(); console.log('free'); }
           catch (error) { console.log(error.name, error.pid); }`,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(other()).toBe(`AlreadyRunning ${process.pid}`);
    locks[0]!.release();
    locks[0]!.release();
    expect(other()).toBe(`AlreadyRunning ${process.pid}`);
    locks[1]!.release();
    expect(other()).toBe('free');
    expect(new AlreadyRunning(null).message).toBe('already running');
  });
});

describe('the sandbox', () => {
  const host = (warnings: string[]) => ({
    attachControl() {},
    attachMedia() {},
    leaveOutOfLoad() {},
    warn: (key: string) => warnings.push(key),
  });
  const options = {
    headless: true,
    dataDir: null,
    log: silentLog,
    size: { width: 320, height: 180 },
  };

  it('is used, and never by root; a system without one gets a warning', async () => {
    const warnings: string[] = [];
    const kiosk = await startKiosk({ ...options, host: host(warnings), pageDir: page.dir });
    const browser = processList().filter(({ pid }) => kiosk.browserPids().includes(pid));
    const lines = browser.map(({ line }) => line).join();
    if (warnings.includes('warning.no-sandbox')) expect(lines).toContain('--no-sandbox');
    else {
      expect(lines).not.toContain('--no-sandbox');
      expect(browser.every(({ uid }) => uid !== 0)).toBe(true);
      const renderers = descendants(kiosk.browserPids()[0]!).filter(({ line }) =>
        line.includes('--type=renderer'),
      );
      expect(renderers.length).toBeGreaterThan(0);
      for (const { pid, uid } of renderers) {
        expect(uid).not.toBe(0);
        // prctl(2): 2 is a filter of system calls, Chromium's second layer above the namespaces.
        expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
        expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
      }
    }
    await kiosk.close();
  });

  it('is left out, with a warning, where the browser says that there is none', async () => {
    const executable = join(dataDir, 'chromium-without-namespaces');
    writeFileSync(
      executable,
      `#!/bin/sh
for argument; do
  if [ "$argument" = --no-sandbox ]; then exec ${findChromium()} "$@"; fi
done
echo '[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel.' >&2
exit 134
`,
    );
    chmodSync(executable, 0o755);
    chmodSync(dataDir, 0o755);
    const warnings: string[] = [];
    const kiosk = await startKiosk({
      ...options,
      executable,
      host: host(warnings),
      pageDir: page.dir,
    });
    expect(warnings).toEqual(['warning.no-sandbox']);
    expect(await kiosk.evaluate('1 + 1')).toBe(2);
    await kiosk.close();
  });

  it('is not given up for any other failure', async () => {
    const warnings: string[] = [];
    await expect(
      startKiosk({ ...options, executable: '/bin/false', host: host(warnings), pageDir: page.dir }),
    ).rejects.toMatchObject({ key: 'kiosk.browser-failed' });
    expect(warnings).toEqual([]);
  });
});
