import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The page's end of the decode worker. */
export interface WorkerLink {
  post(message: ToWorker, transfer?: Transferable[]): void;
  onMessage: ((message: FromWorker) => void) | null;
  close(): void;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | null = null;

/** The only script that this page ever loads by an address: one of its own origin. */
function trustedScriptUrl(url: string): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!factory) return ownUrl(url);
  policy ??= factory.createPolicy('vonggac', { createScriptURL: ownUrl });
  return policy.createScriptURL(url) as string;
}

function ownUrl(url: string): string {
  const whole = new URL(url, document.baseURI);
  if (whole.origin !== location.origin) throw new TypeError('a worker of another origin');
  return whole.href;
}

/** @throws {TypeError} where `url` is not of the page's own origin. */
export function startDecodeWorker(url: string, onFailure: (message: string) => void): WorkerLink {
  const worker = new Worker(trustedScriptUrl(url), { type: 'module', name: 'decode' });
  const link: WorkerLink = {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: null,
    close: () => worker.terminate(),
  };
  worker.onmessage = (event: MessageEvent<FromWorker>) => link.onMessage?.(event.data);
  worker.onerror = (event) => onFailure(event.message || 'the decode worker did not start');
  return link;
}
