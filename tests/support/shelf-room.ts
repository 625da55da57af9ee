import type { DatabaseSync } from 'node:sqlite';
import { createAuditLog, type OpenAuditLog } from '../../src/audit/audit-log.ts';
import type { VideoFormat } from '../../src/codec/access-unit.ts';
import type { EvidenceItem, EvidenceJob } from '../../src/contract/evidence-schemas.ts';
import type { Role } from '../../src/contract/operator-schemas.ts';
import { createEvidenceRoom, type EvidenceRoom } from '../../src/host/evidence-room.ts';
import type { BitstreamPiece } from '../../src/replay/replay.types.ts';
import { type Logger, silentLog } from '../../src/std/log.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/vault/vault.ts';
import { type SourceBitstream, sourceBitstream } from './source-bitstream.ts';

/**
 * The evidence room over a real folder, database and audit, with one invented camera whose footage is
 * at hand. Nobody is asked for rights: that is tested elsewhere.
 */
export interface ShelfRoom extends EvidenceRoom {
  readonly audit: OpenAuditLog;
  readonly database: DatabaseSync;
  /** Puts one picture on the shelf, as a page does. */
  take(picture: Uint8Array): Promise<EvidenceItem>;
  ended(jobId: string): Promise<EvidenceJob>;
}

export const roomCamera = 'camera-1';

export async function shelfRoom(
  dataDir: string,
  log: Logger = silentLog,
  role: () => Role = () => 'administrator',
): Promise<ShelfRoom> {
  const store = openStore({ dataDir, log });
  const audit = createAuditLog({ dataDir, station: 'w-1', version: '0.0.0-test', log });
  const vault = await openVault({ keychain: null, log });
  const operator = { id: 'o-1', name: 'Trần Thử' };
  const camera = {
    id: roomCamera,
    name: 'Cổng số 1',
    siteId: 's-1',
    siteName: 'Khu A',
    province: 'An Hải',
  };
  let source: SourceBitstream | null = null;
  const room = createEvidenceRoom({
    database: store.database,
    dataDir,
    version: '0.0.0-test',
    book: { get: () => camera },
    register: { site: () => undefined },
    operators: {
      current: () => ({ operator: { ...operator, role: role() } }),
      require: () => operator,
      may: () => true,
      workstation: { id: 'w-1', name: 'Máy trực số 2' },
    },
    audit,
    vault,
    supervisor: { stats: () => [] },
    replay: {
      footage: async () => {
        source ??= sourceBitstream({ codec: 'h264', seconds: 2 });
        return { pieces: pieces(source), quality: 'main', clockOffsetMs: 12 };
      },
    },
    language: () => 'vi',
    log,
    broadcast: () => {},
  } as unknown as Parameters<typeof createEvidenceRoom>[0]);
  const { handlers } = room;
  return {
    ...room,
    audit,
    database: store.database,
    async take(picture) {
      const base64 = Buffer.from(picture).toString('base64');
      const upload = { uploadId: null, size: picture.length, offset: 0, base64 };
      const { uploadId } = await handlers['evidence.upload'](upload);
      const { item } = await handlers['evidence.snapshot']({
        uploadId,
        cameraId: roomCamera,
        quality: 'main',
        format: 'png',
        codec: 'h264',
        width: 320,
        height: 180,
        takenAt: Date.now(),
        ageMs: 40,
        rtpTime: 5,
        senderTime: null,
        replay: false,
        reason: null,
        groupId: null,
      });
      return item;
    },
    async ended(jobId) {
      for (;;) {
        const jobs = await handlers['evidence.jobs']({});
        const job = jobs.find(({ id }) => id === jobId);
        if (job?.endedAt) return job;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      await room.close();
      await audit.close();
      store.close();
    },
  };
}

async function* pieces({ format, units }: SourceBitstream): AsyncGenerator<BitstreamPiece> {
  yield { kind: 'format', format: format satisfies VideoFormat };
  for (const unit of units) yield { kind: 'unit', unit, cached: false };
}
