import type { OpenAuditLog } from '../audit/audit-log.ts';
import { writeClip } from '../clips/write-clip.ts';
import type { EvidenceItem, PackageCheck } from '../contract/evidence-schemas.ts';
import type { Language } from '../contract/schemas.ts';
import type { StreamQuality } from '../contract/stream-state.ts';
import { auditExcerptOf } from '../evidence/audit-excerpt.ts';
import type { CaptureFacts } from '../evidence/capture.types.ts';
import { type CaptureScene, captureFactsOf } from '../evidence/capture-facts.ts';
import type { JobQueue } from '../evidence/job-queue.ts';
import { captureOf, type Shelf, type Shelved } from '../evidence/shelf.ts';
import { verifyPackage } from '../evidence/verify-package.ts';
import { openWorkstationKey } from '../evidence/workstation-key.ts';
import { writePackage } from '../evidence/write-package.ts';
import type { CheckResult } from '../evidence-format/check.types.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Vault } from '../vault/vault.ts';
import type { EvidenceCopies } from './evidence-copies.ts';
import type { MaskRule } from './evidence-privacy.ts';
import type { ReplayRoom } from './replay-calls.ts';

export interface EvidenceWorksOptions {
  /** Null: nothing is kept. */
  readonly dataDir: string | null;
  readonly version: string;
  readonly shelf: Shelf;
  readonly queue: JobQueue;
  readonly rule: MaskRule;
  readonly copies: EvidenceCopies;
  readonly register: Pick<Register, 'site'>;
  readonly operators: Pick<Operators, 'workstation'>;
  readonly audit: OpenAuditLog;
  readonly vault: Vault;
  readonly replay: Pick<ReplayRoom, 'footage'>;
  readonly language: () => Language;
  readonly who: () => { id: string; name: string } | null;
  readonly sceneOf: (cameraId: string, offsetMs: number | null) => CaptureScene;
  /** Something came to the shelf or changed on it. */
  readonly changed: () => void;
}

export interface ClipOrder {
  readonly cameraId: string;
  readonly from: number;
  readonly to: number;
  readonly source: 'ring' | 'recorder';
  readonly quality: StreamQuality | null;
  readonly audio: boolean;
  readonly reason: string | null;
}

export interface PackOrder {
  readonly recipient: string | null;
  readonly legalBasis: string | null;
  readonly reason: string | null;
  readonly withAudit: boolean;
  /** False: in the place of what shows masked regions its masked copy leaves. */
  readonly withOriginals: boolean;
  readonly password: string | null;
}

/** The long works of the evidence room. Each answers with the id of its job at once. */
export interface EvidenceWorks {
  clip(order: ClipOrder): string;
  pack(items: readonly EvidenceItem[], target: string, fileName: string, asked: PackOrder): string;
  check(path: string, password: string | null): string;
}

export function createEvidenceWorks(options: EvidenceWorksOptions): EvidenceWorks {
  const { dataDir, version, shelf, queue, register, operators, audit, vault, replay } = options;
  const { rule, copies, language, who, sceneOf, changed } = options;

  /** Of the chain on disk, so what waits is written first. */
  const excerptOf = (captures: readonly CaptureFacts[]) => {
    audit.flush();
    return dataDir === null ? null : auditExcerptOf(dataDir, captures);
  };

  /** When it runs, not when it was asked for: it may have waited, or be tried again days later. */
  const checkHold = (siteId: string) => {
    const hold = register.site(siteId)?.hold;
    if (hold?.export) throw new Fault('access.hold', 'held', { authority: hold.authority });
  };

  const clip = ({ cameraId, from, to, ...asked }: ClipOrder): string => {
    const scene = sceneOf(cameraId, null);
    return queue.add('clip', scene.camera.name, async (tell, signal) => {
      const footage = await replay.footage(cameraId, from, to, asked, signal);
      const path = shelf.place(scene.camera.name, from, 'video/mp4');
      const masked = rule.maskedAt(cameraId);
      tell({ stage: 'writing', total: to - from });
      const { parts } = await writeClip({
        pieces: footage.pieces,
        file: path,
        audio: asked.audio,
        signal,
        onProgress: ({ atMs }) => tell({ done: Math.max(0, Math.min(to, atMs) - from) }),
      });
      const items = parts.map((part) => {
        const facts = captureFactsOf(
          { ...scene, offsetMs: footage.clockOffsetMs },
          {
            takenAt: part.from,
            takenUntil: part.to,
            rtpTime: part.rtpFrom.ticks,
            senderTime: part.senderFrom,
            quality: footage.quality,
            codec: part.video.codec,
            width: part.video.width,
            height: part.video.height,
            ageMs: null,
            reason: asked.reason,
          },
        );
        const gapMs = part.gaps.reduce((sum, gap) => sum + (gap.to - gap.from), 0);
        return shelf.enter(
          captureOf('clip', 'video/mp4', facts, scene.camera.siteId, { gapMs, masked }),
          part.file,
          part.bytes,
          part.sha256,
        );
      });
      for (const item of items) {
        audit.write({
          kind: 'evidence.clip',
          operator: scene.operator,
          camera: cameraId,
          site: item.siteId,
          details: {
            file: item.name,
            sha256: item.sha256,
            from: item.takenAt,
            seconds: seconds(item),
          },
        });
        copies.copyAlong(item.id);
      }
      changed();
      return {
        done: to - from,
        itemIds: items.map(({ id }) => id),
        sha256: items[0]?.sha256 ?? null,
      };
    });
  };

  const pack: EvidenceWorks['pack'] = (items, target, fileName, { password, ...asked }) => {
    const operator = who();
    return queue.add('package', fileName, async (tell, signal) => {
      const ids = items.map(({ id }) => id);
      const onProgress = (done: number, total: number | null) => tell({ done, total });
      const leaving = asked.withOriginals
        ? ids
        : await copies.withoutOriginals(ids, { operator, signal, onProgress });
      const shelved: Shelved[] = [];
      for (const id of leaving) shelved.push(await shelf.proved(id));
      // Masks that were drawn while this waited hold too.
      if (!asked.withOriginals && shelved.some((one) => rule.exposed(one).length > 0)) {
        throw new Fault('privacy.originals', 'masked meanwhile', { file: fileName });
      }
      for (const { item } of shelved) checkHold(item.siteId);
      const key = await openWorkstationKey(vault);
      audit.write({
        kind: 'evidence.export',
        operator,
        details: { file: fileName, files: items.length, stage: 'begun' },
      });
      try {
        const written = await writePackage({
          files: shelved.map((one) => ({
            path: one.path,
            name: one.item.name,
            kind: one.item.mediaType === 'video/mp4' ? 'clip' : 'snapshot',
            facts: withOrder(one.facts, asked),
            alteredFrom: copies.alterationOf(one.item, leaving),
          })),
          facts: {
            workstation: operators.workstation,
            operator,
            recipient: asked.recipient,
            legalBasis: asked.legalBasis,
            reason: asked.reason,
          },
          target,
          key,
          audit: asked.withAudit ? excerptOf(shelved.map(({ facts }) => facts)) : null,
          softwareVersion: version,
          language: language(),
          password,
          signal,
          onProgress: ({ stage, done, total }) => tell({ stage, done, total }),
        });
        shelf.left(leaving, fileName);
        audit.write({
          kind: 'evidence.export',
          operator,
          details: {
            file: fileName,
            files: items.length,
            sha256: written.sha256,
            manifest: written.manifestSha256,
            recipient: asked.recipient ?? '',
            encrypted: password !== null,
            originals: asked.withOriginals,
          },
        });
        changed();
        return { path: written.path, sha256: written.sha256 };
      } catch (error) {
        const { code } = Fault.from(error);
        const details = { file: fileName, files: items.length };
        audit.write({
          kind: 'evidence.export',
          operator,
          outcome: 'failed',
          cause: code,
          details,
        });
        throw error;
      }
    });
  };

  const check = (path: string, password: string | null): string => {
    const operator = who();
    return queue.add('check', path.split('/').at(-1) ?? path, async (tell, signal) => {
      const key = await openWorkstationKey(vault).catch(() => null);
      const result = await verifyPackage(path, {
        password,
        signal,
        onProgress: (done, total) => tell({ stage: 'checking', done, total }),
      });
      audit.write({
        kind: 'evidence.verify',
        operator,
        outcome: result.ok ? 'done' : 'failed',
        details: { file: path.split('/').at(-1) ?? '', ok: result.ok },
      });
      return { path, check: inShort(result, key?.fingerprint ?? null) };
    });
  };

  return { clip, pack, check };
}

function seconds({ takenAt, takenUntil }: EvidenceItem): number {
  return Math.round(((takenUntil ?? takenAt) - takenAt) / 1000);
}

function withOrder(
  facts: CaptureFacts,
  order: { recipient: string | null; legalBasis: string | null; reason: string | null },
): CaptureFacts {
  const { recipient, legalBasis } = order;
  return { ...facts, recipient, legalBasis, reason: facts.reason ?? order.reason };
}

function inShort(result: CheckResult, ownFingerprint: string | null): PackageCheck {
  const problems = [
    ...result.container.problems,
    ...(result.signature.ok ? [] : [{ reason: result.signature.reason, name: null }]),
    ...result.files.filter(({ ok }) => !ok),
    ...(result.audit.ok ? [] : [{ reason: result.audit.reason, name: null }]),
  ];
  const fingerprint = result.signedBy?.fingerprint ?? null;
  return {
    ok: result.ok,
    problems: problems
      .slice(0, 200)
      .map(({ reason, name }) => ({ reason: reason ?? 'unreadable', name })),
    files: result.files.length,
    signedAt: result.signedAt,
    workstation: result.signedBy?.workstation?.name ?? null,
    operator: result.signedBy?.operator?.name ?? null,
    fingerprint,
    compared:
      fingerprint === null || ownFingerprint === null
        ? 'not-compared'
        : fingerprint === ownFingerprint
          ? 'same'
          : 'other',
  };
}
