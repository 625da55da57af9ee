import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { base64, chunksOf, concat, utf8 } from '../evidence-format/bytes.ts';
import { canonicalJson } from '../evidence-format/canonical-json.ts';
import { checkPackage } from '../evidence-format/check-package.ts';
import { publicKeyText } from '../evidence-format/keys.ts';
import {
  evidenceFolder,
  type FileKind,
  formats,
  type ListedFile,
  limits,
  type Manifest,
  type ManifestFile,
  ownNames,
  type Seal,
  type Signature,
  signingContexts,
} from '../evidence-format/manifest.ts';
import { byName, evidenceName } from '../evidence-format/names.ts';
import { dosTimeOf, layOut, type ZipEntry } from '../evidence-format/zip-layout.ts';
import { Fault } from '../std/fault.ts';
import type { CaptureFacts } from './capture.types.ts';
import { localTime, readClockState, timeNoteOf, timeZone } from './clock-note.ts';
import { evidenceWords } from './evidence-words.ts';
import { extractionRecord } from './extraction-record.ts';
import { openFileSource, sourceOf } from './file-source.ts';
import { nodePrimitives } from './node-primitives.ts';
import type {
  PackageInput,
  PackageOrder,
  PackageProgress,
  PackageWritten,
  WritePackage,
} from './package.types.ts';
import { plainWriter, sealedSize, sealedWriter } from './package-writer.ts';
import { openPartFile, refuseExisting, removeLeftovers } from './part-file.ts';

/** Two folders below the root, as a source and as a bundle. */
const verifierFile = join(import.meta.dirname, '..', '..', 'dist', 'verifier', ownNames.verifier);

/** A file with what its headers and lists need. */
interface Packed {
  readonly listed: ListedFile;
  readonly crc: number;
  /** Bytes at hand, or where they lie. */
  readonly from: Uint8Array | string;
}

export const writePackage: WritePackage = async (order) => {
  const target = resolve(order.target);
  const leftovers = await removeLeftovers(dirname(target));
  // Told before gigabytes are read; asked again when it gets its name.
  await refuseExisting(target);
  const progress = progressOf(order);
  const clock = await readClockState();

  const inputs = await readInputs(order, progress);
  const at = Date.now();
  const built = await build(order, inputs, at, clock);
  const layout = layOut(
    built.packed.map(({ listed: { name, size }, crc }): ZipEntry => ({ name, size, crc })),
    dosTimeOf(built.manifest.madeAtLocal),
  );
  const password = order.password ?? null;
  const size = password === null ? layout.size : sealedSize(layout.size);
  const part = await openPartFile(target, size);
  try {
    const whole = createHash('sha256');
    const write = async (bytes: Uint8Array) => {
      stopIfCancelled(order);
      whole.update(bytes);
      await part.write(bytes);
    };
    const writer =
      password === null
        ? plainWriter(write)
        : await sealedWriter(write, layout.size, password, nodePrimitives);
    progress.begin('writing', layout.size);
    for (const [index, placed] of layout.entries.entries()) {
      await writer.write(placed.header);
      await copy(built.packed[index]!, writer.write, progress.add);
    }
    for (const { central } of layout.entries) await writer.write(central);
    await writer.write(layout.end);
    await writer.end();
    await part.sync();

    await prove(part.handle, part.path, size, order, progress);
    stopIfCancelled(order);
    await part.finish();
    return {
      path: target,
      size,
      sha256: whole.digest('hex'),
      manifestSha256: built.manifestSha256,
      packageId: built.manifest.packageId,
      signedAt: built.signedAt,
      fingerprint: order.key.fingerprint,
      files: built.packed.map(({ listed, from }) => ({
        name: listed.name,
        path: typeof from === 'string' ? from : null,
      })),
      leftovers,
    } satisfies PackageWritten;
  } catch (error) {
    throw Fault.from(error);
  } finally {
    await part.discard();
  }
};

/** Reads back what is on the disk and checks it as its receiver will. */
async function prove(
  handle: Parameters<typeof sourceOf>[0],
  path: string,
  size: number,
  order: PackageOrder,
  progress: ReturnType<typeof progressOf>,
): Promise<void> {
  let begun = false;
  let before = 0;
  const { result } = await checkPackage(sourceOf(handle, size, path), {
    primitives: nodePrimitives,
    publicKey: order.key.fingerprint,
    password: order.password ?? null,
    onProgress(done, total) {
      stopIfCancelled(order);
      if (!begun) progress.begin('checking', total);
      begun = true;
      progress.add(done - before);
      before = done;
    },
  }).catch((error) => {
    const fault = Fault.from(error);
    // What cannot be read here is not a source: it is what was just written.
    if (fault.code === 'evidence.source') throw new Fault('evidence.medium', fault.message);
    throw fault;
  });
  if (result.ok) return;
  const file = result.files.find(({ ok }) => !ok);
  const [problem] = result.container.problems;
  const where = file ? `${file.name}: ${file.reason}` : `${problem?.name}: ${problem?.reason}`;
  throw new Fault('evidence.not-proved', `read back: ${where}; audit: ${result.audit.reason}`);
}

interface ReadInput extends Packed {
  readonly facts: CaptureFacts | null;
  readonly input: PackageInput;
}

/** Names, sizes and digests of what is handed in, in the order of the package. */
async function readInputs(
  order: PackageOrder,
  progress: ReturnType<typeof progressOf>,
): Promise<ReadInput[]> {
  if (order.files.length > limits.files - 16) {
    throw new Fault('input.value', 'too many files', { field: 'files' });
  }
  const taken = new Set<string>();
  // One after the other: thousands of files opened at once are more than a system gives.
  let total = 0;
  for (const { path } of order.files) total += await sizeOf(path);
  progress.begin('reading', total);
  const read: ReadInput[] = [];
  for (const input of order.files) {
    const name = evidenceName(input.name ?? basename(input.path), taken);
    const digest = await digestFile(input.path, (bytes) => {
      stopIfCancelled(order);
      progress.add(bytes);
    });
    read.push({
      listed: {
        name,
        size: digest.size,
        sha256: digest.sha256,
        kind: input.kind ?? kindOf(name),
      },
      crc: digest.crc,
      from: input.path,
      facts: input.facts ?? null,
      input,
    });
  }
  return read.sort((a, b) => byName(a.listed.name, b.listed.name));
}

async function sizeOf(path: string): Promise<number> {
  const source = await openFileSource(path);
  await source.close();
  return source.size;
}

async function digestFile(
  path: string,
  onBytes: (count: number) => void,
): Promise<{ size: number; sha256: string; crc: number }> {
  const source = await openFileSource(path);
  try {
    const hash = createHash('sha256');
    let crc = 0;
    for await (const chunk of chunksOf(source)) {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      onBytes(chunk.length);
    }
    return { size: source.size, sha256: hash.digest('hex'), crc };
  } finally {
    await source.close();
  }
}

/** @throws {Fault} `evidence.changed` where it is not what was read the first time */
async function copy(
  { listed, from }: Packed,
  write: (bytes: Uint8Array) => Promise<void>,
  onBytes: (count: number) => void,
): Promise<void> {
  if (typeof from !== 'string') {
    await write(from);
    onBytes(from.length);
    return;
  }
  const changed = () => new Fault('evidence.changed', 'another content', { file: basename(from) });
  const source = await openFileSource(from);
  try {
    if (source.size !== listed.size) throw changed();
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(source)) {
      hash.update(chunk);
      await write(chunk);
      onBytes(chunk.length);
    }
    if (hash.digest('hex') !== listed.sha256) throw changed();
  } finally {
    await source.close();
  }
}

interface Built {
  readonly packed: readonly Packed[];
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly signedAt: string;
}

/** Everything that is signed, and the signatures. */
async function build(
  order: PackageOrder,
  inputs: readonly ReadInput[],
  at: number,
  clock: Awaited<ReturnType<typeof readClockState>>,
): Promise<Built> {
  const { key, facts } = order;
  const audit = { format: formats.audit, records: order.audit?.records ?? [] };
  const own = [
    packBytes(ownNames.audit, 'audit', canonicalJson(audit)),
    packBytes(ownNames.publicKey, 'key', utf8(publicKeyText(key.publicKey, key.fingerprint))),
    packBytes(ownNames.verifier, 'verifier', readVerifier()),
  ];
  const names = new Map(inputs.map(({ input, listed }) => [resolve(input.path), listed.name]));
  const manifestFiles: ManifestFile[] = [
    ...inputs.map(({ listed, facts: capture, input }) => ({
      ...listed,
      capture: capture ? captureOf(capture) : null,
      alteredFrom: input.alteredFrom
        ? {
            ...input.alteredFrom,
            of: names.get(resolve(input.alteredFrom.of)) ?? basename(input.alteredFrom.of),
          }
        : null,
    })),
    ...own.map(({ listed }) => ({ ...listed, capture: null, alteredFrom: null })),
  ];
  const manifest: Manifest = {
    format: formats.manifest,
    packageId: randomBytes(16).toString('hex'),
    madeAt: new Date(at).toISOString(),
    madeAtLocal: localTime(at),
    timeZone,
    software: { name: 'Vọng Gác', version: order.softwareVersion },
    workstation: { id: facts.workstation.id, name: facts.workstation.name },
    operator: facts.operator && { id: facts.operator.id, name: facts.operator.name },
    recipient: facts.recipient,
    legalBasis: facts.legalBasis,
    reason: facts.reason,
    key: { algorithm: 'Ed25519', fingerprint: key.fingerprint, kept: key.kept },
    files: manifestFiles,
  };
  const packedManifest = packBytes(ownNames.manifest, 'manifest', canonicalJson(manifest));
  const manifestSha256 = packedManifest.listed.sha256;

  const note = canonicalJson(timeNoteOf(manifestSha256, at, clock));
  const record = await extractionRecord({
    manifest,
    files: manifestFiles.filter(({ name }) => name.startsWith(evidenceFolder)),
    manifestSha256,
    at,
    clock,
    auditRecords: audit.records.length,
    words: evidenceWords(order.language ?? 'vi'),
  });
  const later = [
    packBytes(ownNames.timeNote, 'time', note),
    packBytes(ownNames.record, 'record', record),
  ];
  const seal: Seal = {
    format: formats.seal,
    signedAt: manifest.madeAt,
    files: [packedManifest, ...later].map(({ listed }) => listed),
  };
  const sealBytes = canonicalJson(seal);
  const manifestBytes = packedManifest.from as Uint8Array;
  const signature: Signature = {
    format: formats.signature,
    algorithm: 'Ed25519',
    publicKey: base64(key.publicKey),
    fingerprint: key.fingerprint,
    manifest: base64(key.sign(concat(utf8(signingContexts.manifest), manifestBytes))),
    seal: base64(key.sign(concat(utf8(signingContexts.seal), sealBytes))),
  };
  return {
    packed: [
      packedManifest,
      ...inputs,
      ...own,
      ...later,
      packBytes(ownNames.seal, 'other', sealBytes),
      packBytes(ownNames.signature, 'other', canonicalJson(signature)),
    ],
    manifest,
    manifestSha256,
    signedAt: seal.signedAt,
  };
}

function captureOf(facts: CaptureFacts): NonNullable<ManifestFile['capture']> {
  const utc = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    utc: new Date(facts.takenAt).toISOString(),
    local: localTime(facts.takenAt),
    untilUtc: utc(facts.takenUntil),
    cameraUtc: utc(facts.cameraTime),
    facts,
  };
}

function packBytes(name: string, kind: FileKind, bytes: Uint8Array): Packed {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { listed: { name, size: bytes.length, sha256, kind }, crc: crc32(bytes), from: bytes };
}

function readVerifier(): Uint8Array {
  if (!existsSync(verifierFile)) throw new Fault('evidence.no-verifier', verifierFile);
  return readFileSync(verifierFile);
}

const kinds: Readonly<Record<string, FileKind>> = {
  '.png': 'snapshot',
  '.jpg': 'snapshot',
  '.jpeg': 'snapshot',
  '.mp4': 'clip',
  '.mkv': 'clip',
  '.mov': 'clip',
  '.pdf': 'document',
  '.txt': 'document',
  '.docx': 'document',
  '.xlsx': 'document',
};

function kindOf(name: string): FileKind {
  return kinds[extname(name).toLowerCase()] ?? 'other';
}

function stopIfCancelled({ signal }: PackageOrder): void {
  if (signal?.aborted) throw new Fault('input.cancelled', 'cancelled');
}

/** At most some twenty reports a second, and always the last one of a stage. */
function progressOf({ onProgress = () => {} }: PackageOrder) {
  let now: PackageProgress = { stage: 'reading', done: 0, total: 0 };
  let told = 0;
  return {
    begin(stage: PackageProgress['stage'], total: number) {
      now = { stage, done: 0, total };
      onProgress(now);
    },
    add(bytes: number) {
      now = { ...now, done: now.done + bytes };
      if (now.done < now.total && performance.now() - told < 50) return;
      told = performance.now();
      onProgress(now);
    },
  };
}
