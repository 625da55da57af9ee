import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { OpenAuditLog } from '../audit/audit-log.ts';
import { writeClip } from '../clips/write-clip.ts';
import {
  type EvidenceItem,
  type EvidenceJob,
  type evidenceCalls,
  maxSnapshotBytes,
  type PackageCheck,
} from '../contract/evidence-schemas.ts';
import type { EventName, EventValue, Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { StreamQuality } from '../contract/stream-state.ts';
import { type CopyMade, captionCopy, hideRegions } from '../evidence/altered-copy.ts';
import { auditExcerptOf } from '../evidence/audit-excerpt.ts';
import type { CaptureFacts } from '../evidence/capture.types.ts';
import { type CaptureScene, captureFactsOf } from '../evidence/capture-facts.ts';
import { exportFolders } from '../evidence/export-folders.ts';
import { JobQueue } from '../evidence/job-queue.ts';
import { Privacy } from '../evidence/privacy.ts';
import { type Capture, Shelf, type Shelved } from '../evidence/shelf.ts';
import { verifyPackage } from '../evidence/verify-package.ts';
import { openWorkstationKey } from '../evidence/workstation-key.ts';
import { writePackage } from '../evidence/write-package.ts';
import { base64 } from '../evidence-format/bytes.ts';
import type { CheckResult } from '../evidence-format/check.types.ts';
import { evidenceFolder } from '../evidence-format/manifest.ts';
import { evidenceName } from '../evidence-format/names.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { Vault } from '../vault/vault.ts';
import type { CameraBook } from './camera-book.ts';
import type { ReplayRoom } from './replay-calls.ts';

export type EvidenceHandlers = Pick<CallHandlers, keyof typeof evidenceCalls>;

export interface EvidenceRoomOptions {
  readonly database: DatabaseSync;
  /** Null: nothing is kept. */
  readonly dataDir: string | null;
  readonly version: string;
  readonly book: CameraBook;
  readonly register: Register;
  readonly operators: Operators;
  readonly audit: OpenAuditLog;
  readonly vault: Vault;
  readonly supervisor: Pick<StreamSupervisor, 'stats'>;
  readonly replay: ReplayRoom;
  readonly language: () => Language;
  readonly log: Logger;
  readonly broadcast: <N extends EventName>(
    name: N,
    value: EventValue<N>,
    latest?: boolean,
  ) => void;
}

/** The shelf, its exports and what hides parts of pictures; one room for all pages. */
export interface EvidenceRoom {
  readonly handlers: EvidenceHandlers;
  close(): Promise<void>;
}

interface Upload {
  readonly bytes: Buffer;
  received: number;
  timer: NodeJS.Timeout;
}

const uploadKeptMs = 60_000;
const maxUploads = 80;
/** Longest clip of one job, so that a slip of the hand does not fill the disk. */
const longestClipMs = 24 * 3_600_000;

export function createEvidenceRoom(options: EvidenceRoomOptions): EvidenceRoom {
  const { book, register, operators, audit, vault, log, broadcast } = options;
  const shelf = new Shelf({
    database: options.database,
    folder: options.dataDir === null ? null : join(options.dataDir, 'evidence'),
    log,
  });
  const privacy = new Privacy(options.database);
  const queue = new JobQueue({
    log,
    onChange: (jobs) => broadcast('evidence.jobs', jobs, true),
  });
  const offPrivacy = privacy.onChange((cameraIds) => broadcast('privacy.changed', { cameraIds }));
  const uploads = new Map<string, Upload>();

  const changed = () => broadcast('evidence.changed', { total: shelf.size }, true);
  const who = () => {
    const operator = operators.current()?.operator;
    return operator ? { id: operator.id, name: operator.name } : null;
  };
  /** An item's place counts as it is now: a hold that came later holds it too. */
  const exportable = (items: readonly EvidenceItem[]) =>
    operators.require(
      'evidence.export',
      items.map(({ cameraId, siteId }) => (known(cameraId) ? { cameraId } : { siteId })),
    );
  const known = (cameraId: string) => book.get(cameraId) !== undefined;

  const sceneOf = (cameraId: string, offsetMs: number | null): CaptureScene => {
    const camera = book.get(cameraId);
    if (!camera) throw new Fault('input.unknown', 'no such camera');
    const hold = register.site(camera.siteId)?.hold;
    return {
      camera,
      siteName: camera.siteName,
      hold: hold ? hold.authority || '+' : null,
      operator: who(),
      workstation: operators.workstation,
      offsetMs,
    };
  };
  const offsetOf = (cameraId: string, quality: StreamQuality): number | null =>
    options.supervisor
      .stats()
      .find(({ key }) => key.cameraId === cameraId && key.quality === quality)?.clockOffsetMs ??
    null;

  /** Of the chain on disk, so what waits is written first. */
  const excerptOf = (captures: readonly CaptureFacts[]) => {
    audit.flush();
    return options.dataDir === null ? null : auditExcerptOf(options.dataDir, captures);
  };

  const drop = (id: string) => {
    clearTimeout(uploads.get(id)?.timer);
    uploads.delete(id);
  };

  const clipJob = (
    cameraId: string,
    from: number,
    to: number,
    asked: {
      source: 'ring' | 'recorder';
      quality: StreamQuality | null;
      audio: boolean;
      reason: string | null;
    },
  ): string => {
    const scene = sceneOf(cameraId, null);
    return queue.add('clip', scene.camera.name, async (tell, signal) => {
      const footage = await options.replay.footage(cameraId, from, to, asked, signal);
      const path = shelf.place(scene.camera.name, from, 'video/mp4');
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
          captureOf('clip', 'video/mp4', facts, scene.camera.siteId, { gapMs }),
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
      }
      changed();
      return {
        done: to - from,
        itemIds: items.map(({ id }) => id),
        sha256: items[0]?.sha256 ?? null,
      };
    });
  };

  const copyJob = (
    id: string,
    how: EvidenceItem['how'][number],
    make: (shelved: Shelved, target: string, work: CopyWork) => Promise<CopyMade>,
  ): string => {
    const { item } = shelf.get(id);
    const operator = who();
    return queue.add('copy', item.name, async (tell, signal) => {
      const shelved = await shelf.proved(id);
      const target = shelf.place(shelved.item.cameraName, shelved.item.takenAt, item.mediaType);
      tell({ stage: 'decoding' });
      const made = await make(shelved, target, {
        signal,
        onProgress: (done, total) => tell({ done, total }),
      });
      const copy = shelf.enter(
        captureOf(
          'copy',
          item.mediaType,
          { ...shelved.facts, operator, width: made.width, height: made.height },
          item.siteId,
          {
            gapMs: item.gapMs,
            alteredFrom: id,
            how: [how],
          },
        ),
        target,
        made.bytes,
        made.sha256,
      );
      audit.write({
        kind: 'evidence.copy',
        operator,
        camera: item.cameraId,
        site: item.siteId,
        details: { file: copy.name, sha256: copy.sha256, of: item.name, how },
      });
      changed();
      return { itemIds: [copy.id], sha256: copy.sha256 };
    });
  };

  const handlers: EvidenceHandlers = {
    'evidence.upload': ({ uploadId, size, offset, base64: text }) => {
      const bytes = Buffer.from(text, 'base64');
      let id = uploadId;
      if (id === null) {
        if (size > maxSnapshotBytes) throw new Fault('input.value', 'too large', { field: 'size' });
        if (uploads.size >= maxUploads) throw new Fault('host.busy', 'many pictures');
        id = randomUUID();
        const started = id;
        const timer = setTimeout(() => drop(started), uploadKeptMs).unref();
        uploads.set(id, { bytes: Buffer.alloc(size), received: 0, timer });
      }
      const upload = uploads.get(id);
      if (!upload) throw new Fault('input.unknown', 'no such upload');
      if (offset !== upload.received || offset + bytes.length > upload.bytes.length) {
        throw new Fault('input.value', 'a piece out of order', { field: 'offset' });
      }
      bytes.copy(upload.bytes, offset);
      upload.received += bytes.length;
      const { received } = upload;
      return { uploadId: id, received, complete: received === upload.bytes.length };
    },

    'evidence.snapshot': async (taken) => {
      const upload = uploads.get(taken.uploadId);
      if (!upload || upload.received < upload.bytes.length) {
        throw new Fault('input.unknown', 'no such picture');
      }
      drop(taken.uploadId);
      checkPicture(upload.bytes, taken.format);
      const scene = sceneOf(taken.cameraId, offsetOf(taken.cameraId, taken.quality));
      const facts = captureFactsOf(scene, {
        takenAt: taken.takenAt,
        takenUntil: null,
        rtpTime: taken.rtpTime,
        senderTime: taken.senderTime,
        quality: taken.quality,
        codec: taken.codec,
        width: taken.width,
        height: taken.height,
        ageMs: taken.ageMs,
        reason: taken.reason,
      });
      const mediaType = taken.format === 'png' ? 'image/png' : 'image/jpeg';
      const item = await shelf.put(
        captureOf('snapshot', mediaType, facts, scene.camera.siteId, { groupId: taken.groupId }),
        upload.bytes,
      );
      audit.write({
        kind: 'evidence.snapshot',
        operator: scene.operator,
        camera: item.cameraId,
        site: item.siteId,
        details: {
          file: item.name,
          sha256: item.sha256,
          ageMs: Math.round(taken.ageMs),
          quality: taken.quality,
          replay: taken.replay,
        },
      });
      changed();
      return { item };
    },

    'evidence.clip': ({ cameraIds, from, to, ...asked }) => {
      if (!(from < to) || to - from > longestClipMs) {
        throw new Fault('input.value', 'no such span', { field: 'to' });
      }
      return { jobIds: cameraIds.map((cameraId) => clipJob(cameraId, from, to, asked)) };
    },

    'evidence.copy': ({ itemId, regions, how }) => {
      if (regions.length === 0) throw new Fault('input.value', 'no region', { field: 'regions' });
      operators.require('evidence.export', [{ siteId: shelf.get(itemId).item.siteId }]);
      return {
        jobId: copyJob(itemId, how, (shelved, target, work) =>
          hideRegions({ ...work, source: shelved.path, target, item: shelved.item, regions, how }),
        ),
      };
    },

    'evidence.caption': ({ itemId }) => {
      operators.require('evidence.export', [{ siteId: shelf.get(itemId).item.siteId }]);
      return {
        jobId: copyJob(itemId, 'caption', (shelved, target, work) =>
          captionCopy({
            ...work,
            source: shelved.path,
            target,
            item: shelved.item,
            facts: shelved.facts,
          }),
        ),
      };
    },

    'evidence.items': ({ filter, offset, limit }) =>
      shelf.items(filter, offset, limit, (siteId) =>
        operators.may('evidence.snapshot', [{ siteId }]),
      ),

    'evidence.file': async ({ itemId, offset }) => {
      operators.require('evidence.snapshot', [{ siteId: shelf.get(itemId).item.siteId }]);
      const { bytes, size } = await shelf.read(itemId, offset);
      const next = offset + bytes.length;
      return {
        base64: Buffer.from(bytes).toString('base64'),
        size,
        next: bytes.length > 0 && next < size ? next : null,
      };
    },

    'evidence.remove': async ({ itemIds }) => {
      const items = itemIds.map((id) => shelf.get(id).item);
      operators.require(
        'evidence.export',
        items.map(({ siteId }) => ({ siteId })),
      );
      await shelf.remove(itemIds);
      for (const item of items) {
        audit.write({
          kind: 'evidence.remove',
          operator: who(),
          camera: item.cameraId,
          site: item.siteId,
          details: { file: item.name, sha256: item.sha256 },
        });
      }
      changed();
      return {};
    },

    'evidence.folders': () =>
      exportFolders(options.dataDir === null ? null : join(options.dataDir, 'exports')),

    'evidence.package': ({ itemIds, folder, name, password, ...asked }) => {
      const items = [...new Set(itemIds)].map((id) => shelf.get(id).item);
      exportable(items);
      const place = folder === '~' ? homedir() : folder;
      if (!isAbsolute(place)) throw new Fault('input.value', 'no folder', { field: 'folder' });
      const stem = name.trim().replace(/\.vgp\.zip$/i, '');
      if (stem === '') throw new Fault('input.value', 'no name', { field: 'name' });
      const fileName = evidenceName(`${stem}.vgp.zip`, new Set()).slice(evidenceFolder.length);
      const target = join(place, fileName);
      const operator = who();
      const jobId = queue.add('package', fileName, async (tell, signal) => {
        const shelved: Shelved[] = [];
        for (const { id } of items) shelved.push(await shelf.proved(id));
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
              alteredFrom: alteredFrom(one.item),
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
            audit: asked.withAudit ? excerptOf(items.map(({ id }) => shelf.get(id).facts)) : null,
            softwareVersion: options.version,
            language: options.language(),
            password,
            signal,
            onProgress: ({ stage, done, total }) => tell({ stage, done, total }),
          });
          shelf.left(
            items.map(({ id }) => id),
            fileName,
          );
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
      return { jobId };
    },

    'evidence.check': ({ path, password }) => {
      if (!isAbsolute(path)) throw new Fault('input.value', 'no path', { field: 'path' });
      const operator = who();
      const jobId = queue.add('check', path.split('/').at(-1) ?? path, async (tell, signal) => {
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
      return { jobId };
    },

    'evidence.jobs': () => queue.list(),
    'evidence.cancel': ({ jobId }) => {
      queue.cancel(jobId);
      return {};
    },
    'evidence.retry': ({ jobId }) => ({ jobId: queue.retry(jobId) }),
    'evidence.dismiss': ({ jobId }) => {
      queue.dismiss(jobId);
      return {};
    },

    'evidence.key': async () => {
      const key = await openWorkstationKey(vault);
      return { fingerprint: key.fingerprint, publicKey: base64(key.publicKey), kept: key.kept };
    },

    'privacy.masks': () => privacy.all(),
    'privacy.saveMasks': ({ cameraId, masks }) => {
      privacy.save(cameraId, masks);
      return {};
    },
    'privacy.mark': () => privacy.mark,
    'privacy.saveMark': (mark) => {
      privacy.saveMark(mark);
      return {};
    },
  };

  function alteredFrom(item: EvidenceItem) {
    if (item.alteredFrom === null) return null;
    try {
      return { of: shelf.get(item.alteredFrom).path, how: [...item.how], note: '' };
    } catch {
      // The original left the shelf; the copy says that it is one all the same.
      return { of: '?', how: [...item.how], note: '' };
    }
  }

  return {
    handlers,
    async close() {
      offPrivacy();
      for (const id of [...uploads.keys()]) drop(id);
      await queue.close();
    },
  };
}

interface CopyWork {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number | null) => void;
}

function captureOf(
  kind: EvidenceItem['kind'],
  mediaType: string,
  facts: CaptureFacts,
  siteId: string,
  more: Partial<Pick<Capture, 'gapMs' | 'groupId' | 'alteredFrom' | 'how'>>,
): Capture {
  return {
    kind,
    mediaType,
    facts,
    siteId,
    gapMs: 0,
    groupId: null,
    alteredFrom: null,
    how: [],
    ...more,
  };
}

/** The page says what it is; its first bytes have to say so too. */
function checkPicture(bytes: Buffer, format: 'png' | 'jpeg'): void {
  const isPng = bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (format === 'png' ? isPng : isJpeg) return;
  throw new Fault('input.value', 'no picture', { field: 'format' });
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

export type { EvidenceJob };
