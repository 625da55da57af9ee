import type { CallName, CallParams } from '../../src/contract/schemas.ts';

/**
 * Who may call what, written by hand: the policy of the product is held to this table, not to itself. A
 * call without a line does not compile.
 *
 * `may`: `everybody` (also with nobody signed in), `somebody` (signed in, whatever the role), or the roles
 * by their letters: A administrator, S supervisor, D duty, P ptz, E evidence, H health, T technician,
 * U auditor.
 */
export interface CallAccess<N extends CallName> {
  readonly may: 'everybody' | 'somebody' | RoleLetters;
  /** With parameters that the contract takes, about that place. */
  readonly ask: (at: PlaceIds) => CallParams<N>;
  /** Refused where the place is outside the operator's area. */
  readonly area?: true;
  /** What the approval hold of a site forbids: `export`, or everything that needs watching (`both`). */
  readonly hold?: 'export' | 'watch' | 'both';
}

export type RoleLetters =
  | 'A'
  | 'AS'
  | 'AST'
  | 'AT'
  | 'ASU'
  | 'AU'
  | 'ASDPT'
  | 'ASPT'
  | 'ASDE'
  | 'ASE';

export interface PlaceIds {
  readonly cameraId: string;
  readonly siteId: string;
  readonly deviceId: string;
  readonly hubId: string;
  readonly endpoint: string;
  readonly province: string;
  readonly district: string;
}

const auditFilter = {
  kinds: [],
  operatorId: null,
  camera: null,
  site: null,
  outcome: null,
  from: null,
  to: null,
  text: '',
};
const free = { may: 'everybody', ask: () => ({}) } as const;
const jobId = 'j1';
const itemId = 'i1';
const triangle = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
];
const planId = 'p1';
const exportId = 'e1';
const uploadId = 'u1';
const sessionId = 's1';
const moveId = 1;
const camera = ({ cameraId }: PlaceIds) => ({ cameraId });
const steering = { may: 'ASDPT', area: true, hold: 'watch' } as const;
const presets = { may: 'ASPT', area: true, hold: 'watch' } as const;

export const callAccess: { readonly [N in CallName]: CallAccess<N> } = {
  hello: { may: 'everybody', ask: () => ({ screen: 0 }) },
  'page.log': { may: 'everybody', ask: () => ({ level: 'info', message: 'trang' }) },
  'language.set': { may: 'everybody', ask: () => ({ language: 'vi' }) },
  'cameras.list': free,
  'streams.list': free,
  'streams.retry': { may: 'everybody', ask: camera },
  'wall.load': { may: 'everybody', ask: () => ({ screen: 0 }) },
  'wall.save': {
    may: 'everybody',
    ask: () => ({
      screen: 0,
      layout: '4',
      page: 0,
      tiles: [],
      selected: 0,
      full: null,
      audio: null,
      sideList: true,
      details: false,
      wallMode: false,
    }),
  },
  'wall.report': { may: 'everybody', ask: () => ({ tiles: [], presenter: 'generator' }) },

  'sources.add': { may: 'AST', ask: () => ({ name: 'Cổng', url: 'rtsp://192.0.2.77/1' }) },
  'sources.remove': { may: 'AST', ask: camera, area: true },
  'sources.login': {
    may: 'AT',
    ask: ({ cameraId }) => ({ cameraId, user: 'xem', password: 'x' }),
    area: true,
  },
  'sources.trust': {
    may: 'AT',
    ask: ({ cameraId }) => ({ cameraId, fingerprint: 'AA:BB' }),
    area: true,
  },

  'register.tree': free,
  'register.page': { may: 'everybody', ask: () => ({ filter: {}, offset: 0, limit: 10 }) },
  'register.sites': { may: 'everybody', ask: () => ({ filter: {}, offset: 0, limit: 10 }) },
  'register.search': { may: 'everybody', ask: () => ({ text: 'cổng', limit: 5 }) },
  'register.site': { may: 'everybody', ask: ({ siteId }) => ({ siteId }) },
  'register.camera': { may: 'everybody', ask: camera },
  'register.journal': { may: 'everybody', ask: () => ({ offset: 0, limit: 10 }) },
  'register.toWall': { may: 'everybody', ask: () => ({}) },
  'register.saveSite': {
    may: 'AST',
    ask: ({ siteId }) => ({ id: siteId, revision: 1, fields: { notes: 'ghi chú' } }),
    area: true,
  },
  'register.saveDevice': {
    may: 'AST',
    ask: ({ deviceId }) => ({ id: deviceId, revision: 1, fields: { vendor: 'Hãng' } }),
    area: true,
  },
  'register.saveCamera': {
    may: 'AST',
    ask: ({ cameraId }) => ({ id: cameraId, revision: 1, fields: { brand: 'Hãng' } }),
    area: true,
  },
  'register.removeSites': { may: 'AST', ask: ({ siteId }) => ({ siteIds: [siteId] }), area: true },
  'register.removeDevices': {
    may: 'AST',
    ask: ({ deviceId }) => ({ deviceIds: [deviceId] }),
    area: true,
  },
  'register.removeCameras': {
    may: 'AST',
    ask: ({ cameraId }) => ({ cameraIds: [cameraId] }),
    area: true,
  },
  'register.bulkEdit': {
    may: 'AST',
    ask: ({ cameraId }) => ({ cameraIds: [cameraId], patch: { brand: 'Hãng' } }),
    area: true,
  },
  'register.bulkEditSites': {
    may: 'AST',
    ask: ({ siteId }) => ({ siteIds: [siteId], patch: { notes: 'ghi chú' } }),
    area: true,
  },
  'register.undo': { may: 'AST', ask: () => ({}) },
  'register.redo': { may: 'AST', ask: () => ({}) },

  'imports.upload': {
    may: 'AST',
    ask: () => ({ uploadId: null, fileName: 'a.csv', offset: 0, size: 1, base64: 'QQ==' }),
  },
  'imports.preview': { may: 'AST', ask: () => ({ uploadId, sheet: null, mapping: null }) },
  'imports.rows': { may: 'AST', ask: () => ({ planId, verdict: null, offset: 0, limit: 10 }) },
  'imports.run': { may: 'AST', ask: () => ({ planId, leaveOutErrors: false }) },
  'imports.cancel': { may: 'AST', ask: () => ({ uploadId }) },
  'imports.mappings': { may: 'AST', ask: () => ({}) },
  'exports.start': { may: 'AST', ask: () => ({ format: 'json' }) },
  'exports.download': { may: 'AST', ask: () => ({ exportId, offset: 0 }) },

  'hubs.list': free,
  'hubs.add': {
    may: 'AT',
    ask: ({ province, district }) => ({
      name: 'Đầu ghi',
      kind: 'rtsp',
      address: 'rtsp://192.0.2.9/1',
      province,
      district,
    }),
    area: true,
  },
  'hubs.remove': { may: 'AT', ask: ({ hubId }) => ({ hubId }), area: true },
  'hubs.login': {
    may: 'AT',
    ask: ({ hubId }) => ({ hubId, user: 'xem', password: 'x' }),
    area: true,
  },
  'hubs.test': { may: 'AT', ask: ({ hubId }) => ({ hubId }), area: true },
  'hubs.sync': { may: 'AT', ask: ({ hubId }) => ({ hubId }), area: true },
  'hubs.apply': { may: 'AT', ask: () => ({ planId }) },
  'discovery.interfaces': free,
  'discovery.results': { may: 'everybody', ask: () => ({ jobId: null }) },
  'discovery.start': { may: 'AT', ask: () => ({ ranges: ['192.0.2.1'], interfaces: [] }) },
  'discovery.cancel': { may: 'AT', ask: () => ({ jobId }) },
  'discovery.resume': { may: 'AT', ask: () => ({ jobId }) },
  'discovery.adopt': {
    may: 'AT',
    ask: ({ siteId }) => ({ jobId, deviceIds: ['d1'], site: { siteId } }),
    area: true,
  },

  'survey.start': {
    may: 'AST',
    ask: ({ cameraId }) => ({ cameraIds: [cameraId] }),
    area: true,
  },
  'survey.cancel': { may: 'AST', ask: () => ({ jobId }) },
  'survey.state': free,
  'survey.rows': {
    may: 'everybody',
    ask: () => ({ jobId: null, verdict: null, siteId: null, offset: 0, limit: 10 }),
  },
  'survey.export': {
    may: 'AST',
    ask: ({ siteId }) => ({ jobId: null, siteId, format: 'xlsx', letterhead: null }),
    area: true,
    hold: 'export',
  },
  'survey.download': { may: 'AST', ask: () => ({ exportId, offset: 0 }) },

  'vault.level': free,
  'vault.create': { may: 'AT', ask: () => ({ passphrase: 'Mật ngữ đủ dài' }) },
  'vault.unlock': { may: 'everybody', ask: () => ({ passphrase: 'Mật ngữ đủ dài' }) },
  'vault.lock': { may: 'AT', ask: () => ({}) },
  'logins.list': free,
  'logins.set': {
    may: 'AT',
    ask: ({ endpoint }) => ({ scope: 'device', id: endpoint, user: 'xem', password: 'x' }),
    area: true,
  },
  'logins.remove': { may: 'AT', ask: ({ siteId }) => ({ scope: 'site', id: siteId }), area: true },

  'operators.me': free,
  'operators.first': {
    may: 'everybody',
    ask: () => ({ name: 'kẻ khác', fullName: '', password: 'Không được 1' }),
  },
  'operators.signIn': { may: 'everybody', ask: () => ({ name: 'ai đó', password: 'Sai rồi 1' }) },
  'operators.signOut': free,
  'operators.lock': free,
  'operators.unlock': { may: 'everybody', ask: () => ({ password: 'Sai rồi 1' }) },
  'operators.seen': free,
  'operators.password': {
    may: 'somebody',
    ask: () => ({ password: 'Sai rồi 1', newPassword: 'Cũng sai 22' }),
  },
  'operators.list': { may: 'ASU', ask: () => ({}) },
  'operators.save': {
    may: 'A',
    ask: () => ({
      id: null,
      fields: {
        name: 'người mới',
        fullName: '',
        role: 'duty',
        scope: 'all',
        validFrom: null,
        validUntil: null,
        document: { number: '', date: null },
        disabled: false,
      },
      password: 'ngắn',
    }),
  },
  'operators.remove': { may: 'A', ask: () => ({ id: 'không có' }) },
  'operators.resetPassword': { may: 'A', ask: () => ({ id: 'không có', password: 'Đặt lại 44' }) },
  'operators.access': { may: 'ASU', ask: () => ({}) },
  'operators.exportAccess': { may: 'AU', ask: () => ({ format: 'csv', submitted: false }) },
  'operators.downloadAccess': { may: 'AU', ask: () => ({ exportId, offset: 0 }) },
  'operators.settings': { may: 'A', ask: () => ({ idleMinutes: 10 }) },
  'workstation.rename': { may: 'A', ask: () => ({ name: 'Bàn trực 1' }) },

  'audit.page': {
    may: 'ASU',
    ask: () => ({ filter: auditFilter, upTo: null, offset: 0, limit: 10 }),
  },
  'audit.coverage': {
    may: 'ASU',
    ask: ({ cameraId }) => ({ camera: cameraId, screen: null, from: 0, to: 86_400_000 }),
  },
  'audit.people': { may: 'ASU', ask: () => ({}) },
  'audit.verify': { may: 'ASU', ask: () => ({}) },
  'audit.export': {
    may: 'AU',
    ask: () => ({ filter: auditFilter, format: 'json' }),
  },
  'audit.download': { may: 'AU', ask: () => ({ exportId, offset: 0 }) },

  'ptz.open': { ...steering, ask: camera },
  'ptz.states': free,
  'ptz.take': {
    ...steering,
    ask: ({ cameraId }) => ({ cameraId, priority: null, reason: 'tuần tra' }),
  },
  'ptz.release': { ...steering, ask: camera },
  'ptz.move': {
    ...steering,
    ask: ({ cameraId }) => ({ cameraId, moveId, pan: 1, tilt: 0, zoom: 0 }),
  },
  'ptz.renew': { ...steering, ask: ({ cameraId }) => ({ cameraId, moveId }) },
  'ptz.stop': { may: 'everybody', ask: camera },
  'ptz.point': { ...steering, ask: ({ cameraId }) => ({ cameraId, x: 0.5, y: 0.5 }) },
  'ptz.frame': {
    ...steering,
    ask: ({ cameraId }) => ({ cameraId, box: { x: 0, y: 0, width: 0.5, height: 0.5 } }),
  },
  'ptz.step': { ...steering, ask: ({ cameraId }) => ({ cameraId, pan: 1, tilt: 0, zoom: 0 }) },
  'ptz.goto': { ...steering, ask: ({ cameraId }) => ({ cameraId, preset: '1', speed: null }) },
  'ptz.home': { ...steering, ask: camera },
  'ptz.setHome': { ...presets, ask: camera },
  'ptz.savePreset': {
    ...presets,
    ask: ({ cameraId }) => ({ cameraId, token: null, name: 'Cổng', here: true }),
  },
  'ptz.removePreset': { ...presets, ask: ({ cameraId }) => ({ cameraId, token: '1' }) },
  'ptz.savePatrol': {
    ...presets,
    ask: ({ cameraId }) => ({
      cameraId,
      id: null,
      name: 'Vòng 1',
      where: 'own',
      spots: [{ preset: '1', staySeconds: 5, speed: null }],
    }),
  },
  'ptz.removePatrol': { ...presets, ask: ({ cameraId }) => ({ cameraId, id: '1' }) },
  'ptz.patrol': { ...steering, ask: ({ cameraId }) => ({ cameraId, id: '1', act: 'stop' }) },
  'ptz.focus': {
    ...steering,
    ask: ({ cameraId }) => ({ cameraId, moveId, act: 'stop' }),
  },
  'ptz.iris': { ...steering, ask: ({ cameraId }) => ({ cameraId, act: 'auto' }) },
  'ptz.auxiliary': { ...steering, ask: ({ cameraId }) => ({ cameraId, command: 'wiper' }) },
  'ptz.settings': {
    ...presets,
    ask: ({ cameraId }) => ({
      cameraId,
      settings: { idleReturn: { to: 'nothing' }, wideDegrees: null, zoomFactor: null },
    }),
  },
  'ptz.acknowledge': { ...steering, ask: ({ cameraId }) => ({ cameraId, since: 1 }) },

  'replay.open': {
    may: 'ASDE',
    ask: ({ cameraId }) => ({ cameraIds: [cameraId], at: null }),
    area: true,
    hold: 'both',
  },
  'replay.settings': { may: 'everybody', ask: () => ({}) },
  'replay.saveSettings': {
    may: 'A',
    ask: () => ({ on: true, seconds: 60, memoryMiB: 384, diskGiB: 4 }),
  },
  'replay.close': { may: 'ASDE', ask: () => ({ sessionId }) },
  'replay.seek': { may: 'ASDE', ask: () => ({ sessionId, at: 1 }) },
  'replay.rate': { may: 'ASDE', ask: () => ({ sessionId, rate: 1 }) },
  'replay.step': {
    may: 'ASDE',
    ask: ({ cameraId }) => ({ sessionId, cameraId, frames: 1 }),
    area: true,
    hold: 'both',
  },
  'replay.timeline': {
    may: 'ASDE',
    ask: ({ cameraId }) => ({ cameraId, from: 0, to: 1 }),
    area: true,
    hold: 'both',
  },

  'evidence.upload': {
    may: 'ASDE',
    ask: () => ({ uploadId: null, size: 1, offset: 0, base64: 'AA==' }),
  },
  'evidence.snapshot': {
    may: 'ASDE',
    ask: ({ cameraId }) => ({
      uploadId,
      cameraId,
      quality: 'main',
      format: 'png',
      codec: 'h264',
      width: 1,
      height: 1,
      takenAt: 1,
      ageMs: 0,
      rtpTime: null,
      senderTime: null,
      replay: false,
      reason: null,
      groupId: null,
    }),
    area: true,
    hold: 'both',
  },
  'evidence.clip': {
    may: 'ASE',
    ask: ({ cameraId }) => ({
      cameraIds: [cameraId],
      from: 1,
      to: 2,
      source: 'ring',
      quality: null,
      audio: true,
      reason: null,
    }),
    area: true,
    hold: 'both',
  },
  'evidence.copy': {
    may: 'ASE',
    ask: () => ({ itemId, regions: [triangle], how: 'mask', note: '' }),
  },
  'evidence.caption': { may: 'ASE', ask: () => ({ itemId }) },
  'evidence.items': {
    may: 'ASDE',
    ask: () => ({
      filter: { cameraId: null, kind: null, from: null, to: null, text: '' },
      offset: 0,
      limit: 1,
    }),
  },
  'evidence.file': { may: 'ASDE', ask: () => ({ itemId, offset: 0 }) },
  'evidence.remove': { may: 'ASE', ask: () => ({ itemIds: [itemId] }) },
  'evidence.folders': { may: 'ASE', ask: () => ({}) },
  'evidence.package': {
    may: 'ASE',
    ask: () => ({
      itemIds: [itemId],
      folder: '/',
      name: 'goi',
      recipient: null,
      legalBasis: null,
      reason: null,
      withAudit: true,
      password: null,
    }),
  },
  'evidence.check': { may: 'ASDE', ask: () => ({ path: '/goi.vgp.zip', password: null }) },
  'evidence.jobs': { may: 'ASDE', ask: () => ({}) },
  'evidence.cancel': { may: 'ASDE', ask: () => ({ jobId }) },
  'evidence.retry': { may: 'ASE', ask: () => ({ jobId }) },
  'evidence.dismiss': { may: 'ASDE', ask: () => ({ jobId: null }) },
  'evidence.key': free,
  'privacy.masks': free,
  'privacy.mark': free,
  'privacy.saveMasks': { may: 'A', ask: ({ cameraId }) => ({ cameraId, masks: [] }), area: true },
  'privacy.saveMark': {
    may: 'A',
    ask: () => ({ onScreen: false, onSnapshots: false, opacity: 0.1 }),
  },
};
