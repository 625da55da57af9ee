import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { DiscoveryProgress } from '../../../src/contract/hub-schemas.ts';
import { startRtspServer } from '../../../src/demo/rtsp-server.ts';
import { DiscoveryDesk } from '../../../src/discovery/discovery-desk.ts';
import { probeHost } from '../../../src/discovery/probe-host.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { soapPeer } from '../../support/onvif-connection.ts';
import { probeMatches, startWsDevice } from '../../support/ws-discovery-device.ts';

const clip = fileURLToPath(new URL('../../fixtures/codec/in-order.h264', import.meta.url));
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A port that is free on every loopback address: the devices of one sweep listen on the same one. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function rtspAt(host: string, port: number): Promise<void> {
  const server = await startRtspServer({ host, port });
  await server.addClip('/1', clip, { codec: 'h264', fps: 10, width: 320, height: 240 });
  open.push(() => server.close());
}

async function listenAt(host: string, port: number, say: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.end(say);
  });
  server.listen(port, host);
  await once(server, 'listening');
  open.push(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

function desk(rtspPort: number, database = emptyDatabase(), more = {}) {
  const progress: DiscoveryProgress[] = [];
  const register = openRegister({ database, log: silentLog });
  const made = new DiscoveryDesk({
    database,
    register,
    log: silentLog,
    onProgress: (news) => progress.push(news),
    tuning: {
      rtspPorts: [rtspPort],
      onvifPorts: [],
      connectMs: 500,
      answerMs: 500,
      waitMs: 300,
      perSecond: 1000,
      ...more,
    },
  });
  open.push(() => made.close());
  const ended = (phase: string) =>
    expect.poll(() => made.results(null)?.progress.phase, { timeout: 20_000 }).toBe(phase);
  return { desk: made, progress, register, ended };
}

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(database);
  return database;
}

describe('a sweep', () => {
  it('finds what speaks RTSP in the range, and nothing else', async () => {
    const port = await freePort();
    await rtspAt('127.0.77.2', port);
    await rtspAt('127.0.77.9', port);
    await listenAt('127.0.77.5', port, 'SSH-2.0-OpenSSH_9.2\r\n');
    const { desk: search, ended, progress } = desk(port);
    search.start({ ranges: ['127.0.77.0/28'] });
    await ended('done');
    const found = search.results(null)?.devices.map(({ address, rtspPort }) => [address, rtspPort]);
    expect(found?.sort()).toEqual([
      ['127.0.77.2', port],
      ['127.0.77.9', port],
    ]);
    expect(progress.at(-1)).toMatchObject({ phase: 'done', done: 14, total: 14, found: 2 });
  });

  it('leaves out no address when it is cancelled and resumed, also after a restart', async () => {
    const port = await freePort();
    for (const host of ['127.0.78.1', '127.0.78.60', '127.0.78.120']) await rtspAt(host, port);
    const database = emptyDatabase();
    const first = desk(port, database, { perSecond: 100, atOnce: 4 });
    const { jobId } = first.desk.start({ ranges: ['127.0.78.0/25'] });
    await expect
      .poll(() => first.desk.results(jobId)?.progress.done, { timeout: 20_000 })
      .toBeGreaterThan(20);
    await first.desk.cancel(jobId);
    const stopped = first.desk.results(jobId)?.progress;
    expect(stopped).toMatchObject({ phase: 'cancelled', total: 126 });
    expect(stopped?.done).toBeLessThan(100);

    const again = desk(port, database, { perSecond: 1000 });
    expect(again.desk.results(null)?.progress).toMatchObject({
      jobId,
      phase: 'cancelled',
      done: stopped?.done,
    });
    again.desk.resume(jobId);
    await again.ended('done');
    const addresses = again.desk.results(jobId)?.devices.map(({ address }) => address);
    expect(addresses?.sort()).toEqual(['127.0.78.1', '127.0.78.120', '127.0.78.60']);
  });

  it('begins no more addresses in a second than it may', async () => {
    const { desk: search, ended } = desk(await freePort(), undefined, { perSecond: 20 });
    const started = performance.now();
    search.start({ ranges: ['127.0.79.1-127.0.79.21'] });
    await ended('done');
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('is one at a time', async () => {
    const { desk: search } = desk(await freePort(), undefined, { perSecond: 5 });
    search.start({ ranges: ['127.0.80.0/24'] });
    expect(() => search.start({ ranges: ['127.0.81.0/24'] })).toThrow(
      expect.objectContaining({ code: 'host.busy' }),
    );
  });

  it('of nothing, or of what is no range, is not begun', async () => {
    const { desk: search } = desk(await freePort());
    expect(() => search.start({ interfaces: [] })).toThrow(
      expect.objectContaining({ code: 'input.value' }),
    );
    expect(() => search.start({ ranges: ['x'] })).toThrow(
      expect.objectContaining({ code: 'discovery.range' }),
    );
    expect(() => search.start({ interfaces: ['no-such-card'] })).toThrow(
      expect.objectContaining({ code: 'input.unknown' }),
    );
    expect(search.results(null)).toBeNull();
  });

  it('asks ONVIF for its clock and logs in to nobody', async () => {
    const peer = await soapPeer({ login: 'wsse', user: 'admin', password: 'x' });
    const { port } = peer;
    const signal = new AbortController().signal;
    const answer = await probeHost('127.0.0.1', { signal, onvifPorts: [port], rtspPorts: [] });
    expect(answer?.onvif?.url).toBe(`http://127.0.0.1:${port}/onvif/device_service`);
    expect(Math.abs(answer?.onvif?.clockOffsetMs ?? Number.NaN)).toBeLessThan(5000);
    expect(peer.calls.map(({ operation }) => operation)).toEqual(['GetSystemDateAndTime']);
    expect(peer.calls.every(({ token, digest }) => token === null && !digest)).toBe(true);
  });
});

describe('WS-Discovery (quirk 19)', () => {
  const device = (id: string, address = '127.0.0.1') => ({
    endpoint: `urn:uuid:${id}`,
    addresses: [`http://${address}:9/onvif/device_service`],
    scopes: ['onvif://www.onvif.org/name/Cổng'],
  });

  it('has each device once, whatever duplicates and nonsense come with it', async () => {
    const heard = await startWsDevice((id) => [
      probeMatches(id, [device('one')]),
      probeMatches(id, [device('one')]),
      'no xml at all',
      '<s:Envelope xmlns:s="s"><s:Body><broken',
      new Uint8Array(3000).fill(0xff),
      probeMatches('urn:uuid:of-somebody-else', [device('two')]),
      probeMatches(id, [device('printer')])
        .replaceAll('NetworkVideoTransmitter', 'Printer')
        .replaceAll('onvif://www.onvif.org', 'ldap:'),
      probeMatches(id, [{ ...device('big'), scopes: ['x'.repeat(60_000)] }]),
    ]);
    open.push(() => heard.close());
    const { desk: search, ended } = desk(await freePort());
    search.start({ interfaces: ['lo'] });
    await ended('done');
    const devices = search.results(null)?.devices ?? [];
    expect(devices.map(({ endpoint }) => endpoint).filter((id) => id !== 'big')).toEqual(['one']);
    expect(devices[0]).toMatchObject({ name: 'Cổng', foundBy: ['multicast'], foreign: false });
    expect(heard.probes.length).toBeGreaterThanOrEqual(3);
  });

  it('hears a device that answers late and from another address than it names', async () => {
    const heard = await startWsDevice(
      (id) => [probeMatches(id, [device('nat', '10.255.255.4')])],
      '127.0.0.44',
    );
    open.push(() => heard.close());
    const { desk: search, ended } = desk(await freePort());
    search.start({ interfaces: ['lo'] });
    await ended('done');
    expect(search.results(null)?.devices).toMatchObject([
      { address: '127.0.0.44', onvifUrl: 'http://127.0.0.44:9/onvif/device_service' },
    ]);
  });

  it('sends nothing where only a range was asked for', async () => {
    const heard = await startWsDevice(() => []);
    open.push(() => heard.close());
    const { desk: search, ended } = desk(await freePort());
    search.start({ ranges: ['127.0.82.1'] });
    await ended('done');
    expect(heard.probes).toEqual([]);
  });
});
