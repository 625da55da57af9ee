import { spawnSync } from 'node:child_process';

/** Letters as a mask, drawn by ffmpeg with a system font; text may hold any Vietnamese letter. */
const fonts = {
  sign: '/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf',
};

const known = new Map();

/**
 * @returns {{width:number, height:number, at:(u:number, v:number)=>number, data:Uint8Array}} `at` takes
 *   0 to 1 from left and from top, and gives 0 to 1
 */
export function textMask(text, { font = 'sign', size = 48, width: wide, height: high }) {
  // ffmpeg makes odd sizes even
  const width = Math.ceil(wide / 2) * 2;
  const height = Math.ceil(high / 2) * 2;
  const key = JSON.stringify([text, font, size, width, height]);
  if (known.has(key)) return known.get(key);
  const lines = text.split('\n');
  const filters = lines.map((line, i) => {
    const escaped = line.replace(/[\\:'%,]/g, '\\$&');
    const middle = (height * (i + 0.5)) / lines.length;
    // cap height, not the height of accents, decides where a line stands
    return `drawtext=fontfile=${fonts[font]}:text='${escaped}':fontcolor=white:fontsize=${size}:x=(w-tw)/2:y=${middle}-ascent+${size * 0.36}`;
  });
  const { stdout, status, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', `color=black:s=${width}x${height}:d=1:r=1`],
      ...['-vf', filters.join(',')],
      ...['-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    ],
    { maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`ffmpeg cannot draw text: ${stderr}`);
  const data = new Uint8Array(stdout);
  const mask = {
    width,
    height,
    data,
    at(u, v) {
      if (u < 0 || u >= 1 || v < 0 || v >= 1) return 0;
      const x = u * width - 0.5;
      const y = v * height - 0.5;
      const [x0, y0] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
      const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
      const [fx, fy] = [Math.max(0, x - x0), Math.max(0, y - y0)];
      const top = data[y0 * width + x0] * (1 - fx) + data[y0 * width + x1] * fx;
      const low = data[y1 * width + x0] * (1 - fx) + data[y1 * width + x1] * fx;
      return (top * (1 - fy) + low * fy) / 255;
    },
  };
  known.set(key, mask);
  return mask;
}
