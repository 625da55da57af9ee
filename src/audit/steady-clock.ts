import { uptime } from 'node:os';

/** The clocks of the workstation, ms; tests put others in. */
export interface Clocks {
  /** The wall clock, which a person or NTP moves. */
  readonly wall: () => number;
  /** Runs evenly while the machine is awake; begins anew at each boot. */
  readonly steady: () => number;
  /** Runs evenly, also while the machine sleeps, where the system has such a clock. */
  readonly awakeOrNot: () => number;
}

export const systemClocks: Clocks = {
  wall: () => Date.now(),
  steady: () => Math.round(Number(process.hrtime.bigint() / 1000n) / 1000),
  awakeOrNot: () => uptime() * 1000,
};
