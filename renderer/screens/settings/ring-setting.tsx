import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { ReplayKept, ReplaySettings } from '../../../src/contract/replay-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Check, TextBox } from '../manage/fields.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

const bounds = {
  seconds: { least: 10, most: 600 },
  memoryMiB: { least: 64, most: 65_536 },
  diskGiB: { least: 0, most: 4_096 },
} as const;
type Field = keyof typeof bounds;
const mebibyte = 1024 * 1024;

/** What is kept of the last minutes for instant replay, and how much it may be. */
export function RingSetting() {
  const { settings } = useProduct();
  const e = useTexts('evidence');
  const kept = useStore(settings, (model) => model.ring);
  if (!kept) return null;
  return (
    <section className="setting">
      <h3>{e('ring.title')}</h3>
      <RingForm key={JSON.stringify(kept.settings)} kept={kept} />
    </section>
  );
}

function RingForm({ kept }: { kept: ReplayKept }) {
  const { settings, operators } = useProduct();
  const e = useTexts('evidence');
  const [on, setOn] = useState(kept.settings.on);
  const [texts, setTexts] = useState<Record<Field, string>>({
    seconds: String(kept.settings.seconds),
    memoryMiB: String(kept.settings.memoryMiB),
    diskGiB: String(kept.settings.diskGiB),
  });
  const { busy, cause, run } = useTry();
  const state = useStore(operators, (model) => model.state);
  const may = !state?.session || state.session.locked || state.rights.includes('settings.change');
  const fields = Object.keys(bounds) as Field[];
  const isRight = (field: Field) => {
    const text = texts[field].trim();
    const number = Number(text);
    const { least, most } = bounds[field];
    return text !== '' && Number.isInteger(number) && number >= least && number <= most;
  };
  const wished: ReplaySettings = {
    on,
    seconds: Number(texts.seconds),
    memoryMiB: Number(texts.memoryMiB),
    diskGiB: Number(texts.diskGiB),
  };
  const touched = on !== kept.settings.on || fields.some((f) => wished[f] !== kept.settings[f]);
  const isDone = busy || !may || !touched || !fields.every(isRight);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isDone) void run(() => settings.saveRing(wished));
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="dim">{e('ring.text')}</p>
      <HeldText held={kept.held} />
      <fieldset className="plain-set form" disabled={!may}>
        <Check label={e('ring.on')} help={e('ring.onHelp')} on={on} onChange={setOn} />
        {fields
          .filter((field) => field !== 'diskGiB' || kept.held.canUseDisk)
          .map((field) => (
            <TextBox
              key={field}
              label={e(`ring.${field}`)}
              value={texts[field]}
              max={6}
              help={e(`ring.${field}Help`)}
              error={isRight(field) ? null : e('ring.wrong', bounds[field])}
              onChange={(text) => setTexts({ ...texts, [field]: text })}
            />
          ))}
      </fieldset>
      <CauseNote cause={cause} />
      <div className="hub-buttons">
        <Button className="button" type="submit" data-primary isDisabled={isDone}>
          {e('ring.save')}
        </Button>
      </div>
    </form>
  );
}

function HeldText({ held }: { held: ReplayKept['held'] }) {
  const e = useTexts('evidence');
  const { number } = useWords();
  if (held.oldestAt === null) return <p className="dim">{e('ring.nothing')}</p>;
  const minutes = Math.max(0, Date.now() - held.oldestAt) / 60_000;
  return (
    <p className="dim">
      {e('ring.held', {
        streams: number(held.streams),
        memory: number(Math.round(held.memoryBytes / mebibyte)),
        disk: number(Math.round(held.diskBytes / mebibyte)),
        minutes: number(Math.round(minutes)),
      })}
    </p>
  );
}
