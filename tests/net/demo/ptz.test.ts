import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions, SteeredCamera } from '../../../src/demo/centre.types.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import type { OnvifDevice } from '../../../src/onvif/onvif.types.ts';
import type { SiteCamera } from '../../../src/sites/site-camera.types.ts';
import { silentLog } from '../../../src/std/log.ts';
import { until, type Watched, watch } from '../../support/rtsp-watch.ts';

/** The steered cameras as the product meets them: our ONVIF client, our RTSP client, real pictures. */
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Hand {
  readonly centre: DemoCentre;
  readonly camera: SiteCamera;
  readonly steered: SteeredCamera;
  readonly device: OnvifDevice;
  readonly token: string;
}

async function hand(options: Partial<DemoOptions> = {}): Promise<Hand> {
  const centre = await startDemoCentre({ log: silentLog, faults: false, cameras: 8, ...options });
  open.push(centre);
  const steered = centre.steered[0]!;
  const camera = centre.cameras.find(({ id }) => id === steered.cameraId)!;
  const device = await connectOnvif({ address: camera.onvif!, credential: camera.credential });
  open.push(device);
  return { centre, camera, steered, device, token: steered.profileToken };
}

async function look(camera: SiteCamera, quality: 'main' | 'sub' = 'sub'): Promise<Watched> {
  const url = quality === 'sub' ? camera.subUrl! : camera.url;
  const watched = await watch({ url, credential: camera.credential });
  open.push({ close: () => watched.session.close() });
  await watched.pictures(1);
  return watched;
}

const [width, height] = [160, 90];

/** Brightness of the picture now, small, without the burnt-in text above and below. */
async function picture(watched: Watched): Promise<Uint8Array> {
  const before = watched.video().length;
  await until(() => watched.video().length > before + 1, 'further pictures');
  const units = watched.video();
  const from = units.findLastIndex(({ keyframe }) => keyframe);
  const stream = Buffer.concat(units.slice(from).map(({ data }) => data));
  const { stdout, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-vf', `scale=${width}:${height}`],
      ...['-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    ],
    { input: stream, maxBuffer: 1 << 28 },
  );
  const all = new Uint8Array(stdout);
  if (all.length < width * height) throw new Error(`no picture: ${stderr}`);
  const last = all.subarray(all.length - width * height);
  return last.subarray(width * 14, width * 78);
}

/** Mean difference of brightness, 0 … 255. */
function difference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += Math.abs(one[i]! - other[i]!);
  return sum / one.length;
}

const light = (one: Uint8Array) => one.reduce((sum, value) => sum + value, 0) / one.length;

/** Mean step from one point to the next: small where the picture is out of focus. */
const detail = (one: Uint8Array) => difference(one.subarray(1), one.subarray(0, -1));

async function rest({ steered }: Hand): Promise<void> {
  await until(() => !steered.device.head.moves(), 'the end of the movement');
  await new Promise((resolve) => setTimeout(resolve, 300));
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a steered camera of the demonstration', () => {
  it('shows another part of the scene while it moves, stands still at Stop, and tells both', async () => {
    const one = await hand();
    const watched = await look(one.camera);
    const ptz = one.device.ptz!;
    const still = await picture(watched);
    const again = await picture(watched);
    expect(difference(still, again)).toBeLessThan(3);

    await ptz.continuousMove(one.token, { pan: 0.5, tilt: 0 }, 20_000);
    expect((await ptz.status(one.token))!.moving).toBe(true);
    await until(() => one.steered.device.head.position.pan > -40, 'a turn to the right');
    await ptz.stop(one.token);
    await rest(one);
    const moved = await picture(watched);
    expect(difference(still, moved)).toBeGreaterThan(15);
    expect(difference(moved, await picture(watched))).toBeLessThan(3);
    const status = await ptz.status(one.token);
    expect(status!.moving).toBe(false);
    const first = status!.pan;
    expect((await ptz.status(one.token))!.pan).toBe(first);
  });

  it('stops by itself when the Timeout is over', async () => {
    const one = await hand();
    await one.device.ptz!.continuousMove(one.token, { pan: 0.1 }, 300);
    await until(() => !one.steered.device.head.moves(), 'the Timeout');
    expect(one.steered.device.head.position.pan).toBeLessThan(-50);
  });

  it('goes to its presets and shows the same picture again', async () => {
    const one = await hand();
    const watched = await look(one.camera, 'main');
    const ptz = one.device.ptz!;
    const presets = await ptz.presets(one.token);
    expect(presets.map(({ name }) => name).slice(0, 3)).toEqual(['Cổng', 'Sân', 'Khu lấy mẫu']);
    const seen: Uint8Array[] = [];
    for (const place of [0, 3, 0]) {
      await ptz.gotoPreset(one.token, presets[place]!.token);
      await rest(one);
      seen.push(await picture(watched));
    }
    expect(difference(seen[0]!, seen[1]!)).toBeGreaterThan(15);
    expect(difference(seen[0]!, seen[2]!)).toBeLessThan(3);
    await ptz.gotoHome(one.token);
    await rest(one);
    expect(one.steered.device.head.position).toEqual(one.steered.device.home);
  });

  it('ends at its limits', async () => {
    const one = await hand();
    const ptz = one.device.ptz!;
    await ptz.continuousMove(one.token, { pan: -1, tilt: -1, zoom: 1 }, 60_000);
    await rest(one);
    expect(await ptz.status(one.token)).toMatchObject({
      pan: -1,
      tilt: -1,
      zoom: 1,
      moving: false,
    });
    await ptz.absoluteMove(one.token, { pan: 1, tilt: 1, zoom: 0 });
    await rest(one);
    expect(await ptz.status(one.token)).toMatchObject({ pan: 1, tilt: 1, zoom: 0, moving: false });
  });

  it('brings the right edge of the picture to the middle by a move in the space of the view', async () => {
    const one = await hand();
    const ptz = one.device.ptz!;
    await ptz.absoluteMove(one.token, { pan: 0, tilt: 0, zoom: 0 });
    await rest(one);
    const [node] = await ptz.nodes();
    const space = node!.spaces.find(({ uri }) => uri.endsWith('/TranslationSpaceFov'))!.uri;
    await ptz.relativeMove(one.token, { pan: 1, tilt: 0 }, undefined, space);
    await rest(one);
    // It looks 15° down, so what is 30° aside in the picture is further around.
    const down = Math.cos((15 * Math.PI) / 180);
    const around = (Math.atan2(Math.tan(Math.PI / 6), down) * 180) / Math.PI;
    expect(one.steered.device.head.position.pan).toBeCloseTo(around, 3);
  });

  it('makes a tour of its presets until a hand steers it', async () => {
    const one = await hand();
    const ptz = one.device.ptz!;
    const [gate, yard] = await ptz.presets(one.token);
    const spots = [gate!, yard!].map(({ token }) => ({ preset: token, stayMs: 300 }));
    const tour = await ptz.saveTour(one.token, { name: 'Tuần tra', spots }, null);
    await ptz.operateTour(one.token, tour, 'Start');
    expect((await ptz.tours(one.token))[0]).toMatchObject({ name: 'Tuần tra', state: 'Touring' });
    const { head } = one.steered.device;
    await until(() => Math.abs(head.position.pan) < 0.1, 'the gate');
    await until(() => Math.abs(head.position.pan + 62) < 0.1, 'the yard');
    await ptz.continuousMove(one.token, { pan: 0.1 }, 200);
    expect((await ptz.tours(one.token))[0]!.state).toBe('Idle');
  });

  it('has a wiper, a lamp, a focus and an iris that are seen', async () => {
    const one = await hand();
    const watched = await look(one.camera);
    const { ptz, imaging } = one.device;
    const plain = await picture(watched);
    await ptz!.auxiliary(one.token, 'tt:IRLamp|On');
    await until(() => one.steered.device.lamp, 'the lamp');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(light(await picture(watched)) - light(plain)).toBeGreaterThan(10);
    await ptz!.auxiliary(one.token, 'tt:IRLamp|Off');
    const source = 'VideoSource_4';
    await imaging!.setIris(source, 20);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(light(plain) - light(await picture(watched))).toBeGreaterThan(20);
    await imaging!.setIris(source, null);
    await imaging!.focus(source, 1);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await imaging!.stopFocus(source);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(detail(await picture(watched))).toBeLessThan(0.7 * detail(plain));
    await imaging!.setFocusMode(source, 'AUTO');
    await ptz!.auxiliary(one.token, 'tt:Wiper|On');
    await until(() => one.steered.device.wiper !== null, 'the wiper');
    await expect(ptz!.auxiliary(one.token, 'tt:Washer|On')).rejects.toMatchObject({
      code: 'onvif.fault',
    });
  });

  it('is told apart from cameras that look one way for ever', async () => {
    const one = await hand();
    const profiles = await one.device.profiles();
    expect(profiles.filter(({ ptz }) => ptz !== null).map(({ token }) => token)).toEqual([
      'Profile_4_main',
      'Profile_4_sub',
    ]);
    await expect(one.device.ptz!.presets('Profile_1_main')).rejects.toMatchObject({
      soap: { subcodes: ['InvalidArgVal', 'NoPTZProfile'] },
    });
    expect(await one.device.imaging!.canDriveFocus('VideoSource_1')).toBe(false);
    const { credential } = one.camera;
    const address = one.camera.onvif!;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/onvif\/site-01\/device_service$/);
    expect(credential).not.toBeNull();
  });
});

describe('its encoders', () => {
  it('run while somebody watches, one for each stream, and none is left after the end', async () => {
    const one = await hand();
    expect(one.steered.encoders).toEqual([]);
    await look(one.camera);
    const second = await look(one.camera);
    expect(one.steered.encoders).toHaveLength(1);
    await look(one.camera, 'main');
    const pids = [...one.steered.encoders];
    expect(pids).toHaveLength(2);
    expect(pids.every(alive)).toBe(true);
    // The second viewer of a stream begins at a keyframe too
    expect(second.video()[0]!.keyframe).toBe(true);
    for (const closing of open.splice(0).reverse()) await closing.close();
    expect(pids.some(alive)).toBe(false);
  });

  it('end when the last viewer leaves', async () => {
    const one = await hand();
    const watched = await look(one.camera);
    const [pid] = one.steered.encoders;
    await watched.session.close();
    await until(() => !alive(pid!), 'the end of the encoder');
    expect(one.steered.encoders).toEqual([]);
  });

  it('are started again after a crash, and disturb nobody else', async () => {
    const one = await hand();
    const watched = await look(one.camera);
    const neighbour = await look(one.centre.cameras[2]!);
    const other = await look(
      one.centre.cameras.find(({ id }) => id === one.centre.steered[1]!.cameraId)!,
    );
    const [pid] = one.steered.encoders;
    process.kill(pid!, 'SIGKILL');
    await until(() => !alive(pid!), 'the end of the encoder');
    const counts = [watched, neighbour, other].map((each) => each.video().length);
    await until(
      () => [watched, neighbour, other].every((each, i) => each.video().length > counts[i]! + 3),
      'further pictures of all',
    );
    expect(one.steered.encoders[0]).not.toBe(pid);
    expect(watched.closed).toBeUndefined();
  });
});

describe('without an encoder', () => {
  it('the nearest stored picture is shown, and goes on', async () => {
    const one = await hand({ encoder: 'never' });
    const watched = await look(one.camera);
    expect(watched.session.video).toMatchObject({ width: 640, height: 360 });
    const home = await picture(watched);
    await one.device.ptz!.gotoPreset(one.token, '4');
    await rest(one);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const there = await picture(watched);
    expect(difference(home, there)).toBeGreaterThan(15);
    await one.device.ptz!.gotoPreset(one.token, '2');
    await rest(one);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(difference(home, await picture(watched))).toBeLessThan(3);
    expect(one.steered.encoders).toEqual([]);
  });

  it('one that always fails gives way to the stored pictures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vonggac-encoder-'));
    open.push({ close: () => rmSync(folder, { recursive: true }) });
    const program = join(folder, 'ffmpeg');
    writeFileSync(program, '#!/bin/sh\necho no such encoder >&2\nexit 1\n');
    chmodSync(program, 0o755);
    const one = await hand({ encoder: { program } });
    const neighbour = await look(one.centre.cameras[2]!);
    const watched = await look(one.camera);
    await watched.pictures(6);
    await neighbour.pictures(10);
    expect(one.steered.encoders).toEqual([]);
  });
});
