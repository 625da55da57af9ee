import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Cause } from '../../../src/contract/cause.ts';
import type { EventValue } from '../../../src/contract/schemas.ts';
import { surveyCalls, surveyEvents } from '../../../src/contract/survey-schemas.ts';
import { createSurveyDesk, type SurveyDesk } from '../../../src/host/survey-calls.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import { openRegister } from '../../../src/sites/register.ts';
import type { SiteCamera } from '../../../src/sites/site-camera.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import { encodeClip } from '../../support/encoded-clip.ts';
import { freeHand } from '../../support/free-hand.ts';
import { pdfText } from '../../support/pdf-text.ts';
import { startTinyRtspServer, type TinyServer } from '../../support/tiny-rtsp-server.ts';

const fps = 15;
const marker = 'Bí-mật-đánh-dấu:@/#%7';
let server: TinyServer;
const desks: SurveyDesk[] = [];
const refusedOnWall = new Map<string, Cause>();

beforeAll(async () => {
  const clip = encodeClip({
    codec: 'h264',
    source: `testsrc2=size=640x360:rate=${fps}`,
    seconds: 2,
    fps,
    gop: fps,
  });
  server = await startTinyRtspServer({
    clip,
    fps,
    login: `kỹ thuật:${marker}`,
    behaviour: (path) => (path.includes('mute') ? 'mute' : 'healthy'),
  });
});
afterEach(() => {
  refusedOnWall.clear();
  for (const desk of desks.splice(0)) desk.close();
});
afterAll(() => server.close());

function opened(
  given: SiteCamera[] = [],
  shared: Parameters<typeof createSurveyDesk>[0]['parts']['shared'] = null,
) {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  migrate(database);
  const register = openRegister({ database, log: silentLog });
  const progress: EventValue<'survey.progress'>[] = [];
  const make = () => {
    const desk = createSurveyDesk({
      parts: {
        open: openRtsp,
        connectOnvif,
        shared,
        log: silentLog,
        limits: { seconds: 1.2, maxSeconds: 3, timeoutMs: 1500 },
      },
      database,
      subjects: () => ({
        register,
        given,
        login: async () => ({ user: 'kỹ thuật', password: marker }),
      }),
      fingerprint: () => null,
      refusedOnWall: (device) => refusedOnWall.get(device) ?? null,
      operators: freeHand,
      language: () => 'vi',
      onProgress: (news) => {
        // What is sent must be what the page takes.
        progress.push(surveyEvents['survey.progress'].parse(news));
      },
    });
    desks.push(desk);
    return desk;
  };
  return { register, database, progress, make, desk: make() };
}

async function fill(register: ReturnType<typeof opened>['register']) {
  await register.applyChanges({
    origin: 'import',
    who: 'thử nghiệm',
    subject: 'a.xlsx',
    sites: [
      {
        ref: 'a',
        fields: { name: 'Trung đoàn BB888', province: 'Tỉnh An Hải', district: 'Huyện Ước Lễ' },
      },
      { ref: 'b', fields: { name: 'Khách sạn Sông Ước', province: 'Tỉnh Vân Sơn' } },
    ],
    cameras: [
      {
        ref: '1',
        siteRef: 'a',
        fields: { name: 'Cổng', placement: 'gate', url: `rtsp://127.0.0.1:${server.port}/gate` },
      },
      {
        ref: '2',
        siteRef: 'a',
        fields: {
          name: 'Trong phòng',
          placement: 'inside-room',
          url: `rtsp://127.0.0.1:${server.port}/room`,
        },
      },
      { ref: '3', siteRef: 'a', fields: { name: 'Chưa có địa chỉ' } },
      {
        ref: '4',
        siteRef: 'b',
        fields: { name: 'Sân', placement: 'yard', url: 'rtsp://127.0.0.1:9/x' },
      },
    ],
  });
}

const done = (of: ReturnType<typeof opened>) =>
  expect.poll(() => of.progress.at(-1)?.job.endedAt ?? null, { timeout: 30_000 }).not.toBeNull();

test('a survey fills its rows, is kept, and leaves as XLSX and PDF', async () => {
  const office = opened();
  await fill(office.register);
  const plays = server.plays.get('/room');
  const job = surveyCalls['survey.start'].result.parse(
    await office.desk['survey.start']({ all: true }),
  );
  expect(job).toMatchObject({ endedAt: null, counts: { total: 4, done: 0 } });
  expect(() => office.desk['survey.start']({ all: true })).toThrow(
    expect.objectContaining({ code: 'host.busy' }),
  );
  await done(office);

  const page = { jobId: job.jobId, verdict: null, siteId: null, offset: 0, limit: 500 };
  const { rows, counts } = surveyCalls['survey.rows'].result.parse(
    await office.desk['survey.rows'](page),
  );
  expect(counts).toEqual({ total: 4, done: 4, pass: 0, usable: 1, cannotConnect: 3 });
  const reasonOf = (name: string) =>
    rows.find(({ cameraName }) => cameraName === name)?.reasons[0]?.code;
  expect(reasonOf('Cổng')).toBe('sub-missing');
  expect(reasonOf('Trong phòng')).toBe('forbidden-place');
  expect(reasonOf('Chưa có địa chỉ')).toBe('no-address');
  expect(reasonOf('Sân')).toBe('unreachable');
  // Nobody looked into the room.
  expect(server.plays.get('/room')).toBe(plays);
  const gate = rows.find(({ cameraName }) => cameraName === 'Cổng');
  expect(gate).toMatchObject({ district: 'Huyện Ước Lễ', main: { width: 640, auth: 'basic' } });

  // Another program start finds them again.
  const later = office.make();
  const kept = await later['survey.rows']({ ...page, jobId: null, verdict: 'cannot-connect' });
  expect(kept.total).toBe(3);
  expect(kept.counts.total).toBe(4);

  const files = new Map<string, Buffer>();
  for (const format of ['xlsx', 'pdf-sheet', 'pdf-rollup'] as const) {
    const file = await later['survey.export']({
      jobId: null,
      siteId: null,
      format,
      letterhead: null,
    });
    expect(file.fileName).toMatch(/^[a-z-]+-\d{8}\.(xlsx|pdf)$/);
    const parts: Buffer[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const piece = await later['survey.download']({ exportId: file.exportId, offset });
      parts.push(Buffer.from(piece.base64, 'base64'));
      offset = piece.next;
    }
    files.set(format, Buffer.concat(parts));
    expect(files.get(format)!.length).toBe(file.size);
  }
  expect(files.get('xlsx')!.subarray(0, 2).toString()).toBe('PK');
  expect(pdfText(files.get('pdf-sheet')!)).toContain('Cơ sở: Trung đoàn BB888');
  expect(pdfText(files.get('pdf-rollup')!)).toContain('2 cơ sở, 4 camera');

  const everything = JSON.stringify([rows, kept, office.progress]) + [...files.values()].join('');
  expect(everything).not.toContain(marker);
  const stored = JSON.stringify(office.database.prepare('select * from survey_result').all());
  expect(stored).not.toContain(marker);
});

test('a stream that the wall has open is measured there, with no further connection', async () => {
  const url = `rtsp://127.0.0.1:${server.port}/shared`;
  const camera = cameraFromUrl(url, { name: 'Trên tường' });
  const supervisor = createSupervisor({ open: openRtsp, log: silentLog });
  supervisor.setSources([
    {
      key: { cameraId: camera.id, quality: 'main' },
      url,
      siteId: camera.siteId,
      transport: 'tcp',
      credential: async () => ({ user: 'kỹ thuật', password: marker }),
      pinnedFingerprint: () => null,
      lastTransport: () => null,
      rememberTransport: () => {},
    },
  ]);
  try {
    const key = { cameraId: camera.id, quality: 'main' as const };
    const reader = supervisor.read(key);
    await expect.poll(() => supervisor.state(key).phase, { timeout: 10_000 }).toBe('live');
    const office = opened([camera], supervisor);
    await office.desk['survey.start']({ cameraIds: [camera.id] });
    await done(office);
    const { rows } = await office.desk['survey.rows']({
      jobId: null,
      verdict: null,
      siteId: null,
      offset: 0,
      limit: 10,
    });
    expect(rows[0]?.main).toMatchObject({ shared: true, codec: 'h264', width: 640, cause: null });
    expect(rows[0]?.main?.fps).toBeGreaterThan(12);
    expect(rows[0]?.main?.fps).toBeLessThan(18);
    expect(server.plays.get('/shared')).toBe(1);
    expect(supervisor.state(key).phase).toBe('live');
    reader.close();
  } finally {
    await supervisor.close();
  }
});

test('a cancelled survey ends at once, and the next one may begin', async () => {
  const cameras = [1, 2, 3, 4].map((index) =>
    cameraFromUrl(`rtsp://127.0.0.1:${server.port}/mute${index}`, { name: `Câm ${index}` }),
  );
  const office = opened(cameras);
  const job = await office.desk['survey.start']({ all: true });
  await office.desk['survey.cancel']({ jobId: job.jobId });
  await done(office);
  const state = await office.desk['survey.state']({});
  expect(state).toMatchObject({ cancelled: true, counts: { done: 0 } });
  expect(() => office.desk['survey.cancel']({ jobId: 'another' })).toThrow(
    expect.objectContaining({ code: 'input.unknown' }),
  );
  await office.desk['survey.start']({ siteIds: [cameras[0]!.siteId] });
});

test('what is not there is said to be not there', async () => {
  const { desk } = opened();
  expect(() => desk['survey.start']({ cameraIds: ['nobody'] })).toThrow(
    expect.objectContaining({ code: 'input.unknown' }),
  );
  await expect(
    desk['survey.export']({ jobId: null, siteId: null, format: 'xlsx', letterhead: null }),
  ).rejects.toMatchObject({ code: 'input.unknown' });
  expect(() => desk['survey.download']({ exportId: 'x', offset: 0 })).toThrow(
    expect.objectContaining({ code: 'input.unknown' }),
  );
});

test('quirk 5: a login that the wall was refused with is not tried again by a survey', async () => {
  const camera = cameraFromUrl(`rtsp://127.0.0.1:${server.port}/refused`, { name: 'Cổng' });
  refusedOnWall.set(`127.0.0.1:${server.port}`, { code: 'rtsp.unauthorized' });
  const office = opened([camera]);
  await office.desk['survey.start']({ all: true });
  await done(office);
  const row = office.progress.flatMap(({ rows }) => rows).at(-1);
  expect(row?.reasons[0]?.code).toBe('login-stopped');
  expect(server.plays.get('/refused')).toBeUndefined();
});
