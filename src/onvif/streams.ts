import { Fault } from '../std/fault.ts';
import type { MediaProfile, StreamSource } from './media.types.ts';
import type { OnvifDevice } from './onvif.types.ts';

/** Asked at one time: recorders answer slowly, and slower still when they are asked for more. */
const atOnce = 3;

/** The addresses of all pairs; see `OnvifDevice.streams`. */
export async function readStreams(device: OnvifDevice): Promise<StreamSource[]> {
  const pairs = await device.pairs();
  const sources: StreamSource[] = new Array(pairs.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < pairs.length; at = next++) {
      const { main, sub } = pairs[at] as (typeof pairs)[number];
      sources[at] = await readPair(device, main, sub);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, pairs.length) }, work));
  return sources;
}

async function readPair(
  device: OnvifDevice,
  main: MediaProfile,
  sub: MediaProfile | null,
): Promise<StreamSource> {
  const [first, second] = [await uriOf(device, main), sub ? await uriOf(device, sub) : null];
  const base = { main, mainUri: first.uri, mainFault: first.fault, sub };
  if (!second) return { ...base, subUri: null, subProblem: 'missing' };
  if (second.uri === null) return { ...base, subUri: null, subProblem: 'refused' };
  if (second.uri === first.uri) return { ...base, subUri: null, subProblem: 'same-as-main' };
  return { ...base, subUri: second.uri, subProblem: null };
}

async function uriOf(
  device: OnvifDevice,
  profile: MediaProfile,
): Promise<{ uri: string | null; fault: Fault | null }> {
  try {
    return { uri: await device.streamUri(profile), fault: null };
  } catch (error) {
    const fault = Fault.from(error);
    // One profile may be broken; a refused login or a dead network concerns all of them.
    if (!/^onvif\.(?:fault|unsupported|protocol|forbidden|limit|gone|overrun)$/.test(fault.code))
      throw fault;
    return { uri: null, fault };
  }
}
