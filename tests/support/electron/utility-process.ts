import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Carried, Carrier, type MessagePortMain } from './ports.ts';

const children = new Set<UtilityProcess>();

/** Electron's `utilityProcess`: a real Node process with a `process.parentPort`. */
export class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #carrier: Carrier;

  constructor(modulePath: string, args: readonly string[]) {
    super();
    const parentPort = fileURLToPath(new URL('./parent-port.ts', import.meta.url));
    this.#child = fork(modulePath, args, {
      execArgv: ['--import', parentPort],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const send = (message: Carried) => {
      if (this.#child.connected) this.#child.send(message, () => {});
    };
    this.#carrier = new Carrier(send);
    this.#child.on('message', (message: Carried) => {
      if (message.kind === 'message') this.emit('message', message.data);
      else this.#carrier.take(message);
    });
    children.add(this);
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.once('exit', (code) => {
      children.delete(this);
      this.#carrier.lose();
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null ? this.#child.pid : undefined;
  }

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ports = this.#carrier.transfer(transfer);
    if (this.#child.connected)
      this.#child.send({ kind: 'message', data: message, ports }, () => {});
    this.#carrier.begin(ports);
  }

  kill(): boolean {
    // As Electron does on POSIX: who does not listen lives on.
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork: (modulePath: string, args: readonly string[] = []) => new UtilityProcess(modulePath, args),
};

export function utilityProcesses(): ReadonlySet<UtilityProcess> {
  return children;
}
