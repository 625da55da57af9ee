import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MediaFrame, readFrames } from '../../../src/contract/media-frame.ts';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre } from '../../../src/demo/centre.types.ts';
import type { DoorSource } from '../../../src/host/ptz-door.ts';
import { createRecorderBook, type RecorderBook } from '../../../src/host/recorder-book.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { createReplayDesk, type ReplayDesk } from '../../../src/replay/replay-desk.ts';
import { recorderSource } from '../../../src/replay/replay-source.ts';
import { silentLog } from '../../../src/std/log.ts';
import { serveMedia } from '../../../src/streams/media-outlet.ts';
import { FakeSupervisor } from '../../support/fake-supervisor.ts';
import { memoryWires } from '../../support/memory-wire.ts';

let centre: DemoCentre;
let recorders: RecorderBook;
let desk: ReplayDesk | null = null;

const until = (what: () => void) => vi.waitFor(what, { timeout: 20_000, interval: 20 });

afterEach(async () => {
  desk?.close();
  desk = null;
  recorders?.close();
  await centre?.close();
});

async function startCentre(): Promise<void> {
  centre = await startDemoCentre({ log: silentLog, faults: false, cameras: 8, encoder: 'never' });
  const doors = {
    book: {
      get: (id: string) => centre.cameras.find((camera) => camera.id === id),
      login: async (camera: { credential: unknown }) => camera.credential,
    },
    register: { camera: () => null },
    fingerprint: () => null,
  } as unknown as DoorSource;
  recorders = createRecorderBook({
    connectOnvif,
    doors: {
      ...doors,
      book: {
        ...doors.book,
        get: (id: string) => {
          const camera = centre.cameras.find((one) => one.id === id);
          return camera && { ...camera, onvif: centre.onvifUrl(camera.siteId) };
        },
      } as DoorSource['book'],
    },
    log: silentLog,
  });
}

describe('a recorder in a replay session', () => {
  it('shows the moment asked for, seeks, and plays on from there', async () => {
    await startCentre();
    const camera = centre.cameras[0]!;
    const at = Date.now() - 26 * 3_600_000;
    desk = createReplayDesk({
      source: async (cameraId, time) =>
        recorderSource(await recorders.footage(cameraId), cameraId, time),
      onState: () => {},
      log: silentLog,
    });
    const { state, cameras } = await desk.open([camera.id], at, 'recorder');
    expect(cameras[0]!.spans.every(({ source }) => source === 'recorder')).toBe(true);
    expect(state.at).toBeCloseTo(at, -1);
    const frames: MediaFrame[] = [];
    const [page, core] = memoryWires();
    serveMedia(core, new FakeSupervisor(), { replay: desk });
    let bytes = 0;
    page.onMessage((message) => {
      if (typeof message === 'string') return;
      frames.push(...readFrames(message));
      bytes += message.length;
      page.send(JSON.stringify({ type: 'ack', bytes }));
    });
    page.send(
      JSON.stringify({
        ...{ type: 'open', channel: 1, key: { cameraId: camera.id, quality: 'main' } },
        ...{ delivery: 'encoded', width: 640, height: 360, audio: false, cadence: 'all' },
        replay: { sessionId: state.sessionId },
      }),
    );
    const shown = () => frames.filter(({ preroll }) => !preroll).map((one) => one.receivedAtMs);
    await until(() => expect(shown()).toHaveLength(1));
    expect(Math.abs(shown()[0]! - at)).toBeLessThan(200);
    expect(frames.every(({ replay }) => replay)).toBe(true);

    const session = desk.session(state.sessionId);
    session.seek(at + 3_600_000);
    await until(() => expect(Math.abs(shown().at(-1)! - at - 3_600_000)).toBeLessThan(200));
    const before = shown().length;
    session.setRate(1);
    await until(() => expect(shown().length).toBeGreaterThan(before + 10));
    session.setRate(0);
    const played = shown().slice(before + 1, before + 10);
    for (let i = 1; i < played.length; i++) {
      expect(played[i]! - played[i - 1]!).toBeGreaterThan(20);
      expect(played[i]! - played[i - 1]!).toBeLessThan(200);
    }
    page.close();
  });

  it('is found for each camera of a recorder, and not where there is none', async () => {
    await startCentre();
    const now = Date.now();
    for (const camera of centre.cameras.slice(0, 2)) {
      const footage = await recorders.footage(camera.id);
      const { spans } = await footage.timeline(now - 3_600_000, now - 60_000);
      expect(spans).toHaveLength(1);
    }
    await expect(recorders.footage('nobody')).rejects.toMatchObject({ code: 'input.unknown' });
  });
});
