import type { Operator } from '../../src/contract/operator-schemas.ts';
import type { Operators } from '../../src/operators/operators.types.ts';

const operator: Operator = {
  id: 'test',
  name: 'test',
  fullName: '',
  role: 'administrator',
  scope: 'all',
  validFrom: null,
  validUntil: null,
  document: { number: '', date: null },
  disabled: false,
  mustChange: false,
};

/** For rooms that are tested without the host around them: somebody who may do everything. */
export const freeHand: Pick<Operators, 'require' | 'may'> = {
  require: () => operator,
  may: () => true,
};
