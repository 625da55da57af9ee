import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WindowPlace } from './chromium.ts';

const run = promisify(execFile);
const single: WindowPlace = { x: 0, y: 0, width: 1920, height: 1080 };

/**
 * The monitors of the X display, from left to right and top to bottom. Where xrandr is missing or
 * says nothing, one of 1920×1080: the window is fitted to the real screen once it is open.
 */
export async function listMonitors(env: NodeJS.ProcessEnv = process.env): Promise<WindowPlace[]> {
  if (!env['DISPLAY']) return [single];
  try {
    const { stdout } = await run('xrandr', ['--query'], { env, timeout: 5000 });
    const found = parseXrandr(stdout);
    return found.length > 0 ? found : [single];
  } catch {
    return [single];
  }
}

/** `HDMI-1 connected primary 1920x1080+0+0 …`; mirrored outputs count once. */
export function parseXrandr(text: string): WindowPlace[] {
  const places = new Map<string, WindowPlace>();
  for (const line of text.split('\n')) {
    const match = /^\S+ connected (?:primary )?(\d+)x(\d+)\+(\d+)\+(\d+)/.exec(line);
    if (!match) continue;
    const [width, height, x, y] = match.slice(1).map(Number) as [number, number, number, number];
    if (!places.has(`${x},${y}`)) places.set(`${x},${y}`, { x, y, width, height });
  }
  return [...places.values()].sort((a, b) => a.y - b.y || a.x - b.x);
}
