import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/**
 * The picture all around a mast that `build/draw-ptz-scene.mjs` drew, as planes of 4:2:0 with limited
 * range (BT.709). Columns are degrees of pan, rows degrees of tilt, evenly.
 */
export interface PtzScene {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
}

/** Degrees at the edges of the picture. */
export const extent = { left: -120, right: 120, top: 18, bottom: -50 } as const;
const width = 4800;
const height = 1360;

/** The program that encodes: named by VONGGAC_FFMPEG, packaged, or on the PATH. Null where there is none. */
export function findEncoder(environment: NodeJS.ProcessEnv = process.env): string | null {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const named = environment['VONGGAC_FFMPEG'];
  const all = named
    ? [named]
    : [...beside(), ...(environment['PATH'] ?? '').split(delimiter)]
        .filter((folder) => folder !== '')
        .map((folder) => join(folder, name));
  return all.find(isProgram) ?? null;
}

/** Where a packaged application has its own. */
function beside(): string[] {
  const { resourcesPath } = process as { resourcesPath?: string };
  return [...(resourcesPath ? [resourcesPath] : []), dirname(process.execPath)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Reads the scene once, when the first steered camera is watched. */
export class SceneStore {
  readonly #folder: string;
  readonly #program: string;
  readonly #off = new AbortController();
  #scene: Promise<PtzScene> | null = null;

  constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** Rejects where the program cannot read it; the next call tries again. */
  load(): Promise<PtzScene> {
    this.#scene ??= this.#read(this.#off.signal).catch((error: unknown) => {
      this.#scene = null;
      throw error;
    });
    return this.#scene;
  }

  async close(): Promise<void> {
    this.#off.abort();
    await this.#scene?.catch(() => {});
    this.#scene = null;
  }

  async #read(signal: AbortSignal): Promise<PtzScene> {
    const image = await readFile(join(this.#folder, 'ptz-scene.jpg'));
    const size = width * height;
    const planes = new Uint8Array((size * 3) / 2);
    const child = spawn(
      this.#program,
      [
        ...['-v', 'error', '-f', 'mjpeg', '-i', 'pipe:0', '-frames:v', '1', '-vf'],
        `scale=${width}:${height}:out_range=tv:out_color_matrix=bt709,format=yuv420p`,
        ...['-f', 'rawvideo', 'pipe:1'],
      ],
      { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL', windowsHide: true },
    );
    const filled = await new Promise<number>((resolve, reject) => {
      let at = 0;
      // What was killed has still to end
      child.on('error', (error) => signal.aborted || reject(error));
      child.stdin.on('error', () => {});
      child.stdout.on('data', (chunk: Buffer) => {
        planes.set(chunk.subarray(0, planes.length - at), at);
        at = Math.min(planes.length, at + chunk.length);
      });
      child.on('close', () => resolve(at));
      child.stdin.end(image);
    });
    if (filled !== planes.length) throw new Error('the scene of the steered cameras is unreadable');
    return {
      width,
      height,
      luma: planes.subarray(0, size),
      blue: planes.subarray(size, (size * 5) / 4),
      red: planes.subarray((size * 5) / 4),
    };
  }
}
