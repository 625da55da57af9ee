import type { PtzHolder, PtzState } from '../contract/ptz-schemas.ts';
import type { PtzStatus } from '../onvif/ptz.types.ts';
import type { MovementRecord } from './movement-record.ts';
import { sleep } from './stopping.ts';

/** How long a goto may take before nobody waits for it any more, and without GetStatus. */
const longestMs = 60_000;
const blindMs = 3000;
const lookEveryMs = 300;

/** Where to, and by whom; null where the program goes by itself and enters that elsewhere. */
export interface Way {
  readonly kind: 'ptz.goto' | 'ptz.home' | 'ptz.point';
  readonly holder: PtzHolder | null;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** How a way came to its end. */
export type WayEnd = 'arrived' | 'stopped' | 'replaced' | 'not-followed' | 'host-closing';

interface GoingOptions {
  readonly look: () => Promise<PtzStatus | null>;
  readonly position: () => PtzState['position'];
  readonly record: MovementRecord;
  readonly onChange: () => void;
}

/** A camera that goes to a place by itself: it is followed until it stands there, and entered once. */
export class Going {
  readonly #options: GoingOptions;
  #turn = 0;
  #current: { readonly turn: number; readonly way: Way | null; from: PtzState['position'] } | null =
    null;

  constructor(options: GoingOptions) {
    this.#options = options;
  }

  get isUnderWay(): boolean {
    return this.#current !== null;
  }

  get holder(): PtzHolder | null {
    return this.#current?.way?.holder ?? null;
  }

  /** The device has taken the command. */
  begin(way: Way | null, from: PtzState['position']): void {
    this.end('replaced');
    this.#turn += 1;
    const mine = { turn: this.#turn, way, from };
    this.#current = mine;
    this.#options.onChange();
    void this.#follow(mine.turn);
  }

  end(how: WayEnd): void {
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    const { way, from } = current;
    if (!way) return;
    const { record, position } = this.#options;
    const details = { ...way.details, ended: how };
    // Where a stop leaves it is known when it stands.
    if (how === 'stopped') record.whenStanding(way.kind, way.holder, details, from);
    else record.moved(way.kind, way.holder, details, from, position());
  }

  /** Resolves when the camera has arrived, as far as that can be told, or was stopped. */
  async arrived(): Promise<void> {
    const turn = this.#current?.turn;
    while (turn !== undefined && this.#current?.turn === turn) await sleep(50);
  }

  async #follow(turn: number): Promise<void> {
    const { look, onChange } = this.#options;
    const isOn = () => this.#current?.turn === turn;
    const until = performance.now() + longestMs;
    let how: WayEnd = 'not-followed';
    let last = await look();
    if (last === null) await sleep(blindMs);
    while (last !== null && isOn() && performance.now() < until) {
      await sleep(lookEveryMs);
      const now = await look();
      if (now === null) break;
      const still = last.pan === now.pan && last.tilt === now.tilt && last.zoom === now.zoom;
      last = now;
      if (!still || now.moving === true) continue;
      how = 'arrived';
      break;
    }
    if (!isOn()) return;
    this.end(how);
    onChange();
  }
}
