import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionTile } from '../../../renderer/wall/admission.ts';

const small = (id: number): AdmissionTile => ({
  id,
  area: 1000 + id,
  importance: 'normal',
  behindMs: 0,
  addedMs: 5,
  dropped: 0,
});

/** Feeds quarters of a second; `late` says of each tile whether it is behind then. */
class Machine {
  now = 0;
  readonly admission = new Admission({ beginMs: 0, sustainedMs: 2000 });
  tiles: AdmissionTile[];

  constructor(tiles: AdmissionTile[]) {
    this.tiles = tiles;
  }

  run(ms: number, late: (tile: AdmissionTile) => boolean): void {
    for (let passed = 0; passed < ms; passed += 250) {
      this.now += 250;
      this.admission.update(
        this.now,
        this.tiles.map((tile) => ({
          ...tile,
          behindMs: late(tile) && this.admission.cadence(tile.id) === 'all' ? 900 : 0,
        })),
      );
    }
  }

  cadences(): string[] {
    return this.tiles.map((tile) => this.admission.cadence(tile.id));
  }
}

const sixteen = () => Array.from({ length: 16 }, (_, id) => small(id));
const always = () => true;
const never = () => false;

describe('admission', () => {
  it('leaves a machine that keeps up alone', () => {
    const machine = new Machine(sixteen());
    machine.run(60_000, never);
    expect(machine.admission.steppedDown).toBe(0);
  });

  it('does not step down for a moment', () => {
    const machine = new Machine(sixteen());
    machine.run(1500, always);
    machine.run(5000, never);
    expect(machine.admission.steppedDown).toBe(0);
  });

  it('steps the smallest down first, to keyframes', () => {
    const machine = new Machine(sixteen());
    machine.run(2500, always);
    expect(machine.cadences().slice(0, 3)).toEqual(['keyframes', 'keyframes', 'keyframes']);
    expect(machine.cadences().slice(3)).toEqual(Array(13).fill('all'));
  });

  it('pauses only when keyframes were not enough, the selected after that, full view never', () => {
    const tiles = [
      ...sixteen().slice(0, 4),
      { ...small(20), importance: 'selected' as const, area: 10 },
      { ...small(30), importance: 'full' as const, area: 5 },
    ];
    const machine = new Machine(tiles);
    const seen = new Set<string>();
    for (let i = 0; i < 400; i++) {
      machine.now += 250;
      machine.admission.update(
        machine.now,
        tiles.map((tile) => ({ ...tile, behindMs: 900 })),
      );
      const cadences = machine.cadences();
      seen.add(cadences.join(' '));
      const normal = cadences.slice(0, 4);
      if (cadences[4] !== 'all') expect(normal).toEqual(Array(4).fill('paused'));
      if (normal.includes('paused')) expect(normal).not.toContain('all');
      if (cadences[5] !== 'all') expect(cadences[4]).toBe('paused');
      expect(cadences[5]).not.toBe('paused');
    }
    expect([...seen].at(-1)).toBe('paused paused paused paused paused keyframes');
  });

  it('comes back step by step, the largest first', () => {
    const machine = new Machine(sixteen());
    machine.run(8000, always);
    const down = machine.admission.steppedDown;
    expect(down).toBeGreaterThan(3);
    machine.run(9000, never);
    expect(machine.admission.steppedDown).toBe(down);
    machine.run(2000, never);
    expect(machine.admission.steppedDown).toBeLessThan(down);
    expect(machine.admission.cadence(0)).toBe('keyframes');
    machine.run(120_000, never);
    expect(machine.admission.steppedDown).toBe(0);
  });

  it('comes back more slowly each time that it was too much', () => {
    const machine = new Machine(sixteen());
    // This machine can bear twelve tiles.
    const tooMany = () => machine.cadences().filter((cadence) => cadence === 'all').length > 12;
    const changes: number[] = [];
    let before = '';
    for (let second = 0; second < 900; second++) {
      machine.run(1000, tooMany);
      const now = machine.cadences().join();
      if (now !== before) changes.push(second);
      before = now;
    }
    const early = changes.filter((second) => second < 150).length;
    const late = changes.filter((second) => second >= 750).length;
    expect(late).toBeLessThan(early);
    expect(late).toBeLessThanOrEqual(3);
  });

  it('lets tiles begin before it judges them', () => {
    const admission = new Admission();
    const late = sixteen().map((tile) => ({ ...tile, behindMs: 900 }));
    for (let now = 0; now < 5000; now += 250) admission.update(now, late);
    expect(admission.steppedDown).toBe(0);
    for (let now = 5000; now < 8000; now += 250) admission.update(now, late);
    expect(admission.steppedDown).toBeGreaterThan(0);
  });

  it('counts drops that go on, not one burst', () => {
    const machine = new Machine([small(0)]);
    const drop = (count: number) => {
      machine.tiles = [{ ...small(0), dropped: count }];
      machine.run(250, never);
    };
    drop(0);
    drop(30);
    machine.run(5000, never);
    expect(machine.admission.steppedDown).toBe(0);
    for (let count = 31; count < 45; count++) drop(count);
    expect(machine.admission.cadence(0)).toBe('keyframes');
  });

  it('forgets tiles that left the page', () => {
    const machine = new Machine([small(0)]);
    machine.run(3000, always);
    expect(machine.admission.steppedDown).toBe(1);
    machine.tiles = [];
    machine.run(250, never);
    expect(machine.admission.steppedDown).toBe(0);
  });
});
