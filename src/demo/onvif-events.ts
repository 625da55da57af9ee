import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration } from '../onvif/onvif-time.ts';
import { escapeXml, type XmlElement } from '../onvif/xml.ts';
import { type OnvifContext, serviceAddress, sourceToken } from './onvif-site.ts';
import { SoapRefusal, textAt } from './onvif-soap.ts';

/** Something moves before each camera for 6 s in every 40 s, never before two neighbours at once. */
const motionEvery = 40_000;
const motionFor = 6_000;
const neighbourAfter = 9_700;
const topic = 'tns1:VideoSource/MotionAlarm';
const usualPullPoints = 10;
const longestKeepMs = 3_600_000;
const longestPullMs = 60_000;

interface PullPoint {
  readonly siteId: string;
  readonly wanted: boolean;
  /** Events up to here were pulled; null: not even the states at the start. Recorder's clock. */
  cursor: number | null;
  endsAt: number;
  pulling: boolean;
}

interface Motion {
  readonly at: number;
  readonly place: number;
  readonly moves: boolean;
  readonly operation: 'Initialized' | 'Changed';
}

/** ONVIF events by pull point (ONVIF Core, "Real-time Pull-Point Notification Interface"). */
export class OnvifEvents {
  readonly #points = new Map<string, PullPoint>();
  #count = 0;

  create(context: OnvifContext, body: XmlElement): string {
    const { site, now } = context;
    for (const [id, point] of this.#points) if (point.endsAt <= now) this.#points.delete(id);
    const own = [...this.#points.values()].filter(({ siteId }) => siteId === site.id);
    const maxPullPoints = context.faults.maxPullPoints ?? usualPullPoints;
    if (own.length >= maxPullPoints)
      throw new SoapRefusal(
        'Receiver',
        ['wsnt:SubscribeCreationFailedFault'],
        `No more than ${maxPullPoints} subscriptions`,
      );
    const endsAt = now + keepMs(textAt(body, 'InitialTerminationTime'), now);
    const filter = textAt(body, 'Filter', 'TopicExpression');
    this.#count += 1;
    const id = String(this.#count);
    const wanted = filter === '' || filter.split('|').some(isMotion);
    this.#points.set(id, { siteId: site.id, wanted, cursor: null, endsAt, pulling: false });
    return (
      `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${escapeXml(`${serviceAddress(context, 'events')}?Idx=${id}`)}</wsa:Address>` +
      `</tev:SubscriptionReference>${terms(now, endsAt)}</tev:CreatePullPointSubscriptionResponse>`
    );
  }

  async pull(context: OnvifContext, body: XmlElement, id: string): Promise<string> {
    const point = this.#known(context, id);
    if (point.pulling)
      throw new SoapRefusal('Receiver', ['ter:Action'], 'Another pull is under way');
    const timeout = Math.min(longestPullMs, parseDuration(textAt(body, 'Timeout')) ?? 0);
    const most = Math.max(1, Number.parseInt(textAt(body, 'MessageLimit'), 10) || 1);
    const { site, signal } = context;
    const started = performance.now();
    const now = () => context.now + performance.now() - started;
    const indices = site.cameras.map(({ index }) => index);
    point.pulling = true;
    try {
      let found = point.wanted ? motionsSince(indices, point.cursor, now()) : [];
      while (found.length === 0 && performance.now() - started < timeout) {
        const left = timeout - (performance.now() - started);
        await pause(Math.max(1, Math.min(left, 250)), null, { signal });
        if (point.wanted) found = motionsSince(indices, point.cursor, now());
      }
      const told = found.slice(0, most);
      const last = told.at(-1);
      // States at the start come in one answer: what is left of them is dropped with the limit
      if (last) point.cursor = last.at;
      return (
        `<tev:PullMessagesResponse><tev:CurrentTime>${time(now())}</tev:CurrentTime><tev:TerminationTime>${time(point.endsAt)}</tev:TerminationTime>` +
        `${told.map(message).join('')}</tev:PullMessagesResponse>`
      );
    } finally {
      point.pulling = false;
    }
  }

  renew(context: OnvifContext, body: XmlElement, id: string): string {
    if (context.faults.noRenew)
      throw new SoapRefusal('Receiver', ['ter:ActionNotSupported'], 'Renew is not supported');
    const point = this.#known(context, id);
    point.endsAt = context.now + keepMs(textAt(body, 'TerminationTime'), context.now);
    return `<wsnt:RenewResponse>${terms(context.now, point.endsAt)}</wsnt:RenewResponse>`;
  }

  unsubscribe(context: OnvifContext, id: string): string {
    this.#known(context, id);
    this.#points.delete(id);
    return '<wsnt:UnsubscribeResponse/>';
  }

  #known({ site, now }: OnvifContext, id: string): PullPoint {
    const point = this.#points.get(id);
    if (!point || point.siteId !== site.id || point.endsAt <= now)
      throw new SoapRefusal(
        'Sender',
        ['wsrf-rw:ResourceUnknownFault'],
        'There is no such subscription',
      );
    return point;
  }
}

/** Changes after `since` up to `now`, the oldest first; since null: how things stand. */
export function motionsSince(
  indices: readonly number[],
  since: number | null,
  now: number,
): Motion[] {
  if (since === null)
    return indices.map((index, place) => {
      const moves = phaseAt(index, now) < motionFor;
      return { at: now, place, moves, operation: 'Initialized' };
    });
  const from = Math.max(since, now - 2 * motionEvery);
  const found: Motion[] = [];
  for (const [place, index] of indices.entries()) {
    const first = from - phaseAt(index, from);
    for (let begin = first; begin <= now; begin += motionEvery) {
      for (const [at, moves] of [
        [begin, true],
        [begin + motionFor, false],
      ] as const)
        if (at > from && at <= now) found.push({ at, place, moves, operation: 'Changed' });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

function phaseAt(index: number, at: number): number {
  return (at + index * neighbourAfter) % motionEvery;
}

/** A topic expression of the concrete set that takes our topic in: `tns1:VideoSource//.` */
function isMotion(expression: string): boolean {
  const path = expression
    .trim()
    .replace(/\/\/?\.$/, '')
    .replace(/[\w.-]+:/g, '');
  return path === '' || path === 'VideoSource' || path === 'VideoSource/MotionAlarm';
}

function message({ at, place, moves, operation }: Motion): string {
  return (
    `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic>` +
    `<wsnt:Message><tt:Message UtcTime="${time(at)}" PropertyOperation="${operation}"><tt:Source><tt:SimpleItem Name="Source" Value="${sourceToken(place)}"/></tt:Source>` +
    `<tt:Data><tt:SimpleItem Name="State" Value="${moves}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`
  );
}

/** A duration, or a point in time by the recorder's clock. */
function keepMs(text: string, now: number): number {
  const told = parseDuration(text) ?? (text === '' ? 60_000 : Date.parse(text) - now);
  if (!(told > 0))
    throw new SoapRefusal(
      'Sender',
      ['wsnt:UnacceptableTerminationTimeFault'],
      'The end must lie in the future',
    );
  return Math.min(told, longestKeepMs);
}

function terms(now: number, endsAt: number): string {
  return `<wsnt:CurrentTime>${time(now)}</wsnt:CurrentTime><wsnt:TerminationTime>${time(endsAt)}</wsnt:TerminationTime>`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
