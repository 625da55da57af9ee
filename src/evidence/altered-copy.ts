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
 * Copies that are no originals: regions made unreadable, a faint mark all over, or a caption below the
 * picture. The system's `ffmpeg` makes them; it gets names of files only. Every picture of a copy says that it is one.
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

/** Regions that nobody shall see, and how that is done. */
export interface Cover {
  readonly regions: readonly Region[];
  readonly how: 'blur' | 'mask';
}

/** A faint line all over the picture: who took it out, where and when. */
export interface FaintMark {
  readonly line: string;
  /** 0 … 1 */
  readonly opacity: number;
}

/**
 * @param options.covers one after the other; none, and no mark: a copy with nothing but its label
 * @throws {Fault} `decode.no-ffmpeg`, `decode.failed`, `file.full`, `file.failed`, `input.cancelled`
 */
export function alteredCopy(
  options: CopyOptions & { readonly covers: readonly Cover[]; readonly mark: FaintMark | null },
): Promise<CopyMade> {
  const { item, covers, mark } = options;
  const { width, height } = item;
  return withWorkFolder(async (folder) => {
    const cover = await coverWith(folder, covers, item);
    const kind = covers.length === 0 ? 'mark' : covers.some(isMask) ? 'mask' : 'blur';
    const label = evidenceWords(options.language ?? 'vi').t(`copy.${kind}`);
    await writeFile(join(folder, 'label.txt'), label);
    if (mark) await writeFile(join(folder, 'mark.txt'), markText(mark.line, width, height));
    const filter =
      `${cover.filter}format=yuv444p,${mark ? `${markFilter(mark, height)},` : ''}` +
      `${stripe(height)},format=${pixels(item)}[out]`;
    const made = await encode(options, folder, cover.inputs, filter);
    return { ...made, width, height };
  });
}

const isMask = ({ how }: Cover) => how === 'mask';

/** The beginning of a filter that makes regions unreadable, and the pictures of masks that it reads. */
async function coverWith(folder: string, covers: readonly Cover[], item: EvidenceItem) {
  const { width, height } = item;
  const inputs: string[] = [];
  let filter = '';
  for (const [n, { regions, how }] of covers.entries()) {
    await writeFile(join(folder, `mask${n}.pgm`), maskOf(regions, width, height));
    // One picture, which the filters repeat for as long as the clip lasts; looped, it would never end.
    inputs.push('-i', `mask${n}.pgm`);
    const hidden =
      how === 'mask'
        ? 'drawbox=t=fill:color=black'
        : `scale=${squares}:-2:flags=area,scale=${width}:${height}:flags=neighbor`;
    filter +=
      `[${n === 0 ? '0:v' : `covered${n - 1}`}]format=yuv444p,split[plain${n}][seen${n}];` +
      `[seen${n}]${hidden},format=yuva444p[hidden${n}];` +
      `[${n + 1}:v]scale=${width}:${height},format=gray[mask${n}];` +
      `[hidden${n}][mask${n}]alphamerge[over${n}];` +
      `[plain${n}][over${n}]overlay=format=yuv444[covered${n}];`;
  }
  const last = covers.length - 1;
  return { inputs, filter: `${filter}[${last < 0 ? '0:v' : `covered${last}`}]` };
}

const markSize = (height: number) => Math.max(14, Math.round(height / 32));
/** Blank lines between two that are written. */
const markGap = 3;

/** Enough of it to fill a picture: every other line begins half a length later. */
function markText(line: string, width: number, height: number): string {
  const size = markSize(height);
  const clean = line.replaceAll(/\s+/g, ' ').trim();
  // A letter is about half as wide as high; too many of them are cut off.
  const times = Math.ceil(width / (clean.length * size * 0.4)) + 2;
  const whole = Array.from({ length: times }, () => clean).join(' '.repeat(12));
  // A line is as high as its highest letter, not as its size.
  const rows = Math.ceil(height / (size * (1 + markGap) * 0.6)) + 1;
  return Array.from({ length: rows }, (_, row) =>
    row % 2 === 0 ? whole : whole.slice(Math.ceil(clean.length / 2)),
  ).join('\n'.repeat(1 + markGap));
}

/** White with a black edge: on a white wall, and at night, one of them is seen. */
function markFilter({ opacity }: FaintMark, height: number): string {
  const alpha = opacity.toFixed(3);
  return (
    `drawtext=fontfile=font.ttf:textfile=mark.txt:expansion=none:fontcolor=white@${alpha}:` +
    `fontsize=${markSize(height)}:borderw=1:bordercolor=black@${alpha}:x=8:y=8`
  );
}

/** A still picture with time, place and operator below it; but for covers the picture is not touched. */
export function captionCopy(
  options: CopyOptions & { readonly facts: CaptureFacts; readonly covers: readonly Cover[] },
): Promise<CopyMade> {
  const { facts, item, covers } = options;
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
    const cover = await coverWith(folder, covers, item);
    const filter =
      `${cover.filter}format=rgb24,pad=iw:ih+${strip}:0:0:black,drawtext=fontfile=font.ttf:textfile=label.txt:` +
      `expansion=none:fontcolor=white:fontsize=${size}:line_spacing=${Math.round(size * 0.2)}:` +
      `x=${Math.round(size / 2)}:y=h-${strip}+${Math.round(size / 2)},format=${pixels(item)}[out]`;
    const made = await encode(options, folder, cover.inputs, filter);
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
