#!/usr/bin/env node
/**
 * Draws the clips of the demonstration (`resources/demo`): every picture is computed here, from
 * shapes and light, and encoded by the system's ffmpeg. No recording of a real place is used.
 *
 *   node build/draw-demo.mjs [clip …]              draw all clips, or these
 *   node build/draw-demo.mjs --still 3.5 clip …    one PNG of each at this second, into --out
 *   … --rough                                      quick and noisy, for a first look
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Encoder } from './draw/encode.mjs';
import { Finish } from './draw/finish.mjs';
import { Lens } from './draw/lens.mjs';
import { MovingPicture } from './draw/moving.mjs';
import { clips, period } from './draw/scenes.mjs';
import { drawStill } from './draw/still.mjs';
import { drawPtz } from './draw-ptz-scene.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    still: { type: 'string', multiple: true },
    out: { type: 'string', default: join(import.meta.dirname, '..', 'resources', 'demo') },
    rough: { type: 'boolean', default: false },
  },
});

const wide = { main: 1280, sub: 640 };
const high = { main: 720, sub: 360 };
mkdirSync(values.out, { recursive: true });
const chosen = clips.filter((clip) => positionals.length === 0 || positionals.includes(clip.name));
for (const clip of chosen) await drawClip(clip);
if (!values.still) writeList();
if (!values.still && positionals.length === 0) await drawPtz(values.out, { rough: values.rough });

async function drawClip(clip) {
  const started = Date.now();
  const scene = clip.scene(period);
  const lens = new Lens(scene.view, wide.main, high.main);
  const still = drawStill(scene, lens, values.rough ? 6 : 18);
  console.log(`${clip.name}: still picture after ${Math.round((Date.now() - started) / 1000)} s`);
  if (values.still) {
    for (const second of values.still) drawPng(clip, scene, lens, still, Number(second));
    return;
  }
  await drawStream(clip, 'main', scene, lens, still);
  const small = new Lens(scene.view, wide.sub, high.sub);
  await drawStream(clip, 'sub', scene, small, half(still));
  console.log(`${clip.name}: done after ${Math.round((Date.now() - started) / 1000)} s`);
}

async function drawStream(clip, quality, scene, lens, still) {
  const { fps, crf } = clip[quality];
  const picture = new MovingPicture(still, scene, lens);
  const finish = new Finish(scene.look, lens.width, lens.height, period);
  const encoder = new Encoder({
    file: join(values.out, fileName(clip, quality)),
    codec: clip.codec,
    width: lens.width,
    height: lens.height,
    fps,
    quality: crf,
    grain: scene.look.grain ?? 5,
  });
  const count = Math.round(period * fps);
  for (let i = 0; i < count; i++)
    await encoder.push(finish.draw(picture.draw(scene.movers(i / fps)), i / fps));
  await encoder.finish();
}

function drawPng(clip, scene, lens, still, second) {
  const picture = new MovingPicture(still, scene, lens);
  const finish = new Finish(scene.look, lens.width, lens.height, period);
  const begun = Date.now();
  const bytes = finish.draw(picture.draw(scene.movers(second)), second);
  console.log(`${clip.name}: one picture takes ${Date.now() - begun} ms`);
  const size = `${lens.width}x${lens.height}`;
  const file = join(values.out, `${clip.name}-${second}.png`);
  const { status, stderr } = spawnSync(
    'ffmpeg',
    ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-i', 'pipe:0'].concat(
      [...['-vf', 'unsharp=5:5:0.55:3:3:0,noise=c0s=5:c0f=t', '-frames:v', '1', file]],
    ),
    { input: bytes },
  );
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
}

/** The still picture at half the size, for the sub-stream. */
function half(still) {
  const [width, height] = [still.width / 2, still.height / 2];
  const pick = (from, parts, scale) => {
    const out = new Float32Array(width * scale * height * scale * parts);
    const rowLength = still.width * scale;
    for (let y = 0; y < height * scale; y++)
      for (let x = 0; x < width * scale; x++)
        for (let k = 0; k < parts; k++)
          out[(y * width * scale + x) * parts + k] = from[(y * 2 * rowLength + x * 2) * parts + k];
    return out;
  };
  const colour = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 0; k < 3; k++) {
        const at = (y * 2 * still.width + x * 2) * 3 + k;
        const below = at + still.width * 3;
        colour[(y * width + x) * 3 + k] =
          (still.colour[at] +
            still.colour[at + 3] +
            still.colour[below] +
            still.colour[below + 3]) /
          4;
      }
  return {
    ...still,
    width,
    height,
    colour,
    depth: pick(still.depth, 1, 2),
    place: pick(still.place, 3, 1),
    normal: pick(still.normal, 3, 1),
    sunShare: pick(still.sunShare, 1, 1),
    gloss: pick(still.gloss, 1, 1),
  };
}

function fileName(clip, quality) {
  return `${clip.name}.${quality}.${clip.codec}`;
}

/** `clips.json`: what the simulator reads. */
function writeList() {
  const list = clips.map((clip) => {
    const entry = { name: clip.name, placement: clip.placement };
    for (const quality of ['main', 'sub'])
      entry[quality] = {
        file: fileName(clip, quality),
        codec: clip.codec,
        fps: clip[quality].fps,
        width: wide[quality],
        height: high[quality],
      };
    return entry;
  });
  const files = clips.flatMap((clip) =>
    ['main', 'sub'].map((quality) => join(values.out, fileName(clip, quality))),
  );
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    console.log(`not drawn yet: ${missing.join(', ')}`);
    return;
  }
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  writeFileSync(join(values.out, 'clips.json'), `${JSON.stringify(list, null, 2)}\n`);
  console.log(`${list.length} clips, ${(bytes / 1e6).toFixed(2)} MB`);
}
