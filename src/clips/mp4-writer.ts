import type { AudioFormat, VideoFormat } from '../codec/access-unit.ts';
import { Fault } from '../std/fault.ts';
import { BlockWriter } from './block-writer.ts';
import type { AsideFile } from './clip-file.ts';
import {
  ascii,
  type BoxPart,
  box,
  fullBox,
  mp4Time,
  u8,
  u16,
  u32,
  u64,
  unityMatrix,
} from './mp4-boxes.ts';
import { audioEntry, videoEntry } from './mp4-entries.ts';
import { writeSample } from './mp4-samples.ts';
import {
  ChunkTable,
  Column,
  compositionOffsets,
  editList,
  sampleSizes,
  sampleTimes,
  syncSamples,
  timeToSample,
} from './mp4-tables.ts';

/**
 * One MP4 file: pictures as they came, at most one track of sound, the index at the end. Written by
 * ourselves, because a clip is nothing but bytes put in order, and that goes as fast as the disk.
 * Memory: two blocks, and about 20 bytes a picture for the index.
 */

/** RTP clocks of video run at 90 kHz: with this time scale their ticks are kept as they are. */
export const videoTimescale = 90_000;
/** Whole file and edit list, in ms. */
const movieTimescale = 1000;
/** Another chunk after this, so that players need not read far for a moment of both tracks. */
const chunkBytes = 1024 * 1024;

export class Mp4Writer {
  readonly #out: BlockWriter;
  readonly #video: VideoFormat;
  readonly #audio: AudioFormat | null;
  readonly #sizes = new Column();
  readonly #shown = new Column();
  readonly #keys = new Column(64);
  readonly #pictureChunks = new ChunkTable();
  readonly #soundSizes = new Column(64);
  readonly #soundTimes = new Column(64);
  readonly #soundChunks = new ChunkTable();
  /** Samples of PCM so far; of AAC they are counted by their times. */
  #pcmSamples = 0;
  #lastSoundLength = 0;
  #entry: Uint8Array | null = null;
  /** The track whose chunk is being filled. */
  #filling: ChunkTable | null = null;

  constructor(file: AsideFile, video: VideoFormat, audio: AudioFormat | null) {
    this.#out = new BlockWriter(file);
    this.#video = video;
    this.#audio = audio;
  }

  get bytes(): number {
    return this.#out.position;
  }

  get hasSound(): boolean {
    return !this.#soundChunks.isEmpty;
  }

  /** What was written, for reading it back. */
  get blocks(): BlockWriter['blocks'] {
    return this.#out.blocks;
  }

  /** Its size is known at the end: a block by itself, written twice. */
  async begin(): Promise<void> {
    await this.#out.write(this.#head(0));
    await this.#out.flush();
  }

  /**
   * @param at when it is shown, in ticks of 1/90000 s from the first on
   * @returns a promise where the disk must be waited for
   */
  addPicture(annexB: Uint8Array, at: number, isKeyframe: boolean): void | Promise<void> {
    this.#entry ??= videoEntry(this.#video, annexB);
    const begun = this.#out.position;
    const bytes = writeSample(this.#out, annexB);
    if (typeof bytes === 'number') this.#pictureWritten(begun, bytes, at, isKeyframe);
    else return bytes.then((length) => this.#pictureWritten(begun, length, at, isKeyframe));
  }

  /**
   * AAC: one access unit. G.711: 16-bit PCM, little endian.
   * @param seconds when it is heard, from the first picture on; not before what came last
   * @param samples of one channel
   */
  async addSound(bytes: Uint8Array, seconds: number, samples: number): Promise<void> {
    const { codec, sampleRate, channels } = this.#audio!;
    const ticks = Math.round(seconds * sampleRate);
    if (codec === 'aac') {
      await this.#putSound(bytes, 1);
      this.#soundSizes.push(bytes.length);
      this.#soundTimes.push(ticks);
      this.#lastSoundLength = samples;
      return;
    }
    if (this.#soundTimes.length === 0) this.#soundTimes.push(ticks);
    // A track of PCM has no holes: silence stands where nothing was heard.
    const missing = ticks - this.#soundTimes.values[0]! - this.#pcmSamples;
    if (missing > sampleRate * pcmSlackSeconds) await this.#silence(missing, channels * 2);
    await this.#putSound(bytes, samples);
    this.#pcmSamples += samples;
  }

  /** @param lastTicks how long the last picture is shown @param createdAtMs Unix ms */
  async finish(lastTicks: number, createdAtMs: number): Promise<void> {
    if (!this.#entry) throw new Fault('clip.empty', 'no picture');
    const mediaEnd = this.#out.position;
    await this.#out.write(this.#index(lastTicks, createdAtMs));
    await this.#out.end();
    await this.#out.replaceFirst(this.#head(mediaEnd - this.#head(0).length));
  }

  #head(mediaBytes: number): Uint8Array {
    const brand = this.#video.codec === 'h264' ? 'avc1' : 'hvc1';
    const ftyp = box('ftyp', ascii('isom'), u32(0x200), ascii(`isomiso2${brand}mp41`));
    const head = new Uint8Array(ftyp.length + 16);
    head.set(ftyp);
    head.set(u32(1), ftyp.length);
    head.set(ascii('mdat'), ftyp.length + 4);
    head.set(u64(16 + mediaBytes), ftyp.length + 8);
    return head;
  }

  #pictureWritten(begun: number, bytes: number, at: number, isKeyframe: boolean): void {
    this.#chunk(this.#pictureChunks, begun, 1, bytes);
    this.#sizes.push(bytes);
    this.#shown.push(at);
    if (isKeyframe) this.#keys.push(this.#sizes.length);
  }

  async #putSound(bytes: Uint8Array, samples: number): Promise<void> {
    this.#chunk(this.#soundChunks, this.#out.position, samples, bytes.length);
    await this.#out.write(bytes);
  }

  async #silence(samples: number, sampleBytes: number): Promise<void> {
    const piece = new Uint8Array(Math.min(samples, 32_768) * sampleBytes);
    for (let left = samples; left > 0; ) {
      const now = Math.min(left, 32_768);
      await this.#putSound(piece.subarray(0, now * sampleBytes), now);
      left -= now;
    }
    this.#pcmSamples += samples;
  }

  #chunk(table: ChunkTable, offset: number, samples: number, bytes: number): void {
    if (this.#filling !== table || table.bytes >= chunkBytes) table.begin(offset);
    this.#filling = table;
    table.add(samples, bytes);
  }

  #index(lastTicks: number, createdAtMs: number): Uint8Array {
    const times = sampleTimes(this.#shown.values, Math.round(lastTicks));
    const isAllKeys = this.#keys.length === this.#sizes.length;
    const pictureMs = inMs(times.duration, videoTimescale);
    const { width, height } = this.#video;
    const pictures: Track = {
      ...{ id: 1, startMs: 0, mediaTime: times.shift, ms: pictureMs },
      ...{ handler: 'vide', name: 'Video', header: fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) },
      ...{ timescale: videoTimescale, duration: times.duration, width, height },
      table: [
        fullBox('stsd', 0, 0, u32(1), this.#entry!),
        timeToSample(times.deltas),
        times.offsets ? compositionOffsets(times.offsets) : [],
        isAllKeys ? [] : syncSamples(this.#keys.values),
        this.#pictureChunks.boxes(),
        sampleSizes(this.#sizes.values, this.#sizes.length),
      ],
    };
    const tracks = [pictures, ...(this.hasSound ? [this.#soundTrack()] : [])];
    const ms = Math.max(...tracks.map((track) => track.startMs + track.ms));
    const created = mp4Time(createdAtMs);
    const mvhd = fullBox(
      ...(['mvhd', 1, 0, u64(created, created), u32(movieTimescale), u64(ms)] as const),
      ...[u32(0x10000), u16(0x100, 0), u32(0, 0), unityMatrix],
      u32(0, 0, 0, 0, 0, 0, tracks.length + 1),
    );
    return box(
      'moov',
      mvhd,
      tracks.map((track) => trackBox(track, created)),
    );
  }

  #soundTrack(): Track {
    const audio = this.#audio!;
    const isPcm = audio.codec !== 'aac';
    const times = this.#soundTimes.values;
    const first = times[0]!;
    const deltas = isPcm ? null : soundSteps(times, this.#lastSoundLength);
    const duration = deltas ? deltas.reduce((sum, step) => sum + step, 0) : this.#pcmSamples;
    return {
      ...{ id: 2, startMs: Math.round((first / audio.sampleRate) * 1000), mediaTime: 0 },
      ...{ ms: inMs(duration, audio.sampleRate), width: 0, height: 0 },
      ...{ handler: 'soun', name: 'Audio', header: fullBox('smhd', 0, 0, u16(0, 0)) },
      ...{ timescale: audio.sampleRate, duration },
      table: [
        fullBox('stsd', 0, 0, u32(1), audioEntry(audio)),
        deltas ? timeToSample(deltas) : fullBox('stts', 0, 0, u32(1, this.#pcmSamples, 1)),
        this.#soundChunks.boxes(),
        deltas
          ? sampleSizes(this.#soundSizes.values, this.#soundSizes.length)
          : sampleSizes(2 * audio.channels, this.#pcmSamples),
      ],
    };
  }
}

/** PCM that comes later than this is a hole and no jitter. */
const pcmSlackSeconds = 0.01;

interface Track {
  readonly id: number;
  readonly startMs: number;
  readonly mediaTime: number;
  readonly ms: number;
  readonly handler: 'vide' | 'soun';
  readonly name: string;
  readonly header: Uint8Array;
  readonly timescale: number;
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  readonly table: readonly BoxPart[];
}

/** `trak` (ISO/IEC 14496-12 section 8.3). */
function trackBox(track: Track, created: number): Uint8Array {
  const isSound = track.handler === 'soun';
  const tkhd = fullBox(
    ...(['tkhd', 1, 3, u64(created, created), u32(track.id, 0)] as const),
    ...[u64(track.startMs + track.ms), u32(0, 0), u16(0, isSound ? 1 : 0, isSound ? 0x100 : 0, 0)],
    ...[unityMatrix, u32(track.width * 65_536, track.height * 65_536)],
  );
  const undetermined = u16(0x55c4, 0);
  const self = fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1));
  return box(
    'trak',
    tkhd,
    editList(track.startMs, track.mediaTime, track.ms),
    box(
      'mdia',
      fullBox(
        ...(['mdhd', 1, 0, u64(created, created), u32(track.timescale)] as const),
        ...[u64(track.duration), undetermined],
      ),
      fullBox('hdlr', 0, 0, u32(0), ascii(track.handler), u32(0, 0, 0), ascii(track.name), u8(0)),
      box('minf', track.header, box('dinf', self), box('stbl', track.table)),
    ),
  );
}

/** Up: a player must not leave out the last picture because of a fraction. */
function inMs(duration: number, timescale: number): number {
  return Math.ceil((duration * movieTimescale) / timescale);
}

/** From each block of sound to the next; what overlaps follows at once. */
function soundSteps(times: Float64Array, last: number): Float64Array {
  return times.map((time, i) =>
    i + 1 < times.length ? Math.max(1, times[i + 1]! - time) : Math.max(1, last),
  );
}
