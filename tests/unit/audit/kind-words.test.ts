import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auditKinds, auditOutcomes } from '../../../src/contract/audit-kinds.ts';
import { rights, roles } from '../../../src/contract/operator-schemas.ts';

type Tree = { readonly [key: string]: string | Tree };

function textOf(language: string, namespace: string, key: string): unknown {
  const path = join(import.meta.dirname, '../../../resources/locales', language, namespace);
  let at: string | Tree | undefined = JSON.parse(readFileSync(path, 'utf8')) as Tree;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return at;
}

describe.each(['vi', 'en'])('in %s', (language) => {
  test.each([...auditKinds])('the kind %s has words', (kind) => {
    expect(textOf(language, 'audit.json', `kind.${kind}`)).toEqual(expect.stringMatching(/\S/));
  });

  test.each([...auditOutcomes])('the outcome %s has words', (outcome) => {
    expect(textOf(language, 'audit.json', `outcome.${outcome}`)).toEqual(expect.any(String));
  });

  test('every right and every role has words', () => {
    for (const right of rights) {
      expect(textOf(language, 'operators.json', `right.${right}`), right).toEqual(
        expect.any(String),
      );
    }
    for (const role of roles) {
      expect(textOf(language, 'operators.json', `role.${role}`), role).toEqual(expect.any(String));
    }
  });
});
