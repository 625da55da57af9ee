import type { DemoOptions, SteeredCamera } from './centre.types.ts';
import { Letters } from './letters.ts';
import type { OnvifStream } from './onvif-site.ts';
import { PtzDevice, storedPresets } from './ptz-device.ts';
import { PtzHead, type PtzPosition } from './ptz-head.ts';
import { findEncoder, SceneStore } from './ptz-scene.ts';
import { PtzStills } from './ptz-stills.ts';
import { movingFps, PtzStream } from './ptz-stream.ts';

const sizes = { main: { width: 1280, height: 720 }, sub: { width: 640, height: 360 } } as const;
/** Measured while it turns; at rest it is a sixth. */
const kbps = { main: 3_500, sub: 2_000 } as const;

export interface SteeredParts {
  readonly device: PtzDevice;
  readonly main: PtzStream;
  readonly sub: PtzStream;
  streamOf(path: string, quality: 'main' | 'sub'): OnvifStream;
}

export interface Steering {
  readonly cameras: readonly SteeredCamera[];
  add(cameraId: string, home: PtzPosition): SteeredParts;
  close(): Promise<void>;
}

/** The steered cameras of a centre, which share the scene. */
export async function openSteering(
  folder: string,
  { encoder = 'auto', onvifFaults, log }: DemoOptions,
): Promise<Steering> {
  const program = encoder === 'auto' ? findEncoder() : encoder === 'never' ? null : encoder.program;
  const stills = await PtzStills.read(folder);
  const live =
    program === null
      ? null
      : { program, scenes: new SceneStore(folder, program), letters: await Letters.read(folder) };
  const all: SteeredParts[] = [];
  const cameras: SteeredCamera[] = [];
  return {
    cameras,
    add(cameraId, home) {
      const device = new PtzDevice({
        head: new PtzHead(home),
        presets: storedPresets,
        home,
        oddTokens: onvifFaults?.ptz?.oddTokens ?? false,
      });
      const stream = (quality: 'main' | 'sub') =>
        new PtzStream({ device, ...sizes[quality], live, stills, log });
      const parts: SteeredParts = {
        device,
        main: stream('main'),
        sub: stream('sub'),
        streamOf(path, quality) {
          const { width, height, fps } = parts[quality].track.clip;
          return { path, codec: 'h264', width, height, fps, kbps: kbps[quality], gop: movingFps };
        },
      };
      all.push(parts);
      cameras.push({
        cameraId,
        profileToken: `Profile_${Number(/\d+$/.exec(cameraId)?.[0])}_main`,
        device,
        get encoders() {
          return [parts.main.pid, parts.sub.pid].filter((pid) => pid !== null);
        },
      });
      return parts;
    },
    async close() {
      for (const { device } of all) device.close();
      await Promise.all(all.flatMap(({ main, sub }) => [main.close(), sub.close()]));
      await live?.scenes.close();
    },
  };
}
