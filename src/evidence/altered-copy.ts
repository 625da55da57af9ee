import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileFault } from '../clips/clip-file.ts';
import type { EvidenceItem, Region } from '../contract/evidence-schemas.ts';
import { Fault } from '../std/fault.ts';
import { findFfmpeg } from '../streams/find-ffmpeg.ts';
import type { CaptureFacts } from './capture.types.ts';
import { evidenceWords } from './evidence-words.ts';

/**
 * Copies that are no originals: regions made unreadable, or a caption written below the picture. The
 * system's `ffmpeg` makes them; it gets names of files only. Every picture of a copy says that it is one.
 */
interface CopyOptions {
  readonly source: string;
  /** The finished file; it is there when it is whole and not before. */
  readonly target: string;
  readonly item: EvidenceItem;
  readonly signal: AbortSignal;
  /** Ms of footage. */
  readonly onProgress: (done: number, total: number | null) => void;
  readonly language?: 'vi' | 'en';
}

export interface CopyMade {
  readonly bytes: number;
  readonly sha256: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Two folders below the root, as a source and as a bundle. */
const font = join(import.meta.dirname, '..', '..', 'resources', 'fonts', 'tinos-regular.ttf');
/** A hidden region is this many squares wide: nothing can be read from so few. */
const squares = 10;

/** @throws {Fault} `decode.no-ffmpeg`, `decode.failed`, `file.full`, `file.failed`, `input.cancelled` */
export function hideRegions(
  options: CopyOptions & { readonly regions: readonly Region[]; readonly how: 'blur' | 'mask' },
): Promise<CopyMade> {
  const { item, regions, how } = options;
  return withWorkFolder(async (folder) => {
    const { width, height } = item;
    await writeFile(join(folder, 'mask.pgm'), maskOf(regions, width, height));
    const label = evidenceWords(options.language ?? 'vi').t(`copy.${how}`);
    await writeFile(join(folder, 'label.txt'), label);
    const hidden =
      how === 'mask'
        ? 'drawbox=t=fill:color=black'
        : `scale=${squares}:-2:flags=area,scale=${width}:${height}:flags=neighbor`;
    const filter =
      `[0:v]format=yuv444p,split[plain][seen];[seen]${hidden},format=yuva444p[hidden];` +
      `[1:v]scale=${width}:${height},format=gray[mask];[hidden][mask]alphamerge[over];` +
      `[plain][over]overlay=format=yuv444,${stripe(height)},format=${pixels(item)}[out]`;
    const loop = isClip(item) ? ['-loop', '1'] : [];
    const made = await encode(options, folder, [...loop, '-i', 'mask.pgm'], filter);
    return { ...made, width, height };
  });
}

/** A still picture with time, place and operator below it; the picture itself is not touched. */
export function captionCopy(
  options: CopyOptions & { readonly facts: CaptureFacts },
): Promise<CopyMade> {
  const { facts, item } = options;
  if (isClip(item)) return Promise.reject(new Fault('input.value', 'a clip', { field: 'itemId' }));
  return withWorkFolder(async (folder) => {
    const { t } = evidenceWords(options.language ?? 'vi');
    const time = (ms: number) => vietnamTime(ms);
    const lines = [
      [facts.camera.name, facts.camera.site, facts.camera.province].filter(Boolean).join(' – '),
      t('copy.caption.time', { time: time(facts.takenAt) }) +
        (facts.cameraTime === null
          ? ''
          : `   ${t('copy.caption.camera', { time: time(facts.cameraTime) })}`),
      [
        t('copy.caption.by', { operator: facts.operator?.name ?? '–' }),
        facts.workstation.name,
        facts.reason,
      ]
        .filter(Boolean)
        .join('   '),
      `SHA-256 ${item.sha256}`,
    ];
    await writeFile(join(folder, 'label.txt'), lines.join('\n'));
    const size = Math.max(14, Math.round(item.height / 36));
    const strip = Math.round(size * 1.35 * lines.length + size);
    const filter =
      `[0:v]format=rgb24,pad=iw:ih+${strip}:0:0:black,drawtext=fontfile=font.ttf:textfile=label.txt:` +
      `expansion=none:fontcolor=white:fontsize=${size}:line_spacing=${Math.round(size * 0.2)}:` +
      `x=${Math.round(size / 2)}:y=h-${strip}+${Math.round(size / 2)},format=${pixels(item)}[out]`;
    const made = await encode(options, folder, [], filter);
    return { ...made, width: item.width, height: item.height + strip };
  });
}

async function encode(
  options: CopyOptions,
  folder: string,
  inputs: readonly string[],
  filter: string,
): Promise<{ bytes: number; sha256: string }> {
  const { source, target, item, signal } = options;
  const program = findFfmpeg();
  if (program === null) throw new Fault('decode.no-ffmpeg', 'no ffmpeg');
  // Named from its own folder: a colon in a path would have to be escaped in a filter.
  await copyFile(font, join(folder, 'font.ttf'));
  const aside = join(dirname(target), `.${process.pid}-${Date.now()}.part`);
  const clip = isClip(item);
  const output = clip
    ? [
        '-map',
        '0:a?',
        '-c:a',
        'copy',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '20',
        '-fps_mode',
        'passthrough',
        '-movflags',
        '+faststart',
        '-shortest',
        '-f',
        'mp4',
      ]
    : [
        '-frames:v',
        '1',
        '-f',
        'image2',
        '-update',
        '1',
        '-c:v',
        item.mediaType === 'image/png' ? 'png' : 'mjpeg',
        '-q:v',
        '2',
      ];
  const total = item.takenUntil === null ? null : item.takenUntil - item.takenAt;
  try {
    await run({
      program,
      folder,
      signal,
      args: ['-i', source, ...inputs, '-filter_complex', filter, '-map', '[out]', ...output, aside],
      onTime: (ms) => options.onProgress(ms, total),
    });
    const handle = await open(aside, 'r+');
    await handle.sync();
    await handle.close();
    const { size } = await stat(aside);
    const sha256 = await digest(aside);
    await rename(aside, target);
    return { bytes: size, sha256 };
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw fileFault(error);
  }
}

async function withWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vonggac-copy-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onTime: (ms: number) => void;
}

function run({ program, args, folder, signal, onTime }: Run): Promise<void> {
  if (signal.aborted) return Promise.reject(new Fault('input.cancelled', 'cancelled'));
  const fixed = ['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-y'];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...fixed, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-500);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /out_time_us=(\d+)/.exec(text);
      if (found) onTime(Number(found[1]) / 1000);
    });
    child.on('error', (error) => {
      reject(
        signal.aborted
          ? new Fault('input.cancelled', 'cancelled')
          : new Fault('decode.failed', error.message, {}, error),
      );
    });
    child.on('close', (code) => {
      if (code === 0) return resolve();
      if (signal.aborted) return reject(new Fault('input.cancelled', 'cancelled'));
      reject(
        /no space left/i.test(words)
          ? new Fault('file.full', 'ENOSPC')
          : new Fault('decode.failed', words || `ffmpeg ended with ${code}`),
      );
    });
  });
}

/** White where something is hidden, as a binary graymap (PGM, P5). Even–odd rule. */
export function maskOf(regions: readonly Region[], width: number, height: number): Uint8Array {
  const head = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1');
  const out = new Uint8Array(head.length + width * height);
  out.set(head);
  for (const points of regions) {
    for (let y = 0; y < height; y++) {
      const line = (y + 0.5) / height;
      const crossings: number[] = [];
      for (const [index, a] of points.entries()) {
        const b = points[(index + 1) % points.length]!;
        if (a.y <= line === b.y <= line) continue;
        crossings.push(a.x + ((line - a.y) / (b.y - a.y)) * (b.x - a.x));
      }
      crossings.sort((a, b) => a - b);
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        // Outwards: a pixel that is touched is hidden.
        const from = Math.max(0, Math.floor(crossings[at]! * width));
        const to = Math.min(width, Math.ceil(crossings[at + 1]! * width));
        if (to > from) out.fill(255, head.length + y * width + from, head.length + y * width + to);
      }
    }
  }
  return out;
}

/** The label, in the picture itself: whoever copies a frame copies it along. */
function stripe(height: number): string {
  const size = Math.max(12, Math.round(height / 28));
  return (
    `drawtext=fontfile=font.ttf:textfile=label.txt:expansion=none:fontcolor=white:fontsize=${size}:` +
    `box=1:boxcolor=black@0.65:boxborderw=${Math.round(size / 3)}:x=${size}:y=h-text_h-${size}`
  );
}

function pixels(item: EvidenceItem): string {
  if (isClip(item)) return 'yuv420p';
  return item.mediaType === 'image/png' ? 'rgb24' : 'yuvj444p';
}

function isClip({ mediaType }: EvidenceItem): boolean {
  return mediaType === 'video/mp4';
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function vietnamTime(ms: number): string {
  return new Intl.DateTimeFormat('vi-VN', {
    timeZone: 'Asia/Ho_Chi_Minh',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(ms);
}
