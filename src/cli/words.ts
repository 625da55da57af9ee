import i18next, { type TFunction } from 'i18next';
import enAudit from '../../resources/locales/en/audit.json' with { type: 'json' };
import enCause from '../../resources/locales/en/cause.json' with { type: 'json' };
import enCli from '../../resources/locales/en/cli.json' with { type: 'json' };
import enImport from '../../resources/locales/en/import.json' with { type: 'json' };
import enOperators from '../../resources/locales/en/operators.json' with { type: 'json' };
import enShell from '../../resources/locales/en/shell.json' with { type: 'json' };
import viAudit from '../../resources/locales/vi/audit.json' with { type: 'json' };
import viCause from '../../resources/locales/vi/cause.json' with { type: 'json' };
import viCli from '../../resources/locales/vi/cli.json' with { type: 'json' };
import viImport from '../../resources/locales/vi/import.json' with { type: 'json' };
import viOperators from '../../resources/locales/vi/operators.json' with { type: 'json' };
import viShell from '../../resources/locales/vi/shell.json' with { type: 'json' };
import type { Cause } from '../contract/cause.ts';
import type { Language } from '../contract/schemas.ts';

/** The words of the command line. Vietnamese unless English is asked for. */
export interface Words {
  readonly language: Language;
  readonly t: TFunction<'cli'>;
  /** What went wrong, and what to do about it. */
  cause(cause: Cause): { message: string; hint: string };
  /** What is said of the audit, by its key in `audit.json`. */
  audit(key: string, params?: Readonly<Record<string, string | number>>): string;
  /** What is said of imported files, by its key in `import.json`. */
  sheet(key: string, params: Readonly<Record<string, string | number>>): string;
  /** What a shell says, by its key in `shell.json`. */
  shell(key: string, params: Readonly<Record<string, string | number>>): string;
}

/** `--lang` on the command line, else `VONGGAC_LANG`, else Vietnamese. */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const given = at < 0 ? env.VONGGAC_LANG : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return given === 'en' ? 'en' : 'vi';
}

export async function createWords(language: Language): Promise<Words> {
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: language,
    fallbackLng: 'vi',
    ns: ['cli', 'audit', 'cause', 'shell', 'import', 'operators'],
    defaultNS: 'cli',
    resources: {
      vi: {
        cli: viCli,
        audit: viAudit,
        cause: viCause,
        shell: viShell,
        import: viImport,
        operators: viOperators,
      },
      en: {
        cli: enCli,
        audit: enAudit,
        cause: enCause,
        shell: enShell,
        import: enImport,
        operators: enOperators,
      },
    },
    // A terminal shows text, not HTML.
    interpolation: { escapeValue: false },
  });
  return {
    language,
    t: i18n.getFixedT(language, 'cli'),
    audit: (key, params = {}) => i18n.getFixedT(language, 'audit')(key as never, params) as string,
    sheet: (key, params) => i18n.getFixedT(language, 'import')(key as never, params) as string,
    shell: (key, params) => i18n.getFixedT(language, 'shell')(key as never, params) as string,
    cause: (cause) => {
      const t = i18n.getFixedT(language, 'cause');
      const params = { ...cause.params };
      return {
        message: t(`${cause.code}.text` as never, params) as string,
        hint: t(`${cause.code}.hint` as never, params) as string,
      };
    },
  };
}
