import { mayAct, type OperatorsStore } from '../../stores/operators/operators-store.ts';
import type { KeyPress } from '../keys.ts';

/** The keys of a change of shift, at the wall and in the rooms; by their place, as all keys. */
export function pressOperatorKey(press: KeyPress, operators: OperatorsStore): boolean {
  if (press.altKey || press.ctrlKey || press.metaKey || press.shiftKey) return false;
  if (press.code === 'KeyU') {
    operators.askSwitch();
    return true;
  }
  if (press.code === 'KeyK' && mayAct(operators.getState().state)) {
    // Where it fails the session is gone, which locks as well.
    operators.lock().catch(() => {});
    return true;
  }
  return false;
}

/** What the help shows; `text` is a key of `operators.json`. */
export const operatorKeyHelp: readonly {
  readonly keys: readonly string[];
  readonly text: string;
}[] = [
  { keys: ['U'], text: 'keys.switch' },
  { keys: ['K'], text: 'keys.lock' },
];
