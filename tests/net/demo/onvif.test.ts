import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCentre } from '../../../src/demo/centre.ts';
import type { DemoCentre, DemoOptions } from '../../../src/demo/centre.types.ts';
import { demoRegister } from '../../../src/demo/sites.ts';
import { onvifHub } from '../../../src/hubs/onvif-hub.ts';
import { connectOnvif } from '../../../src/onvif/connect-onvif.ts';
import type { OnvifDevice, OnvifOptions } from '../../../src/onvif/onvif.types.ts';
import { securityHeader } from '../../../src/onvif/wsse.ts';
import { silentLog } from '../../../src/std/log.ts';
import { hubTools } from '../../support/hub-tools.ts';
import { watch } from '../../support/rtsp-watch.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function demo(options: Partial<DemoOptions> = {}): Promise<DemoCentre> {
  const centre = await startDemoCentre({ log: silentLog, faults: false, ...options });
  open.push(centre);
  return centre;
}

const { sites } = demoRegister(48);

async function recorder(
  centre: DemoCentre,
  place = 0,
  options: Partial<OnvifOptions> = {},
): Promise<OnvifDevice> {
  const { id, login } = sites[place]!;
  const address = centre.onvifUrl(id);
  const credential = { user: login.user, password: login.password };
  const device = await connectOnvif({ address, credential, ...options });
  open.push(device);
  return device;
}

describe('the recorders of the simulated centre, seen by the product’s own client', () => {
  it('are 12 with 48 cameras, each with a main and a smaller sub stream', async () => {
    const centre = await demo();
    const serials = new Set<string>();
    const codecs: string[] = [];
    const logins = new Set<string>();
    for (const [place, site] of sites.entries()) {
      const device = await recorder(centre, place);
      const { serial, firmware } = await device.device.information();
      serials.add(serial);
      expect(firmware).toBe('5.10');
      expect((await device.device.scopes()).name).toBe(site.name);
      const streams = await device.streams();
      expect(streams).toHaveLength(4);
      for (const [slot, { main, sub, mainUri, subUri, subProblem }] of streams.entries()) {
        const camera = centre.cameras[place * 4 + slot]!;
        expect([main.name, mainUri, subUri]).toEqual([camera.name, camera.url, camera.subUrl]);
        expect(subProblem).toBeNull();
        expect(main.video!.width).toBe(1280);
        expect(sub!.video).toMatchObject({ width: 640, height: 360 });
        codecs.push(main.video!.codec);
      }
      logins.add(device.login);
    }
    expect(serials.size).toBe(12);
    expect([...serials].every((serial) => /^\d{18}$/.test(serial))).toBe(true);
    expect(codecs.filter((codec) => codec === 'h265')).toHaveLength(3);
    expect(codecs.filter((codec) => codec === 'jpeg')).toHaveLength(2);
    expect([...logins]).not.toContain('none');
    expect(centre.figures().onvifRefusedLogins).toBe(0);
  });

  it('tell stream addresses that play', async () => {
    const centre = await demo();
    const device = await recorder(centre, 3);
    const [first] = await device.streams();
    const { user, password } = sites[3]!.login;
    const one = await watch({ url: first!.subUri!, credential: { user, password } });
    const [picture] = await one.pictures(1);
    expect(picture!.keyframe).toBe(true);
    await one.session.close();
    expect(await device.snapshotUri(first!.main)).toBeNull();
  });

  it('tell H.265 by Media2 only, and name an unknown profile in a Fault with subcodes', async () => {
    const centre = await demo();
    // Camera 13 of the register is the second of the fourth site
    const device = await recorder(centre, 3);
    expect(await device.media!.profiles()).toHaveLength(6);
    expect(await device.media2!.profiles()).toHaveLength(8);
    const fault = await device.media2!.streamUri('<b>&"').catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'onvif.fault',
      soap: { subcodes: ['InvalidArgVal', 'NoProfile'], reason: 'There is no profile <b>&"' },
    });
  });

  it('have more than 30 days of footage, but for one camera with 12 days and one with a gap', async () => {
    const centre = await demo();
    const day = 86_400_000;
    const spans: number[] = [];
    const gaps: string[] = [];
    for (const place of sites.keys()) {
      const device = await recorder(centre, place);
      const found = await device.search!.recordings();
      expect(found.map(({ token }) => token)).toEqual(
        (await device.recording!.recordings()).map(({ token }) => token),
      );
      for (const { oldest, newest } of found) spans.push((newest! - oldest!) / day);
      const extent = await device.search!.extent();
      expect(extent).toMatchObject({
        source: 'summary',
        oldest: Math.min(...found.map(({ oldest }) => oldest!)),
      });
      const events = await device.search!.events(Date.now() - 60 * day, Date.now());
      const stops = events.filter(({ data }) => data.IsRecording === 'false');
      for (const stop of stops) {
        const again = events.find(({ at, recording }) => {
          return recording === stop.recording && at! > stop.at!;
        });
        gaps.push(`${sites[place]!.id} ${stop.recording} ${(again!.at! - stop.at!) / 3_600_000} h`);
      }
    }
    expect(spans).toHaveLength(48);
    expect(spans.filter((days) => days > 30)).toHaveLength(47);
    expect(spans.filter((days) => days >= 12 && days < 12.1)).toHaveLength(1);
    expect(gaps).toEqual(['site-03 Recording_3 9 h']);
  });

  it('keep motion events for a pull point, which can be renewed and ended', async () => {
    const centre = await demo();
    const device = await recorder(centre);
    const point = await device.events!.createPullPoint({ topics: 'tns1:VideoSource//.' });
    const first = await point.pull();
    expect(first.map(({ operation, path }) => `${operation} ${path}`)).toEqual(
      Array.from({ length: 4 }, () => 'Initialized VideoSource/MotionAlarm'),
    );
    expect(await point.renew(120_000)).toBe(true);
    expect(point.endsAt - Date.now()).toBeGreaterThan(100_000);
    const [next] = await point.pull({ waitMs: 20_000 });
    expect(next).toMatchObject({ operation: 'Changed', path: 'VideoSource/MotionAlarm' });
    expect(next!.source.Source).toMatch(/^VideoSource_[1-4]$/);
    await point.unsubscribe();
    await expect(point.pull()).rejects.toMatchObject({ code: 'onvif.gone' });
  });

  it('have only so many subscriptions (quirk 17)', async () => {
    const centre = await demo();
    const device = await recorder(centre);
    for (let count = 0; count < 10; count += 1) await device.events!.createPullPoint();
    await expect(device.events!.createPullPoint()).rejects.toMatchObject({ code: 'onvif.limit' });
  });

  it('take a UsernameToken as well', async () => {
    const centre = await demo();
    const device = await recorder(centre, 1, { login: 'wsse' });
    await device.device.information();
    expect(device.login).toBe('wsse');
    expect(centre.figures().onvifRefusedLogins).toBe(0);
  });

  it.each(['wsse', 'auto'] as const)('refuse a wrong password once (%s)', async (login) => {
    const centre = await demo();
    const credential = { user: 'giamsat', password: 'Mophong-02' };
    const device = await recorder(centre, 0, { credential, login });
    for (let turn = 0; turn < 3; turn += 1)
      await expect(device.device.information()).rejects.toMatchObject({
        code: 'rtsp.unauthorized',
      });
    expect(centre.figures().onvifRefusedLogins).toBe(1);
  });
});

describe('a hub by ONVIF', () => {
  it('lists the cameras of a site from its recorder', async () => {
    const centre = await demo();
    const { id, login } = sites[4]!;
    const way = { kind: 'onvif', address: centre.onvifUrl(id) } as Parameters<typeof onvifHub>[0];
    const hub = onvifHub(way, { user: login.user, password: login.password }, hubTools);
    open.push(hub);
    const { cameras } = await hub.list();
    const wanted = centre.cameras.filter(({ siteId }) => siteId === id);
    expect(cameras.map(({ name, url, subUrl }) => ({ name, url, subUrl }))).toEqual(
      wanted.map(({ name, url, subUrl }) => ({ name, url, subUrl })),
    );
    expect(cameras.every(({ device }) => device?.kind === 'recorder')).toBe(true);
  });
});

describe('recorders with the ways of real ones', () => {
  it('quirk 13: a clock an hour ahead is met by its own time', async () => {
    const centre = await demo({ onvifFaults: { clockOffsetMs: 3_600_000 } });
    const device = await recorder(centre, 0, { login: 'wsse' });
    expect(Math.abs(device.clock!.offsetMs - 3_600_000)).toBeLessThan(2_500);
    await device.device.information();
    expect(device.login).toBe('wsse');
    expect(centre.figures().onvifRefusedLogins).toBe(0);
  });

  it('quirk 14: inner addresses are rewritten to what was reached', async () => {
    const centre = await demo({ onvifFaults: { innerHost: '192.168.1.64' } });
    const device = await recorder(centre);
    const [first] = await device.streams();
    expect(first!.mainUri).toBe(centre.cameras[0]!.url);
    const point = await device.events!.createPullPoint();
    expect(new URL(point.url).port).toBe(String(centre.onvifPort));
    expect(point.url).toMatch(/\?Idx=\d+$/);
    expect(await point.pull()).toHaveLength(4);
  });

  it('quirk 15: Media2 alone is enough', async () => {
    const centre = await demo({ onvifFaults: { media2Only: true } });
    const device = await recorder(centre);
    expect(device.media).toBeNull();
    expect(await device.streams()).toHaveLength(4);
  });
});

describe('requests that nobody should send to a recorder', () => {
  const laughs = `<!DOCTYPE a [<!ENTITY b "${'ha'.repeat(100)}"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`;
  it.each([
    ['a document type with entities', laughs],
    ['no XML', 'GET me out'],
    ['XML that ends early', '<s:Envelope><s:Body>'],
    ['an endless nest', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`],
    ['XML without an envelope', '<constructor/>'],
    ['nothing', ''],
  ])('%s gets a Fault', async (_name, body) => {
    const centre = await demo({ cameras: 4 });
    const answer = await fetch(centre.onvifUrl('site-01'), { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<env:Value>ter:WellFormed</env:Value>');
    await (await recorder(centre)).device.information();
  });

  it('what a stranger asks is denied with a challenge and a Fault, also what does not exist', async () => {
    const centre = await demo({ cameras: 4 });
    for (const operation of ['GetDeviceInformation', 'GetNothing', 'toString']) {
      const body = `<e:Envelope xmlns:e="x"><e:Body><${operation}/></e:Body></e:Envelope>`;
      const answer = await fetch(centre.onvifUrl('site-01'), { method: 'POST', body });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Digest realm="Site 01"');
      expect(await answer.text()).toContain('<env:Value>ter:NotAuthorized</env:Value>');
    }
  });

  it('what does not exist is a Fault to those who logged in, and a token serves once', async () => {
    const centre = await demo({ cameras: 4 });
    const { user, password } = sites[0]!.login;
    const ask = async (operation: string, nonce: string, at = Date.now()) => {
      const header = securityHeader({ user, password }, at, Buffer.from(nonce));
      const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body><${operation}/></s:Body></s:Envelope>`;
      const answer = await fetch(centre.onvifUrl('site-01'), { method: 'POST', body });
      return [answer.status, /ter:\w+/.exec(await answer.text())?.[0] ?? ''];
    };
    expect(await ask('GetScopes', 'one')).toEqual([200, '']);
    expect(await ask('GetScopes', 'one')).toEqual([400, 'ter:NotAuthorized']);
    expect(await ask('GetScopes', 'two', Date.now() - 3_600_000)).toEqual([
      400,
      'ter:NotAuthorized',
    ]);
    expect(await ask('toString', 'three')).toEqual([500, 'ter:ActionNotSupported']);
    expect(await ask('SetSystemFactoryDefault', 'four')).toEqual([500, 'ter:ActionNotSupported']);
    expect(await ask('constructor', 'five')).toEqual([400, 'ter:WellFormed']);
  });

  it('too much of it is not read, and other sites are not there', async () => {
    const centre = await demo({ cameras: 4 });
    const url = new URL(centre.onvifUrl('site-01'));
    const told = await new Promise<string>((resolve) => {
      const socket = connect(Number(url.port), url.hostname);
      let text = '';
      socket.on('data', (part) => {
        text += part.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
      socket.write(
        `POST ${url.pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 52428800\r\n\r\n<a>`,
      );
    });
    expect(told).toMatch(/^HTTP\/1\.1 413 /);
    for (const path of ['/onvif/site-99/device_service', '/onvif/site-01/constructor', '/', '//'])
      expect((await fetch(`${url.origin}${path}`, { method: 'POST', body: 'x' })).status).toBe(404);
    expect((await fetch(url)).status).toBe(405);
    await (await recorder(centre)).device.information();
  });
});
