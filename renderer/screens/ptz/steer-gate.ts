import type { Cause } from '../../../src/contract/cause.ts';
import type { Product } from '../product.tsx';

/** Somebody has to sign in, unlock or change a password before the camera may be steered. */
export function isAboutOperator(cause: Cause | null): boolean {
  return cause?.code.startsWith('operator.') ?? false;
}

/** Opens what helps: the sign-in of this workstation. */
export function askForOperator(product: Product, cause: Cause): void {
  product.session.setTrouble(cause);
}
