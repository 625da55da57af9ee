/**
 * The kiosk shell as a program of its own, for tests that kill it. Prints one JSON line when the page
 * is there. Arguments: folder of the page, data folder.
 */
import { AlreadyRunning } from '../../src/host/instance-lock.ts';
import { startKiosk } from '../../src/kiosk/start-kiosk.ts';
import { silentLog } from '../../src/std/log.ts';

const [pageDir = '', dataDir = ''] = process.argv.slice(2);
try {
  const kiosk = await startKiosk({
    host: { attachControl() {}, attachMedia() {}, leaveOutOfLoad() {}, warn() {} },
    pageDir,
    dataDir,
    headless: true,
    size: { width: 320, height: 180 },
    log: silentLog,
    noSandbox: process.argv[4] === 'no-sandbox',
  });
  console.log(JSON.stringify({ url: kiosk.url, pids: kiosk.browserPids() }));
} catch (error) {
  console.log(
    JSON.stringify({ refused: error instanceof AlreadyRunning ? error.pid : `${error}` }),
  );
  process.exitCode = 4;
}
