import { plainName } from '../sites/camera-url.ts';

/**
 * Media servers know streams, not cameras: `gate` and `gate_sub` are one camera with two streams. The
 * endings are those that Frigate's and go2rtc's own documents and common installers use.
 */
const subEnding = /(?:[-_./ ](?:sub|low|small|sd|ld|stream2|ch1|1))$/i;
const mainEnding = /(?:[-_./ ](?:main|high|big|hd|stream1|ch0|0))$/i;

export interface NamedPair<T> {
  readonly key: string;
  readonly main: T;
  readonly sub: T | null;
}

/**
 * Pairs streams by name, in the order given. A sub stream alone is a camera of its own. `hall_1` and
 * `hall_2` are two cameras: a number is an ending only beside its own counterpart (`hall_0`).
 */
export function pairNames<T>(streams: ReadonlyMap<string, T>): NamedPair<T>[] {
  const partnerOf = new Map<string, string>();
  for (const name of streams.keys()) {
    if (!subEnding.test(name)) continue;
    const stem = name.replace(subEnding, '');
    const numbered = /[-_./ ](?:1|ch1|stream2)$/i.test(name);
    const main = [...mainNames(stem, name)].find((candidate) => streams.has(candidate));
    if (main !== undefined && !(numbered && main === stem)) partnerOf.set(main, name);
  }
  const subs = new Set(partnerOf.values());
  const pairs: NamedPair<T>[] = [];
  for (const [name, main] of streams) {
    if (subs.has(name)) continue;
    const partner = partnerOf.get(name);
    pairs.push({
      key: name,
      main,
      sub: partner === undefined ? null : (streams.get(partner) ?? null),
    });
  }
  return pairs;
}

/** The name without what only says that it is the main stream. */
export function cameraNameOf(stream: string): string {
  const bare = stream.replace(mainEnding, '');
  return plainName((/[\p{L}]/u.test(bare) ? bare : stream).replaceAll(/[_]+/g, ' ')).slice(0, 200);
}

function* mainNames(stem: string, sub: string): Generator<string> {
  const [joint = '', word = ''] = [
    sub.slice(stem.length, stem.length + 1),
    sub.slice(stem.length + 1),
  ];
  const counterparts: Record<string, string[]> = {
    sub: ['main', 'high'],
    low: ['high', 'main'],
    small: ['big', 'main'],
    sd: ['hd', 'main'],
    ld: ['hd', 'main'],
    stream2: ['stream1'],
    ch1: ['ch0'],
    '1': ['0'],
  };
  for (const counterpart of counterparts[word.toLowerCase()] ?? []) {
    yield `${stem}${joint}${counterpart}`;
  }
  yield stem;
}
