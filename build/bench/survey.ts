import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectOnvif } from '../../src/onvif/connect-onvif.ts';
import { openRtsp } from '../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../src/std/log.ts';
import { surveyLimits } from '../../src/survey/survey.types.ts';
import { type SurveyGroup, SurveyRun } from '../../src/survey/survey-run.ts';

export interface SurveyFigures {
  readonly devices: number;
  readonly sites: number;
  /** From the start until the last verdict. */
  readonly wallSeconds: number;
  /** The longest that a single device took while it had its turn. */
  readonly slowestDeviceSeconds: number;
  /** What the bound on connections allows at best: streams × seconds / connections at a time. */
  readonly boundSeconds: number;
  readonly cpuSeconds: number;
  /** Resident memory at its highest, over what it was before. */
  readonly memoryMiB: number;
  readonly verdicts: {
    readonly pass: number;
    readonly usable: number;
    readonly cannotConnect: number;
  };
}

/** A province commissioned at once: every device a site of its own, every tenth slow to answer. */
export async function benchSurvey(
  devices = 200,
  total = surveyLimits.total,
): Promise<SurveyFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'vonggac-survey-'));
  const main = encode(join(folder, 'main.h264'), '640x360', 400);
  const sub = encode(join(folder, 'sub.h264'), '320x180', 120);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'survey-devices.ts'), main, sub, '500'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const ports = await new Promise<string[]>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (part) => {
        text += part;
        const ready = /ready (\d+) (\d+)/.exec(text);
        if (ready) resolve([ready[1]!, ready[2]!]);
      });
      child.once('exit', (code) => reject(new Error(`simulated devices ended: ${code}`)));
    });
    const before = process.memoryUsage().rss;
    let most = before;
    const sampler = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 100);
    const starts = new Map<string, number>();
    let slowest = 0;
    const groups = Array.from({ length: devices }, (_, index) => group(index, ports));
    const run = new SurveyRun(groups, {
      parts: { open: openRtsp, connectOnvif, log: silentLog, limits: { total } },
      signal: new AbortController().signal,
      onRow: (row) => {
        // Its turn began when it was first heard of, not when it was put into the queue.
        if (row.step === 'streams' && !starts.has(row.cameraId)) {
          starts.set(row.cameraId, performance.now());
        }
        const start = starts.get(row.cameraId);
        if (row.at !== null && start) slowest = Math.max(slowest, performance.now() - start);
      },
    });
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await run.run();
    const used = process.cpuUsage(cpu);
    clearInterval(sampler);
    const { pass, usable, cannotConnect } = run.counts();
    return {
      devices,
      sites: devices,
      wallSeconds: round((performance.now() - startedAt) / 1000),
      slowestDeviceSeconds: round(slowest / 1000),
      boundSeconds: round((devices * 2 * surveyLimits.seconds) / total),
      cpuSeconds: round((used.user + used.system) / 1e6),
      memoryMiB: Math.round((most - before) / 2 ** 20),
      verdicts: { pass, usable, cannotConnect },
    };
  } finally {
    child.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function group(index: number, [rtsp, http]: string[]): SurveyGroup {
  const host = `127.0.1.${1 + (index % 250)}`;
  const camera = {
    id: `c${index}`,
    name: `Camera ${index}`,
    url: `rtsp://${host}:${rtsp}/main`,
    subUrl: '',
    transport: 'tcp' as const,
    refusal: null,
  };
  return {
    device: {
      key: `${host}:${rtsp}`,
      siteId: `s${index}`,
      onvifAddress: `http://${host}:${http}/onvif/device_service`,
      onvifGuessed: false,
      credential: async () => null,
      fingerprint: () => null,
      cameras: [camera],
    },
    entries: [
      {
        camera,
        siteId: `s${index}`,
        siteName: `Cơ sở ${index}`,
        province: '',
        district: '',
        address: `${host}:${rtsp}`,
      },
    ],
  };
}

function encode(file: string, size: string, kbps: number): string {
  const done = spawnSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=15`, '-t', '8'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', `${kbps}k`, '-g', '15', '-bf', '0'],
    ...['-y', file],
  ]);
  if (done.status !== 0) throw new Error(`ffmpeg: ${done.stderr}`);
  return file;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
