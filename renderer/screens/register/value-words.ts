import type { Texts } from '../../i18n.ts';
import { dayText } from '../../stores/register/days.ts';
import type { FocalPoint, Site } from '../../stores/register/register-types.ts';

/** Values of the register in words, for lists of what was changed. */
const choices = ['kind', 'ownership', 'budgetLevel', 'placement', 'transport', 'priority'];

export function fieldName(r: Texts, field: string): string {
  return r(`field.${field}`);
}

export function valueWords(r: Texts, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (choices.includes(field)) return r(`${field}.${String(value)}`);
  if (field === 'dueInspectionOn') return dayText(String(value));
  if (field === 'plan') {
    const { kind, deadline } = value as NonNullable<Site['plan']>;
    return [r(`plan.${kind}`), dayText(deadline)].filter(Boolean).join(', ');
  }
  if (field === 'survey') {
    const { done, by, on } = value as NonNullable<Site['survey']>;
    return [r(done ? 'state.surveyed' : 'state.unsurveyed'), by, dayText(on)]
      .filter(Boolean)
      .join(', ');
  }
  if (field === 'hold') {
    const hold = value as NonNullable<Site['hold']>;
    return [
      hold.view ? r('hold.view') : '',
      hold.export ? r('hold.export') : '',
      hold.authority,
      dayText(hold.askedOn),
    ]
      .filter(Boolean)
      .join(', ');
  }
  if (field === 'focalPoints') {
    return (value as FocalPoint[])
      .map(({ name, phone }) => [name, phone].filter(Boolean).join(' '))
      .join('; ');
  }
  return String(value);
}
