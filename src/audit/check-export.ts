import { Fault } from '../std/fault.ts';
import type { AuditAnchor, AuditHead, AuditVerdict } from './audit.types.ts';
import { exportFormat } from './audit-export.ts';
import type { VerifyOptions } from './audit-reader.ts';
import { ChainCheck } from './chain-check.ts';
import { hashPattern } from './record-form.ts';
import { foundInJson } from './stored-record.ts';

export interface ExportVerdict extends AuditVerdict {
  /** False: records were chosen by a filter, what lies between them cannot be checked. */
  readonly complete: boolean;
}

/**
 * Verifies an exported JSON file by itself.
 * @throws {Fault} `input.value` where it is none.
 */
export function checkExport(text: string, options: VerifyOptions): ExportVerdict {
  const file = readFile(text);
  const { known = null, publicKey } = options;
  const wanted = [...file.anchors, ...(known ? [known] : [])].map(({ seq }) => seq);
  const check = new ChainCheck({
    from: file.first,
    excerpt: !file.complete,
    wanted: [...wanted, ...(file.last ? [file.last.seq] : [])],
  });
  file.records.forEach((value, at) => {
    const found = foundInJson(value);
    if (found) check.add(found);
    else check.unreadable(at);
  });
  const verdict = check.finish({
    head: file.last,
    mustHaveHead: file.records.length > 0,
    anchors: file.anchors,
    publicKey,
    // Of an excerpt or an older export, what is newer cannot be told.
    known: known && file.last && known.seq <= file.last.seq ? known : null,
  });
  return { ...verdict, complete: file.complete };
}

interface ExportFile {
  readonly complete: boolean;
  readonly first: number;
  readonly last: AuditHead | null;
  readonly anchors: readonly AuditAnchor[];
  readonly records: readonly unknown[];
}

function readFile(text: string): ExportFile {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Fault('input.value', 'not JSON', { field: 'file' });
  }
  const file = value as Record<string, unknown> | null;
  if (typeof file !== 'object' || file?.['format'] !== exportFormat) {
    throw new Fault('input.value', 'not an exported audit', { field: 'file' });
  }
  const { records, anchors, first, last, complete } = file;
  const isWhole =
    Array.isArray(records) &&
    Array.isArray(anchors) &&
    anchors.every(isAnchor) &&
    Number.isSafeInteger(first) &&
    typeof complete === 'boolean' &&
    (last === null || isHead(last));
  if (!isWhole)
    throw new Fault('input.value', 'an exported audit with parts missing', { field: 'file' });
  return {
    complete: complete as boolean,
    first: first as number,
    last: last as AuditHead | null,
    anchors: anchors as AuditAnchor[],
    records: records as unknown[],
  };
}

function isHead(value: unknown): value is AuditHead {
  const head = value as AuditHead | null;
  return (
    Number.isSafeInteger(head?.seq) && typeof head?.hash === 'string' && hashPattern.test(head.hash)
  );
}

function isAnchor(value: unknown): value is AuditAnchor {
  const anchor = value as AuditAnchor;
  const { at, signature } = anchor ?? {};
  return (
    isHead(value) && Number.isFinite(at) && (signature === null || typeof signature === 'string')
  );
}
