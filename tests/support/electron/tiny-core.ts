/** A core that knows nothing but `hello` and echoes media: for tests of the shell around it. */

import { serveCore } from '../../../electron/serve-core.ts';
import { type CallHandlers, serveCalls } from '../../../src/contract/serve.ts';
import { Fault } from '../../../src/std/fault.ts';

const unknown = () => {
  throw new Fault('input.unknown');
};

serveCore({
  parent: process.parentPort as never,
  exit: (code) => process.exit(code),
  start: async (settings) => ({
    attachControl(wire) {
      const handlers = new Proxy({} as CallHandlers, {
        get: (_target, name) =>
          name === 'hello'
            ? ({ screen }: { screen: number }) => ({
                version: String(process.pid),
                shell: 'electron',
                language: settings.language ?? 'vi',
                demo: settings.demo === 'always',
                warnings: [...settings.warnings],
                now: Date.now(),
                screen,
                screens: settings.screens,
                transient: false,
              })
            : unknown,
      });
      serveCalls(wire, handlers);
      wire.onClose(() => process.stderr.write('{"message":"control wire closed"}\n'));
    },
    attachMedia(wire) {
      wire.onMessage((message) => wire.send(message));
    },
    warn() {},
    close: async () => {
      process.stderr.write('{"message":"core closed"}\n');
    },
  }),
});
