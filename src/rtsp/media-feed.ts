import type { AccessUnit, AudioFormat, MediaFormat, VideoFormat } from '../codec/access-unit.ts';
import type { Dispose } from '../std/disposable.ts';
import type { Fault } from '../std/fault.ts';

/** Bytes kept for a listener that is not there yet. */
const maxBacklogBytes = 8 * 1024 * 1024;

type Event =
  | { readonly kind: 'unit'; readonly unit: AccessUnit }
  | { readonly kind: 'format'; readonly format: MediaFormat };

/**
 * Hands what the depacketizers make to those who listen. Data may come before the PLAY answer, thus
 * before anybody can listen: it is kept in order and given out, formats too, in the microtask after
 * the first `onAccessUnit`. A listener that throws costs a line in the log.
 */
export class MediaFeed {
  video: VideoFormat | null = null;
  audio: AudioFormat | null = null;
  readonly #onLog: (line: string) => void;
  #units: ((unit: AccessUnit) => void)[] = [];
  #formats: ((format: MediaFormat) => void)[] = [];
  #closers: ((fault: Fault | null) => void)[] = [];
  #backlog: Event[] | null = [];
  #backlogBytes = 0;
  /** Pictures were dropped: the next to be kept is a keyframe. */
  #dropping = false;
  #closed: { fault: Fault | null } | null = null;
  #firstUnitSeen = false;

  constructor(onLog: (line: string) => void) {
    this.#onLog = onLog;
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): Dispose {
    const entry = (unit: AccessUnit) => listener(unit);
    this.#units = [...this.#units, entry];
    if (!this.#firstUnitSeen) {
      this.#firstUnitSeen = true;
      queueMicrotask(() => this.#release());
    }
    return () => {
      this.#units = this.#units.filter((one) => one !== entry);
    };
  }

  onFormat(listener: (format: MediaFormat) => void): Dispose {
    const entry = (format: MediaFormat) => listener(format);
    this.#formats = [...this.#formats, entry];
    return () => {
      this.#formats = this.#formats.filter((one) => one !== entry);
    };
  }

  /** Also told, in a microtask, to who comes after the end. */
  onClosed(listener: (fault: Fault | null) => void): Dispose {
    const entry = (fault: Fault | null) => listener(fault);
    this.#closers = [...this.#closers, entry];
    const closed = this.#closed;
    if (closed) {
      queueMicrotask(() => {
        if (this.#closers.includes(entry)) this.#call(entry, closed.fault);
      });
    }
    return () => {
      this.#closers = this.#closers.filter((one) => one !== entry);
    };
  }

  unit(unit: AccessUnit): void {
    if (this.#closed) return;
    if (this.#backlog) this.#keep({ kind: 'unit', unit }, unit.data.length);
    else for (const listener of this.#units) this.#call(listener, unit);
  }

  format(format: MediaFormat): void {
    if (format.kind === 'video') this.video = format;
    else this.audio = format;
    if (this.#closed) return;
    if (this.#backlog) this.#keep({ kind: 'format', format }, 0);
    else for (const listener of this.#formats) this.#call(listener, format);
  }

  close(fault: Fault | null): void {
    if (this.#closed) return;
    this.#closed = { fault };
    this.#backlog = null;
    for (const listener of this.#closers) this.#call(listener, fault);
    this.#units = [];
    this.#formats = [];
  }

  #keep(event: Event, bytes: number): void {
    const backlog = this.#backlog;
    if (!backlog) return;
    if (this.#backlogBytes + bytes > maxBacklogBytes) {
      // Nobody came to listen: pictures are dropped, the formats stay. The next keyframe starts anew.
      this.#backlog = backlog.filter((one) => one.kind === 'format').slice(-8);
      this.#backlogBytes = 0;
      this.#dropping = true;
      return;
    }
    if (event.kind === 'unit' && event.unit.kind === 'video') {
      if (this.#dropping && !event.unit.keyframe) return;
      this.#dropping = false;
    }
    backlog.push(event);
    this.#backlogBytes += bytes;
  }

  #release(): void {
    const backlog = this.#backlog;
    if (!backlog || this.#closed) return;
    this.#backlog = null;
    for (const event of backlog) {
      if (event.kind === 'unit') {
        for (const listener of this.#units) this.#call(listener, event.unit);
      } else for (const listener of this.#formats) this.#call(listener, event.format);
    }
  }

  #call<T>(listener: (value: T) => void, value: T): void {
    try {
      listener(value);
    } catch (error) {
      this.#onLog(`a listener failed: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }
}
