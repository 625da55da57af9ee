import { Fault } from '../std/fault.ts';
import { tokenAt } from './device-text.ts';
import { readNotification } from './notification.ts';
import { durationText, parseOnvifTime, zulu } from './onvif-time.ts';
import type { RecordingEvent, RecordingSummary, SearchService } from './recording.types.ts';
import { least, most, readRecording, readSummary } from './recording-services.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, find, findAll, type XmlElement } from './xml.ts';

const waitMs = 2_000;
const keepAliveMs = 20_000;
/** Rounds of results: a device that never says `Completed` is not asked for ever. */
const maxRounds = 200;
const maxEmptyRounds = 8;

/** ONVIF Recording Search, "ver10/search". Each search is ended, also where it fails. */
export function searchService(caller: SoapCaller, url: string): SearchService {
  const call = async (operation: string, body = '', extraMs = 0) =>
    (await caller.call({ url, namespace: namespaces.search, operation, body, extraMs })).body;

  const search = async (
    start: { readonly operation: string; readonly body: string },
    results: { readonly operation: string; readonly item: string },
    limit: number,
  ): Promise<XmlElement[]> => {
    const token = tokenAt(await call(start.operation, start.body), 'SearchToken');
    if (token === '') throw new Fault('onvif.protocol', `${start.operation}: no search token`);
    const found: XmlElement[] = [];
    const which = `<SearchToken>${escapeXml(token)}</SearchToken>`;
    try {
      let empty = 0;
      for (let round = 0; round < maxRounds && empty < maxEmptyRounds; round += 1) {
        const body = await call(
          results.operation,
          `${which}<MinResults>1</MinResults><MaxResults>100</MaxResults><WaitTime>${durationText(waitMs)}</WaitTime>`,
          waitMs,
        );
        const list = find(body, 'ResultList') ?? body;
        const items = findAll(list, results.item);
        found.push(...items.slice(0, limit - found.length));
        empty = items.length === 0 ? empty + 1 : 0;
        const state = find(list, 'SearchState')?.text.trim() ?? '';
        if (state === 'Completed' || found.length >= limit) break;
      }
    } finally {
      // Devices keep few searches; one that is not ended takes the place of the next.
      await call('EndSearch', which).catch(() => {});
    }
    return found;
  };

  const scope = (recordings: readonly string[]) =>
    `<Scope>${recordings.map((token) => `<tt:IncludedRecordings>${escapeXml(token)}</tt:IncludedRecordings>`).join('')}</Scope>`;
  const ending = (limit: number) =>
    `<MaxMatches>${limit}</MaxMatches><KeepAliveTime>${durationText(keepAliveMs)}</KeepAliveTime>`;

  const service: SearchService = {
    async summary(): Promise<RecordingSummary | null> {
      try {
        return readSummary(await call('GetRecordingSummary'));
      } catch (error) {
        const { code } = error as Fault;
        if (code === 'onvif.unsupported' || code === 'onvif.fault') return null;
        throw error;
      }
    },
    async recordings(limit = 1_000) {
      const start = { operation: 'FindRecordings', body: scope([]) + ending(limit) };
      const results = { operation: 'GetRecordingSearchResults', item: 'RecordingInformation' };
      return (await search(start, results, limit)).map(readRecording);
    },
    async extent() {
      const summary = await service.summary();
      if (summary !== null && summary.oldest !== null && summary.newest !== null) {
        return { oldest: summary.oldest, newest: summary.newest, source: 'summary' };
      }
      const found = await service.recordings();
      const oldest = least(found) ?? summary?.oldest ?? null;
      const newest = most(found) ?? summary?.newest ?? null;
      return oldest === null && newest === null ? null : { oldest, newest, source: 'search' };
    },
    async events(from, to, { recordings = [], limit = 1_000 } = {}) {
      const body =
        `<StartPoint>${zulu(from)}</StartPoint><EndPoint>${zulu(to)}</EndPoint>${scope(recordings)}` +
        `<SearchFilter/><IncludeStartState>true</IncludeStartState>${ending(limit)}`;
      const start = { operation: 'FindEvents', body };
      const results = { operation: 'GetEventSearchResults', item: 'Result' };
      return (await search(start, results, limit)).map(eventOf);
    },
  };
  return service;
}

function eventOf(result: XmlElement): RecordingEvent {
  const event = find(result, 'Event');
  const { topic, data } = event ? readNotification(event) : { topic: '', data: {} };
  return {
    recording: tokenAt(result, 'RecordingToken'),
    track: tokenAt(result, 'TrackToken'),
    at: parseOnvifTime(find(result, 'Time')?.text),
    topic,
    data,
  };
}
