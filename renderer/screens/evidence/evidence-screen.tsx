import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { itemAt } from '../../stores/evidence/shelf-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useWords } from '../product.tsx';
import { CheckDialog } from './check-dialog.tsx';
import { useRefusal } from './evidence-rights.ts';
import { sizeText, usePage } from './evidence-words.ts';
import { ItemCard } from './item-card.tsx';
import { JobList } from './job-list.tsx';
import { KeyLine } from './key-line.tsx';
import { PackDialog } from './pack-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { shelfColumns } from './shelf-columns.tsx';
import { ShelfFilters } from './shelf-filters.tsx';
import { ShelfGallery } from './shelf-gallery.tsx';

/** What was taken: to be looked at, to be altered beside its original, to be taken away sealed. */
export function EvidenceScreen() {
  const { shelf, jobs, snapshots } = useProduct();
  const words = useWords();
  const p = usePage();
  useEffect(() => shelf.watch(), [shelf]);
  useEffect(() => jobs.watch(), [jobs]);
  // What was saved lies here: its note would only cover it.
  useEffect(() => {
    for (const { id, running, failed } of snapshots.getState().notes) {
      if (!running && failed === 0) snapshots.dismiss(id);
    }
  }, [snapshots]);
  const rows = useStore(shelf, (model) => model.rows);
  const filter = useStore(shelf, (model) => model.filter);
  const view = useStore(shelf, (model) => model.view);
  const open = useStore(shelf, (model) => model.open);
  const chosen = useStore(shelf, (model) => model.chosen);
  const bytes = useStore(shelf, (model) => model.bytes);
  const cause = useStore(shelf, (model) => model.cause);
  const [dialog, setDialog] = useState<'pack' | 'check' | 'remove' | null>(null);
  const columns = useMemo(() => shelfColumns(words), [words]);
  const resetKey = JSON.stringify(filter);
  const empty = (
    <EmptyNote
      icon="still"
      title={p(isEverything(filter) ? 'shelf.none' : 'shelf.noneFound')}
      text={p(isEverything(filter) ? 'shelf.noneText' : 'shelf.noneFoundText')}
    >
      {isEverything(filter) ? null : (
        <Button className="button" onPress={shelf.clear}>
          {p('shelf.clear')}
        </Button>
      )}
    </EmptyNote>
  );
  const close = () => setDialog(null);
  return (
    <div className="room" data-register>
      <section className="room-main evidence" aria-label={p('room')}>
        <header className="screen-head">
          <div>
            <h2>{p('title')}</h2>
            <p className="dim">
              {rows.known
                ? p('shelf.sum', { count: rows.total, size: sizeText(words, bytes) })
                : p('text')}
            </p>
          </div>
          <Buttons onPack={() => setDialog('pack')} onCheck={() => setDialog('check')} />
        </header>
        <CauseNote cause={cause} />
        <ShelfFilters />
        {chosen.size > 0 ? (
          <ChosenBar onPack={() => setDialog('pack')} onRemove={() => setDialog('remove')} />
        ) : null}
        {!rows.known ? (
          rows.cause ? (
            <FailedNote cause={rows.cause} onRetry={shelf.restart} />
          ) : (
            <LoadingNote />
          )
        ) : view === 'table' ? (
          <VirtualTable<EvidenceItem>
            label={p('shelf.table')}
            columns={columns}
            count={rows.total}
            rowAt={(index) => itemAt(rows, index)}
            idOf={(row) => row.id}
            onLook={shelf.look}
            onOpen={shelf.open}
            openId={open?.id ?? null}
            resetKey={resetKey}
            rowTone={(row) => (row.cause ? 'bad' : undefined)}
            selection={{
              has: (id) => chosen.has(id),
              all: rows.total > 0 && chosen.size >= rows.total,
              some: chosen.size > 0,
              set: shelf.choose,
              setAll: (on) => void shelf.chooseAll(on),
            }}
            empty={empty}
          />
        ) : (
          <ShelfGallery resetKey={resetKey} empty={empty} />
        )}
        <JobList />
        <KeyLine />
      </section>
      {open ? <ItemCard key={open.id} item={open} /> : null}
      {dialog === 'pack' ? <PackDialog onClose={close} /> : null}
      {dialog === 'check' ? <CheckDialog onClose={close} /> : null}
      {dialog === 'remove' ? <RemoveDialog ids={[...chosen.keys()]} onClose={close} /> : null}
    </div>
  );
}

const isEverything = (filter: Readonly<Record<string, unknown>>) =>
  Object.values(filter).every((value) => value === null || value === '');

function Buttons({ onPack, onCheck }: { onPack: () => void; onCheck: () => void }) {
  const { snapshots, shelf } = useProduct();
  const p = usePage();
  const some = useStore(shelf, (model) => model.chosen.size > 0 || model.open !== null);
  const refusal = useRefusal('evidence.export');
  return (
    <div className="screen-buttons">
      <Button className="button" data-small onPress={() => snapshots.askReason(true)}>
        <Icon name="settings" />
        {p('shelf.settings')}
      </Button>
      <Button className="button" data-small onPress={onCheck}>
        <Icon name="check" />
        {p('check.open')}
      </Button>
      <span title={refusal ?? (some ? undefined : p('pack.chooseFirst'))}>
        <Button
          className="button"
          data-small
          data-primary
          isDisabled={!some || refusal !== null}
          onPress={onPack}
        >
          <Icon name="box" />
          {p('pack.open')}
        </Button>
      </span>
    </div>
  );
}

function ChosenBar({ onPack, onRemove }: { onPack: () => void; onRemove: () => void }) {
  const { shelf } = useProduct();
  const words = useWords();
  const p = usePage();
  const chosen = useStore(shelf, (model) => model.chosen);
  const refusal = useRefusal('evidence.export');
  let bytes = 0;
  for (const item of chosen.values()) bytes += item.bytes;
  return (
    <div className="chosen-bar" role="status">
      <strong>{p('shelf.chosen', { count: chosen.size, size: sizeText(words, bytes) })}</strong>
      <span title={refusal ?? undefined} className="chosen-buttons">
        <Button
          className="button"
          data-small
          data-primary
          isDisabled={refusal !== null}
          onPress={onPack}
        >
          <Icon name="box" />
          {p('pack.chosen')}
        </Button>
        <Button
          className="button"
          data-small
          data-danger
          isDisabled={refusal !== null}
          onPress={onRemove}
        >
          <Icon name="trash" />
          {p('remove.open')}
        </Button>
        <Button className="button" data-small onPress={() => void shelf.chooseAll(false)}>
          {p('shelf.chooseNone')}
        </Button>
      </span>
      {refusal ? <span className="dim">{refusal}</span> : null}
    </div>
  );
}
