import { afterEach } from 'vitest';
import { FakePeer, type FakePeerOptions } from './fake-rtsp-peer.ts';
import { type Watched, watch } from './rtsp-watch.ts';

/** Cameras and sessions of one test file, closed after each test. */
export function fakeCameras() {
  const peers: FakePeer[] = [];
  const sessions: Watched[] = [];
  afterEach(async () => {
    for (const { session } of sessions.splice(0)) await session.close();
    for (const peer of peers.splice(0)) await peer.close();
  });
  return {
    async camera(options: FakePeerOptions = {}): Promise<FakePeer> {
      const peer = await FakePeer.start(options);
      peers.push(peer);
      return peer;
    },
    /** Opens and waits for some pictures. */
    async play(options: Parameters<typeof watch>[0], pictures = 3): Promise<Watched> {
      const watched = await watch(options);
      sessions.push(watched);
      await watched.pictures(pictures);
      return watched;
    },
  };
}
