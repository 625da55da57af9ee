import { describe, expect, it } from 'vitest';
import en from '../../../resources/locales/en/demo.json' with { type: 'json' };
import vi from '../../../resources/locales/vi/demo.json' with { type: 'json' };
import { g711ToInt16 } from '../../../src/codec/g711.ts';
import { placements } from '../../../src/contract/schemas.ts';
import { demoRegister } from '../../../src/demo/sites.ts';
import { drawSound, encodeALaw } from '../../../src/demo/sound.ts';

describe('the register of the simulated centre', () => {
  it('has 48 cameras at 12 sites of 3 provinces in all six placement areas', () => {
    const { sites, cameras } = demoRegister(48);
    expect(sites).toHaveLength(12);
    expect(new Set(sites.map((site) => site.province)).size).toBe(3);
    expect(new Set(cameras.map((camera) => camera.placement))).toEqual(new Set(placements));
    expect(new Set(cameras.map((camera) => camera.id)).size).toBe(48);
    expect(new Set(cameras.map((camera) => camera.path)).size).toBe(48);
    expect(cameras[0]?.path).toBe('/site-01/cam-01');
  });

  it('names no camera of one site like another', () => {
    const { cameras } = demoRegister(512);
    const names = cameras.map((camera) => `${camera.site.id} ${camera.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is the same every time, and a smaller one is its beginning', () => {
    expect(demoRegister(48)).toEqual(demoRegister(48));
    expect(demoRegister(512).cameras.slice(0, 7)).toEqual(demoRegister(7).cameras);
  });

  it('has the same words in both languages', () => {
    const keys = (value: object): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object' ? keys(inner).map((rest) => `${key}.${rest}`) : [key],
      );
    expect(keys(vi)).toEqual(keys(en));
  });
});

describe('the drawn sound', () => {
  it('is A-law that the product decodes to nearly the same samples', () => {
    for (const sample of [0, 7, -8, 100, -100, 1000, -1000, 12_345, -12_345, 32_767, -32_768]) {
      const [decoded] = g711ToInt16('pcma', Uint8Array.of(encodeALaw(sample)));
      expect(Math.abs(decoded! - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) / 16));
    }
  });

  it('has no seam and is never too loud', () => {
    const samples = g711ToInt16('pcma', drawSound(12));
    expect(samples).toHaveLength(96_000);
    const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(loudest).toBeGreaterThan(2000);
    expect(loudest).toBeLessThan(16_000);
    expect(Math.abs(samples[0]! - samples.at(-1)!)).toBeLessThan(1500);
  });
});
