import { connect } from 'node:net';
import { askOptions } from '../hubs/ask-options.ts';
import { HttpDoor } from '../onvif/http-door.ts';
import { utcTime } from '../onvif/onvif-time.ts';
import { find, parseXml } from '../onvif/xml.ts';
import { authorityText } from '../rtsp-parse/url.ts';

/** Ports of ONVIF (2020 is TP-Link's, 8000 and 8080 recorders') and of RTSP. */
export const onvifPorts: readonly number[] = [80, 8000, 8080, 2020];
export const rtspPorts: readonly number[] = [554, 8554];

export interface HostAnswer {
  readonly openPorts: readonly number[];
  readonly onvif: { readonly url: string; readonly clockOffsetMs: number | null } | null;
  readonly rtsp: { readonly port: number; readonly server: string } | null;
}

export interface HostProbeOptions {
  readonly signal: AbortSignal;
  /** For a connection; default 1000. */
  readonly connectMs?: number;
  /** For an answer; default 3000. */
  readonly answerMs?: number;
  readonly onvifPorts?: readonly number[];
  readonly rtspPorts?: readonly number[];
}

/**
 * What one address is, without any login: which ports are open, and whether ONVIF
 * (GetSystemDateAndTime, which every device answers to strangers) or RTSP (OPTIONS) is spoken there.
 * Null where nothing is open.
 */
export async function probeHost(
  address: string,
  options: HostProbeOptions,
): Promise<HostAnswer | null> {
  const { signal, connectMs = 1000, answerMs = 3000 } = options;
  const ports = [...(options.onvifPorts ?? onvifPorts), ...(options.rtspPorts ?? rtspPorts)];
  const tried = await Promise.all(ports.map((port) => isOpen(address, port, connectMs, signal)));
  const openPorts = ports.filter((_, index) => tried[index]);
  if (openPorts.length === 0 || signal.aborted) return null;
  let onvif: HostAnswer['onvif'] = null;
  let rtsp: HostAnswer['rtsp'] = null;
  // One after the other: some cameras take two connections at most.
  for (const port of openPorts.filter((port) =>
    (options.onvifPorts ?? onvifPorts).includes(port),
  )) {
    onvif ??= await askClock(
      `http://${authorityText(address, port)}/onvif/device_service`,
      answerMs,
      signal,
    );
  }
  for (const port of openPorts.filter((port) => (options.rtspPorts ?? rtspPorts).includes(port))) {
    if (rtsp) break;
    const answer = await askOptions({ host: address, port, timeoutMs: answerMs, signal }).catch(
      () => null,
    );
    if (answer) rtsp = { port, server: answer.server };
  }
  return { openPorts, onvif, rtsp };
}

const clockQuestion =
  '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">' +
  '<s:Body><GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';

/**
 * Asks a device service for its clock, without a login (ONVIF Core 8.3.5, access class PRE_AUTH). A
 * SOAP fault is an answer of an ONVIF device too. Null where something else answers, or nothing.
 */
export async function askClock(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ url: string; clockOffsetMs: number | null } | null> {
  const door = new HttpDoor({
    host: new URL(url).hostname,
    pinnedFingerprint: null,
    signal,
    maxAnswerBytes: 64 * 1024,
  });
  try {
    const answer = await door.post({
      url,
      headers: {
        'Content-Type':
          'application/soap+xml; charset=utf-8; action="http://www.onvif.org/ver10/device/wsdl/GetSystemDateAndTime"',
      },
      body: clockQuestion,
      timeoutMs,
    });
    const root = parseXml(answer.body.toString('utf8'));
    const body = find(root, 'Body');
    if (!body) return null;
    const told = find(body, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime', 'UTCDateTime');
    if (!told && !find(body, 'GetSystemDateAndTimeResponse') && !find(body, 'Fault')) return null;
    const number = (...path: string[]) => Number(find(told, ...path)?.text ?? Number.NaN);
    const date = ['Year', 'Month', 'Day'].map((name) => number('Date', name));
    const time = ['Hour', 'Minute', 'Second'].map((name) => number('Time', name));
    const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = [
      ...date,
      ...time,
    ];
    const at = [...date, ...time].every(Number.isFinite)
      ? utcTime(year, month, day, hour, minute, second)
      : null;
    return {
      url,
      clockOffsetMs: at === null ? null : Math.round(at - (Date.now() - answer.tookMs / 2)),
    };
  } catch {
    return null;
  } finally {
    door.close();
  }
}

function isOpen(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const socket = connect({ host, port });
    const end = (open: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(open);
    };
    const aborted = () => end(false);
    const timer = setTimeout(aborted, timeoutMs);
    signal.addEventListener('abort', aborted, { once: true });
    socket.once('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}
