import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaptureFacts } from '../../src/evidence/capture.types.ts';
import type { PackageOrder } from '../../src/evidence/package.types.ts';
import { keyOf } from '../../src/evidence/workstation-key.ts';
import { type AuditExcerpt, auditRecordBytes } from '../../src/evidence-format/audit-chain.ts';

/** A PNG of one pixel. */
export const tinyPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const someFacts: CaptureFacts = {
  camera: {
    id: 'cam-1',
    name: 'Cổng chính',
    site: 'Ký túc xá Trường Quân sự số 1',
    province: 'An Hải',
  },
  takenAt: Date.UTC(2021, 5, 25, 9, 30, 12, 345),
  takenUntil: null,
  cameraTime: Date.UTC(2021, 5, 25, 9, 30, 10, 0),
  offsetMs: -2345,
  rtpTime: 123456789,
  ntpTime: Date.UTC(2021, 5, 25, 9, 30, 10, 5),
  quality: 'main',
  codec: 'h264',
  width: 1920,
  height: 1080,
  ageMs: 40,
  operator: { id: 'u1', name: 'Nguyễn Thị Ngữ' },
  workstation: { id: 'w-1', name: 'Máy trực số 2' },
  reason: 'Người lạ vượt rào',
  recipient: 'Công an phường Ước Hòa',
  legalBasis: 'Công văn 12/CV-BCĐ',
  hold: null,
};

export function someAudit(count = 3): AuditExcerpt {
  let prev = '0'.repeat(64);
  const records = Array.from({ length: count }, (_, index) => {
    const record = {
      seq: index + 1,
      at: someFacts.takenAt + index * 1000,
      steady: 1000 + index,
      station: 'w-1',
      operator: { id: 'u1', name: 'Nguyễn Thị Ngữ' },
      kind: 'evidence.snapshot',
      camera: 'cam-1',
      site: null,
      screen: 1,
      outcome: 'done',
      cause: null,
      details: { tep: 'Cổng chính.png', lan: index },
      prev,
      hash: '',
    };
    record.hash = createHash('sha256').update(auditRecordBytes(record)).digest('hex');
    prev = record.hash;
    return record;
  });
  return { format: 'vonggac-audit-1', records };
}

export interface EvidenceFolder {
  readonly dir: string;
  readonly order: PackageOrder;
  read(): Buffer;
  remove(): void;
}

export function newKey() {
  return keyOf(generateKeyPairSync('ed25519').privateKey, 'keychain', false);
}

/** Some files with Vietnamese names, and an order to pack them. */
export function evidenceFolder(change: Partial<PackageOrder> = {}): EvidenceFolder {
  const dir = mkdtempSync(join(tmpdir(), 'vonggac-chứng cứ-'));
  const file = (name: string, content: Buffer | string) => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const picture = file('Cổng chính 16h30.png', tinyPng);
  const copy = file('Cổng chính 16h30 (đã che).png', Buffer.concat([tinyPng, Buffer.from('x')]));
  const note = file('Ghi chú của Ước.txt', 'Người lạ vượt rào phía đông.\n'.repeat(200));
  const target = join(dir, 'Gói số 1.vgp.zip');
  return {
    dir,
    order: {
      files: [
        { path: note },
        { path: picture, facts: someFacts },
        {
          path: copy,
          facts: someFacts,
          alteredFrom: { of: picture, how: ['mask'], note: 'Che mặt người đi đường' },
        },
      ],
      facts: {
        workstation: { id: 'w-1', name: 'Máy trực số 2' },
        operator: { id: 'u1', name: 'Nguyễn Thị Ngữ' },
        recipient: 'Công an phường Ước Hòa',
        legalBasis: 'Công văn 12/CV-BCĐ',
        reason: 'Người lạ vượt rào',
      },
      target,
      key: newKey(),
      audit: someAudit(),
      softwareVersion: '0.0.0-test',
      ...change,
    },
    read: () => readFileSync(target),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
