import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { fakeCameras } from '../../support/fake-cameras.ts';
import { behave, H264Source, interleave } from '../../support/fake-rtsp-peer.ts';
import { faultOf, until, watch } from '../../support/rtsp-watch.ts';

const { camera, play } = fakeCameras();

describe('quirk 8: interleaved data', () => {
  it('garbage between frames costs nothing but itself', async () => {
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          link.reply(request, 200, { Session: '12345678' });
          const timer = setInterval(() => {
            link.write(Uint8Array.from([0, 0x24, 9, 0, 3, 0xff, 0x52, 0x54, 0x24, 0, 0, 9, 1, 1]));
            link.picture();
            if (link.closed) clearInterval(timer);
          }, 20);
        },
      },
    });
    const { session } = await play({ url: peer.url, transport: 'tcp' }, 40);
    expect(session.figures.lost).toBe(0);
  });

  it('stale data of an old session before the first answer is skipped', async () => {
    const old = new H264Source({ ssrc: 0x0bad, payloadType: 96 });
    const peer = await camera({
      onConnect: (link) => {
        const packets = [...old.next(), ...old.next()].map((packet) => interleave(4, packet));
        link.write(Buffer.concat(packets).subarray(7));
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    expect(watched.session.figures.packets).toBeGreaterThan(0);
    expect(watched.video()[0]!.keyframe).toBe(true);
  });

  it('channel numbers chosen by the server are used, for reports too', async () => {
    const peer = await camera({
      handlers: {
        SETUP: (request, link) => {
          link.channel = 20;
          link.reply(request, 200, {
            Session: '1',
            Transport: 'RTP/AVP/TCP;unicast;interleaved=20-21;ssrc=00C0FFEE',
          });
        },
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
    await until(() => peer.links[0]!.received.length > 0, 'a receiver report');
    expect(peer.links[0]!.received[0]!.channel).toBe(21);
  });

  it('channels other than agreed are learnt from the payload type', async () => {
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          link.channel = 8;
          behave(request, link);
        },
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
  });

  it('data before the PLAY answer is not lost', async () => {
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          link.startMedia(25);
          setTimeout(() => link.reply(request, 200, { Session: '12345678' }), 300);
        },
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' });
    expect(watched.video()[0]!.keyframe).toBe(true);
    expect(watched.session.figures.lost).toBe(0);
    // The very first picture that was sent is the first that was given.
    const ticks = watched.video().map((unit) => unit.time.ticks);
    expect(ticks[1]! - ticks[0]!).toBe(3600);
    expect(watched.formats[0]).toMatchObject({ kind: 'video', width: 320, height: 240 });
  });

  it('another SSRC than announced plays', async () => {
    const peer = await camera({
      handlers: {
        SETUP: (request, link) =>
          link.reply(request, 200, {
            Session: '1',
            Transport: `${request.headers['transport']};ssrc=DEADBEEF`,
          }),
      },
    });
    await play({ url: peer.url, transport: 'tcp' });
  });
});

describe('quirk 9: transports', () => {
  it('461 to TCP, then UDP, on the same connection', async () => {
    const peer = await camera({
      handlers: {
        SETUP: (request, link) => {
          if (request.headers['transport']?.includes('TCP')) link.reply(request, 461);
          else behave(request, link);
        },
      },
    });
    const { session } = await play({ url: peer.url });
    expect(session.figures.transport).toBe('udp');
    expect(peer.links).toHaveLength(1);
    // Packets that open the way back through NAT, before PLAY and after it. Reports come from the
    // other port, so only these reach this one.
    const opened = () => peer.links[0]!.received.filter(({ channel }) => channel === 0).length;
    await until(() => opened() >= 2, 'two packets to the RTP port');
    expect(peer.links[0]!.received.some(({ channel }) => channel === 1)).toBe(true);
  });

  it('UDP without packets, then TCP on a new connection, after TEARDOWN', async () => {
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          if (link.udp) link.reply(request, 200, { Session: '12345678' });
          else behave(request, link);
        },
      },
    });
    const { session } = await play({ url: peer.url, lastTransport: 'udp' });
    expect(session.figures.transport).toBe('tcp');
    expect(peer.links).toHaveLength(2);
    const order = peer.methods();
    expect(order.indexOf('TEARDOWN')).toBeGreaterThan(order.indexOf('PLAY'));
    await until(() => peer.open === 1, 'the first connection to be closed');
  });

  it('the HTTP tunnel where neither TCP nor UDP is taken', async () => {
    const peer = await camera({
      tunnel: true,
      handlers: {
        SETUP: (request, link) => {
          if (link.tunnelled) behave(request, link);
          else link.reply(request, 461);
        },
      },
    });
    const { session } = await play({ url: peer.url });
    expect(session.figures.transport).toBe('http');
    await until(
      () => peer.links.some((link) => link.received.length > 0),
      'a report in the tunnel',
    );
  });

  it('the HTTP tunnel where something on the way cuts RTSP', async () => {
    const peer = await camera({
      tunnel: true,
      handlers: {
        OPTIONS: (request, link) => {
          if (link.tunnelled) behave(request, link);
          else link.reset();
        },
      },
    });
    const { session } = await play({ url: peer.url });
    expect(session.figures.transport).toBe('http');
  });

  it('where nothing helps, the first reason is told', async () => {
    const peer = await camera({ handlers: { SETUP: (request, link) => link.reply(request, 461) } });
    const fault = await faultOf({ url: peer.url, requestTimeoutMs: 500 });
    expect(fault.code).toBe('rtsp.transport-refused');
  });

  it('reordering, duplicates and loss over UDP are sorted out and counted', async () => {
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          link.reply(request, 200, { Session: '12345678' });
          let count = 0;
          const timer = setInterval(() => {
            if (link.udp === null) return clearInterval(timer);
            const packets = [...link.source.next(), ...link.source.next()];
            count += 1;
            // Two packets of one pair change places; now and then one comes twice, or never.
            const [first, second] = [packets.at(-2)!, packets.at(-1)!];
            packets.splice(-2, 2, second, first);
            if (count % 5 === 0) packets.push(first);
            if (count % 7 === 0) packets.pop();
            for (const packet of packets) link.rtp(packet);
          }, 20);
        },
      },
    });
    const watched = await play({ url: peer.url, transport: 'udp' }, 60);
    const { figures } = watched.session;
    expect(figures.reordered).toBeGreaterThan(0);
    await until(() => watched.session.figures.lost > 0, 'a loss to be counted');
    expect(watched.video().some((unit) => unit.afterLoss)).toBe(true);
    const ticks = watched.video().map((unit) => unit.time.ticks);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  it('datagrams of a stranger are dropped', async () => {
    let clientPort = 0;
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          clientPort = link.udp?.clientPort ?? 0;
          behave(request, link);
        },
      },
    });
    const watched = await play({ url: peer.url, transport: 'udp' });
    const stranger = createSocket('udp4').bind(0, '127.0.0.2');
    await once(stranger, 'listening');
    const before = watched.session.figures.packets;
    const forged = new H264Source({ sequence: 40_000 });
    for (let sent = 0; sent < 200; sent += 1) {
      for (const packet of forged.next()) stranger.send(packet, clientPort, '127.0.0.1');
    }
    await watched.pictures(watched.video().length + 10);
    stranger.close();
    expect(watched.session.figures.packets - before).toBeLessThan(100);
    expect(watched.session.figures.lost).toBe(0);
  });

  it('multicast: the group of the answer is joined, and only there', async () => {
    const group = `239.77.${1 + (process.pid % 250)}.1`;
    const sender = createSocket({ type: 'udp4', reuseAddr: true }).bind(0, '127.0.0.1');
    await once(sender, 'listening');
    sender.setMulticastInterface('127.0.0.1');
    sender.setMulticastTTL(1);
    const free = createSocket({ type: 'udp4' }).bind(0, '127.0.0.1');
    await once(free, 'listening');
    const port = free.address().port & ~1;
    free.close();
    let timer: NodeJS.Timeout | undefined;
    const source = new H264Source();
    const peer = await camera({
      handlers: {
        SETUP: (request, link) => {
          expect(request.headers['transport']).toBe('RTP/AVP;multicast');
          link.reply(request, 200, {
            Session: '1',
            Transport: `RTP/AVP;multicast;destination=${group};port=${port}-${port + 1};ttl=1`,
          });
        },
        PLAY: (request, link) => {
          link.reply(request, 200, { Session: '1' });
          timer ??= setInterval(() => {
            for (const packet of source.next()) sender.send(packet, port, group);
          }, 30);
        },
      },
    });
    // Two tiles, or two programs, may watch one group.
    const first = await play({ url: peer.url, transport: 'multicast' });
    const second = await play({ url: peer.url, transport: 'multicast' });
    expect(first.session.figures).toMatchObject({ transport: 'multicast', lost: 0 });
    await second.session.close();
    await first.pictures(first.video().length + 5);
    clearInterval(timer);
    sender.close();
  });

  it('multicast: an address that is no group is refused', async () => {
    const peer = await camera({
      handlers: {
        SETUP: (request, link) =>
          link.reply(request, 200, {
            Session: '1',
            Transport: 'RTP/AVP;multicast;destination=10.0.0.1;port=5000-5001',
          }),
      },
    });
    const fault = await faultOf({ url: peer.url, transport: 'multicast' });
    expect(fault.code).toBe('rtsp.transport-refused');
  });
});

describe('quirk 11: half-open', () => {
  it('connected, PLAY answered, nothing comes: the session stays open for its supervisor to judge', async () => {
    const peer = await camera({
      handlers: { PLAY: (request, link) => link.reply(request, 200, { Session: '12345678' }) },
    });
    const watched = await watch({ url: peer.url, transport: 'tcp' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(watched.closed).toBeUndefined();
    expect(watched.session.figures).toMatchObject({ packets: 0, timing: { firstPacketMs: null } });
    await watched.session.close();
    expect(watched.closed).toBeNull();
  });

  it('a peer that takes the connection and never speaks is left in time', async () => {
    const peer = await camera({ onConnect: (link) => link.freeze() });
    const fault = await faultOf({ url: peer.url, transport: 'tcp', requestTimeoutMs: 400 });
    expect(fault.code).toBe('rtsp.timeout');
    await until(() => peer.open <= 1, 'no second connection');
  });
});

describe('quirk 12: wrong clocks', () => {
  it.each([
    ['of 1970', 12_345],
    ['hours off', Date.now() - 7 * 3_600_000],
  ])('a sender’s clock %s is told as it is, and nothing else suffers', async (_name, senderMs) => {
    const started = Date.now();
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          behave(request, link);
          const timer = setInterval(() => {
            if (link.closed) return clearInterval(timer);
            link.rtcp(link.source.senderReport(senderMs + Date.now() - started));
          }, 100);
        },
      },
    });
    const watched = await play({ url: peer.url, transport: 'tcp' }, 20);
    await until(() => watched.session.figures.clockOffsetMs !== null, 'a sender report');
    await watched.pictures(watched.video().length + 5);
    const offset = watched.session.figures.clockOffsetMs!;
    expect(Math.abs(offset - (senderMs - started))).toBeLessThan(3000);
    const last = watched.video().at(-1)!;
    expect(Math.abs(last.senderTimeMs! - (senderMs + Date.now() - started))).toBeLessThan(3000);
    expect(Math.abs(last.receivedAtMs - Date.now())).toBeLessThan(3000);
  });
});

describe('hostile peers', () => {
  it('cost only their own stream', async () => {
    const good = await camera();
    const healthy = await play({ url: good.url, transport: 'tcp' });
    const attacks: [name: string, data: () => Uint8Array][] = [
      ['zeros', () => new Uint8Array(2_000_000)],
      ['endless header', () => Buffer.from(`RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(400_000)}`)],
      ['huge body', () => Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n')],
      ['dollars', () => Buffer.alloc(2_000_000, 0x24)],
    ];
    for (const [name, data] of attacks) {
      const peer = await camera({
        handlers: {
          PLAY: (request, link) => {
            behave(request, link);
            setTimeout(() => link.write(data()), 600);
            setTimeout(() => link.end(), 1200);
          },
        },
      });
      const victim = await play({ url: peer.url, transport: 'tcp' });
      const fault = await victim.ended();
      expect([name, fault?.code]).toEqual([
        name,
        expect.stringMatching(/^(rtsp\.protocol|net\.closed|media\.overrun)$/),
      ]);
    }
    await healthy.pictures(healthy.video().length + 10);
    expect(healthy.closed).toBeUndefined();
    expect(healthy.session.figures.lost).toBe(0);
  });

  it('that send more than a wall could take are closed as overrun', async () => {
    const packet = interleave(0, new H264Source().packet(new Uint8Array(1400).fill(0x41), false));
    const flood = Buffer.concat(Array.from({ length: 700 }, () => packet));
    const peer = await camera({
      handlers: {
        PLAY: (request, link) => {
          link.reply(request, 200, { Session: '12345678' });
          link.picture();
          const timer = setInterval(() => {
            if (link.closed) return clearInterval(timer);
            for (let times = 0; times < 4; times += 1) link.write(flood);
          }, 10);
        },
      },
    });
    const watched = await watch({ url: peer.url, transport: 'tcp' });
    expect((await watched.ended())?.code).toBe('media.overrun');
    await watched.session.close();
  });

  it('a listener that throws harms nobody', async () => {
    const peer = await camera();
    const watched = await watch({ url: peer.url, transport: 'tcp' });
    watched.session.onAccessUnit(() => {
      throw new Error('defect');
    });
    await watched.pictures(5);
    expect(watched.log.join()).toContain('a listener failed');
    await watched.session.close();
  });
});
