import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startRtspServer } from '../../../src/demo/rtsp-server.ts';
import { runCommand } from '../../support/command.ts';

const clip = fileURLToPath(new URL('../../fixtures/codec/in-order.h264', import.meta.url));
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

test('discover prints what speaks RTSP in a range as JSON, without a login', async () => {
  // A standard port, because a person names addresses and not ports.
  const server = await startRtspServer({ host: '127.0.91.5', port: 8554 });
  open.push(() => server.close());
  await server.addClip('/1', clip, { codec: 'h264', fps: 10, width: 320, height: 240 });
  const { code, stdout } = await runCommand(['discover', '--range', '127.0.91.4-6', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      address: '127.0.91.5',
      rtspPort: 8554,
      onvifUrl: null,
      openPorts: [8554],
      foundBy: ['sweep'],
    },
  ]);
  expect(code).toBe(0);
});

test('discover says in words that a range is empty, too large, public or none', async () => {
  const nothing = await runCommand(['discover', '--range', '127.0.92.1', '--lang', 'en']);
  expect(nothing).toMatchObject({ code: 5, stdout: '0 devices found\n' });
  const large = await runCommand(['discover', '--range', '10.0.0.0/8']);
  expect(large.code).toBe(2);
  expect(large.stderr).toContain('[discovery.too-many]');
  const foreign = await runCommand(['discover', '--range', '8.8.8.8', '--json']);
  expect(foreign.code).toBe(2);
  expect(foreign.stderr).toContain('[discovery.public]');
  const wrong = await runCommand(['discover', '--range', 'abc']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('[discovery.range]');
});
