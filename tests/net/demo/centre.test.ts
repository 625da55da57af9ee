import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre } from '../../../src/demo/centre.types.ts';
import { runDemoSite } from '../../../src/demo/demo-site.ts';
import { silentLog } from '../../../src/std/log.ts';
import { faultOf, until, type Watched, watch } from '../../support/rtsp-watch.ts';

let centre: DemoCentre | null = null;
const open: Watched[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.session.close()));
  await centre?.close();
  centre = null;
});

describe('the simulated centre, seen by the product’s own client', () => {
  it('has 48 cameras that all play, but one with a wrong password in its inventory', async () => {
    centre = await startDemoCentre({ log: silentLog });
    expect(centre.cameras).toHaveLength(48);
    const codecs: Record<string, number> = {};
    let refused = 0;
    for (const camera of centre.cameras) {
      const options = { url: camera.subUrl!, credential: camera.credential, wantAudio: false };
      try {
        const one = await watch(options);
        const [first] = await one.pictures(1);
        expect(first!.keyframe).toBe(true);
        const codec = one.session.video!.codec;
        codecs[codec] = (codecs[codec] ?? 0) + 1;
        await one.session.close();
      } catch (error) {
        expect(error).toMatchObject({ code: 'rtsp.unauthorized' });
        refused++;
      }
    }
    expect(refused).toBe(1);
    expect(codecs).toMatchObject({ h265: 3, mjpeg: 2 });
    expect(codecs.h264).toBeGreaterThanOrEqual(41);
  });

  it('plays main streams of 1280×720 and sound where a camera has it', async () => {
    centre = await startDemoCentre({ log: silentLog, faults: false });
    const camera = centre.cameras[0]!;
    const one = await watch({ url: camera.url, credential: camera.credential, wantAudio: true });
    open.push(one);
    await one.pictures(5);
    await until(() => one.units.some((unit) => unit.kind === 'audio'), 'sound');
    expect(one.session.video).toMatchObject({
      codec: 'h264',
      width: 1280,
      height: 720,
      reorderFrames: 0,
    });
    expect(one.session.audio).toMatchObject({ codec: 'pcma', sampleRate: 8000 });
  });

  it('is all healthy without faults, and a test can make one', async () => {
    centre = await startDemoCentre({ log: silentLog, faults: false, cameras: 27 });
    const wrong = centre.cameras[15]!;
    const one = await watch({ url: wrong.subUrl!, credential: wrong.credential });
    open.push(one);
    await one.pictures(3);
    centre.fault(wrong.id, 'drop');
    expect(await one.ended()).toMatchObject({ code: 'net.closed' });
    const options = { url: wrong.subUrl!, credential: wrong.credential };
    expect((await faultOf(options)).code).toMatch(/^net\./);
    centre.fault(wrong.id, null);
    const again = await watch(options);
    open.push(again);
    await again.pictures(3);
    expect(() => centre!.fault('nobody', 'drop')).toThrow();
  });

  it('scales for training', async () => {
    centre = await startDemoCentre({ log: silentLog, cameras: 512, faults: false });
    expect(centre.cameras).toHaveLength(512);
    const last = centre.cameras[511]!;
    const one = await watch({ url: last.subUrl!, credential: last.credential });
    open.push(one);
    await one.pictures(2);
  });
});

describe('demo-site', () => {
  it('lists every camera with the login of its site, runs, and ends on the signal', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    const ended = runDemoSite({
      cameras: 6,
      port: 0,
      language: 'vi',
      log: silentLog,
      print: (line) => lines.push(line),
      signal: stop.signal,
    });
    await until(() => lines.some((line) => line.includes('Ctrl+C')), 'the list');
    const urls = lines.flatMap((line) => /rtsp:\/\/\S+\/main/.exec(line)?.[0] ?? []);
    expect(urls).toHaveLength(6);
    const recorders = lines.flatMap((line) => /Đầu ghi ONVIF: (\S+)/.exec(line)?.[1] ?? []);
    expect(recorders).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/onvif\/site-01\/device_service$/),
      expect.stringContaining('/onvif/site-02/'),
    ]);
    const steered = lines.filter((line) => line.includes('PTZ'));
    expect(steered).toEqual([expect.stringMatching(/cam-04\/main .*Profile_4_main/)]);
    const password = /mật khẩu (\S+),/.exec(lines.join('\n'))![1]!;
    const one = await watch({ url: urls[0]!, credential: { user: 'giamsat', password } });
    await one.pictures(1);
    await one.session.close();
    stop.abort();
    await ended;
    expect(lines.at(-1)).toBe('Đã dừng trung tâm mô phỏng.');
    expect((await faultOf({ url: urls[0]! })).code).toBe('net.refused');
  });
});
