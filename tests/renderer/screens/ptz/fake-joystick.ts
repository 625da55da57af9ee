/** A joystick at the border of the platform: what `navigator.getGamepads` says. */
export class FakeJoystick {
  axes: number[] = [0, 0, 0];
  readonly pressed = new Set<number>();
  connected = true;
  readonly id: string;
  readonly #before = navigator.getGamepads;

  constructor(id = 'SJ-300 (Vendor: 0b33 Product: 0030)') {
    this.id = id;
    navigator.getGamepads = () => (this.connected ? [this.#state(), null, null, null] : [null]);
  }

  #state(): Gamepad {
    return {
      id: this.id,
      index: 0,
      connected: true,
      mapping: '',
      axes: [...this.axes],
      buttons: Array.from({ length: 8 }, (_, index) => ({
        pressed: this.pressed.has(index),
        touched: false,
        value: this.pressed.has(index) ? 1 : 0,
      })),
      timestamp: performance.now(),
    } as unknown as Gamepad;
  }

  /** Unplugged: with the event where `told`, without where the browser does not say it. */
  unplug(told = true): void {
    const event = new Event('gamepaddisconnected');
    Object.defineProperty(event, 'gamepad', { value: this.#state() });
    this.connected = false;
    if (told) window.dispatchEvent(event);
  }

  /** As long as it takes until the page has read it. */
  async read(): Promise<void> {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  }

  remove(): void {
    navigator.getGamepads = this.#before;
  }
}
