import * as z from 'zod/mini';
import { auditExcerpt, checkAuditChain } from './audit-chain.ts';
import { type ByteSource, concat, fromBase64, utf8 } from './bytes.ts';
import { readCanonicalJson } from './canonical-json.ts';
import type {
  AuditPart,
  CheckResult,
  ContainerProblem,
  FilePart,
  Part,
  ProblemCode,
  SignedBy,
} from './check.types.ts';
import { checkContainer, type Digests, digestEntries, findEntries } from './container.ts';
import { keyFingerprint, readPublicKey } from './keys.ts';
import * as form from './manifest.ts';
import { limits, ownNames, signingContexts } from './manifest.ts';
import type { Primitives } from './primitives.ts';
import { findSealed, openSealed } from './sealed-source.ts';
import { dosTimeOf, noDosTime } from './zip-layout.ts';
import type { FoundEntry } from './zip-read.ts';

export interface CheckOptions {
  readonly primitives: Primitives;
  /** The key that must have signed: text of `public-key.txt`, PEM, base64 or fingerprint. */
  readonly publicKey?: string | null;
  /** Null or missing: none is known. */
  readonly password?: string | null;
  /** Told how many bytes of how many were read. @throws to stop. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** With what was checked, for whoever shows it. */
export interface CheckedPackage {
  readonly result: CheckResult;
  /** The package itself, decrypted where it has a password; null where it cannot be opened. */
  readonly source: ByteSource | null;
  readonly entries: readonly FoundEntry[];
}

/**
 * Checks a package in the order of docs/evidence-format.md, section "Checking". Whatever is in it, the
 * answer is a verdict; only a source that cannot be read and `onProgress` throw.
 */
export async function checkPackage(
  source: ByteSource,
  options: CheckOptions,
): Promise<CheckedPackage> {
  const { primitives, onProgress = () => {} } = options;
  const sealed = await findSealed(source);
  if (!sealed) return checkPlain(source, options, []);

  if (options.password === null || options.password === undefined) {
    return nothing('password-needed');
  }
  let done = 0;
  const opened = await openSealed(sealed, options.password, primitives, (bytes) => {
    done += bytes;
    onProgress(done, 2 * sealed.body.size);
  });
  if (!opened.ok) return nothing(opened.reason);
  const outer: ContainerProblem[] = sealed.isWhole
    ? []
    : [{ reason: 'encrypted-altered', name: null }];
  return checkPlain(
    opened.source,
    { ...options, onProgress: (read) => onProgress(sealed.body.size + read, 2 * sealed.body.size) },
    outer,
  );
}

async function checkPlain(
  source: ByteSource,
  options: CheckOptions,
  outer: readonly ContainerProblem[],
): Promise<CheckedPackage> {
  const { primitives, onProgress = () => {} } = options;
  const lists = await findEntries(source);
  if (lists.best.length === 0) return nothing('not-zip');

  // What the package says of itself, from whichever list of entries makes most of it readable.
  const own = await readOwn(source, lists.best);
  const expected = expectedFiles(own);
  const entries = lists.choose(expected);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > source.size) {
    // Stored entries that lie over one another: the sum would be more than there is.
    return nothing('unreadable');
  }
  const digests = await digestEntries(source, entries, primitives, (done) =>
    onProgress(done, total),
  );

  const signing = checkSignatures(own, digests, primitives);
  const files = checkFiles(expected, entries, digests, own, signing);
  const dosTime = own.manifest.value ? dosTimeOf(own.manifest.value.madeAtLocal) : noDosTime;
  const intact = new Set(files.filter(({ ok }) => ok).map(({ name }) => name));
  const problems = [
    ...outer,
    ...(await checkContainer(source, { lists, entries, expected, digests, intact, dosTime })),
  ];
  const audit = checkAudit(own.audit, files, primitives);
  const signedBy = own.signature.value ? whoSigned(own, options) : null;
  const contradiction = contradictions(own, primitives);
  const signature: Part =
    signing.part.ok && signedBy?.compared === 'other'
      ? bad('key-replaced')
      : signing.part.ok && contradiction
        ? bad('contradiction')
        : signing.part;

  const ok = problems.length === 0 && signature.ok && audit.ok && files.every((file) => file.ok);
  return {
    source,
    entries,
    result: {
      ok,
      container: { ok: problems.length === 0, problems },
      signature,
      files,
      audit,
      signedBy,
      signedAt: own.seal.value?.signedAt ?? null,
      manifestSha256: digests.get(ownNames.manifest)?.sha256 ?? null,
      manifest: own.manifest.value,
      seal: own.seal.value,
      signatureFile: own.signature.value,
      timeNote: own.timeNote.value,
    },
  };
}

interface Read<T> {
  readonly bytes: Uint8Array | null;
  readonly value: T | null;
  readonly reason: ProblemCode | null;
}

interface Own {
  readonly manifest: Read<form.Manifest>;
  readonly seal: Read<form.Seal>;
  readonly signature: Read<form.Signature>;
  readonly timeNote: Read<form.TimeNote>;
  readonly audit: Read<z.infer<typeof auditExcerpt>>;
}

async function readOwn(source: ByteSource, entries: readonly FoundEntry[]): Promise<Own> {
  const read = async <T>(
    name: string,
    schema: z.ZodMiniType<T>,
    most: number,
  ): Promise<Read<T>> => {
    const entry = entries.find((one) => one.name === name);
    if (!entry) return { bytes: null, value: null, reason: 'missing' };
    if (entry.size > most) return { bytes: null, value: null, reason: 'too-large' };
    const bytes = await source.read(entry.dataAt, entry.size);
    const json = readCanonicalJson(bytes);
    if (!json.ok) return { bytes, value: null, reason: json.reason };
    const parsed = z.safeParse(schema, json.value);
    if (parsed.success) return { bytes, value: parsed.data, reason: null };
    return { bytes, value: null, reason: isNewer(json.value) ? 'newer-version' : 'form' };
  };
  return {
    manifest: await read(ownNames.manifest, form.manifest, limits.manifest),
    seal: await read(ownNames.seal, form.seal, limits.small),
    signature: await read(ownNames.signature, form.signature, limits.small),
    timeNote: await read(ownNames.timeNote, form.timeNote, limits.small),
    audit: await read(ownNames.audit, auditExcerpt, limits.audit),
  };
}

function isNewer(value: unknown): boolean {
  const text = (value as { format?: unknown } | null)?.format;
  return (
    typeof text === 'string' &&
    /^vonggac-[a-z]+-\d{1,4}$/.test(text) &&
    !(Object.values(form.formats) as string[]).includes(text)
  );
}

/** Everything that must be there, in its order; sizes and digests where something signed says them. */
export interface ExpectedFile {
  readonly name: string;
  readonly size: number | null;
  readonly sha256: string | null;
}

function expectedFiles({ manifest, seal }: Own): ExpectedFile[] {
  const sealed = seal.value?.files ?? [];
  const unlisted = (name: string): ExpectedFile => ({ name, size: null, sha256: null });
  const listed = sealed.find(({ name }) => name === ownNames.manifest);
  const rest = sealed.filter(({ name }) => name !== ownNames.manifest);
  return [
    listed ?? unlisted(ownNames.manifest),
    ...(manifest.value?.files ?? []),
    ...(seal.value ? rest : [unlisted(ownNames.timeNote), unlisted(ownNames.record)]),
    unlisted(ownNames.seal),
    unlisted(ownNames.signature),
  ];
}

interface Signing {
  readonly part: Part;
  readonly manifestOk: boolean;
  readonly sealOk: boolean;
}

function checkSignatures(own: Own, digests: Digests, primitives: Primitives): Signing {
  const { signature, manifest, seal } = own;
  const none = (reason: ProblemCode): Signing => ({
    part: bad(reason),
    manifestOk: false,
    sealOk: false,
  });
  if (!signature.value) return none(signature.reason === 'missing' ? 'not-signed' : 'form');
  const key = fromBase64(signature.value.publicKey);
  const verify = (context: string, bytes: Uint8Array | null, text: string): boolean => {
    const code = fromBase64(text);
    if (!key || !code || !bytes) return false;
    return primitives.verifyEd25519(key, concat(utf8(context), bytes), code);
  };
  const manifestOk = verify(signingContexts.manifest, manifest.bytes, signature.value.manifest);
  const sealOk = verify(signingContexts.seal, seal.bytes, signature.value.seal);
  const isOneKey = key !== null && keyFingerprint(key, primitives) === signature.value.fingerprint;
  const sealed = seal.value?.files.find(({ name }) => name === ownNames.manifest);
  const isOneManifest = sealed?.sha256 === digests.get(ownNames.manifest)?.sha256;
  const ok =
    manifestOk &&
    sealOk &&
    isOneKey &&
    isOneManifest &&
    manifest.value !== null &&
    seal.value !== null;
  const reason = manifest.reason === 'newer-version' ? 'newer-version' : 'signature-wrong';
  return { part: ok ? good : bad(reason), manifestOk, sealOk };
}

/**
 * Each file by name. Own files that no signed list names are told apart by what else holds: a signature
 * that fits what it signs clears both, and the zip's own checksum shows which one was touched.
 */
function checkFiles(
  expected: readonly ExpectedFile[],
  entries: readonly FoundEntry[],
  digests: Digests,
  own: Own,
  signing: Signing,
): FilePart[] {
  const names = new Set(expected.map(({ name }) => name));
  const reasonOf = (file: ExpectedFile): ProblemCode | null => {
    const found = digests.get(file.name);
    if (!found) return 'missing';
    if (file.size !== null && file.size !== found.size) return 'size';
    if (file.sha256 !== null && signing.sealOk && file.sha256 !== found.sha256) return 'altered';
    if (file.sha256 === null && !own.seal.value && sealedNames.includes(file.name)) {
      return 'unproved';
    }
    if (file.sha256 !== null && file.name !== ownNames.manifest && file.sha256 !== found.sha256) {
      return 'altered';
    }
    return ownReason(file.name);
  };
  const ownReason = (name: string): ProblemCode | null => {
    const touched = digests.get(name)?.crcFits === false;
    if (name === ownNames.signature) {
      if (own.signature.reason) return own.signature.reason;
      if (signing.manifestOk && signing.sealOk) return signing.part.ok ? null : 'contradiction';
      if (touched || (!signing.manifestOk && !signing.sealOk)) return 'altered';
      const others = [ownNames.manifest, ownNames.seal] as const;
      return others.some((one) => digests.get(one)?.crcFits === false) ? null : 'signature-wrong';
    }
    if (name === ownNames.seal) {
      if (own.seal.reason) return own.seal.reason;
      if (signing.sealOk) return null;
      if (touched) return 'altered';
      return signing.manifestOk && digests.get(ownNames.signature)?.crcFits
        ? 'signature-wrong'
        : null;
    }
    if (name === ownNames.manifest) {
      if (own.manifest.reason) return own.manifest.reason;
      if (signing.manifestOk || signing.sealOk) return null;
      return touched ? 'altered' : null;
    }
    if (name === ownNames.timeNote) return own.timeNote.reason;
    return null;
  };
  const parts = expected.map((file): FilePart => {
    const reason = reasonOf(file);
    return { name: file.name, ok: reason === null, reason };
  });
  for (const { name } of entries) {
    if (names.has(name)) continue;
    const reason = own.manifest.value ? 'unlisted' : 'unproved';
    parts.push({ name, ok: false, reason });
  }
  return parts;
}

function checkAudit(
  audit: Own['audit'],
  files: readonly FilePart[],
  primitives: Primitives,
): AuditPart {
  const none = { at: null, records: 0 };
  const listed = files.find(({ name }) => name === ownNames.audit);
  if (!listed || audit.reason) return { ok: false, reason: audit.reason ?? 'missing', ...none };
  const chain = checkAuditChain(audit.value!, primitives);
  // A chain that was made anew is whole in itself, and is not the one that was signed.
  if (chain.ok && !listed.ok) return { ...chain, ok: false, reason: listed.reason };
  return chain;
}

function whoSigned(own: Own, options: CheckOptions): SignedBy {
  const { publicKey, fingerprint } = own.signature.value!;
  const wanted = options.publicKey ? readPublicKey(options.publicKey, options.primitives) : null;
  return {
    workstation: own.manifest.value?.workstation ?? null,
    operator: own.manifest.value?.operator ?? null,
    publicKey,
    fingerprint,
    compared: !options.publicKey ? 'not-compared' : wanted === fingerprint ? 'same' : 'other',
  };
}

/** What is said twice must be said alike. */
function contradictions(
  { manifest, timeNote, signature, seal }: Own,
  primitives: Primitives,
): boolean {
  const sealed = seal.value?.files.find(({ name }) => name === ownNames.manifest);
  const names = (manifest.value?.files ?? []).map(({ name }) => name);
  const needed: readonly string[] = [ownNames.audit, ownNames.publicKey, ownNames.verifier];
  const sealedNames = (seal.value?.files ?? []).map(({ name }) => name);
  const key = signature.value ? fromBase64(signature.value.publicKey) : null;
  return (
    manifest.value?.key.fingerprint !== signature.value?.fingerprint ||
    timeNote.value?.manifestSha256 !== sealed?.sha256 ||
    (key !== null && keyFingerprint(key, primitives) !== signature.value?.fingerprint) ||
    needed.some((name) => !names.includes(name)) ||
    ![ownNames.manifest, ownNames.timeNote, ownNames.record].every(
      (name, at) => sealedNames[at] === name,
    ) ||
    sealedNames.length !== 3
  );
}

const sealedNames: readonly string[] = [ownNames.timeNote, ownNames.record];

const good: Part = { ok: true, reason: null };

function bad(reason: ProblemCode): Part {
  return { ok: false, reason };
}

/** The verdict where nothing of a package can be read. */
function nothing(reason: ProblemCode): CheckedPackage {
  return {
    source: null,
    entries: [],
    result: {
      ok: false,
      container: { ok: false, problems: [{ reason, name: null }] },
      signature: bad(reason),
      files: [],
      audit: { ...bad(reason), at: null, records: 0 },
      signedBy: null,
      signedAt: null,
      manifestSha256: null,
      manifest: null,
      seal: null,
      signatureFile: null,
      timeNote: null,
    },
  };
}
