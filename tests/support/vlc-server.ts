import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface VlcServer {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** `nobody`: VLC refuses to run as root. */
const nobody = 65_534;

/**
 * VLC as an RTSP server: it sends over UDP only and answers 461 to a SETUP for TCP.
 */
export async function startVlcServer(): Promise<VlcServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-vlc-'));
  const clip = join(folder, 'clip.ts');
  const drawn = spawnSync(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi'],
      ...['-i', 'testsrc2=size=320x240:rate=15', '-t', '60'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15'],
      ...['-pix_fmt', 'yuv420p', clip],
    ],
    { encoding: 'utf8' },
  );
  if (drawn.status !== 0) throw new Error(`ffmpeg: ${drawn.stderr}`);
  const root = process.getuid?.() === 0;
  chmodSync(folder, 0o755);
  if (root) chownSync(folder, nobody, nobody);
  const port = await freePort();
  const child = spawn(
    '/usr/bin/cvlc',
    [
      ...['-q', '--no-audio', '--loop', clip],
      `--sout=#rtp{sdp=rtsp://127.0.0.1:${port}/clip}`,
      '--sout-keep',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH ?? '/usr/bin', HOME: folder, LANG: 'C.UTF-8' },
      ...(root ? { uid: nobody, gid: nobody } : {}),
    },
  );
  let problems = '';
  child.stderr.on('data', (bytes: Buffer) => {
    problems = `${problems}${bytes}`.slice(-4000);
  });
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await gone;
      clearTimeout(timer);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waited = 0; !(await describes(port)); waited += 100) {
    if (child.exitCode !== null || waited > 20_000) {
      await close();
      throw new Error(`VLC did not start: ${problems}`);
    }
    await sleep(100);
  }
  return { url: `rtsp://127.0.0.1:${port}/clip`, pid: child.pid as number, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** VLC listens before it has a stream to describe. */
function describes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    socket.on('data', (bytes) => {
      resolve(/^RTSP\/1\.0 200/.test(bytes.toString('latin1')));
      socket.destroy();
    });
    socket.write(`DESCRIBE rtsp://127.0.0.1:${port}/clip RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  });
}
