import {
  contentLength,
  maxBodyBytes,
  maxHeadBytes,
  parseHeadBytes,
  type RtspMessage,
} from './message.ts';

/**
 * What comes down an RTSP connection: messages and, between them, binary data framed as
 * `$`, channel, length (RFC 2326 section 10.12).
 *
 * Frames are views into the chunk that was pushed; only a frame that is split between two chunks is
 * copied, once. A frame's bytes are therefore valid as long as its chunk is. Whatever is neither a
 * frame nor a message is skipped up to the next believable `$` or `RTSP/`.
 */
export interface InterleavedSink {
  onFrame(channel: number, payload: Uint8Array): void;
  onMessage(message: RtspMessage): void;
  /** The peer sends nothing that can be framed; the connection is of no more use. */
  onBroken(reason: string): void;
}

/** More bytes than this without a frame or message: broken. */
const maxGarbageBytes = 1024 * 1024;
const dollar = 0x24;
/** `#need` while a head is under way: it ends where its blank line is, so any bytes help. */
const headNeed = -1;
/** Bytes added to such a head at a time; what follows the head is then read out of the copy. */
const headStep = 2048;
const methods = [
  'OPTIONS ',
  'GET_PARAMETER ',
  'SET_PARAMETER ',
  'ANNOUNCE ',
  'REDIRECT ',
  'TEARDOWN ',
  'PLAY_NOTIFY ',
  'DESCRIBE ',
  'PAUSE ',
  'PLAY ',
].map(codes);
const response = codes('RTSP/');

type Start = 'message' | 'garbage' | 'unsure';

export class InterleavedFramer {
  readonly #sink: InterleavedSink;
  /** Bytes of the item under way that did not fit in the last chunk. */
  #carry: Uint8Array | null = null;
  #carried = 0;
  /** Bytes the item under way needs before anything can be said of it. */
  #need = 0;
  #inStep = true;
  #channels: ReadonlySet<number> | null = null;
  #garbageRun = 0;
  #garbageBytes = 0;
  #broken = false;
  /** Where the search for the end of the head under way stopped, relative to its start. */
  #headScanned = 0;
  #message: RtspMessage | null = null;
  #messageBytes = 0;

  constructor(sink: InterleavedSink) {
    this.#sink = sink;
  }

  /** Bytes that were neither frame nor message since the start. */
  get garbageBytes(): number {
    return this.#garbageBytes;
  }

  /** Bytes held between two chunks. */
  get bufferedBytes(): number {
    return this.#carried;
  }

  /** Channels in use; out of step, a `$` before any other channel is not believed. */
  expectChannels(channels: ReadonlySet<number>): void {
    this.#channels = channels;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#carried > 0 && !this.#broken) {
      // Fill up exactly what the item under way needs, then go on without copying.
      const left = chunk.length - at;
      const wanted = this.#need === headNeed ? headStep : this.#need - this.#carried;
      const take = Math.min(wanted, left);
      if (take === 0) return;
      this.#append(chunk, at, take);
      at += take;
      if (this.#need !== headNeed && this.#carried < this.#need) return;
      const carry = this.#carry as Uint8Array;
      const length = this.#carried;
      this.#carry = null;
      this.#carried = 0;
      const used = this.#consume(carry, 0, length);
      if (used < length) this.#keep(carry, used, length);
    }
    if (this.#broken || at >= chunk.length) return;
    const used = this.#consume(chunk, at, chunk.length);
    if (used < chunk.length) this.#keep(chunk, used, chunk.length);
  }

  #append(chunk: Uint8Array, at: number, take: number): void {
    const length = this.#carried + take;
    let carry = this.#carry as Uint8Array;
    if (carry.length < length) {
      carry = new Uint8Array(Math.max(length, this.#need));
      carry.set((this.#carry as Uint8Array).subarray(0, this.#carried));
      this.#carry = carry;
    }
    carry.set(chunk.subarray(at, at + take), this.#carried);
    this.#carried = length;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    if (this.#broken) return;
    const carry = new Uint8Array(Math.max(this.#need, to - from));
    carry.set(bytes.subarray(from, to));
    this.#carry = carry;
    this.#carried = to - from;
  }

  /** Takes whole items; returns where it stopped, with `#need` set for the rest. */
  #consume(data: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && !this.#broken) {
      if (this.#message === null && data[at] === dollar) {
        const left = to - at;
        if (left < 4) {
          this.#need = 4;
          return at;
        }
        const length = (data[at + 2]! << 8) | data[at + 3]!;
        if (!this.#inStep) {
          const believable = this.#believable(data, at, to, length);
          if (believable === 'unsure') {
            this.#need = 6;
            return at;
          }
          if (believable === 'garbage') {
            at += 1;
            this.#skipped(1);
            continue;
          }
        }
        if (left < 4 + length) {
          this.#need = 4 + length;
          return at;
        }
        this.#inStep = true;
        this.#garbageRun = 0;
        const start = at + 4;
        at = start + length;
        this.#sink.onFrame(data[start - 3]!, data.subarray(start, at));
        continue;
      }
      const next = this.#consumeOther(data, at, to);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** A `$` after garbage must name a channel in use and be followed by RTP version 2. */
  #believable(data: Uint8Array, at: number, to: number, length: number): Start {
    if (this.#channels !== null && !this.#channels.has(data[at + 1]!)) return 'garbage';
    if (length < 8) return 'garbage';
    if (to - at < 6) return 'unsure';
    return data[at + 4]! >> 6 === 2 ? 'message' : 'garbage';
  }

  /** A message or garbage at `at`; the next position, or -1 when more bytes are needed. */
  #consumeOther(data: Uint8Array, at: number, to: number): number {
    if (this.#message !== null) return this.#consumeBody(data, at, to);
    const byte = data[at]!;
    // Line ends between messages are allowed (RFC 2326 section 4.1).
    if (this.#inStep && (byte === 13 || byte === 10)) return at + 1;
    const start = messageStart(data, at, to);
    if (start === 'unsure') {
      this.#need = to - at + 1;
      return -1;
    }
    if (start === 'garbage') return this.#skipGarbage(data, at, to);
    const end = headEnd(data, at + Math.max(0, this.#headScanned - 3), to);
    if (end === null) {
      if (to - at >= maxHeadBytes) {
        this.#headScanned = 0;
        return this.#skipGarbage(data, at, to);
      }
      this.#headScanned = to - at;
      this.#need = headNeed;
      return -1;
    }
    this.#headScanned = 0;
    const message = parseHeadBytes(data, at, end[0]);
    if (message === null) return this.#skipGarbage(data, at, to);
    this.#inStep = true;
    this.#garbageRun = 0;
    const length = contentLength(message.headers);
    if (length > maxBodyBytes) {
      this.#break(`message body of ${length} bytes`);
      return to;
    }
    if (length > 0) {
      this.#message = message;
      this.#messageBytes = length;
    } else this.#sink.onMessage(message);
    return end[1];
  }

  #consumeBody(data: Uint8Array, at: number, to: number): number {
    if (to - at < this.#messageBytes) {
      this.#need = this.#messageBytes;
      return -1;
    }
    const message = this.#message as RtspMessage;
    this.#message = null;
    // Copied: messages are few, and they outlive the chunk.
    message.body = data.slice(at, at + this.#messageBytes);
    this.#sink.onMessage(message);
    return at + this.#messageBytes;
  }

  #skipGarbage(data: Uint8Array, at: number, to: number): number {
    let next = at + 1;
    while (next < to && data[next] !== dollar && !couldStart(data[next]!)) next += 1;
    this.#skipped(next - at);
    return next;
  }

  #skipped(bytes: number): void {
    this.#inStep = false;
    this.#garbageBytes += bytes;
    this.#garbageRun += bytes;
    if (this.#garbageRun > maxGarbageBytes) this.#break('no frame in a mebibyte of data');
  }

  #break(reason: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#carry = null;
    this.#carried = 0;
    this.#message = null;
    this.#sink.onBroken(reason);
  }
}

function codes(text: string): readonly number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function couldStart(byte: number): boolean {
  if (byte === response[0]) return true;
  for (const method of methods) if (byte === method[0]) return true;
  return false;
}

/** Is there the start line of a message at `at`? */
function messageStart(data: Uint8Array, at: number, to: number): Start {
  if (!couldStart(data[at]!)) return 'garbage';
  let best = matches(response, data, at, to);
  for (const method of methods) {
    if (best === 'message') return best;
    const found = matches(method, data, at, to);
    if (found !== 'garbage') best = found;
  }
  return best;
}

function matches(word: readonly number[], data: Uint8Array, at: number, to: number): Start {
  for (let index = 0; index < word.length; index += 1) {
    if (at + index >= to) return 'unsure';
    if (data[at + index] !== word[index]) return 'garbage';
  }
  return 'message';
}

/** End of the last header line and begin of what follows the blank line; null while it is not there. */
function headEnd(data: Uint8Array, from: number, to: number): [end: number, next: number] | null {
  for (let at = from; at < to; at += 1) {
    if (data[at] !== 10) continue;
    if (data[at + 1] === 10 && at + 1 < to) return [at, at + 2];
    if (data[at + 1] === 13 && data[at + 2] === 10 && at + 2 < to) return [at, at + 3];
  }
  return null;
}
