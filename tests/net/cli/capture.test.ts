import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../../support/command.ts';
import { type GstServer, startGstServer } from '../../support/gst-server.ts';
import { decodedTimes, streamsOf } from '../../support/source-bitstream.ts';

let server: GstServer;
let dir: string;
const password = 'mật:khẩu@/#%1';
const file = (name: string) => join(dir, name);
const capture = async (command: string, path: string, out: string, ...more: string[]) => {
  const args = [command, server.url(path), '--out', file(out), '--json', '--user', 'gác'];
  const { code, stdout, stderr } = await startCommand([...args, '--password-stdin', ...more], {
    input: `${password}\n`,
  }).ended;
  expect(stderr).toBe('');
  return { code, result: JSON.parse(stdout) };
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vonggac-capture-'));
  server = await startGstServer({
    mounts: [
      { path: '/h264', video: 'h264', audio: 'pcma', width: 320, height: 240 },
      { path: '/h265', video: 'h265', audio: 'aac', width: 320, height: 240 },
      { path: '/mjpeg', video: 'mjpeg', width: 320, height: 240 },
    ],
    login: { method: 'digest', user: 'gác', password },
  });
}, 60_000);

afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('vonggac clip', () => {
  for (const [codec, sound] of [
    ['h264', 'pcm_s16le'],
    ['h265', 'aac'],
  ] as const) {
    it(`writes a real server's stream, sound and all: ${codec}`, async () => {
      const { code, result } = await capture('clip', `/${codec}`, `${codec}.mp4`, '--seconds', '3');
      expect(result).toMatchObject({ ok: true, error: null });
      expect(code).toBe(0);
      const [part] = result.parts;
      const bytes = readFileSync(file(`${codec}.mp4`));
      expect(part.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(part.bytes).toBe(bytes.length);
      expect(part.facts).toMatchObject({ codec, width: 320, height: 240, hold: null });
      expect(part.facts.takenUntil).toBeGreaterThan(part.facts.takenAt);
      const [video, audio] = streamsOf(file(`${codec}.mp4`));
      expect(video).toMatchObject({ codec_name: codec === 'h265' ? 'hevc' : codec, width: 320 });
      expect(audio).toMatchObject({ codec_name: sound });
      const times = decodedTimes(file(`${codec}.mp4`));
      expect(times).toHaveLength(part.pictures);
      // 10 pictures a second by the clock of the server, whatever the network did.
      for (let i = 1; i < times.length; i++) {
        expect(Math.abs(times[i]! - times[i - 1]! - 9_000)).toBeLessThan(30);
      }
      expect(times.length).toBeGreaterThanOrEqual(28);
      expect(complaintsOf(file(`${codec}.mp4`))).toBe('');
      expect(vlcPlays(file(`${codec}.mp4`))).toBe(true);
    });
  }

  it('says that Motion JPEG has no place in MP4, and leaves nothing', async () => {
    const before = readdirSync(dir);
    const { code, result } = await capture('clip', '/mjpeg', 'no.mp4', '--seconds', '2');
    expect(result).toMatchObject({ ok: false, error: { code: 'clip.codec' } });
    expect(result.error.hint.length).toBeGreaterThan(10);
    expect(code).not.toBe(0);
    expect(readdirSync(dir)).toEqual(before);
  });
});

describe('vonggac snapshot', () => {
  for (const [path, out, codec] of [
    ['/h264', 'ảnh.png', 'png'],
    ['/h265', 'ảnh.jpg', 'mjpeg'],
    ['/mjpeg', 'gốc.jpg', 'mjpeg'],
  ] as const) {
    it(`takes a whole picture of ${path} as ${out}`, async () => {
      const { code, result } = await capture('snapshot', path, out);
      expect(result).toMatchObject({ ok: true, width: 320, height: 240 });
      expect(code).toBe(0);
      expect(result.original).toBe(path === '/mjpeg');
      expect(result.facts).toMatchObject({ takenUntil: null, codec: path.slice(1) });
      expect(result.bytes).toBe(statSync(file(out)).size);
      expect(streamsOf(file(out))[0]).toMatchObject({ codec_name: codec, width: 320, height: 240 });
    });
  }

  it('says why there is none, with what to do', async () => {
    const wrong = startCommand(
      [
        'snapshot',
        server.url('/h264'),
        '--out',
        file('x.png'),
        '--json',
        '--user',
        'gác',
        '--password-stdin',
      ],
      { input: 'wrong\n' },
    );
    const { code, stdout } = await wrong.ended;
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'rtsp.unauthorized' } });
    const usage = await startCommand(['snapshot', server.url('/h264'), '--out', 'x.gif']).ended;
    expect(usage.code).toBe(2);
    expect(readdirSync(dir)).not.toContain('x.png');
  });
});

it('a clip and a picture keep their facts in a package', async () => {
  const folder = file('Gói');
  mkdirSync(folder);
  const clip = (await capture('clip', '/h264', 'Gói/cổng.mp4', '--seconds', '2')).result.parts[0];
  const picture = (await capture('snapshot', '/mjpeg', 'Gói/cổng.jpg')).result;
  await capture('snapshot', '/mjpeg', 'Gói/trần.jpg', '--no-facts');
  expect(readdirSync(folder).sort()).toEqual(
    ['cổng.jpg', 'cổng.jpg.facts.json', 'cổng.mp4', 'cổng.mp4.facts.json', 'trần.jpg'].sort(),
  );
  const env = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: file('không có') };
  const out = file('gói.vgp.zip');
  const packed = await startCommand(['package', folder, '--out', out, '--data', dir, '--json'], {
    env,
  }).ended;
  expect(packed.code).toBe(0);
  const verified = await startCommand(['verify', out, '--json'], { env }).ended;
  expect(verified.code).toBe(0);
  const verdict = JSON.parse(verified.stdout);
  expect(verdict).toMatchObject({ ok: true });
  const { files } = verdict.manifest as {
    files: { name: string; capture: { facts: unknown } | null }[];
  };
  const factsOf = (name: string) =>
    files.find((one) => one.name.endsWith(name))?.capture?.facts ?? null;
  expect(factsOf('cổng.mp4')).toEqual(clip.facts);
  expect(factsOf('cổng.jpg')).toEqual(picture.facts);
  expect(files.some(({ name }) => name.endsWith('trần.jpg'))).toBe(true);
  expect(factsOf('trần.jpg')).toBeNull();
});

it('the facts of a picture that is taken anew are the new ones, or none', async () => {
  const { result } = await capture('snapshot', '/mjpeg', 'lại.jpg');
  const beside = file('lại.jpg.facts.json');
  expect(JSON.parse(readFileSync(beside, 'utf8'))).toEqual(result.facts);
  const again = (await capture('snapshot', '/mjpeg', 'lại.jpg')).result;
  expect(JSON.parse(readFileSync(beside, 'utf8'))).toEqual(again.facts);
  await capture('snapshot', '/mjpeg', 'lại.jpg', '--no-facts');
  expect(existsSync(beside)).toBe(false);
});

/** What ffmpeg says while it decodes all of a file. */
function complaintsOf(path: string): string {
  const { stderr } = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  // G.711 as PCM has one channel and no layout of loudspeakers: a remark, not a complaint.
  return stderr.replace(/^Guessed Channel Layout .*: mono\n/m, '');
}

/** VLC takes the file apart and shows it; as nobody, because it refuses root. */
function vlcPlays(path: string): boolean {
  chmodSync(dir, 0o755);
  chmodSync(path, 0o644);
  const root = process.getuid?.() === 0;
  const { stderr } = spawnSync(
    '/usr/bin/cvlc',
    [
      ...['-vv', '--no-color', '--vout', 'dummy', '--aout', 'dummy', '--no-dbus'],
      ...['--no-video-title-show', '--play-and-exit', path, 'vlc://quit'],
    ],
    {
      encoding: 'utf8',
      timeout: 30_000,
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env['PATH'] ?? '/usr/bin', HOME: tmpdir(), LANG: 'C.UTF-8' },
      ...(root && { uid: 65_534, gid: 65_534 }),
    },
  );
  const complaints = stderr.match(/(?:mp4 demux|avcodec decoder|packetizer\S*) error.*/g) ?? [];
  expect(complaints).toEqual([]);
  return /Received first picture/.test(stderr);
}
