/** Runs the parts of the bench that were asked for; prints tables and writes JSON. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApplicationFigures, type ApplicationRow, benchApplication } from './application.ts';
import { benchAudit } from './audit.ts';
import { makeClip } from './clips.ts';
import { benchEvidence } from './evidence.ts';
import { benchImport } from './import.ts';
import { benchIngest } from './ingest.ts';
import { benchMemory } from './memory.ts';
import { benchPictures } from './pictures.ts';
import { benchPtz } from './ptz.ts';
import { benchRegister } from './register.ts';
import { benchPackage, benchSnapshots } from './snapshots.ts';
import { benchSurvey } from './survey.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    only: {
      type: 'string',
      default: 'ingest,application,pictures,memory,connect,audit,ptz,evidence,snapshots',
    },
    out: { type: 'string', default: 'out/bench.json' },
  },
});
const parts = new Set(values.only.split(','));
const seconds = Number(values.seconds ?? (values.quick ? 8 : 20));
const say = (text: string) => process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'vonggac-clips-'));
const result: Record<string, unknown> = {
  measuredAt: new Date().toISOString(),
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  },
  secondsPerMeasurement: seconds,
};

try {
  const small = makeClip('small', folder);
  const large = makeClip('large', folder);
  say(
    `clips: ${small.width}×${small.height}@${small.fps} ${small.kbps} kbit/s, ${large.width}×${large.height}@${large.fps} ${large.kbps} kbit/s`,
  );

  if (parts.has('ingest')) {
    say('\nReceiving alone, CPU-s per stream-s (ratio to one ffmpeg -c copy per stream)');
    const rows = [];
    for (const [clip, streams] of [
      [small, 64],
      [large, 16],
    ] as const) {
      const row = await benchIngest(clip, streams, seconds);
      rows.push(row);
      say(
        `  ${streams} × ${row.kbps} kbit/s: ours ${row.ours.cpuPerStreamSecond.toFixed(5)}, ${row.ours.mibPerStream.toFixed(2)} MiB each; ` +
          `ffmpeg ${row.ffmpegCopy.cpuPerStreamSecond.toFixed(5)}, ${row.ffmpegCopy.mibPerStream.toFixed(1)} MiB each; ratio ${row.cpuRatio.toFixed(2)}`,
      );
    }
    result.ingest = rows;
  }

  if (parts.has('audit')) {
    const figures = await benchAudit(values.quick ? 200_000 : 1_000_000);
    result.audit = figures;
    const { search } = figures;
    say(
      `\nAudit, ${figures.records} records: ${figures.recordsPerSecond} written/s, ` +
        `${figures.ratio} × the time of plain inserts (${figures.plainPerSecond}/s); ` +
        `an hour of 16 tiles ${figures.wallHourCpuMs} ms CPU; ` +
        `search p50 ${search.p50}, p95 ${search.p95} ms; verifying ${figures.verifyMs} ms; ` +
        `${figures.databaseMiB} MiB`,
    );
  }

  if (parts.has('application')) {
    say(
      '\nWhole application, CPU as a multiple of bare ffmpeg decoding; share of frames shown; added latency p50/p95',
    );
    const rows: ApplicationRow[] = [];
    const plan = values.quick
      ? ([
          [small, 16],
          [small, 64],
        ] as const)
      : ([
          [small, 4],
          [small, 16],
          [small, 36],
          [small, 64],
          [large, 9],
        ] as const);
    for (const [clip, tiles] of plan) {
      const row = await benchApplication(clip, tiles, seconds, true);
      rows.push(row);
      say(
        `  ${tiles} × ${clip.width}×${clip.height}@${clip.fps}, floor ${row.floorCpuPerStreamSecond.toFixed(4)} CPU-s/s`,
      );
      for (const name of ['wall', 'mse', 'jsmpeg'] as const) {
        const figures = row[name];
        if (figures) say(`    ${name.padEnd(7)} ${figuresText(figures)}`);
      }
    }
    result.application = rows;
  }

  if (parts.has('pictures')) {
    say('\nFirst pictures and reconnecting');
    const pictures = await benchPictures(small, values.quick);
    result.pictures = pictures;
    say(`  spawn → 16 tiles live: ${pictures.sixteenLiveMs.join(', ')} ms`);
    say(
      `  layout change → all pictures: p50 ${pictures.layoutChangeMs.p50} ms, p95 ${pictures.layoutChangeMs.p95} ms (${pictures.layoutChangeMs.samples} changes)`,
    );
    say(`  64 tiles live again after the cameras returned: ${pictures.reconnectMs} ms`);
  }

  if (parts.has('memory')) {
    say('\nMemory with drops induced');
    const memory = await benchMemory(small, values.quick ? 90 : 600);
    result.memory = memory;
    say(
      `  ${memory.minutes} min, ${memory.drops} drops: core ${memory.hostSlopeMiBPerMinute} MiB/min, browser ${memory.browserSlopeMiBPerMinute} MiB/min`,
    );
  }

  if (parts.has('connect')) {
    say('\nRegister, import and survey');
    const register = await benchRegister();
    say(
      `  ${register.cameras} cameras: search p50 ${register.search.p50.toFixed(1)} ms, p95 ${register.search.p95.toFixed(1)} ms; page p95 ${register.page.p95.toFixed(1)} ms`,
    );
    const imported = await benchImport();
    say(
      `  import of ${imported.rows} rows: ${imported.totalSeconds.toFixed(1)} s, again ${imported.againSeconds.toFixed(1)} s`,
    );
    const survey = await benchSurvey();
    say(
      `  survey of ${survey.devices} devices: ${survey.wallSeconds.toFixed(1)} s, slowest device ${survey.slowestDeviceSeconds.toFixed(1)} s, bound by connections ${survey.boundSeconds.toFixed(1)} s`,
    );
    result.connect = { register, imported, survey };
  }

  if (parts.has('ptz')) {
    say('\nSteering while 16 tiles play');
    const ptz = await benchPtz(small, values.quick ? 40 : 100);
    result.ptz = ptz;
    for (const [name, figures] of [
      ['input → request', ptz.inputToRequest],
      ['let go → Stop', ptz.stopToRequest],
      ['let go → zero velocity', ptz.zeroToRequest],
    ] as const) {
      say(
        `  ${name}: p50 ${figures.p50.toFixed(1)} ms, p95 ${figures.p95.toFixed(1)} ms, max ${figures.max.toFixed(1)} ms (${figures.runs})`,
      );
    }
  }

  if (parts.has('evidence')) {
    say('\nClips, ring and replay');
    const evidence = await benchEvidence();
    result.evidence = evidence;
    const { clip } = evidence;
    const ratio = (ours: number, theirs: number) => (ours / theirs).toFixed(2);
    say(
      `  clip written: ${clip.written.toFixed(0)} MB/s, ffmpeg -c copy ${clip.ffmpeg.toFixed(0)} MB/s: ${ratio(clip.written, clip.ffmpeg)}; mediabunny ${clip.mediabunny.toFixed(0)} MB/s`,
    );
    say(
      `  clip written, synced, read back and hashed: ${clip.whole.toFixed(0)} MB/s, ffmpeg -c copy, sync and sha256sum ${clip.ffmpegWhole.toFixed(0)} MB/s: ${ratio(clip.whole, clip.ffmpegWhole)}`,
    );
    say(
      `  ring of 64 streams over the last minute's bitstream: ${evidence.ringRatio.toFixed(3)} (process ${evidence.residentRatio.toFixed(3)})`,
    );
    say(
      `  seek to first picture handed out: p50 ${evidence.replayStartMs.median.toFixed(1)} ms, p95 ${evidence.replayStartMs.p95.toFixed(1)} ms`,
    );
  }

  if (parts.has('snapshots')) {
    say('\nSnapshots and packages');
    const snapshots = [];
    for (const format of ['png', 'jpeg'] as const) {
      const figures = await benchSnapshots(small, large, format);
      snapshots.push(figures);
      const { p50, p95, max } = figures.keyToFileMs;
      say(
        `  key to file, ${figures.size} ${figures.format}, ${figures.tiles} tiles play: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, max ${max.toFixed(0)} ms (${figures.snapshots}; load ${figures.load.toFixed(1)})`,
      );
    }
    const packages = await benchPackage();
    const { writtenMegabytesPerSecond: written, copyMegabytesPerSecond: copied } = packages;
    say(
      `  package of ${packages.megabytes} MiB: ${written.toFixed(0)} MB/s written and proved; cp, sync and sha256sum ${copied.toFixed(0)} MB/s: ${(written / copied).toFixed(2)}`,
    );
    say(
      `  verified: ${packages.verifiedMegabytesPerSecond.toFixed(0)} MB/s; sha256sum ${packages.sha256sumMegabytesPerSecond.toFixed(0)} MB/s`,
    );
    result.snapshots = snapshots;
    result.packages = packages;
  }

  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  say(`\nwritten: ${values.out}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function figuresText(figures: ApplicationFigures): string {
  const ms = (value: number | null) => (value === null ? '–' : value.toFixed(0));
  const { p50, p95 } = figures.addedLatencyMs;
  return `${figures.ratioToFloor.toFixed(2)} × floor, ${(figures.shownShare * 100).toFixed(1)} % shown, ${figures.framesDropped} dropped, latency ${ms(p50)}/${ms(p95)} ms, ${Math.round(figures.rssMiB)} MiB`;
}
