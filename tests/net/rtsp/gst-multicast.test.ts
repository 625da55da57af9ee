import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GstServer, startGstServer } from '../../support/gst-server.ts';
import { makeNetNamespace, type NetNamespace } from '../../support/net-namespace.ts';
import { watch } from '../../support/rtsp-watch.ts';

let namespace: NetNamespace | null = null;
let server: GstServer | null = null;

beforeAll(async () => {
  namespace = makeNetNamespace();
  if (namespace === null) return;
  server = await startGstServer({
    place: namespace,
    mounts: [
      {
        path: '/group',
        video: 'h264',
        protocols: ['multicast'],
        group: '239.77.1.1',
        multicastPort: 21_500,
        interface: `vgf${process.pid.toString(36)}`,
      },
      { path: '/udp', video: 'h264' },
    ],
  });
});
afterAll(async () => {
  await server?.close();
  namespace?.remove();
});

it('plays multicast of a gst-rtsp-server on another machine, twice at once', async (test) => {
  if (!server) return test.skip('network namespaces cannot be made here');
  const first = await watch({ url: server.url('/group'), transport: 'multicast' });
  await first.pictures(5);
  expect(first.session.figures).toMatchObject({ transport: 'multicast', lost: 0 });
  const second = await watch({ url: server.url('/group'), transport: 'multicast' });
  await second.pictures(5);
  await first.session.close();
  await second.pictures(second.video().length + 5);
  await second.session.close();
});

it('plays UDP across the two machines', async (test) => {
  if (!server) return test.skip('network namespaces cannot be made here');
  const watched = await watch({ url: server.url('/udp'), transport: 'udp' });
  await watched.pictures(5);
  expect(watched.session.figures).toMatchObject({ transport: 'udp', lost: 0 });
  await watched.session.close();
});
