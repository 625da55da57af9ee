import { afterEach, describe, expect, it } from 'vitest';
import type { HubHealth } from '../../../src/contract/hub-schemas.ts';
import type { StreamState } from '../../../src/contract/stream-state.ts';
import { createRouteWatch, type RouteWatch } from '../../../src/hubs/route-watch.ts';

const watches: RouteWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
});

function wall() {
  let now = 1_000_000;
  let health: HubHealth = { state: 'ok', since: 0 };
  let state: StreamState = { phase: 'live', since: now, frozenSince: null };
  const changes: string[][] = [];
  const watch = createRouteWatch({
    supervisor: {
      onState: () => () => {},
      states: () => [{ key: { cameraId: 'a', quality: 'main' }, state }],
    },
    cameras: () => [{ id: 'a', hubId: 'h' }],
    health: () => health,
    now: () => now,
    everyMs: 1_000_000,
  });
  watches.push(watch);
  watch.onChange((ids) => changes.push([...ids]));
  watch.look();
  const wait = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      now += 1000;
      watch.look();
    }
    return watch.route('a')?.via;
  };
  return {
    watch,
    changes,
    wait,
    live: () => {
      state = { phase: 'live', since: now, frozenSince: null };
    },
    failing: (code: 'net.timeout' | 'net.refused' | 'rtsp.not-found' = 'net.refused') => {
      state = { phase: 'waiting', since: now, until: now + 1000, attempt: 1, cause: { code } };
    },
    refused: () => {
      state = { phase: 'refused', since: now, cause: { code: 'rtsp.unauthorized' } };
    },
    idle: () => {
      state = { phase: 'idle', since: now };
    },
    hub: (state: 'ok' | 'away', code: 'net.timeout' | 'hub.refused' = 'net.timeout') => {
      health = state === 'ok' ? { state, since: now } : { state, since: now, cause: { code } };
    },
  };
}

describe('the way to a camera with a hub and a direct address', () => {
  it('is direct once the hub was away for ten seconds, and says why', () => {
    const { wait, failing, watch, changes } = wall();
    failing();
    expect(wait(9)).toBe('hub');
    expect(wait(2)).toBe('direct');
    expect(watch.route('a')?.cause).toEqual({ code: 'net.refused' });
    expect(watch.directCount('h')).toBe(1);
    expect(changes).toEqual([['a']]);
  });

  it('stays by the hub where a stream comes back in time', () => {
    const { wait, failing, live } = wall();
    failing();
    wait(8);
    live();
    wait(1);
    failing();
    expect(wait(8)).toBe('hub');
  });

  it('stays by the hub where the camera itself said no: another way would hear the same', () => {
    const { wait, refused } = wall();
    refused();
    expect(wait(60)).toBe('hub');
  });

  it('stays by the hub for a path that the hub does not have', () => {
    const { wait, failing } = wall();
    failing('rtsp.not-found');
    expect(wait(60)).toBe('hub');
  });

  it('is direct for cameras that nobody watches too, where the hub does not answer', () => {
    const { wait, idle, hub } = wall();
    idle();
    hub('away');
    expect(wait(9)).toBe('hub');
    expect(wait(2)).toBe('direct');
  });

  it('stays by a hub that still sends, whatever its interface says', () => {
    const { wait, hub } = wall();
    hub('away');
    expect(wait(60)).toBe('hub');
  });

  it('returns only when the hub was well for a minute', () => {
    const { wait, failing, live, hub } = wall();
    hub('away');
    failing();
    wait(12);
    live();
    expect(wait(120)).toBe('direct');
    hub('ok');
    expect(wait(58)).toBe('direct');
    expect(wait(4)).toBe('hub');
  });

  it('waits longer each time a way back did not hold', () => {
    const { wait, failing, live } = wall();
    failing();
    wait(12);
    live();
    expect(wait(62)).toBe('hub');
    failing();
    wait(12);
    live();
    expect(wait(100)).toBe('direct');
    expect(wait(30)).toBe('hub');
  });

  it('returns early where the direct way fails as well and the hub answers', () => {
    const { wait, failing, hub } = wall();
    hub('away');
    failing();
    expect(wait(12)).toBe('direct');
    hub('ok');
    failing('net.timeout');
    expect(wait(15)).toBe('hub');
  });
});
