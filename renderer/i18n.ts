import i18next from 'i18next';
import enAudit from '../resources/locales/en/audit.json' with { type: 'json' };
import enCause from '../resources/locales/en/cause.json' with { type: 'json' };
import enConnect from '../resources/locales/en/connect.json' with { type: 'json' };
import enEvidence from '../resources/locales/en/evidence.json' with { type: 'json' };
import enImport from '../resources/locales/en/import.json' with { type: 'json' };
import enOperators from '../resources/locales/en/operators.json' with { type: 'json' };
import enPrivacy from '../resources/locales/en/privacy.json' with { type: 'json' };
import enPtz from '../resources/locales/en/ptz.json' with { type: 'json' };
import enRegister from '../resources/locales/en/register.json' with { type: 'json' };
import enShell from '../resources/locales/en/shell.json' with { type: 'json' };
import enSurvey from '../resources/locales/en/survey.json' with { type: 'json' };
import enWall from '../resources/locales/en/wall.json' with { type: 'json' };
import viAudit from '../resources/locales/vi/audit.json' with { type: 'json' };
import viCause from '../resources/locales/vi/cause.json' with { type: 'json' };
import viConnect from '../resources/locales/vi/connect.json' with { type: 'json' };
import viEvidence from '../resources/locales/vi/evidence.json' with { type: 'json' };
import viImport from '../resources/locales/vi/import.json' with { type: 'json' };
import viOperators from '../resources/locales/vi/operators.json' with { type: 'json' };
import viPrivacy from '../resources/locales/vi/privacy.json' with { type: 'json' };
import viPtz from '../resources/locales/vi/ptz.json' with { type: 'json' };
import viRegister from '../resources/locales/vi/register.json' with { type: 'json' };
import viShell from '../resources/locales/vi/shell.json' with { type: 'json' };
import viSurvey from '../resources/locales/vi/survey.json' with { type: 'json' };
import viWall from '../resources/locales/vi/wall.json' with { type: 'json' };
import type { Cause } from '../src/contract/cause.ts';
import type { Language } from '../src/contract/schemas.ts';

/**
 * The words of the page, in both languages, bundled: a wall in a room without any network speaks.
 * Values are put in as text; nothing here is ever HTML.
 */
export type Values = Readonly<Record<string, string | number>>;

export type Namespace =
  | 'privacy'
  | 'ptz'
  | 'wall'
  | 'audit'
  | 'register'
  | 'connect'
  | 'import'
  | 'survey'
  | 'shell'
  | 'cause'
  | 'evidence'
  | 'operators';

/** One namespace's texts; `values.count` chooses the plural. */
export type Texts = (key: string, values?: Values) => string;

export interface Words {
  readonly language: Language;
  /** A text of `wall.json`; `values.count` chooses the plural. */
  t(key: string, values?: Values): string;
  /** The texts of another namespace. */
  in(namespace: Namespace): Texts;
  /** A key of another namespace, or null where no such text is. */
  maybe(namespace: Namespace, key: string, values?: Values): string | null;
  /** What happened. */
  causeText(cause: Cause): string;
  /** What to do about it. */
  causeHint(cause: Cause): string;
  number(value: number, digits?: number): string;
}

const resources = {
  vi: {
    wall: viWall,
    audit: viAudit,
    operators: viOperators,
    register: viRegister,
    connect: viConnect,
    import: viImport,
    survey: viSurvey,
    privacy: viPrivacy,
    ptz: viPtz,
    cause: viCause,
    evidence: viEvidence,
    shell: viShell,
  },
  en: {
    wall: enWall,
    audit: enAudit,
    operators: enOperators,
    register: enRegister,
    connect: enConnect,
    import: enImport,
    survey: enSurvey,
    privacy: enPrivacy,
    ptz: enPtz,
    cause: enCause,
    evidence: enEvidence,
    shell: enShell,
  },
};

export function createWords(language: Language): Words {
  const i18n = i18next.createInstance();
  // Resources are here already, so this is done when it returns.
  void i18n.init({
    lng: language,
    fallbackLng: 'vi',
    ns: Object.keys(resources.vi),
    defaultNS: 'wall',
    resources,
    initAsync: false,
    returnNull: false,
    // React writes text nodes; escaping here would show entities.
    interpolation: { escapeValue: false },
    // A cause without the value that its words name still reads as a sentence.
    missingInterpolationHandler: () => '…',
  });
  // Values come from devices: `replace` keeps them from being read as options of the library.
  const text = (ns: Namespace, key: string, values: Values = {}): string =>
    typeof values['count'] === 'number'
      ? i18n.t(key, { ns, count: values['count'], replace: values })
      : i18n.t(key, { ns, replace: values });
  const ofNamespace = new Map<Namespace, Texts>();
  return {
    language,
    t: (key, values) => text('wall', key, values),
    in(namespace) {
      let texts = ofNamespace.get(namespace);
      if (!texts) {
        texts = (key, values) => text(namespace, key, values);
        ofNamespace.set(namespace, texts);
      }
      return texts;
    },
    maybe: (namespace, key, values) =>
      i18n.exists(key, { ns: namespace }) ? text(namespace, key, values) : null,
    causeText: (cause) => text('cause', `${cause.code}.text`, cause.params),
    causeHint: (cause) => text('cause', `${cause.code}.hint`, cause.params),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(value),
  };
}

/** Where the centres are; shown times are theirs whatever the workstation is set to. */
export const timeZone = 'Asia/Ho_Chi_Minh';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function partsOf(unixMs: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(unixMs).map(({ type, value }) => [type, value]));
}

/** `HH:mm:ss` in Viet Nam. */
export function timeText(unixMs: number): string {
  const { hour, minute, second } = partsOf(unixMs);
  return `${hour}:${minute}:${second}`;
}

/** `dd/MM/yyyy` in Viet Nam. */
export function dateText(unixMs: number): string {
  const { day, month, year } = partsOf(unixMs);
  return `${day}/${month}/${year}`;
}

/** "12 giây trước", "3 phút trước": the largest unit that is full, never rounded up. */
export function ageText(words: Words, ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return words.t('age.seconds', { count: seconds });
  if (seconds < 3600) return words.t('age.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return words.t('age.hours', { count: Math.floor(seconds / 3600) });
  return words.t('age.days', { count: Math.floor(seconds / 86_400) });
}
