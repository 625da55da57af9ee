import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { OpenAuditLog } from '../audit/audit-log.ts';
import type { AccessUnit } from '../codec/access-unit.ts';
import type { EvidenceItem, evidenceCalls } from '../contract/evidence-schemas.ts';
import type { EventName, EventValue, Language } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { StreamQuality } from '../contract/stream-state.ts';
import { type CaptureScene, captureFactsOf } from '../evidence/capture-facts.ts';
import { exportFolders } from '../evidence/export-folders.ts';
import { JobQueue } from '../evidence/job-queue.ts';
import { Privacy } from '../evidence/privacy.ts';
import { captureOf, Shelf } from '../evidence/shelf.ts';
import { openWorkstationKey } from '../evidence/workstation-key.ts';
import { base64 } from '../evidence-format/bytes.ts';
import { evidenceFolder } from '../evidence-format/manifest.ts';
import { evidenceName } from '../evidence-format/names.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Ring } from '../replay/replay.types.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { Vault } from '../vault/vault.ts';
import type { CameraBook } from './camera-book.ts';
import { createEvidenceCopies } from './evidence-copies.ts';
import { MaskRule } from './evidence-privacy.ts';
import { createEvidenceWorks } from './evidence-works.ts';
import { PictureUploads } from './picture-uploads.ts';
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
  const rule = new MaskRule({ privacy, shelf, operators });
  const queue = new JobQueue({
    log,
    onChange: (jobs) => broadcast('evidence.jobs', jobs, true),
  });
  const offPrivacy = privacy.onChange((cameraIds) => broadcast('privacy.changed', { cameraIds }));
  const uploads = new PictureUploads();

  const changed = () => broadcast('evidence.changed', { total: shelf.size }, true);
  const who = () => {
    const operator = operators.current()?.operator;
    return operator ? { id: operator.id, name: operator.name } : null;
  };
  /** An item's place counts as it is now: a hold that came later holds it too. */
  const exportable = (items: readonly EvidenceItem[]) =>
    operators.require(
      'evidence.export',
      items.map(({ cameraId, siteId }) => (isKnown(cameraId) ? { cameraId } : { siteId })),
    );
  const isKnown = (cameraId: string) => book.get(cameraId) !== undefined;

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

  const copies = createEvidenceCopies({ ...options, shelf, queue, rule, who, changed });
  const works = createEvidenceWorks({
    ...options,
    shelf,
    queue,
    rule,
    copies,
    who,
    sceneOf,
    changed,
  });
  /** What has to hold when a package is asked for, and once more when it is tried again. */
  const mayPack = new Map<string, () => void>();

  const handlers: EvidenceHandlers = {
    'evidence.upload': (piece) => uploads.take(piece),

    'evidence.snapshot': async (taken) => {
      const bytes = uploads.whole(taken.uploadId);
      checkPicture(bytes, taken.format);
      const scene = sceneOf(taken.cameraId, offsetOf(taken.cameraId, taken.quality));
      const unit = await unitAt(options.replay.ring, taken);
      const facts = captureFactsOf(scene, {
        takenAt: taken.takenAt,
        takenUntil: null,
        rtpTime: unit?.time.ticks ?? taken.rtpTime,
        senderTime: unit?.senderTimeMs ?? taken.senderTime,
        quality: taken.quality,
        codec: taken.codec,
        width: taken.width,
        height: taken.height,
        ageMs: taken.ageMs,
        reason: taken.reason,
      });
      const mediaType = taken.format === 'png' ? 'image/png' : 'image/jpeg';
      const item = await shelf.put(
        captureOf('snapshot', mediaType, facts, scene.camera.siteId, {
          groupId: taken.groupId,
          masked: rule.maskedAt(taken.cameraId),
        }),
        bytes,
      );
      // Not before: whoever meets a full disk can try again.
      uploads.drop(taken.uploadId);
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
      copies.copyAlong(item.id);
      return { item: rule.shown(item) };
    },

    'evidence.clip': ({ cameraIds, from, to, ...asked }) => {
      if (!(from < to) || to - from > longestClipMs) {
        throw new Fault('input.value', 'no such span', { field: 'to' });
      }
      return { jobIds: cameraIds.map((cameraId) => works.clip({ cameraId, from, to, ...asked })) };
    },

    'evidence.copy': ({ itemId, regions, how }) => {
      if (regions.length === 0) throw new Fault('input.value', 'no region', { field: 'regions' });
      operators.require('evidence.export', [{ siteId: shelf.get(itemId).item.siteId }]);
      return { jobId: copies.copy(itemId, { covers: [{ regions, how }] }) };
    },

    'evidence.caption': ({ itemId }) => {
      operators.require('evidence.export', [{ siteId: shelf.get(itemId).item.siteId }]);
      return { jobId: copies.copy(itemId, { caption: true }) };
    },

    'evidence.items': ({ filter, offset, limit }) => {
      const found = shelf.items(filter, offset, limit, (siteId) =>
        operators.may('evidence.snapshot', [{ siteId }]),
      );
      return { ...found, rows: found.rows.map((item) => rule.shown(item)) };
    },

    'evidence.file': async ({ itemId, offset }) => {
      const shelved = shelf.get(itemId);
      operators.require('evidence.snapshot', [{ siteId: shelved.item.siteId }]);
      rule.requireOriginals([shelved]);
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
      const ids = [...new Set(itemIds)];
      const items = ids.map((id) => shelf.get(id).item);
      const withOriginals = asked.withOriginals ?? true;
      const mayLeave = () => {
        exportable(items);
        if (withOriginals) rule.requireOriginals(ids.map((id) => shelf.get(id)));
      };
      mayLeave();
      const place = folder === '~' ? homedir() : folder;
      if (!isAbsolute(place)) throw new Fault('input.value', 'no folder', { field: 'folder' });
      const stem = name.trim().replace(/\.vgp\.zip$/i, '');
      if (stem === '') throw new Fault('input.value', 'no name', { field: 'name' });
      const fileName = evidenceName(`${stem}.vgp.zip`, new Set()).slice(evidenceFolder.length);
      const target = join(place, fileName);
      const jobId = works.pack(items, target, fileName, { ...asked, withOriginals, password });
      const known = new Set(queue.list().map(({ id }) => id));
      for (const id of mayPack.keys()) if (!known.has(id)) mayPack.delete(id);
      mayPack.set(jobId, mayLeave);
      return { jobId };
    },

    'evidence.check': ({ path, password }) => {
      if (!isAbsolute(path)) throw new Fault('input.value', 'no path', { field: 'path' });
      return { jobId: works.check(path, password) };
    },

    'evidence.jobs': () => queue.list(),
    'evidence.cancel': ({ jobId }) => {
      queue.cancel(jobId);
      return {};
    },
    'evidence.retry': ({ jobId }) => {
      const mayLeave = mayPack.get(jobId);
      // Rights, holds and masks as they are now, not as they were at the first try.
      mayLeave?.();
      const again = queue.retry(jobId);
      if (mayLeave) mayPack.set(again, mayLeave);
      return { jobId: again };
    },
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

  return {
    handlers,
    async close() {
      offPrivacy();
      uploads.close();
      await queue.close();
    },
  };
}

/**
 * The picture as it came, by its arrival: the page does not learn its RTP timestamp and its sender's
 * clock. Null where the ring does not hold it: it is off, or the picture is a recorder's.
 */
async function unitAt(
  ring: Ring,
  { cameraId, quality, takenAt }: { cameraId: string; quality: StreamQuality; takenAt: number },
): Promise<AccessUnit | null> {
  try {
    for await (const piece of ring.read(cameraId, quality, takenAt - 1, takenAt + 1)) {
      if (piece.kind !== 'unit' || piece.cached || piece.unit.kind !== 'video') continue;
      if (Math.abs(piece.unit.receivedAtMs - takenAt) < 1) return piece.unit;
    }
  } catch {
    // A picture is worth more than its footnotes.
  }
  return null;
}

/** The page says what it is; its first bytes have to say so too. */
function checkPicture(bytes: Buffer, format: 'png' | 'jpeg'): void {
  const isPng = bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (format === 'png' ? isPng : isJpeg) return;
  throw new Fault('input.value', 'no picture', { field: 'format' });
}
