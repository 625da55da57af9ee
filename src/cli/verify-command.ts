import { existsSync, readFileSync } from 'node:fs';
import { type EvidenceWords, evidenceWords } from '../evidence/evidence-words.ts';
import { nodePrimitives } from '../evidence/node-primitives.ts';
import { verifyPackage } from '../evidence/verify-package.ts';
import type { CheckResult } from '../evidence-format/check.types.ts';
import { readPublicKey, spokenFingerprint } from '../evidence-format/keys.ts';
import { choiceOption, type Program, usageError } from './command.ts';
import { exitCodes } from './exit.ts';
import { firstLineOfStdin } from './read-stdin.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

interface Options {
  publicKey?: string;
  passwordStdin?: boolean;
  json?: boolean;
}

/** `vonggac verify P.vgp.zip`; needs no data folder, no key and no network. */
export function verifyCommand(program: Program, words: Words): void {
  const own = evidenceWords(words.language);
  const command = program
    .command('verify')
    .description(own.t('cli.verify'))
    .argument('<package>')
    .option('--public-key <file>', own.t('cli.key'))
    .option('--password-stdin', own.t('cli.openPasswordStdin'))
    .option('--json', words.t('option.json'))
    .option(
      '--lang <lang>',
      words.t('option.lang'),
      choiceOption(['vi', 'en'], words.t('usage.lang')),
    )
    .action(async (path: string, options: Options) => {
      const { publicKey: given } = options;
      const publicKey = given && existsSync(given) ? readFileSync(given, 'utf8') : given;
      if (publicKey !== undefined && readPublicKey(publicKey, nodePrimitives) === null) {
        usageError(command, own.t('cli.badKey'));
      }
      const password = options.passwordStdin ? await firstLineOfStdin(process.stdin) : null;
      const result = await verifyPackage(path, { publicKey, password, signal: stopSignal() });
      const text = options.json
        ? JSON.stringify(verdictJson(path, result), null, 2)
        : verdictText(path, result, own);
      process.stdout.write(`${text}\n`);
      process.exitCode = exitCodeOfResult(result);
    });
}

function exitCodeOfResult({ ok, container }: CheckResult): number {
  if (ok) return exitCodes.ok;
  return isUnopened(container.problems[0]?.reason) ? exitCodes.refused : exitCodes.altered;
}

function isUnopened(reason: string | undefined): boolean {
  return reason === 'password-needed' || reason === 'password-wrong';
}

/** As documented in docs/cli.md; additions only. */
function verdictJson(file: string, result: CheckResult) {
  const { ok, signature, files, audit, container, signedBy, signedAt, manifestSha256 } = result;
  return {
    file,
    ok,
    signature,
    files,
    audit,
    container,
    signedBy,
    signedAt,
    manifestSha256,
    manifest: result.manifest,
  };
}

function verdictText(path: string, result: CheckResult, { t }: EvidenceWords): string {
  const { container, signature, audit, signedBy, manifest } = result;
  const title = result.ok
    ? 'cli.whole'
    : isUnopened(container.problems[0]?.reason)
      ? 'cli.unopened'
      : 'cli.broken';
  const lines = [`${result.ok ? '✔' : '✘'} ${t(title, { path })}`];
  const bad = (name: string, reason: string | null) => {
    if (reason) lines.push(`  ✘ ${name}: ${t(`problem.${reason}`)}`);
  };
  for (const { name, reason } of result.files) bad(name, reason);
  for (const { name, reason } of container.problems) bad(name ?? t('verifier.container'), reason);
  if (result.files.length > 0) {
    bad(t('verifier.signature'), signature.reason);
    const at = audit.at === null ? '' : `, ${t('verifier.auditAt', { at: audit.at + 1 })}`;
    bad(`${t('verifier.audit')}${at}`, audit.reason);
  }
  const fact = (key: string, value: string | null | undefined) => {
    if (value) lines.push(`  ${t(`verifier.${key}`)}: ${value}`);
  };
  fact('operator', manifest?.operator?.name);
  fact('workstation', manifest && `${manifest.workstation.name} (${manifest.workstation.id})`);
  fact('recipient', manifest?.recipient);
  fact('signedAt', result.signedAt);
  fact('manifest', result.manifestSha256 && spokenFingerprint(result.manifestSha256));
  fact('fingerprint', signedBy && spokenFingerprint(signedBy.fingerprint));
  if (signedBy?.compared === 'same') lines.push(`  ${t('cli.same')}`);
  if (signedBy?.compared === 'not-compared') lines.push(`  ${t('cli.notCompared')}`);
  return lines.join('\n');
}
