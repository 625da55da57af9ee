/**
 * The tiny server in a process of its own, so that it can live in another network namespace:
 * `node tiny-rtsp-process.ts HOST` prints its port and ends with its standard input.
 */
import { encodeClip } from './encoded-clip.ts';
import { startTinyRtspServer } from './tiny-rtsp-server.ts';

const fps = 15;
const clip = encodeClip({
  codec: 'h264',
  source: `testsrc2=size=320x180:rate=${fps}`,
  seconds: 4,
  fps,
  gop: fps,
});
const server = await startTinyRtspServer({ clip, fps, host: process.argv[2] ?? '127.0.0.1' });
process.stdout.write(`${server.port}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
