import type { AuditLog, AuditOperator } from '../audit/audit.types.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { ReplayDesk } from '../replay/replay-desk.ts';
import type { SeenFootage } from '../replay/replay-session.ts';
import type { Dispose } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';

/**
 * Who watches recorded footage, and what of it. A session belongs to the operator who opened it: when
 * they sign out, are locked or lose the right to one of its cameras, it ends at once, also for
 * the channels that show it. When it is over, the audit tells for each camera what was shown.
 */
export class ReplayWatch {
  desk: Pick<ReplayDesk, 'list' | 'end'> | null = null;
  readonly #options: ReplayWatchOptions;
  readonly #owners = new Map<string, AuditOperator | null>();
  readonly #off: Dispose;

  constructor(options: ReplayWatchOptions) {
    this.#options = options;
    this.#off = options.operators.onChange(() => this.#look());
  }

  opened(sessionId: string): void {
    this.#owners.set(sessionId, this.#now());
    // They may have gone while the recorder was asked.
    this.#look();
  }

  readonly ended = ({ sessionId, seen }: { sessionId: string; seen: readonly SeenFootage[] }) => {
    const operator = this.#owners.get(sessionId) ?? null;
    this.#owners.delete(sessionId);
    for (const { cameraId, spans } of seen) {
      this.#options.audit.write({
        kind: 'evidence.replay',
        operator,
        camera: cameraId,
        site: this.#options.siteOf(cameraId),
        details: {
          stage: 'ended',
          from: Math.round(spans[0]!.from),
          to: Math.round(spans.at(-1)!.to),
          seen: spans.map(spanText).join(', '),
        },
      });
    }
  };

  close(): void {
    this.#off();
  }

  #look(): void {
    for (const { sessionId, cameraIds } of this.desk?.list() ?? []) {
      // Being opened at this moment; it is looked at when it is.
      if (!this.#owners.has(sessionId)) continue;
      const why = this.#refusal(this.#owners.get(sessionId) ?? null, cameraIds);
      if (why) this.desk?.end(sessionId, why.shown);
    }
  }

  #refusal(owner: AuditOperator | null, cameraIds: readonly string[]): Fault | null {
    try {
      const subjects = cameraIds.map((cameraId) => ({ cameraId }));
      const { id } = this.#options.operators.require('evidence.replay', subjects);
      return id === owner?.id ? null : new Fault('operator.needed', 'another operator');
    } catch (error) {
      return Fault.from(error);
    }
  }

  #now(): AuditOperator | null {
    const operator = this.#options.operators.current()?.operator;
    return operator ? { id: operator.id, name: operator.name } : null;
  }
}

export interface ReplayWatchOptions {
  readonly operators: Pick<Operators, 'current' | 'require' | 'onChange'>;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly siteOf: (cameraId: string) => string | null;
}

/** `2026-11-20T03:00:00Z/2026-11-20T03:00:12Z`, as ISO 8601 writes a stretch. */
function spanText({ from, to }: { from: number; to: number }): string {
  const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return `${text(from)}/${text(to)}`;
}
