import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Raw pictures into an elementary stream, by the system's ffmpeg. No B frames, closed GOPs of 2 s. */
export class Encoder {
  #child;
  #errors = '';

  /**
   * @param {{file:string, codec:'h264'|'h265'|'mjpeg', width:number, height:number, fps:number,
   *   quality:number, grain:number}} clip `quality` is CRF, or the quantiser of MJPEG
   */
  constructor(clip) {
    const gop = String(clip.fps * 2);
    const codecs = {
      h264: [
        ...['-c:v', 'libx264', '-preset', 'veryslow', '-crf', String(clip.quality), '-bf', '0'],
        ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-profile:v', 'high'],
        // one thread: the same picture gives the same bytes on every machine
        ...['-x264-params', 'threads=1:ref=2:rc-lookahead=50:aq-mode=3:deblock=1,1', '-f', 'h264'],
      ],
      h265: [
        ...['-c:v', 'libx265', '-preset', 'slow', '-crf', String(clip.quality)],
        '-x265-params',
        `bframes=0:keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0:repeat-headers=1:info=0:pools=1:frame-threads=1:log-level=error`,
        ...['-f', 'hevc'],
      ],
      // RFC 2435 carries no Huffman tables: the standard ones must be used
      mjpeg: ['-c:v', 'mjpeg', '-q:v', String(clip.quality), '-huffman', 'default', '-f', 'mjpeg'],
    };
    const format = clip.codec === 'mjpeg' ? 'yuvj420p' : 'yuv420p';
    const range = clip.codec === 'mjpeg' ? 'pc' : 'tv';
    const filters =
      `scale=out_color_matrix=bt709:out_range=${range},format=${format},` +
      `unsharp=5:5:0.55:3:3:0,noise=c0s=${clip.grain}:c0f=t:c1s=${clip.grain >> 1}:c1f=t`;
    this.#child = spawn(
      'ffmpeg',
      [
        ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24'],
        ...['-s', `${clip.width}x${clip.height}`, '-r', String(clip.fps), '-i', 'pipe:0'],
        ...['-vf', filters, '-pix_fmt', format],
        ...(clip.codec === 'mjpeg'
          ? []
          : ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']),
        ...codecs[clip.codec],
        clip.file,
      ],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#child.stdin.on('error', () => {});
    this.closed = once(this.#child, 'close');
  }

  async push(bytes) {
    // the caller reuses its buffer, so a copy waits in the pipe
    if (!this.#child.stdin.write(Buffer.from(bytes)))
      await Promise.race([once(this.#child.stdin, 'drain'), this.closed]);
  }

  async finish() {
    this.#child.stdin.end();
    const [code] = await this.closed;
    if (code !== 0) throw new Error(`ffmpeg failed: ${this.#errors}`);
  }
}
