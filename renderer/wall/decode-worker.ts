import { DecodeHub } from './decode-hub.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The decode worker: video never touches the thread that draws the page. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;
const hub = new DecodeHub({ post: (message, transfer) => scope.postMessage(message, transfer) });
scope.onmessage = (event) => hub.handle(event.data);
