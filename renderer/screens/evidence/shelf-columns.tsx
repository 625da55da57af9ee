import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import type { Words } from '../../i18n.ts';
import { Badge } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import { clipLength, momentText, sizeText } from './evidence-words.ts';
import { Thumbnail } from './thumbnail.tsx';

export function shelfColumns(words: Words): Column<EvidenceItem>[] {
  const e = words.in('evidence');
  const p = (key: string) => e(`page.${key}`);
  return [
    { key: 'picture', title: '', width: '64px', cell: (item) => <Thumbnail item={item} /> },
    {
      key: 'kind',
      title: p('fact.kind'),
      width: '124px',
      cell: (item) => <KindBadge words={words} item={item} />,
    },
    {
      key: 'at',
      title: p('fact.takenAt'),
      width: '170px',
      cell: (item) => momentText(item.takenAt),
    },
    {
      key: 'camera',
      title: p('fact.camera'),
      width: 'minmax(150px, 1.6fr)',
      cell: ({ cameraName, siteName }) => (
        <span title={`${cameraName} – ${siteName}`}>
          {cameraName} <span className="dim">{siteName}</span>
        </span>
      ),
    },
    {
      key: 'size',
      title: p('fact.size'),
      width: '150px',
      cell: (item) => clipLength(item) ?? `${item.width}×${item.height}`,
    },
    {
      key: 'bytes',
      title: p('fact.bytes'),
      width: '96px',
      end: true,
      cell: ({ bytes }) => sizeText(words, bytes),
    },
    {
      key: 'reason',
      title: p('fact.reason'),
      width: 'minmax(120px, 1.4fr)',
      cell: ({ reason }) => <span title={reason ?? undefined}>{reason ?? '–'}</span>,
    },
    {
      key: 'operator',
      title: p('fact.operator'),
      width: 'minmax(110px, 1fr)',
      cell: ({ operatorName }) => operatorName,
    },
    {
      key: 'packages',
      title: p('fact.exported'),
      width: '92px',
      cell: ({ packages }) =>
        packages.length > 0 ? (
          <Badge tone="good" icon="check" title={packages.join('\n')}>
            {words.number(packages.length)}
          </Badge>
        ) : (
          <span className="dim">–</span>
        ),
    },
  ];
}

/** What it is; an altered copy never looks like an original. */
export function KindBadge({ words, item }: { words: Words; item: EvidenceItem }) {
  const e = words.in('evidence');
  if (item.cause) {
    return (
      <Badge tone="bad" icon="warning" title={words.causeText(item.cause)}>
        {e('page.kind.damaged')}
      </Badge>
    );
  }
  if (item.alteredFrom !== null) {
    return (
      <Badge tone="warn" icon="region">
        {e(`how.${item.how[0] ?? 'mask'}`)}
      </Badge>
    );
  }
  return <Badge tone="plain">{e(`page.kind.${item.kind}`)}</Badge>;
}
