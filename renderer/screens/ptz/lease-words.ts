import type { PtzLease, PtzState } from '../../../src/contract/ptz-schemas.ts';
import { timeText, type Words } from '../../i18n.ts';
import { heldByOther } from '../../stores/ptz/ptz-store.ts';

/** `1:05`; never below zero. */
export function countdown(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((untilMs - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Who holds the camera, in one line. */
export function leaseLine(words: Words, state: PtzState | undefined): string {
  const p = words.in('ptz');
  const lease = state?.lease ?? null;
  if (!lease) return p('lease.free');
  if (lease.mine) return p('lease.mine', { priority: lease.priority });
  if (!heldByOther(lease)) return p('lease.patrol');
  return p('lease.other', { name: lease.holder.operatorName, priority: lease.priority });
}

export function leaseWhere(words: Words, lease: PtzLease): string {
  return words.in('ptz')('lease.where', {
    workstation: lease.holder.workstation,
    since: timeText(lease.since),
  });
}
