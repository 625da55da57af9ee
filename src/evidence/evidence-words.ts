import i18next from 'i18next';
import en from '../../resources/locales/en/evidence.json' with { type: 'json' };
import vi from '../../resources/locales/vi/evidence.json' with { type: 'json' };

/** The words of packages, for paper and the command line. */
export interface EvidenceWords {
  readonly language: 'vi' | 'en';
  t(key: string, values?: Readonly<Record<string, string | number>>): string;
}

export function evidenceWords(language: 'vi' | 'en'): EvidenceWords {
  const i18n = i18next.createInstance();
  void i18n.init({
    lng: language,
    fallbackLng: 'vi',
    ns: ['evidence'],
    defaultNS: 'evidence',
    resources: { vi: { evidence: vi }, en: { evidence: en } },
    initAsync: false,
    // Paper and terminals show text, not HTML.
    interpolation: { escapeValue: false },
  });
  return {
    language,
    // `replace` keeps values from being read as options of the library.
    t: (key, values = {}) => i18n.t(key as never, { replace: values }) as string,
  };
}
