import { describe, expect, it } from 'vitest';
import type { CauseCode } from '../../../src/contract/cause.ts';
import type { TransportUsed } from '../../../src/rtsp/session.types.ts';
import { type PlanOptions, TransportPlan } from '../../../src/rtsp/transport-plan.ts';
import { Fault } from '../../../src/std/fault.ts';

/** The transports that are tried when each fails with this cause. */
function order(options: Partial<PlanOptions>, code: CauseCode): TransportUsed[] {
  const plan = new TransportPlan({ choice: 'auto', last: null, tls: false, ...options });
  const tried = [plan.current];
  while (plan.failed(new Fault(code)) && tried.length < 10) tried.push(plan.current);
  return tried;
}

describe('TransportPlan', () => {
  it('goes from TCP over UDP to the tunnel where transports are refused', () => {
    expect(order({}, 'rtsp.transport-refused')).toEqual(['tcp', 'udp', 'http']);
    expect(order({ last: 'udp' }, 'media.stalled')).toEqual(['udp', 'tcp', 'http']);
    expect(order({ last: 'multicast' }, 'media.stalled')).toEqual([
      'multicast',
      'tcp',
      'udp',
      'http',
    ]);
  });

  it('goes straight to the tunnel where RTSP is cut or garbled', () => {
    for (const code of ['net.closed', 'rtsp.protocol', 'rtsp.timeout'] as const) {
      expect(order({}, code)).toEqual(['tcp', 'http']);
    }
  });

  it('tries nothing else after a login, a path or the network failed', () => {
    const final = [
      'rtsp.unauthorized',
      'rtsp.forbidden',
      'rtsp.credentials-needed',
      'rtsp.not-found',
      'rtsp.too-many-clients',
      'net.refused',
      'net.dns',
      'tls.untrusted',
      'media.unsupported-codec',
    ] as const;
    for (const code of final) expect([code, order({}, code)]).toEqual([code, ['tcp']]);
  });

  it('never leaves TLS for UDP unless asked for', () => {
    expect(order({ tls: true }, 'rtsp.transport-refused')).toEqual(['tcp', 'http']);
    expect(order({ tls: true, last: 'udp' }, 'rtsp.transport-refused')).toEqual(['tcp', 'http']);
    expect(order({ tls: true, choice: 'udp' }, 'media.stalled')).toEqual(['udp']);
  });

  it('goes back from a tunnel that worked last time and is gone', () => {
    expect(order({ last: 'http' }, 'net.refused')).toEqual(['http', 'tcp']);
    expect(order({ last: 'http' }, 'rtsp.transport-refused')).toEqual(['http', 'tcp', 'udp']);
  });

  it('does only what a person chose', () => {
    for (const choice of ['tcp', 'udp', 'multicast', 'http'] as const) {
      expect(order({ choice, last: 'udp' }, 'rtsp.transport-refused')).toEqual([choice]);
    }
  });

  it('tells the first reason in the end', () => {
    const plan = new TransportPlan({ choice: 'auto', last: null, tls: false });
    plan.refused(new Fault('rtsp.transport-refused', 'first'));
    expect(plan.current).toBe('udp');
    plan.failed(new Fault('media.stalled', 'second'));
    expect(plan.failed(new Fault('net.refused', 'third'))).toBe(false);
    expect(plan.firstFault?.message).toBe('first');
  });
});
