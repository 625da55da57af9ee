import { deviceWords, wordsAt } from './device-text.ts';
import type { OnvifEvent } from './events.types.ts';
import { parseOnvifTime } from './onvif-time.ts';
import { find, findAll, type XmlElement } from './xml.ts';

const maxItems = 64;
const maxTopic = 300;

/** A NotificationMessage (WS-BaseNotification 1.3; ONVIF Core, "Notification"). */
export function readNotification(element: XmlElement): OnvifEvent {
  const topic = deviceWords(find(element, 'Topic')?.text, maxTopic);
  // `Message` of WS-BaseNotification holds `Message` of ONVIF; some devices leave the outer one out.
  const outer = find(element, 'Message');
  const message = find(outer, 'Message') ?? outer;
  const operation = message?.attributes.get('PropertyOperation') ?? '';
  return {
    topic,
    path: topicPath(topic),
    at: parseOnvifTime(message?.attributes.get('UtcTime')),
    operation:
      operation === 'Initialized' || operation === 'Changed' || operation === 'Deleted'
        ? operation
        : '',
    source: itemsOf(find(message, 'Source')),
    key: itemsOf(find(message, 'Key')),
    data: itemsOf(find(message, 'Data')),
  };
}

/** `tns1:RuleEngine/tnshik:Motion` → `RuleEngine/Motion`: every part may have a vendor's prefix. */
export function topicPath(topic: string): string {
  return topic
    .split('/')
    .map((part) => part.replace(/^[^:]*:/, ''))
    .filter((part) => part !== '')
    .join('/');
}

/** SimpleItems by name; of ElementItems only that they are there. */
export function itemsOf(list: XmlElement | null): Record<string, string> {
  const items: [string, string][] = [];
  for (const item of findAll(list, 'SimpleItem').slice(0, maxItems)) {
    const name = deviceWords(item.attributes.get('Name'), 100);
    if (name !== '') items.push([name, deviceWords(item.attributes.get('Value'), 500)]);
  }
  for (const item of findAll(list, 'ElementItem').slice(0, maxItems)) {
    const name = deviceWords(item.attributes.get('Name'), 100);
    if (name !== '') items.push([name, wordsAt(item)]);
  }
  // Object.fromEntries defines own properties: a name like `__proto__` is only a name.
  return Object.fromEntries(items);
}
