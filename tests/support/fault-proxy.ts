import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A line that can go bad: a TCP proxy on loopback. `cut` holds every byte back in both directions,
 * on old connections and new ones, as a pulled cable does; `restore` ends what was cut, as the timers
 * of both ends would have done by then.
 */
export interface FaultProxy {
  readonly port: number;
  readonly connections: number;
  cut(): void;
  restore(): void;
  /** Ends every connection at once. */
  drop(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: { host: string; port: number }): Promise<FaultProxy> {
  const pairs = new Set<{ near: Socket; far: Socket | null }>();
  let isCut = false;

  const join = (pair: { near: Socket; far: Socket | null }) => {
    const { near } = pair;
    const far = connect(target);
    pair.far = far;
    far.setNoDelay(true);
    far.on('error', () => {});
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => near.write(chunk));
  };
  const server = createServer((near) => {
    const pair = { near, far: null };
    pairs.add(pair);
    near.setNoDelay(true);
    near.on('error', () => {});
    near.on('close', () => pairs.delete(pair));
    if (!isCut) join(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const drop = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far?.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    cut() {
      isCut = true;
      for (const { near, far } of pairs) {
        near.pause();
        far?.pause();
      }
    },
    restore() {
      isCut = false;
      drop();
    },
    drop,
    close: () =>
      new Promise((resolve) => {
        drop();
        server.close(() => resolve());
      }),
  };
}
