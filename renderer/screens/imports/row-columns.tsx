import type { ImportRow } from '../../../src/contract/import-schemas.ts';
import type { Texts } from '../../i18n.ts';
import { Badge } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';

const tones = { new: 'good', changed: 'info', same: 'plain', error: 'bad' } as const;

/** The columns of the row-by-row verdict. `i` has the words of the sheets. */
export function rowColumns(c: Texts, i: Texts): Column<ImportRow>[] {
  return [
    { key: 'line', title: c('imports.line'), width: '76px', end: true, cell: (row) => row.line },
    {
      key: 'verdict',
      title: c('imports.verdictOf'),
      width: '118px',
      cell: (row) => (
        <Badge tone={tones[row.verdict]} {...(row.verdict === 'error' ? { icon: 'warning' } : {})}>
          {c(`imports.verdict.${row.verdict}`)}
        </Badge>
      ),
    },
    {
      key: 'site',
      title: c('imports.site'),
      width: 'minmax(110px, 1.2fr)',
      cell: (row) => <span title={row.siteName}>{row.siteName || '–'}</span>,
    },
    {
      key: 'name',
      title: c('imports.name'),
      width: 'minmax(110px, 1.2fr)',
      cell: (row) => <span title={row.name}>{row.name || '–'}</span>,
    },
    {
      key: 'why',
      title: c('imports.why'),
      width: 'minmax(220px, 3fr)',
      cell: (row) => {
        const text = rowText(row, c, i);
        return <span title={text}>{text}</span>;
      },
    },
  ];
}

/** Problems first, then what changes. */
export function rowText(row: ImportRow, c: Texts, i: Texts): string {
  const problems = row.problems.map((problem) => {
    const reason = i(`reason.${problem.reason}`, { line: problem.otherLine ?? '' });
    const at = problem.column
      ? c('imports.at', { column: problem.column.letter, heading: problem.column.heading })
      : '';
    const value = problem.value ? c('imports.stood', { value: problem.value }) : '';
    return [at, reason, value].filter(Boolean).join(' ');
  });
  const changes = row.changes.map(({ field, before, after }) =>
    c('imports.change', { field: i(`field.${field}`), before: before || '–', after: after || '–' }),
  );
  return [...problems, ...(row.verdict === 'changed' ? changes : [])].join('; ');
}
