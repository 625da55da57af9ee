import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningWall } from '../../src/cli/wall-run.ts';
import { readInventoryFile } from '../../src/sites/inventory.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { type GstServer, startGstServer } from '../support/gst-server.ts';
import { processList } from '../support/process-list.ts';
import { everyLook, startTestWall, until } from '../support/running-wall.ts';

/** A marker that stands nowhere else, and every form in which it could leak. */
const marker = 'Zq9Khoa7Bi5Mat3';
const forms = [
  marker,
  Buffer.from(`xem:${marker}`).toString('base64'),
  Buffer.from(marker).toString('hex'),
];

let server: GstServer;
let folder: string;
let inventory: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-secrets-'));
  server = await startGstServer({
    login: { method: 'basic', user: 'xem', password: marker },
    mounts: [{ path: '/a', video: 'h264', width: 320, height: 180, fps: 10 }],
  });
  const url = server.url('/a').replace('://', `://xem:${marker}@`);
  inventory = join(folder, 'inventory.json');
  writeFileSync(
    inventory,
    JSON.stringify([
      { name: 'Cổng', url },
      { name: 'Sai', url: url.replace('/a', '/none') },
    ]),
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function expectNoSecret(where: string, text: string): void {
  for (const form of forms) expect(text.includes(form), `${where} holds the password`).toBe(false);
}

test('no password in report, output, arguments or environment of any process', async () => {
  const report = join(folder, 'report.json');
  const screenshot = join(folder, 'wall.png');
  const wall = startCommand([
    'wall',
    '--inventory',
    inventory,
    '--headless',
    '--seconds',
    '6',
    '--report',
    report,
    '--screenshot',
    screenshot,
  ]);
  const seen: string[] = [];
  const watch = setInterval(() => seen.push(...processList().map(({ line }) => line)), 300);
  const { code, stdout, stderr } = await wall.ended;
  clearInterval(watch);
  expect(code).toBe(0);
  expect(seen.some((line) => /chrom/i.test(line))).toBe(true);
  expectNoSecret('an argument list', seen.join('\n'));
  expectNoSecret('the output', stdout + stderr);
  expectNoSecret('the report', readFileSync(report, 'utf8'));
  expectNoSecret('the picture', readFileSync(screenshot).toString('latin1'));
});

test('no password in the page, nor in what it was sent', async () => {
  const cameras = await readInventoryFile(inventory);
  const wall: RunningWall = await startTestWall(cameras);
  try {
    await until('live', () => everyLook(wall, cameras.slice(0, 1), 'live'), 60);
    const html = (await wall.kiosk.evaluate('document.documentElement.outerHTML')) as string;
    expectNoSecret('the page', html);
    const cookies = JSON.stringify(
      await wall.kiosk.evaluate('[document.cookie, location.href, JSON.stringify(localStorage)]'),
    );
    expectNoSecret('the storage', cookies);
    expect(cookies).not.toMatch(/token|secret/i);
  } finally {
    await wall.close();
  }
});

test('no password in the log, the database or any other file of the data folder', async () => {
  const data = join(folder, 'data');
  const run = startCommand(['start', '--data', data, '--headless', '--size', '800x600']);
  await until('running', () => /16/.test(run.output()), 90, run.output);
  run.child.kill('SIGINT');
  await run.ended;
  for (const name of readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const text = readFileSync(join(name.parentPath, name.name)).toString('latin1');
    expectNoSecret(name.name, text);
    // Logins of the demonstration are no secrets, but they are treated as if they were.
    expect(/rtsp:\/\/[^\s"/]+:[^\s"/]+@/.test(text), name.name).toBe(false);
  }
  const bad = await runCommand(['probe', `rtsp://xem:${marker}@127.0.0.1:1/x`, '--json']);
  expectNoSecret('an error', bad.stdout + bad.stderr);
});
