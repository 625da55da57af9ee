import { afterEach, expect, test, vi } from 'vitest';
import { type MediaFrame, readFrames } from '../../../src/contract/media-frame.ts';
import { createReplayDesk } from '../../../src/replay/replay-desk.ts';
import { ringSource } from '../../../src/replay/replay-source.ts';
import { createRing } from '../../../src/replay/ring.ts';
import { silentLog } from '../../../src/std/log.ts';
import { serveMedia } from '../../../src/streams/media-outlet.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';
import { sourceBitstream, startMs } from '../../support/source-bitstream.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

test.each([
  ['h265', 0],
  ['h264', 0],
] as const)(
  'a paused seek shows its picture where the core decodes: %s, %i reordered',
  async (codec, bFrames) => {
    const ring = createRing({ dataDir: null });
    undo.push(() => ring.close());
    const { units, format } = sourceBitstream({ codec, bFrames });
    const key = { cameraId: 'a', quality: 'main' as const };
    ring.onFormat(key, format);
    for (const unit of units) ring.onUnit(key, unit);
    const desk = createReplayDesk({
      source: async (cameraId, at) => ringSource(ring, cameraId, at),
      onState: () => {},
      log: silentLog,
    });
    undo.push(() => desk.close());
    const [page, core] = memoryWires();
    serveMedia(core, new FakeSupervisor(), { replay: desk });
    undo.push(() => page.close());
    const frames: MediaFrame[] = [];
    let bytes = 0;
    page.onMessage((message) => {
      if (typeof message === 'string') return;
      frames.push(...readFrames(message));
      bytes += message.length;
      page.send(JSON.stringify({ type: 'ack', bytes }));
    });
    const { state } = await desk.open(['a'], startMs + 1_000, 'ring');
    page.send(
      JSON.stringify({
        ...{ type: 'open', channel: 1, key, delivery: 'i420', width: 160, height: 120 },
        ...{ audio: false, cadence: 'all', replay: { sessionId: state.sessionId } },
      }),
    );
    const shows = (ms: number) =>
      vi.waitFor(() => expect(frames.at(-1)?.receivedAtMs).toBe(startMs + ms), {
        timeout: 15_000,
        interval: 20,
      });
    await shows(1_000);
    const session = desk.session(state.sessionId);
    for (const ms of [2_480, 600, 3_960, 0]) {
      session.seek(startMs + ms);
      await shows(ms);
    }
    expect(frames.every(({ replay }) => replay)).toBe(true);
  },
);
