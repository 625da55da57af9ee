import type { Cause } from '../contract/cause.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { CameraBook } from './camera-book.ts';

/**
 * Whether a stream of this device (`host:port`) stands refused on the wall. It stays so until a person
 * gives another login, so nobody else tries the one there is.
 */
export function wallRefusal(
  supervisor: Pick<StreamSupervisor, 'states'>,
  book: Pick<CameraBook, 'urlOf'>,
  device: string,
): Cause | null {
  for (const { key, state } of supervisor.states()) {
    if (state.phase !== 'refused' || state.cause.code !== 'rtsp.unauthorized') continue;
    const url = book.urlOf(key);
    if (url !== null && endpointOf(url) === device) return state.cause;
  }
  return null;
}
