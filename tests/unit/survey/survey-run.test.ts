import { afterEach, expect, test } from 'vitest';
import type { SurveyRow } from '../../../src/contract/survey-schemas.ts';
import type { ConnectOnvif } from '../../../src/onvif/onvif.types.ts';
import { Fault } from '../../../src/std/fault.ts';
import { silentLog } from '../../../src/std/log.ts';
import type { SurveyCamera, SurveyParts } from '../../../src/survey/survey.types.ts';
import { groupByDevice, type SurveySubject } from '../../../src/survey/survey-groups.ts';
import { SurveyRun } from '../../../src/survey/survey-run.ts';
import { FakeCameras } from '../../support/fake-rtsp.ts';
import { camera, codes } from '../../support/survey-rows.ts';

const login = { user: 'kỹ thuật', password: 'Bí-mật:@/#%7' };
const noOnvif: ConnectOnvif = () => Promise.reject(new Fault('onvif.not-onvif'));
const timers = new Set<NodeJS.Timeout>();
afterEach(() => {
  for (const timer of timers) clearInterval(timer);
});

/** Cameras that play by themselves: small pictures under `/sub`. */
function playingCameras(): FakeCameras {
  const cameras = new FakeCameras();
  cameras.connectMs = 5;
  let frames = 0;
  const timer = setInterval(() => {
    frames++;
    for (const session of cameras.openSessions) {
      if (session.url.endsWith('/sub') && session.video?.width === 640) {
        session.format({ ...session.video, width: 320, height: 180 });
      }
      session.frame(frames % 5 === 0);
    }
  }, 5);
  timers.add(timer);
  return cameras;
}

function subject(host: string, site: string, patch: Partial<SurveyCamera> = {}): SurveySubject {
  const url = patch.url ?? `rtsp://${host}:554/main`;
  return {
    entry: {
      camera: camera({ id: url, url, subUrl: url.replace('/main', '/sub'), ...patch }),
      siteId: site,
      siteName: `Cơ sở ${site}`,
      province: '',
      district: '',
      address: `${host}:554`,
    },
    device: null,
    credential: async () => login,
  };
}

function survey(
  subjects: SurveySubject[],
  parts: Partial<SurveyParts> & Pick<SurveyParts, 'open'>,
) {
  const told: SurveyRow[] = [];
  const stop = new AbortController();
  const run = new SurveyRun(
    // No guessed ONVIF: nothing here shall reach a network.
    groupByDevice(subjects, () => null).map((group) => ({
      ...group,
      device: { ...group.device, onvifAddress: null },
    })),
    {
      parts: {
        connectOnvif: noOnvif,
        log: silentLog,
        limits: { seconds: 0.15, maxSeconds: 1, timeoutMs: 1000 },
        ...parts,
      },
      signal: stop.signal,
      onRow: (row) => told.push(row),
    },
  );
  return { run, told, stop };
}

test('cameras are measured and judged, the large stream and the small one', async () => {
  const cameras = playingCameras();
  const { run, told } = survey([subject('192.0.2.1', 'a'), subject('192.0.2.2', 'b')], cameras);
  expect(run.rows().map(({ step }) => step)).toEqual(['waiting', 'waiting']);
  await run.run();
  for (const row of run.rows()) {
    expect(row).toMatchObject({
      step: 'done',
      verdict: 'pass',
      reachable: true,
      main: { codec: 'h264', width: 640, height: 360, auth: 'digest-md5', cause: null },
      sub: { width: 320, height: 180 },
      subSmaller: true,
    });
    // 15 frames per second by the clock of the media, however fast the test sends them.
    expect(row.main?.fps).toBeCloseTo(15, 0);
    expect(row.main?.gopSeconds).toBeGreaterThan(0.2);
    expect(codes(row)).toEqual(['clock-unknown', 'onvif-missing']);
  }
  expect(told.map(({ step }) => step)).toContain('streams');
  expect(run.counts()).toMatchObject({ total: 2, done: 2, pass: 2 });
  expect(cameras.openSessions).toEqual([]);
});

test('one site has two connections at a time, other sites go on', async () => {
  const cameras = playingCameras();
  let most = 0;
  let over = 0;
  cameras.answer = () => {
    const atA = cameras.openSessions.filter(({ url }) => url.includes('192.0.2.')).length;
    most = Math.max(most, atA + 1);
    over = Math.max(over, cameras.openSessions.length + 1);
    return null;
  };
  const siteA = Array.from({ length: 5 }, (_, index) => subject(`192.0.2.${index + 1}`, 'a'));
  const others = Array.from({ length: 4 }, (_, index) =>
    subject(`198.51.100.${index + 1}`, `b${index}`),
  );
  const { run } = survey([...siteA, ...others], cameras);
  await run.run();
  expect(run.counts().done).toBe(9);
  expect(most).toBeLessThanOrEqual(2);
  expect(over).toBeGreaterThan(2);
});

test('the number over all sites is bounded', async () => {
  const cameras = playingCameras();
  let most = 0;
  cameras.answer = () => {
    most = Math.max(most, cameras.openSessions.length + 1);
    return null;
  };
  const subjects = Array.from({ length: 8 }, (_, index) =>
    subject(`192.0.2.${index}`, `s${index}`),
  );
  const limits = { seconds: 0.1, maxSeconds: 0.1, timeoutMs: 1000, total: 3 };
  const { run } = survey(subjects, { open: cameras.open, limits });
  await run.run();
  expect(run.counts().done).toBe(8);
  expect(most).toBe(3);
});

test('a refused login is tried once at a recorder with five cameras, and never again', async () => {
  const cameras = playingCameras();
  cameras.answer = () => new Fault('rtsp.unauthorized');
  const channels = Array.from({ length: 5 }, (_, index) =>
    subject('192.0.2.1', 'a', { id: `c${index}`, url: `rtsp://192.0.2.1:554/${index}/main` }),
  );
  const { run } = survey(channels, cameras);
  await run.run();
  expect(cameras.attempts).toHaveLength(1);
  const reasons = run.rows().map((row) => codes(row)[0]);
  expect(reasons.filter((code) => code === 'login-refused')).toHaveLength(1);
  expect(reasons.filter((code) => code === 'login-stopped')).toHaveLength(4);
  expect(JSON.stringify(run.rows())).not.toContain(login.password);
});

test('a device logs in one stream at a time', async () => {
  const cameras = playingCameras();
  cameras.connectMs = 20;
  const channels = Array.from({ length: 4 }, (_, index) =>
    subject('192.0.2.1', 'a', { id: `c${index}`, url: `rtsp://192.0.2.1:554/${index}/main` }),
  );
  const { run } = survey(channels, cameras);
  await run.run();
  expect(run.counts().done).toBe(4);
  expect(cameras.mostConnecting).toBe(1);
});

test('a camera in a forbidden place is not asked anything', async () => {
  const cameras = playingCameras();
  const { run } = survey(
    [subject('192.0.2.1', 'a', { refusal: { code: 'site.forbidden-place' } })],
    cameras,
  );
  await run.run();
  expect(cameras.attempts).toEqual([]);
  expect(run.rows()[0]).toMatchObject({ step: 'done', verdict: 'cannot-connect', reachable: null });
  expect(codes(run.rows()[0]!)).toEqual(['forbidden-place']);
});

test('a dead address is waited for once, not once per camera', async () => {
  const cameras = playingCameras();
  cameras.answer = () => new Fault('net.timeout');
  const channels = Array.from({ length: 6 }, (_, index) =>
    subject('192.0.2.1', 'a', { id: `c${index}`, url: `rtsp://192.0.2.1:554/${index}/main` }),
  );
  const { run } = survey(channels, cameras);
  await run.run();
  expect(cameras.attempts).toHaveLength(1);
  expect(run.rows().every((row) => codes(row)[0] === 'unreachable')).toBe(true);
});

test('a cancelled survey keeps what is done and gives up the rest at once', async () => {
  const cameras = playingCameras();
  cameras.answer = ({ url, signal }) =>
    url.includes('192.0.2.2')
      ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      : null;
  const subjects = [1, 2, 3].map((host) => subject(`192.0.2.${host}`, 'a'));
  const { run, told, stop } = survey(subjects, cameras);
  const ended = run.run();
  await expect.poll(() => told.filter(({ at }) => at !== null).length).toBeGreaterThan(0);
  stop.abort(new Fault('input.cancelled'));
  await ended;
  const verdicts = run.rows().map(({ verdict }) => verdict);
  expect(verdicts).toContain('pass');
  expect(verdicts).toContain(null);
  expect(cameras.openSessions).toEqual([]);
});
