import type { CheckResult } from '../../src/evidence-format/check.types.ts';
import type { Say } from './words.ts';

/** Everything that is wrong, one line each, named by the file it stands at. */
export function findings(result: CheckResult, say: Say): string[] {
  const lines = result.files
    .filter(({ ok }) => !ok)
    .map(({ name, reason }) => `${name}: ${say(`problem.${reason}`)}`);
  for (const { name, reason } of result.container.problems) {
    lines.push(`${name ?? say('verifier.container')}: ${say(`problem.${reason}`)}`);
  }
  const part = (title: string, reason: string | null, at = '') => {
    if (reason) lines.push(`${say(title)}${at}: ${say(`problem.${reason}`)}`);
  };
  if (result.files.length > 0) {
    part('verifier.signature', result.signature.reason);
    const { at, reason } = result.audit;
    const where = at === null ? '' : `, ${say('verifier.auditAt', { at: at + 1 })}`;
    part('verifier.audit', reason, where);
  }
  return lines;
}
