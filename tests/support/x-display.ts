import { spawn } from 'node:child_process';

export interface XDisplay {
  /** Value for `DISPLAY`. */
  readonly name: string;
  stop(): Promise<void>;
}

/** An X server without a screen (Xvfb), on a display number that it chose itself. */
export async function startXDisplay(width: number, height: number): Promise<XDisplay> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdio[3]?.on('data', (data) => {
      text += data;
      if (text.endsWith('\n')) resolve(text.trim());
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return {
    name: `:${number}`,
    async stop() {
      server.kill();
      await ended;
    },
  };
}
