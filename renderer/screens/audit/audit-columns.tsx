import type { AuditRecordRow } from '../../../src/contract/audit-schemas.ts';
import type { Words } from '../../i18n.ts';
import { Badge } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import {
  type AuditNames,
  contentText,
  kindText,
  momentText,
  outcomeText,
  subjectIds,
  subjectText,
} from './audit-words.ts';

const tones: Readonly<Record<string, 'bad' | 'warn'>> = { refused: 'warn', failed: 'bad' };

export function auditColumns(words: Words, names: AuditNames): Column<AuditRecordRow>[] {
  const a = words.in('audit');
  return [
    { key: 'seq', title: a('seq'), width: '84px', end: true, cell: ({ seq }) => words.number(seq) },
    { key: 'at', title: a('time'), width: '192px', cell: ({ at }) => momentText(at) },
    {
      key: 'person',
      title: a('person'),
      width: 'minmax(110px, 1fr)',
      cell: ({ operator }) =>
        operator ? (
          <span title={operator.id}>{operator.name}</span>
        ) : (
          <span className="dim">–</span>
        ),
    },
    {
      key: 'kind',
      title: a('kindOf'),
      width: 'minmax(150px, 1.3fr)',
      cell: ({ kind }) => <span title={kind}>{kindText(words, kind)}</span>,
    },
    {
      key: 'subject',
      title: a('subject'),
      width: 'minmax(130px, 1.3fr)',
      cell: (row) => {
        const text = subjectText(words, row, names);
        return <span title={[text, subjectIds(row)].filter(Boolean).join('\n')}>{text}</span>;
      },
    },
    {
      key: 'outcome',
      title: a('outcomeOf'),
      width: '116px',
      cell: ({ outcome }) => {
        const tone = tones[outcome];
        const text = outcomeText(words, outcome);
        return tone ? <Badge tone={tone}>{text}</Badge> : <span className="dim">{text}</span>;
      },
    },
    {
      key: 'content',
      title: a('what'),
      width: 'minmax(160px, 2fr)',
      cell: (row) => {
        const text = contentText(words, row);
        return <span title={text}>{text}</span>;
      },
    },
  ];
}
