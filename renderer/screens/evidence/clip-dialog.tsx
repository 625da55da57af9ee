import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import type { StreamQuality } from '../../../src/contract/stream-state.ts';
import type { ReplaySource } from '../../stores/evidence/replay-store.ts';
import { cameraAt, tilesOnPage } from '../../stores/wall-state.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Check, Choice, TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useCameras, useProduct, useWords } from '../product.tsx';
import { useRefusal } from './evidence-rights.ts';
import { lengthText, momentOf, momentTyped, usePage, useReplay } from './evidence-words.ts';

const lastMs = 60_000;
const longestMs = 24 * 3_600_000;

/** A span of what is held, as a file for each camera. */
export function ClipDialog() {
  const { replay } = useProduct();
  const p = usePage();
  const open = useReplay((model) => model.clipOpen);
  if (!open) return null;
  return (
    <RoomDialog title={p('clip.title')} onClose={() => replay.setClipOpen(false)}>
      <ClipForm onClose={() => replay.setClipOpen(false)} />
    </RoomDialog>
  );
}

function ClipForm({ onClose }: { onClose: () => void }) {
  const { replay, wall, jobs, snapshots, session, commands } = useProduct();
  const { t } = useWords();
  const p = usePage();
  const byId = useCameras((model) => model.byId);
  const [begun] = useState(() => {
    const { session: playing, markIn, markOut } = replay.getState();
    const { wall: state } = wall.getState();
    const seen = (state.full === null ? tilesOnPage(state) : [state.full]).flatMap(
      (tile) => cameraAt(state, tile) ?? [],
    );
    const selected = cameraAt(state, state.selected);
    const chosen = playing
      ? playing.tiles.map(({ cameraId }) => cameraId)
      : selected === null
        ? seen.slice(0, 1)
        : [selected];
    const now = Date.now() + session.getState().clockOffsetMs;
    const end = markOut ?? (markIn === null ? (playing?.state.at ?? now) : markIn + lastMs);
    return {
      from: markIn ?? end - lastMs,
      to: end,
      cameras: [...new Set([...chosen, ...seen])],
      chosen,
      source: playing?.source ?? ('ring' as const),
    };
  });
  const [from, setFrom] = useState(momentTyped(begun.from));
  const [to, setTo] = useState(momentTyped(begun.to));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(begun.chosen));
  const [source, setSource] = useState<ReplaySource>(begun.source);
  const [quality, setQuality] = useState<StreamQuality | null>(null);
  const [audio, setAudio] = useState(true);
  const [reason, setReason] = useState(snapshots.getState().reason);
  const refusal = useRefusal('evidence.export');
  const { busy, cause, run } = useTry();
  const [start, end] = [momentOf(from), momentOf(to)];
  const wrongSpan =
    start !== null &&
    end !== null &&
    (end <= start ? 'order' : end - start > longestMs ? 'long' : null);
  const ready = start !== null && end !== null && !wrongSpan && chosen.size > 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || start === null || end === null) return;
    void run(() =>
      jobs.clip({
        cameraIds: [...chosen],
        from: start,
        to: end,
        source,
        quality,
        audio,
        reason: reason.trim() || null,
      }),
    ).then((done) => {
      if (!done) return;
      replay.clearMarks();
      onClose();
      commands.openManage('evidence');
    });
  };
  const toggle = (id: string, on: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="dim">{p('clip.text')}</p>
      <div className="form-pair">
        <TextBox
          label={p('clip.from')}
          value={from}
          max={30}
          error={start === null ? p('clip.when') : null}
          onChange={setFrom}
        />
        <TextBox
          label={p('clip.to')}
          value={to}
          max={30}
          error={end === null ? p('clip.when') : wrongSpan ? p(`clip.${wrongSpan}`) : null}
          onChange={setTo}
        />
      </div>
      <div className="tools-line">
        <Button
          className="button"
          data-small
          onPress={() => {
            const now = Date.now() + session.getState().clockOffsetMs;
            setFrom(momentTyped(now - lastMs));
            setTo(momentTyped(now));
            setSource('ring');
          }}
        >
          {p('clip.last')}
        </Button>
        {ready && start !== null && end !== null ? (
          <span className="dim">{p('clip.length', { length: lengthText(end - start) })}</span>
        ) : null}
      </div>
      <fieldset className="clip-cameras">
        <legend>{p('clip.cameras', { count: chosen.size })}</legend>
        {begun.cameras.map((id) => (
          <Check
            key={id}
            label={byId.get(id)?.name ?? id}
            on={chosen.has(id)}
            onChange={(on) => toggle(id, on)}
          />
        ))}
      </fieldset>
      <div className="form-pair">
        <Choice<ReplaySource>
          label={p('replay.source')}
          value={source}
          options={(['ring', 'recorder'] as const).map((value) => ({
            value,
            text: p(`replay.of.${value}`),
          }))}
          onChange={(value) => setSource(value ?? 'ring')}
        />
        <Choice<StreamQuality>
          label={p('clip.quality')}
          value={quality}
          none={p('clip.best')}
          options={(['main', 'sub'] as const).map((value) => ({
            value,
            text: p(`quality.${value}`),
          }))}
          onChange={setQuality}
        />
      </div>
      <Check label={p('clip.audio')} help={p('clip.audioHelp')} on={audio} onChange={setAudio} />
      <TextBox
        label={p('reason.label')}
        value={reason}
        max={2000}
        placeholder={p('reason.example')}
        onChange={setReason}
      />
      {refusal ? <p className="field-error">{refusal}</p> : null}
      <CauseNote cause={cause} />
      <div className="buttons">
        <Button className="button" onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
        <Button
          className="button"
          type="submit"
          data-primary
          isDisabled={busy || !ready || refusal !== null}
        >
          {p('clip.make')}
        </Button>
      </div>
    </form>
  );
}
