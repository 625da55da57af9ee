import { type ByteSource, chunksOf, hex, sameBytes } from './bytes.ts';
import type { ContainerProblem, ProblemCode } from './check.types.ts';
import { isSafeName, nameKey } from './names.ts';
import type { Primitives } from './primitives.ts';
import { type DosTime, layOut } from './zip-layout.ts';
import { entriesByCentral, entriesByWalking, type FoundEntry } from './zip-read.ts';

interface Named {
  readonly name: string;
  readonly size: number | null;
}

export interface EntryLists {
  readonly central: readonly FoundEntry[] | null;
  readonly walked: readonly FoundEntry[];
  /** For a first look, before it is known what should be there. */
  readonly best: readonly FoundEntry[];
  /** The list that is as it should be, where one is: then the other one was altered. */
  choose(expected: readonly Named[]): readonly FoundEntry[];
}

export async function findEntries(source: ByteSource): Promise<EntryLists> {
  const central = await entriesByCentral(source);
  const walked = await entriesByWalking(source);
  const best = central && central.length >= walked.length ? central : walked;
  const fitting = (list: readonly FoundEntry[], expected: readonly Named[]) =>
    list.filter((entry, at) => {
      const wanted = expected[at];
      return wanted?.name === entry.name && (wanted.size === null || wanted.size === entry.size);
    }).length;
  return {
    central,
    walked,
    best,
    choose(expected) {
      if (!central) return walked;
      return fitting(walked, expected) > fitting(central, expected) ? walked : central;
    },
  };
}

export interface Digest {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly crc: number;
  /** The zip's own checksum says the same. */
  readonly crcFits: boolean;
}
/** By name; of a name that stands there twice the first. */
export type Digests = ReadonlyMap<string, Digest>;

export async function digestEntries(
  source: ByteSource,
  entries: readonly FoundEntry[],
  primitives: Primitives,
  onProgress: (done: number) => void,
): Promise<Digests> {
  const digests = new Map<string, Digest>();
  let done = 0;
  for (const { name, dataAt, size, crc: stated } of entries) {
    const hasher = primitives.sha256();
    let crc = 0;
    for await (const chunk of chunksOf(source, dataAt, size)) {
      hasher.update(chunk);
      crc = primitives.crc32(chunk, crc);
      done += chunk.length;
      onProgress(done);
    }
    if (digests.has(name)) continue;
    digests.set(name, { size, sha256: hex(hasher.digest()), crc, crcFits: crc === stated });
  }
  return digests;
}

export interface ContainerQuestion {
  readonly lists: EntryLists;
  readonly entries: readonly FoundEntry[];
  readonly expected: readonly Named[];
  readonly digests: Digests;
  /** Names of files whose bytes are as sealed. */
  readonly intact: ReadonlySet<string>;
  readonly dosTime: DosTime;
}

/** Makes every header again and compares; each difference is told by the file it stands at. */
export async function checkContainer(
  source: ByteSource,
  question: ContainerQuestion,
): Promise<ContainerProblem[]> {
  const { lists, entries, expected, digests, intact, dosTime } = question;
  const problems: ContainerProblem[] = [
    ...nameProblems(entries),
    ...orderProblems(entries, expected),
  ];
  const tell = (reason: ProblemCode, name: string | null) => {
    if (problems.length < 1000) problems.push({ reason, name });
  };

  const layout = layOut(
    entries.map((entry) => ({
      name: entry.name,
      size: entry.size,
      // Altered bytes are told as such; their old checksum is no second finding.
      crc: intact.has(entry.name) ? digests.get(entry.name)!.crc : entry.crc,
    })),
    dosTime,
  );
  const isThere = async (at: number, bytes: Uint8Array): Promise<boolean> =>
    at + bytes.length <= source.size && sameBytes(await source.read(at, bytes.length), bytes);
  for (const [index, placed] of layout.entries.entries()) {
    const { name } = placed.entry;
    if (entries[index]!.headerAt !== placed.headerAt) tell('order', name);
    else if (!(await isThere(placed.headerAt, placed.header))) tell('local-header', name);
  }
  if (source.size < layout.size) tell('truncated', null);
  let centralOk = true;
  for (const placed of layout.entries) {
    if (await isThere(placed.centralAt, placed.central)) continue;
    centralOk = false;
    tell('central-directory', placed.entry.name);
    // Where nothing can be read as a directory, one finding says it all.
    if (!lists.central) break;
  }
  if (!(await isThere(layout.endAt, layout.end))) {
    if (centralOk || lists.central) tell('end-record', null);
  }
  if (source.size > layout.size) tell('trailing-bytes', null);
  return problems;
}

function nameProblems(entries: readonly FoundEntry[]): ContainerProblem[] {
  const problems: ContainerProblem[] = [];
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (!isSafeName(name)) problems.push({ reason: 'unsafe-name', name });
    const key = nameKey(name);
    if (seen.has(key)) problems.push({ reason: 'duplicate-name', name });
    seen.add(key);
  }
  return problems;
}

/** Files that are there, but in another order than was sealed. */
function orderProblems(
  entries: readonly FoundEntry[],
  expected: readonly Named[],
): ContainerProblem[] {
  const wanted = expected.map(({ name }) => name);
  const present = new Set(entries.map(({ name }) => name));
  const order = wanted.filter((name) => present.has(name));
  const known = new Set(wanted);
  const found = entries.map(({ name }) => name).filter((name) => known.has(name));
  const at = found.findIndex((name, index) => name !== order[index]);
  return at < 0 ? [] : [{ reason: 'order', name: found[at]! }];
}
