import { createWallEngine, type WallEngineOptions } from '../../../renderer/wall/engine.ts';
import type { TileWish, WallEngine } from '../../../renderer/wall/engine.types.ts';
import type { StreamQuality } from '../../../src/contract/stream-state.ts';
import { FakeCore } from './fake-core.ts';

/** An engine with its real decode worker on a fake core, and a page with places for tiles. */
export interface WallBench {
  readonly core: FakeCore;
  readonly engine: WallEngine;
  readonly page: HTMLElement;
  container(width?: number, height?: number): HTMLElement;
  video(container: HTMLElement): HTMLVideoElement | null;
  close(): void;
}

export const workerUrl = new URL('../../../renderer/wall/decode-worker.ts', import.meta.url).href;

export function createWallBench(options: Partial<WallEngineOptions> = {}): WallBench {
  const core = new FakeCore();
  const engine = createWallEngine({ core, worker: workerUrl, ...options });
  const page = document.createElement('div');
  document.body.append(page);
  return {
    core,
    engine,
    page,
    container(width = 320, height = 180) {
      const element = document.createElement('div');
      Object.assign(element.style, {
        position: 'relative',
        display: 'inline-block',
        width: `${width}px`,
        height: `${height}px`,
        background: '#000',
      });
      page.append(element);
      return element;
    },
    video: (container) => container.querySelector('video'),
    close() {
      engine.close();
      core.close();
      page.remove();
    },
  };
}

export function wish(
  cameraId: string,
  change: Partial<TileWish> & { quality?: StreamQuality | 'auto' } = {},
): TileWish {
  return {
    cameraId,
    qualities: ['sub'],
    quality: 'sub',
    cssWidth: 320,
    cssHeight: 180,
    ...change,
  };
}
