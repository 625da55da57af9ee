import { readFileSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { AuditHead, AuditProblem, AuditVerdict } from '../audit/audit.types.ts';
import { writeExport } from '../audit/audit-export.ts';
import { openAuditForReading } from '../audit/audit-file.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import { AuditReader } from '../audit/audit-reader.ts';
import { publicKeyOf } from '../audit/chain-check.ts';
import { checkExport } from '../audit/check-export.ts';
import { hashPattern } from '../audit/record-form.ts';
import { auditFormats, everyRecord } from '../contract/audit-schemas.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { choiceOption, type Program, usageError } from './command.ts';
import { exitCodes } from './exit.ts';
import { defaultDataDir, version } from './paths.ts';
import type { Words } from './words.ts';

interface VerifyFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly head?: string;
  readonly key?: string;
}

interface ExportFlags {
  readonly data?: string;
  readonly format: (typeof auditFormats)[number];
}

/** `vonggac audit verify|export`; both also while the wall runs. The form is told in docs/audit.md. */
export function auditCommand(program: Program, words: Words): void {
  const { t, audit } = words;
  const lang = choiceOption(['vi', 'en'], t('usage.lang'));
  const command = program.command('audit').description(audit('cli.about'));

  const verify = command
    .command('verify')
    .description(audit('cli.verify'))
    .argument('[file]')
    .option('--json', t('option.json'))
    .option('--head <seq:hash>', audit('cli.head'))
    .option('--key <file>', audit('cli.key'))
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), lang)
    .action((file: string | undefined, flags: VerifyFlags) => {
      const known = flags.head === undefined ? null : headOf(flags.head);
      if (flags.head !== undefined && !known) usageError(verify, audit('cli.headWrong'));
      const options = { publicKey: flags.key === undefined ? null : keyOf(flags.key), known };
      const verdict =
        file === undefined
          ? { ...verifyFolder(flags.data ?? defaultDataDir(), options), complete: true }
          : checkExport(readText(file), options);
      if (flags.json) process.stdout.write(`${JSON.stringify(verdictJson(verdict), null, 2)}\n`);
      else process.stdout.write(verdictText(verdict, words));
      process.exitCode = verdict.intact ? exitCodes.ok : exitCodes.altered;
    });

  command
    .command('export')
    .description(audit('cli.export'))
    .argument('<file>')
    .requiredOption(
      '--format <format>',
      audit('cli.format'),
      choiceOption(auditFormats, audit('cli.formatWrong')),
    )
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), lang)
    .action(async (file: string, { data, format }: ExportFlags) => {
      const dataDir = data ?? defaultDataDir();
      const { records } = await exportFolder(dataDir, { file, format, language: words.language });
      process.stdout.write(`${audit('cli.done', { records, file })}\n`);
    });
}

function verifyFolder(
  dataDir: string,
  options: { publicKey: string | null; known: AuditHead | null },
): AuditVerdict {
  const database = openFolder(dataDir);
  try {
    return new AuditReader(database).verify(options);
  } catch (error) {
    throw new Fault('store.failed', String(error), {}, error);
  } finally {
    database.close();
  }
}

async function exportFolder(
  dataDir: string,
  options: { file: string; format: 'csv' | 'json'; language: 'vi' | 'en' },
) {
  const there = openFolder(dataDir);
  const station = new AuditReader(there).station();
  there.close();
  // Taking the audit out is an act like any other.
  const user = userInfo().username;
  const log = createAuditLog({ dataDir, station, version, log: silentLog, announces: false });
  log.write({
    kind: 'audit.export',
    operator: { id: `cli:${user}`, name: user },
    details: { format: options.format },
  });
  await log.close();
  const database = openFolder(dataDir);
  const part = `${options.file}.part`;
  try {
    const done = writeExport(new AuditReader(database), {
      filter: everyRecord,
      format: options.format,
      language: options.language,
      now: Date.now(),
      file: part,
    });
    renameSync(part, options.file);
    return done;
  } catch (error) {
    rmSync(part, { force: true });
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Fault('input.value', reason, { field: options.file }, error);
  } finally {
    database.close();
  }
}

/** @throws {Fault} `audit.none`; `store.failed`: it cannot be read. */
function openFolder(dataDir: string) {
  let database: ReturnType<typeof openAuditForReading>;
  try {
    database = openAuditForReading(dataDir);
  } catch (error) {
    throw new Fault('store.failed', String(error), {}, error);
  }
  if (!database) throw new Fault('audit.none', 'no audit', { folder: dataDir });
  return database;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('audit.unreadable', 'cannot be read', { file }, error);
  }
}

function keyOf(file: string): string {
  const text = readText(file).trim();
  try {
    publicKeyOf(text);
    return text;
  } catch (error) {
    throw new Fault('input.value', 'no Ed25519 key', { field: '--key' }, error);
  }
}

function headOf(text: string): AuditHead | null {
  const [seq = '', hash = ''] = text.split(':');
  return /^\d{1,15}$/.test(seq) && hashPattern.test(hash) ? { seq: Number(seq), hash } : null;
}

/** As documented in docs/cli.md. */
function verdictJson(verdict: AuditVerdict & { readonly complete: boolean }) {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  const { first, last } = verdict;
  return {
    intact: verdict.intact,
    complete: verdict.complete,
    records: verdict.records,
    anchors: verdict.anchors,
    signed: verdict.signed,
    first: first && { seq: first.seq, at: time(first.at) },
    last: last && { seq: last.seq, at: time(last.at), hash: last.hash },
    problemCount: verdict.problemCount,
    problems: verdict.problems.map(({ what, seq, until, at, movedFrom }) => ({
      what,
      seq,
      until: until ?? null,
      at: time(at),
      movedFrom: movedFrom ?? null,
    })),
  };
}

function verdictText(
  verdict: AuditVerdict & { readonly complete: boolean },
  { audit }: Words,
): string {
  const { first, last, records, problems, problemCount, anchors, signed } = verdict;
  const lines: string[] = [];
  if (!verdict.intact) lines.push(audit('broken', { count: problemCount }));
  else if (first && last)
    lines.push(audit('intact', { records, first: first.seq, last: last.seq }));
  else lines.push(audit('empty'));
  for (const problem of problems) lines.push(`  ${problemText(problem, audit)}`);
  if (signed > 0) lines.push(audit('cli.signed', { signed, anchors }));
  if (!verdict.complete) lines.push(audit('cli.excerpt'));
  if (verdict.intact && last) lines.push(audit('headIs', { seq: last.seq, hash: last.hash }));
  return `${lines.join('\n')}\n`;
}

function problemText(problem: AuditProblem, audit: Words['audit']): string {
  const { what, seq, until, at } = problem;
  const text = audit(`difference.${what}`, { seq, until: until ?? seq });
  const time = at === null ? null : isoTime(at);
  return time ? `${text} (${audit('cli.at', { time })})` : text;
}

function isoTime(at: number): string | null {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : null;
}
