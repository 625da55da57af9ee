import { type Dispose, DisposeBag } from '../../src/std/disposable.ts';
import { Fault } from '../../src/std/fault.ts';
import type { Core } from '../wire/core.types.ts';
import type { CamerasStore } from './cameras-store.ts';
import type { SessionStore } from './session-store.ts';
import type { StatsStore } from './stats-store.ts';
import { saveWall, type WallStore } from './wall-store.ts';

/** Everything the screens know, and the core behind it. */
export interface Stores {
  readonly wall: WallStore;
  readonly cameras: CamerasStore;
  readonly session: SessionStore;
  readonly stats: StatsStore;
}

/**
 * Keeps the stores true to the core: greets it, asks for everything, listens, and starts over after
 * every reconnect, because what changed meanwhile was not heard. The wall is loaded once: what is
 * on the screen outlives a restart of the core, and is saved to it again.
 */
export function syncSession(core: Core, stores: Stores, screen: number): Dispose {
  const { wall, cameras, session, stats } = stores;
  const bag = new DisposeBag();
  let saver: { flush(): void; close(): void } | null = null;

  const ids = () => cameras.getState().cameras.map((camera) => camera.id);
  const failed = (error: unknown) => session.setTrouble(Fault.from(error).shown);

  // Events first: nothing may be lost between an answer and the subscription.
  bag.add(
    core.on('cameras.changed', (list) => {
      cameras.setCameras(list);
      wall.camerasChanged(ids());
    }),
  );
  bag.add(core.on('streams.state', (streams) => cameras.updateStreams(streams)));
  bag.add(core.on('streams.stats', (list) => stats.take(list)));
  bag.add(core.on('language.changed', ({ language }) => session.setLanguage(language)));

  let turn = 0;
  async function ask(): Promise<void> {
    const mine = ++turn;
    const hello = await core.call('hello', { screen });
    const [list, streams] = await Promise.all([
      core.call('cameras.list', {}),
      core.call('streams.list', {}),
    ]);
    if (mine !== turn || bag.disposed) return;
    session.greet(hello, Date.now());
    session.setTrouble(null);
    cameras.setCameras(list);
    cameras.setStreams(streams);
    if (wall.getState().ready) {
      wall.camerasChanged(ids());
      saver?.flush();
      return;
    }
    const loaded = await core.call('wall.load', { screen });
    if (mine !== turn || bag.disposed) return;
    if (!hello.transient) {
      saver = saveWall(wall, (state) => core.call('wall.save', state), failed);
      bag.add(saver.close);
    }
    wall.load(loaded, ids(), hello.transient);
  }

  const greet = () => {
    ask().catch((error: unknown) => {
      // While the core is away the wall says so itself.
      if (core.connection.getState().phase === 'open') failed(error);
    });
  };
  bag.add(
    core.connection.subscribe((now, before) => {
      if (now.phase === 'open' && before.phase !== 'open') greet();
      // What the list said of the streams is not known to be true any more.
      if (now.phase === 'gone') cameras.setStreams([]);
    }),
  );
  if (core.connection.getState().phase === 'open') greet();
  return () => {
    bag.dispose();
  };
}
