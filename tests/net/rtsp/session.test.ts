import { describe, expect, it } from 'vitest';
import { fakeCameras } from '../../support/fake-cameras.ts';
import { behave, type FakePeer, h264Sdp, ignore } from '../../support/fake-rtsp-peer.ts';
import { faultOf, until } from '../../support/rtsp-watch.ts';

const { camera, play } = fakeCameras();

describe('redirects', () => {
  it.each([301, 302, 303, 305])('%i is followed', async (status) => {
    const target = await camera();
    const peer = await camera({
      handlers: {
        DESCRIBE: (request, link) => link.reply(request, status, { Location: target.url }),
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    expect(target.of('PLAY')).toHaveLength(1);
    await until(() => peer.open === 0, 'the first connection to be closed');
  });

  it('a circle of redirects ends', async () => {
    const peer: FakePeer = await camera({
      handlers: {
        DESCRIBE: (request, link) => link.reply(request, 302, { Location: link.peer.url }),
      },
    });
    expect((await faultOf({ url: peer.url })).code).toBe('rtsp.redirect');
    expect(peer.of('DESCRIBE').length).toBeLessThanOrEqual(6);
  });

  it('a plain-text password does not follow to another host', async () => {
    const basic = { 'WWW-Authenticate': 'Basic realm="x"' };
    const thief = await camera({
      handlers: { OPTIONS: (request, link) => link.reply(request, 401, basic) },
    });
    const peer = await camera({
      handlers: {
        DESCRIBE: (request, link) =>
          link.reply(request, 302, { Location: `rtsp://localhost:${thief.port}/live` }),
      },
    });
    const fault = await faultOf({ url: peer.url, credential: { user: 'u', password: 'p' } });
    expect(fault.code).toBe('rtsp.unauthorized');
    expect(thief.requests.length).toBeGreaterThan(0);
    expect(thief.requests.filter((request) => request.headers['authorization'])).toEqual([]);
  });
});

describe('sessions', () => {
  it('TEARDOWN comes before the connection is closed, and its answer is awaited', async () => {
    let answered = false;
    const peer = await camera({
      handlers: {
        TEARDOWN: (request, link) => {
          setTimeout(() => {
            answered = true;
            link.reply(request, 200);
          }, 150);
        },
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    await watched.session.close();
    expect(answered).toBe(true);
    expect(watched.closed).toBeNull();
    const count = watched.units.length;
    await until(() => peer.open === 0, 'the connection to be closed');
    expect(watched.units).toHaveLength(count);
  });

  it('a device that never answers TEARDOWN is left after a second', async () => {
    const peer = await camera({ handlers: { TEARDOWN: ignore } });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    const start = Date.now();
    await watched.session.close();
    expect(Date.now() - start).toBeLessThan(5000);
    await until(() => peer.open === 0, 'the connection to be closed');
  });

  it('aborting closes with TEARDOWN; aborting while connecting rejects', async () => {
    const peer = await camera();
    const playing = new AbortController();
    const watched = await play({ url: peer.url, transport: 'tcp', signal: playing.signal });
    playing.abort();
    expect(await watched.ended()).toBeNull();
    await until(() => peer.of('TEARDOWN').length === 1, 'TEARDOWN');

    const silent = await camera({ handlers: { DESCRIBE: ignore } });
    const opening = new AbortController();
    const fault = faultOf({ url: silent.url, signal: opening.signal });
    await until(() => silent.of('DESCRIBE').length === 1, 'DESCRIBE');
    opening.abort();
    expect((await fault).code).toBe('net.closed');
    await until(() => silent.open === 0, 'the connection to be closed');
    expect((await faultOf({ url: peer.url, signal: AbortSignal.abort() })).code).toBe('net.closed');
  });

  it('the device closing, resetting or leaving ends the session once, with a cause', async () => {
    for (const leave of ['end', 'reset'] as const) {
      const peer = await camera();
      const watched = await play({ url: peer.url, transport: 'tcp' });
      peer.links[0]![leave]();
      expect((await watched.ended())?.code).toBe('net.closed');
    }
    const peer = await camera();
    const watched = await play({ url: peer.url, transport: 'tcp' });
    peer.links[0]!.write('TEARDOWN rtsp://x/ RTSP/1.0\r\nCSeq: 77\r\n\r\n');
    expect((await watched.ended())?.code).toBe('net.closed');
  });

  it('requests of the device are answered', async () => {
    const peer = await camera();
    const watched = await play({ url: peer.url, transport: 'tcp' });
    peer.links[0]!.write('OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 77\r\n\r\n');
    await watched.pictures(watched.video().length + 3);
    expect(watched.closed).toBeUndefined();
    // The answer is no request: the peer reads it as one with the status line as its method.
    expect(peer.requests.some(({ method, uri }) => method === 'RTSP/1.0' && uri === '200')).toBe(
      true,
    );
  });

  it('every stage that is not answered times out', async () => {
    for (const method of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
      const peer = await camera({ handlers: { [method]: ignore } });
      const fault = await faultOf({ url: peer.url, transport: 'tcp', requestTimeoutMs: 300 });
      expect([method, fault.code]).toEqual([method, 'rtsp.timeout']);
      await until(() => peer.open === 0, 'the connection to be closed');
    }
  });

  it('plays all tracks where the device refuses to play one alone (quirk 9)', async () => {
    const sdp = `${h264Sdp()}m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:track2\r\n`;
    const peer = await camera({
      sdp,
      handlers: {
        SETUP: (request, link) => {
          const wish = request.headers['transport'] ?? '';
          link.reply(request, 200, { Session: '1', Transport: wish });
        },
        PLAY: (request, link) => {
          if (link.peer.of('SETUP').length < 2) link.reply(request, 455);
          else behave(request, link);
        },
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    expect(peer.of('SETUP').map(({ uri }) => uri.slice(-6))).toEqual(['track1', 'track2']);
    expect(peer.of('SETUP')[1]!.headers['transport']).toContain('interleaved=2-3');
  });

  it('the kinds of network failure are told apart', async () => {
    const gone = await camera();
    const { url } = gone;
    await gone.close();
    expect((await faultOf({ url })).code).toBe('net.refused');
    const name = await faultOf({ url: 'rtsp://camera.invalid/live' });
    expect(name.shown).toEqual({ code: 'net.dns', params: { host: 'camera.invalid' } });
    const web = await camera({
      onConnect: (link) => link.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      handlers: { OPTIONS: (_request, link) => link.end() },
    });
    expect((await faultOf({ url: web.url, transport: 'tcp' })).code).toBe('net.closed');
  });
});
