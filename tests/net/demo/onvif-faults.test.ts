import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions } from '../../../src/demo/centre.types.ts';
import type { OnvifFaults } from '../../../src/demo/onvif-site.ts';
import { DiscoveryDesk } from '../../../src/discovery/discovery-desk.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import type { OnvifDevice, OnvifOptions } from '../../../src/onvif/onvif.types.ts';
import type { PtzService } from '../../../src/onvif/ptz.types.ts';
import { openRegister } from '../../../src/sites/register.ts';
import { silentLog } from '../../../src/std/log.ts';
import { migrate } from '../../../src/store/migrations.ts';
import { faultOf, watch } from '../../support/rtsp-watch.ts';

/**
 * One simulated centre with a switch for each way of real devices that `onvifFaults` knows, and the
 * product's own client, which gets what it wants all the same.
 */
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function demo(
  onvifFaults: OnvifFaults,
  more: Partial<DemoOptions> = {},
): Promise<DemoCentre> {
  const centre = await startDemoCentre({
    log: silentLog,
    faults: false,
    cameras: 8,
    encoder: 'never',
    onvifFaults,
    ...more,
  });
  open.push(centre);
  return centre;
}

async function recorder(
  centre: DemoCentre,
  options: Partial<OnvifOptions> = {},
): Promise<OnvifDevice> {
  const { onvif, credential } = centre.cameras[0]!;
  const device = await connectOnvif({ address: onvif!, credential, ...options });
  open.push(device);
  return device;
}

/** The steered camera of the first site. */
async function steered(faults: OnvifFaults['ptz']) {
  const centre = await demo({ ptz: faults ?? {} });
  const { ptz } = await recorder(centre);
  const camera = centre.steered[0]!;
  return { ptz: ptz as PtzService, token: camera.profileToken, head: camera.device.head };
}

describe('logins, addresses and services', () => {
  it('quirk 13: a recorder whose clock is an hour ahead takes our token', async () => {
    const centre = await demo({ clockOffsetMs: 3_600_000 });
    const device = await recorder(centre, { login: 'wsse' });
    await device.device.information();
    expect(device.login).toBe('wsse');
    expect(centre.figures().onvifRefusedLogins).toBe(0);
  });

  it('quirk 14: a recorder that tells its inner address is steered all the same', async () => {
    const centre = await demo({ innerHost: '192.168.1.64' });
    const device = await recorder(centre);
    expect((await device.streams())[3]!.mainUri).toBe(centre.cameras[3]!.url);
    expect(await device.ptz!.presets(centre.steered[0]!.profileToken)).toHaveLength(5);
  });

  it('quirk 15: a recorder with Media2 alone tells which camera can be steered', async () => {
    const centre = await demo({ media2Only: true });
    const device = await recorder(centre);
    expect(device.media).toBeNull();
    const profiles = await device.profiles();
    expect(profiles.filter(({ ptz }) => ptz !== null)).toHaveLength(2);
  });
});

describe('steering', () => {
  it('quirk 16: Timeout ignored, the camera goes on until it is halted', async () => {
    const { ptz, token, head } = await steered({ ignoresTimeout: true });
    await ptz.continuousMove(token, { pan: 0.05 }, 200);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(head.moves()).toBe(true);
    await ptz.halt(token);
    await expect.poll(() => head.moves()).toBe(false);
  });

  it('quirk 16: Stop ignored, zero velocity stops it', async () => {
    const { ptz, token, head } = await steered({ ignoresStop: true });
    await ptz.continuousMove(token, { pan: 0.05, zoom: 0.02 }, 30_000);
    await ptz.stop(token);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(head.moves()).toBe(true);
    await ptz.halt(token);
    await expect.poll(() => head.moves()).toBe(false);
  });

  it('quirk 16: no GetStatus is no failure', async () => {
    const { ptz, token } = await steered({ noStatus: true });
    expect(await ptz.status(token)).toBeNull();
  });

  it('quirk 16: no absolute move is told by the node, and relative moves go on', async () => {
    const { ptz, token, head } = await steered({ noAbsolute: true });
    const [node] = await ptz.nodes();
    expect(node!.abilities).toMatchObject({ absolute: false, relative: true, continuous: true });
    await expect(ptz.absoluteMove(token, { pan: 0 })).rejects.toMatchObject({
      code: 'onvif.unsupported',
    });
    const before = head.position.pan;
    await ptz.relativeMove(token, { pan: 0.2 });
    await expect.poll(() => head.moves(), { timeout: 10_000 }).toBe(false);
    expect(head.position.pan - before).toBeCloseTo(17, 1);
  });

  it('quirk 16: tokens of presets that are no numbers work', async () => {
    const { ptz, token } = await steered({ oddTokens: true });
    const made = await ptz.setPreset(token, 'Cửa <sau> & kho');
    expect(made).toBe('{Vị trí-6}');
    await ptz.setPreset(token, 'Cửa sau', made);
    await ptz.gotoPreset(token, made);
    const presets = await ptz.presets(token);
    expect(presets.map(({ name }) => name)).toEqual([
      ...['Cổng', 'Sân', 'Khu lấy mẫu', 'Bãi xe', 'Thanh chắn'],
      'Cửa sau',
    ]);
    await ptz.removePreset(token, made);
    expect(await ptz.presets(token)).toHaveLength(5);
  });

  it('quirk 16: no home is told by the node', async () => {
    const { ptz, token } = await steered({ noHome: true });
    expect((await ptz.nodes())[0]!.home).toBe(false);
    await expect(ptz.gotoHome(token)).rejects.toMatchObject({ code: 'onvif.unsupported' });
  });
});

describe('events', () => {
  it('quirk 17: the limit of subscriptions is named, and Renew may be refused', async () => {
    const centre = await demo({ maxPullPoints: 1, noRenew: true });
    const { events } = await recorder(centre);
    const point = await events!.createPullPoint();
    expect(await point.renew(60_000)).toBe(false);
    expect(await point.pull()).toHaveLength(4);
    await expect(events!.createPullPoint()).rejects.toMatchObject({ code: 'onvif.limit' });
    await point.unsubscribe();
    await events!.createPullPoint();
  });
});

describe('footage', () => {
  it('quirk 18: EarliestRecording 1970 is no age of footage', async () => {
    const centre = await demo({ footage: { earliest1970: true } });
    const { search } = await recorder(centre);
    const extent = await search!.extent();
    expect(extent?.oldest ?? null).toBeNull();
    expect(extent?.newest).toBeGreaterThan(Date.UTC(2020, 0, 1));
  });

  it('quirk 18: without a summary the search tells the oldest footage', async () => {
    const centre = await demo({ footage: { noSummary: true } });
    const { search } = await recorder(centre);
    expect(await search!.summary()).toBeNull();
    expect(await search!.extent()).toMatchObject({ source: 'search' });
  });

  it('quirk 18: one replay at a time, the second is refused as too many, and has its turn later', async () => {
    const centre = await demo({ footage: { oneReplay: true } });
    const { replay, search } = await recorder(centre);
    const [recording] = await search!.recordings();
    const url = (await replay!.replayUri(recording!.token))!;
    const { credential } = centre.cameras[0]!;
    const first = await watch({ url, credential });
    await first.pictures(3);
    expect((await faultOf({ url, credential })).code).toBe('rtsp.too-many-clients');
    await first.session.close();
    const second = await watch({ url, credential });
    await second.pictures(1);
    await second.session.close();
  });
});

describe('discovery', () => {
  const found = async (discovery: NonNullable<OnvifFaults['discovery']>) => {
    const centre = await demo({ discovery }, { discovery: true });
    const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
    migrate(database);
    const register = openRegister({ database, log: silentLog });
    const desk = new DiscoveryDesk({
      database,
      register,
      log: silentLog,
      onProgress: () => {},
      tuning: { rtspPorts: [], onvifPorts: [], connectMs: 500, answerMs: 500, waitMs: 1_000 },
    });
    open.push(desk);
    desk.start({ interfaces: ['lo'] });
    await expect.poll(() => desk.results(null)?.progress.phase, { timeout: 20_000 }).toBe('done');
    const devices = desk.results(null)!.devices;
    return {
      devices,
      ours: devices.filter(({ onvifUrl }) => onvifUrl?.includes(`:${centre.onvifPort}/`)),
    };
  };

  it('quirk 19: recorders that answer thrice by two addresses are found once each', async () => {
    const { ours } = await found({ duplicates: true });
    expect(ours.map(({ name }) => name).sort()).toHaveLength(2);
  });

  it('quirk 19: malformed answers hide no good one', async () => {
    const { ours } = await found({ malformed: true });
    expect(ours).toHaveLength(2);
  });

  it('quirk 19: a device that names an address of a foreign network is asked where it answered', async () => {
    const { ours, devices } = await found({ foreign: true });
    expect(ours).toHaveLength(2);
    const other = devices.find(({ name }) => name === 'Máy ghi mạng khác');
    expect(other?.onvifUrl).toBe('http://127.0.0.1:80/onvif/device_service');
  });
});
