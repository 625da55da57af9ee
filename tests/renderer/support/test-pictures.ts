/** Streams made in the page: flat pictures whose colour tells the number of the picture. */
export interface EncodedPicture {
  readonly key: boolean;
  readonly timestampUs: number;
  readonly data: Uint8Array;
}

export const h264 = 'avc1.42001f';

/** The colour of picture `index`: far apart, so that lossy coding cannot confuse neighbours. */
export function colourOf(index: number): [number, number, number] {
  const steps = [40, 128, 216];
  return [steps[index % 3]!, steps[Math.floor(index / 3) % 3]!, steps[Math.floor(index / 9) % 3]!];
}

export interface PictureOptions {
  readonly count: number;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  /** A keyframe every so many pictures. */
  readonly gop?: number;
  readonly firstIndex?: number;
}

/** H.264 in Annex B, baseline, with parameter sets in each keyframe. */
export async function encodeH264(options: PictureOptions): Promise<EncodedPicture[]> {
  const { count, width = 320, height = 180, fps = 25, gop = 12, firstIndex = 0 } = options;
  const pictures: EncodedPicture[] = [];
  let failure: unknown = null;
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      pictures.push({ key: chunk.type === 'key', timestampUs: chunk.timestamp, data });
    },
    error: (error) => {
      failure = error;
    },
  });
  encoder.configure({
    codec: h264,
    width,
    height,
    framerate: fps,
    bitrate: 1_000_000,
    latencyMode: 'realtime',
    avc: { format: 'annexb' },
  });
  for (let index = 0; index < count; index++) {
    const picture = flatPicture(colourOf(firstIndex + index), width, height, (index * 1e6) / fps);
    encoder.encode(picture, { keyFrame: index % gop === 0 });
    picture.close();
  }
  await encoder.flush();
  encoder.close();
  if (failure) throw failure;
  return pictures;
}

export function flatPicture(
  [red, green, blue]: readonly [number, number, number],
  width: number,
  height: number,
  timestampUs: number,
): VideoFrame {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = `rgb(${red},${green},${blue})`;
  context.fillRect(0, 0, width, height);
  return new VideoFrame(canvas, { timestamp: Math.round(timestampUs) });
}

export async function encodeJpeg(
  [red, green, blue]: readonly [number, number, number],
  width = 320,
  height = 180,
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = `rgb(${red},${green},${blue})`;
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Colour in the middle of what an element shows. */
export function middleColour(video: HTMLVideoElement): [number, number, number] {
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext('2d')!;
  context.drawImage(video, 0, 0, 8, 8);
  const [red = 0, green = 0, blue = 0] = context.getImageData(4, 4, 1, 1).data;
  return [red, green, blue];
}

export function isNear(
  seen: readonly [number, number, number],
  wanted: readonly [number, number, number],
  tolerance = 30,
): boolean {
  return seen.every((value, at) => Math.abs(value - wanted[at]!) <= tolerance);
}
