import { describe, expect, it } from 'vitest';
import { createCaller } from '../../../src/contract/call.ts';
import { maxControlBytes } from '../../../src/contract/envelope.ts';
import { calls } from '../../../src/contract/schemas.ts';
import { type CallHandlers, serveCalls } from '../../../src/contract/serve.ts';
import { Fault } from '../../../src/std/fault.ts';
import { memoryWires } from '../../support/memory-wire.ts';

const handlersWith = (some: Partial<CallHandlers>): CallHandlers => {
  const rest = Object.fromEntries(
    Object.keys(calls).map((name) => [
      name,
      () => {
        throw new Fault('internal', `${name} not expected`);
      },
    ]),
  );
  return { ...rest, ...some } as CallHandlers;
};

function pair(some: Partial<CallHandlers>, options: { maxInFlight?: number } = {}) {
  const [core, page] = memoryWires();
  const problems: string[] = [];
  const strange: string[] = [];
  const server = serveCalls(core, handlersWith(some), {
    ...options,
    onProblem: (what) => problems.push(what),
  });
  const caller = createCaller(page, { onStrange: (what) => strange.push(what) });
  return { core, page, server, caller, problems, strange };
}

/** What the core answers to a raw text. */
async function rawAnswer(some: Partial<CallHandlers>, text: string): Promise<unknown> {
  const [core, page] = memoryWires();
  serveCalls(core, handlersWith(some));
  const answer = new Promise<string>((resolve) => page.onMessage((m) => resolve(m as string)));
  page.send(text);
  return JSON.parse(await answer);
}

describe('control wire', () => {
  it('answers a call with its validated result', async () => {
    const { caller } = pair({ 'sources.remove': ({ cameraId }) => ({ seen: cameraId }) as never });
    // What the schema does not name does not cross.
    expect(await caller.call('sources.remove', { cameraId: 'a' })).toEqual({});
  });

  it('answers a Fault as its cause, without stack or message', async () => {
    const { caller, core } = pair({
      'streams.retry': () => {
        throw new Fault('rtsp.not-found', 'technical words', { path: '/x' });
      },
    });
    const error = await caller.call('streams.retry', { cameraId: 'a' }).catch((e) => e);
    expect(error).toBeInstanceOf(Fault);
    expect(error.shown).toEqual({ code: 'rtsp.not-found', params: { path: '/x' } });
    expect(core.sent.join()).not.toMatch(/technical|serve\.test|stack/);
  });

  it('answers any other error as internal, and tells the log', async () => {
    const { caller, core, problems } = pair({
      'streams.retry': () => {
        throw new TypeError('secret place /etc');
      },
    });
    await expect(caller.call('streams.retry', { cameraId: 'a' })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(core.sent.join()).not.toContain('secret place');
    expect(problems).toEqual(['streams.retry threw']);
  });

  it('refuses an unknown call, also one named like a property of every object', async () => {
    for (const name of ['sources.destroy', 'constructor', '__proto__', 'toString']) {
      expect(await rawAnswer({}, JSON.stringify({ t: 'call', id: 7, name, params: {} }))).toEqual({
        t: 'failed',
        id: 7,
        cause: { code: 'input.unknown', params: {} },
      });
    }
  });

  it('refuses parameters that do not fit, naming the field and never its value', async () => {
    const text = JSON.stringify({
      t: 'call',
      id: 1,
      name: 'sources.login',
      params: { cameraId: 'a', user: 'u', password: ['hunter2'] },
    });
    const answer = await rawAnswer({}, text);
    expect(answer).toEqual({
      t: 'failed',
      id: 1,
      cause: { code: 'input.value', params: { field: 'password' } },
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('answers internal where a result breaks the contract', async () => {
    const { caller, problems } = pair({ 'cameras.list': () => [{ id: 3 }] as never });
    await expect(caller.call('cameras.list', {})).rejects.toMatchObject({ code: 'internal' });
    expect(problems[0]).toContain('cameras.list');
  });

  it('fails what is in flight with host.gone when the wire closes, and every later call', async () => {
    const { caller, core, page } = pair({ 'streams.list': () => new Promise(() => {}) });
    let told = 0;
    caller.onClosed(() => told++);
    const open = caller.call('streams.list', {});
    core.close();
    await expect(open).rejects.toMatchObject({ code: 'host.gone' });
    await expect(caller.call('streams.list', {})).rejects.toMatchObject({ code: 'host.gone' });
    expect(told).toBe(1);
    expect(page.listeners + core.listeners).toBe(0);
  });

  it('bounds the calls under way', async () => {
    const { caller } = pair({ 'streams.list': () => new Promise(() => {}) }, { maxInFlight: 2 });
    void caller.call('streams.list', {}).catch(() => {});
    void caller.call('streams.list', {}).catch(() => {});
    await expect(caller.call('streams.list', {})).rejects.toMatchObject({ code: 'host.busy' });
  });

  it('does not read a message that is too large, and gives up a wire that sends rubbish', async () => {
    const { core, page, problems } = pair({});
    let closed = false;
    page.onClose(() => {
      closed = true;
    });
    page.send(`{"t":"call","id":1,"name":"hello","params":"${'x'.repeat(maxControlBytes)}"}`);
    for (let i = 0; i < 19; i++) page.send(i % 2 ? 'not json' : new Uint8Array(4));
    await expect.poll(() => closed).toBe(true);
    expect(problems).toHaveLength(20);
    expect(core.sent).toEqual([]);
  });

  it('refuses to send parameters that do not fit', async () => {
    const { caller, page } = pair({});
    await expect(
      caller.call('sources.login', { cameraId: 'a', user: 'u', password: 'x'.repeat(501) }),
    ).rejects.toMatchObject({ code: 'input.value', params: { field: 'password' } });
    expect(page.sent).toEqual([]);
  });

  it('delivers events to those who listen, validated, until they stop', async () => {
    const { caller, core, server, strange } = pair({});
    const heard: string[] = [];
    const off = caller.onEvent('language.changed', ({ language }) => heard.push(language));
    server.emit('language.changed', { language: 'en' });
    server.emit('language.changed', { language: 'xx' as never });
    core.send('{"t":"event","name":"constructor","value":1}');
    await expect.poll(() => strange).toHaveLength(2);
    off();
    server.emit('language.changed', { language: 'vi' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(heard).toEqual(['en']);
  });

  it('leaves figures out while the page is behind, and closes when it reads nothing', async () => {
    const { core, server } = pair({});
    core.buffered = 2 * 1024 * 1024;
    server.emit(
      'host.load',
      { cpuPercent: 1, rssMiB: 1, streams: 0, connections: 0 },
      { latest: true },
    );
    expect(core.sent).toHaveLength(0);
    server.emit('language.changed', { language: 'en' });
    expect(core.sent).toHaveLength(1);
    core.buffered = 3 * maxControlBytes;
    server.emit('language.changed', { language: 'en' });
    expect(server.closed).toBe(true);
    expect(core.sent).toHaveLength(1);
  });
});
