import type { OpenAuditLog } from '../audit/audit-log.ts';
import type { EvidenceItem } from '../contract/evidence-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import { alteredCopy, type CopyMade, type Cover, captionCopy } from '../evidence/altered-copy.ts';
import type { Alteration, CaptureFacts } from '../evidence/capture.types.ts';
import { evidenceWords } from '../evidence/evidence-words.ts';
import type { JobQueue } from '../evidence/job-queue.ts';
import { captureOf, type Shelf } from '../evidence/shelf.ts';
import type { Operators } from '../operators/operators.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { MaskRule } from './evidence-privacy.ts';

export interface EvidenceCopiesOptions {
  readonly shelf: Shelf;
  readonly queue: JobQueue;
  readonly rule: MaskRule;
  readonly operators: Pick<Operators, 'workstation'>;
  readonly audit: OpenAuditLog;
  readonly log: Logger;
  readonly language: () => Language;
  readonly who: () => CaptureFacts['operator'];
  readonly changed: () => void;
}

export interface CopyAsked {
  readonly covers?: readonly Cover[];
  readonly mark?: boolean;
  readonly caption?: boolean;
}

export interface CopyWork {
  readonly operator: CaptureFacts['operator'];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number | null) => void;
}

/** Copies beside originals: asked for by a person, or because of a mask or the mark of the workstation. */
export interface EvidenceCopies {
  /** @returns the id of its job */
  copy(id: string, asked: CopyAsked): string;
  /** What is taken at a camera with masks, or while pictures are to be marked, gets a copy. Never throws. */
  copyAlong(id: string): void;
  /** What may leave in the place of items that show what is masked; a copy that is missing is made. */
  withoutOriginals(ids: readonly string[], work: CopyWork): Promise<string[]>;
  /** What the manifest says of a copy; an original that does not leave is named with its digest. */
  alterationOf(item: EvidenceItem, leaving: readonly string[]): Alteration | null;
}

export function createEvidenceCopies(options: EvidenceCopiesOptions): EvidenceCopies {
  const { shelf, queue, rule, operators, audit, log, language, who, changed } = options;

  const make = async (id: string, asked: CopyAsked, work: CopyWork): Promise<EvidenceItem> => {
    const shelved = await shelf.proved(id);
    const { item, path: source, facts } = shelved;
    const { operator } = work;
    const target = shelf.place(item.cameraName, item.takenAt, item.mediaType);
    const due = rule.covers(shelved);
    const covers: Cover[] = [...(asked.covers ?? []), ...due];
    const mark = asked.mark ? rule.markFor(facts) : null;
    const common = { ...work, source, target, item, covers, language: language() };
    const made: CopyMade = asked.caption
      ? await captionCopy({ ...common, facts })
      : await alteredCopy({ ...common, mark });
    const how = new Set<EvidenceItem['how'][number]>([
      ...item.how,
      ...covers.map((cover) => cover.how),
      ...(asked.caption ? (['caption'] as const) : []),
      ...(mark ? (['mark'] as const) : []),
    ]);
    const { width, height } = made;
    const copy = shelf.enter(
      captureOf('copy', item.mediaType, { ...facts, operator, width, height }, item.siteId, {
        gapMs: item.gapMs,
        groupId: item.groupId,
        alteredFrom: id,
        how: [...how],
        masked: shelved.masked,
        hidden: [...shelved.hidden, ...due.flatMap(({ regions }) => regions)],
      }),
      target,
      made.bytes,
      made.sha256,
    );
    audit.write({
      kind: 'evidence.copy',
      operator,
      camera: item.cameraId,
      site: item.siteId,
      details: { file: copy.name, sha256: copy.sha256, of: item.name, how: [...how].join(' ') },
    });
    changed();
    return copy;
  };

  const copies: EvidenceCopies = {
    copy(id, asked) {
      const { item } = shelf.get(id);
      const operator = who();
      return queue.add('copy', item.name, async (tell, signal) => {
        tell({ stage: 'decoding' });
        const onProgress = (done: number, total: number | null) => tell({ done, total });
        const copy = await make(id, asked, { operator, signal, onProgress });
        return { itemIds: [copy.id], sha256: copy.sha256 };
      });
    },

    copyAlong(id) {
      try {
        const shelved = shelf.get(id);
        const mark = shelved.item.kind === 'snapshot' && rule.marksSnapshots;
        if (mark || rule.covers(shelved).length > 0) copies.copy(id, { mark });
      } catch (error) {
        // The original is there; a package makes the masked copy that is missing.
        log.warn('no copy beside an original', { code: Fault.from(error).code });
      }
    },

    async withoutOriginals(ids, work) {
      const leaving: string[] = [];
      for (const id of ids) {
        if (rule.exposed(shelf.get(id)).length === 0) leaving.push(id);
        else leaving.push(rule.coveredCopy(id)?.item.id ?? (await make(id, {}, work)).id);
      }
      return [...new Set(leaving)];
    },

    alterationOf(item, leaving) {
      if (item.alteredFrom === null) return null;
      const how = [...item.how];
      try {
        const original = shelf.get(item.alteredFrom);
        if (leaving.includes(item.alteredFrom)) return { of: original.path, how, note: '' };
        const workstation = operators.workstation.name;
        const note = evidenceWords(language()).t('copy.kept', { workstation });
        return { of: original.path, how, note, sha256: original.item.sha256 };
      } catch {
        // The original left the shelf; the copy says that it is one all the same.
        return { of: '?', how, note: '' };
      }
    },
  };
  return copies;
}
