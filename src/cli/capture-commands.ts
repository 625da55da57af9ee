import { resolve } from 'node:path';
import type { ClipPart } from '../clips/clips.types.ts';
import { takeSnapshot } from '../clips/snapshot.ts';
import { writeClip } from '../clips/write-clip.ts';
import type { CauseCode } from '../contract/cause.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';
import { writeFactsBeside } from './capture-facts-file.ts';
import { factsOf, liveFor, withStream } from './capture-stream.ts';
import { choiceOption, numberOption, type Program, usageError } from './command.ts';
import { exitCodeOf } from './exit.ts';
import { firstLineOfStdin } from './read-stdin.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

const transports = ['auto', 'tcp', 'udp', 'multicast', 'http'] as const;

interface Options {
  out: string;
  user?: string;
  passwordStdin?: boolean;
  transport: (typeof transports)[number];
  seconds: number;
  audio?: boolean;
  facts?: boolean;
  json?: boolean;
}

/** `vonggac snapshot URL --out F.png`, `vonggac clip URL --seconds N --out F.mp4`. */
export function captureCommands(program: Program, words: Words): void {
  const { t } = words;
  const snapshot = withLogin(program, 'snapshot', words)
    .requiredOption('--out <file>', t('option.outPicture'))
    .action((url: string, options: Options) =>
      run(url, options, words, async (source, signal) => {
        const picture = pictureFormat(options.out);
        if (!picture) usageError(snapshot, t('usage.outPicture'));
        const taken = await withStream({ ...source, audio: false }, signal, async (session) => {
          // The first keyframe is a whole picture by itself.
          const pieces = firstPicture(liveFor(session, 60, signal));
          const result = await takeSnapshot({
            ...{ pieces, at: Number.POSITIVE_INFINITY, file: resolve(options.out) },
            ...{ format: picture, signal },
          });
          return { ...result, ageMs: Math.max(0, Date.now() - result.takenAt), session };
        });
        const { session, ageMs, ...result } = taken;
        const facts = factsOf(source.url, {
          ...result,
          takenUntil: null,
          rtpTicks: result.rtp.ticks,
          clockOffsetMs: session.figures.clockOffsetMs,
          ageMs,
        });
        await writeFactsBeside(result.file, options.facts === false ? null : facts);
        const text = t('capture.snapshot', { ...result, size: sizeText(result.bytes) });
        return { json: { ...result, facts }, text };
      }),
    );

  const clip = withLogin(program, 'clip', words)
    .requiredOption(
      '--seconds <n>',
      t('option.clipSeconds'),
      numberOption(words, '--seconds', 1, 86_400),
    )
    .requiredOption('--out <file>', t('option.outClip'))
    .option('--no-audio', t('option.noAudio'))
    .action((url: string, options: Options) =>
      run(url, options, words, async (source, signal) => {
        if (!/\.mp4$/i.test(options.out)) usageError(clip, t('usage.outClip'));
        const show = process.stderr.isTTY && !options.json;
        const made = await withStream(
          { ...source, audio: options.audio !== false },
          signal,
          async (session) => {
            const { parts } = await writeClip({
              pieces: liveFor(session, options.seconds, signal),
              file: resolve(options.out),
              signal,
              onProgress: ({ pictures, bytes }) => {
                if (show)
                  process.stderr.write(
                    `\r${t('capture.progress', { pictures, size: sizeText(bytes) })}`,
                  );
              },
            });
            return { parts, clockOffsetMs: session.figures.clockOffsetMs };
          },
        );
        if (show) process.stderr.write('\n');
        const parts = made.parts.map((part) => ({
          ...part,
          facts: clipFacts(source.url, part, made.clockOffsetMs),
        }));
        for (const { file, facts } of parts) {
          await writeFactsBeside(file, options.facts === false ? null : facts);
        }
        const text = parts
          .map((part) =>
            t('capture.clip', {
              file: part.file,
              seconds: Math.round(part.durationMs / 100) / 10,
              pictures: part.pictures,
              gaps: part.gaps.length,
              size: sizeText(part.bytes),
            }),
          )
          .join('\n');
        return { json: { parts }, text };
      }),
    );
}

function withLogin(program: Program, name: 'snapshot' | 'clip', { t }: Words): Program {
  return program
    .command(name)
    .description(t(`command.${name}`))
    .argument('<url>')
    .option('--user <user>', t('option.user'))
    .option('--password-stdin', t('option.passwordStdin'))
    .option(
      '--transport <transport>',
      t('option.transport'),
      choiceOption(transports, t('usage.transport')),
      'auto' as const,
    )
    .option('--no-facts', t('option.noFacts'))
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')));
}

interface Source {
  readonly url: string;
  readonly credential: Credential | null;
  readonly transport: (typeof transports)[number];
}

async function run(
  url: string,
  options: Options,
  words: Words,
  capture: (source: Source, signal: AbortSignal) => Promise<{ json: object; text: string }>,
): Promise<void> {
  const password = options.passwordStdin ? await firstLineOfStdin(process.stdin) : '';
  const credential = options.user === undefined ? null : { user: options.user, password };
  const source = { url, credential, transport: options.transport };
  try {
    const { json, text } = await capture(source, stopSignal());
    const shown = { ok: true, url: splitUrl(url).url, error: null, ...json };
    process.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : `${text}\n`);
  } catch (error) {
    const fault = Fault.from(error);
    if (!options.json) throw fault;
    const said = {
      ok: false,
      url: shownUrl(url),
      error: { code: fault.code, ...words.cause(fault.shown) },
    };
    process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
    process.exitCode = exitCodeOf(fault.code as CauseCode);
  }
}

async function* firstPicture<T extends { kind: string }>(pieces: AsyncIterable<T>) {
  for await (const piece of pieces) {
    yield piece;
    if (piece.kind === 'unit') return;
  }
}

function clipFacts(url: string, part: ClipPart, clockOffsetMs: number | null) {
  return factsOf(url, {
    takenAt: part.from,
    takenUntil: part.to,
    senderTimeMs: part.senderFrom,
    rtpTicks: part.rtpFrom.ticks,
    codec: part.video.codec,
    width: part.video.width,
    height: part.video.height,
    clockOffsetMs,
    ageMs: null,
  });
}

function pictureFormat(file: string): 'png' | 'jpeg' | null {
  if (/\.png$/i.test(file)) return 'png';
  return /\.jpe?g$/i.test(file) ? 'jpeg' : null;
}

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function shownUrl(url: string): string {
  try {
    return splitUrl(url).url;
  } catch {
    return redact(url);
  }
}
