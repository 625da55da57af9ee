import { numberAt, tokenAt, wordsAt } from './device-text.ts';
import { streamUriOf } from './media-service.ts';
import { parseFootageTime } from './onvif-time.ts';
import type {
  Recording,
  RecordingService,
  RecordingTrack,
  ReplayService,
} from './recording.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { Turnstile } from './turnstile.ts';
import { escapeXml, find, findAll, type XmlElement } from './xml.ts';

const maxRecordings = 5_000;
const maxTracks = 16;

/** ONVIF Recording Control, "ver10/recording": which recordings there are. */
export function recordingService(caller: SoapCaller, url: string): RecordingService {
  return {
    async recordings() {
      const request = { url, namespace: namespaces.recording, operation: 'GetRecordings' };
      const { body } = await caller.call(request);
      return findAll(body, 'RecordingItem')
        .slice(0, maxRecordings)
        .map((item) => ({
          token: tokenAt(item, 'RecordingToken'),
          sourceId: wordsAt(item, 'Configuration', 'Source', 'SourceId'),
          sourceName: wordsAt(item, 'Configuration', 'Source', 'Name'),
          oldest: null,
          newest: null,
          status: '',
          tracks: findAll(find(item, 'Tracks'), 'Track')
            .slice(0, maxTracks)
            .map((track) => ({
              token: tokenAt(track, 'TrackToken'),
              kind: trackKind(wordsAt(track, 'Configuration', 'TrackType')),
              oldest: null,
              newest: null,
            })),
        }));
    },
  };
}

/** RecordingInformation of a search (ONVIF Recording Search, "ver10/search"). */
export function readRecording(info: XmlElement): Recording {
  const tracks = findAll(info, 'Track')
    .slice(0, maxTracks)
    .map((track) => ({
      token: tokenAt(track, 'TrackToken'),
      kind: trackKind(wordsAt(track, 'TrackType')),
      oldest: parseFootageTime(find(track, 'DataFrom')?.text),
      newest: parseFootageTime(find(track, 'DataTo')?.text),
    }));
  return {
    token: tokenAt(info, 'RecordingToken'),
    sourceId: wordsAt(info, 'Source', 'SourceId'),
    sourceName: wordsAt(info, 'Source', 'Name'),
    // EarliestRecording is 1970 on many devices that know better in their tracks.
    oldest: parseFootageTime(find(info, 'EarliestRecording')?.text) ?? least(tracks),
    newest: parseFootageTime(find(info, 'LatestRecording')?.text) ?? most(tracks),
    status: wordsAt(info, 'RecordingStatus'),
    tracks,
  };
}

interface Span {
  readonly oldest: number | null;
  readonly newest: number | null;
}

export function least(spans: readonly Span[]): number | null {
  const known = spans.flatMap(({ oldest }) => (oldest === null ? [] : [oldest]));
  return known.length === 0 ? null : known.reduce((one, other) => Math.min(one, other));
}

export function most(spans: readonly Span[]): number | null {
  const known = spans.flatMap(({ newest }) => (newest === null ? [] : [newest]));
  return known.length === 0 ? null : known.reduce((one, other) => Math.max(one, other));
}

function trackKind(text: string): RecordingTrack['kind'] {
  const plain = text.toLowerCase();
  return plain === 'video' || plain === 'audio' || plain === 'metadata' ? plain : 'other';
}

/** ONVIF Replay Control, "ver10/replay". */
export function replayService(
  caller: SoapCaller,
  url: string,
  rewrite: (uri: string) => string | null,
): ReplayService {
  // Most devices serve one replay at a time, and break the first when they are asked for another.
  const turnstile = new Turnstile(1);
  return {
    async replayUri(recordingToken) {
      const body =
        '<StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></StreamSetup>' +
        `<RecordingToken>${escapeXml(recordingToken)}</RecordingToken>`;
      const answer = await caller.call({
        url,
        namespace: namespaces.replay,
        operation: 'GetReplayUri',
        body,
      });
      return streamUriOf(find(answer.body, 'Uri'), rewrite);
    },
    takeTurn: (signal) => turnstile.enter(signal ?? null),
  };
}

/** The summary as told; 1970 is nothing. */
export function readSummary(body: XmlElement) {
  const summary = find(body, 'Summary') ?? body;
  return {
    oldest: parseFootageTime(find(summary, 'DataFrom')?.text),
    newest: parseFootageTime(find(summary, 'DataUntil')?.text),
    recordings: Math.max(0, Math.floor(numberAt(summary, 'NumberRecordings') ?? 0)),
  };
}
