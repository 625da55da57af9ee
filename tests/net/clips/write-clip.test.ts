import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeClip } from '../../../src/clips/write-clip.ts';
import type { AccessUnit } from '../../../src/codec/access-unit.ts';
import {
  decodedTimes,
  piecesOf,
  sourceBitstream,
  startMs,
  streamsOf,
} from '../../support/source-bitstream.ts';

let dir: string;
const inDir = (name: string) => join(dir, name);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-clip-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('a clip of the original bitstream', () => {
  for (const codec of ['h264', 'h265'] as const) {
    for (const bFrames of [0, 3]) {
      it(`has every picture at its time: ${codec}, ${bFrames} reordered`, async () => {
        const { units, format, pts } = sourceBitstream({ codec, bFrames });
        const file = inDir('đoạn ghi.mp4');
        const { parts } = await writeClip({ pieces: piecesOf(format, ...units), file });
        expect(parts).toHaveLength(1);
        expect(decodedTimes(file)).toEqual(sorted(pts));
        expect(parts[0]).toMatchObject({
          file,
          pictures: units.length,
          gaps: [],
          from: startMs,
          senderFrom: startMs - 5_000,
          bytes: statSync(file).size,
          durationMs: 4_000,
        });
        expect(streamsOf(file)[0]).toMatchObject({
          codec_name: codec === 'h264' ? 'h264' : 'hevc',
          width: 320,
          height: 240,
        });
      });
    }
  }

  it('goes on over the wrap of 32-bit timestamps', async () => {
    const firstTicks = 2 ** 32 - 90_000;
    const { units, format, pts } = sourceBitstream({ codec: 'h264', firstTicks });
    await writeClip({ pieces: piecesOf(format, ...units), file: inDir('a.mp4') });
    expect(decodedTimes(inDir('a.mp4'))).toEqual(pts);
  });

  it('takes times from the sender, not from the jitter or the drift of the network', async () => {
    const { units, format, pts } = sourceBitstream({ codec: 'h264' });
    const late = units.map((unit, i) => ({
      ...unit,
      receivedAtMs: unit.receivedAtMs * 1.002 + (i % 7) * 90,
    }));
    await writeClip({ pieces: piecesOf(format, ...late), file: inDir('a.mp4') });
    expect(decodedTimes(inDir('a.mp4'))).toEqual(pts);
  });

  it('shows a gap as time, and lists it', async () => {
    const { units, format, pts } = sourceBitstream({ codec: 'h264' });
    // The connection came back 5 s later, with another media clock.
    const after = units.slice(50).map(
      (unit): AccessUnit => ({
        ...unit,
        time: { ...unit.time, ticks: unit.time.ticks - 3_000_000_000 },
        receivedAtMs: unit.receivedAtMs + 5_000,
        senderTimeMs: unit.senderTimeMs! + 5_000,
      }),
    );
    const before = units.slice(0, 50);
    const gap = {
      from: before.at(-1)!.receivedAtMs,
      to: after[0]!.receivedAtMs,
      reason: 'stream-lost' as const,
    };
    const { parts } = await writeClip({
      pieces: piecesOf(format, ...before, { kind: 'gap', gap }, ...after),
      file: inDir('a.mp4'),
    });
    expect(parts).toHaveLength(1);
    expect(parts[0]!.gaps).toEqual([gap]);
    expect(decodedTimes(inDir('a.mp4'))).toEqual([
      ...pts.slice(0, 50),
      ...pts.slice(50).map((ticks) => ticks + 450_000),
    ]);
  });

  it('is right across midnight and when the workstation clock is set back meanwhile', async () => {
    const midnight = Date.UTC(2026, 2, 28, 23, 59, 58);
    const { units, format, pts } = sourceBitstream({ codec: 'h264', startMs: midnight });
    // Daylight saving changes nothing in UTC; a clock set back by an hour does.
    const jumped = units.map((unit, i) =>
      i < 60 ? unit : { ...unit, receivedAtMs: unit.receivedAtMs - 3_600_000 },
    );
    const gap = {
      from: jumped[60]!.receivedAtMs,
      to: jumped[59]!.receivedAtMs,
      reason: 'clock-changed' as const,
    };
    const { parts } = await writeClip({
      pieces: piecesOf(format, ...jumped.slice(0, 60), { kind: 'gap', gap }, ...jumped.slice(60)),
      file: inDir('a.mp4'),
    });
    expect(decodedTimes(inDir('a.mp4'))).toEqual(pts);
    expect(parts[0]).toMatchObject({ from: midnight, durationMs: 4_000, gaps: [gap] });
    expect(parts[0]!.senderTo! - parts[0]!.senderFrom!).toBe(3_960);
  });

  it('begins another file where the picture changes its size, and both play', async () => {
    const small = sourceBitstream({ codec: 'h264', seconds: 2 });
    const large = sourceBitstream({
      codec: 'h264',
      seconds: 2,
      size: '640x480',
      startMs: startMs + 2_000,
    });
    const { parts } = await writeClip({
      pieces: piecesOf(small.format, ...small.units, large.format, ...large.units),
      file: inDir('a.mp4'),
    });
    expect(parts.map(({ file }) => file)).toEqual([inDir('a.mp4'), inDir('a-2.mp4')]);
    expect(parts[1]!.from).toBe(startMs + 2_000);
    expect(decodedTimes(inDir('a.mp4'))).toEqual(small.pts);
    expect(decodedTimes(inDir('a-2.mp4'))).toEqual(large.pts);
    expect(streamsOf(inDir('a-2.mp4'))[0]).toMatchObject({ width: 640, height: 480 });
  });

  for (const codec of ['aac', 'pcma'] as const) {
    it(`has its sound beside the picture: ${codec}`, async () => {
      const { units, format, pts } = sourceBitstream({ codec: 'h264' });
      const { audioFormat, sound } = soundOf(codec, units[0]!);
      const mixed = [...units, ...sound].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
      const { parts } = await writeClip({
        pieces: piecesOf(format, audioFormat, ...mixed),
        file: inDir('a.mp4'),
      });
      expect(parts[0]!.audio).toEqual({
        codec,
        stored: codec === 'aac' ? 'aac' : 'pcm-s16',
        sampleRate: 8_000,
      });
      expect(decodedTimes(inDir('a.mp4'))).toEqual(pts);
      const [, audio] = streamsOf(inDir('a.mp4'));
      expect(audio).toMatchObject({ codec_type: 'audio', sample_rate: '8000' });
      expect(Number(audio!['duration'])).toBeCloseTo(4, 0);
      expect(Math.abs(Number(audio!['start_time']))).toBeLessThan(0.13);
    });
  }

  it('leaves nothing when it is cancelled, when it is empty, or when the codec has no place', async () => {
    const { units, format } = sourceBitstream({ codec: 'h264' });
    const stop = new AbortController();
    async function* cancelled() {
      for await (const piece of piecesOf(format, ...units)) {
        if (piece.kind === 'unit' && piece.unit === units[40]) stop.abort();
        yield piece;
      }
    }
    const write = (pieces: Parameters<typeof writeClip>[0]['pieces'], signal?: AbortSignal) =>
      writeClip({ pieces, file: inDir('a.mp4'), ...(signal && { signal }) });
    await expect(write(cancelled(), stop.signal)).rejects.toMatchObject({
      code: 'input.cancelled',
    });
    await expect(write(piecesOf(format))).rejects.toMatchObject({ code: 'clip.empty' });
    const jpeg = { ...format, codec: 'mjpeg' as const };
    await expect(write(piecesOf(jpeg, ...units))).rejects.toMatchObject({ code: 'clip.codec' });
    expect(readdirSync(dir)).toEqual([]);
    await expect(
      writeClip({ pieces: piecesOf(format, ...units), file: inDir('none/a.mp4') }),
    ).rejects.toMatchObject({ code: 'file.failed', params: { reason: 'ENOENT' } });
  });

  it('does not fall over units that make no sense', async () => {
    const { units, format } = sourceBitstream({ codec: 'h264', seconds: 2 });
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed / 0x7fffffff;
    };
    for (let round = 0; round < 40; round++) {
      const bad = units.map((unit): AccessUnit => {
        if (random() < 0.7) return unit;
        const data = new Uint8Array(unit.data.subarray(0, Math.floor(random() * unit.data.length)));
        for (let i = 0; i < 5 && data.length > 0; i++) {
          data[Math.floor(random() * data.length)] = Math.floor(random() * 256);
        }
        const ticks = unit.time.ticks + (random() < 0.3 ? (random() - 0.5) * 1e9 : 0);
        const receivedAtMs = unit.receivedAtMs + (random() < 0.2 ? (random() - 0.5) * 1e8 : 0);
        return {
          ...unit,
          data,
          keyframe: random() < 0.1 ? !unit.keyframe : unit.keyframe,
          time: { ticks, clockRate: 90_000 },
          receivedAtMs,
          senderTimeMs: random() < 0.5 ? null : unit.senderTimeMs! + (random() - 0.5) * 1e10,
        };
      });
      const outcome = await writeClip({
        pieces: piecesOf(format, ...bad),
        file: inDir(`fuzz-${round}.mp4`),
      }).then(
        ({ parts }) => parts.length > 0,
        (error) => error.code,
      );
      expect([true, 'clip.empty', 'media.no-parameter-sets']).toContain(outcome);
    }
    expect(readdirSync(dir).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

/** Four seconds of made-up sound that begins with the picture. */
function soundOf(codec: 'aac' | 'pcma', first: AccessUnit) {
  const samples = codec === 'aac' ? 1024 : 320;
  const count = Math.round(32_000 / samples);
  const silentAac = Uint8Array.of(0x01, 0x18, 0x20, 0x07);
  const sound = Array.from(
    { length: count },
    (_, i): AccessUnit => ({
      kind: 'audio',
      data: codec === 'aac' ? silentAac : new Uint8Array(samples).fill(0xd5),
      keyframe: true,
      time: { ticks: 77_000 + i * samples, clockRate: 8_000 },
      senderTimeMs: first.senderTimeMs! + (i * samples) / 8,
      receivedAtMs: first.receivedAtMs + (i * samples) / 8 + 5,
      afterLoss: false,
    }),
  );
  return {
    sound,
    audioFormat: {
      kind: 'audio' as const,
      codec,
      sampleRate: 8_000,
      channels: 1,
      codecString: codec === 'aac' ? 'mp4a.40.2' : 'alaw',
      // AAC-LC, 8 kHz, mono.
      config: codec === 'aac' ? Uint8Array.of(0x15, 0x88) : null,
    },
  };
}
