#!/usr/bin/env node
/**
 * Draws the scene of the simulated PTZ cameras (`resources/demo/ptz-scene.jpg`): one wide picture all
 * around a mast, computed from shapes and light. `build/draw-demo.mjs` calls it too.
 *
 *   node build/draw-ptz-scene.mjs [--rough] [--out DIR]
 *   … --letters    the letters and the stored pictures only, from the scene that is there
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { extent } from '../src/demo/ptz-scene.ts';
import { Finish } from './draw/finish.mjs';
import { MovingPicture } from './draw/moving.mjs';
import { PanoramaLens } from './draw/panorama.mjs';
import { drawLetters, drawStills } from './draw/ptz-stills.mjs';
import { compound } from './draw/scenes/compound.mjs';
import { drawStill } from './draw/still.mjs';

const perDegree = 20;

export async function drawPtz(out, { rough = false, letters = false } = {}) {
  if (!letters) drawScene(out, rough);
  drawLetters(out);
  await drawStills(out);
}

function drawScene(out, rough) {
  const scene = compound();
  const lens = new PanoramaLens({ ...extent, from: scene.from }, rough ? 6 : perDegree);
  const started = Date.now();
  const still = drawStill(scene, lens, rough ? 4 : 14);
  console.log(
    `ptz-scene: ${lens.width}x${lens.height}, still after ${Math.round((Date.now() - started) / 1000)} s`,
  );
  const picture = new MovingPicture(still, scene, lens);
  const finish = new Finish({ ...scene.look, plain: true }, lens.width, lens.height, 1);
  const bytes = finish.draw(picture.draw(scene.movers), 0);
  const file = join(out, 'ptz-scene.jpg');
  const { status, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24'],
      ...['-s', `${lens.width}x${lens.height}`, '-i', 'pipe:0', '-frames:v', '1'],
      ...[
        '-vf',
        'unsharp=5:5:0.5:3:3:0',
        '-pix_fmt',
        'yuvj420p',
        '-q:v',
        '5',
        '-update',
        '1',
        file,
      ],
    ],
    { input: bytes },
  );
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(import.meta.dirname, '..', 'resources', 'demo') },
      rough: { type: 'boolean', default: false },
      letters: { type: 'boolean', default: false },
    },
  });
  await drawPtz(values.out, values);
}
