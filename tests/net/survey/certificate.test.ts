import { afterEach, expect, test } from 'vitest';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import { surveyWords } from '../../../src/reports/survey-words.ts';
import { openRtsp } from '../../../src/rtsp/open-rtsp.ts';
import { silentLog } from '../../../src/std/log.ts';
import { createSupervisor } from '../../../src/streams/supervisor.ts';
import type { SurveyParts } from '../../../src/survey/survey.types.ts';
import { surveyDevice } from '../../../src/survey/survey-device.ts';
import { surveyJson } from '../../../src/survey/survey-json.ts';
import { SiteTurns } from '../../../src/survey/turns.ts';
import { makeCertificate, startGstServer } from '../../support/gst-server.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function secureCamera() {
  const certificate = makeCertificate('camera-cong.invalid');
  undo.push(() => certificate.remove());
  const server = await startGstServer({
    mounts: [{ path: '/gate', video: 'h264', width: 320, height: 180, fps: 15 }],
    tls: certificate,
  });
  undo.push(() => server.close());
  return { certificate, url: server.url('/gate') };
}

const id = 'cam';

async function sheet(url: string, pinned: string | null, shared: SurveyParts['shared'] = null) {
  const found = await surveyDevice(
    {
      key: new URL(url.replace('rtsps:', 'http:')).host,
      siteId: 's',
      onvifAddress: null,
      onvifGuessed: true,
      credential: async () => null,
      fingerprint: () => pinned,
      cameras: [{ id, name: 'Cổng', url, subUrl: '', transport: 'auto', refusal: null }],
    },
    {
      open: openRtsp,
      connectOnvif,
      log: silentLog,
      shared,
      limits: { seconds: 1, maxSeconds: 3, timeoutMs: 5000 },
    },
    { turns: new SiteTurns(2, 8), signal: new AbortController().signal },
  );
  const words = {
    cause: ({ code }: { code: string }) => ({ message: code, hint: code }),
    reason: surveyWords('vi').reason,
  };
  return surveyJson('camera', found, words, Date.now());
}

test('a certificate that a person pinned is on the sheet: whose, until when, its fingerprint', async () => {
  const { certificate, url } = await secureCamera();
  const { ok, certificate: told } = await sheet(url, certificate.fingerprint);
  expect(ok).toBe(true);
  expect(told).toMatchObject({
    subject: 'camera-cong.invalid',
    fingerprint: certificate.fingerprint,
    trusted: true,
  });
  // It was made a moment ago, for two days.
  const days = (Date.parse(told!.validUntil!) - Date.parse(told!.validFrom!)) / 86_400_000;
  expect(days).toBeCloseTo(2, 1);
});

test('of one that is not trusted the fingerprint is told, to compare with', async () => {
  const { certificate, url } = await secureCamera();
  const { ok, certificate: told } = await sheet(url, null);
  expect(ok).toBe(false);
  expect(told).toMatchObject({ fingerprint: certificate.fingerprint, trusted: false });
});

test('a stream that the wall shows already tells its certificate without a further connection', async () => {
  const { certificate, url } = await secureCamera();
  const supervisor = createSupervisor({ open: openRtsp, log: silentLog });
  undo.push(() => supervisor.close());
  const key = { cameraId: id, quality: 'main' } as const;
  supervisor.setSources([
    {
      key,
      url,
      siteId: 's',
      transport: 'auto',
      credential: async () => null,
      pinnedFingerprint: () => certificate.fingerprint,
      lastTransport: () => null,
      rememberTransport() {},
    },
  ]);
  const reader = supervisor.read(key);
  undo.push(() => reader.close());
  await expect.poll(() => supervisor.state(key).phase, { timeout: 20_000 }).toBe('live');
  const { certificate: told } = await sheet(url, certificate.fingerprint, supervisor);
  expect(told).toMatchObject({ subject: 'camera-cong.invalid', trusted: true });
  expect(supervisor.connections).toBe(1);
});
