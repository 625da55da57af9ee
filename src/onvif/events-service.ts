import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../std/fault.ts';
import { referenceHeaders, subscriptionAddress } from './endpoint-reference.ts';
import type { EventsService, PullPoint } from './events.types.ts';
import { readNotification } from './notification.ts';
import { durationText, parseOnvifTime } from './onvif-time.ts';
import { namespaces } from './services.ts';
import type { SoapAnswer, SoapCaller } from './soap-caller.ts';
import { escapeXml, find, findAll } from './xml.ts';

const wsnt = 'http://docs.oasis-open.org/wsn/b-2';
const actions = {
  create: 'http://www.onvif.org/ver10/events/wsdl/EventPortType/CreatePullPointSubscriptionRequest',
  pull: 'http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesRequest',
  renew: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
  unsubscribe: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
};
const maxEvents = 1_000;
/** A device that does not wait is asked at most this often. */
const shortestPullMs = 500;
const longestPullMs = 60_000;

export interface EventsOptions {
  readonly caller: SoapCaller;
  readonly url: string;
  readonly rewrite: (uri: string) => string | null;
  readonly now: () => number;
  readonly signal: AbortSignal | null;
}

/** Pull points: the device keeps events for us, and we ask for them (ONVIF Core, "Pull-point"). */
export function eventsService(options: EventsOptions): EventsService {
  const { caller, url, rewrite } = options;
  return {
    async createPullPoint({ keepMs = 60_000, topics } = {}) {
      const filter =
        topics === undefined
          ? ''
          : `<Filter><wsnt:TopicExpression Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${escapeXml(topics)}</wsnt:TopicExpression></Filter>`;
      const answer = await caller.call({
        url,
        namespace: namespaces.events,
        operation: 'CreatePullPointSubscription',
        action: actions.create,
        headers: addressing(actions.create, url),
        attributes: ` xmlns:wsnt="${wsnt}" xmlns:tns1="http://www.onvif.org/ver10/topics"`,
        body: `${filter}<InitialTerminationTime>${durationText(keepMs)}</InitialTerminationTime>`,
      });
      return new Subscription(
        options,
        answer,
        keepMs,
        rewrite(subscriptionAddress(answer.body)) ?? url,
      );
    },
  };
}

class Subscription implements PullPoint {
  readonly url: string;
  endsAt: number;
  readonly #options: EventsOptions;
  readonly #told: string;
  readonly #references: string;
  readonly #keepMs: number;

  constructor(options: EventsOptions, answer: SoapAnswer, keepMs: number, url: string) {
    this.url = url;
    this.#options = options;
    this.#keepMs = keepMs;
    // As the device knows itself: it compares, and it is behind the router.
    this.#told = subscriptionAddress(answer.body) || url;
    this.#references = referenceHeaders(answer.text);
    this.endsAt = this.#endOf(answer, keepMs);
  }

  async pull(options: { readonly waitMs?: number; readonly limit?: number } = {}) {
    const waitMs = Math.max(1, Math.min(options.waitMs ?? 5_000, longestPullMs));
    const limit = options.limit ?? 100;
    const started = performance.now();
    const answer = await this.#call('PullMessages', namespaces.events, actions.pull, {
      body: `<Timeout>${durationText(waitMs)}</Timeout><MessageLimit>${Math.max(1, Math.floor(limit))}</MessageLimit>`,
      extraMs: waitMs,
    });
    const messages = findAll(answer.body, 'NotificationMessage').slice(0, maxEvents);
    const took = performance.now() - started;
    if (messages.length === 0 && took < Math.min(waitMs, shortestPullMs)) {
      const { signal } = this.#options;
      await pause(Math.min(waitMs, shortestPullMs) - took, null, signal ? { signal } : {}).catch(
        () => {},
      );
    }
    return messages.map(readNotification);
  }

  async renew(keepMs = this.#keepMs) {
    try {
      const answer = await this.#call('Renew', wsnt, actions.renew, {
        body: `<TerminationTime>${durationText(keepMs)}</TerminationTime>`,
      });
      this.endsAt = this.#endOf(answer, keepMs);
      return true;
    } catch (error) {
      if ((error as Fault).code.startsWith('onvif.')) return false;
      throw error;
    }
  }

  async unsubscribe() {
    await this.#call('Unsubscribe', wsnt, actions.unsubscribe, {}).catch(() => {});
    this.endsAt = Math.min(this.endsAt, this.#options.now());
  }

  async #call(
    operation: string,
    namespace: string,
    action: string,
    rest: { body?: string; extraMs?: number },
  ) {
    try {
      return await this.#options.caller.call({
        url: this.url,
        namespace,
        operation,
        action,
        headers: addressing(action, this.#told) + this.#references,
        ...rest,
      });
    } catch (error) {
      const fault = Fault.from(error);
      const { status } = fault as { status?: number };
      // The subscription's own address is not there any more, while the device is.
      if (operation === 'PullMessages' && (status === 404 || status === 410)) {
        throw new Fault('onvif.gone', fault.message, {}, fault);
      }
      throw fault;
    }
  }

  /** By our clock, from the two times the device told, which belong to one clock, whatever it shows. */
  #endOf({ body }: SoapAnswer, keepMs: number): number {
    const current = parseOnvifTime(find(body, 'CurrentTime')?.text);
    const end = parseOnvifTime(find(body, 'TerminationTime')?.text);
    const told = current === null || end === null ? keepMs : end - current;
    // Some tell an end in the past or years away.
    return this.#options.now() + (told > 0 && told <= keepMs * 10 ? told : keepMs);
  }
}

function addressing(action: string, to: string): string {
  return `<wsa:Action>${action}</wsa:Action><wsa:To>${escapeXml(to)}</wsa:To>`;
}
