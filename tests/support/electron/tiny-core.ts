/** A core that knows nothing but `hello` and echoes media: for tests of the shell around it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CoreSettings, coreExitCodes } from '../../../electron/core-messages.ts';
import { type ServedHost, serveCore } from '../../../electron/serve-core.ts';
import { type CallHandlers, serveCalls } from '../../../src/contract/serve.ts';
import { AlreadyRunning, lockInstance } from '../../../src/host/instance-lock.ts';
import { Fault } from '../../../src/std/fault.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);
const unknown = () => {
  throw new Fault('input.unknown');
};

serveCore({
  parent: process.parentPort as never,
  exit: (code) => process.exit(code),
  start: async (settings) => {
    lockInstance(settings.dataDir);
    if (existsSync(join(settings.dataDir, 'fail-to-start'))) throw new Error('the disk is on fire');
    return host(settings);
  },
  exitCodeOf: (error) =>
    error instanceof AlreadyRunning ? coreExitCodes.alreadyRunning : coreExitCodes.failed,
});

function host(settings: CoreSettings): ServedHost {
  return {
    attachControl(wire) {
      const hello = ({ screen }: { screen: number }) => ({
        version: String(process.pid),
        shell: 'electron',
        language: settings.language ?? 'vi',
        demo: settings.demo === 'always',
        warnings: [...settings.warnings],
        now: Date.now(),
        screen,
        screens: settings.screens,
        transient: false,
      });
      const handlers = new Proxy({} as CallHandlers, {
        get: (_target, name) => (name === 'hello' ? hello : unknown),
      });
      serveCalls(wire, handlers);
      wire.onClose(() => say('control wire closed'));
    },
    attachMedia(wire) {
      wire.onMessage((message) => wire.send(message));
    },
    warn: (key) => say(`warned ${key}`),
    close: async () => void say('core closed'),
  };
}
