import { describe, expect, it } from 'vitest';
import { cameraFromUrl, cameraIdOf, endpointOf } from '../../../src/sites/camera-url.ts';
import { decodeInventory, maxInventoryRows, readInventory } from '../../../src/sites/inventory.ts';
import type { Fault } from '../../../src/std/fault.ts';

const faultOf = (text: string, file = 'list.csv'): Fault => {
  try {
    readInventory(text, file);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('nothing was thrown');
};

describe('an inventory file', () => {
  it('reads CSV with its headings in any order and case, quoted fields and unknown columns', () => {
    const cameras = readInventory(
      'Site,URL,note,Name,SUBURL\r\n"Khu A, tầng 2",rtsp://192.0.2.7/1,x,"Hành ""lang""",rtsp://192.0.2.7/2\r\n',
      'list.csv',
    );
    expect(cameras).toHaveLength(1);
    expect(cameras[0]).toMatchObject({
      name: 'Hành "lang"',
      siteName: 'Khu A, tầng 2',
      url: 'rtsp://192.0.2.7/1',
      subUrl: 'rtsp://192.0.2.7/2',
      credential: null,
      transport: 'auto',
      removable: false,
    });
  });

  it('reads semicolons and tabs, and commas inside a URL then', () => {
    for (const sign of [';', '\t']) {
      const [camera] = readInventory(`name${sign}url\nCổng${sign}rtsp://192.0.2.7/a,b\n`, 'x.csv');
      expect(camera).toMatchObject({ name: 'Cổng', url: 'rtsp://192.0.2.7/a,b', subUrl: null });
    }
  });

  it('takes the address of the device service where one is given', () => {
    const onvif = 'http://192.0.2.7:81/onvif/device_service';
    const rows = [{ url: 'rtsp://192.0.2.7/1', onvif }, { url: 'rtsp://192.0.2.7/2' }];
    const cameras = readInventory(JSON.stringify(rows), 'x.json');
    expect(cameras.map((camera) => camera.onvif)).toEqual([onvif, undefined]);
    expect(readInventory(`url;onvif\nrtsp://192.0.2.7/1;${onvif}`, 'x.csv')[0]?.onvif).toBe(onvif);
  });

  it('reads UTF-8 and UTF-16 in both orders, with and without a byte order mark', () => {
    const text = 'name;url\r\nSân lấy mẫu;rtsp://192.0.2.7/1\r\n';
    const le = new Uint8Array(Buffer.from(text, 'utf16le'));
    const be = new Uint8Array(Buffer.from(text, 'utf16le').swap16());
    const utf8 = new TextEncoder().encode(text);
    const files = [
      utf8,
      new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]),
      le,
      new Uint8Array([0xff, 0xfe, ...le]),
      be,
      new Uint8Array([0xfe, 0xff, ...be]),
    ];
    for (const bytes of files) {
      expect(readInventory(decodeInventory(bytes, 'x.csv'), 'x.csv')[0]?.name).toBe('Sân lấy mẫu');
    }
  });

  it('refuses other encodings instead of showing broken Vietnamese', () => {
    const tcvn = new Uint8Array([...new TextEncoder().encode('name,url\n'), 0xb5, 0xe1, 0x2c]);
    expect(() => decodeInventory(tcvn, 'x.csv')).toThrowError(
      expect.objectContaining({ params: { file: 'x.csv', line: 1, reason: 'encoding' } }),
    );
  });

  it('joins decomposed letters and drops control and direction characters of names', () => {
    const [camera] = readInventory(
      JSON.stringify([{ name: 'Ha\u0300nh\u0007\nlang\u202e', url: 'rtsp://192.0.2.7/1' }]),
      'x.json',
    );
    expect(camera?.name).toBe('Hành lang');
  });

  it('names the line and field of the first wrong row, counts the others, repeats no value', () => {
    const fault = faultOf(
      'name,url\nA,rtsp://192.0.2.7/1\n\n"B\nB",rtsp://u:hunter2@192.0.2.7:99999/1\nC,\n',
    );
    expect(fault.shown).toEqual({
      code: 'input.inventory',
      params: { file: 'list.csv', line: 4, reason: 'url', field: 'url', errors: 2 },
    });
    expect(fault.message).not.toContain('hunter2');
  });

  it.each([
    ['[\n{"name":"a","url":"rtsp://192.0.2.7/1"},\n{"name":"]{,","url":5}]', 3, 'not-text'],
    ['[\n{"name":"a"}]', 2, 'url-missing'],
    ['[\n5]', 2, 'not-an-object'],
    ['{"name":"a"}', 1, 'not-a-list'],
    ['[\n{"name":\n]', 3, 'not-json'],
    ['', 1, 'not-json'],
    [`[{"name":"${'a'.repeat(201)}","url":"rtsp://192.0.2.7/1"}]`, 1, 'too-long'],
  ])('tells what is wrong in JSON %#', (text, line, reason) => {
    expect(faultOf(text, 'x.json').params).toMatchObject({ line, reason });
  });

  it.each([
    ['', 1, 'empty'],
    ['name,address\nA,rtsp://192.0.2.7/1', 1, 'no-url-column'],
    ['name,url\n"A,rtsp://192.0.2.7/1', 2, 'not-csv'],
    ['name,url\nA,http://192.0.2.7/1', 2, 'url'],
    ['name,url,subUrl\nA,rtsp://192.0.2.7/1,nonsense', 2, 'url'],
    ['name,url,onvif\nA,rtsp://192.0.2.7/1,rtsp://192.0.2.7/1', 2, 'url'],
    ['name,url,onvif\nA,rtsp://192.0.2.7/1,http://u:p@192.0.2.7:81', 2, 'url'],
  ])('tells what is wrong in CSV %#', (text, line, reason) => {
    expect(faultOf(text).params).toMatchObject({ line, reason });
  });

  it('reads as many rows as it promises, and refuses one more', () => {
    const rows = Array.from({ length: maxInventoryRows }, (_, i) => `C${i},rtsp://192.0.2.7/${i}`);
    const text = `name,url\n${rows.join('\n')}`;
    const cameras = readInventory(text, 'x.csv');
    expect(new Set(cameras.map((camera) => camera.id)).size).toBe(maxInventoryRows);
    expect(faultOf(`${text}\nZ,rtsp://192.0.2.8/1`).params).toMatchObject({ reason: 'too-many' });
    const json = JSON.stringify(Array(maxInventoryRows + 1).fill({ url: 'rtsp://192.0.2.7/1' }));
    expect(faultOf(json, 'x.json').params).toMatchObject({ reason: 'too-many' });
  });

  it('keeps two rows with one URL apart, the same way each time', () => {
    const text = 'name,url\nA,rtsp://192.0.2.7/1\nB,rtsp://192.0.2.7/1\n';
    const ids = readInventory(text, 'x.csv').map((camera) => camera.id);
    expect(new Set(ids).size).toBe(2);
    expect(readInventory(text, 'x.csv').map((camera) => camera.id)).toEqual(ids);
  });
});

describe('a camera known by its URL', () => {
  it('takes the login out, whichever URL carries it', () => {
    const camera = cameraFromUrl('rtsp://admin:p@ss:/#w%c3%b4@192.0.2.7/1');
    expect(camera.url).toBe('rtsp://192.0.2.7/1');
    expect(camera.credential).toEqual({ user: 'admin', password: 'p@ss:/#wô' });
    expect(cameraFromUrl('rtsp://192.0.2.7/1', { subUrl: 'rtsp://u:p@192.0.2.7/2' })).toMatchObject(
      { subUrl: 'rtsp://192.0.2.7/2', credential: { user: 'u', password: 'p' } },
    );
  });

  it('has one id for all spellings of a URL, and others for others', () => {
    const id = cameraIdOf('rtsp://cam.example/1');
    expect(cameraIdOf('RTSP://CAM.example:554/1')).toBe(id);
    expect(cameraFromUrl('rtsp://a:b@cam.example/1').id).toBe(id);
    for (const other of [
      'rtsp://cam.example/2',
      'rtsps://cam.example/1',
      'rtsp://cam.example:8554/1',
    ]) {
      expect(cameraIdOf(other)).not.toBe(id);
    }
    expect(cameraIdOf('rtsp://cam.example/A')).not.toBe(cameraIdOf('rtsp://cam.example/a'));
  });

  it('names itself by its address, without what may be a login in the path', () => {
    expect(cameraFromUrl('rtsp://192.0.2.7/Streaming/101?x=1').name).toBe(
      '192.0.2.7/Streaming/101',
    );
    expect(cameraFromUrl('rtsp://192.0.2.7:8554/a').name).toBe('192.0.2.7:8554/a');
    const odd = cameraFromUrl('rtsp://192.0.2.7/user=admin_password=hunter2_channel=1.sdp');
    expect(odd.name).toBe('192.0.2.7');
  });

  it('shares a site with the cameras behind the same address where none is told', () => {
    const [a, b] = [cameraFromUrl('rtsp://192.0.2.7/1'), cameraFromUrl('rtsp://192.0.2.7:8554/2')];
    expect(a?.siteId).toBe(b?.siteId);
    expect(cameraFromUrl('rtsp://192.0.2.8/1').siteId).not.toBe(a?.siteId);
    expect(endpointOf('rtsps://CAM.example/x')).toBe('cam.example:322');
  });
});
