import {
  type AccessState,
  daysBetween,
  documentText,
  periodText,
  type SiteNames,
  scopeText,
} from '../../../src/contract/access-words.ts';
import type { OperatorRow } from '../../../src/contract/operator-schemas.ts';
import { dateText, timeText, type Words } from '../../i18n.ts';
import { stateOfRow } from '../../stores/operators/access-store.ts';
import { today } from '../../stores/register/days.ts';
import { Badge } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';

export const stateTones: Readonly<Record<AccessState, 'good' | 'warn' | 'bad' | 'plain'>> = {
  open: 'good',
  soon: 'warn',
  due: 'warn',
  'not-yet': 'plain',
  over: 'bad',
  disabled: 'plain',
};

/** Columns of both tables of operators, by their keys. */
export function operatorColumns(
  words: Words,
  sites: SiteNames,
): Record<string, Column<OperatorRow>> {
  const o = words.in('operators');
  const shown = (text: string) => <span title={text}>{text}</span>;
  const columns: Column<OperatorRow>[] = [
    {
      key: 'name',
      title: o('column.name'),
      width: 'minmax(120px, 1fr)',
      cell: ({ operator }) => <strong>{operator.name}</strong>,
    },
    {
      key: 'fullName',
      title: o('column.fullName'),
      width: 'minmax(150px, 1.4fr)',
      cell: ({ operator }) => shown(operator.fullName || '–'),
    },
    {
      key: 'role',
      title: o('column.role'),
      width: 'minmax(156px, 1fr)',
      cell: ({ operator }) => shown(o(`role.${operator.role}`)),
    },
    {
      key: 'scope',
      title: o('column.scope'),
      width: 'minmax(150px, 1.8fr)',
      cell: ({ operator }) => (
        <span title={scopeText(operator.scope, sites, o)}>
          {scopeText(operator.scope, sites, o, 3)}
        </span>
      ),
    },
    {
      key: 'validity',
      title: o('column.validity'),
      width: 'minmax(200px, 1.1fr)',
      cell: ({ operator }) => shown(periodText(operator, o)),
    },
    {
      key: 'document',
      title: o('column.document'),
      width: 'minmax(196px, 1.3fr)',
      cell: ({ operator }) => shown(documentText(operator.document, o)),
    },
    {
      key: 'lastSignIn',
      title: o('column.lastSignIn'),
      width: '156px',
      cell: ({ lastSignInAt }) =>
        lastSignInAt === null ? (
          <span className="dim">{o('never')}</span>
        ) : (
          `${dateText(lastSignInAt)} ${timeText(lastSignInAt).slice(0, 5)}`
        ),
    },
    {
      key: 'state',
      title: o('column.state'),
      width: '164px',
      cell: (row) => <StateBadge row={row} words={words} />,
    },
  ];
  return Object.fromEntries(columns.map((column) => [column.key, column]));
}

function StateBadge({ row, words }: { row: OperatorRow; words: Words }) {
  const o = words.in('operators');
  const state = stateOfRow(row);
  const { validUntil } = row.operator;
  const days = validUntil === null ? null : daysBetween(today(), validUntil);
  const text =
    state === 'soon' && days !== null
      ? days === 0
        ? o('lastDay')
        : o('daysLeft', { days })
      : o(`state.${state}`);
  const isTrouble = state === 'soon' || state === 'over' || state === 'due';
  return (
    <Badge
      tone={stateTones[state]}
      {...(isTrouble ? { icon: 'warning' as const } : {})}
      title={o(`state.${state}`)}
    >
      {text}
    </Badge>
  );
}
