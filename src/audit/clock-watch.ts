import type { Dispose } from '../std/disposable.ts';
import type { AuditLog } from './audit.types.ts';
import { type Clocks, systemClocks } from './steady-clock.ts';

const everyMs = 1000;
/** Less is what NTP sets right without anybody noticing. */
const jumpMs = 2000;

/**
 * Writes a record when the wall clock goes another way than the steady one. A clock that runs on while
 * the machine sleeps tells sleeping from a clock that was set, and both are told where both happened.
 */
export function watchClocks(
  audit: Pick<AuditLog, 'write'>,
  clocks: Clocks = systemClocks,
): Dispose & { check(): void } {
  const read = () => ({
    wall: clocks.wall(),
    steady: clocks.steady(),
    always: clocks.awakeOrNot(),
  });
  let before = read();
  const check = () => {
    const now = read();
    const steady = now.steady - before.steady;
    const slept = now.always - before.always - steady;
    const wasAsleep = slept > jumpMs;
    const jumped = now.wall - before.wall - steady - (wasAsleep ? slept : 0);
    if (wasAsleep) {
      audit.write({
        kind: 'clock.sleep',
        operator: null,
        details: {
          before: Math.round(before.wall),
          after: Math.round(now.wall),
          sleptMs: Math.round(slept),
        },
      });
    }
    if (Math.abs(jumped) > jumpMs) {
      audit.write({
        kind: 'clock.jump',
        operator: null,
        details: {
          before: Math.round(before.wall + steady + (wasAsleep ? slept : 0)),
          after: Math.round(now.wall),
          jumpMs: Math.round(jumped),
          running: true,
        },
      });
    }
    before = now;
  };
  const timer = setInterval(check, everyMs).unref();
  return Object.assign(() => clearInterval(timer), { check });
}
