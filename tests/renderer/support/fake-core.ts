import { createStore } from 'zustand/vanilla';
import type { Core, CoreConnection, MediaSource } from '../../../renderer/wire/core.types.ts';
import { frameBytes, type MediaFrame, writeFrame } from '../../../src/contract/media-frame.ts';
import {
  type CallName,
  calls,
  type EventName,
  events,
  type MediaNotice,
  type MediaRequest,
  mediaNotice,
  mediaRequest,
  type TileReport,
} from '../../../src/contract/schemas.ts';
import {
  type StreamKey,
  type StreamState,
  streamKeyText,
} from '../../../src/contract/stream-state.ts';
import { Emitter } from '../../../src/std/disposable.ts';
import type { EncodedPicture } from './test-pictures.ts';

type OpenRequest = Extract<MediaRequest, { type: 'open' }>;

/** A channel that the page opened, as the core sees it. */
export interface OpenChannel {
  request: OpenRequest;
  sequence: number;
  dropped: number;
}

/** The core's end of the contract in the page itself: says what a test wants it to say. */
export class FakeCore implements Core {
  readonly connection = createStore<CoreConnection>(() => ({
    phase: 'open',
    since: performance.now(),
    attempt: 0,
  }));
  readonly requests: MediaRequest[] = [];
  readonly channels = new Map<number, OpenChannel>();
  readonly reports: TileReport[][] = [];
  readonly logs: string[] = [];
  acked = 0;
  sent = 0;
  readonly #events = new Map<EventName, Emitter<never>>();
  readonly #media = new Emitter<MediaSource>();
  readonly #requestListeners = new Emitter<MediaRequest>();
  #port: MessagePort | null = null;
  #pending: MediaSource | null = null;

  constructor() {
    this.newMediaWire();
  }

  call: Core['call'] = async (name: CallName, params: unknown) => {
    calls[name].params.parse(params);
    if (name === 'wall.report') this.reports.push((params as { tiles: TileReport[] }).tiles);
    if (name === 'page.log') this.logs.push((params as { message: string }).message);
    return (name === 'streams.list' ? [] : {}) as never;
  };

  on: Core['on'] = (name, listener) => {
    const emitter = this.#events.get(name) ?? new Emitter<never>();
    this.#events.set(name, emitter);
    return emitter.on(listener as (value: never) => void);
  };

  onMediaSource(take: (source: MediaSource) => void) {
    if (this.#pending) take(this.#pending);
    this.#pending = null;
    return this.#media.on(take);
  }

  close(): void {
    this.#port?.close();
  }

  /** Listeners that are still there: none after the engine closed. */
  get listening(): number {
    let count = this.#media.size;
    for (const emitter of this.#events.values()) count += emitter.size;
    return count;
  }

  emit(name: EventName, value: unknown): void {
    this.#events.get(name)?.emit(events[name].parse(value) as never);
  }

  setState(key: StreamKey, state: StreamState): void {
    this.emit('streams.state', [{ key, state }]);
  }

  setLive(key: StreamKey, frozenSince: number | null = null): void {
    this.setState(key, { phase: 'live', since: Date.now(), frozenSince });
  }

  /** The end of the media wire, as when the core was started again. */
  dropMediaWire(): void {
    this.#port?.close();
    this.#port = null;
    this.channels.clear();
  }

  newMediaWire(): void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => this.#onRequest(mediaRequest.parse(JSON.parse(event.data)));
    const source: MediaSource = { kind: 'port', port: port2 };
    if (this.#media.size > 0) this.#media.emit(source);
    else this.#pending = source;
  }

  notice(notice: MediaNotice): void {
    this.#port?.postMessage(JSON.stringify(mediaNotice.parse(notice)));
  }

  /** Says the format and sends pictures of one channel, in one batch. */
  sendPictures(
    channel: number,
    pictures: readonly EncodedPicture[],
    options: Partial<MediaFrame> = {},
  ): void {
    this.send(
      channel,
      pictures.map((picture) => ({
        kind: 'video' as const,
        keyframe: picture.key,
        mediaTimeUs: picture.timestampUs,
        payload: picture.data,
        ...options,
      })),
    );
  }

  send(channel: number, frames: readonly Partial<MediaFrame>[]): void {
    const open = this.channels.get(channel);
    if (!open || !this.#port) return;
    const whole = frames.map(
      (frame): MediaFrame => ({
        kind: 'video',
        keyframe: false,
        discontinuity: false,
        catchUp: false,
        channel,
        sequence: open.sequence++,
        width: 0,
        height: 0,
        mediaTimeUs: 0,
        receivedAtMs: performance.timeOrigin + performance.now(),
        droppedSoFar: open.dropped,
        payload: new Uint8Array(0),
        ...frame,
      }),
    );
    const size = whole.reduce((sum, frame) => sum + frameBytes(frame.payload.length), 0);
    const batch = new Uint8Array(size);
    let offset = 0;
    for (const frame of whole) offset = writeFrame(batch, offset, frame);
    this.sent += size;
    this.#port.postMessage(batch);
  }

  format(channel: number, codec: 'h264' | 'h265' | 'mjpeg', codecString: string): void {
    this.notice({
      type: 'format',
      channel,
      video: {
        kind: 'video',
        codec,
        codecString,
        profile: null,
        width: 320,
        height: 180,
        declaredFps: null,
        reorderFrames: 0,
      },
      audio: null,
    });
  }

  channelOf(key: StreamKey): number | null {
    for (const [channel, open] of this.channels) {
      if (streamKeyText(open.request.key) === streamKeyText(key)) return channel;
    }
    return null;
  }

  onRequest(listener: (request: MediaRequest) => void) {
    return this.#requestListeners.on(listener);
  }

  #onRequest(request: MediaRequest): void {
    if (request.type === 'ack') this.acked = request.bytes;
    else this.requests.push(request);
    if (request.type === 'open') {
      this.channels.set(request.channel, { request, sequence: 0, dropped: 0 });
    } else if (request.type === 'close') {
      this.channels.delete(request.channel);
    } else if (request.type === 'adjust') {
      const open = this.channels.get(request.channel);
      if (open) {
        const { type: _type, restart: _restart, ...change } = request;
        open.request = { ...open.request, ...change };
      }
    }
    this.#requestListeners.emit(request);
  }
}
