import i18next from 'i18next';
import enOperators from '../../resources/locales/en/operators.json' with { type: 'json' };
import viOperators from '../../resources/locales/vi/operators.json' with { type: 'json' };
import type { OperatorTexts } from '../contract/access-words.ts';
import type { Language } from '../contract/schemas.ts';

/** The words of the operators, for tables and the command line. */
export function accessTexts(language: Language): OperatorTexts {
  const i18n = i18next.createInstance();
  // Resources are here already, so this is done when it returns.
  void i18n.init({
    lng: language,
    fallbackLng: 'vi',
    ns: ['operators'],
    defaultNS: 'operators',
    resources: { vi: { operators: viOperators }, en: { operators: enOperators } },
    initAsync: false,
    // A table shows text, not HTML.
    interpolation: { escapeValue: false },
  });
  // Values were typed by people: `replace` keeps them from being read as options of the library.
  return (key, values = {}) => i18n.t(key as never, { replace: values }) as string;
}
