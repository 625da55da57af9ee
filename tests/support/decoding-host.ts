/** Runs alone, to be killed: starts a decoder child, prints its pid, and keeps feeding it. */
import { silentLog } from '../../src/std/log.ts';
import { DecoderProcess } from '../../src/streams/decoder-process.ts';
import { findFfmpeg } from '../../src/streams/find-ffmpeg.ts';
import { clipFormat, clipUnits, encodeClip } from './encoded-clip.ts';

const clip = {
  codec: 'h264',
  source: 'testsrc2=size=320x180:rate=15',
  seconds: 1,
  fps: 15,
  gop: 15,
} as const;
const units = clipUnits(clip, encodeClip(clip));
let told = false;
const decoder = new DecoderProcess({
  program: findFfmpeg()!,
  format: clipFormat('h264', 320, 180),
  width: 320,
  height: 180,
  onPicture: () => {
    if (!told) process.stdout.write(`${decoder.pid}\n`);
    told = true;
  },
  onExit: (why) => silentLog.info(why),
});
let next = 0;
setInterval(() => decoder.write(units[next++ % units.length]!, false), 20);
