import i18next from 'i18next';
import enSurvey from '../../resources/locales/en/survey.json' with { type: 'json' };
import viSurvey from '../../resources/locales/vi/survey.json' with { type: 'json' };
import type { Language } from '../contract/schemas.ts';
import type { SurveyReason } from '../contract/survey-schemas.ts';

/** The words of commissioning, for printed sheets, tables and the command line. */
export interface SurveyWords {
  readonly language: Language;
  t(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** What was found, and what to do next. */
  reason(reason: SurveyReason): { message: string; next: string };
}

export function surveyWords(language: Language): SurveyWords {
  const i18n = i18next.createInstance();
  // Resources are here already, so this is done when it returns.
  void i18n.init({
    lng: language,
    fallbackLng: 'vi',
    ns: ['survey'],
    defaultNS: 'survey',
    resources: { vi: { survey: viSurvey }, en: { survey: enSurvey } },
    initAsync: false,
    // Paper shows text, not HTML.
    interpolation: { escapeValue: false },
  });
  // Values come from devices: `replace` keeps them from being read as options of the library.
  const t: SurveyWords['t'] = (key, values = {}) =>
    i18n.t(key as never, { replace: values }) as string;
  return {
    language,
    t,
    reason: ({ code, params }) => ({
      message: t(`reason.${code}.text`, params),
      next: t(`reason.${code}.next`, params),
    }),
  };
}
