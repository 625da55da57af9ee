import { expect, test } from 'vitest';
import { runCommand, startCommand } from '../../support/command.ts';
import { until } from '../../support/running-wall.ts';

test('the simulated centre runs alone, says its addresses and logins, and stops on a signal', async () => {
  const site = startCommand([
    'demo-site',
    '--cameras',
    '6',
    '--port',
    '0',
    '--no-faults',
    '--lang',
    'en',
  ]);
  await until(
    'addresses',
    () => (site.output().match(/rtsp:\/\/127/g) ?? []).length >= 6,
    30,
    site.output,
  );
  const url = /rtsp:\/\/127\.0\.0\.1:\d+\/\S+/.exec(site.output())?.[0] as string;
  const login = /(\S+) \/ (\S+)|user (\S+), password (\S+)/.exec(site.output());
  expect(login, site.output()).not.toBeNull();
  const refused = await runCommand(['probe', url, '--seconds', '2', '--json']);
  expect(refused.code).toBe(4);
  expect(JSON.parse(refused.stdout)[0].error.code).toBe('rtsp.credentials-needed');
  // As from a terminal: once from the kernel, once more from the launcher above.
  site.child.kill('SIGINT');
  site.child.kill('SIGTERM');
  expect((await site.ended).code).toBe(0);
});

test('a second signal at any moment of the shutdown changes nothing', async () => {
  for (const delayMs of [0, 3, 6, 9, 12, 16, 22, 30]) {
    const site = startCommand(['demo-site', '--cameras', '1', '--port', '0', '--no-faults']);
    await until('its address', () => site.output().includes('rtsp://127'), 30, site.output);
    site.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    site.child.kill('SIGTERM');
    expect((await site.ended).code, `after ${delayMs} ms`).toBe(0);
  }
}, 120_000);
