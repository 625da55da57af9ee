import type { AccessUnit, AudioFormat, VideoFormat } from '../../src/codec/access-unit.ts';
import type {
  OpenRtsp,
  RtspFigures,
  RtspOptions,
  RtspSession,
} from '../../src/rtsp/session.types.ts';
import { Emitter } from '../../src/std/disposable.ts';
import { Fault } from '../../src/std/fault.ts';
import type { StreamSource } from '../../src/streams/supervisor.types.ts';

/**
 * Cameras without sockets, behind the seam of the RTSP client: tests say what each answers and
 * when it sends a frame.
 */
export class FakeCameras {
  /** Every attempt that was made, in order. */
  readonly attempts: { url: string; user: string | null; password: string | null; at: number }[] =
    [];
  readonly sessions: FakeSession[] = [];
  /** Milliseconds that connecting takes. */
  connectMs = 20;
  connecting = 0;
  mostConnecting = 0;
  /** What a camera answers; by default it plays. */
  answer: (options: RtspOptions) => Fault | null | Promise<Fault | null> = () => null;
  video: VideoFormat | null = h264Format;
  audio: AudioFormat | null = null;

  readonly open: OpenRtsp = async (options) => {
    this.attempts.push({
      url: options.url,
      user: options.credential?.user ?? null,
      password: options.credential?.password ?? null,
      at: performance.now(),
    });
    this.connecting++;
    this.mostConnecting = Math.max(this.mostConnecting, this.connecting);
    try {
      await delay(this.connectMs, options.signal);
      const fault = await this.answer(options);
      if (fault) throw fault;
      const audio = options.wantAudio ? this.audio : null;
      const session = new FakeSession(options.url, this.video, audio);
      this.sessions.push(session);
      return session;
    } finally {
      this.connecting--;
    }
  };

  get openSessions(): FakeSession[] {
    return this.sessions.filter((session) => !session.closed);
  }

  /** The newest session of a camera. */
  session(url: string): FakeSession {
    const session = this.sessions.findLast((one) => one.url === url);
    if (!session) throw new Error(`no session for ${url}`);
    return session;
  }
}

export const h264Format: VideoFormat = {
  kind: 'video',
  codec: 'h264',
  codecString: 'avc1.42C01E',
  profile: 'Baseline',
  width: 640,
  height: 360,
  declaredFps: 15,
  reorderFrames: 0,
};

export const g711Format: AudioFormat = {
  kind: 'audio',
  codec: 'pcma',
  sampleRate: 8000,
  channels: 1,
  codecString: 'alaw',
  config: null,
};

export class FakeSession implements RtspSession {
  readonly url: string;
  video: VideoFormat | null;
  audio: AudioFormat | null;
  closed = false;
  readonly #units = new Emitter<AccessUnit>();
  readonly #formats = new Emitter<VideoFormat | AudioFormat>();
  readonly #ends = new Emitter<Fault | null>();
  #packets = 0;
  #ticks = 1000;

  constructor(url: string, video: VideoFormat | null, audio: AudioFormat | null) {
    this.url = url;
    this.video = video;
    this.audio = audio;
  }

  get figures(): RtspFigures {
    return {
      transport: 'tcp',
      tls: false,
      auth: 'digest-md5',
      packets: this.#packets,
      lost: 0,
      reordered: 0,
      jitterMs: 0,
      bytes: 0,
      clockOffsetMs: null,
      timing: { connectMs: 1, firstPacketMs: 2, firstKeyframeMs: 3 },
    };
  }

  get listeners(): number {
    return this.#units.size + this.#formats.size + this.#ends.size;
  }

  onAccessUnit(listener: (unit: AccessUnit) => void) {
    return this.#units.on(listener);
  }

  onFormat(listener: (format: VideoFormat | AudioFormat) => void) {
    return this.#formats.on(listener);
  }

  onClosed(listener: (fault: Fault | null) => void) {
    return this.#ends.on(listener);
  }

  async close(): Promise<void> {
    this.end(null);
  }

  /** The device ends it, or the line does. */
  end(fault: Fault | null = new Fault('net.closed')): void {
    if (this.closed) return;
    this.closed = true;
    this.#ends.emit(fault);
  }

  /** A packet that made no frame. */
  packet(): void {
    this.#packets++;
  }

  format(format: VideoFormat | AudioFormat): void {
    if (format.kind === 'video') this.video = format;
    else this.audio = format;
    this.#formats.emit(format);
  }

  /** Sends one frame; `data` makes it differ from others. */
  frame(keyframe: boolean, part: Partial<AccessUnit> = {}): AccessUnit {
    this.#packets++;
    this.#ticks += 6000;
    const unit = videoUnit({ keyframe, time: { ticks: this.#ticks, clockRate: 90_000 }, ...part });
    if (!this.closed) this.#units.emit(unit);
    return unit;
  }

  sound(): AccessUnit {
    const unit = videoUnit({ kind: 'audio', keyframe: true, data: new Uint8Array(160) });
    if (!this.closed) this.#units.emit(unit);
    return unit;
  }
}

let serial = 0;

export function videoUnit(part: Partial<AccessUnit> = {}): AccessUnit {
  serial++;
  const keyframe = part.keyframe ?? false;
  return {
    kind: 'video',
    data: nalUnit(keyframe, serial),
    keyframe,
    time: { ticks: serial * 6000, clockRate: 90_000 },
    senderTimeMs: null,
    receivedAtMs: Date.now(),
    afterLoss: false,
    ...part,
  };
}

/** Looks like a slice of H.264 as far as a fingerprint goes; `picture` makes its content. */
export function nalUnit(keyframe: boolean, picture: number, bytes = 80): Uint8Array {
  const data = new Uint8Array(bytes);
  data.set([0, 0, 0, 1, keyframe ? 0x65 : 0x41]);
  let state = picture * 2654435761 + 12345;
  for (let at = 5; at < bytes; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[at] = ((state >>> 16) & 0x7f) | 4;
  }
  return data;
}

export interface FakeSourceOptions {
  readonly camera: string;
  readonly quality?: 'main' | 'sub';
  readonly site?: string;
  readonly device?: string;
  readonly login?: () => { user: string; password: string } | null;
}

export function fakeSource(options: FakeSourceOptions): StreamSource {
  const { camera, quality = 'sub', site = 'site', device = `${camera}.test`, login } = options;
  return {
    key: { cameraId: camera, quality },
    url: `rtsp://${device}/${camera}/${quality}`,
    siteId: site,
    transport: 'auto',
    credential: async () => (login ? login() : { user: 'xem', password: 'mat-khau' }),
    pinnedFingerprint: () => null,
    lastTransport: () => null,
    rememberTransport: () => {},
  };
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new Fault('net.closed', 'aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
