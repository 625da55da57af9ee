import { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../../src/audit/audit.types.ts';
import type { OperatorFields, Role } from '../../src/contract/operator-schemas.ts';
import { openOperators } from '../../src/operators/operators.ts';
import type { Operators, Place, Subject } from '../../src/operators/operators.types.ts';
import { silentLog } from '../../src/std/log.ts';
import { migrate } from '../../src/store/migrations.ts';
import { cheapCost } from './signed-in.ts';

/** The room of operators on a database in memory, with a clock that the test moves. */
export interface OperatorBench {
  readonly operators: Operators;
  readonly database: DatabaseSync;
  readonly records: AuditEntry[];
  /** Places of subjects by their text, `camera c1` or `site s1`; others are unknown. */
  readonly places: Map<string, Place>;
  pass(ms: number): void;
  setClock(iso: string): void;
  /** The same database, opened by a program that was started again. */
  restarted(): OperatorBench;
}

export function operatorBench(
  database = new DatabaseSync(':memory:'),
  clock = { now: Date.parse('2021-06-25T03:00:00Z'), steady: 0 },
): OperatorBench {
  migrate(database);
  const records: AuditEntry[] = [];
  const places = new Map<string, Place>();
  const operators = openOperators({
    database,
    log: silentLog,
    audit: { write: (entry) => records.push(entry) },
    findPlaces: (subject) => {
      const place = places.get(textOf(subject));
      return place ? [place] : null;
    },
    cost: cheapCost,
    now: () => clock.now,
    steady: () => clock.steady,
    checkEveryMs: 1_000_000,
  });
  return {
    operators,
    database,
    records,
    places,
    pass(ms) {
      clock.now += ms;
      clock.steady += ms;
    },
    setClock(iso) {
      clock.now = Date.parse(iso);
    },
    restarted: () => operatorBench(database, { now: clock.now, steady: 0 }),
  };
}

function textOf(subject: Subject): string {
  if ('cameraId' in subject) return `camera ${subject.cameraId}`;
  return 'siteId' in subject ? `site ${subject.siteId}` : JSON.stringify(subject);
}

export const chief = { name: 'chỉ huy', fullName: 'Lê Văn Chỉ', password: 'Đầu tiên 1' } as const;
export const givenPassword = 'Cho sẵn 22';
export const ownPassword = 'Của mình 33';

export function fieldsOf(name: string, role: Role, more: Partial<OperatorFields> = {}) {
  const fields: OperatorFields = {
    name,
    fullName: '',
    role,
    scope: 'all',
    validFrom: null,
    validUntil: null,
    document: { number: '12/QĐ-BCĐ', date: '2021-06-20' },
    disabled: false,
    ...more,
  };
  return fields;
}

/** Adds an operator as the administrator does, and signs them in with a password of their own. */
export async function enter(
  operators: Operators,
  name: string,
  role: Role,
  more: Partial<OperatorFields> = {},
): Promise<string> {
  const fields = fieldsOf(name, role, more);
  const { id } = await operators.save({ id: null, fields, password: givenPassword });
  await operators.signIn({ name, password: givenPassword });
  await operators.changePassword({ password: givenPassword, newPassword: ownPassword });
  return id;
}
