import type { Fault } from '../std/fault.ts';
import type { TransportChoice, TransportUsed } from './session.types.ts';

export interface PlanOptions {
  readonly choice: TransportChoice;
  /** What worked last time: first under `auto`. */
  readonly last: TransportUsed | null;
  /** Media over UDP would leave the protection a person asked for by `rtsps`. */
  readonly tls: boolean;
}

/**
 * The order in which transports are tried: TCP, then UDP (a server that refuses TCP), then the HTTP
 * tunnel (NAT and firewalls); multicast only where asked for or known to work.
 */
export class TransportPlan {
  readonly auto: boolean;
  readonly #left: TransportUsed[];
  #first: Fault | null = null;

  constructor({ choice, last, tls }: PlanOptions) {
    this.auto = choice === 'auto';
    if (choice !== 'auto') this.#left = [choice];
    else {
      const usual: TransportUsed[] = tls ? ['tcp', 'http'] : ['tcp', 'udp', 'http'];
      const first =
        last !== null && !(tls && (last === 'udp' || last === 'multicast')) ? last : 'tcp';
      this.#left = [first, ...usual.filter((kind) => kind !== first)];
    }
  }

  get current(): TransportUsed {
    return this.#left[0] ?? 'tcp';
  }

  /** Is there another to try? UDP must then prove that packets arrive. */
  get hasNext(): boolean {
    return this.#left.length > 1;
  }

  /** The next transport that the same connection can carry, or null. */
  get nextOnSameConnection(): TransportUsed | null {
    const next = this.#left[1];
    return next === undefined || next === 'http' || this.current === 'http' ? null : next;
  }

  /** What is told in the end: how the first transport failed. */
  get firstFault(): Fault | null {
    return this.#first;
  }

  /** The device refused the transport in SETUP; goes on to the next. */
  refused(fault: Fault): void {
    this.#first ??= fault;
    this.#left.shift();
  }

  /** An attempt failed as a whole. True when the next transport is worth a new connection. */
  failed(fault: Fault): boolean {
    const { current } = this;
    const first = this.#first;
    this.#first ??= fault;
    if (!this.hasNext) return false;
    switch (fault.code) {
      case 'rtsp.transport-refused':
      case 'media.stalled':
        this.#left.shift();
        return true;
      // Something on the way cuts or garbles RTSP: a tunnel may pass, another RTSP transport not.
      case 'net.closed':
      case 'rtsp.protocol':
      case 'rtsp.timeout':
        if (current === 'http') this.#left.shift();
        else if (this.#left.includes('http') && first === null)
          this.#left.splice(0, this.#left.length, 'http');
        else return false;
        return true;
      // The tunnel that worked last time is gone; the RTSP port may be open.
      case 'net.refused':
      case 'net.timeout':
      case 'net.unreachable':
        if (current !== 'http' || first !== null) return false;
        this.#left.shift();
        this.#first = null;
        return true;
      default:
        return false;
    }
  }
}
