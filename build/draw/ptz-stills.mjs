import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Letters } from '../../src/demo/letters.ts';
import { PtzDevice, storedPresets } from '../../src/demo/ptz-device.ts';
import { PtzHead } from '../../src/demo/ptz-head.ts';
import { PtzPicture } from '../../src/demo/ptz-picture.ts';
import { findEncoder, SceneStore } from '../../src/demo/ptz-scene.ts';
import { textMask } from './text.mjs';

const cell = { width: 16, height: 34 };
const characters = '0123456789-+:.°×PTZMÔHỎNG·ẢDỰSẴ';

/** The letters that are burnt in while a camera runs, as masks. */
export function drawLetters(out) {
  const masks = [...characters].map((one) => {
    const { data } = textMask(one, { size: 25, ...cell });
    return Buffer.from(data);
  });
  const sheet = { ...cell, characters, masks: Buffer.concat(masks).toString('base64') };
  writeFileSync(join(out, 'ptz-letters.json'), `${JSON.stringify(sheet)}\n`);
}

const size = { width: 640, height: 360 };
const fps = 3;
const frames = 6;

/** A grid of places for machines without an encoder, seen by the same lens as the live pictures. */
export async function drawStills(out) {
  const places = [
    ...[-80, -40, 0, 40, 80].flatMap((pan) => [-10, -26].map((tilt) => ({ pan, tilt, zoom: 0 }))),
    ...[-75, -50, -25, 0, 25, 50, 75].map((pan) => ({ pan, tilt: -10, zoom: 0.45 })),
    ...storedPresets.map(([, position]) => position),
  ];
  const scene = await new SceneStore(out, findEncoder()).load();
  const letters = await Letters.read(out);
  const parts = [];
  for (const place of places) {
    const head = new PtzHead(place);
    const device = new PtzDevice({ head, presets: [], home: place });
    const picture = new PtzPicture(device, scene, letters, size.width, size.height);
    for (let tick = 0; tick < frames; tick++)
      parts.push(Buffer.from(picture.draw(null, tick / frames)));
  }
  const file = 'ptz-stills.h264';
  const { status, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
      ...['-s', `${size.width}x${size.height}`, '-r', String(fps), '-i', 'pipe:0'],
      ...['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '34', '-bf', '0', '-profile:v', 'high'],
      ...['-g', String(frames), '-keyint_min', String(frames), '-sc_threshold', '0'],
      ...['-x264-params', 'threads=1:ref=1:open-gop=0', '-f', 'h264', join(out, file)],
    ],
    { input: Buffer.concat(parts), maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
  const list = { file, ...size, fps, frames, places };
  writeFileSync(join(out, 'ptz-stills.json'), `${JSON.stringify(list, null, 2)}\n`);
}
