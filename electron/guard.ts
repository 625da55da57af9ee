import type { App, IpcMainEvent, Session } from 'electron';
import type { Logger } from '../src/std/log.ts';
import { isOwnUrl } from './page-files.ts';

/** Nothing the page asks of the browser is granted: it draws, and talks through its two ports. */
export function denyPermissions(session: Session, log: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log.warn('permission refused', { permission });
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // The content security policy says the same to the page; this also holds for what it does not cover.
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = isOwnUrl(url) || /^(blob|data|devtools):/.test(url);
    if (!own) log.warn('request out of the page refused', { scheme: URL.parse(url)?.protocol });
    answer({ cancel: !own });
  });
}

/** Every web contents, whoever made it: it stays on our page, opens no window, embeds nothing. */
export function lockNavigation(app: App, log: Logger): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (what: string) => (event: { url?: string; preventDefault(): void }) => {
      if (event.url !== undefined && isOwnUrl(event.url)) return;
      event.preventDefault();
      log.warn(`${what} refused`, { scheme: URL.parse(event.url ?? '')?.protocol });
    };
    contents.on('will-navigate', refuse('navigation'));
    contents.on('will-redirect', refuse('redirect'));
    contents.on('will-frame-navigate', refuse('frame navigation'));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => {
      log.warn('new window refused');
      return { action: 'deny' };
    });
    // A page that asks "leave?" would keep a wall from closing with nobody there to answer.
    contents.on('will-prevent-unload', (event) => event.preventDefault());
  });
}

/**
 * Whether a message comes from the main frame of its window, while that shows our page. A frame inside
 * the page, or one that has navigated away or is gone in the meantime, has no say.
 */
export function isOurPage(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && isOwnUrl(frame.url);
}
