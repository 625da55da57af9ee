import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type {
  AuditAnchor,
  AuditDifference,
  AuditHead,
  AuditProblem,
  AuditRecord,
  AuditVerdict,
} from './audit.types.ts';
import { anchorBytes, hashOf, noHash } from './record-form.ts';

/** A record as it is found; what cannot be read as one has no content. */
export interface FoundRecord {
  readonly seq: number;
  readonly at: number | null;
  readonly prev: string;
  readonly hash: string;
  /** Null where its fields are no record at all. */
  readonly content: Omit<AuditRecord, 'hash'> | null;
}

export interface CheckEnds {
  /** What is kept of the end of the chain; null: nothing is (an excerpt). */
  readonly head: AuditHead | null;
  /** True where a chain must have a head. */
  readonly mustHaveHead: boolean;
  readonly anchors: readonly AuditAnchor[];
  /** Ed25519, PEM or raw 32 bytes in base64; null: signatures are not checked. */
  readonly publicKey: string | null;
  /** A head that somebody wrote down outside of the workstation. */
  readonly known?: AuditHead | null;
}

const maxProblems = 100;
/** Hashes of records that do not fit their place, to tell a moved record from a changed one. */
const maxAstray = 200;

/** Goes through a chain in the order of sequences and names every record at which something differs. */
export class ChainCheck {
  readonly #excerpt: boolean;
  readonly #problems: AuditProblem[] = [];
  #problemCount = 0;
  #records = 0;
  #expected: number;
  #first: { seq: number; at: number } | null = null;
  #last: { seq: number; at: number; hash: string } | null = null;
  /** Hashes by which the next record may name the last one: as stored, and as computed. */
  #before: readonly string[] = [noHash];
  #missing: { from: number; to: number }[] = [];
  #astray: { record: FoundRecord; problem: { movedFrom?: number; what: AuditDifference } }[] = [];
  /** Hashes at the sequences that anchors and heads name. */
  readonly #wanted: ReadonlySet<number>;
  readonly #hashes = new Map<number, string>();

  /**
   * @param options.from The sequence that must come first; 1 for a whole chain.
   * @param options.excerpt Records may be left out between those given.
   */
  constructor(options: {
    readonly from?: number | undefined;
    readonly excerpt?: boolean;
    readonly wanted?: Iterable<number>;
  }) {
    this.#expected = options.from ?? 1;
    this.#excerpt = options.excerpt ?? false;
    this.#wanted = new Set(options.wanted);
    if (this.#expected !== 1 || this.#excerpt) this.#before = [];
  }

  add(record: FoundRecord): void {
    this.#records++;
    const { seq, at, content } = record;
    this.#first ??= { seq, at: at ?? 0 };
    const isGap = seq !== this.#expected;
    if (isGap && this.#excerpt && seq > this.#expected) this.#before = [];
    else if (isGap && seq > this.#expected) this.#miss(this.#expected, seq - 1);
    else if (isGap) this.#problem({ what: 'reordered', seq, at });
    const computed = content ? hashOf(content) : '';
    if (computed !== record.hash) {
      const problem = this.#problem({ what: 'content', seq, at });
      if (problem && this.#astray.length < maxAstray) this.#astray.push({ record, problem });
    }
    // After records that are missing or were left out there is nothing to hold this one against.
    if (!isGap && this.#before.length > 0 && !this.#before.includes(record.prev)) {
      this.#problem({ what: 'link', seq, at });
    }
    if (content?.kind === 'audit.broken' && computed === record.hash) this.#toldBroken(content);
    this.#before = [record.hash, computed];
    this.#expected = Math.max(this.#expected, seq + 1);
    this.#last = { seq, at: at ?? 0, hash: record.hash };
    if (this.#wanted.has(seq)) this.#hashes.set(seq, record.hash);
  }

  finish(ends: CheckEnds): AuditVerdict {
    this.#findMoved();
    const last = this.#last;
    const { head, mustHaveHead, known = null } = ends;
    if (head) this.#checkHead(head);
    else if (mustHaveHead && last) this.#problem({ what: 'anchor', seq: last.seq, at: last.at });
    if (known) this.#checkAnchor(known, null);
    let signed = 0;
    const key = ends.publicKey ? publicKeyOf(ends.publicKey) : null;
    for (const anchor of ends.anchors) {
      this.#checkAnchor(anchor, anchor.at);
      if (key === null || anchor.signature === null) continue;
      const [by = '', signature = ''] = anchor.signature.split('.');
      // One of a key before this one says nothing against the chain.
      if (/^[0-9a-f]{16}$/.test(by) && by !== fingerprintOf(key)) continue;
      signed++;
      if (!isSigned(anchor, signature, key)) {
        this.#problem({ what: 'anchor', seq: anchor.seq, at: anchor.at });
      }
    }
    return {
      intact: this.#problemCount === 0,
      records: this.#records,
      anchors: ends.anchors.length,
      signed,
      first: this.#first,
      last,
      problems: this.#problems.toSorted((a, b) => a.seq - b.seq),
      problemCount: this.#problemCount,
    };
  }

  /** Something that is no record stands at a place of the list, counted from 0. */
  unreadable(at: number): void {
    this.#records++;
    this.#problem({ what: 'content', seq: this.#excerpt ? at + 1 : this.#expected, at: null });
    if (!this.#excerpt) this.#expected++;
    this.#before = [];
  }

  /** What else is wrong with the place where the records are. */
  guardMissing(): void {
    this.#problem({ what: 'guard', seq: this.#last?.seq ?? 0, at: null });
  }

  #checkHead(head: AuditHead): void {
    const last = this.#last;
    if (!last || head.seq > last.seq) this.#cutOff(last, head.seq);
    else if (head.seq < last.seq || head.hash !== last.hash) {
      this.#problem({ what: 'anchor', seq: head.seq, at: null });
    }
  }

  #checkAnchor(anchor: AuditHead, at: number | null): void {
    const last = this.#last;
    if (!last || anchor.seq > last.seq) {
      this.#cutOff(last, anchor.seq);
      return;
    }
    const hash = this.#hashes.get(anchor.seq);
    if (
      hash !== undefined ? hash !== anchor.hash : !this.#excerpt && !this.#isMissing(anchor.seq)
    ) {
      this.#problem({ what: 'anchor', seq: anchor.seq, at });
    }
  }

  #cutOff(last: { seq: number; at: number } | null, until: number): void {
    const seq = last?.seq ?? 0;
    const told = this.#problems.find((each) => each.what === 'cut-off' && each.seq === seq);
    if (told && told.until !== undefined && told.until >= until) return;
    this.#problem({ what: 'cut-off', seq, until, at: last?.at ?? null });
  }

  /** The program found records cut off when it came back, and said so in the chain. */
  #toldBroken({ seq, at, details }: Omit<AuditRecord, 'hash'>): void {
    const { foundSeq, keptSeq } = details;
    if (typeof foundSeq === 'number' && typeof keptSeq === 'number' && keptSeq > foundSeq) {
      this.#problem({ what: 'cut-off', seq: foundSeq, until: keptSeq, at });
    } else {
      this.#problem({ what: 'anchor', seq: seq - 1, at });
    }
  }

  /** A record whose content fits its hash under another number was moved, not changed. */
  #findMoved(): void {
    const places = this.#missing.flatMap(({ from, to }) =>
      Array.from({ length: Math.min(to - from + 1, maxAstray) }, (_, at) => from + at),
    );
    for (const { record } of this.#astray) places.push(record.seq);
    for (const { record, problem } of this.#astray) {
      if (!record.content) continue;
      for (const seq of places.slice(0, maxAstray)) {
        if (seq === record.seq || hashOf({ ...record.content, seq }) !== record.hash) continue;
        problem.what = 'reordered';
        problem.movedFrom = seq;
        break;
      }
    }
  }

  #isMissing(seq: number): boolean {
    return this.#missing.some(({ from, to }) => seq >= from && seq <= to);
  }

  #miss(from: number, to: number): void {
    this.#missing.push({ from, to });
    this.#problem({ what: 'missing', seq: from, until: to, at: null });
    this.#before = [];
  }

  #problem(problem: AuditProblem): { movedFrom?: number; what: AuditDifference } | null {
    this.#problemCount++;
    if (this.#problems.length >= maxProblems) return null;
    const kept = { ...problem };
    this.#problems.push(kept);
    return kept;
  }
}

/** @throws where the text is no Ed25519 key. */
export function publicKeyOf(text: string): KeyObject {
  if (text.includes('BEGIN')) return createPublicKey(text);
  const raw = Buffer.from(text, 'base64');
  if (raw.length !== 32) return createPublicKey({ key: raw, format: 'der', type: 'spki' });
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
}

function fingerprintOf(key: KeyObject): string {
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  return createHash('sha256').update(raw).digest('hex').slice(0, 16);
}

function isSigned(anchor: AuditAnchor, signature: string, key: KeyObject): boolean {
  try {
    const bytes = Buffer.from(signature, 'base64');
    // One way of writing it only, so that no bit of it is free.
    return bytes.toString('base64') === signature && verify(null, anchorBytes(anchor), key, bytes);
  } catch {
    return false;
  }
}
