import { afterEach, describe, expect, it } from 'vitest';
import { connectCore } from '../../../renderer/wire/connect.ts';
import type { Core, MediaSource } from '../../../renderer/wire/core.types.ts';
import { pause, waitFor } from '../support/wait-for.ts';

/** The core's end of a port: answers `streams.list`, and says what it heard. */
function answer(port: MessagePort, heard: unknown[]) {
  port.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    heard.push(message);
    if (message.name === 'streams.retry') return;
    port.postMessage(JSON.stringify({ t: 'ok', id: message.id, result: [] }));
  };
}

/** A window of the Electron shell, as far as the page asks: its preload answers with ports. */
class FakeShell extends EventTarget {
  readonly location = { protocol: 'app:', origin: 'app://vonggac' } as Location;
  readonly heard: unknown[] = [];
  control: MessagePort | null = null;
  asked = 0;

  postMessage(message: { type: string }): void {
    if (message.type !== 'vonggac-ports-wanted') return;
    this.asked++;
    queueMicrotask(() => this.introduce());
  }

  introduce(source: unknown = this): void {
    const control = new MessageChannel();
    const media = new MessageChannel();
    this.control = control.port1;
    answer(control.port1, this.heard);
    const event = new MessageEvent('message', {
      data: { type: 'vonggac-ports', screen: 0 },
      ports: [control.port2, media.port2],
    });
    Object.defineProperty(event, 'source', { value: source });
    this.dispatchEvent(event);
  }
}

let core: Core | null = null;
const realSocket = globalThis.WebSocket;
afterEach(() => {
  core?.close();
  core = null;
  globalThis.WebSocket = realSocket;
});

describe('the way to the core in Electron', () => {
  const start = () => {
    const shell = new FakeShell();
    core = connectCore({ window: shell as unknown as Window, patienceMs: 3000, silenceMs: 200 });
    return { shell, core };
  };

  it('asks for ports, calls and hears', async () => {
    const { shell, core } = start();
    const heard: unknown[] = [];
    core.on('host.load', (load) => heard.push(load));
    expect(await core.call('streams.list', {})).toEqual([]);
    expect(core.connection.getState().phase).toBe('open');
    const load = { cpuPercent: 1, rssMiB: 2, streams: 3, connections: 4 };
    shell.control?.postMessage(JSON.stringify({ t: 'event', name: 'host.load', value: load }));
    await waitFor(() => heard.length > 0, 'the event');
    expect(heard).toEqual([load]);
  });

  it('ignores ports that another window sent', async () => {
    const shell = new FakeShell();
    shell.postMessage = () => {};
    core = connectCore({ window: shell as unknown as Window, patienceMs: 100 });
    shell.introduce({});
    await expect(core.call('streams.list', {})).rejects.toMatchObject({ code: 'host.gone' });
  });

  it('keeps a core that answers, however little it says', async () => {
    const { shell, core } = start();
    await core.call('streams.list', {});
    await pause(1500);
    expect(core.connection.getState().phase).toBe('open');
    expect(shell.asked).toBe(1);
    expect(shell.heard.length).toBeGreaterThan(3);
  });

  it('gives its media port once, to the one who asks', async () => {
    const { core } = start();
    await core.call('streams.list', {});
    const taken: MediaSource[] = [];
    core.onMediaSource((source) => taken.push(source));
    expect(taken.map(({ kind }) => kind)).toEqual(['port']);
    core.onMediaSource((source) => taken.push(source));
    expect(taken.length).toBe(1);
  });

  it('says that the core is gone and goes on with the ports of the next', async () => {
    const { shell, core } = start();
    const heard: unknown[] = [];
    core.on('host.load', (load) => heard.push(load));
    await core.call('streams.list', {});
    const unanswered = core.call('streams.retry', { cameraId: 'a' });
    // Chromium does not tell that the other end is gone: only its silence does.
    shell.control?.close();
    await expect(unanswered).rejects.toMatchObject({ code: 'host.gone' });
    await waitFor(() => core.connection.getState().phase === 'gone', 'gone');
    const waiting = core.call('streams.list', {});
    shell.introduce();
    expect(await waiting).toEqual([]);
    expect(core.connection.getState().phase).toBe('open');
    const load = { cpuPercent: 1, rssMiB: 2, streams: 3, connections: 4 };
    shell.control?.postMessage(JSON.stringify({ t: 'event', name: 'host.load', value: load }));
    await waitFor(() => heard.length === 1, 'the event of the next core, once');
  });
});

/** A WebSocket whose other end is in the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static refuse = false;
  binaryType = '';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
    setTimeout(() => (FakeSocket.refuse ? this.onclose?.() : this.onopen?.()), 5);
  }
  send(text: string) {
    const { id } = JSON.parse(text);
    this.onmessage?.({ data: JSON.stringify({ t: 'ok', id, result: [] }) });
  }
  close() {
    setTimeout(() => this.onclose?.(), 5);
  }
}

describe('the way to the core in the kiosk', () => {
  const start = () => {
    FakeSocket.all = [];
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    core = connectCore({ patienceMs: 3000 });
    return core;
  };

  it('opens a socket on its own origin and tells the worker where the media are', async () => {
    FakeSocket.refuse = false;
    const core = start();
    expect(await core.call('streams.list', {})).toEqual([]);
    const base = `ws://${location.host}/wire`;
    expect(FakeSocket.all.map(({ url }) => url)).toEqual([`${base}/control`]);
    const taken: MediaSource[] = [];
    core.onMediaSource((source) => taken.push(source));
    expect(taken).toEqual([{ kind: 'url', url: `${base}/media` }]);
  });

  it('connects again by itself, also after several refusals', async () => {
    FakeSocket.refuse = false;
    const core = start();
    await core.call('streams.list', {});
    FakeSocket.refuse = true;
    FakeSocket.all[0]!.onclose?.();
    await waitFor(() => core.connection.getState().phase === 'gone', 'gone');
    await waitFor(() => FakeSocket.all.length >= 3, 'two more attempts');
    expect(core.connection.getState().attempt).toBeGreaterThan(0);
    FakeSocket.refuse = false;
    expect(await core.call('streams.list', {})).toEqual([]);
    expect(core.connection.getState()).toMatchObject({ phase: 'open', attempt: 0 });
  });

  it('says gone where no core was there from the start, and stops when closed', async () => {
    FakeSocket.refuse = true;
    const core = start();
    await waitFor(() => core.connection.getState().phase === 'gone', 'gone');
    core.close();
    await pause(50);
    const attempts = FakeSocket.all.length;
    await pause(1000);
    expect(FakeSocket.all.length).toBe(attempts);
    await expect(core.call('streams.list', {})).rejects.toMatchObject({ code: 'host.gone' });
  });
});
