import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One stream of the server. */
export interface GstMount {
  /** With its leading slash. */
  readonly path: string;
  /** `h264-sprop` sends its parameter sets in the session description only; `vp8` is a codec we lack. */
  readonly video?: 'h264' | 'h264-sprop' | 'h265' | 'mjpeg' | 'vp8';
  readonly audio?: 'aac' | 'pcmu' | 'pcma';
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  /** Frames between keyframes; default one second. */
  readonly gop?: number;
  readonly kbps?: number;
  /** `videotestsrc` pattern; default `ball`. */
  readonly pattern?: string;
  /** Default TCP and UDP. The HTTP tunnel is served wherever TCP is. */
  readonly protocols?: readonly ('tcp' | 'udp' | 'multicast')[];
  /** For `multicast`: the group, the first of ten ports, and the network card. */
  readonly group?: string;
  readonly multicastPort?: number;
  readonly interface?: string;
}

export interface GstServerOptions {
  readonly mounts: readonly GstMount[];
  readonly port?: number;
  readonly login?: {
    readonly method: 'basic' | 'digest';
    readonly user: string;
    readonly password: string;
    readonly realm?: string;
  };
  /** Serve RTSPS only, with this certificate. */
  readonly tls?: TestCertificate;
  /**
   * Default: this machine. Multicast needs another, because the server binds the ports of the group
   * for itself alone.
   */
  readonly place?: ServerPlace;
}

/** Another machine to run the server on. */
export interface ServerPlace {
  readonly address: string;
  spawn(program: string, args: readonly string[]): ChildProcess;
}

export interface GstServer {
  readonly port: number;
  readonly pid: number;
  /** `rtsp://address:port/path`, or `rtsps:` with TLS. */
  url(path: string): string;
  close(): Promise<void>;
}

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  /** `AA:BB:…`, SHA-256. */
  readonly fingerprint: string;
  remove(): void;
}

/** A fresh self-signed certificate in a temporary folder. */
export function makeCertificate(name = 'camera.invalid'): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-cert-'));
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const made = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${name}`, '-out', certificate, '-keyout', key],
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  const fingerprint = new X509Certificate(readFileSync(certificate)).fingerprint256;
  return {
    certificate,
    key,
    fingerprint,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts gst-rtsp-server with all the mounts in one process; the encoders run only while watched. */
export async function startGstServer(options: GstServerOptions): Promise<GstServer> {
  const { tls, place = thisMachine, ...rest } = options;
  const child = place.spawn('/usr/bin/python3', [join(import.meta.dirname, 'gst_server.py')]);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the server has no pipes');
  let problems = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    problems = `${problems}${bytes}`.slice(-4000);
  });
  stdin.on('error', () => {});
  const config = { ...rest, address: place.address, certificate: tls?.certificate, key: tls?.key };
  stdin.write(`${JSON.stringify(config)}\n`);
  const port = await new Promise<number>((resolve, reject) => {
    const ended = () => reject(new Error(`gst-rtsp-server did not start: ${problems}`));
    child.once('exit', ended);
    child.once('error', reject);
    createInterface({ input: stdout }).once('line', (line) => {
      child.off('exit', ended);
      resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  return {
    port,
    pid: child.pid as number,
    url: (path) => `${tls ? 'rtsps' : 'rtsp'}://${place.address}:${port}${path}`,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await gone;
      clearTimeout(timer);
    },
  };
}

const thisMachine: ServerPlace = {
  address: '127.0.0.1',
  spawn: (program, args) =>
    spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, GST_DEBUG: '0', PYTHONUNBUFFERED: '1' },
    }),
};
