import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { descendants } from './process-list.ts';
import { until } from './running-wall.ts';
import type { Page } from './steered-wall.ts';

/**
 * The page of a bundled program, reached from outside of it: the browser that the program starts is a
 * script that opens a second door to the same browser.
 */
export function browserWithDoor(folder: string): string {
  const path = join(folder, 'browser.sh');
  const real = process.env.VONGGAC_CHROMIUM ?? '/usr/bin/chromium';
  writeFileSync(
    path,
    `#!/bin/sh\nexec ${real} "$@" --remote-debugging-port=0 '--remote-allow-origins=*'\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

export interface OutsidePage extends Page {
  close(): void;
}

/** Connects to the page of the browser below process `root`. */
export async function pageBelow(root: number): Promise<OutsidePage> {
  let address = '';
  await until(
    'the page of the program',
    async () => {
      for (const { line } of descendants(root)) {
        const folder = /--user-data-dir=(\S+)/.exec(line)?.[1];
        if (!folder || line.includes('--type=')) continue;
        try {
          const port = readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').split('\n')[0];
          const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
            type: string;
            url: string;
            webSocketDebuggerUrl: string;
          }[];
          const page = list.find(({ type, url }) => type === 'page' && url.startsWith('http'));
          if (!page) continue;
          address = page.webSocketDebuggerUrl;
          return true;
        } catch {
          // Not there yet.
        }
      }
      return false;
    },
    90,
  );
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const asked = id === undefined ? undefined : waiting.get(id);
    if (!asked || id === undefined) return;
    waiting.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  });
  const gone = () => {
    for (const { reject } of waiting.values()) reject(new Error('the page is gone'));
    waiting.clear();
  };
  socket.on('close', gone);
  socket.on('error', gone);
  const send = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    send,
    async evaluate(expression) {
      const { result } = (await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })) as { result: { value: unknown } };
      return result.value;
    },
    close: () => socket.close(),
  };
}
