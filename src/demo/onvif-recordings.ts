import { escapeXml, findAll, type XmlElement } from '../onvif/xml.ts';
import { type OnvifContext, sourceToken } from './onvif-site.ts';
import { SoapRefusal, textAt } from './onvif-soap.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Of the whole centre, by place in the register. */
const shortCamera = 6;
const gapCamera = 10;
const maxSearches = 16;
const searchKeptMs = 60_000;

interface Footage {
  readonly token: string;
  readonly place: number;
  readonly name: string;
  /** From the oldest to now without the gap, ms since 1970 by the recorder's clock. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

interface Search {
  readonly siteId: string;
  readonly results: string[];
  readonly list: 'recordings' | 'events';
  endsAt: number;
}

/**
 * ONVIF Recording Control and Recording Search: a month of footage for each camera, but for one with
 * twelve days and one with a gap. What it replays is the clip that the camera shows anyway, not footage of that time.
 */
export class OnvifRecordings {
  readonly #startedAt = Date.now();
  readonly #searches = new Map<string, Search>();
  #count = 0;

  readonly recording = {
    GetRecordings: (context: OnvifContext) => {
      const items = this.#footage(context).map(
        (one) =>
          `<trc:RecordingItem><tt:RecordingToken>${one.token}</tt:RecordingToken><tt:Configuration>${sourceOf(one)}<tt:Content/>` +
          '<tt:MaximumRetentionTime>PT0S</tt:MaximumRetentionTime></tt:Configuration><tt:Tracks><tt:Track><tt:TrackToken>Video_1</tt:TrackToken>' +
          '<tt:Configuration><tt:TrackType>Video</tt:TrackType><tt:Description/></tt:Configuration></tt:Track></tt:Tracks></trc:RecordingItem>',
      );
      return `<trc:GetRecordingsResponse>${items.join('')}</trc:GetRecordingsResponse>`;
    },
  };

  readonly replay = {
    /** ONVIF Replay Control: what is replayed is the clip of that camera, over RTSP. */
    GetReplayUri: (context: OnvifContext, body: XmlElement) => {
      const token = textAt(body, 'RecordingToken');
      const found = this.#footage(context).find((one) => one.token === token);
      if (!found)
        throw new SoapRefusal(
          'Sender',
          ['ter:InvalidArgVal', 'ter:InvalidToken'],
          `There is no recording ${token.slice(0, 80)}`,
        );
      const path = replayPath(context.site.cameras[found.place]!.main.path);
      return `<trp:GetReplayUriResponse><trp:Uri>${escapeXml(context.rtspUrl(path))}</trp:Uri></trp:GetReplayUriResponse>`;
    },
  };

  readonly search = {
    GetRecordingSummary: (context: OnvifContext) => {
      if (context.faults.footage?.noSummary)
        throw new SoapRefusal('Receiver', ['ter:ActionNotSupported'], 'No summary here');
      const all = this.#footage(context);
      const oldest = Math.min(...all.map((one) => oldestTold(context, one)));
      return (
        `<tse:GetRecordingSummaryResponse><tse:Summary><tt:DataFrom>${time(oldest)}</tt:DataFrom>` +
        `<tt:DataUntil>${time(context.now)}</tt:DataUntil><tt:NumberRecordings>${all.length}</tt:NumberRecordings></tse:Summary></tse:GetRecordingSummaryResponse>`
      );
    },
    FindRecordings: (context: OnvifContext, body: XmlElement) => {
      const results = this.#scope(context, body).map(
        (one) =>
          `<tt:RecordingInformation><tt:RecordingToken>${one.token}</tt:RecordingToken>${sourceOf(one)}` +
          `<tt:EarliestRecording>${time(oldestTold(context, one))}</tt:EarliestRecording><tt:LatestRecording>${time(context.now)}</tt:LatestRecording><tt:Content/>` +
          `<tt:Track><tt:TrackToken>Video_1</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:Description/><tt:DataFrom>${time(oldestTold(context, one))}</tt:DataFrom>` +
          `<tt:DataTo>${time(context.now)}</tt:DataTo></tt:Track><tt:RecordingStatus>Recording</tt:RecordingStatus></tt:RecordingInformation>`,
      );
      return this.#begin('FindRecordings', 'recordings', context, body, results);
    },
    GetRecordingSearchResults: (context: OnvifContext, body: XmlElement) =>
      this.#results('GetRecordingSearchResults', 'recordings', context, body),
    FindEvents: (context: OnvifContext, body: XmlElement) => {
      const from = Date.parse(textAt(body, 'StartPoint'));
      const end = textAt(body, 'EndPoint');
      const to = end === '' ? context.now : Date.parse(end);
      if (!Number.isFinite(from) || !Number.isFinite(to))
        throw new SoapRefusal('Sender', ['ter:InvalidArgVal'], 'StartPoint and EndPoint are times');
      const results = this.#scope(context, body)
        .flatMap(({ token, spans }) =>
          spans.flatMap((span, place) => [
            { at: span.from, token, recording: true },
            // The last span goes on
            ...(place + 1 < spans.length ? [{ at: span.to, token, recording: false }] : []),
          ]),
        )
        .filter(({ at }) => at >= from && at <= to)
        .sort((one, other) => one.at - other.at)
        .map(recordingState);
      return this.#begin('FindEvents', 'events', context, body, results);
    },
    GetEventSearchResults: (context: OnvifContext, body: XmlElement) =>
      this.#results('GetEventSearchResults', 'events', context, body),
    EndSearch: (context: OnvifContext, body: XmlElement) => {
      this.#searches.delete(this.#known(context, body).token);
      return `<tse:EndSearchResponse><tse:Endpoint>${time(context.now)}</tse:Endpoint></tse:EndSearchResponse>`;
    },
  };

  #footage({ site, now, faults }: OnvifContext): Footage[] {
    const started = this.#startedAt + (faults.clockOffsetMs ?? 0);
    return site.cameras.map(({ name, index }, place) => {
      const spans = footageSpans(index, started, now);
      return { token: `Recording_${place + 1}`, place, name, spans };
    });
  }

  #scope(context: OnvifContext, body: XmlElement): Footage[] {
    const scope = body.children.find(({ name }) => name === 'Scope') ?? null;
    const wanted = findAll(scope, 'IncludedRecordings').map(({ text }) => text.trim());
    const all = this.#footage(context);
    return wanted.length === 0 ? all : all.filter(({ token }) => wanted.includes(token));
  }

  #begin(
    operation: string,
    list: Search['list'],
    { site }: OnvifContext,
    body: XmlElement,
    results: string[],
  ): string {
    const now = performance.now();
    for (const [token, search] of this.#searches)
      if (search.endsAt < now) this.#searches.delete(token);
    const own = [...this.#searches.values()].filter(({ siteId }) => siteId === site.id);
    if (own.length >= maxSearches)
      throw new SoapRefusal(
        'Receiver',
        ['ter:Action', 'ter:ResourceProblem'],
        'Too many searches at one time',
      );
    const most = Number.parseInt(textAt(body, 'MaxMatches'), 10);
    const taken = most > 0 ? results.slice(0, most) : results;
    this.#count += 1;
    const token = `Search_${this.#count}`;
    const endsAt = now + searchKeptMs;
    this.#searches.set(token, { siteId: site.id, results: taken, list, endsAt });
    return `<tse:${operation}Response><tse:SearchToken>${token}</tse:SearchToken></tse:${operation}Response>`;
  }

  #known({ site }: OnvifContext, body: XmlElement): { token: string; search: Search } {
    const token = textAt(body, 'SearchToken');
    const search = this.#searches.get(token);
    if (!search || search.siteId !== site.id || search.endsAt < performance.now())
      throw new SoapRefusal(
        'Sender',
        ['ter:InvalidArgVal', 'ter:InvalidToken'],
        `There is no search ${token.slice(0, 80)}`,
      );
    search.endsAt = performance.now() + searchKeptMs;
    return { token, search };
  }

  #results(
    operation: string,
    list: Search['list'],
    context: OnvifContext,
    body: XmlElement,
  ): string {
    const { search } = this.#known(context, body);
    if (search.list !== list)
      throw new SoapRefusal(
        'Sender',
        ['ter:InvalidArgVal', 'ter:InvalidToken'],
        'That search looks for something else',
      );
    const most = Number.parseInt(textAt(body, 'MaxResults'), 10);
    const part = search.results.splice(0, most > 0 ? most : 100);
    const state = search.results.length === 0 ? 'Completed' : 'Searching';
    return (
      `<tse:${operation}Response><tse:ResultList><tt:SearchState>${state}</tt:SearchState>${part.join('')}` +
      `</tse:ResultList></tse:${operation}Response>`
    );
  }
}

/** What a recorder that was started at `started` holds of a camera, ms since 1970 by its clock. */
export function footageSpans(index: number, started: number, now: number): Footage['spans'] {
  const days = index === shortCamera ? 12 : 31 + (index % 7);
  const oldest = Math.floor(started / hour) * hour - days * day;
  const gap = Math.floor(started / hour) * hour - 5 * day;
  if (index !== gapCamera) return [{ from: oldest, to: now }];
  return [
    { from: oldest, to: gap },
    { from: gap + 9 * hour, to: now },
  ];
}

/** Where a main stream's footage is replayed. */
export function replayPath(main: string): string {
  return `${main.replace(/\/main$/, '')}/replay`;
}

function oldestTold({ faults }: OnvifContext, { spans }: Footage): number {
  return faults.footage?.earliest1970 ? 0 : spans[0]!.from;
}

function sourceOf({ place, name }: Footage): string {
  return (
    `<tt:Source><tt:SourceId>${sourceToken(place)}</tt:SourceId><tt:Name>${escapeXml(name)}</tt:Name><tt:Location/>` +
    '<tt:Description/><tt:Address/></tt:Source>'
  );
}

/** How a recorder tells where footage begins and ends (Recording Search, "Recording Event Descriptions"). */
function recordingState(state: { at: number; token: string; recording: boolean }): string {
  return (
    `<tt:Result><tt:RecordingToken>${state.token}</tt:RecordingToken><tt:TrackToken>Video_1</tt:TrackToken><tt:Time>${time(state.at)}</tt:Time>` +
    '<tt:Event><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">tns1:RecordingHistory/Recording/State</wsnt:Topic>' +
    `<wsnt:Message><tt:Message UtcTime="${time(state.at)}" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="RecordingToken" Value="${state.token}"/></tt:Source>` +
    `<tt:Data><tt:SimpleItem Name="IsRecording" Value="${state.recording}"/></tt:Data></tt:Message></wsnt:Message></tt:Event>` +
    '<tt:StartStateEvent>false</tt:StartStateEvent></tt:Result>'
  );
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
