import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { browser, hear, type NewTarget } from './browser.ts';
import type { DevToolsEvent } from './devtools.ts';
import { ipcMain } from './ipc-main.ts';
import { bindingName, type FromWorld, worldName, worldScript } from './isolated-world.ts';
import { Carrier, type MessagePortMain } from './ports.ts';
import { asOnScheme, fromChromium, toChromium } from './schemes.ts';
import { session } from './session.ts';

type WindowOpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

/** An event that a listener may prevent, as Electron hands them out. */
export class Preventable {
  defaultPrevented = false;
  readonly url?: string;

  constructor(fields: object = {}) {
    Object.assign(this, fields);
  }

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

export const contentsCreated = new EventEmitter();

/** Chromium's names of what a page may ask, and Electron's. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
] as const;

/** Electron's `WebContents` over one page of a real Chromium. */
export class WebContents extends EventEmitter {
  readonly mainFrame = { url: '' };
  readonly #preload: string;
  readonly #ready: Promise<{ targetId: string; sessionId: string }>;
  #page: { targetId: string; sessionId: string } | null = null;
  #openHandler: WindowOpenHandler = () => ({ action: 'allow' });
  #mainFrameId = '';
  /** Context of the preload's world in the current document. */
  #world: number | null = null;
  #carrier: Carrier | null = null;
  /** The shell itself navigates: that is no `will-navigate`. */
  #ownNavigation = false;
  #destroyed = false;

  constructor(preload: string, size: { width: number; height: number }) {
    super();
    this.#preload = readFileSync(preload, 'utf8');
    this.#ready = this.#create(size);
    contentsCreated.emit('created', this);
  }

  get pageReady(): Promise<{ targetId: string; sessionId: string }> {
    return this.#ready;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  isDevToolsOpened(): boolean {
    return false;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  async loadURL(url: string): Promise<void> {
    await this.#ready;
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    this.#ownNavigation = true;
    const { errorText } = await this.#send('Page.navigate', { url: toChromium(url) });
    if (!errorText) return loaded;
    const code = errorText === 'net::ERR_ABORTED' ? -3 : -2;
    this.emit('did-fail-load', new Preventable(), code, errorText, url, true);
    throw new Error(`${errorText} loading ${url}`);
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const carrier = this.#carrier;
    if (this.#world === null || !carrier) {
      // No document with a preload: as in Electron, the message is lost and the ports close.
      for (const port of transfer) port.take().close();
      return;
    }
    const ids = carrier.transfer(transfer);
    const world = this.#world;
    const args = [channel, message, ids].map((value) => JSON.stringify(value)).join(', ');
    this.#inWorld(world, `__standIn.ipc(${args})`);
    carrier.begin(ids);
  }

  forcefullyCrashRenderer(): void {
    // The answer never comes: there is nobody left to give it.
    void this.#send('Page.crash').catch(() => {});
  }

  /** Runs an expression in the page, or in the preload's isolated world. */
  async evaluate(expression: string, world: 'page' | 'preload'): Promise<unknown> {
    await this.#ready;
    const where = world === 'preload' ? { contextId: this.#world } : {};
    const { result, exceptionDetails } = await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
      ...where,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async screenshot(): Promise<string> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
    return data;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#leaveDocument();
    const page = this.#page;
    if (page)
      void browser()
        .send('Target.closeTarget', page)
        .catch(() => {});
    this.emit('destroyed');
  }

  async #create({ width, height }: { width: number; height: number }) {
    const devTools = browser();
    const origin = toChromium('app://vonggac/');
    for (const [name, permission] of permissions) {
      const { request, check } = session.defaultSession.granted(permission, origin);
      const setting = request && check ? 'granted' : 'denied';
      await devTools.send('Browser.setPermission', { permission: { name }, setting, origin });
    }
    const { targetId } = await devTools.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width,
      height,
    });
    const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true });
    const page = { targetId, sessionId };
    this.#page = page;
    hear(
      page,
      (event) => this.#take(event),
      (target) => this.#opened(target),
    );
    const { frameTree } = await this.#send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    await this.#send('Page.enable');
    await this.#send('Inspector.enable');
    await this.#send('Runtime.enable');
    await this.#send('Runtime.addBinding', {
      name: bindingName,
      executionContextName: worldName,
    });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', {
      source: worldScript(this.#preload),
      worldName,
    });
    await this.#send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    return page;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the protocol's own shapes.
  #send(method: string, params: object = {}): Promise<any> {
    if (!this.#page) return Promise.reject(new Error('no page yet'));
    return browser().send(method, params, this.#page.sessionId);
  }

  #inWorld(contextId: number, expression: string): void {
    // A document that is just leaving takes nothing any more; its ports are closed with it.
    void this.#send('Runtime.evaluate', { expression, contextId }).catch(() => {});
  }

  #take({ method, params }: DevToolsEvent): void {
    if (method === 'Fetch.requestPaused') void this.#request(params).catch(() => {});
    else if (method === 'Runtime.bindingCalled') this.#fromWorld(params);
    else if (method === 'Runtime.executionContextCreated') this.#context(params.context);
    else if (method === 'Runtime.executionContextDestroyed') {
      if (params.executionContextId === this.#world) this.#leaveDocument();
    } else if (method === 'Runtime.executionContextsCleared') this.#leaveDocument();
    else if (method === 'Page.frameNavigated' && !params.frame.parentId) {
      this.#ownNavigation = false;
      this.mainFrame.url = fromChromium(params.frame.url);
      this.emit('did-navigate', new Preventable(), this.mainFrame.url);
    } else if (method === 'Page.loadEventFired') this.emit('did-finish-load');
    else if (method === 'Inspector.targetCrashed') {
      this.#leaveDocument();
      this.emit('render-process-gone', new Preventable(), { reason: 'crashed', exitCode: 1 });
    }
  }

  #context(context: { id: number; name: string; auxData?: { frameId?: string } }): void {
    if (context.name !== worldName || context.auxData?.frameId !== this.#mainFrameId) return;
    this.#leaveDocument();
    const world = context.id;
    this.#world = world;
    this.#carrier = new Carrier((message) => {
      if (message.kind === 'close') this.#inWorld(world, `__standIn.close(${message.port})`);
      if (message.kind !== 'data') return;
      const { port, data } = message;
      if (typeof data === 'string') {
        this.#inWorld(world, `__standIn.text(${port}, ${JSON.stringify(data)})`);
      } else if (data instanceof Uint8Array) {
        const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
        this.#inWorld(world, `__standIn.bytes(${port}, "${base64}")`);
      }
    });
  }

  #leaveDocument(): void {
    this.#carrier?.lose();
    this.#carrier = null;
    this.#world = null;
  }

  #fromWorld(params: { name: string; payload: string; executionContextId: number }): void {
    if (params.name !== bindingName || params.executionContextId !== this.#world) return;
    const message = JSON.parse(params.payload) as FromWorld;
    if (message.kind === 'ipc') {
      const event = { sender: this, senderFrame: this.mainFrame, ports: [] };
      ipcMain.emit(message.channel, event, ...message.args);
    } else if (message.kind === 'close') {
      this.#carrier?.take(message);
    } else {
      const data =
        message.kind === 'text'
          ? message.text
          : new Uint8Array(Buffer.from(message.base64, 'base64'));
      this.#carrier?.take({ kind: 'data', port: message.port, data });
    }
  }

  async #request(params: {
    requestId: string;
    frameId: string;
    resourceType: string;
    request: { url: string; method: string };
  }): Promise<void> {
    const { requestId } = params;
    const url = fromChromium(params.request.url);
    const fail = (errorReason: string) =>
      this.#send('Fetch.failRequest', { requestId, errorReason });
    if (params.resourceType === 'Document' && this.#refused(url, params.frameId)) {
      return fail('Aborted');
    }
    if (session.defaultSession.cancelled(url, params.request.method)) {
      return fail('BlockedByClient');
    }
    const response = await session.defaultSession.answer(url, params.request.method);
    // The stand-in's Chromium reaches no network at all.
    if (!response) return fail('InternetDisconnected');
    const type = response.headers.get('content-type') ?? '';
    const bytes = Buffer.from(await response.arrayBuffer());
    await this.#send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: (type.startsWith('text/javascript') ? asOnScheme(bytes, url) : bytes).toString(
        'base64',
      ),
    });
  }

  #refused(url: string, frameId: string): boolean {
    const isMainFrame = frameId === this.#mainFrameId;
    if (isMainFrame && this.#ownNavigation) return false;
    const event = new Preventable({ url, isMainFrame });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url);
    return event.defaultPrevented;
  }

  #opened({ targetId, sessionId, url }: NewTarget): void {
    const { action } = this.#openHandler({ url: fromChromium(url) });
    this.emit('stand-in-window-open', action);
    const devTools = browser();
    const done = () => {};
    if (action === 'deny') devTools.send('Target.closeTarget', { targetId }).then(done, done);
    // Its opener shares its thread, which waits too.
    devTools.send('Runtime.runIfWaitingForDebugger', {}, sessionId).then(done, done);
  }
}
