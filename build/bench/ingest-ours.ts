/** Our RTSP client alone: N sessions, every access unit counted and dropped. Prints `ready N`. */
import { openRtsp } from '../../src/rtsp/open-rtsp.ts';

const [port, count] = process.argv.slice(2).map(Number);
let frames = 0;
await Promise.all(
  Array.from({ length: count as number }, async (_, index) => {
    const session = await openRtsp({
      url: `rtsp://127.0.0.1:${port}/cam-${index}`,
      credential: null,
      transport: 'tcp',
      wantAudio: false,
    });
    session.onAccessUnit(() => {
      frames++;
    });
  }),
);
// With no stream at all it is measured too: what the empty process takes is nobody's stream.
setInterval(() => {}, 60_000);
process.stdout.write(`ready ${count}\n`);
process.on('SIGTERM', () => {
  process.stdout.write(`${frames} frames\n`);
  process.exit(0);
});
