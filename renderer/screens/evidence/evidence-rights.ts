import { useStore } from 'zustand';
import type { Right } from '../../../src/contract/operator-schemas.ts';
import { mayAct } from '../../stores/operators/operators-store.ts';
import { useProduct, useWords } from '../product.tsx';

/**
 * Why the person at the keyboard may not do this, in words, or null. Who is not signed in is not refused:
 * they are asked to sign in when they want it.
 */
export function useRefusal(right: Right): string | null {
  const { operators } = useProduct();
  const words = useWords();
  const refused = useStore(
    operators,
    ({ state }) => mayAct(state) && state?.rights.includes(right) === false,
  );
  return refused ? words.in('evidence')(`page.right.${right.replace('evidence.', '')}`) : null;
}
