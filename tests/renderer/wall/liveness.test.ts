import { describe, expect, it } from 'vitest';
import { type Evidence, type Judgement, Liveness } from '../../../renderer/wall/liveness.ts';
import type { StreamState } from '../../../src/contract/stream-state.ts';

const live: StreamState = { phase: 'live', since: 0, frozenSince: null };

/** A tile on a clock of its own: each step is a quarter of a second of whatever still works. */
class FakeTile {
  now = 1_000_000;
  unix = 1_700_000_000_000;
  readonly liveness = new Liveness(this.now);
  evidence: Omit<Evidence, 'now' | 'unixNow'> = {
    cadence: 'all',
    stream: live,
    hostGone: false,
    cause: null,
    received: 0,
    decoded: 0,
    droppedByCore: 0,
    fresh: 0,
    arrivedAt: null,
    presented: 0,
  };
  works = { received: true, decoded: true, fresh: true, presented: true };

  step(ms = 250): Judgement {
    this.now += ms;
    this.unix += ms;
    const { evidence, works } = this;
    this.evidence = {
      ...evidence,
      received: evidence.received + (works.received ? 6 : 0),
      decoded: evidence.decoded + (works.decoded ? 6 : 0),
      fresh: evidence.fresh + (works.fresh ? 6 : 0),
      arrivedAt: works.fresh ? this.now : evidence.arrivedAt,
      presented: evidence.presented + (works.presented ? 6 : 0),
    };
    return this.liveness.judge({ ...this.evidence, now: this.now, unixNow: this.unix });
  }

  run(ms: number): Judgement {
    let last = this.step();
    for (let passed = 250; passed < ms; passed += 250) last = this.step();
    return last;
  }

  stop(...links: (keyof FakeTile['works'])[]): void {
    for (const link of links) this.works[link] = false;
  }
}

describe('liveness', () => {
  it('is live while every link works', () => {
    const tile = new FakeTile();
    expect(tile.run(10_000)).toEqual({ look: 'live', cause: null, ageMs: null, hasPicture: true });
  });

  it('shows not even the last picture of what the register forbids to watch', () => {
    const tile = new FakeTile();
    tile.run(10_000);
    const cause = { code: 'site.forbidden-place' } as const;
    tile.evidence = { ...tile.evidence, stream: { phase: 'refused', since: 0, cause } };
    expect(tile.step()).toEqual({ look: 'failed', cause, ageMs: null, hasPicture: false });
    // A refused login is no secret: the picture may stay, as an old one.
    const login = { code: 'rtsp.unauthorized' } as const;
    tile.evidence = { ...tile.evidence, stream: { phase: 'refused', since: 0, cause: login } };
    tile.stop('received', 'decoded', 'fresh', 'presented');
    expect(tile.run(5_000)).toMatchObject({ look: 'stale', cause: login, hasPicture: true });
  });

  it('is not live before a picture was presented, however much is decoded', () => {
    const tile = new FakeTile();
    tile.stop('presented');
    for (let i = 0; i < 60; i++) expect(tile.step().look).not.toBe('live');
    expect(tile.step()).toMatchObject({ look: 'failed', cause: { code: 'present.stopped' } });
  });

  const chains = [
    { links: ['received', 'decoded', 'fresh', 'presented'], code: 'media.stalled' },
    { links: ['decoded', 'fresh', 'presented'], code: 'decode.silent' },
    { links: ['fresh'], code: 'media.frozen' },
    { links: ['presented'], code: 'present.stopped' },
  ] as const;
  for (const { links, code } of chains) {
    it(`${links[0]} stops: stale within 3 s, because of ${code}, and live again when it returns`, () => {
      const tile = new FakeTile();
      tile.run(5000);
      tile.stop(...links);
      // Evidence is up to a quarter of a second old when it comes.
      const stale = tile.run(2750);
      expect(stale).toMatchObject({ look: 'stale', hasPicture: true });
      // Which link it was may take a moment longer to be sure.
      expect(tile.run(500).cause?.code).toBe(code);
      tile.works = { received: true, decoded: true, fresh: true, presented: true };
      expect(tile.run(500).look).toBe('live');
    });
  }

  it('says how old the picture is', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.stop('received', 'decoded', 'fresh', 'presented');
    expect(tile.run(12_000).ageMs).toBe(12_000);
  });

  it('counts the age of a picture from the cache from its arrival', () => {
    const tile = new FakeTile();
    tile.stop('received', 'decoded', 'fresh', 'presented');
    tile.evidence = {
      ...tile.evidence,
      stream: { phase: 'stalled', since: 0, lastFrameAt: 0, cause: { code: 'media.stalled' } },
      presented: 1,
      received: 9,
      decoded: 9,
      arrivedAt: tile.now - 40_000,
    };
    expect(tile.step()).toMatchObject({ look: 'stale', cause: { code: 'media.stalled' } });
    expect(tile.step().ageMs).toBeGreaterThanOrEqual(40_000);
  });

  it('is never live while the core says frozen, and the age is since then', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.evidence = {
      ...tile.evidence,
      stream: { phase: 'live', since: 0, frozenSince: tile.unix - 7000 },
    };
    for (let i = 0; i < 40; i++) {
      const judgement = tile.step();
      expect(judgement.look).toBe('stale');
      expect(judgement.cause?.code).toBe('media.frozen');
      expect(judgement.ageMs).toBeGreaterThanOrEqual(7000);
    }
    tile.evidence = { ...tile.evidence, stream: live };
    expect(tile.step().look).toBe('live');
  });

  it('does not care when the workstation clock is set', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.unix += 86_400_000;
    expect(tile.step().look).toBe('live');
    tile.unix -= 2 * 86_400_000;
    expect(tile.step().look).toBe('live');
    tile.stop('received', 'decoded', 'fresh', 'presented');
    tile.unix += 86_400_000;
    expect(tile.run(3000)).toMatchObject({ look: 'stale', ageMs: 3000 });
  });

  it('gives the cause that the core gives, and sees at once what it says', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.stop('received', 'decoded', 'fresh', 'presented');
    tile.evidence = {
      ...tile.evidence,
      stream: { phase: 'waiting', since: 0, until: 1, attempt: 3, cause: { code: 'net.refused' } },
    };
    expect(tile.run(1250)).toMatchObject({ look: 'stale', cause: { code: 'net.refused' } });
  });

  it('puts a core that is gone before every other cause', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.stop('received', 'decoded', 'fresh', 'presented');
    tile.evidence = { ...tile.evidence, hostGone: true, cause: { code: 'decode.failed' } };
    expect(tile.run(2750)).toMatchObject({ look: 'stale', cause: { code: 'host.gone' } });
  });

  it('fails at once where the login is refused, and waits where it connects', () => {
    const tile = new FakeTile();
    tile.stop('received', 'decoded', 'fresh', 'presented');
    tile.evidence = {
      ...tile.evidence,
      stream: { phase: 'connecting', since: 0, attempt: 1, cause: null },
    };
    expect(tile.step()).toEqual({
      look: 'connecting',
      cause: null,
      ageMs: null,
      hasPicture: false,
    });
    tile.evidence = {
      ...tile.evidence,
      stream: { phase: 'refused', since: 0, cause: { code: 'rtsp.unauthorized' } },
    };
    expect(tile.step()).toMatchObject({ look: 'failed', cause: { code: 'rtsp.unauthorized' } });
  });

  it('fails where a stream is said to be live and no picture comes', () => {
    const tile = new FakeTile();
    tile.stop('received', 'decoded', 'fresh', 'presented');
    expect(tile.run(2000).look).toBe('connecting');
    expect(tile.run(8000)).toMatchObject({ look: 'failed', cause: { code: 'media.stalled' } });
  });

  it('says when it is stepped down, and that it was when it comes back', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.evidence = { ...tile.evidence, cadence: 'keyframes' };
    tile.stop('received', 'decoded', 'fresh', 'presented');
    expect(tile.run(8000)).toMatchObject({
      look: 'keyframes',
      cause: { code: 'decode.overload' },
      ageMs: 8000,
    });
    tile.evidence = { ...tile.evidence, cadence: 'paused' };
    expect(tile.step()).toMatchObject({ look: 'paused', hasPicture: true });
    tile.evidence = { ...tile.evidence, cadence: 'all' };
    expect(tile.step().look).toBe('paused');
    tile.works = { received: true, decoded: true, fresh: true, presented: true };
    expect(tile.run(500).look).toBe('live');
  });

  it('keyframes that do not come for half a minute are no picture of now', () => {
    const tile = new FakeTile();
    tile.run(5000);
    tile.evidence = { ...tile.evidence, cadence: 'keyframes' };
    tile.stop('received', 'decoded', 'fresh', 'presented');
    expect(tile.run(31_000).look).toBe('stale');
  });

  it('proves nothing by what was counted while nobody looked', () => {
    const before = new FakeTile();
    before.run(5000);
    const evidence = { ...before.evidence, now: before.now, unixNow: before.unix };
    const liveness = new Liveness(before.now, evidence);
    expect(liveness.judge({ ...evidence, now: before.now + 250 }).look).toBe('connecting');
    const later = { ...evidence, fresh: evidence.fresh + 1, presented: evidence.presented + 1 };
    expect(liveness.judge({ ...later, now: before.now + 500 }).look).toBe('live');
  });
});
