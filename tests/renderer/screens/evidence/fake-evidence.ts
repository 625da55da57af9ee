import type { EvidenceItem, EvidenceJob } from '../../../../src/contract/evidence-schemas.ts';
import type { ReplayState } from '../../../../src/contract/replay-schemas.ts';
import type { FakeCore } from '../fakes.ts';

/** A shelf, its jobs and a session of replay, as the core would tell of them. */
export const sha = 'ab'.repeat(32);
export const moment = Date.UTC(2026, 10, 22, 3, 15, 22, 120);

export function item(at: number, change: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: `item-${at}`,
    kind: 'snapshot',
    name: `20261122-1015${at}_Cong-chinh.png`,
    cameraId: 'camera-0',
    cameraName: 'Cổng chính 1',
    siteId: 'site-0',
    siteName: 'Trạm Y tế Đông Giang 1',
    takenAt: moment - at * 60_000,
    takenUntil: null,
    madeAt: moment,
    bytes: 1_200_000,
    sha256: sha,
    mediaType: 'image/png',
    width: 1920,
    height: 1080,
    codec: 'h264',
    quality: 'main',
    ageMs: 40,
    cameraTime: moment + 1500,
    offsetMs: 1500,
    gapMs: 0,
    operatorName: 'Nguyễn Thị Lan',
    reason: null,
    groupId: null,
    alteredFrom: null,
    how: [],
    packages: [],
    cause: null,
    ...change,
  };
}

export function job(change: Partial<EvidenceJob> = {}): EvidenceJob {
  return {
    id: 'job-1',
    kind: 'package',
    title: 'Chứng cứ.vgp.zip',
    phase: 'running',
    stage: 'writing',
    done: 1_000_000,
    total: 4_000_000,
    startedAt: moment,
    endedAt: null,
    cause: null,
    itemIds: [],
    path: null,
    sha256: null,
    check: null,
    ...change,
  };
}

/** A picture that can really be drawn. */
export async function drawnPicture(): Promise<string> {
  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext('2d')!;
  const sky = context.createLinearGradient(0, 0, 0, 180);
  sky.addColorStop(0, '#9ec9e8');
  sky.addColorStop(1, '#4d6b45');
  context.fillStyle = sky;
  context.fillRect(0, 0, 320, 180);
  context.fillStyle = '#c0603a';
  context.fillRect(60, 70, 120, 80);
  const bytes = new Uint8Array(
    await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer(),
  );
  return btoa(String.fromCharCode(...bytes));
}

export function fakeShelf(core: FakeCore, items: readonly EvidenceItem[], picture = ''): void {
  core.answer('evidence.items', ({ filter, offset, limit }) => {
    const fitting = items.filter(
      (one) =>
        (filter.kind === null || one.kind === filter.kind) &&
        (filter.cameraId === null || one.cameraId === filter.cameraId),
    );
    return {
      rows: fitting.slice(offset, offset + limit),
      total: fitting.length,
      bytes: fitting.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
  core.answer('evidence.jobs', () => []);
  core.answer('evidence.key', () => ({ fingerprint: sha, publicKey: 'x', kept: 'keychain' }));
  core.answer('evidence.file', () => ({ base64: picture, size: picture.length, next: null }));
  core.answer('evidence.folders', () => [
    { path: '/home/truc/exports', label: '', removable: false, free: 9e9, writable: true },
    { path: '/media/truc/USB', label: 'USB', removable: true, free: 3e9, writable: true },
  ]);
  core.answer('evidence.package', () => ({ jobId: 'job-1' }));
  core.answer('evidence.copy', () => ({ jobId: 'job-2' }));
  core.answer('evidence.clip', () => ({ jobIds: ['job-3'] }));
  core.answer('evidence.check', () => ({ jobId: 'job-4' }));
}

export function fakeReplay(core: FakeCore): { state: () => ReplayState } {
  let state: ReplayState = {
    sessionId: 's1',
    at: moment,
    rate: 0,
    ended: null,
    from: moment - 50_000,
    to: moment + 10_000,
  };
  const now = (change: Partial<ReplayState>) => {
    state = { ...state, ...change };
    return state;
  };
  core.answer('replay.open', ({ cameraIds, source }) => ({
    state: now({ sessionId: source === 'recorder' ? 's2' : 's1' }),
    cameras: cameraIds.map((cameraId) => ({
      cameraId,
      quality: 'sub' as const,
      spans: [{ from: state.from, to: state.to, source: 'ring' as const, quality: 'sub' as const }],
      gaps: [],
      clockOffsetMs: null,
      cause: null,
    })),
  }));
  core.answer('replay.timeline', () => ({
    spans: [
      { from: state.from, to: state.to, source: 'ring', quality: 'sub' },
      { from: moment - 3_600_000, to: moment, source: 'recorder', quality: 'main' },
    ],
    gaps: [{ from: moment - 30_000, to: moment - 24_000, reason: 'stream-lost' }],
    recorder: null,
  }));
  core.answer('replay.seek', ({ at }) => now({ at }));
  core.answer('replay.rate', ({ rate }) => now({ rate }));
  core.answer('replay.step', ({ frames }) => now({ at: state.at + frames * 40, rate: 0 }));
  return { state: () => state };
}
