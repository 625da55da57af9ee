import type { AuditEntry } from '../audit/audit.types.ts';
import type { Cause } from '../contract/cause.ts';
import type { PtzHolder, PtzState } from '../contract/ptz-schemas.ts';
import type { EndedMovement } from './drive.ts';

type Place = PtzState['position'];
type PtzKind = Extract<AuditEntry['kind'], `ptz.${string}`>;

/** What of one camera's steering goes into the audit: one record for each movement, not for each call. */
export class MovementRecord {
  readonly #cameraId: string;
  readonly #write: (entry: AuditEntry) => void;
  #from: Place = null;
  #waiting: EndedMovement[] = [];
  #alarm: number | null = null;

  constructor(cameraId: string, write: (entry: AuditEntry) => void) {
    this.#cameraId = cameraId;
    this.#write = write;
  }

  begun(from: Place): void {
    this.#from = from;
  }

  /** It is written when it is known where the camera came to stand. */
  ended(movement: EndedMovement): void {
    this.flush(null, false);
    this.#waiting.push(movement);
  }

  flush(to: Place, verified: boolean): void {
    for (const { hand, startedAt, endedAt, reason, speeds, cause } of this.#waiting.splice(0)) {
      this.write('ptz.move', hand.holder, cause, {
        ended: reason,
        ms: endedAt - startedAt,
        speeds,
        verified,
        ...placeText('from', this.#from),
        ...placeText('to', to),
      });
    }
  }

  alarm(since: number | null): void {
    if (since === this.#alarm) return;
    this.#alarm = since;
    const raised = since !== null;
    this.write('ptz.alarm', null, raised ? { code: 'ptz.may-be-moving' } : null, { raised });
  }

  write(
    kind: PtzKind,
    by: PtzHolder | null,
    cause: Cause | null,
    details: Record<string, string | number | boolean>,
  ): void {
    this.#write({
      kind,
      operator: by && { id: by.operatorId, name: by.operatorName },
      camera: this.#cameraId,
      outcome: cause ? 'failed' : 'done',
      cause: cause?.code ?? null,
      details,
    });
  }
}

function placeText(name: string, place: Place): Record<string, string> {
  if (!place) return {};
  const part = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  return { [name]: `${part(place.pan)} ${part(place.tilt)} ${part(place.zoom)}` };
}
