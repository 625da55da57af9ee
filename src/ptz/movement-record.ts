import type { AuditEntry } from '../audit/audit.types.ts';
import type { Cause } from '../contract/cause.ts';
import type { PtzHolder, PtzState } from '../contract/ptz-schemas.ts';
import type { EndedMovement } from './drive.ts';

type Place = PtzState['position'];
type PtzKind = Extract<AuditEntry['kind'], `ptz.${string}`>;
type Details = Readonly<Record<string, string | number | boolean>>;

/** What a person holds down is refused once in so long, for the audit. */
const sameRefusalMs = 5000;

/** What of one camera's steering goes into the audit: one record for each movement, not for each call. */
export class MovementRecord {
  readonly #cameraId: string;
  readonly #write: (entry: AuditEntry) => void;
  #from: Place = null;
  #waiting: ((to: Place, verified: boolean) => void)[] = [];
  #refused = { text: '', at: Number.NEGATIVE_INFINITY };
  #alarm: number | null = null;

  constructor(cameraId: string, write: (entry: AuditEntry) => void) {
    this.#cameraId = cameraId;
    this.#write = write;
  }

  begun(from: Place): void {
    this.#from = from;
  }

  /** It is written when it is known where the camera came to stand. */
  ended({ hand, startedAt, endedAt, reason, speeds, cause }: EndedMovement): void {
    this.flush(null, false);
    const details = { ended: reason, ms: endedAt - startedAt, speeds };
    this.#whenStanding('ptz.move', hand.holder, details, this.#from, cause);
  }

  /** A way to a place that was stopped. */
  whenStanding(kind: PtzKind, by: PtzHolder | null, details: Details, from: Place): void {
    this.#whenStanding(kind, by, details, from, null);
  }

  /** A way to a place that is over. */
  moved(kind: PtzKind, by: PtzHolder | null, details: Details, from: Place, to: Place): void {
    this.write(kind, by, null, { ...details, ...placeText('from', from), ...placeText('to', to) });
  }

  flush(to: Place, verified: boolean): void {
    for (const write of this.#waiting.splice(0)) write(to, verified);
  }

  /** What a person wanted and did not get. */
  refused(kind: PtzKind, by: PtzHolder, cause: Cause, details: Details = {}): void {
    const text = `${kind} ${by.operatorId} ${cause.code}`;
    const now = performance.now();
    if (text === this.#refused.text && now - this.#refused.at < sameRefusalMs) return;
    this.#refused = { text, at: now };
    this.write(kind, by, cause, details);
  }

  alarm(since: number | null): void {
    if (since === this.#alarm) return;
    this.#alarm = since;
    const raised = since !== null;
    this.write('ptz.alarm', null, raised ? { code: 'ptz.may-be-moving' } : null, { raised });
  }

  write(kind: PtzKind, by: PtzHolder | null, cause: Cause | null, details: Details): void {
    this.#write({
      kind,
      operator: by && { id: by.operatorId, name: by.operatorName },
      camera: this.#cameraId,
      outcome: cause ? 'failed' : 'done',
      cause: cause?.code ?? null,
      details,
    });
  }

  #whenStanding(
    kind: PtzKind,
    by: PtzHolder | null,
    details: Details,
    from: Place,
    cause: Cause | null,
  ): void {
    this.#waiting.push((to, verified) =>
      this.write(kind, by, cause, {
        ...details,
        verified,
        ...placeText('from', from),
        ...placeText('to', to),
      }),
    );
  }
}

function placeText(name: string, place: Place): Record<string, string> {
  if (!place) return {};
  const part = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  return { [name]: `${part(place.pan)} ${part(place.tilt)} ${part(place.zoom)}` };
}
