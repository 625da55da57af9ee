import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultOf, watch } from '../../support/rtsp-watch.ts';
import { startVlcServer, type VlcServer } from '../../support/vlc-server.ts';

let server: VlcServer;
beforeAll(async () => {
  server = await startVlcServer();
});
afterAll(() => server?.close());

it('plays VLC over UDP after it answered 461 to TCP (quirk 9)', async () => {
  const watched = await watch({ url: server.url });
  await watched.pictures(20);
  expect(watched.session.figures.transport).toBe('udp');
  expect(watched.session.video).toMatchObject({ codec: 'h264', width: 320, height: 240 });
  expect(watched.log.some((line) => line.includes('461'))).toBe(true);
  await watched.session.close();
  expect(await watched.ended()).toBeNull();
});

it('plays VLC over UDP at once when that worked last time', async () => {
  const watched = await watch({ url: server.url, lastTransport: 'udp' });
  await watched.pictures(3);
  expect(watched.log.filter((line) => line.includes('461'))).toEqual([]);
  await watched.session.close();
});

it('says that VLC refuses TCP where a person insists on it', async () => {
  const fault = await faultOf({ url: server.url, transport: 'tcp' });
  expect(fault.code).toBe('rtsp.transport-refused');
});
