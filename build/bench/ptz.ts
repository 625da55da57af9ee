import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectOnvif } from '../../src/onvif/connect-onvif.ts';
import { DeviceShelf } from '../../src/ptz/connect-camera.ts';
import { createLocalLeaseBook } from '../../src/ptz/lease.ts';
import type { Actor } from '../../src/ptz/ptz.types.ts';
import { openPtzMemory } from '../../src/ptz/ptz-memory.ts';
import { PtzRoom } from '../../src/ptz/ptz-room.ts';
import { createWatchman } from '../../src/ptz/watchman.ts';
import { silentLog } from '../../src/std/log.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openBenchWall } from './bench-wall.ts';
import type { BenchClip } from './clips.ts';
import { startCameras } from './ingest.ts';
import { pause, percentile, startReady, stop } from './meter.ts';
import type { Spread } from './register.ts';

export interface PtzFigures {
  readonly tiles: number;
  /** From the first input of a movement to its request at the device, ms. */
  readonly inputToRequest: Spread;
  /** From letting go to the Stop at the device, ms. */
  readonly stopToRequest: Spread;
  /** From letting go to the zero velocity at the device, ms. */
  readonly zeroToRequest: Spread;
}

const credential = { user: 'quản trị', password: 'Mật-khẩu:@/#%1' };

/** Presses and lets go while the wall plays in the same process, as the core does. */
export async function benchPtz(clip: BenchClip, presses: number, tiles = 16): Promise<PtzFigures> {
  const cameras = await startCameras(clip, tiles);
  const { child, line } = await startReady(
    process.execPath,
    [join(import.meta.dirname, 'ptz-camera.ts')],
    /^ready \d+/m,
  );
  const heard: { what: string; at: bigint }[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const [what = '', at = ''] = text.split(' ');
      if (/^\d+$/.test(at) && what !== 'ready') heard.push({ what, at: BigInt(at) });
    }
  });
  const wall = await openBenchWall(cameras.port, tiles);
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const shelf = new DeviceShelf(connectOnvif, silentLog);
  const room = new PtzRoom({
    connect: () =>
      shelf.link({
        addresses: [`http://127.0.0.1:${line.split(' ')[1]}`],
        credential,
        fingerprint: () => null,
        streamUrl: '',
      }),
    memory: openPtzMemory(database, silentLog),
    leases: createLocalLeaseBook(),
    watchman: createWatchman({ log: silentLog, onStopped: () => {} }),
    log: silentLog,
    workstation: 'bench',
    me: () => null,
    audit: () => {},
    onState: () => {},
  });
  const actor: Actor = {
    holder: { operatorId: 'bench', operatorName: 'bench', workstation: 'bench' },
    role: 'administrator',
    page: 1,
  };
  try {
    const camera = room.camera('bench');
    await camera.view();
    await wall.settled(30);
    const took = { move: [] as number[], stop: [] as number[], zero: [] as number[] };
    const waitFor = async (what: 'move' | 'stop' | 'zero', since: bigint) => {
      for (let tries = 0; tries < 500; tries++) {
        const found = heard.find((one) => one.what === what && one.at >= since);
        if (found) return Number(found.at - since) / 1e6;
        await pause(0.005);
      }
      throw new Error(`the camera heard no ${what}`);
    };
    for (let press = 1; press <= presses; press++) {
      heard.length = 0;
      const pressed = process.hrtime.bigint();
      const moving = camera.move(actor, press, { pan: 0.5, tilt: 0.1, zoom: 0 });
      took.move.push(await waitFor('move', pressed));
      await moving;
      await pause(0.12);
      const released = process.hrtime.bigint();
      camera.stop('stopped');
      took.stop.push(await waitFor('stop', released));
      took.zero.push(await waitFor('zero', released));
      while (camera.state.moving !== 'no') await pause(0.02);
    }
    return {
      tiles,
      inputToRequest: spread(took.move),
      stopToRequest: spread(took.stop),
      zeroToRequest: spread(took.zero),
    };
  } finally {
    await room.close();
    shelf.close();
    database.close();
    await wall.close();
    await stop(child);
    await stop(cameras.child);
  }
}

function spread(values: readonly number[]): Spread {
  return {
    p50: percentile(values, 0.5) ?? 0,
    p95: percentile(values, 0.95) ?? 0,
    max: Math.max(...values),
    runs: values.length,
  };
}
