import { describe, expect, it } from 'vitest';
import type { AccessUnit, VideoFormat } from '../../../src/codec/access-unit.ts';
import { MediaFeed } from '../../../src/rtsp/media-feed.ts';
import { Fault } from '../../../src/std/fault.ts';

const format: VideoFormat = {
  kind: 'video',
  codec: 'h264',
  codecString: 'avc1.42C00C',
  profile: null,
  width: 4,
  height: 4,
  declaredFps: null,
  reorderFrames: 0,
};

function unit(ticks: number, keyframe: boolean, bytes = 10): AccessUnit {
  return {
    kind: 'video',
    data: new Uint8Array(bytes),
    keyframe,
    time: { ticks, clockRate: 90_000 },
    senderTimeMs: null,
    receivedAtMs: 0,
    afterLoss: false,
  };
}

const microtasks = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('MediaFeed', () => {
  it('keeps in order what came before anybody listened, formats too', async () => {
    const feed = new MediaFeed(() => {});
    feed.format(format);
    feed.unit(unit(0, true));
    const seen: string[] = [];
    feed.onAccessUnit((one) => seen.push(`unit ${one.time.ticks}`));
    feed.onFormat((one) => seen.push(one.kind));
    await microtasks();
    feed.unit(unit(1, false));
    expect(seen).toEqual(['video', 'unit 0', 'unit 1']);
    expect(feed.video).toBe(format);
  });

  it('drops pictures nobody takes, and goes on with a keyframe', async () => {
    const feed = new MediaFeed(() => {});
    feed.format(format);
    const large = 3 * 1024 * 1024;
    for (let index = 0; index < 4; index += 1) feed.unit(unit(index, index === 0, large));
    feed.unit(unit(4, false));
    feed.unit(unit(5, true));
    feed.unit(unit(6, false));
    const seen: number[] = [];
    const formats: string[] = [];
    feed.onFormat((one) => formats.push(one.kind));
    feed.onAccessUnit((one) => seen.push(one.time.ticks));
    await microtasks();
    expect(seen).toEqual([5, 6]);
    expect(formats).toEqual(['video']);
  });

  it('tells the end once, also to who comes late, and gives nothing after it', async () => {
    const feed = new MediaFeed(() => {});
    const ends: unknown[] = [];
    const seen: AccessUnit[] = [];
    feed.onAccessUnit((one) => seen.push(one));
    await microtasks();
    feed.onClosed((fault) => ends.push(fault?.code));
    feed.close(new Fault('net.closed'));
    feed.close(null);
    feed.unit(unit(0, true));
    feed.onClosed((fault) => ends.push(fault?.code));
    await microtasks();
    expect(ends).toEqual(['net.closed', 'net.closed']);
    expect(seen).toEqual([]);
  });

  it('keeps a listener that throws from harming the others', async () => {
    const log: string[] = [];
    const feed = new MediaFeed((line) => log.push(line));
    const seen: number[] = [];
    feed.onAccessUnit(() => {
      throw new Error('secret text');
    });
    feed.onAccessUnit((one) => seen.push(one.time.ticks));
    await microtasks();
    feed.unit(unit(7, true));
    expect(seen).toEqual([7]);
    expect(log).toEqual(['a listener failed: Error']);
  });
});
