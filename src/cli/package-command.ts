import { createAuditLog } from '../audit/audit-log.ts';
import type { CauseCode } from '../contract/cause.ts';
import { auditExcerptOf } from '../evidence/audit-excerpt.ts';
import { evidenceWords } from '../evidence/evidence-words.ts';
import { sizeText } from '../evidence/extraction-record.ts';
import type { PackageProgress, PackageWritten } from '../evidence/package.types.ts';
import { keyAccount, openWorkstationKey } from '../evidence/workstation-key.ts';
import { writePackage } from '../evidence/write-package.ts';
import { spokenFingerprint } from '../evidence-format/keys.ts';
import type { InstanceLock } from '../host/instance-lock.ts';
import { personHere } from '../host/save-source.ts';
import { WorkstationIdentity } from '../operators/workstation.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { choiceOption, type Program, usageError } from './command.ts';
import { readSecrets, vaultOption } from './command-secrets.ts';
import { openCommandVault } from './command-vault.ts';
import { evidenceInputs } from './evidence-inputs.ts';
import { exitCodeOf } from './exit.ts';
import { takeData } from './own-data.ts';
import { defaultDataDir, version } from './paths.ts';
import { openSavedRegister } from './saved-register.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

interface Options {
  out: string;
  recipient?: string;
  legalBasis?: string;
  reason?: string;
  passwordStdin?: boolean;
  vaultPassphraseStdin?: boolean;
  data?: string;
  json?: boolean;
}

/** `vonggac package DIR|FILES --out P.vgp.zip`; also while the wall runs. */
export function packageCommand(program: Program, words: Words): void {
  const own = evidenceWords(words.language);
  const command = vaultOption(program.command('package'), words)
    .description(own.t('cli.package'))
    .argument('<path...>')
    .requiredOption('--out <file>', own.t('cli.out'))
    .option('--recipient <text>', own.t('cli.recipient'))
    .option('--legal-basis <text>', own.t('cli.legalBasis'))
    .option('--reason <text>', own.t('cli.reason'))
    .option('--password-stdin', own.t('cli.passwordStdin'))
    .option('--data <dir>', words.t('option.data'))
    .option('--json', words.t('option.json'))
    .option(
      '--lang <lang>',
      words.t('option.lang'),
      choiceOption(['vi', 'en'], words.t('usage.lang')),
    )
    .action(async (paths: string[], options: Options) => {
      if (!options.out.endsWith('.vgp.zip')) usageError(command, own.t('cli.badOut'));
      const secrets = await readSecrets({ ...options, user: '' });
      const password = options.passwordStdin ? (secrets.login?.password ?? '') : null;
      if (password === '') usageError(command, own.t('cli.noPassword'));
      try {
        const written = await pack(paths, options, password, secrets.passphrase, words);
        if (written) tell(written, options, words);
      } catch (error) {
        if (!options.json) throw error;
        const fault = Fault.from(error);
        const said = { ok: false, error: { code: fault.code, ...words.cause(fault.shown) } };
        process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
        process.exitCode = exitCodeOf(fault.code as CauseCode);
      }
    });

  async function pack(
    paths: readonly string[],
    options: Options,
    password: string | null,
    passphrase: string | null,
    { language }: Words,
  ): Promise<PackageWritten | null> {
    const signal = stopSignal();
    const files = await evidenceInputs(paths);
    if (files.length === 0) usageError(command, own.t('cli.nothing'));
    const dataDir = options.data ?? defaultDataDir();
    const saved = openSavedRegister(dataDir, { mayCreate: true });
    const vault = await openCommandVault(dataDir, passphrase);
    let lock: InstanceLock | null = null;
    try {
      // A new key is written into the sealed vault, which a running wall would overwrite.
      if (vault.level === 'passphrase' && (await vault.get(keyAccount)) === null) {
        lock = takeData(dataDir, words);
        if (!lock) return null;
      }
      const key = await openWorkstationKey(vault);
      if (key.kept === 'memory') process.stderr.write(`${own.t('cli.keyMemory')}\n`);
      const workstation = new WorkstationIdentity(saved.database).current;
      const user = personHere();
      const operator = { id: `cli:${user}`, name: user };
      const { recipient = null, legalBasis = null, reason = null } = options;
      const captures = files.flatMap(({ facts }) => facts ?? []);
      const audit = createAuditLog({
        dataDir,
        station: workstation.id,
        version,
        log: silentLog,
        announces: false,
      });
      try {
        const written = await writePackage({
          files,
          facts: { workstation, operator, recipient, legalBasis, reason },
          target: options.out,
          key,
          audit: auditExcerptOf(dataDir, captures),
          softwareVersion: version,
          language,
          password,
          signal,
          onProgress: showProgress(options),
        });
        const { sha256, packageId, size, fingerprint } = written;
        const details = { sha256, packageId, size, fingerprint, files: files.length };
        audit.write({ kind: 'evidence.export', operator, details });
        return written;
      } catch (error) {
        const { code } = Fault.from(error);
        audit.write({ kind: 'evidence.export', operator, outcome: 'failed', cause: code });
        throw error;
      } finally {
        await audit.close();
      }
    } finally {
      lock?.release();
      vault.close();
      saved.close();
    }
  }

  function showProgress(options: Options): (progress: PackageProgress) => void {
    if (options.json || !process.stderr.isTTY) return () => {};
    return ({ stage, done, total }) => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const text = own.t('cli.progress', { stage: own.t(`stage.${stage}`), percent });
      process.stderr.write(`\r\u001b[K${text}${stage === 'checking' && done >= total ? '\n' : ''}`);
    };
  }

  function tell(written: PackageWritten, { json }: Options, { language }: Words): void {
    if (json) {
      process.stdout.write(`${JSON.stringify({ ok: true, ...written }, null, 2)}\n`);
      return;
    }
    for (const name of written.leftovers) {
      process.stderr.write(`${own.t('cli.leftover', { name })}\n`);
    }
    const { path, size, files, sha256, manifestSha256, fingerprint } = written;
    const lines = [
      own.t('cli.done', {
        path,
        size: sizeText(size, language),
        files: files.filter((file) => file.path !== null).length,
      }),
      `${own.t('cli.sha256')}: ${sha256}`,
      `${own.t('record.manifest')}: ${spokenFingerprint(manifestSha256)}`,
      `${own.t('record.fingerprint')}: ${spokenFingerprint(fingerprint)}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
