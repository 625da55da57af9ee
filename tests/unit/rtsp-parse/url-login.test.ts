import { describe, expect, it } from 'vitest';
import { splitUrl } from '../../../src/rtsp-parse/url.ts';
import { fillLoginMarks, takePathLogin } from '../../../src/rtsp-parse/url-login.ts';

/** URLs whose device wants the login in the path or the query. */
const kinds: [family: string, url: string, marked: string, user: string, password: string][] = [
  [
    'XMeye',
    'rtsp://10.0.0.1:554/user=admin_password=tlJ_wp_6_channel=1_stream=0.sdp?real_stream',
    'rtsp://10.0.0.1:554/user={user}_password={password}_channel=1_stream=0.sdp?real_stream',
    'admin',
    'tlJ_wp_6',
  ],
  [
    'XMeye with &',
    'rtsp://10.0.0.1/user=admin&password=kin-9&channel=1&stream=0.sdp?',
    'rtsp://10.0.0.1/user={user}&password={password}&channel=1&stream=0.sdp?',
    'admin',
    'kin-9',
  ],
  [
    'a query',
    'rtsp://10.0.0.1/live?user=xem&pwd=a/b;c&ch=2',
    'rtsp://10.0.0.1/live?user={user}&pwd={password}&ch=2',
    'xem',
    'a/b;c',
  ],
  [
    'VStarcam',
    'rtsp://10.0.0.1/tcp/av0_0?loginuse=admin&loginpas=8888',
    'rtsp://10.0.0.1/tcp/av0_0?loginuse={user}&loginpas={password}',
    'admin',
    '8888',
  ],
  [
    'an escaped value',
    'rtsp://10.0.0.1/?username=xem&password=m%E1%BA%ADt%26kh%E1%BA%A9u',
    'rtsp://10.0.0.1/?username={user}&password={password}',
    'xem',
    'mật&khẩu',
  ],
  [
    'a token',
    'rtsp://10.0.0.1/cam?token=eyJ.x',
    'rtsp://10.0.0.1/cam?token={password}',
    '',
    'eyJ.x',
  ],
  [
    'capitals',
    'rtsp://10.0.0.1/?USER=a&PWD=b',
    'rtsp://10.0.0.1/?USER={user}&PWD={password}',
    'a',
    'b',
  ],
];

describe('a login in the path of a URL', () => {
  it.each(kinds)('%s is taken out, and put back as it was', (_, url, marked, user, password) => {
    expect(splitUrl(url)).toEqual({ url: marked, credential: { user, password } });
    // What is kept is split again at every door it passes.
    expect(splitUrl(marked)).toEqual({ url: marked, credential: null });
    expect(decodeURIComponent(fillLoginMarks(marked, { user, password }))).toBe(
      decodeURIComponent(url),
    );
  });

  it.each([
    '/user=admin_password=_channel=1_stream=0.sdp',
    '/Streaming/Channels/101?transportmode=unicast&profile=Profile_1',
    '/user=admin/bypass=no/compass=3',
    '/cam/realmonitor?channel=1&subtype=0',
  ])('is not seen in %s', (path) => {
    expect(takePathLogin(path)).toEqual({ path, credential: null });
  });

  it('that differs from the one before the host is refused without repeating either', () => {
    const split = () => splitUrl('rtsp://a:mot@10.0.0.1/user=a_password=hai_channel=1');
    expect(split).toThrow(expect.objectContaining({ code: 'input.url' }));
    expect(split).toThrow(/^(?!.*(mot|hai))/);
    expect(splitUrl('rtsp://a:mot@10.0.0.1/?user=a&pwd=mot').credential?.password).toBe('mot');
  });

  it('beside the mark of its user, or a second one, is refused', () => {
    for (const path of ['/?user={user}&pwd=moi', '/?user=a&pwd=b&token=c']) {
      expect(() => takePathLogin(path)).toThrow(expect.objectContaining({ code: 'input.url' }));
    }
  });

  it('can be asked for by hand where the device has no word for it', () => {
    const url = 'rtsp://10.0.0.1/live/{user}/{password}/1';
    expect(splitUrl(url)).toEqual({ url, credential: null });
    expect(fillLoginMarks(url, { user: 'xem', password: 'a/b c?#%$@' })).toBe(
      'rtsp://10.0.0.1/live/xem/a%2Fb%20c%3F%23%25$@/1',
    );
    expect(() => fillLoginMarks(url, null)).toThrow(
      expect.objectContaining({ code: 'rtsp.credentials-needed' }),
    );
  });
});
