import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createAuditLog } from '../audit/audit-log.ts';
import { accessStateOf, periodText, scopeText } from '../contract/access-words.ts';
import type { OperatorRow } from '../contract/operator-schemas.ts';
import { nameKey } from '../contract/password-rules.ts';
import { openOperators } from '../operators/operators.ts';
import type { Operators } from '../operators/operators.types.ts';
import { dayOf } from '../operators/scope.ts';
import { WorkstationIdentity } from '../operators/workstation.ts';
import { accessTexts } from '../reports/access-words.ts';
import type { Register } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { choiceOption, type Program, usageError } from './command.ts';
import { exitCodes } from './exit.ts';
import { defaultDataDir, version } from './paths.ts';
import { firstLineOfStdin } from './read-stdin.ts';
import { reportError } from './report-error.ts';
import { openSavedRegister } from './saved-register.ts';
import type { Words } from './words.ts';

interface ListFlags {
  readonly data?: string;
  readonly json?: boolean;
}

interface ResetFlags {
  readonly data?: string;
  readonly passwordStdin?: boolean;
}

/**
 * `vonggac operators list|reset`, also while the wall runs. For the technician at the machine when the
 * administrator's password is lost: who owns the data folder could change its file anyway, and this
 * way it is on record as `cli:<account>`.
 */
export function operatorsCommand(program: Program, words: Words): void {
  const { t } = words;
  const o = accessTexts(words.language);
  const lang = choiceOption(['vi', 'en'], t('usage.lang'));
  const command = program.command('operators').description(o('cli.about'));

  command
    .command('list')
    .description(o('cli.list'))
    .option('--json', t('option.json'))
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), lang)
    .action(({ data, json }: ListFlags) =>
      withOperators(data ?? defaultDataDir(), words, async (operators, register) => {
        const rows = operators.list();
        process.stdout.write(
          json
            ? `${JSON.stringify(rows.map(jsonOf), null, 2)}\n`
            : tableOf(rows, register, words.language),
        );
      }),
    );

  const reset = command
    .command('reset')
    .description(o('cli.reset'))
    .argument('<name>', o('cli.name'))
    .option('--password-stdin', o('cli.passwordStdin'))
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), lang)
    .action(async (name: string, { data, passwordStdin }: ResetFlags) => {
      if (!passwordStdin) usageError(reset, o('cli.stdinNeeded'));
      const password = await firstLineOfStdin(process.stdin);
      await withOperators(data ?? defaultDataDir(), words, async (operators) => {
        const found = operators.list().find((row) => nameKey(row.operator.name) === nameKey(name));
        if (!found) return refuse(words, o('cli.unknown'), exitCodes.usage);
        await operators.resetPassword({ id: found.operator.id, password });
        process.stdout.write(`${o('cli.done', { name: found.operator.name })}\n`);
      });
    });
}

async function withOperators(
  folder: string,
  words: Words,
  work: (operators: Operators, register: Register) => Promise<void>,
): Promise<void> {
  const o = accessTexts(words.language);
  if (!existsSync(join(folder, 'vonggac.db'))) {
    return refuse(words, o('cli.noData', { folder }), exitCodes.usage);
  }
  // The superuser may read everything, and would leave files that the wall cannot write any more.
  const own = process.getuid?.();
  if (own !== undefined && statSync(folder).uid !== own) {
    return refuse(words, o('cli.notOwner', { folder }), exitCodes.refused);
  }
  const saved = openSavedRegister(folder, { mayCreate: false });
  const user = userInfo().username;
  const station = new WorkstationIdentity(saved.database);
  const audit = createAuditLog({
    dataDir: folder,
    station: station.id,
    stationName: station.current.name,
    version,
    log: silentLog,
    announces: false,
  });
  const operators = openOperators({
    database: saved.database,
    log: silentLog,
    audit: {
      write: (entry) => audit.write({ ...entry, operator: { id: `cli:${user}`, name: user } }),
    },
    findPlaces: () => null,
  });
  try {
    await work(operators, saved.register);
  } catch (error) {
    process.exitCode = reportError(error, words);
    if (Fault.from(error).code === 'operator.weak-password') process.exitCode = exitCodes.usage;
  } finally {
    operators.close();
    await audit.close();
    saved.close();
  }
}

function refuse({ t }: Words, message: string, exitCode: number): void {
  process.stderr.write(`${t('error')}: ${message}\n`);
  process.exitCode = exitCode;
}

/** As documented in docs/cli.md. */
function jsonOf({ operator, createdAt, lastSignInAt }: OperatorRow) {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...operator,
    state: accessStateOf(operator, dayOf(Date.now())),
    createdAt: time(createdAt),
    lastSignInAt: time(lastSignInAt),
  };
}

function tableOf(
  rows: readonly OperatorRow[],
  register: Pick<Register, 'site'>,
  language: Words['language'],
): string {
  const o = accessTexts(language);
  if (rows.length === 0) return `${o('cli.none')}\n`;
  const today = dayOf(Date.now());
  const ids = new Set(
    rows.flatMap(({ operator: { scope } }) => (scope === 'all' ? [] : scope.sites)),
  );
  const sites = new Map(
    [...ids].flatMap((id) => {
      const site = register.site(id);
      return site ? [[id, site] as const] : [];
    }),
  );
  const head = ['name', 'fullName', 'role', 'scope', 'validity', 'state'];
  const lines = [
    head.map((key) => o(`column.${key}`)),
    ...rows.map(({ operator }) => [
      operator.name,
      operator.fullName,
      o(`role.${operator.role}`),
      scopeText(operator.scope, sites, o, 3),
      periodText(operator, o),
      o(`state.${accessStateOf(operator, today)}`),
    ]),
  ];
  const widths = head.map((_, at) =>
    Math.max(...lines.map((line) => [...(line[at] ?? '')].length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
