/**
 * A steerable camera in a process of its own. Prints `ready PORT`, then a line for each command as it
 * comes in: `move|zero|stop NANOSECONDS` by the system's steady clock, which all processes share.
 */
import { PtzPeer } from '../../tests/support/ptz-peer.ts';

const peer = await new PtzPeer({ timeoutIgnored: true }, { login: 'digest' }).listen();
const push = peer.events.push.bind(peer.events);
peer.events.push = (...events) => {
  const at = process.hrtime.bigint();
  for (const { what } of events) process.stdout.write(`${what} ${at}\n`);
  return push(...events);
};
process.stdout.write(`ready ${peer.soap.port}\n`);
