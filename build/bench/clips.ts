import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One elementary stream that every contender gets. */
export interface BenchClip {
  readonly name: string;
  readonly file: string;
  readonly codec: 'h264';
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kbps: number;
  readonly seconds: number;
  /** RFC 6381 name, as Media Source Extensions want it. */
  readonly codecString: string;
}

const shapes = {
  small: { width: 640, height: 360, fps: 15, kbps: 400 },
  large: { width: 1920, height: 1080, fps: 25, kbps: 4000 },
} as const;

/**
 * Encodes a moving test picture with noise at a constant bit rate: what a camera with a busy scene
 * sends. High profile without B frames, a keyframe every two seconds.
 */
export function makeClip(name: keyof typeof shapes, folder: string, seconds = 20): BenchClip {
  const { width, height, fps, kbps } = shapes[name];
  const file = join(folder, `${name}.h264`);
  if (!existsSync(file)) {
    const done = spawnSync(
      'ffmpeg',
      [
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        `testsrc2=size=${width}x${height}:rate=${fps},noise=alls=8:allf=t`,
        '-t',
        String(seconds),
        '-pix_fmt',
        'yuv420p',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-profile:v',
        'high',
        '-bf',
        '0',
        '-g',
        String(fps * 2),
        '-keyint_min',
        String(fps * 2),
        '-sc_threshold',
        '0',
        '-b:v',
        `${kbps}k`,
        '-maxrate',
        `${kbps}k`,
        '-bufsize',
        `${kbps}k`,
        '-f',
        'h264',
        file,
      ],
      { encoding: 'utf8' },
    );
    if (done.status !== 0) throw new Error(`ffmpeg could not make ${name}: ${done.stderr}`);
  }
  const level = name === 'small' ? '1E' : '28';
  return {
    name,
    file,
    codec: 'h264',
    width,
    height,
    fps,
    kbps: Math.round((statSync(file).size * 8) / 1000 / seconds),
    seconds,
    codecString: `avc1.6400${level}`,
  };
}
