import { DecodeHub, type DecodeHubOptions } from '../../../renderer/wall/decode-hub.ts';
import type { ChannelStats } from '../../../renderer/wall/worker-messages.ts';
import type { StreamKey } from '../../../src/contract/stream-state.ts';
import { FakeCore } from './fake-core.ts';
import { waitFor } from './wait-for.ts';

export interface SeenPicture {
  readonly timestampUs: number;
  readonly width: number;
  readonly height: number;
  readonly colour: [number, number, number];
}

/** The inside of the decode worker, in the page, with every picture it hands on. */
export class HubBench {
  readonly core = new FakeCore();
  readonly hub: DecodeHub;
  readonly stats = new Map<number, ChannelStats>();
  /** Channels whose outputs ended. */
  readonly ended = new Set<number>();
  #written: number[] = [];

  constructor(options: Omit<DecodeHubOptions, 'post'> = {}) {
    this.hub = new DecodeHub({
      ...options,
      post: (message) => {
        if (message.type !== 'stats') return;
        for (const stats of message.channels) this.stats.set(stats.channel, stats);
        this.#written.push(...message.written);
      },
    });
    this.core.onMediaSource((source) => this.hub.handle({ type: 'media', source }));
  }

  get written(): readonly number[] {
    return this.#written;
  }

  /** Opens a channel and waits until the core heard of it. `slowMs`: a presenter that takes its time. */
  async open(channel: number, key: StreamKey, { slowMs = 0 } = {}): Promise<SeenPicture[]> {
    const seen: SeenPicture[] = [];
    const output = new WritableStream<VideoFrame>({
      write: async (picture) => {
        seen.push(look(picture));
        picture.close();
        if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
      },
      close: () => {
        this.ended.add(channel);
      },
    });
    this.hub.handle({ type: 'open', channel, key, width: 160, height: 90, cadence: 'all', output });
    await waitFor(() => this.core.channels.has(channel), 'the open request');
    return seen;
  }

  close(): void {
    this.hub.close();
    this.core.close();
  }
}

function look(picture: VideoFrame): SeenPicture {
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext('2d')!;
  context.drawImage(picture, 0, 0, 8, 8);
  const [red = 0, green = 0, blue = 0] = context.getImageData(4, 4, 1, 1).data;
  return {
    timestampUs: picture.timestamp,
    width: picture.displayWidth,
    height: picture.displayHeight,
    colour: [red, green, blue],
  };
}
