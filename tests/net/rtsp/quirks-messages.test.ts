import { describe, expect, it } from 'vitest';
import { fakeCameras } from '../../support/fake-cameras.ts';
import { type FakePeerOptions, h264Sdp } from '../../support/fake-rtsp-peer.ts';
import { faultOf, until } from '../../support/rtsp-watch.ts';

const { camera, play } = fakeCameras();

describe('quirk 1: URLs', () => {
  const bases: [name: string, contentBase: string, control: string, setup: string][] = [
    ['Content-Base without scheme', '192.168.1.64:554/live/', 'track1', '/live/track1'],
    ['rtsp://rtsp://', 'rtsp://rtsp://192.168.1.64/live/', 'track1', '/live/track1'],
    ['a host name instead of the address', 'rtsp://ipcam.local/live/', 'track1', '/live/track1'],
    [
      'Content-Base ending in ?query/',
      'rtsp://192.168.1.64/cam?channel=1&subtype=0/',
      'trackID=0',
      '/cam?channel=1&subtype=0/trackID=0',
    ],
    ['an absolute control URL', 'rtsp://a/live/', 'rtsp://192.168.1.64:554/x/t1', '/x/t1'],
    ['control *', 'rtsp://a/live/', '*', '/live/'],
  ];
  it.each(bases)('%s: SETUP goes to the address that was reached', async (...row) => {
    const [, contentBase, control, setup] = row;
    const peer = await camera({
      sdp: h264Sdp(control),
      handlers: {
        DESCRIBE: (request, link) =>
          link.reply(request, 200, { 'Content-Base': contentBase }, link.peer.sdp),
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    expect(peer.of('SETUP')[0]!.uri).toBe(`rtsp://127.0.0.1:${peer.port}${setup}`);
  });

  it('control missing at session level: PLAY goes to Content-Base or the request URL', async () => {
    const peer = await camera({ sdp: h264Sdp('track1', null) });
    await play({ url: peer.url, transport: 'tcp' });
    expect(peer.of('PLAY')[0]!.uri).toBe(peer.url);
    expect(peer.of('SETUP')[0]!.uri).toBe(`${peer.url}/track1`);
  });
});

describe('quirk 2: malformed descriptions', () => {
  it('c=IN, no v=, negative port, private media, trailing ; and no Content-Type play', async () => {
    const sdp = `c=IN\n${h264Sdp()
      .split('\r\n')
      .filter((line) => !/^[vc]=/.test(line))
      .join('\n')
      .replace('m=video 0', 'm=video -1')
      .replace(
        /(sprop[^\n]*)/,
        '$1;',
      )}m=application/TP-LINK 0 RTP/AVP smart/1/90000\na=control:t3\n`;
    const peer = await camera({
      sdp,
      handlers: {
        DESCRIBE: (request, link) => link.reply(request, 200, { 'Content-Type': null }, sdp),
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    // The private track was left alone.
    expect(peer.of('SETUP')).toHaveLength(1);
  });

  it('a page instead of a description is no RTSP', async () => {
    const peer = await camera({ sdp: '<html>login</html>' });
    expect((await faultOf({ url: peer.url, transport: 'tcp' })).code).toBe('rtsp.protocol');
  });
});

describe('quirk 6: keepalive', () => {
  const withTimeout = (seconds: number | null): FakePeerOptions['handlers'] => ({
    SETUP: (request, link) =>
      link.reply(request, 200, {
        Session: `ABC${seconds === null ? '' : `;timeout=${seconds}`}`,
        Transport: request.headers['transport'] ?? '',
      }),
  });

  it('GET_PARAMETER with the Session header, well within a short timeout', async () => {
    const peer = await camera({ handlers: { ...withTimeout(2) } });
    await play({ url: peer.url, transport: 'tcp' });
    const start = Date.now();
    await until(() => peer.of('GET_PARAMETER').length >= 2, 'two keepalives');
    expect(Date.now() - start).toBeLessThan(8000);
    expect(peer.of('GET_PARAMETER')[0]!.headers['session']).toBe('ABC');
  });

  it('OPTIONS where GET_PARAMETER is not offered', async () => {
    const peer = await camera({
      handlers: {
        ...withTimeout(2),
        OPTIONS: (request, link) =>
          link.reply(request, 200, { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN' }),
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    await until(() => peer.of('OPTIONS').length >= 3, 'two keepalives');
    expect(peer.of('GET_PARAMETER')).toHaveLength(0);
    expect(peer.of('OPTIONS')[1]!.headers['session']).toBe('ABC');
  });

  it('OPTIONS where GET_PARAMETER is offered and then refused', async () => {
    const peer = await camera({
      handlers: {
        ...withTimeout(2),
        GET_PARAMETER: (request, link) => link.reply(request, 451),
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    await until(() => peer.of('OPTIONS').length >= 3, 'two keepalives');
    expect(peer.of('GET_PARAMETER')).toHaveLength(1);
    expect(watched.closed).toBeUndefined();
  });

  it('a wrong CSeq, or none, in the answers is no obstacle', async () => {
    const peer = await camera({
      handlers: {
        ...withTimeout(2),
        OPTIONS: (request, link) => link.reply(request, 200, { CSeq: null }),
        DESCRIBE: (request, link) => link.reply(request, 200, { CSeq: '999' }, link.peer.sdp),
        GET_PARAMETER: (request, link) => link.reply(request, 200, { CSeq: '1' }),
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    await until(() => peer.of('GET_PARAMETER').length >= 2, 'two keepalives');
    expect(watched.log.join()).not.toContain('not answered');
  });

  it('454 ends the session, so that a new one is made', async () => {
    const peer = await camera({
      handlers: { ...withTimeout(2), GET_PARAMETER: (request, link) => link.reply(request, 454) },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    expect((await watched.ended())?.code).toBe('net.closed');
  });

  it('a device that answers nothing and sends nothing any more is given up', async () => {
    const peer = await camera({
      handlers: { ...withTimeout(2), GET_PARAMETER: (_request, link) => link.freeze() },
    });
    const watched = await play({ url: peer.url, transport: 'tcp', requestTimeoutMs: 600 });
    expect((await watched.ended())?.code).toBe('rtsp.timeout');
  });
});

describe('quirk 7: too many clients', () => {
  it.each([
    [453, 'PLAY', 'rtsp.too-many-clients'],
    [453, 'SETUP', 'rtsp.too-many-clients'],
    [503, 'DESCRIBE', 'rtsp.too-many-clients'],
    [500, 'PLAY', 'rtsp.too-many-clients'],
    [500, 'DESCRIBE', 'rtsp.server-error'],
    [403, 'DESCRIBE', 'rtsp.forbidden'],
    [404, 'DESCRIBE', 'rtsp.not-found'],
    [551, 'PLAY', 'rtsp.server-error'],
  ])('%i to %s is %s', async (status, method, code) => {
    const peer = await camera({
      handlers: { [method]: (request, link) => link.reply(request, status) },
    });
    const fault = await faultOf({ url: peer.url });
    expect(fault.code).toBe(code);
    expect(fault.params['status']).toBe(status);
    // One attempt is one attempt: no other transport is tried for such an answer.
    expect(peer.links).toHaveLength(1);
    await until(() => peer.open === 0, 'the connection to be closed');
  });

  it('frees the session that SETUP made when PLAY is refused', async () => {
    const peer = await camera({ handlers: { PLAY: (request, link) => link.reply(request, 453) } });
    await faultOf({ url: peer.url, transport: 'tcp' });
    await until(() => peer.of('TEARDOWN').length === 1, 'TEARDOWN');
    expect(peer.of('TEARDOWN')[0]!.headers['session']).toBe('12345678');
  });
});
