import type { Cause } from '../../../src/contract/cause.ts';
import type { PtzState } from '../../../src/contract/ptz-schemas.ts';
import type { Camera } from '../../../src/contract/schemas.ts';
import { Fault } from '../../../src/std/fault.ts';
import { mayAct, type OperatorsModel } from '../../stores/operators/operators-store.ts';
import type { Product } from '../product.tsx';

/** Known to turn: told of the camera, or seen when it was steered. Of others nobody has asked yet. */
export function turns(camera: Camera | undefined, state: PtzState | undefined): boolean {
  return camera?.ptz === true || (camera?.ptz !== false && state?.link === 'ready');
}

/** Somebody has to sign in, unlock or change a password before the camera may be steered. */
export function isAboutOperator(cause: Cause | null): boolean {
  return cause?.code.startsWith('operator.') ?? false;
}

/** Signed in, and steering is among what this person may do. */
export function maySteer({ state }: OperatorsModel): boolean {
  return mayAct(state) && state?.rights.includes('ptz.steer') === true;
}

/** Worth offering: whoever is not signed in will be asked; whoever may not is not teased with it. */
export function isOffered(operators: OperatorsModel): boolean {
  return !mayAct(operators.state) || maySteer(operators);
}

/** Opens the sign-in; the camera is opened anew when somebody came. */
export async function askForOperator({ operators, ptz }: Product): Promise<void> {
  if (await operators.ask()) ptz.retry();
}

/** A stop from a tile that nobody steers: anybody may, signed in or not. */
export async function stopFromAlarm(product: Product, cameraId: string): Promise<void> {
  const { ptz, core, session } = product;
  if (ptz.hand.getState().cameraId === cameraId) return ptz.hand.halt();
  await core
    .call('ptz.stop', { cameraId })
    .catch((error: unknown) => session.setTrouble(Fault.from(error).shown));
}
