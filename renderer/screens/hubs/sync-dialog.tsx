import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { HubPlan, PlanRow } from '../../../src/contract/hub-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Chips } from '../manage/fields.tsx';
import { EmptyNote, LoadingNote } from '../manage/notes.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import type { Column } from '../manage/table-head.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';

const parts = ['added', 'changed', 'gone', 'problems'] as const;
type Part = (typeof parts)[number];

/** What a synchronisation would do, before it does it. */
export function SyncDialog() {
  const { hubs, commands } = useProduct();
  const { t, number } = useWords();
  const c = useTexts('connect');
  const sync = useStore(hubs, (model) => model.sync);
  const name = useStore(hubs, ({ hubs: list }) =>
    list.state === 'known' ? list.value.find(({ id }) => id === sync?.hubId)?.name : undefined,
  );
  if (!sync) return null;
  return (
    <RoomDialog title={c('sync.title', { name: name ?? '' })} wide onClose={hubs.endSync}>
      <div className="form">
        {sync.step === 'looking' ? <LoadingNote text={c('sync.looking')} /> : null}
        {sync.step === 'failed' ? (
          <>
            <CauseNote cause={sync.cause} />
            <div className="buttons">
              <Button className="button" onPress={hubs.endSync}>
                {t('dialog.close')}
              </Button>
              <Button className="button" data-primary onPress={() => void hubs.look(sync.hubId)}>
                {c('sync.again')}
              </Button>
            </div>
          </>
        ) : null}
        {sync.step === 'review' || sync.step === 'applying' ? (
          <Review plan={sync.plan} applying={sync.step === 'applying'} />
        ) : null}
        {sync.step === 'done' ? (
          <>
            <div className="note" data-kind="good" role="status">
              <Icon name="check" />
              <p>
                {c('sync.done', {
                  added: number(sync.result.added),
                  changed: number(sync.result.changed),
                  gone: number(sync.result.gone),
                  skipped: number(sync.result.skipped),
                })}
              </p>
            </div>
            {sync.result.changeId === null ? null : <p className="dim">{c('sync.undoable')}</p>}
            <div className="buttons">
              <Button className="button" onPress={hubs.endSync}>
                {t('dialog.close')}
              </Button>
              {/* The button that was pressed is gone: without a focus, keys would go nowhere. */}
              <Button
                className="button"
                data-primary
                autoFocus
                onPress={() => {
                  const { hubId } = sync;
                  hubs.endSync();
                  commands.placeNode({ hubId }, null);
                }}
              >
                <Icon name="wall" />
                {c('toWall')}
              </Button>
            </div>
          </>
        ) : null}
      </div>
    </RoomDialog>
  );
}

function Review({ plan, applying }: { plan: HubPlan; applying: boolean }) {
  const { hubs } = useProduct();
  const words = useWords();
  const { t, number } = words;
  const c = useTexts('connect');
  const leaveOut = useStore(hubs, (model) => model.leaveOut);
  const first = parts.find((part) => plan.counts[part] > 0) ?? 'added';
  const [part, setPart] = useState<Part>(first);
  const rows = plan[part];
  const nothing = plan.counts.added + plan.counts.changed + plan.counts.gone === 0;
  const choosable = part === 'added' || part === 'changed';
  const columns: Column<PlanRow>[] = [
    { key: 'name', title: c('sync.name'), width: 'minmax(140px, 2fr)', cell: (row) => row.name },
    {
      key: 'site',
      title: c('sync.site'),
      width: 'minmax(110px, 1.4fr)',
      cell: (row) => row.siteName || '–',
    },
    {
      key: 'what',
      title: c(
        part === 'problems' ? 'sync.why' : part === 'changed' ? 'sync.fields' : 'sync.address',
      ),
      width: 'minmax(160px, 2.4fr)',
      cell: (row) => {
        const text = row.cause
          ? words.causeText(row.cause)
          : part === 'changed'
            ? row.fields
                .map((field) => words.maybe('register', `field.${field}`) ?? field)
                .join(', ')
            : row.address;
        return <span title={row.cause ? words.causeHint(row.cause) : text}>{text}</span>;
      },
    },
  ];
  return (
    <>
      <Chips
        label={c('sync.parts')}
        value={part}
        options={parts.map((value) => ({
          value,
          text: c(`sync.${value}`),
          count: number(plan.counts[value]),
        }))}
        onChange={(value) => value && setPart(value)}
      />
      <p className="dim" role="status">
        {nothing
          ? c('sync.nothing', {
              count: plan.counts.unchanged,
              number: number(plan.counts.unchanged),
            })
          : c(`sync.${part}Text`)}
        {rows.length < plan.counts[part] ? ` ${c('sync.first', { count: rows.length })}` : ''}
      </p>
      <div className="dialog-table">
        <VirtualTable
          label={c(`sync.${part}`)}
          columns={columns}
          count={rows.length}
          rowAt={(index) => rows[index] ?? null}
          idOf={(row) => row.key}
          resetKey={part}
          {...(choosable
            ? {
                selection: {
                  has: (id: string) => !leaveOut.has(id),
                  all: rows.every(({ key }) => !leaveOut.has(key)),
                  some: rows.some(({ key }) => !leaveOut.has(key)),
                  set: (row: PlanRow, on: boolean) => hubs.setLeaveOut(row.key, !on),
                  setAll: (on: boolean) => {
                    for (const { key } of rows) hubs.setLeaveOut(key, !on);
                  },
                },
              }
            : {})}
          empty={<EmptyNote icon="check" title={c('sync.noneHere')} />}
        />
      </div>
      <div className="buttons">
        <Button className="button" onPress={hubs.endSync} isDisabled={applying}>
          {t('dialog.cancel')}
        </Button>
        <Button
          className="button"
          data-primary
          isDisabled={applying || nothing}
          onPress={() => void hubs.apply()}
        >
          {applying ? c('sync.applying') : c('sync.apply')}
        </Button>
      </div>
    </>
  );
}
