/**
 * A process that steers one camera with the real watchman, until it is killed. Arguments: the address
 * of the device. Says `moving <pid of the watchman>` once it moves.
 */
import { createWatchman } from '../../src/ptz/watchman.ts';
import { silentLog } from '../../src/std/log.ts';
import { ptzDesk } from './ptz-desk.ts';

const [address = '', hangs = ''] = process.argv.slice(2);
const watchman = createWatchman({ log: silentLog, onStopped: () => {} });
const desk = ptzDesk({
  address,
  credential: { user: 'quản trị', password: 'Mật-khẩu:@/#%1' },
  watchman,
});
const me = desk.actor();
await desk.room.take('cổng-1', me, null, '');
await desk.camera.view();
await desk.camera.move(me, 1, { pan: 0.4, tilt: 0.1, zoom: 0 });
let turn = 0;
setInterval(() => {
  desk.camera.renew(me, 1);
  // Speeds change all the time, so that a move may be under way at any moment.
  void desk.camera.move(me, 1, { pan: 0.4 + (turn++ % 5) / 20, tilt: 0.1, zoom: 0 });
}, 30);
process.stdout.write(`moving ${watchman.pid}\n`);
if (hangs) {
  setTimeout(() => {
    // As a core that hangs: nothing of it runs any more, and its pipe stays open.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  }, 300);
}
