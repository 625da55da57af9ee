import { createCaller } from '../../src/contract/call.ts';
import { type MediaFrame, readFrames } from '../../src/contract/media-frame.ts';
import type { MediaNotice, MediaRequest } from '../../src/contract/schemas.ts';
import { composeHost } from '../../src/host/compose-host.ts';
import type { SiteCamera } from '../../src/sites/site-camera.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { openStore } from '../../src/store/store.ts';
import { serveMedia } from '../../src/streams/media-outlet.ts';
import type { UnitTap } from '../../src/streams/supervisor.types.ts';
import { openVault } from '../../src/vault/vault.ts';
import { FakeSupervisor } from './fake-supervisor.ts';
import { memoryWires } from './memory-wire.ts';
import { cheapCost, signIn } from './signed-in.ts';

/** Connects nothing; a test pushes units into what listens to all streams. */
export class TappedSupervisor extends FakeSupervisor {
  readonly taps: UnitTap[] = [];

  override tap(tap?: UnitTap) {
    if (tap) this.taps.push(tap);
    return () => {};
  }
}

/** A whole core with a page that is signed in, and a media wire; nothing but the streams is made up. */
export async function startReplayHost(options: {
  readonly cameras: readonly SiteCamera[];
  readonly dataDir: string | null;
}) {
  const supervisor = new TappedSupervisor();
  const host = await composeHost(
    {
      dataDir: options.dataDir,
      shell: 'kiosk',
      language: 'vi',
      cameras: [...options.cameras],
      demo: false,
      wall: null,
      screens: 1,
      warnings: [],
      log: silentLog,
    },
    {
      openStore,
      openVault: ({ log }) => openVault({ keychain: null, log }),
      createSupervisor: () => supervisor,
      serveMedia,
      operators: { cost: cheapCost },
    },
  );
  const [core, wire] = memoryWires();
  host.attachControl(core);
  const page = createCaller(wire);
  await signIn(page);
  const frames: MediaFrame[] = [];
  const notices: MediaNotice[] = [];
  const [mediaPage, mediaCore] = memoryWires();
  host.attachMedia(mediaCore);
  let bytes = 0;
  mediaPage.onMessage((message) => {
    if (typeof message === 'string') {
      notices.push(JSON.parse(message) as MediaNotice);
      return;
    }
    frames.push(...readFrames(message));
    bytes += message.length;
    mediaPage.send(JSON.stringify({ type: 'ack', bytes }));
  });
  return {
    host,
    page,
    frames,
    notices,
    /** What listens to all streams: the ring of the workstation. */
    tap: supervisor.taps[0] as UnitTap,
    send: (request: MediaRequest) => mediaPage.send(JSON.stringify(request)),
  };
}
