import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RtspOptions } from '../../../src/rtsp/session.types.ts';
import {
  type GstServer,
  makeCertificate,
  startGstServer,
  type TestCertificate,
} from '../../support/gst-server.ts';
import { faultOf, watch } from '../../support/rtsp-watch.ts';

const mounts = [{ path: '/cam', video: 'h264' as const }];
const user = 'trực ban';
const password = 'mật:@/#%"khẩu';

describe.each([
  ['digest', 'digest-md5'],
  ['basic', 'basic'],
] as const)('a %s login to gst-rtsp-server', (method, used) => {
  let server: GstServer;
  beforeAll(async () => {
    server = await startGstServer({
      mounts,
      login: { method, user, password, realm: 'Cổng, số 1' },
    });
  });
  afterAll(() => server?.close());

  it.each(['tcp', 'udp', 'http'] as const)('plays over %s', async (transport) => {
    const watched = await watch({
      url: server.url('/cam'),
      credential: { user, password },
      transport,
    });
    await watched.pictures(3);
    expect(watched.session.figures).toMatchObject({ auth: used, transport });
    await watched.session.close();
  });

  it('is refused with a wrong password, and asked for where there is none', async () => {
    const url = server.url('/cam');
    const wrong = await faultOf({ url, credential: { user, password: 'sai' } });
    expect(wrong.code).toBe('rtsp.unauthorized');
    expect((await faultOf({ url })).code).toBe('rtsp.credentials-needed');
  });
});

describe('RTSPS of gst-rtsp-server', () => {
  let certificate: TestCertificate;
  let server: GstServer;
  beforeAll(async () => {
    // A name that nothing resolves to: host names in camera certificates are wrong as a rule.
    certificate = makeCertificate('ipcam.invalid');
    server = await startGstServer({
      mounts,
      tls: certificate,
      login: { method: 'digest', user, password },
    });
  });
  afterAll(async () => {
    await server?.close();
    certificate?.remove();
  });

  const options = (more: Partial<RtspOptions> = {}) => ({
    url: server.url('/cam'),
    credential: { user, password },
    ...more,
  });

  it('refuses an unknown certificate and shows its fingerprint', async () => {
    const fault = await faultOf(options());
    expect(fault.code).toBe('tls.untrusted');
    expect(fault.params['fingerprint']).toBe(certificate.fingerprint);
  });

  it('plays with that fingerprint pinned, whatever name the certificate has', async () => {
    for (const pinnedFingerprint of [
      certificate.fingerprint,
      certificate.fingerprint.replaceAll(':', '').toLowerCase(),
    ]) {
      const watched = await watch(options({ pinnedFingerprint }));
      await watched.pictures(3);
      expect(watched.session.figures).toMatchObject({ tls: true, transport: 'tcp' });
      await watched.session.close();
    }
  });

  it('refuses a certificate that is not the pinned one', async () => {
    const pinnedFingerprint = certificate.fingerprint.replace(/^../, (first) =>
      first === 'AA' ? 'BB' : 'AA',
    );
    const fault = await faultOf(options({ pinnedFingerprint }));
    expect(fault.code).toBe('tls.changed');
    expect(fault.params['fingerprint']).toBe(certificate.fingerprint);
  });

  it('plays through an HTTP tunnel over TLS', async () => {
    const pinnedFingerprint = certificate.fingerprint;
    const watched = await watch(options({ pinnedFingerprint, transport: 'http' }));
    await watched.pictures(3);
    expect(watched.session.figures).toMatchObject({ tls: true, transport: 'http' });
    await watched.session.close();
  });

  it('says that TLS failed where the port speaks plain RTSP, and the reverse', async () => {
    const plain = await startGstServer({ mounts });
    try {
      const url = plain.url('/cam').replace('rtsp:', 'rtsps:');
      const fault = await faultOf({ url, requestTimeoutMs: 2000 });
      expect(['tls.failed', 'net.closed', 'net.timeout']).toContain(fault.code);
    } finally {
      await plain.close();
    }
  });
});
