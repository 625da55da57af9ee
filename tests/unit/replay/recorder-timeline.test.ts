import { describe, expect, it } from 'vitest';
import type { RecordingEvent } from '../../../src/onvif/recording.types.ts';
import { hikvisionUrl } from '../../../src/replay/recorder.ts';
import { timelineOf } from '../../../src/replay/recorder-timeline.ts';

const hour = 3_600_000;
// The night in which clocks are put forward in Europe, over midnight UTC.
const from = Date.UTC(2026, 2, 28, 22);
const to = from + 8 * hour;
const state = (hours: number, on: boolean): RecordingEvent => ({
  recording: 'R1',
  track: 'V1',
  at: from + hours * hour,
  topic: 'tns1:RecordingHistory/Recording/State',
  data: { IsRecording: `${on}` },
});
const hours = (
  events: RecordingEvent[],
  oldest: number | null = null,
  newest: number | null = null,
) => {
  const { spans, gaps } = timelineOf({ oldest, newest }, events, from, to);
  const short = (one: { from: number; to: number }) => [
    (one.from - from) / hour,
    (one.to - from) / hour,
  ];
  return { spans: spans.map(short), gaps: gaps.map(short) };
};

describe('the time line of a recorder', () => {
  it('is whole where the recorder tells no events', () => {
    expect(hours([])).toEqual({ spans: [[0, 8]], gaps: [] });
  });

  it('keeps to what the recorder holds at all', () => {
    expect(hours([], from + hour, from + 5 * hour)).toEqual({
      spans: [[1, 5]],
      gaps: [
        [0, 1],
        [5, 8],
      ],
    });
  });

  it('shows gaps, across midnight and the change of clocks', () => {
    expect(hours([state(1, false), state(3.5, true), state(4, true), state(7, false)])).toEqual({
      spans: [
        [0, 1],
        [3.5, 7],
      ],
      gaps: [
        [1, 3.5],
        [7, 8],
      ],
    });
  });

  it('takes events out of order, and a start that was told twice', () => {
    expect(hours([state(6, false), state(2, true), state(0, true)])).toEqual({
      spans: [[0, 6]],
      gaps: [[6, 8]],
    });
  });

  it('says that there is nothing where the span lies outside', () => {
    expect(hours([], from + 9 * hour, from + 10 * hour)).toEqual({ spans: [], gaps: [[0, 8]] });
  });
});

describe('the playback address of Hikvision', () => {
  it('names the main stream of the channel and both times in UTC', () => {
    const live = 'rtsp://192.0.2.7:554/Streaming/Channels/1602?transportmode=unicast';
    expect(hikvisionUrl(live, from, to)).toBe(
      'rtsp://192.0.2.7:554/Streaming/tracks/1601?starttime=20260328T220000Z&endtime=20260329T060000Z',
    );
    expect(hikvisionUrl('rtsp://192.0.2.7/ISAPI/Streaming/Channels/101', 0, 1000)).toContain(
      '/Streaming/tracks/101?starttime=19700101T000000Z&endtime=19700101T000001Z',
    );
  });

  it('is not made of other addresses', () => {
    expect(hikvisionUrl('rtsp://192.0.2.7/cam/realmonitor?channel=1', from, to)).toBeNull();
  });
});
