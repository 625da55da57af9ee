import { deviceWords, flagText, numberAt, wordsAt } from './device-text.ts';
import type { DeviceClock } from './onvif.types.ts';
import { utcTime } from './onvif-time.ts';
import { namespaces } from './services.ts';
import type { SoapAnswer, SoapRequest } from './soap-caller.ts';
import { find, type XmlElement } from './xml.ts';

export function clockRequest(url: string): SoapRequest {
  return { url, namespace: namespaces.device, operation: 'GetSystemDateAndTime', preAuth: true };
}

/**
 * The clock a device told (ONVIF Core, GetSystemDateAndTime), taken at the middle of the exchange.
 * @param receivedAt ours, ms since 1970, as the answer was complete
 * @returns null where the answer holds no time
 */
export function readClock(answer: SoapAnswer, receivedAt: number): DeviceClock | null {
  const told = find(answer.body, 'SystemDateAndTime') ?? answer.body;
  const utc = dateTimeOf(find(told, 'UTCDateTime'));
  const local = utc === null ? dateTimeOf(find(told, 'LocalDateTime')) : null;
  const time = utc ?? local ?? answer.date;
  if (time === null) return null;
  return {
    offsetMs: Math.round(time - (receivedAt - answer.tookMs / 2)),
    source: utc !== null ? 'utc' : local !== null ? 'local' : 'http',
    timeZone: deviceWords(find(told, 'TimeZone', 'TZ')?.text, 80),
    daylightSaving: flagText(find(told, 'DaylightSavings')?.text) ?? false,
    kind: wordsAt(told, 'DateTimeType'),
    measuredAt: receivedAt,
  };
}

/** Where the device does not tell its clock: by the Date header of any answer. */
export function clockOfHeader(date: number, tookMs: number, receivedAt: number): DeviceClock {
  return {
    offsetMs: Math.round(date - (receivedAt - tookMs / 2)),
    source: 'http',
    timeZone: '',
    daylightSaving: false,
    kind: '',
    measuredAt: receivedAt,
  };
}

function dateTimeOf(element: XmlElement | null): number | null {
  const [year, month, day] = ['Year', 'Month', 'Day'].map((name) =>
    numberAt(element, 'Date', name),
  );
  const [hour, minute, second] = ['Hour', 'Minute', 'Second'].map((name) =>
    numberAt(element, 'Time', name),
  );
  if (year == null || month == null || day == null || hour == null || minute == null) return null;
  return utcTime(year, month, day, hour, minute, second ?? 0);
}
