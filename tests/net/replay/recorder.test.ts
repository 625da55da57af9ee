import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeClip } from '../../../src/clips/write-clip.ts';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions } from '../../../src/demo/centre.types.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import type { OnvifDevice } from '../../../src/onvif/onvif.types.ts';
import { onvifFootage } from '../../../src/replay/recorder.ts';
import type { BitstreamPiece, RecorderFootage } from '../../../src/replay/replay.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { collect } from '../../support/ring-feed.ts';
import { decodedTimes } from '../../support/source-bitstream.ts';

const hour = 3_600_000;
let centre: DemoCentre;
let device: OnvifDevice | null = null;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-footage-'));
});

afterEach(async () => {
  device?.close();
  device = null;
  await centre?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The footage of one demo camera, by its name. */
async function footageOf(
  index: number,
  options: Partial<DemoOptions> = {},
): Promise<RecorderFootage> {
  centre = await startDemoCentre({
    ...{ log: silentLog, faults: false, cameras: 12, encoder: 'never' as const },
    ...options,
  });
  const camera = centre.cameras[index]!;
  const { credential } = camera;
  device = await connectOnvif({ address: centre.onvifUrl(camera.siteId), credential });
  return onvifFootage({ device, credential, source: { name: camera.name } });
}

const units = (pieces: readonly BitstreamPiece[]) =>
  pieces.flatMap((piece) => (piece.kind === 'unit' ? [piece] : []));

describe('footage of a recorder', () => {
  it('tells its gaps, with the summary missing and 1970 for the earliest', async () => {
    const footage = await footageOf(10, {
      onvifFaults: { footage: { noSummary: true, earliest1970: true } },
    });
    const now = Date.now();
    const from = now - 7 * 24 * hour;
    const { spans, gaps } = await footage.timeline(from, now - hour);
    expect(spans).toHaveLength(2);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.reason).toBe('not-recorded');
    expect(gaps[0]!.to - gaps[0]!.from).toBeCloseTo(9 * hour, -4);
    expect(spans[0]!.from).toBe(from);
  });

  it('is read from the keyframe before, in its own time, faster than it was recorded', async () => {
    const footage = await footageOf(0);
    // Over midnight, half a month ago.
    const midnight = new Date(Date.now() - 15 * 24 * hour).setUTCHours(0, 0, 0, 0);
    const [from, to] = [midnight - 20_000, midnight + 20_000];
    const began = performance.now();
    const read = units(await collect(footage.read(from, to)));
    expect(performance.now() - began).toBeLessThan(20_000);
    const offset = device!.clock?.offsetMs ?? 0;
    const times = read.map(({ unit }) => unit.receivedAtMs);
    expect(read[0]).toMatchObject({ cached: true, unit: { keyframe: true } });
    expect(times.filter((time) => time < from).length).toBe(
      read.filter(({ cached }) => cached).length,
    );
    expect(times.find((time) => time >= from)! - from).toBeLessThan(200);
    expect(to - times.at(-1)!).toBeLessThan(200);
    expect(read.at(-1)!.unit.senderTimeMs! - times.at(-1)!).toBeCloseTo(offset, 0);
    for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeLessThan(200);
  });

  it('becomes a clip with the gap as time, and the gap in the list', async () => {
    const footage = await footageOf(10);
    const now = Date.now();
    const { gaps } = await footage.timeline(now - 7 * 24 * hour, now - hour);
    const gap = gaps[0]!;
    // The gap of nine hours begins another file; what is before and behind it is whole.
    const { parts } = await writeClip({
      pieces: footage.read(gap.from - 10_000, gap.to + 10_000),
      file: join(dir, 'a.mp4'),
    });
    expect(parts).toHaveLength(2);
    expect(parts[0]!.to).toBeLessThanOrEqual(gap.from + 200);
    expect(parts[1]!.from).toBeGreaterThanOrEqual(gap.to - 200);
    for (const part of parts) {
      const times = decodedTimes(part.file);
      expect(times).toHaveLength(part.pictures);
      expect(times.at(-1)! / 90).toBeCloseTo(part.durationMs, -3);
      expect(part.senderTo! - part.senderFrom!).toBeGreaterThan(8_000);
    }
  });

  it('is read one at a time, where the recorder breaks with two', async () => {
    const footage = await footageOf(0, { onvifFaults: { footage: { oneReplay: true } } });
    const at = Date.now() - 3 * 24 * hour;
    const both = await Promise.all([
      collect(footage.read(at, at + 3_000)),
      collect(footage.read(at + 60_000, at + 63_000)),
    ]);
    for (const pieces of both) expect(units(pieces).length).toBeGreaterThan(20);
  });
});
