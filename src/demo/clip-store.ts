import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Placement, placements } from '../contract/schemas.ts';
import { type ClipShape, readClip } from './clip.ts';
import { VideoTrack } from './track.ts';

/** The clips that `build/draw-demo.mjs` drew, listed in `resources/demo/clips.json`. */
export interface ClipEntry {
  readonly name: string;
  readonly placement: Placement;
  readonly main: ClipFile;
  readonly sub: ClipFile;
}

export interface ClipFile extends ClipShape {
  readonly file: string;
}

export interface ClipPair {
  readonly name: string;
  readonly placement: Placement;
  readonly codec: ClipShape['codec'];
  readonly main: VideoTrack;
  readonly sub: VideoTrack;
}

/** The folder of the clips, from the sources and from a bundle alike. */
export function clipsFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const clips = join(folder, 'resources', 'demo');
    if (existsSync(join(clips, 'clips.json'))) return clips;
    if (dirname(folder) === folder) throw new Error('resources/demo/clips.json is missing');
  }
}

export async function loadClips(folder: string = clipsFolder()): Promise<ClipPair[]> {
  const list: ClipEntry[] = JSON.parse(await readFile(join(folder, 'clips.json'), 'utf8'));
  return Promise.all(
    list.map(async ({ name, placement, main, sub }) => {
      if (!placements.includes(placement)) throw new Error(`unknown placement of clip ${name}`);
      const load = async (clip: ClipFile) =>
        new VideoTrack(readClip(await readFile(join(folder, clip.file)), clip));
      return {
        name,
        placement,
        codec: main.codec,
        main: await load(main),
        sub: await load(sub),
      };
    }),
  );
}
