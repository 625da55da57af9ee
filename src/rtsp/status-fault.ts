import type { RtspResponse } from '../rtsp-parse/message.ts';
import { Fault } from '../std/fault.ts';

/**
 * What a refusal means. 401 never comes here: the login reads it.
 * @param described the same device has just answered DESCRIBE well: a 500 then is what several
 *   recorders say instead of 453 when they have too many clients
 */
export function statusFault(response: RtspResponse, method: string, described: boolean): Fault {
  const { status } = response;
  const text = `${status} to ${method}`;
  const params = { status };
  switch (status) {
    case 401:
      return new Fault('rtsp.unauthorized', text, params);
    case 403:
      return new Fault('rtsp.forbidden', text, params);
    case 404:
    case 410:
      return new Fault('rtsp.not-found', text, params);
    case 453:
    case 503:
      return new Fault('rtsp.too-many-clients', text, params);
    case 500:
      return new Fault(described ? 'rtsp.too-many-clients' : 'rtsp.server-error', text, params);
    case 461:
      return new Fault('rtsp.transport-refused', text, params);
    default:
      return new Fault('rtsp.server-error', text, params);
  }
}
