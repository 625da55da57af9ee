import type { DiscoveredDevice, HubEntry, HubPlan } from '../../../../src/contract/hub-schemas.ts';
import type { ImportPreview, ImportRow } from '../../../../src/contract/import-schemas.ts';
import type { SurveyJob, SurveyRow } from '../../../../src/contract/survey-schemas.ts';
import type { FakeCore } from '../fakes.ts';

/** Invented answers of the rooms "connect" and "commissioning". */
export const someHubs: readonly HubEntry[] = [
  {
    id: 'hub-1',
    name: 'Hệ thống kết nối tỉnh An Hoà',
    kind: 'mediamtx',
    address: 'http://192.0.2.20:9997',
    rtspAddress: '',
    channels: null,
    siteId: null,
    province: 'Tỉnh An Hoà',
    district: '',
    hasLogin: true,
    health: { state: 'ok', since: Date.UTC(2021, 5, 25) },
    cameras: 412,
    gone: 3,
    direct: 0,
    lastSync: { at: Date.UTC(2021, 5, 25, 2), added: 12, changed: 4, gone: 3 },
  },
  {
    id: 'hub-2',
    name: 'Đầu ghi Trường THCS Suối Hoa',
    kind: 'onvif',
    address: '192.0.2.31',
    rtspAddress: '',
    channels: null,
    siteId: 'site-0',
    province: '',
    district: '',
    hasLogin: false,
    health: { state: 'away', since: Date.UTC(2021, 5, 25, 3), cause: { code: 'net.timeout' } },
    cameras: 8,
    gone: 0,
    direct: 5,
    lastSync: null,
  },
];

const planRow = (index: number, more = {}) => ({
  key: `path${index}`,
  name: `Camera ${index}`,
  siteName: 'Trường THCS Suối Hoa 1',
  address: `rtsp://192.0.2.20:8554/path${index}`,
  hasSub: index % 2 === 0,
  cameraId: null,
  fields: [],
  cause: null,
  ...more,
});

export const somePlan: HubPlan = {
  planId: 'plan-1',
  hubId: 'hub-1',
  counts: { added: 40, changed: 2, gone: 1, unchanged: 369, problems: 1 },
  added: Array.from({ length: 40 }, (_, index) => planRow(index)),
  changed: [
    planRow(50, { cameraId: 'c50', fields: ['url', 'subUrl'] }),
    planRow(51, { cameraId: 'c51', fields: ['name'] }),
  ],
  gone: [planRow(60, { cameraId: 'c60' })],
  problems: [planRow(70, { cause: { code: 'input.url' } })],
};

export function fakeHubs(core: FakeCore, hubs: readonly HubEntry[] = someHubs): void {
  core.answer('hubs.list', () => [...hubs]);
  core.answer('hubs.sync', () => somePlan);
  core.answer('hubs.apply', ({ leaveOut }) => ({
    added: 40 - (leaveOut?.length ?? 0),
    changed: 2,
    gone: 1,
    skipped: leaveOut?.length ?? 0,
    changeId: 1,
  }));
  core.answer('hubs.add', () => ({ hubId: 'hub-1' }));
  core.answer('hubs.test', () => ({
    ok: true,
    cause: null,
    version: 'MediaMTX 1.9.3',
    cameras: 412,
    samples: [{ name: 'cong-chinh', address: 'rtsp://192.0.2.20:8554/cong', hasSub: true }],
    tookMs: 84,
  }));
}

export const someDevices: readonly DiscoveredDevice[] = Array.from({ length: 30 }, (_, index) => ({
  id: `device-${index}`,
  address: `192.0.2.${index + 20}`,
  name: index % 4 === 3 ? '' : `IPC-${index}`,
  hardware: index % 4 === 3 ? '' : 'VQ-204',
  location: '',
  onvifUrl: index % 4 === 3 ? null : `http://192.0.2.${index + 20}/onvif/device_service`,
  rtspPort: 554,
  server: 'Nam Sao Rtsp Server',
  openPorts: [554],
  mac: '',
  endpoint: '',
  clockOffsetMs: index === 2 ? 7_200_000 : 100,
  foreign: index === 5,
  foundBy: ['multicast', 'sweep'],
  deviceId: index === 0 ? 'known' : null,
}));

export function fakeDiscovery(
  core: FakeCore,
  phase: 'sweeping' | 'done' | 'cancelled' | null,
): void {
  core.answer('discovery.interfaces', () => [
    { name: 'eth0', address: '192.0.2.9', cidr: '192.0.2.0/24' },
    { name: 'wlan0', address: '198.51.100.4', cidr: '198.51.100.0/24' },
  ]);
  core.answer('discovery.results', () =>
    phase === null
      ? null
      : {
          progress: { jobId: 'job', phase, done: 120, total: 254, found: 30, cause: null },
          ranges: ['192.0.2.0/24'],
          interfaces: null,
          devices: [...someDevices],
        },
  );
  core.answer('discovery.start', () => ({ jobId: 'job' }));
  core.answer('discovery.adopt', ({ deviceIds }) => ({
    added: deviceIds.length,
    changed: 0,
    devices: [{ deviceId: 'device-3', cameras: 0, cause: { code: 'rtsp.unauthorized' } }],
    changeId: 1,
  }));
}

const counts = {
  rows: 1200,
  new: 1180,
  changed: 12,
  same: 5,
  error: 3,
  sites: { new: 84, changed: 2 },
  devices: { new: 0, changed: 0 },
  cameras: { new: 1096, changed: 10 },
  logins: 84,
  warnings: 6,
};

const importRow = (index: number): ImportRow => ({
  line: index + 4,
  verdict: index < 3 ? 'error' : index < 15 ? 'changed' : 'new',
  siteName: `Khách sạn Bến Lau ${index}`,
  name: `Cổng ${index}`,
  problems:
    index === 0
      ? [
          {
            reason: 'url',
            field: 'camera.url',
            column: { letter: 'F', heading: 'Địa chỉ camera' },
            value: null,
            otherLine: null,
          },
        ]
      : index === 1
        ? [{ reason: 'duplicate', field: null, column: null, value: null, otherLine: 9 }]
        : index === 2
          ? [
              {
                reason: 'date',
                field: 'site.surveyOn',
                column: { letter: 'J', heading: 'Ngày KS' },
                value: '31/02/2021',
                otherLine: null,
              },
            ]
          : [],
  changes:
    index >= 3 && index < 15
      ? [{ field: 'camera.placement', before: '', after: 'Cổng ra vào' }]
      : [],
});

export const somePreview: ImportPreview = {
  uploadId: 'up',
  planId: 'plan',
  fileName: 'danh sách cơ sở cách ly.xlsx',
  format: 'xlsx',
  encoding: null,
  delimiter: null,
  sheets: ['Trang 1', 'Trang 2'],
  sheet: 'Trang 1',
  headingRows: { from: 2, to: 3 },
  columns: [
    {
      index: 0,
      letter: 'A',
      heading: 'Tỉnh',
      field: 'site.province',
      by: 'synonym',
      samples: ['An Hoà'],
    },
    {
      index: 1,
      letter: 'B',
      heading: 'Tên cơ sở',
      field: 'site.name',
      by: 'synonym',
      samples: ['Khách sạn Bến Lau'],
    },
    {
      index: 2,
      letter: 'C',
      heading: 'Đầu mối / SĐT',
      field: 'focal1.phone',
      by: 'remembered',
      samples: ['0200 555 0123'],
    },
    { index: 3, letter: 'D', heading: 'Cột lạ', field: null, by: null, samples: ['x', 'y'] },
  ],
  counts,
  rows: Array.from({ length: 20 }, (_, index) => importRow(index)),
};

export function fakeImports(core: FakeCore): void {
  core.answer('imports.upload', ({ offset, size, base64 }) => ({
    uploadId: 'up',
    received: Math.min(size, offset + atob(base64).length),
    complete: true,
  }));
  core.answer('imports.preview', ({ mapping }) => ({
    ...somePreview,
    columns: somePreview.columns.map((column) => {
      const chosen = mapping?.find(({ index }) => index === column.index);
      return chosen && chosen.field !== column.field
        ? { ...column, field: chosen.field, by: 'person' as const }
        : column;
    }),
  }));
  core.answer('imports.rows', ({ verdict, offset, limit }) => {
    const all = Array.from({ length: 1200 }, (_, index) => importRow(index)).filter(
      (row) => verdict === null || row.verdict === verdict,
    );
    return { total: all.length, rows: all.slice(offset, offset + limit) };
  });
  core.answer('imports.run', () => ({
    outcome: 'done',
    counts,
    skipped: 3,
    loginsKept: 'keychain',
    changeId: 1,
  }));
  core.answer('exports.start', ({ format }) => ({
    exportId: 'x',
    fileName: `so-dang-ky.${format}`,
    mediaType: 'text/plain',
    size: 8,
  }));
  core.answer('exports.download', ({ offset }) =>
    offset === 0 ? { base64: btoa('ten;'), next: 4 } : { base64: btoa('url\n'), next: null },
  );
}

export const someJob: SurveyJob = {
  jobId: 'survey',
  startedAt: 0,
  endedAt: null,
  cancelled: false,
  counts: { total: 60, done: 40, pass: 24, usable: 9, cannotConnect: 7 },
};

export function surveyRow(index: number, more: Partial<SurveyRow> = {}): SurveyRow {
  const verdicts = ['pass', 'usable', 'cannot-connect', null] as const;
  const verdict = verdicts[index % 4] ?? null;
  return {
    cameraId: `cam-${index}`,
    cameraName: `Hành lang ${index}`,
    siteId: 'site-0',
    siteName: 'Trường THCS Suối Hoa 1',
    province: 'Tỉnh An Hoà',
    district: 'Huyện Bình Lâm',
    address: `192.0.2.${index}:554`,
    step: verdict ? 'done' : index % 8 === 3 ? 'streams' : 'waiting',
    at: verdict ? Date.UTC(2021, 5, 25, 1) : null,
    tookMs: 4000,
    verdict,
    reasons:
      verdict === 'cannot-connect'
        ? [
            { code: 'login-refused', weight: 'blocks', params: {} },
            { code: 'weak-login', weight: 'note', params: {} },
          ]
        : verdict === 'usable'
          ? [{ code: 'sub-missing', weight: 'limits', params: {} }]
          : [],
    reachable: verdict ? true : null,
    device: verdict
      ? { manufacturer: 'Nam Sao', model: 'VQ-204', firmware: '5.10', serial: '404705923918060213' }
      : null,
    onvif: verdict ? { version: '2.6', services: ['media'], auth: 'digest-md5' } : null,
    clock: verdict ? { offsetMs: 1200, source: 'onvif' } : null,
    main:
      verdict === 'pass' || verdict === 'usable'
        ? {
            token: '000',
            name: 'main',
            uri: 'rtsp://192.0.2.9/main',
            codec: 'h264',
            profile: 'Main',
            width: 1920,
            height: 1080,
            fps: 25,
            kbps: 2048,
            gopSeconds: 2,
            packets: 1000,
            lost: 2,
            lossPercent: 0.2,
            jitterMs: 3,
            transport: 'tcp',
            auth: 'digest-md5',
            firstPictureMs: 300,
            shared: false,
            clockOffsetMs: 100,
            cause: null,
          }
        : null,
    sub: null,
    subSmaller: null,
    ptz: null,
    recording: verdict ? { oldest: Date.UTC(2021, 4, 20), newest: Date.UTC(2021, 5, 25) } : null,
    certificate: null,
    ...more,
  };
}

export function fakeSurvey(core: FakeCore, job: SurveyJob | null = someJob): void {
  core.answer('survey.state', () => job);
  core.answer('survey.start', () => someJob);
  core.answer('survey.rows', ({ verdict, offset, limit }) => {
    const rows = Array.from({ length: job ? 60 : 0 }, (_, index) => surveyRow(index)).filter(
      (row) => verdict === null || row.verdict === verdict,
    );
    return { total: rows.length, rows: rows.slice(offset, offset + limit), counts: someJob.counts };
  });
}
