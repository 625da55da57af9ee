import type { AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type {
  AuthUsed,
  Credential,
  TransportChoice,
  TransportUsed,
} from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';
import { round, StreamTally } from '../survey/stream-tally.ts';
import type { Words } from './words.ts';

/** `vonggac probe`: one device stream looked at for some seconds, as documented in docs/cli.md. */
export interface ProbeOptions {
  readonly credential: Credential | null;
  readonly transport: TransportChoice;
  readonly seconds: number;
  readonly words: Words;
}

export interface ProbeResult {
  readonly url: string;
  readonly ok: boolean;
  readonly error: { code: string; message: string; hint: string } | null;
  readonly transport: TransportUsed | null;
  readonly auth: AuthUsed | null;
  readonly video: {
    codec: string;
    profile: string | null;
    width: number;
    height: number;
    fps: number;
    kbps: number;
    gopSeconds: number | null;
  } | null;
  readonly audio: { codec: string; rate: number } | null;
  readonly rtp: { packets: number; lost: number; reordered: number; jitterMs: number } | null;
  readonly timing: {
    connectMs: number | null;
    firstPacketMs: number | null;
    firstKeyframeMs: number | null;
  };
  readonly clock: { offsetMs: number } | null;
}

/** Never throws: what went wrong is in the result. */
export async function probe(text: string, options: ProbeOptions): Promise<ProbeResult> {
  let shownUrl = redact(text);
  try {
    const split = splitUrl(text);
    shownUrl = split.url;
    return await look(split.url, options.credential ?? split.credential, options);
  } catch (error) {
    return failed(shownUrl, Fault.from(error), options.words, null);
  }
}

async function look(
  url: string,
  credential: Credential | null,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const tally = new StreamTally();
  let video: VideoFormat | null = null;
  let audio: AudioFormat | null = null;
  const session = await openRtsp({
    url,
    credential,
    transport: options.transport,
    wantAudio: true,
  });
  const ended = await new Promise<Fault | null>((resolve) => {
    session.onAccessUnit((unit) => tally.add(unit));
    session.onFormat((format) => {
      if (format.kind === 'video') video = format;
      else audio = format;
    });
    const timer = setTimeout(() => resolve(null), options.seconds * 1000);
    session.onClosed((fault) => {
      clearTimeout(timer);
      resolve(fault);
    });
  });
  const { figures } = session;
  const format = video ?? session.video;
  const sound = audio ?? session.audio;
  await session.close();
  const measured = {
    url,
    transport: figures.transport,
    auth: figures.auth,
    video: format && {
      codec: format.codec,
      profile: format.profile,
      width: format.width,
      height: format.height,
      fps: tally.fps,
      kbps: tally.kbps,
      gopSeconds: tally.gopSeconds,
    },
    audio: sound && { codec: sound.codec, rate: sound.sampleRate },
    rtp: {
      packets: figures.packets,
      lost: figures.lost,
      reordered: figures.reordered,
      jitterMs: round(figures.jitterMs, 2),
    },
    timing: rounded(figures.timing),
    clock: figures.clockOffsetMs === null ? null : { offsetMs: Math.round(figures.clockOffsetMs) },
  };
  if (tally.frames > 0) return { ...measured, ok: true, error: null };
  const why = ended ?? new Fault(format ? 'media.stalled' : 'media.no-video');
  return failed(url, why, options.words, measured);
}

function failed(
  url: string,
  fault: Fault,
  words: Words,
  measured: Omit<ProbeResult, 'ok' | 'error'> | null,
): ProbeResult {
  return {
    ...(measured ?? {
      transport: null,
      auth: null,
      video: null,
      audio: null,
      rtp: null,
      timing: { connectMs: null, firstPacketMs: null, firstKeyframeMs: null },
      clock: null,
    }),
    url,
    ok: false,
    error: { code: fault.code, ...words.cause(fault.shown) },
  };
}

function rounded(timing: ProbeResult['timing']): ProbeResult['timing'] {
  const whole = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    connectMs: whole(timing.connectMs),
    firstPacketMs: whole(timing.firstPacketMs),
    firstKeyframeMs: whole(timing.firstKeyframeMs),
  };
}

/** The result as lines for a person. */
export function probeText(result: ProbeResult, { t }: Words): string {
  const lines = [`${result.ok ? '✔' : '✘'} ${result.url}`];
  if (result.error) {
    lines.push(
      `  ${result.error.message} [${result.error.code}]`,
      `  ${t('hint')}: ${result.error.hint}`,
    );
  }
  if (result.video) {
    const { codec, profile, width, height, fps, kbps, gopSeconds } = result.video;
    lines.push(
      `  ${t('probe.video')}: ${codec}${profile ? ` ${profile}` : ''}, ${width}×${height}, ${fps} fps, ${kbps} kbit/s, GOP ${gopSeconds ?? '?'} s`,
    );
  }
  if (result.audio)
    lines.push(`  ${t('probe.audio')}: ${result.audio.codec}, ${result.audio.rate} Hz`);
  if (result.transport) {
    lines.push(
      `  ${t('probe.transport')}: ${result.transport}, ${t('probe.auth')}: ${result.auth}`,
    );
  }
  if (result.rtp) {
    const { packets, lost, reordered, jitterMs } = result.rtp;
    lines.push(`  RTP: ${t('probe.rtp', { packets, lost, reordered, jitterMs })}`);
  }
  if (result.ok) {
    lines.push(
      `  ${t('probe.timing', {
        connect: result.timing.connectMs ?? '?',
        packet: result.timing.firstPacketMs ?? '?',
        keyframe: result.timing.firstKeyframeMs ?? '?',
      })}`,
    );
  }
  if (result.clock) lines.push(`  ${t('probe.clock', { offset: result.clock.offsetMs })}`);
  return lines.join('\n');
}
