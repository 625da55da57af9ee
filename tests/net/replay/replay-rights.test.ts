import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { MediaFrame } from '../../../src/contract/media-frame.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { fieldsOf, givenPassword, ownPassword } from '../../support/operators-of.ts';
import { startReplayHost } from '../../support/replay-host.ts';
import { feed } from '../../support/ring-feed.ts';
import { testOperator } from '../../support/signed-in.ts';

const gate = cameraFromUrl('rtsp://192.0.2.7/1', { name: 'Cổng', site: 'Khu A' });
const yard = cameraFromUrl('rtsp://192.0.2.8/1', { name: 'Sân', site: 'Khu B' });
const begun = 1_800_000_000_000;
const until = <T>(what: () => T) => vi.waitFor(what, { timeout: 10_000, interval: 10 });

let dir: string | null = null;
let running: Awaited<ReturnType<typeof startReplayHost>> | null = null;
afterEach(async () => {
  await running?.host.close();
  running = null;
  if (dir) rmSync(dir, { recursive: true, force: true });
});

/** A minute of two cameras is held, and one session plays both of them. */
async function watching() {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-quyền-'));
  running = await startReplayHost({ cameras: [gate, yard], dataDir: dir });
  const { page, tap, send, frames } = running;
  for (const { id: cameraId } of [gate, yard]) feed(tap, { cameraId, startMs: begun }, 0, 1_500);
  const open = async () => {
    const cameraIds = [gate.id, yard.id];
    const { state } = await page.call('replay.open', {
      cameraIds,
      at: begun + 5_000,
      source: 'ring',
    });
    for (const [i, cameraId] of cameraIds.entries()) {
      send({
        ...{ type: 'open', channel: i + 1, key: { cameraId, quality: 'main' } },
        ...{ delivery: 'encoded', width: 640, height: 360, audio: false, cadence: 'all' },
        replay: { sessionId: state.sessionId },
      });
    }
    const seen = ({ channel, preroll }: MediaFrame) => channel === 2 && !preroll;
    await until(() => expect(frames.some(seen)).toBe(true));
    return state.sessionId;
  };
  return { ...running, open };
}

const operatorOf = async (role: 'administrator' | 'health', name: string) => {
  const { page } = running!;
  await page.call('operators.save', {
    id: null,
    fields: fieldsOf(name, role),
    password: givenPassword,
  });
};
const enter = async (name: string) => {
  const { page } = running!;
  await page.call('operators.signIn', { name, password: givenPassword });
  await page.call('operators.password', {
    password: givenPassword,
    newPassword: ownPassword,
  });
};

test.each([
  ['signs out', 'operators.signOut', 'operator.needed'],
  ['locks control', 'operators.lock', 'operator.locked'],
] as const)('replay ends, with its channels, when the operator %s', async (_, call, cause) => {
  const { page, open, notices, frames } = await watching();
  const sessionId = await open();
  await page.call('replay.rate', { sessionId, rate: 1 });
  await page.call(call, {});
  await until(() => expect(notices.filter(({ type }) => type === 'refused')).toHaveLength(2));
  expect(notices.filter(({ type }) => type === 'refused')).toMatchObject([
    { channel: 1, cause: { code: cause } },
    { channel: 2, cause: { code: cause } },
  ]);
  const count = frames.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(frames).toHaveLength(count);
});

test('replay does not go over to who signs in next, with the right or without', async () => {
  const { page, open, notices } = await watching();
  await operatorOf('administrator', 'người sau');
  const sessionId = await open();
  await enter('người sau');
  await until(() => expect(notices.filter(({ type }) => type === 'refused')).toHaveLength(2));
  await expect(page.call('replay.seek', { sessionId, at: begun })).rejects.toMatchObject({
    code: 'replay.nothing',
  });
});

test('the audit tells which cameras were seen, and which stretches of them', async () => {
  const { page, open, frames } = await watching();
  const sessionId = await open();
  await page.call('replay.seek', { sessionId, at: begun + 40_000 });
  await until(() => expect(frames.at(-1)?.receivedAtMs).toBeGreaterThanOrEqual(begun + 39_900));
  await page.call('replay.close', { sessionId });
  const filter = {
    ...{ text: '', kinds: ['evidence.replay'], operatorId: null, camera: null, site: null },
    ...{ outcome: null, from: null, to: null },
  };
  const rows = await vi.waitFor(
    async () => {
      const asked = { filter, upTo: null, offset: 0, limit: 50 } as const;
      const { rows } = await page.call('audit.page', asked);
      const ended = rows.filter(({ details }) => details['stage'] === 'ended');
      expect(ended).toHaveLength(2);
      return ended;
    },
    { timeout: 10_000, interval: 50 },
  );
  expect(rows.map(({ camera }) => camera).sort()).toEqual([gate.id, yard.id].sort());
  for (const { operator, details } of rows) {
    expect(operator?.name).toBe(testOperator.name);
    expect(details).toMatchObject({ from: begun + 5_000, to: begun + 40_000 });
    expect(details['seen']).toBe(
      '2027-01-15T08:00:05Z/2027-01-15T08:00:05Z, 2027-01-15T08:00:40Z/2027-01-15T08:00:40Z',
    );
  }
});
