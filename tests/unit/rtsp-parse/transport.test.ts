import { describe, expect, it } from 'vitest';
import { formatTransport, parseTransport } from '../../../src/rtsp-parse/transport.ts';

describe('Transport', () => {
  it('reads the channels that the server chose', () => {
    expect(parseTransport('RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=0A1B2C3D').interleaved).toEqual(
      [6, 7],
    );
    expect(parseTransport('RTP/AVP/TCP;unicast;interleaved=4').interleaved).toEqual([4, 5]);
    expect(parseTransport('RTP/AVP/TCP;unicast').interleaved).toEqual([0, 1]);
    expect(parseTransport('RTP/AVP;unicast;client_port=5000-5001').interleaved).toBeNull();
  });

  it('reads ports, addresses and SSRC', () => {
    expect(
      parseTransport(
        'RTP/AVP/UDP;unicast;destination=10.0.0.2;source="10.0.0.9";client_port=5000-5001;server_port=6970-6971;ssrc=1a',
      ),
    ).toMatchObject({
      clientPort: [5000, 5001],
      serverPort: [6970, 6971],
      source: '10.0.0.9',
      destination: '10.0.0.2',
      ssrc: 26,
      multicast: false,
    });
    expect(
      parseTransport('RTP/AVP;multicast;destination=239.0.0.1;port=5000-5001;ttl=3'),
    ).toMatchObject({ multicast: true, port: [5000, 5001], ttl: 3, destination: '239.0.0.1' });
  });

  it('takes nonsense for nothing', () => {
    expect(parseTransport('')).toMatchObject({ interleaved: null, ssrc: null });
    expect(
      parseTransport('RTP/AVP;client_port=99999-1;ssrc=zz;interleaved=300-301;ttl=x'),
    ).toMatchObject({ clientPort: null, ssrc: null, interleaved: null, ttl: null });
  });

  it('asks for each kind', () => {
    expect(formatTransport({ kind: 'tcp', channel: 2 })).toBe(
      'RTP/AVP/TCP;unicast;interleaved=2-3',
    );
    expect(formatTransport({ kind: 'udp', rtpPort: 5000 })).toBe(
      'RTP/AVP;unicast;client_port=5000-5001',
    );
    expect(formatTransport({ kind: 'multicast' })).toBe('RTP/AVP;multicast');
  });
});
