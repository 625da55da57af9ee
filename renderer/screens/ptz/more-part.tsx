import { useState } from 'react';
import type { IdleReturn, PtzView } from '../../../src/contract/ptz-schemas.ts';
import { Choice, type Option } from '../manage/fields.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { usePtz, useSteered } from './use-ptz.ts';

/** Where the camera returns to, its home, and the joystick. */
export function MorePart() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const view = useSteered();
  const acting = usePtz((model) => model.acting);
  const [asking, setAsking] = useState(false);
  if (!view) return null;
  const setHome = async () => {
    setAsking(false);
    await ptz.act('setHome', (core, cameraId) => core.call('ptz.setHome', { cameraId }));
  };
  return (
    <div className="dock-part">
      <h4>{p('idle.title')}</h4>
      <IdleForm key={JSON.stringify(view.settings.idleReturn)} view={view} />
      <h4>{p('home.title')}</h4>
      {view.lacks.includes('set-home') ? (
        <p className="lack">{p('lack.set-home')}</p>
      ) : asking ? (
        <div className="preset-ask">
          <p>{p('home.ask')}</p>
          <div className="dock-buttons">
            <button type="button" className="button" data-small onClick={() => void setHome()}>
              {p('home.yes')}
            </button>
            <button type="button" className="button" data-small onClick={() => setAsking(false)}>
              {p('cancel')}
            </button>
          </div>
        </div>
      ) : (
        <button
          type="button"
          className="button"
          data-small
          disabled={acting !== null}
          onClick={() => setAsking(true)}
        >
          {p('home.set')}
        </button>
      )}
      <h4>{p('joystick.title')}</h4>
      <button
        type="button"
        className="button"
        data-small
        onClick={() => ptz.change({ calibrating: true })}
      >
        {p('joystick.open')}
      </button>
      <Lacking view={view} />
    </div>
  );
}

function IdleForm({ view }: { view: PtzView }) {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const acting = usePtz((model) => model.acting);
  const { idleReturn } = view.settings;
  const [to, setTo] = useState(
    idleReturn.to === 'preset' ? `preset ${idleReturn.preset}` : idleReturn.to,
  );
  const [minutes, setMinutes] = useState(
    String(idleReturn.to === 'nothing' ? 5 : idleReturn.minutes),
  );
  const options: Option<string>[] = [
    { value: 'nothing', text: p('idle.nothing') },
    ...(view.lacks.includes('home') ? [] : [{ value: 'home', text: p('idle.home') }]),
    ...view.presets.map(({ token, name }) => ({
      value: `preset ${token}`,
      text: p('idle.preset', { name }),
    })),
  ];
  const whole = Math.round(Number(minutes));
  const wrong = to !== 'nothing' && !(whole >= 1 && whole <= 1440);
  const chosen: IdleReturn =
    to === 'nothing'
      ? { to: 'nothing' }
      : to === 'home'
        ? { to: 'home', minutes: whole }
        : { to: 'preset', preset: to.slice('preset '.length), minutes: whole };
  const save = async () => {
    const answer = await ptz.act('settings', (core, cameraId) =>
      core.call('ptz.settings', { cameraId, settings: { ...view.settings, idleReturn: chosen } }),
    );
    if (answer) ptz.setView(answer);
  };
  return (
    <form
      className="idle"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) void save();
      }}
    >
      <Choice
        label={p('idle.to')}
        value={to}
        options={options}
        onChange={(next) => setTo(next ?? 'nothing')}
      />
      {to === 'nothing' ? null : (
        <label className="idle-minutes">
          {p('idle.after')}
          <input
            type="number"
            min={1}
            max={1440}
            value={minutes}
            aria-invalid={wrong || undefined}
            onChange={(event) => setMinutes(event.target.value)}
          />
          {p('idle.minutes')}
        </label>
      )}
      <button
        type="submit"
        className="button"
        data-small
        disabled={wrong || acting !== null || JSON.stringify(chosen) === JSON.stringify(idleReturn)}
      >
        {p('idle.save')}
      </button>
    </form>
  );
}

const said = ['continuous', 'absolute', 'relative', 'status', 'preset-names', 'tours'] as const;

/** What the camera cannot do and no part above has said. */
function Lacking({ view }: { view: PtzView }) {
  const p = useTexts('ptz');
  const missing = said.filter((one) => view.lacks.includes(one));
  if (missing.length === 0 && view.view.source === 'device') return null;
  return (
    <>
      <h4>{p('lack.title')}</h4>
      <ul className="lacks">
        {missing.map((one) => (
          <li key={one} className="lack">
            {p(`lack.${one}`)}
          </li>
        ))}
        {view.view.source === 'assumed' ? <li className="lack">{p('lack.view')}</li> : null}
      </ul>
    </>
  );
}
