import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { idleMinutesRange, type OperatorState } from '../../../src/contract/operator-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { TextBox } from '../manage/fields.tsx';
import { LoadingNote } from '../manage/notes.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts } from '../product.tsx';

/** The name of this workstation, and when control locks by itself. */
export function WorkstationSetting() {
  const { operators } = useProduct();
  const o = useTexts('operators');
  const state = useStore(operators, (model) => model.state);
  return (
    <section className="setting">
      <h3>{o('station.title')}</h3>
      {state ? (
        // What was changed at another screen is what stands here then.
        <StationForm key={`${state.idleMinutes} ${state.workstation.name}`} state={state} />
      ) : (
        <LoadingNote />
      )}
    </section>
  );
}

function StationForm({ state }: { state: OperatorState }) {
  const { settings } = useProduct();
  const o = useTexts('operators');
  const [name, setName] = useState(state.workstation.name);
  const [minutes, setMinutes] = useState(String(state.idleMinutes));
  const { busy, cause, run } = useTry();
  const { least, most } = idleMinutesRange;
  const number = Number(minutes.trim());
  const isMinutes =
    minutes.trim() !== '' && Number.isInteger(number) && number >= least && number <= most;
  const plain = name.trim();
  const touched = plain !== state.workstation.name || number !== state.idleMinutes;
  // With nobody signed in the core asks who; who may not is told so before they type.
  const may = !state.session || state.session.locked || state.rights.includes('settings.change');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!touched || !isMinutes || plain === '') return;
    void run(() => settings.saveStation(plain, number));
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="dim">{o(may ? 'station.text' : 'station.rightNeeded')}</p>
      <fieldset className="plain-set form" disabled={!may}>
        <TextBox label={o('station.name')} value={name} max={100} onChange={setName} />
        <TextBox
          label={o('station.idle')}
          value={minutes}
          max={3}
          help={o('station.idleHelp', { least, most })}
          error={isMinutes ? null : o('station.idleWrong', { least, most })}
          onChange={setMinutes}
        />
      </fieldset>
      <CauseNote cause={cause} />
      <div className="hub-buttons">
        <Button
          className="button"
          type="submit"
          data-primary
          isDisabled={busy || !may || !touched || !isMinutes || plain === ''}
        >
          {o('station.save')}
        </Button>
      </div>
    </form>
  );
}
