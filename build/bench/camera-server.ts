/** A process of its own that serves one clip under many paths: its work is nobody's in the figures. */
import { startRtspServer } from '../../src/demo/rtsp-server.ts';

const [file, count, width, height, fps, port] = process.argv.slice(2);
const server = await startRtspServer({ port: Number(port ?? 0) });
for (let index = 0; index < Number(count); index++) {
  await server.addClip(`/cam-${index}`, String(file), {
    codec: 'h264',
    fps: Number(fps),
    width: Number(width),
    height: Number(height),
  });
}
process.stdout.write(`ready ${server.port}\n`);
