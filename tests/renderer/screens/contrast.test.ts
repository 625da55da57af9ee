import '../../../renderer/main.css';
import { expect, test } from 'vitest';

/** WCAG 2.2, 1.4.3: text on its ground, worst case of what can lie under a translucent ground. */
type Rgb = [number, number, number];

function colour(token: string): { rgb: Rgb; alpha: number } {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  const value = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  expect(value, token).not.toBe('');
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
  return { rgb: [r, g, b], alpha: a / 255 };
}

function luminance([r, g, b]: Rgb): number {
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function over(top: { rgb: Rgb; alpha: number }, under: Rgb): Rgb {
  return top.rgb.map(
    (value, index) => value * top.alpha + (under[index] ?? 0) * (1 - top.alpha),
  ) as Rgb;
}

const texts = ['--text', '--text-2', '--text-3'];
const states = ['--live', '--warn', '--bad', '--info', '--accent'];

test('every text and every state is readable on every surface (4.5 : 1)', () => {
  for (const text of [...texts, ...states]) {
    for (const ground of ['--ground', '--surface', '--surface-2', '--tile-ground']) {
      expect(
        contrast(colour(text).rgb, colour(ground).rgb),
        `${text} on ${ground}`,
      ).toBeGreaterThan(4.5);
    }
  }
});

test('name, site and state stay readable over a white picture and over a black one', () => {
  for (const text of ['--text', '--text-2', ...states]) {
    for (const picture of [
      [255, 255, 255],
      [0, 0, 0],
    ] as Rgb[]) {
      const ground = over(colour('--scrim'), picture);
      expect(contrast(colour(text).rgb, ground), `${text} over ${picture}`).toBeGreaterThan(4.5);
    }
  }
});

test('texts on coloured grounds are readable', () => {
  for (const [text, ground] of [
    ['--on-accent', '--accent'],
    ['--demo', '--demo-ground'],
    ['--text', '--demo-ground'],
    ['--text', '--warn-ground'],
    ['--text', '--bad-ground'],
  ] as const) {
    expect(contrast(colour(text).rgb, colour(ground).rgb), `${text} on ${ground}`).toBeGreaterThan(
      4.5,
    );
  }
});
