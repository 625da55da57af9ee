import { symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Wire } from '../../../src/contract/wire.ts';
import { type PageServer, startPageServer } from '../../../src/kiosk/page-server.ts';
import { silentLog } from '../../../src/std/log.ts';
import { fixturePage } from '../../support/chromium.ts';
import { connectWs } from '../../support/ws-wire.ts';

const secret = 'known-cookie-value';
const controls: Wire[] = [];
const medias: Wire[] = [];
let page: ReturnType<typeof fixturePage>;
let server: PageServer;
let port: number;

beforeAll(async () => {
  page = fixturePage();
  server = await startPageServer({
    pageDir: page.dir,
    log: silentLog,
    isKnownCookie: (value) => value === secret,
    onControl: (wire) => controls.push(wire),
    onMedia: (wire) => medias.push(wire),
  });
  port = Number(new URL(server.origin).port);
});
afterAll(async () => {
  await server.close();
  page.remove();
});

const cookie = `other=1; vonggac=${secret}`;

function get(
  path: string,
  headers: Record<string, string> = { cookie },
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the page', () => {
  it('is served with every protective header', async () => {
    const { status, headers, body } = await get('/?screen=0');
    expect([status, body.includes('fixture')]).toEqual([200, true]);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['content-security-policy']).toContain('trusted-types vonggac');
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['set-cookie']).toBeUndefined();
    expect((await get('/main.js')).headers['content-type']).toMatch('text/javascript');
    expect((await get('/deep/data.json')).body).toBe('{"deep":true}');
    expect((await get('/', { cookie }, 'HEAD')).body).toBe('');
  });

  it.each([
    ['no cookie', {}],
    ['a wrong cookie', { cookie: 'vonggac=guess' }],
    ['a foreign Host (DNS rebinding)', { cookie, host: 'attacker.example' }],
    ['the right name with another port', { cookie, host: '127.0.0.1:1' }],
    ['localhost instead of the address', { cookie, host: 'localhost' }],
    ['a foreign Origin', { cookie, origin: 'https://attacker.example' }],
    ['the null Origin', { cookie, origin: 'null' }],
    ['a cross-site fetch', { cookie, 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { cookie, 'sec-fetch-site': 'same-site' }],
  ])('is refused to %s', async (_who, headers) => {
    for (const path of ['/', '/main.js', '/nothing']) {
      const answer = await get(path, headers as Record<string, string>);
      expect([answer.status, answer.body]).toEqual([403, 'forbidden']);
    }
  });

  it('is never a file outside its folder, nor of another kind', async () => {
    symlinkSync('/etc/hostname', join(page.dir, 'link.txt'));
    writeFileSync(join(page.dir, 'notes.db'), 'x');
    for (const path of [
      '/../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fhostname.txt',
      '/link.txt',
      '/notes.db',
      '/deep',
      '/%00.js',
      '/%zz.js',
      '//etc/hostname.txt',
      '/constructor',
    ]) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
  });
});

describe('the wires', () => {
  const ws = (path: string, headers: Record<string, string>, origin?: string) =>
    connectWs(`ws://127.0.0.1:${port}${path}`, { headers, origin });

  it('open for the page, in both directions and both kinds', async () => {
    const far = await ws('/wire/control', { cookie }, server.origin);
    const near = controls.at(-1)!;
    const got: (string | Uint8Array)[] = [];
    near.onMessage((message) => got.push(message));
    far.send('chữ');
    far.send(new Uint8Array([1, 2, 3]));
    await expect.poll(() => got).toEqual(['chữ', new Uint8Array([1, 2, 3])]);
    const media = await ws('/wire/media', { cookie }, server.origin);
    const back: (string | Uint8Array)[] = [];
    media.onMessage((message) => back.push(message));
    medias.at(-1)!.send(new Uint8Array(2_000_000).fill(7));
    await expect.poll(() => back[0]?.length).toBe(2_000_000);
    let closed = false;
    near.onClose(() => {
      closed = true;
    });
    far.close();
    media.close();
    await expect.poll(() => closed).toBe(true);
  });

  it.each([
    ['no cookie', {}, 'same'],
    ['a wrong cookie', { cookie: 'vonggac=x' }, 'same'],
    ['no Origin', { cookie }, undefined],
    ['a foreign Origin', { cookie }, 'https://attacker.example'],
    ['this host with another port', { cookie }, 'http://127.0.0.1:1'],
    ['a foreign Host', { cookie, host: 'attacker.example' }, 'same'],
  ])('are refused to %s', async (_who, headers, origin) => {
    const before = controls.length + medias.length;
    for (const path of ['/wire/control', '/wire/media']) {
      const from = origin === 'same' ? server.origin : origin;
      await expect(ws(path, headers as Record<string, string>, from)).rejects.toThrow(
        'refused 403',
      );
    }
    expect(controls.length + medias.length).toBe(before);
  });

  it('are not found at other paths', async () => {
    for (const path of ['/wire/other', '/', '/constructor', '/wire/control?x=1']) {
      await expect(ws(path, { cookie }, server.origin)).rejects.toThrow('refused 404');
    }
  });

  it('end where a message is too large, and the others live on', async () => {
    const good = await ws('/wire/media', { cookie }, server.origin);
    const bad = await ws('/wire/media', { cookie }, server.origin);
    let [goodClosed, badClosed] = [false, false];
    good.onClose(() => {
      goodClosed = true;
    });
    bad.onClose(() => {
      badClosed = true;
    });
    bad.send('x'.repeat(100_000));
    await expect.poll(() => badClosed).toBe(true);
    expect(goodClosed).toBe(false);
    good.close();
  });

  it('survive rubbish instead of HTTP', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write('\x16\x03\x01 rubbish\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await get('/')).status).toBe(200);
  });

  it('are bounded in number', async () => {
    const open: Wire[] = [];
    let refused = '';
    for (let n = 0; n < 70 && !refused; n++) {
      await ws('/wire/media', { cookie }, server.origin).then(
        (wire) => open.push(wire),
        (error: Error) => {
          refused = error.message;
        },
      );
    }
    expect(refused).toBe('refused 503');
    for (const wire of open) wire.close();
    await expect
      .poll(() => ws('/wire/media', { cookie }, server.origin).then((wire) => wire.close() ?? 'ok'))
      .toBe('ok');
  });
});
