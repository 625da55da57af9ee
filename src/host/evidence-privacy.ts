import type { EvidenceItem, Region } from '../contract/evidence-schemas.ts';
import type { Role } from '../contract/operator-schemas.ts';
import type { Cover, FaintMark } from '../evidence/altered-copy.ts';
import type { CaptureFacts } from '../evidence/capture.types.ts';
import type { Privacy } from '../evidence/privacy.ts';
import type { Shelf, Shelved } from '../evidence/shelf.ts';
import type { Operators } from '../operators/operators.types.ts';
import { Fault } from '../std/fault.ts';

/** Who may look at what is masked, and take it out: docs/privacy.md. */
const seeAll: readonly Role[] = ['administrator', 'supervisor'];

interface Parts {
  readonly privacy: Privacy;
  readonly shelf: Shelf;
  readonly operators: Operators;
}

/**
 * What masks mean for evidence. An item shows what is masked (`exposed`) when its camera has a region
 * now, or had one when the item was taken, that is not hidden in the item's own pictures.
 */
export class MaskRule {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  maskedAt(cameraId: string): Region[] {
    return this.#parts.privacy.of(cameraId).map(({ points }) => points);
  }

  exposed({ item, masked, hidden }: Pick<Shelved, 'item' | 'masked' | 'hidden'>): Region[] {
    const due = new Map<string, Region>();
    for (const region of [...masked, ...this.maskedAt(item.cameraId)]) {
      due.set(JSON.stringify(region), region);
    }
    for (const region of hidden) due.delete(JSON.stringify(region));
    return [...due.values()];
  }

  /** The item as a page gets it. */
  shown(item: EvidenceItem): EvidenceItem {
    return { ...item, exposed: this.exposed(this.#parts.shelf.get(item.id)).length > 0 };
  }

  /** @throws {Fault} `privacy.originals` where one of these is exposed and the role may not see that */
  requireOriginals(items: readonly Shelved[]): void {
    const role = this.#parts.operators.current()?.operator.role;
    if (role !== undefined && seeAll.includes(role)) return;
    const found = items.find((one) => this.exposed(one).length > 0);
    if (found) throw new Fault('privacy.originals', 'masked', { file: found.item.name });
  }

  /** What a copy of this item has to hide, whatever else it is made for. */
  covers(shelved: Shelved): Cover[] {
    const regions = this.exposed(shelved);
    return regions.length === 0 ? [] : [{ regions, how: 'mask' }];
  }

  /** A copy of this that is not exposed; null: none is on the shelf. */
  coveredCopy(id: string): Shelved | null {
    const { shelf } = this.#parts;
    return shelf.copiesOf(id).find((copy) => this.exposed(copy).length === 0) ?? null;
  }

  get marksSnapshots(): boolean {
    return this.#parts.privacy.mark.onSnapshots;
  }

  /** The line over pictures that are taken, if it is asked for. */
  markFor(facts: CaptureFacts): FaintMark | null {
    const { onSnapshots, opacity } = this.#parts.privacy.mark;
    if (!onSnapshots) return null;
    const time = markTime.format(facts.takenAt);
    const line = [facts.operator?.name, facts.workstation.name, time].filter(Boolean).join(' · ');
    return { line, opacity };
  }
}

const markTime = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'short',
});
