import auditEn from '../../resources/locales/en/audit.json' with { type: 'json' };
import en from '../../resources/locales/en/evidence.json' with { type: 'json' };
import auditVi from '../../resources/locales/vi/audit.json' with { type: 'json' };
import vi from '../../resources/locales/vi/evidence.json' with { type: 'json' };

export type Language = 'vi' | 'en';
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const tables = {
  vi: { ...vi, audit: { kind: auditVi.kind, outcome: auditVi.outcome } },
  en: { ...en, audit: { kind: auditEn.kind, outcome: auditEn.outcome } },
} as const;

/** Words by their key, such as `problem.altered`; without a library, for the page stays small. */
export function sayIn(language: Language): Say {
  return (key, values = {}) => {
    let node: unknown = tables[language];
    for (const part of key.split('.')) node = (node as Record<string, unknown> | undefined)?.[part];
    if (typeof node !== 'string') return key;
    return node.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `25/06/2021 16:30:12`, in Viet Nam. */
export function timeText(unixMs: number): string {
  return clock.format(unixMs).replace(',', '');
}

export function sizeText(bytes: number, language: Language): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = { maximumFractionDigits: unit === 0 ? 0 : 1 };
  return `${new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', digits).format(value)} ${units[unit]}`;
}
