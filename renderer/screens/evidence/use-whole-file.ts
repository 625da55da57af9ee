import { useEffect, useState } from 'react';
import type { Cause } from '../../../src/contract/cause.ts';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { useProduct } from '../product.tsx';

export interface WholeFile {
  readonly url: string | null;
  readonly blob: Blob | null;
  readonly done: number;
  readonly cause: Cause | null;
}

/** The file of an item, fetched while somebody looks at it, and let go then. */
export function useWholeFile(item: EvidenceItem, wanted: boolean): WholeFile {
  const { evidenceFiles } = useProduct();
  const [file, setFile] = useState<WholeFile>(nothing);
  const { id, sha256 } = item;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same file, whatever else is known of it
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    let url: string | null = null;
    setFile(nothing);
    evidenceFiles
      .whole(item, abort.signal, (done) => {
        if (!abort.signal.aborted) setFile((before) => ({ ...before, done }));
      })
      .then((blob) => {
        if (abort.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setFile({ url, blob, done: blob.size, cause: null });
      })
      .catch((error) => {
        if (!abort.signal.aborted) setFile({ ...nothing, cause: Fault.from(error).shown });
      });
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [evidenceFiles, id, sha256, wanted]);
  return file;
}

const nothing: WholeFile = { url: null, blob: null, done: 0, cause: null };
