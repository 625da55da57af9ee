import { useState } from 'react';
import type { Cause } from '../../../src/contract/cause.ts';
import { Fault } from '../../../src/std/fault.ts';

/** Runs one call at a time and says why it failed. */
export function useTry() {
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<Cause | null>(null);
  const run = async (call: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setCause(null);
    try {
      await call();
      return true;
    } catch (error) {
      setCause(Fault.from(error).shown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, cause, run };
}
