import type { Recording, RecordingEvent } from '../onvif/recording.types.ts';
import type { Gap, HeldSpan } from './replay.types.ts';

/**
 * Spans of footage between two times out of what a recorder tells: where its recording begins and ends,
 * and the events by which it says when it recorded (ONVIF Recording Search, "Recording Event
 * Descriptions"). All times UTC on the recorder's clock: a day that is 23 or 25 hours long on somebody's
 * wall is nothing special here.
 */
export function timelineOf(
  recording: Pick<Recording, 'oldest' | 'newest'>,
  events: readonly RecordingEvent[],
  from: number,
  to: number,
): { spans: HeldSpan[]; gaps: Gap[] } {
  const oldest = recording.oldest ?? from;
  const newest = recording.newest ?? to;
  const start = Math.max(from, oldest);
  const end = Math.min(to, newest);
  const spans: HeldSpan[] = [];
  const add = (one: number, other: number) => {
    const [low, high] = [Math.max(start, one), Math.min(end, other)];
    if (high > low) spans.push({ from: low, to: high, source: 'recorder', quality: 'main' });
  };
  let since: number | null = null;
  let known = false;
  for (const { at, recording: on } of changes(events)) {
    // What it was before its first word is the opposite of that word.
    if (!known && !on) add(start, at);
    known = true;
    if (on) since ??= at;
    else if (since !== null) {
      add(since, at);
      since = null;
    }
  }
  if (since !== null) add(since, end);
  if (!known) add(start, end);
  return { spans, gaps: gapsBetween(spans, from, to) };
}

/** What is missing between two times. */
export function gapsBetween(spans: readonly HeldSpan[], from: number, to: number): Gap[] {
  const gaps: Gap[] = [];
  let at = from;
  for (const span of spans) {
    if (span.from > at) gaps.push({ from: at, to: span.from, reason: 'not-recorded' });
    at = Math.max(at, span.to);
  }
  if (at < to) gaps.push({ from: at, to, reason: 'not-recorded' });
  return gaps;
}

const tellsState = /RecordingHistory\/(?:Recording\/State|Track\/State)$/;

function changes(events: readonly RecordingEvent[]): { at: number; recording: boolean }[] {
  return events
    .flatMap(({ at, topic, data }) => {
      if (at === null || !tellsState.test(topic)) return [];
      const said = data['IsRecording'] ?? data['IsDataPresent'];
      return said === undefined ? [] : [{ at, recording: /^(?:true|1)$/i.test(said) }];
    })
    .sort((one, other) => one.at - other.at);
}
