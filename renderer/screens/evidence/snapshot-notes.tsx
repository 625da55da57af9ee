import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { SnapshotNote } from '../../stores/evidence/snapshot-store.ts';
import { Icon } from '../icon.tsx';
import { Chips, TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useProduct, useWords } from '../product.tsx';
import { momentText, usePage } from './evidence-words.ts';

const goodForMs = 6000;
/** Under a pointer that somebody left there. */
const keptForMs = 20_000;

/** What became of the pictures that were just taken, at the edge of the wall. */
export function SnapshotNotes() {
  const { snapshots } = useProduct();
  const p = usePage();
  const notes = useStore(snapshots, (model) => model.notes);
  const asking = useStore(snapshots, (model) => model.askingReason);
  return (
    <>
      <div className="snapshot-notes" role="log" aria-label={p('note.label')}>
        {notes.map((note) => (
          <Note key={note.id} note={note} />
        ))}
      </div>
      {asking ? <ReasonDialog /> : null}
    </>
  );
}

function Note({ note }: { note: SnapshotNote }) {
  const { snapshots, commands, shelf } = useProduct();
  const words = useWords();
  const p = usePage();
  const reason = useStore(snapshots, (model) => model.reason);
  const [kept, setKept] = useState(false);
  const { id, running, failed, items, total, cause } = note;
  const passes = !running && failed === 0;
  useEffect(() => {
    if (!passes) return;
    const timer = setTimeout(() => snapshots.dismiss(id), kept ? keptForMs : goodForMs);
    return () => clearTimeout(timer);
  }, [passes, kept, id, snapshots]);
  const [first] = items;
  const done = items.length + failed;
  return (
    <div
      className="snapshot-note"
      data-failed={failed > 0 || undefined}
      onPointerEnter={() => setKept(true)}
      onPointerLeave={() => setKept(false)}
    >
      <div className="snapshot-thumbs">
        {note.thumbnails.map((url) => (
          <img key={url} src={url} alt="" />
        ))}
      </div>
      <div className="snapshot-text">
        <p>
          <strong>
            {running
              ? p('note.running', { done, total })
              : failed === total
                ? p('note.failed')
                : p('note.done', { count: items.length })}
          </strong>
        </p>
        {first && total === 1 ? (
          <p className="dim">
            {first.cameraName} · {momentText(first.takenAt)} · {first.width}×{first.height} ·{' '}
            {p(`quality.${first.quality}`)}
            {(first.ageMs ?? 0) > 3000
              ? ` · ${p('age', { seconds: words.number((first.ageMs ?? 0) / 1000, 0) })}`
              : ''}
          </p>
        ) : null}
        {running && total > 1 ? (
          <progress value={done} max={total} aria-label={p('note.label')} />
        ) : null}
        {cause ? (
          <div role="alert">
            <p>
              {failed > 1 ? `${p('note.lacks', { count: failed })} ` : ''}
              {words.causeText(cause)}
            </p>
            <p className="dim">{words.causeHint(cause)}</p>
            <p className="note-code">{cause.code}</p>
          </div>
        ) : null}
        <div className="snapshot-buttons">
          {first ? (
            <Button
              className="button"
              data-small
              onPress={() => {
                shelf.open(total === 1 ? first : null);
                commands.openManage('evidence');
                snapshots.dismiss(id);
              }}
            >
              {p('note.look')}
            </Button>
          ) : null}
          <Button className="button" data-small onPress={() => snapshots.askReason(true)}>
            {reason.trim() ? p('note.reasonIs', { reason: short(reason) }) : p('note.reason')}
          </Button>
        </div>
      </div>
      <Button
        className="bar-button"
        aria-label={words.t('dialog.dismiss')}
        onPress={() => snapshots.dismiss(id)}
      >
        <Icon name="close" />
      </Button>
    </div>
  );
}

const short = (text: string) => (text.length > 28 ? `${text.slice(0, 27)}…` : text);

/** The reason that goes with every picture from now on, and how pictures are kept. */
export function ReasonDialog() {
  const { snapshots } = useProduct();
  const { t } = useWords();
  const p = usePage();
  const kept = useStore(snapshots, (model) => model.reason);
  const format = useStore(snapshots, (model) => model.format);
  const [reason, setReason] = useState(kept);
  const close = () => snapshots.askReason(false);
  return (
    <RoomDialog title={p('reason.title')} onClose={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          snapshots.setReason(reason);
          close();
        }}
      >
        <p className="dim">{p('reason.text')}</p>
        <TextBox
          label={p('reason.label')}
          value={reason}
          max={2000}
          lines={3}
          autoFocus
          placeholder={p('reason.example')}
          onChange={setReason}
        />
        <div className="field">
          <span className="field-name">{p('reason.format')}</span>
          <Chips
            label={p('reason.format')}
            value={format}
            options={[
              { value: 'png', text: p('reason.png') },
              { value: 'jpeg', text: p('reason.jpeg') },
            ]}
            onChange={(value) => value && snapshots.setFormat(value)}
          />
        </div>
        <div className="buttons">
          <Button className="button" onPress={() => setReason('')}>
            {p('reason.none')}
          </Button>
          <Button className="button" onPress={close}>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" type="submit" data-primary>
            {p('reason.keep')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}
