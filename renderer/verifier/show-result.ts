import type { AuditExcerpt } from '../../src/evidence-format/audit-chain.ts';
import { isWithheld } from '../../src/evidence-format/audit-chain.ts';
import type { CheckResult } from '../../src/evidence-format/check.types.ts';
import { readPublicKey, spokenFingerprint } from '../../src/evidence-format/keys.ts';
import { browserPrimitives } from './browser-primitives.ts';
import { element, tableOf } from './element.ts';
import { findings } from './findings.ts';
import { type Language, type Say, sizeText, timeText } from './words.ts';

export function verdict(result: CheckResult, say: Say): HTMLElement {
  const isPackage = result.files.length > 0 || result.container.problems[0]?.reason !== 'not-zip';
  const title = result.ok ? 'whole' : isPackage ? 'broken' : 'unreadable';
  const lines = findings(result, say);
  return element(
    'div',
    { className: `verdict ${result.ok ? 'good' : 'bad'}`, role: 'alert', test: 'verdict' },
    element('strong', {}, `${result.ok ? '✔' : '✘'} ${say(`verifier.${title}`)}`),
    say(result.ok ? 'verifier.wholeText' : 'verifier.brokenText'),
    lines.length > 0 &&
      element('ul', { test: 'findings' }, ...lines.map((line) => element('li', {}, line))),
  );
}

/** The fingerprint, and a place to compare it with one from elsewhere. */
export function comparison(
  result: CheckResult,
  given: string,
  say: Say,
  onGiven: (text: string) => void,
): HTMLElement | null {
  const { signedBy } = result;
  if (!signedBy) return null;
  const input = element('input', {
    type: 'text',
    value: given,
    placeholder: say('verifier.comparePlaceholder'),
    ariaLabel: say('verifier.comparePlaceholder'),
    test: 'given-key',
    onchange: () => onGiven(input.value),
  });
  const look = signedBy.compared;
  return element(
    'section',
    { className: 'compare' },
    element('h2', {}, say('verifier.fingerprint')),
    element(
      'p',
      { className: 'code', test: 'fingerprint' },
      spokenFingerprint(signedBy.fingerprint),
    ),
    element('p', {}, say('verifier.compare')),
    input,
    look !== 'not-compared' &&
      element('p', { className: look, test: 'compared' }, say(`verifier.${look}`)),
  );
}

/** The result with the key that a person gave taken into account. */
export function withGivenKey(result: CheckResult, given: string): CheckResult {
  if (given.trim() === '' || !result.signedBy) return result;
  const isSame = readPublicKey(given, browserPrimitives) === result.signedBy.fingerprint;
  const signedBy = {
    ...result.signedBy,
    compared: isSame ? ('same' as const) : ('other' as const),
  };
  if (isSame || !result.signature.ok) return { ...result, signedBy };
  return { ...result, ok: false, signedBy, signature: { ok: false, reason: 'key-replaced' } };
}

export function whoAndWhen(result: CheckResult, say: Say): HTMLElement | null {
  const { manifest, timeNote } = result;
  if (!manifest) return null;
  const rows: [string, string | null][] = [
    ['operator', manifest.operator?.name ?? null],
    ['workstation', `${manifest.workstation.name} (${manifest.workstation.id})`],
    ['recipient', manifest.recipient],
    ['legalBasis', manifest.legalBasis],
    ['reason', manifest.reason],
    [
      'signedAt',
      result.signedAt && `${timeText(Date.parse(result.signedAt))} (${result.signedAt})`,
    ],
    ['clock', timeNote && clockText(timeNote.clock, say)],
    ['software', `${manifest.software.name} ${manifest.software.version}`],
    ['manifest', result.manifestSha256 && spokenFingerprint(result.manifestSha256)],
  ];
  return element(
    'section',
    {},
    element('h2', {}, say('verifier.who')),
    element(
      'dl',
      { test: 'who' },
      ...rows.flatMap(([key, value]) =>
        value ? [element('dt', {}, say(`verifier.${key}`)), element('dd', {}, value)] : [],
      ),
    ),
  );
}

function clockText(
  clock: { synchronised: boolean | null; source: string | null },
  say: Say,
): string {
  if (clock.synchronised === null) return say('record.clockUnknown');
  if (!clock.synchronised) return say('record.clockFree');
  return say('record.clockSynchronised', { source: clock.source ?? 'NTP' });
}

export function fileTable(result: CheckResult, language: Language, say: Say): HTMLElement {
  const listed = new Map(
    [...(result.manifest?.files ?? []), ...(result.seal?.files ?? [])].map((one) => [
      one.name,
      one,
    ]),
  );
  return element(
    'section',
    {},
    element('h2', {}, say('verifier.files')),
    tableOf(
      ['name', 'kind', 'size', 'sha256', 'state'].map((key) => say(`verifier.${key}`)),
      result.files.map(({ name, ok, reason }) => {
        const one = listed.get(name);
        return {
          look: ok ? '' : 'bad',
          cells: [
            name,
            one ? say(`kind.${one.kind}`) : '',
            one ? sizeText(one.size, language) : '',
            element('span', { className: 'code' }, one?.sha256 ?? ''),
            ok ? `✔ ${say('verifier.fileOk')}` : `✘ ${say(`problem.${reason}`)}`,
          ],
        };
      }),
      'files',
    ),
  );
}

const maxAuditRows = 500;

/** As it stands in the record where another version of the program wrote it. */
function named(say: Say, of: 'kind' | 'outcome', word: string): string {
  const key = `audit.${of}.${word}`;
  const found = say(key);
  return found === key ? word : found;
}

export function auditTable(
  result: CheckResult,
  excerpt: AuditExcerpt | null,
  say: Say,
): HTMLElement {
  const { audit } = result;
  const summary = !audit.ok
    ? say(`problem.${audit.reason}`)
    : audit.records === 0
      ? say('verifier.auditNone')
      : say('verifier.auditOk', { count: audit.records });
  const rows = (excerpt?.records ?? []).slice(0, maxAuditRows).map((record, at) => ({
    look: audit.at === at ? 'bad' : '',
    cells: isWithheld(record)
      ? [String(record.seq), '', say('verifier.withheld'), '', '']
      : [
          String(record.seq),
          timeText(record.at),
          named(say, 'kind', record.kind),
          record.operator?.name ?? '',
          named(say, 'outcome', record.outcome),
        ],
  }));
  return element(
    'section',
    {},
    element('h2', {}, say('verifier.audit')),
    element('p', { test: 'audit' }, summary),
    rows.length > 0 &&
      tableOf(
        [
          '№',
          say('verifier.time'),
          say('verifier.event'),
          say('verifier.operator'),
          say('verifier.outcome'),
        ],
        rows,
        'audit-records',
      ),
  );
}
