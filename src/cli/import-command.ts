import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportCounts, ImportRow, ImportStage } from '../contract/import-schemas.ts';
import { AlreadyRunning } from '../host/instance-lock.ts';
import { keepImportedLogin } from '../host/keep-imported-login.ts';
import { personHere } from '../host/save-source.ts';
import { openHeadingMemory } from '../sheets/heading-memory.ts';
import { limits } from '../sheets/limits.ts';
import { type ImportPlan, planImport } from '../sheets/plan.ts';
import type { Reading } from '../sheets/read-file.ts';
import { runImport } from '../sheets/run-import.ts';
import { sheetFault } from '../sheets/sheet-fault.ts';
import { readSheet } from '../sheets/sheet-jobs.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { openLoginIndex } from '../vault/login-index.ts';
import type { Vault } from '../vault/vault.ts';
import { choiceOption, type Program } from './command.ts';
import { readSecrets, vaultOption } from './command-secrets.ts';
import { openLastingVault } from './command-vault.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { takeData } from './own-data.ts';
import { defaultDataDir } from './paths.ts';
import { openSavedRegister, type SavedRegister } from './saved-register.ts';
import type { Words } from './words.ts';

interface Options {
  dryRun?: boolean;
  json?: boolean;
  data?: string;
  sheet?: string;
  leaveOutErrors?: boolean;
  logins: boolean;
  vaultPassphraseStdin?: boolean;
}

/** Rows that are printed; all of them are in `--json`. */
const printedRows = 50;

/** `vonggac import FILE` */
export function importCommand(program: Program, words: Words): void {
  const { t } = words;
  vaultOption(program.command('import'), words)
    .description(t('command.import'))
    .argument('<file>')
    .option('--dry-run', t('option.dryRun'))
    .option('--json', t('option.json'))
    .option('--sheet <name>', t('option.sheet'))
    .option('--leave-out-errors', t('option.leaveOutErrors'))
    .option('--no-logins', t('option.noLogins'))
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (file: string, options: Options) => {
      const result = await importFile(file, options, words).catch((error: unknown) => {
        if (!options.json || error instanceof AlreadyRunning) throw error;
        const fault = Fault.from(error);
        process.exitCode = exitCodeOf(fault.code);
        const { message, hint } = words.cause(fault.shown);
        return { file: basename(file), ok: false, error: { code: fault.code, message, hint } };
      });
      if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    });
}

async function importFile(path: string, options: Options, words: Words) {
  const dataDir = options.data ?? defaultDataDir();
  const fileName = basename(path);
  const bytes = await readBytes(path, fileName);
  const { passphrase } = await readSecrets(options);
  const lock = options.dryRun ? null : takeData(dataDir, words, 'import.running');
  if (!options.dryRun && !lock) return { file: fileName, ok: false, error: { code: 'host.busy' } };
  let saved: SavedRegister | null = null;
  let vault: Vault | null = null;
  try {
    saved = openSavedRegister(dataDir, { mayCreate: !options.dryRun });
    const memory = openHeadingMemory(saved.database, silentLog);
    const progress = progressLine(words, options.json ?? false);
    const reading = await readSheet({
      bytes,
      fileName,
      sheet: options.sheet ?? null,
      mapping: null,
      remembered: memory.all(),
      onProgress: (done, total) => progress('reading', done, total),
    });
    const plan = await planImport({
      records: reading.records,
      columns: reading.heading.columns,
      register: saved.register,
      language: words.language,
      who: personHere(),
      subject: fileName,
      onProgress: (done, total) => progress('checking', done, total),
    });
    const described = {
      file: fileName,
      dryRun: options.dryRun ?? false,
      ...describe(reading, plan),
    };
    if (!options.json) printPlan(plan, words);
    if (options.dryRun) {
      if (plan.counts.error > 0) process.exitCode = exitCodes.usage;
      return { ...described, ok: plan.counts.error === 0, outcome: 'planned' };
    }
    if (options.logins && plan.logins.size > 0) {
      vault = await openLastingVault(dataDir, passphrase, words);
      // So that Settings list them.
      openLoginIndex(saved.database, vault, silentLog);
    }
    const taken: ImportPlan = options.logins ? plan : { ...plan, logins: new Map() };
    const outcome = await runImport({
      plan: taken,
      register: saved.register,
      who: personHere(),
      subject: fileName,
      leaveOutErrors: options.leaveOutErrors ?? false,
      keepLogin: (owner, login) => keepImportedLogin(vault!, owner, login),
      onProgress: (done, total) => progress('writing', done, total),
    });
    if (outcome.outcome === 'conflict') {
      process.exitCode = exitCodes.refused;
      if (!options.json) process.stderr.write(`${words.t('import.conflict')}\n`);
      return { ...described, ok: false, outcome: 'conflict' };
    }
    memory.remember(reading.heading.fingerprint, reading.heading.columns);
    if (!options.json) {
      process.stdout.write(`${words.t('import.done', { skipped: plan.counts.error })}\n`);
    }
    return {
      ...described,
      ok: true,
      outcome: 'done',
      loginsKept: outcome.loginsKept,
      changeId: outcome.change?.id ?? null,
    };
  } finally {
    vault?.close();
    saved?.close();
    lock?.release();
  }
}

async function readBytes(path: string, fileName: string): Promise<Buffer> {
  try {
    if ((await stat(path)).size > limits.fileBytes) throw sheetFault('too-large', fileName);
    return await readFile(path);
  } catch (error) {
    throw error instanceof Fault ? error : sheetFault('unreadable', fileName);
  }
}

function describe({ table, heading }: Reading, { counts, rows }: ImportPlan) {
  return {
    format: table.format,
    encoding: table.encoding,
    sheet: table.sheet,
    headingRows: heading.lines,
    columns: heading.columns.map(({ letter, heading: text, field, by }) => ({
      letter,
      heading: text,
      field,
      by,
    })),
    counts,
    rows,
  };
}

function printPlan({ counts, rows }: ImportPlan, words: Words): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const told = rows.filter(({ verdict, problems }) => verdict !== 'same' || problems.length > 0);
  for (const row of told.slice(0, printedRows)) say(rowText(row, words));
  if (told.length > printedRows) say(words.t('import.more', { count: told.length - printedRows }));
  say(words.t('import.counts', flat(counts)));
}

function rowText(row: ImportRow, words: Words): string {
  const where = [row.siteName, row.name].filter((name) => name !== '').join(' / ');
  const problems = row.problems.map(({ reason, column, otherLine }) => {
    const text = words.sheet(`reason.${reason}`, { line: otherLine ?? 0 });
    return column ? `${column.letter} "${column.heading}": ${text}` : text;
  });
  const changes = row.changes.map(
    ({ field, before, after }) => `${words.sheet(`field.${field}`, {})}: "${before}" → "${after}"`,
  );
  const verdict = words.sheet(`verdict.${row.verdict}`, {});
  const rest = [...problems, ...changes].join('; ');
  return `${row.line}\t${verdict}\t${where}${rest === '' ? '' : `\t${rest}`}`.replaceAll('\n', ' ');
}

function flat({ sites, devices, cameras, ...counts }: ImportCounts) {
  return {
    ...counts,
    newSites: sites.new,
    changedSites: sites.changed,
    newDevices: devices.new,
    changedDevices: devices.changed,
    newCameras: cameras.new,
    changedCameras: cameras.changed,
  };
}

/** One line that is written over, where a person watches. */
function progressLine(words: Words, quiet: boolean) {
  const shown = !quiet && process.stderr.isTTY;
  return (stage: ImportStage, done: number, total: number | null) => {
    if (!shown) return;
    process.stderr.write(
      `\r\u001b[K${words.sheet(`stage.${stage}`, {})} ${done}${total === null ? '' : `/${total}`}`,
    );
    if (done === total) process.stderr.write('\r\u001b[K');
  };
}
