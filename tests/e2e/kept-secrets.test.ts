import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageDir } from '../../src/cli/paths.ts';
import { type Caller, createCaller } from '../../src/contract/call.ts';
import { type CallName, type CallParams, calls } from '../../src/contract/schemas.ts';
import { createHost } from '../../src/host/create-host.ts';
import type { Host } from '../../src/host/host.types.ts';
import { type LogFile, openLog } from '../../src/host/log.ts';
import { type Kiosk, startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { type GstServer, startGstServer } from '../support/gst-server.ts';
import { Marker } from '../support/marker.ts';
import { type MemoryEnd, memoryWires } from '../support/memory-wire.ts';
import { descendants } from '../support/process-list.ts';
import { until } from '../support/running-wall.ts';

/**
 * A password that a person typed, one that a device refuses, the passphrase of the vault, and what an
 * operator signs in with, through the
 * whole product on a machine without a keychain: afterwards none of them is anywhere.
 */
const password = new Marker('Zq9Khoa7Bi5Mat3');
const refused = new Marker('Vt4Sai8Mat2Khau6');
const passphrase = new Marker('Wx6Mat3Ngu9Tram5');
const signedInWith = new Marker('Ry5Dieu3Hanh8Ca2');
const inPath = new Marker('Hn3Duong8Dan2Luong');
const mistyped = new Marker('Ly4Nham6Phim7Roi9');
/** Calls that would keep the others from telling anything. */
const ending: readonly CallName[] = ['vault.lock', 'operators.signOut', 'operators.lock'];
const markers = [password, refused, passphrase, signedInWith, inPath, mistyped];

const bus = {
  DBUS_SESSION_BUS_ADDRESS: process.env['DBUS_SESSION_BUS_ADDRESS'],
  XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'],
};
let folder: string;
let dataDir: string;
let server: GstServer;
/** Wants its login in the path, as many recorders do. */
let recorder: GstServer;
let logFile: LogFile;
let host: Host;
let kiosk: Kiosk;
let caller: Caller;
let core: MemoryEnd;
const processes: { what: string; text: Buffer }[] = [];
let watch: NodeJS.Timeout;
const answered = new Set<string>();

async function call<N extends CallName>(name: N, params: CallParams<N>) {
  answered.add(name);
  return caller.call(name, params);
}

function pathOf(channel: number): string {
  return `/user=xem_password=${inPath.text}_channel=${channel}_stream=0.sdp`;
}

function expectNone(what: string, where: string | Uint8Array): void {
  for (const marker of markers)
    expect(marker.in(where), `${what} holds ${marker.text}`).toEqual([]);
}

beforeAll(async () => {
  for (const name of Object.keys(bus)) delete process.env[name];
  folder = mkdtempSync(join(tmpdir(), 'vonggac-kept-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  server = await startGstServer({
    login: { method: 'digest', user: 'xem', password: password.text },
    mounts: [{ path: '/a', video: 'h264', width: 320, height: 180, fps: 10 }],
  });
  recorder = await startGstServer({
    mounts: [1, 2].map((channel) => ({
      path: pathOf(channel),
      video: 'h264',
      width: 320,
      height: 180,
      fps: 10,
    })),
  });
  logFile = openLog({ dataDir });
  const { log } = logFile;
  host = await createHost({
    dataDir,
    shell: 'kiosk',
    language: 'vi',
    cameras: [],
    demo: false,
    wall: null,
    screens: 1,
    warnings: [],
    log,
  });
  kiosk = await startKiosk({
    host,
    pageDir,
    dataDir,
    headless: true,
    size: { width: 800, height: 600 },
    log,
  });
  const [left, right] = memoryWires();
  core = left;
  host.attachControl(left);
  caller = createCaller(right);
  const named = { name: 'Trực ban 1', password: signedInWith.text };
  await caller.call('operators.first', { ...named, fullName: '' });
  // A password in the box of the name, too.
  for (const name of [named.name, mistyped.text]) {
    const failed = caller.call('operators.signIn', { name, password: mistyped.text });
    await expect(failed).rejects.toMatchObject({ code: 'operator.refused' });
  }
  watch = setInterval(look, 250);
}, 60_000);

afterAll(async () => {
  clearInterval(watch);
  await kiosk?.close();
  await host?.close();
  await server?.close();
  await recorder?.close();
  rmSync(folder, { recursive: true, force: true });
  for (const [name, value] of Object.entries(bus)) if (value) process.env[name] = value;
});

/** Arguments and environment of this program and of all it started, but of the camera. */
function look(): void {
  for (const { pid } of [{ pid: process.pid }, ...descendants(process.pid)]) {
    if (pid === server.pid || pid === recorder.pid) continue;
    for (const what of ['cmdline', 'environ']) {
      try {
        processes.push({ what: `${what} of ${pid}`, text: readFileSync(`/proc/${pid}/${what}`) });
      } catch {
        // It ended meanwhile, or a sandbox hides it.
      }
    }
  }
}

async function heapOfPage(): Promise<string> {
  const chunks: string[] = [];
  const off = kiosk.listen('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    chunks.push(String(chunk));
  });
  // The answer comes after the last chunk.
  await kiosk.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  off();
  // As they stand in it, letters outside of ASCII are written as numbers.
  const { strings } = JSON.parse(chunks.join('')) as { strings: string[] };
  return strings.join('\n');
}

async function exported(format: 'xlsx' | 'csv' | 'json'): Promise<Buffer[]> {
  const { exportId } = await call('exports.start', { format });
  const pieces: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const { base64, next }: { base64: string; next: number | null } = await call(
      'exports.download',
      { exportId, offset },
    );
    pieces.push(Buffer.from(base64, 'base64'));
    offset = next;
  }
  const file = Buffer.concat(pieces);
  return format === 'xlsx' ? Object.values(unzipSync(file)).map((one) => Buffer.from(one)) : [file];
}

test('the search for a secret finds it in every form', () => {
  const { text } = password;
  const planted = [
    `a${text}b`,
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    Buffer.from(text).toString('hex'),
    ...['', 'x', 'xem', 'xem:'].map((before) => Buffer.from(before + text).toString('base64')),
  ];
  for (const one of planted) expect(password.in(one).length, String(one)).toBeGreaterThan(0);
  expect(password.in('Zq9Khoa7Bi5Mat')).toEqual([]);
});

test('no secret in page, wire, files, log, arguments, environments or exports', async () => {
  await call('vault.create', { passphrase: passphrase.text });
  const url = server.url('/a');
  const { cameraId } = await call('sources.add', { name: 'Cổng chính', url });
  const bad = url.replace('rtsp://127.0.0.1', 'rtsp://localhost');
  const wrong = await call('sources.add', {
    name: 'Cổng phụ',
    url: bad.replace('://', `://xem:${refused.text}@`),
  });
  const device = new URL(url).host;
  await call('logins.set', { scope: 'device', id: device, user: 'xem', password: password.text });
  const good = host.supervisor.read({ cameraId, quality: 'main' });
  const other = host.supervisor.read({ cameraId: wrong.cameraId, quality: 'main' });
  await until(
    'live',
    () => good.state.phase === 'live',
    30,
    () => good.state,
  );
  await until(
    'refused',
    () => other.state.phase === 'refused',
    30,
    () => other.state,
  );
  const byPath = await call('sources.add', { name: 'Cổng đầu ghi', url: recorder.url(pathOf(1)) });
  const pathStream = host.supervisor.read({ cameraId: byPath.cameraId, quality: 'main' });
  await until(
    'live by the login in its path',
    () => pathStream.state.phase === 'live',
    30,
    () => pathStream.state,
  );
  const { row } = await call('register.saveCamera', {
    id: null,
    revision: null,
    fields: {
      siteId: (await call('register.camera', { cameraId }))?.site.id ?? '',
      name: 'Cổng đầu ghi 2',
      url: recorder.url(pathOf(2)),
      subUrl: recorder.url(pathOf(1)),
    },
  });
  expect(row.camera.url).toContain('/user={user}_password={password}_channel=2_');
  const { hubId } = await call('hubs.add', {
    kind: 'rtsp',
    name: 'Luồng lẻ',
    address: recorder.url(pathOf(2)),
  });
  const plan = await call('hubs.sync', { hubId });
  await call('hubs.apply', { planId: plan.planId });
  const { logins, questions } = await call('logins.list', {});
  expect(logins.map(({ scope, user }) => [scope, user])).toEqual(
    expect.arrayContaining([
      ['device', 'xem'],
      ['camera', 'xem'],
    ]),
  );
  expect(questions).toMatchObject([{ cameraId: wrong.cameraId }]);

  await call('vault.lock', {});
  await expect(call('vault.unlock', { passphrase: refused.text })).rejects.toMatchObject({
    code: 'vault.passphrase',
  });
  await call('vault.unlock', { passphrase: passphrase.text });

  // Every call that takes no parameters, and what tells most of a camera.
  for (const name of Object.keys(calls) as CallName[]) {
    if (ending.includes(name) || !calls[name].params.safeParse({}).success) continue;
    await call(name, {} as never).catch(() => {});
  }
  await call('register.camera', { cameraId });
  await call('register.page', { filter: {}, offset: 0, limit: 50 });
  await call('register.search', { text: 'xem', limit: 20 });
  await call('register.journal', { offset: 0, limit: 50 });
  await call('hello', { screen: 0 });
  for (const format of ['xlsx', 'csv', 'json'] as const) {
    const files = await exported(format);
    expect(
      files.some((file) => file.includes('Cổng')),
      format,
    ).toBe(true);
    for (const file of files) expectNone(`the export as ${format}`, file);
  }
  expect(answered.size).toBeGreaterThan(15);
  for (const message of core.sent) expectNone('the wire', message);

  await until(
    'the page lists the camera',
    async () => String(await kiosk.evaluate('document.body.innerText')).includes('Cổng'),
    30,
  );
  expectNone('the page', String(await kiosk.evaluate('document.documentElement.outerHTML')));
  const heap = await heapOfPage();
  // The snapshot is of our page, and whole.
  expect(heap.includes('Cổng chính')).toBe(true);
  expectNone('the heap of the page', heap);

  good.close();
  other.close();
  pathStream.close();
  look();
  expect(processes.some(({ text }) => text.includes('chrom'))).toBe(true);
  expect(processes.some(({ what }) => what.startsWith('environ'))).toBe(true);
  for (const { what, text } of processes) expectNone(what, text);

  await kiosk.close();
  await host.close();
  await logFile.close();
  const names: string[] = [];
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    names.push(entry.name);
    expectNone(entry.name, readFileSync(join(entry.parentPath, entry.name)));
  }
  expect(names).toEqual(expect.arrayContaining(['vonggac.db', 'vault.sealed']));
  expect(names.some((name) => name.endsWith('.log'))).toBe(true);
}, 180_000);
