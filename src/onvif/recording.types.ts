/** Recording, Search and Replay (ONVIF Profile G). Times are the device's clock, ms since 1970. */
export interface RecordingSummary {
  /** Null where the device does not know or tells 1970. */
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly recordings: number;
}

export interface RecordingTrack {
  readonly token: string;
  readonly kind: 'video' | 'audio' | 'metadata' | 'other';
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface Recording {
  readonly token: string;
  /** What it was recorded from: the source's token and name as the device tells them. */
  readonly sourceId: string;
  readonly sourceName: string;
  readonly oldest: number | null;
  readonly newest: number | null;
  /** `Initiated`, `Recording`, `Stopped`, `Removing`, `Removed`, `Unknown`; empty where untold. */
  readonly status: string;
  readonly tracks: readonly RecordingTrack[];
}

export interface RecordingExtent {
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Where the figures come from: the summary, or a search because there was no usable summary. */
  readonly source: 'summary' | 'search';
}

export interface RecordingEvent {
  readonly recording: string;
  readonly track: string;
  readonly at: number | null;
  readonly topic: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface RecordingService {
  recordings(): Promise<Recording[]>;
}

export interface SearchService {
  /** Null where the device has no summary. */
  summary(): Promise<RecordingSummary | null>;
  /** Runs a whole search and ends it; at most `limit` recordings, default 1000. */
  recordings(limit?: number): Promise<Recording[]>;
  /** Oldest and newest footage: by the summary, else by a search. Null: nothing recorded. */
  extent(): Promise<RecordingExtent | null>;
  /** Events recorded in a span; how a device tells where footage begins and ends. */
  events(
    from: number,
    to: number,
    options?: { readonly recordings?: readonly string[]; readonly limit?: number },
  ): Promise<RecordingEvent[]>;
}

export interface ReplayService {
  /** RTSP URI of a recording. No login in it. */
  replayUri(recordingToken: string): Promise<string>;
  /**
   * Waits for the turn to replay from this device, which mostly serves one replay at a time; call
   * the returned function to pass the turn on.
   */
  takeTurn(signal?: AbortSignal): Promise<() => void>;
}
