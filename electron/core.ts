/**
 * The core's own process (an Electron utility process): cameras, streams, database and keychain, the
 * same as under the kiosk shell. A crash here costs the windows nothing but a few seconds of pictures.
 */
import { AlreadyRunning, lockInstance } from '../src/host/instance-lock.ts';
import { openLog } from '../src/host/log.ts';
import { openCentre } from '../src/host/open-centre.ts';
import { coreExitCodes } from './core-messages.ts';
import { serveCore } from './serve-core.ts';

serveCore({
  parent: process.parentPort,
  exit: (code) => process.exit(code),
  async start(settings) {
    const { dataDir, language, screens, demo, warnings } = settings;
    const lock = lockInstance(dataDir);
    const { log, close: closeLog } = openLog({ dataDir, terminalLevel: 'warn' });
    const centre = await openCentre({
      dataDir,
      shell: 'electron',
      language,
      cameras: [],
      demo,
      wall: null,
      screens,
      warnings,
      log,
    });
    log.info('core started', { demo: centre.demo, screens });
    return {
      ...centre,
      async close() {
        await centre.close();
        await closeLog();
        lock.release();
      },
    };
  },
  exitCodeOf: (error) =>
    error instanceof AlreadyRunning ? coreExitCodes.alreadyRunning : coreExitCodes.failed,
});
