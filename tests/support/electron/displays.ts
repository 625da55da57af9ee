import { EventEmitter } from 'node:events';

export interface StandInDisplay {
  readonly id: number;
  readonly bounds: { x: number; y: number; width: number; height: number };
}

/** Electron's `screen`, with displays that a test plugs in and pulls out. */
class ScreenStandIn extends EventEmitter {
  displays: StandInDisplay[] = [{ id: 1, bounds: { x: 0, y: 0, width: 1280, height: 720 } }];

  getAllDisplays(): StandInDisplay[] {
    return [...this.displays];
  }

  getPrimaryDisplay(): StandInDisplay {
    return this.displays[0] as StandInDisplay;
  }

  /** Sets what is connected and says what changed, as Electron does. */
  plug(displays: readonly StandInDisplay[]): void {
    const before = this.displays;
    this.displays = [...displays];
    for (const display of displays) {
      const known = before.find(({ id }) => id === display.id);
      if (!known) this.emit('display-added', {}, display);
      else if (JSON.stringify(known) !== JSON.stringify(display)) {
        this.emit('display-metrics-changed', {}, display, ['bounds']);
      }
    }
    for (const display of before) {
      if (!displays.some(({ id }) => id === display.id)) {
        this.emit('display-removed', {}, display);
      }
    }
  }
}

export const screen = new ScreenStandIn();
