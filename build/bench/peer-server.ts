/**
 * What the wall is compared with: one `ffmpeg` per stream that remuxes (MSE) or transcodes (JSMpeg),
 * a WebSocket per stream, and a page with one player per tile. Arguments: `mse|jsmpeg`, the RTSP port of the
 * cameras, the number of streams, the codec string. Prints `ready PORT`, and at the end of its life nothing.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';

const [kind, rtspPort, count, codecString] = process.argv.slice(2);
const pages = join(import.meta.dirname, 'pages');
const jsmpeg = createRequire(import.meta.url).resolve('@cycjimmy/jsmpeg-player');
const files: Record<string, [string, () => Buffer | string]> = {
  '/': ['text/html', () => readFileSync(join(pages, 'peer.html'))],
  '/peer.js': ['text/javascript', () => readFileSync(join(pages, `${kind}.js`))],
  '/jsmpeg.js': [
    'text/javascript',
    () => readFileSync(join(jsmpeg, '..', 'jsmpeg-player.umd.min.js')),
  ],
  '/config.json': ['application/json', () => JSON.stringify({ count: Number(count), codecString })],
};

const outputs: Record<string, string[]> = {
  mse: ['-c', 'copy', '-f', 'mp4', '-movflags', 'frag_every_frame+empty_moov+default_base_moof'],
  // MPEG-1 knows no 15 frames per second: 24 is the least it has.
  jsmpeg: ['-f', 'mpegts', '-c:v', 'mpeg1video', '-r', '24', '-b:v', '800k', '-bf', '0'],
};

const server = createServer((request, response) => {
  const file = files[(request.url ?? '').split('?')[0] as string];
  if (!file) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': file[0] }).end(file[1]());
});

const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket: WebSocket, request) => {
  const index = Number((request.url ?? '').split('/').pop());
  const child = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-fflags',
      'nobuffer',
      '-flags',
      'low_delay',
      '-probesize',
      '32768',
      '-analyzeduration',
      '200000',
      '-threads',
      '1',
      '-i',
      `rtsp://127.0.0.1:${rtspPort}/cam-${index}`,
      '-an',
      ...(outputs[kind as string] as string[]),
      '-flush_packets',
      '1',
      '-',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  child.stdout.on('data', (chunk) => {
    if (socket.readyState === socket.OPEN) socket.send(chunk);
  });
  socket.on('close', () => child.kill());
  child.on('exit', () => socket.close());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`ready ${typeof address === 'object' && address ? address.port : 0}\n`);
});
