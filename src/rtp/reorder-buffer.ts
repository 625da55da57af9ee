import type { RtpPacket } from './rtp-packet.ts';

/**
 * Puts packets into the order of their sequence numbers (RFC 3550 appendix A.1 in spirit). Over UDP a
 * hole is waited for, bounded in time and in packets; over TCP there is nothing to wait for and only
 * holes are counted. A sender that restarts its numbers is followed after two packets in a row.
 */
export interface SequencedPacket {
  readonly packet: RtpPacket;
  readonly receivedAtMs: number;
  /** Counts in the sequence, but its payload is of another type: nothing to depacketize. */
  readonly foreign: boolean;
}

export interface ReorderOptions {
  readonly ordered: boolean;
  /** How long a hole is waited for. */
  readonly waitMs: number;
  readonly deliver: (item: SequencedPacket, lossBefore: boolean) => void;
}

const capacity = 512;
/** Some frames of the largest cameras; a peer that sends more behind a hole gets the hole closed. */
const maxWaitingBytes = 4 * 1024 * 1024;
/** RFC 3550 appendix A.1, MAX_DROPOUT: larger steps forward are a restart. */
const maxDropout = 3000;

export class ReorderBuffer {
  readonly #options: ReorderOptions;
  readonly #slots: (SequencedPacket | null)[];
  /** Sequence numbers received lately, by their low bits, to tell a duplicate from a late packet. */
  readonly #received = new Int32Array(1024).fill(-1);
  #waiting = 0;
  #waitingBytes = 0;
  #next = -1;
  #cycles = 0;
  #holeSinceMs = 0;
  #restartAt = -1;
  #agreeing = 0;
  #pendingLoss = false;

  lost = 0;
  reordered = 0;
  duplicates = 0;
  /** Packets that took their place in the sequence. */
  counted = 0;

  constructor(options: ReorderOptions) {
    this.#options = options;
    this.#slots = options.ordered ? [] : new Array<SequencedPacket | null>(capacity).fill(null);
  }

  /** Packets held back now. */
  get waiting(): number {
    return this.#waiting;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Whether a packet with this number would take a place near the next one expected. */
  fits(sequence: number): boolean {
    const ahead = (sequence - this.#next) & 0xffff;
    return this.#next >= 0 && (this.#options.ordered ? ahead === 0 : ahead < 64);
  }

  /** Of the last packet given out, with the cycles counted in the upper 16 bits (section 6.4.1). */
  get extendedHighest(): number {
    if (this.#next < 0) return 0;
    return (this.#cycles * 65_536 + this.#next - 1) >>> 0;
  }

  push(item: SequencedPacket): void {
    const { sequence } = item.packet;
    if (this.#next < 0) this.#next = sequence;
    const ahead = (sequence - this.#next) & 0xffff;
    if (ahead === 0) {
      this.#restartAt = -1;
      if (this.#waiting > 0) this.reordered++;
      this.#take(item);
      this.#drain();
    } else if (ahead < maxDropout) {
      this.#restartAt = -1;
      this.#ahead(item, ahead);
    } else {
      this.#outOfPlace(item, 65_536 - ahead);
    }
  }

  /** Gives up on a hole that was waited for long enough. */
  poll(nowMs: number): void {
    while (this.#waiting > 0 && nowMs - this.#holeSinceMs >= this.#options.waitMs) {
      this.#skipHole();
      this.#drain();
    }
  }

  flush(): void {
    while (this.#waiting > 0) {
      this.#skipHole();
      this.#drain();
    }
  }

  /** Another sender or another beginning: the next packet counts as the first after a loss. */
  restart(): void {
    this.flush();
    this.#next = -1;
    this.#restartAt = -1;
    this.#received.fill(-1);
    this.#pendingLoss = true;
  }

  #ahead(item: SequencedPacket, ahead: number): void {
    const { sequence } = item.packet;
    if (this.#options.ordered) {
      this.#leaveOut(ahead);
      this.#take(item);
      return;
    }
    // Further ahead than the buffer is long: the oldest holes are given up.
    let place = ahead;
    while (place >= capacity && this.#waiting > 0) {
      this.#skipHole();
      this.#drain();
      place = (sequence - this.#next) & 0xffff;
    }
    if (place >= capacity) {
      this.#leaveOut(place);
      place = 0;
    }
    const slot = sequence % capacity;
    if (this.#slots[slot]) {
      this.duplicates++;
      return;
    }
    if (this.#waiting === 0) this.#holeSinceMs = item.receivedAtMs;
    this.#slots[slot] = item;
    this.#waiting++;
    this.#waitingBytes += item.packet.payload.length;
    if (place === 0) this.#drain();
    this.poll(item.receivedAtMs);
    while (this.#waitingBytes > maxWaitingBytes) {
      this.#skipHole();
      this.#drain();
    }
  }

  /** Behind what was given out, or far away: late, a duplicate, or a sender that began anew. */
  #outOfPlace(item: SequencedPacket, behind: number): void {
    const { sequence } = item.packet;
    if (behind <= 512) {
      if (this.#received[sequence & 1023] === sequence) {
        this.duplicates++;
      } else {
        // It was counted as lost when its hole was given up.
        this.#received[sequence & 1023] = sequence;
        this.reordered++;
        this.counted++;
        if (this.lost > 0) this.lost--;
      }
    }
    // Two in a row that agree with each other are believed (appendix A.1, bad_seq); a series of
    // duplicates agrees too, so those must be many.
    if (sequence !== this.#restartAt) this.#agreeing = 0;
    this.#restartAt = (sequence + 1) & 0xffff;
    if (++this.#agreeing < (behind <= 512 ? 64 : 2)) return;
    this.#agreeing = 0;
    this.restart();
    this.#next = sequence;
    this.#take(item);
  }

  #take(item: SequencedPacket): void {
    const { sequence } = item.packet;
    this.#received[sequence & 1023] = sequence;
    this.counted++;
    if (sequence === 0xffff) this.#cycles = (this.#cycles + 1) & 0xffff;
    this.#next = (sequence + 1) & 0xffff;
    const loss = this.#pendingLoss;
    this.#pendingLoss = false;
    this.#options.deliver(item, loss);
  }

  #drain(): void {
    while (this.#waiting > 0) {
      const slot = this.#next % capacity;
      const item = this.#slots[slot];
      if (!item) {
        this.#holeSinceMs = this.#oldestArrival();
        return;
      }
      this.#slots[slot] = null;
      this.#waiting--;
      this.#waitingBytes -= item.packet.payload.length;
      this.#take(item);
    }
  }

  #skipHole(): void {
    let missing = 0;
    while (missing < capacity && !this.#slots[(this.#next + missing) % capacity]) missing++;
    this.#leaveOut(missing);
  }

  /** Arrival of the first packet behind the next hole: since then the hole is known. */
  #oldestArrival(): number {
    for (let i = 1; i < capacity; i++) {
      const item = this.#slots[(this.#next + i) % capacity];
      if (item) return item.receivedAtMs;
    }
    return 0;
  }

  /** So many packets are given up; the next one expected stands behind them. */
  #leaveOut(count: number): void {
    this.lost += count;
    this.#pendingLoss = true;
    const next = this.#next + count;
    if (next > 0xffff) this.#cycles = (this.#cycles + 1) & 0xffff;
    this.#next = next & 0xffff;
  }
}
