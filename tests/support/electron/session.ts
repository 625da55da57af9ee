import { EventEmitter } from 'node:events';
import { privileged } from './schemes.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type PermissionRequest = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;
type BeforeRequest = (
  details: { url: string; method: string },
  answer: (response: { cancel?: boolean }) => void,
) => void;

/** Electron's `Session`: what the shell sets is asked for each request and each permission. */
class SessionStandIn extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  permissionRequest: PermissionRequest | null = null;
  permissionCheck: PermissionCheck | null = null;
  devicePermission: ((details: object) => boolean) | null = null;
  beforeRequest: BeforeRequest | null = null;

  readonly protocol = {
    handle: (scheme: string, handler: Handler) => {
      if (!privileged.has(scheme)) throw new Error(`${scheme} is not registered as privileged`);
      this.handlers.set(scheme, handler);
    },
  };

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: ((details: object) => boolean) | null): void {
    this.devicePermission = handler;
  }

  /** Electron grants what nobody refuses. */
  granted(permission: string, origin: string): { request: boolean; check: boolean } {
    let request = true;
    this.permissionRequest?.(
      null,
      permission,
      (answer) => {
        request = answer;
      },
      {},
    );
    const check = this.permissionCheck ? this.permissionCheck(null, permission, origin) : true;
    return { request, check };
  }

  cancelled(url: string, method: string): boolean {
    let cancel = false;
    this.beforeRequest?.({ url, method }, (response) => {
      cancel = response.cancel === true;
    });
    return cancel;
  }

  async answer(url: string, method: string): Promise<Response | null> {
    const scheme = /^([a-z]+):/.exec(url)?.[1] ?? '';
    const handler = this.handlers.get(scheme);
    // A real Request normalises the URL as Electron's does.
    return handler ? handler(new Request(url, { method })) : null;
  }
}

export const session = { defaultSession: new SessionStandIn() };
