import { type StreamKey, type StreamState, streamKeyText } from '../contract/stream-state.ts';
import type { OpenRtsp } from '../rtsp/session.types.ts';
import { Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import { ConnectGate } from './connect-gate.ts';
import { LoginLedger } from './login-ledger.ts';
import { SiteWatch } from './site-watch.ts';
import { type StreamContext, SupervisedStream } from './supervised-stream.ts';
import type { StreamSupervisor, UnitTap } from './supervisor.types.ts';

export interface SupervisorOptions {
  readonly open: OpenRtsp;
  readonly log: Logger;
  /** Of all who log in to devices; its own where it is left out. */
  readonly ledger?: LoginLedger;
  /** Unix milliseconds, for the times that people see; intervals use the steady clock. */
  readonly now?: () => number;
  /** From 0 to 1; every jitter is made of it. */
  readonly random?: () => number;
}

const tickMs = 250;
const ticksPerStats = 4;

/**
 * Keeps every wanted camera stream connected: one connection per stream, a few attempts at a time
 * to each site, never a refused password twice, and everything back soon after the network is.
 * The rules are in `supervised-stream.ts` (one stream), `retry-rule.ts` (when again), `site-watch.ts`
 * (the network's return), `connect-gate.ts` (how many at once) and `login-ledger.ts` (passwords).
 */
export function createSupervisor(options: SupervisorOptions): StreamSupervisor {
  const { log, random = Math.random, now = Date.now } = options;
  const streams = new Map<string, SupervisedStream>();
  const changes = new Emitter<{ key: StreamKey; state: StreamState }>((error) =>
    log.error('a listener of stream states failed', { error: Fault.from(error).message }),
  );
  const sites = new SiteWatch(random);
  const gate = new ConnectGate((siteId) => sites.isDark(siteId), random);
  const ledger = options.ledger ?? new LoginLedger();
  const taps = new Set<UnitTap>();
  let closed = false;

  const tell = (act: (tap: UnitTap) => void) => {
    for (const tap of taps) {
      try {
        act(tap);
      } catch (error) {
        log.error('a tap failed', { error: Fault.from(error).message });
      }
    }
  };

  const context: StreamContext = {
    open: options.open,
    log,
    gate,
    ledger,
    sites,
    now,
    random,
    tap: {
      onUnit: (key, unit) => tell((tap) => tap.onUnit(key, unit)),
      onFormat: (key, format) => tell((tap) => tap.onFormat(key, format)),
      onLost: (key) => tell((tap) => tap.onLost(key)),
    },
    onState: (stream) => changes.emit({ key: stream.key, state: stream.state }),
    onAccepted: (device) => {
      for (const stream of streams.values()) if (stream.device === device) stream.recheck();
    },
  };

  let ticks = 0;
  let timer: NodeJS.Timeout | null = null;
  const tick = () => {
    ticks++;
    for (const stream of streams.values()) {
      stream.tick();
      if (ticks % ticksPerStats === 0) stream.rollStats();
    }
    sites.tick((siteId) => gate.demand(siteId));
    gate.pump();
  };
  /** The clock runs only while there is something to watch. */
  const runClock = () => {
    if (closed || timer || streams.size === 0) return;
    timer = setInterval(tick, tickMs);
  };

  return {
    read(key, wish = {}) {
      const stream = streams.get(streamKeyText(key));
      if (!stream?.hasSource || closed) throw new Fault('input.unknown', 'no such stream');
      return stream.read(wish.audio ?? false);
    },
    state(key) {
      return streams.get(streamKeyText(key))?.state ?? { phase: 'idle', since: now() };
    },
    refusal: (device, credential) => ledger.refusal(device, credential, ''),
    states() {
      return [...streams.values()].map((stream) => ({ key: stream.key, state: stream.state }));
    },
    stats() {
      return [...streams.values()].flatMap((stream) => stream.stats() ?? []);
    },
    onState(listener) {
      return changes.on(({ key, state }) => listener(key, state));
    },
    tap(tap) {
      taps.add(tap);
      for (const stream of streams.values()) {
        if (!stream.connected) continue;
        if (stream.video) tap.onFormat(stream.key, stream.video);
        if (stream.audio) tap.onFormat(stream.key, stream.audio);
      }
      return () => {
        taps.delete(tap);
      };
    },
    retry(cameraId) {
      for (const stream of streams.values()) if (stream.key.cameraId === cameraId) stream.retry();
    },
    setSources(sources) {
      if (closed) return;
      const wanted = new Map(sources.map((source) => [streamKeyText(source.key), source]));
      for (const [name, stream] of streams) {
        if (wanted.has(name)) continue;
        stream.setSource(null);
        // Readers of a removed source see it idle, and hear of it when it comes back.
        if (stream.readers === 0) streams.delete(name);
      }
      for (const [name, source] of wanted) {
        let stream = streams.get(name);
        if (!stream) {
          stream = new SupervisedStream(source.key, context);
          streams.set(name, stream);
        }
        stream.setSource(source);
      }
      runClock();
    },
    get connections() {
      let count = gate.busy;
      for (const stream of streams.values()) if (stream.connected) count++;
      return count;
    },
    async close() {
      closed = true;
      if (timer) clearInterval(timer);
      timer = null;
      await Promise.all([...streams.values()].map((stream) => stream.close()));
      streams.clear();
      gate.close();
      taps.clear();
      changes.clear();
    },
  };
}
