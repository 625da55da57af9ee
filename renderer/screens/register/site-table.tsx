import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Texts } from '../../i18n.ts';
import { dayText, today } from '../../stores/register/days.ts';
import { rowAt } from '../../stores/register/paged.ts';
import type { SiteRow, SiteSort } from '../../stores/register/register-types.ts';
import { Badge, EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts } from '../product.tsx';

/** The sites: surveyed or not, held or not, when what is due. */
export function SiteTable() {
  const { register } = useProduct();
  const r = useTexts('register');
  const paged = useStore(register, (model) => model.sites);
  const sort = useStore(register, (model) => model.siteSort);
  const selected = useStore(register, (model) => model.selectedSites);
  const openId = useStore(register.card, ({ of }) => (of?.kind === 'site' ? of.id : null));
  const columns = useMemo(() => siteColumns(r), [r]);
  const resetKey = useStore(register, ({ scope, query, siteChip, siteSort }) =>
    JSON.stringify([scope, query, siteChip, siteSort]),
  );
  if (!paged.known) {
    return paged.cause ? (
      <FailedNote cause={paged.cause} onRetry={register.retry} />
    ) : (
      <LoadingNote />
    );
  }
  return (
    <VirtualTable
      label={r('table.sites')}
      columns={columns}
      count={paged.total}
      rowAt={(index) => rowAt(paged, index)}
      idOf={(row) => row.site.id}
      onLook={register.look}
      onOpen={({ site }) => void register.card.open({ kind: 'site', id: site.id })}
      openId={openId}
      resetKey={resetKey}
      sort={{
        by: sort?.by ?? null,
        descending: sort?.descending ?? false,
        onSort: (key) => register.sortSites(key as SiteSort['by']),
      }}
      selection={{
        has: (id) => selected.has(id),
        all: paged.total > 0 && selected.size >= paged.total,
        some: selected.size > 0,
        set: register.selectSite,
        setAll: (on) => (on ? void register.selectAll() : register.selectNone()),
      }}
      rowTone={({ site }) => (site.gone ? 'gone' : undefined)}
      empty={<EmptyNote icon="sites" title={r('empty.rows')} text={r('empty.rowsText')} />}
    />
  );
}

function siteColumns(r: Texts): Column<SiteRow>[] {
  const now = today();
  const due = (day: string | null) =>
    day === null ? (
      <span className="dim">–</span>
    ) : day < now ? (
      <Badge tone="bad" icon="warning" title={r('state.overdue')}>
        {dayText(day)}
      </Badge>
    ) : (
      dayText(day)
    );
  return [
    {
      key: 'name',
      title: r('field.name'),
      width: 'minmax(160px, 2.4fr)',
      sortable: true,
      cell: ({ site }) => (
        <span title={[site.name, site.district, site.province].filter(Boolean).join(' · ')}>
          {site.name}
        </span>
      ),
    },
    {
      key: 'province',
      title: r('field.district'),
      width: 'minmax(110px, 1.4fr)',
      sortable: true,
      cell: ({ site }) => (
        <span title={site.province}>{site.district || site.province || '–'}</span>
      ),
    },
    {
      key: 'cameras',
      title: r('field.cameras'),
      width: '84px',
      end: true,
      sortable: true,
      cell: ({ cameras, forbidden }) =>
        forbidden > 0 ? (
          <Badge tone="bad" icon="warning" title={r('tree.forbidden', { count: forbidden })}>
            {cameras}
          </Badge>
        ) : (
          cameras
        ),
    },
    {
      key: 'priority',
      title: r('field.priority'),
      width: '84px',
      sortable: true,
      cell: ({ site }) => r(`priority.${site.priority}`),
    },
    {
      key: 'survey',
      title: r('field.survey'),
      width: 'minmax(132px, 1fr)',
      cell: ({ site }) =>
        site.survey?.done ? (
          <Badge tone="good" icon="check" title={site.survey.by}>
            {dayText(site.survey.on) || r('state.surveyed')}
          </Badge>
        ) : (
          <Badge tone="warn">{r('state.unsurveyed')}</Badge>
        ),
    },
    {
      key: 'deadline',
      title: r('field.plan'),
      width: 'minmax(190px, 1.3fr)',
      sortable: true,
      cell: ({ site }) =>
        site.plan ? (
          <>
            {due(site.plan.deadline)}{' '}
            <span className="dim">{r(`planShort.${site.plan.kind}`)}</span>
          </>
        ) : (
          <span className="dim">{r('plan.none')}</span>
        ),
    },
    {
      key: 'hold',
      title: r('field.hold'),
      width: 'minmax(150px, .9fr)',
      cell: ({ site }) =>
        site.hold && (site.hold.view || site.hold.export) ? (
          <Badge tone="warn" icon="lock" title={site.hold.authority}>
            {site.hold.view ? r('hold.view') : r('hold.export')}
          </Badge>
        ) : (
          <span className="dim">–</span>
        ),
    },
    {
      key: 'inspection',
      title: r('field.dueInspectionOn'),
      width: 'minmax(128px, .9fr)',
      sortable: true,
      cell: ({ site }) => due(site.dueInspectionOn),
    },
  ];
}
