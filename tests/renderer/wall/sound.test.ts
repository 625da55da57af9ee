import { afterEach, expect, it } from 'vitest';
import { createWallEngine } from '../../../renderer/wall/engine.ts';
import { HeardSound } from '../../../renderer/wall/heard-sound.ts';
import { FakeCore } from '../support/fake-core.ts';
import { HubBench } from '../support/hub-bench.ts';
import { pause, waitFor } from '../support/wait-for.ts';
import { wish, workerUrl } from '../support/wall-bench.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

const key = { cameraId: 'a', quality: 'sub' } as const;
const video = {
  kind: 'video',
  codec: 'mjpeg',
  codecString: 'mjpeg',
  profile: null,
  width: 16,
  height: 16,
  declaredFps: null,
  reorderFrames: 0,
} as const;

interface Block {
  readonly rate: number;
  readonly frames: number;
  readonly samples: Float32Array;
}

async function hear(bench: HubBench): Promise<Block[]> {
  await bench.open(1, key);
  const blocks: Block[] = [];
  const output = new WritableStream<AudioData>({
    write(block) {
      const samples = new Float32Array(block.numberOfFrames);
      block.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      blocks.push({ rate: block.sampleRate, frames: block.numberOfFrames, samples });
      block.close();
    },
  });
  bench.hub.handle({ type: 'audio', channel: 1, output });
  await waitFor(() => bench.core.channels.get(1)?.request.audio, 'sound is asked for');
  return blocks;
}

for (const [codec, codecString, loud, quiet] of [
  ['pcmu', 'ulaw', 0x80, 0xff],
  ['pcma', 'alaw', 0xaa, 0xd5],
] as const) {
  it(`${codec} becomes samples, loud and quiet`, async () => {
    const bench = new HubBench();
    undo.push(() => bench.close());
    const blocks = await hear(bench);
    bench.core.notice({
      type: 'format',
      channel: 1,
      video,
      audio: { kind: 'audio', codec, sampleRate: 8000, channels: 1, codecString, config: null },
    });
    const payload = new Uint8Array(160).fill(loud, 0, 80).fill(quiet, 80);
    bench.core.send(1, [{ kind: 'audio', keyframe: true, mediaTimeUs: 20_000, payload }]);
    // Sound from the cache is the past, and is not heard.
    bench.core.send(1, [{ kind: 'audio', keyframe: true, catchUp: true, payload }]);
    await waitFor(() => blocks.length > 0, 'a block');
    expect(blocks[0]).toMatchObject({ rate: 8000, frames: 160 });
    expect(blocks[0]!.samples[10]).toBeGreaterThan(0.9);
    expect(Math.abs(blocks[0]!.samples[120]!)).toBeLessThan(0.01);
    await pause(100);
    expect(blocks.length).toBe(1);
  });
}

it('AAC is decoded by the browser', async () => {
  const supported = await AudioDecoder.isConfigSupported({
    codec: 'mp4a.40.2',
    sampleRate: 16_000,
    numberOfChannels: 1,
  });
  expect(supported.supported).toBe(true);
  const bench = new HubBench();
  undo.push(() => bench.close());
  const blocks = await hear(bench);
  bench.core.notice({
    type: 'format',
    channel: 1,
    video,
    audio: {
      kind: 'audio',
      codec: 'aac',
      sampleRate: 16_000,
      channels: 1,
      codecString: 'mp4a.40.2',
      // AudioSpecificConfig: AAC LC, 16 kHz, mono.
      config: btoa(String.fromCharCode(0x14, 0x08)),
    },
  });
  // One access unit of silence: a single channel element with nothing coded.
  const silence = new Uint8Array([0x01, 0x18, 0x20, 0x07]);
  for (let unit = 0; unit < 8; unit++) {
    bench.core.send(1, [
      { kind: 'audio', keyframe: true, mediaTimeUs: unit * 64_000, payload: silence },
    ]);
    await pause(10);
  }
  await waitFor(() => blocks.length > 0, 'a block');
  expect(blocks[0]).toMatchObject({ rate: 16_000, frames: 1024 });
});

it('only the chosen tile is heard', async () => {
  const core = new FakeCore();
  const engine = createWallEngine({ core, worker: workerUrl });
  undo.push(() => core.close());
  undo.push(() => engine.close());
  engine.show(0, wish('a'));
  engine.show(1, wish('b'));
  await waitFor(() => core.channels.size === 2, 'two channels');
  const audible = () =>
    [...core.channels.values()]
      .filter(({ request }) => request.audio)
      .map(({ request }) => request.key.cameraId);
  expect(audible()).toEqual([]);
  engine.setAudio(0);
  await waitFor(() => audible().join() === 'a', 'the first');
  await waitFor(() => engine.store.getState().tiles.get(0)?.audio, 'the store says so');
  engine.setAudio(1);
  await waitFor(() => audible().join() === 'b', 'the second, and only it');
  engine.setAudio(null);
  await waitFor(() => audible().length === 0, 'none');
});

it('sound of 8 kHz is really heard, and not any more when closed', async () => {
  const sound = new HeardSound();
  const context = new AudioContext();
  undo.push(() => void context.close());
  const writer = sound.takeOutput().getWriter();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([sound.track])).connect(analyser);
  const data = Int16Array.from({ length: 160 }, (_, at) => 20_000 * Math.sin(at / 3));
  let timestamp = 0;
  const timer = setInterval(() => {
    const block = new AudioData({
      format: 's16',
      sampleRate: 8000,
      numberOfChannels: 1,
      numberOfFrames: 160,
      timestamp,
      data,
    });
    timestamp += 20_000;
    writer.write(block).catch(() => {});
  }, 20);
  undo.push(() => clearInterval(timer));
  const samples = new Float32Array(analyser.fftSize);
  await waitFor(() => {
    analyser.getFloatTimeDomainData(samples);
    return samples.some((sample) => Math.abs(sample) > 0.3);
  }, 'a loud sample');
  sound.close();
  expect(sound.track.readyState).toBe('ended');
});
