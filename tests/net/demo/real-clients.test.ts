import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClips } from '../../../src/demo/clip-store.ts';
import { type RtspServer, startRtspServer } from '../../../src/demo/rtsp-server.ts';
import { drawSound } from '../../../src/demo/sound.ts';
import { SoundTrack } from '../../../src/demo/track.ts';

/**
 * Clients that we did not write read the simulator: ffmpeg and GStreamer, each codec, TCP and UDP,
 * with digest login.
 */
const login = { user: 'giamsat', password: 'Mophong-01', realm: 'Site 01', digest: 'md5' } as const;
const codecs = ['h264', 'h265', 'mjpeg'] as const;
let server: RtspServer;

beforeAll(async () => {
  server = await startRtspServer();
  const clips = await loadClips();
  for (const codec of codecs) {
    const { sub } = clips.find((clip) => clip.codec === codec)!;
    server.mount(`/${codec}`, { video: sub, login });
    server.mount(`/${codec}-sha`, { video: sub, login: { ...login, digest: 'both' } });
  }
  const { sub } = clips.find((clip) => clip.codec === 'h264')!;
  server.mount('/sound', { video: sub, login, sound: new SoundTrack(drawSound(12)) });
});

afterAll(() => server.close());

const withLogin = (path: string, password: string = login.password) =>
  server.url(path).replace('rtsp://', `rtsp://${login.user}:${password}@`);

describe('ffmpeg', () => {
  for (const transport of ['tcp', 'udp'] as const)
    for (const codec of codecs)
      it(`decodes ${codec} over ${transport} without an error`, async () => {
        const { code, output } = await run('ffmpeg', [
          ...[
            '-v',
            'warning',
            '-nostdin',
            '-rtsp_transport',
            transport,
            '-i',
            withLogin(`/${codec}`),
          ],
          ...['-t', '2', '-f', 'null', '-progress', 'pipe:1', '-'],
        ]);
        expect(code).toBe(0);
        expect(Number(/frame=(\d+)\s(?![\s\S]*frame=)/.exec(output)?.[1])).toBeGreaterThanOrEqual(
          15,
        );
        expect(output).not.toMatch(/error|corrupt|missed|Could not/i);
      });

  it('reads pictures and G.711 sound of one camera', async () => {
    const { code, output } = await run('ffprobe', [
      ...[
        '-v',
        'error',
        '-rtsp_transport',
        'tcp',
        '-show_entries',
        'stream=codec_name,sample_rate,width',
      ],
      ...['-of', 'csv', withLogin('/sound')],
    ]);
    expect(code).toBe(0);
    expect(output).toContain('stream,h264,640');
    expect(output).toContain('stream,pcm_alaw,8000');
  });

  it('is refused with a wrong password', async () => {
    const { code, output } = await run('ffmpeg', [
      ...['-v', 'error', '-nostdin', '-rtsp_transport', 'tcp', '-i', withLogin('/h264', 'sai')],
      ...['-t', '1', '-f', 'null', '-'],
    ]);
    expect(code).not.toBe(0);
    expect(output).toContain('401');
  });
});

describe('GStreamer', () => {
  const chains = {
    h264: ['rtph264depay', '!', 'avdec_h264'],
    h265: ['rtph265depay', '!', 'avdec_h265'],
    mjpeg: ['rtpjpegdepay', '!', 'jpegdec'],
  };
  for (const protocols of ['tcp', 'udp'] as const)
    for (const codec of codecs)
      it(`decodes ${codec} over ${protocols}`, async () => {
        const { code, output } = await run('gst-launch-1.0', [
          ...['-e', 'rtspsrc', `location=${server.url(`/${codec}-sha`)}`, `protocols=${protocols}`],
          ...[`user-id=${login.user}`, `user-pw=${login.password}`, 'latency=100', '!'],
          ...[...chains[codec], '!', 'identity', 'eos-after=12', '!', 'fakesink', 'sync=false'],
        ]);
        expect(output).toContain('Got EOS');
        expect(code).toBe(0);
      });
});

function run(
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), 40_000);
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}
