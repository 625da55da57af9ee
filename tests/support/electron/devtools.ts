import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** Chromium's DevTools protocol over a pipe (`--remote-debugging-pipe`): JSON messages ended by NUL. */
export class DevTools {
  readonly #process: ChildProcess;
  readonly #out: Writable;
  readonly #waiting = new Map<
    number,
    { method: string; resolve: (value: Json) => void; reject: (error: Error) => void }
  >();
  readonly #listeners = new Set<(event: DevToolsEvent) => void>();
  #nextId = 1;
  #gone = false;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#out = child.stdio[3] as Writable;
    // A write into the pipe of a Chromium that just ended is no error of the test.
    this.#out.on('error', () => {});
    let rest: Buffer[] = [];
    (child.stdio[4] as Readable).on('data', (chunk: Buffer) => {
      let from = 0;
      for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
        rest.push(chunk.subarray(from, end));
        this.#take(Buffer.concat(rest).toString('utf8'));
        rest = [];
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
    });
    child.once('exit', () => {
      this.#gone = true;
      for (const { method, reject } of this.#waiting.values()) {
        reject(new Error(`${method}: Chromium ended`));
      }
      this.#waiting.clear();
    });
  }

  static launch(switches: readonly string[], profile: string): DevTools {
    const program = process.env.VONGGAC_CHROMIUM ?? '/usr/bin/chromium';
    if (!existsSync(program)) throw new Error(`no Chromium at ${program}`);
    const child = spawn(
      program,
      [
        '--remote-debugging-pipe',
        '--headless=new',
        `--user-data-dir=${profile}`,
        '--no-startup-window',
        '--no-first-run',
        '--no-default-browser-check',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Electron's ports tell when their other end is gone; this Chromium's only when asked to.
        '--enable-blink-features=MessagePortCloseEvent',
        // A camera and a microphone that a page could be granted, or not.
        '--use-fake-device-for-media-stream',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...switches,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    return new DevTools(child);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the protocol's own shapes, hundreds of them.
  send(method: string, params: object = {}, sessionId?: string): Promise<any> {
    if (this.#gone) return Promise.reject(new Error(`${method}: Chromium ended`));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  onEvent(listener: (event: DevToolsEvent) => void): void {
    this.#listeners.add(listener);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #take(text: string): void {
    const message = JSON.parse(text) as Json;
    if (typeof message.id === 'number') {
      const call = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve(message.result);
      return;
    }
    for (const listener of this.#listeners) listener(message as unknown as DevToolsEvent);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
type Json = any;

export interface DevToolsEvent {
  readonly method: string;
  readonly params: Json;
  readonly sessionId?: string;
}
