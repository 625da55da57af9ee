import type { OnvifDevice } from '../onvif/onvif.types.ts';
import type { Recording } from '../onvif/recording.types.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type { Credential, OpenRtsp, ReplayRange } from '../rtsp/session.types.ts';
import { Fault } from '../std/fault.ts';
import { timelineOf } from './recorder-timeline.ts';
import type { BitstreamPiece, RecorderFootage } from './replay.types.ts';
import { sessionPieces } from './session-pieces.ts';

/**
 * Footage of a recorder: ONVIF Profile G (Search tells what there is, Replay plays it over RTSP with
 * `Range: clock=` and `Rate-Control: no`, times in the header extension 0xABAC), or Hikvision's
 * playback addresses. One playback at a time for each device: most serve no more.
 */
export interface RecorderOptions {
  readonly device: OnvifDevice;
  readonly credential: Credential | null;
  /** Which recording: its source's token or name; else the only one, else `channel` counts from 1. */
  readonly source?: { readonly token?: string; readonly name?: string; readonly channel?: number };
  readonly open?: OpenRtsp;
}

/** A silence of the footage longer than this is a gap. */
const footageGapMs = 3_000;

/** @throws {Fault} `replay.no-recorder` where the device keeps no footage of it */
export async function onvifFootage(options: RecorderOptions): Promise<RecorderFootage> {
  const { device } = options;
  const { search, replay } = device;
  if (!search || !replay) throw new Fault('replay.no-recorder', 'no search or no replay service');
  const recording = chooseRecording(await search.recordings(), options.source ?? {});
  if (!recording) throw new Fault('replay.no-recorder', 'no recording of this camera');
  // The device's clock minus ours; what is outside of here speaks our time.
  const offsetMs = device.clock?.offsetMs ?? 0;
  const open = options.open ?? openRtsp;
  return {
    async timeline(from, to) {
      const [start, end] = [from + offsetMs, to + offsetMs];
      // Those that tell no events tell at least where the recording begins and ends.
      const events = await search
        .events(start, end, { recordings: [recording.token] })
        .catch(() => []);
      const { spans, gaps } = timelineOf(recording, events, start, end);
      const ours = <T extends { from: number; to: number }>(one: T): T => ({
        ...one,
        from: one.from - offsetMs,
        to: one.to - offsetMs,
      });
      return { spans: spans.map(ours), gaps: gaps.map(ours) };
    },
    async *read(from, to, signal) {
      const leave = await replay.takeTurn(signal);
      try {
        const url = await replay.replayUri(recording.token);
        const range = {
          from: from + offsetMs,
          to: Number.isFinite(to) ? to + offsetMs : null,
          paced: false,
        };
        let last = from;
        for await (const piece of played(open, url, options.credential, range, signal)) {
          const ours = shifted(piece, -offsetMs);
          if (isBehind(ours, to)) return;
          if (ours.kind === 'unit') last = Math.max(last, ours.unit.receivedAtMs);
          yield isBefore(ours, from) ? { ...ours, cached: true } : ours;
        }
        if (to - last > footageGapMs && Number.isFinite(to)) {
          yield { kind: 'gap', gap: { from: last, to, reason: 'not-recorded' } };
        }
      } finally {
        leave();
      }
    },
  };
}

/**
 * Hikvision: the footage of a channel under a playback address. What it holds between two times is not
 * told this way, so the whole span is given as it was asked for.
 *
 * @param live any stream address of the channel, such as `rtsp://…/Streaming/Channels/101`
 */
export function hikvisionFootage(options: {
  readonly live: string;
  readonly credential: Credential | null;
  readonly open?: OpenRtsp;
}): RecorderFootage | null {
  if (hikvisionUrl(options.live, 0, 1) === null) return null;
  const open = options.open ?? openRtsp;
  return {
    timeline: async (from, to) => ({
      spans: [{ from, to, source: 'recorder', quality: 'main' }],
      gaps: [],
    }),
    async *read(from, to, signal) {
      const url = hikvisionUrl(options.live, from, to)!;
      for await (const piece of played(open, url, options.credential, null, signal)) {
        if (isBehind(piece, to)) return;
        yield piece;
      }
    },
  };
}

/**
 * `rtsp://host:554/Streaming/tracks/101?starttime=20261120T030405Z&endtime=…` (Hikvision's RTSP
 * playback convention; seconds, UTC). Null where the address is not one of theirs.
 */
export function hikvisionUrl(live: string, from: number, to: number): string | null {
  const match = /^(rtsps?:\/\/[^/?]+)(?:\/[^?]*)?\/Streaming\/(?:Channels|tracks)\/(\d+)/i.exec(
    live,
  );
  if (!match) return null;
  // 102 is the small stream of channel 1; the footage is that of the main stream.
  const track = match[2]!.replace(/\d\d$/, '01');
  return `${match[1]}/Streaming/tracks/${track}?starttime=${secondText(from)}&endtime=${secondText(to)}`;
}

function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

async function* played(
  open: OpenRtsp,
  url: string,
  credential: Credential | null,
  range: ReplayRange | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<BitstreamPiece> {
  const session = await open({
    url,
    credential,
    transport: 'tcp',
    wantAudio: true,
    replay: range,
    ...(signal && { signal }),
  }).catch((error) => {
    const fault = Fault.from(error);
    if (fault.code === 'rtsp.too-many-clients')
      throw new Fault('replay.recorder-busy', fault.message);
    if (fault.code === 'rtsp.not-found') throw new Fault('replay.no-playback', fault.message);
    throw fault;
  });
  try {
    yield* sessionPieces(session, {
      timedBySender: true,
      endsByItself: true,
      gapMs: footageGapMs,
      ...(signal && { signal }),
    });
  } finally {
    await session.close();
  }
}

function chooseRecording(
  recordings: readonly Recording[],
  source: NonNullable<RecorderOptions['source']>,
): Recording | null {
  const { token, name, channel } = source;
  return (
    recordings.find(({ sourceId }) => token !== undefined && sourceId === token) ??
    recordings.find(({ sourceName }) => name !== undefined && sourceName === name) ??
    (recordings.length === 1 ? recordings[0] : undefined) ??
    (channel === undefined ? undefined : recordings[channel - 1]) ??
    null
  );
}

function shifted(piece: BitstreamPiece, ms: number): BitstreamPiece {
  if (ms === 0 || piece.kind === 'format') return piece;
  if (piece.kind === 'gap') {
    return { kind: 'gap', gap: { ...piece.gap, from: piece.gap.from + ms, to: piece.gap.to + ms } };
  }
  const { unit } = piece;
  return { ...piece, unit: { ...unit, receivedAtMs: unit.receivedAtMs + ms } };
}

function isBefore(
  piece: BitstreamPiece,
  at: number,
): piece is Extract<BitstreamPiece, { kind: 'unit' }> {
  return piece.kind === 'unit' && piece.unit.receivedAtMs < at;
}

function isBehind(piece: BitstreamPiece, at: number): boolean {
  return piece.kind === 'unit' && piece.unit.kind === 'video' && piece.unit.receivedAtMs > at;
}
