import { useState } from 'react';
import type { IdleReturn, PtzView } from '../../../src/contract/ptz-schemas.ts';
import { Choice, type Option } from '../manage/fields.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { usePtz, useSteered } from './use-ptz.ts';

/** Where the camera returns to, its home, its angle of view, the joystick and the alarm's sound. */
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
      <h4>{p('optics.title')}</h4>
      <OpticsForm key={JSON.stringify(view.settings)} view={view} />
      <h4>{p('sound.title')}</h4>
      <SoundChoice />
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

/** A number in a range, an empty field (null), or neither (undefined). */
function numberIn(text: string, least: number, most: number): number | null | undefined {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return null;
  const value = Number(plain);
  return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
}

/** What no device tells: how wide it sees, and how much nearer it can look. */
function OpticsForm({ view }: { view: PtzView }) {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const acting = usePtz((model) => model.acting);
  const { settings } = view;
  const shown = (value: number | null) => (value === null ? '' : String(value));
  const [wide, setWide] = useState(shown(settings.wideDegrees));
  const [zoom, setZoom] = useState(shown(settings.zoomFactor));
  const wideDegrees = numberIn(wide, 1, 180);
  const zoomFactor = numberIn(zoom, 1, 100);
  const wrong = wideDegrees === undefined || zoomFactor === undefined;
  const isSame = wideDegrees === settings.wideDegrees && zoomFactor === settings.zoomFactor;
  const save = async () => {
    if (wideDegrees === undefined || zoomFactor === undefined) return;
    const answer = await ptz.act('settings', (core, cameraId) =>
      core.call('ptz.settings', { cameraId, settings: { ...settings, wideDegrees, zoomFactor } }),
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
      <p className="dim">{p('optics.help')}</p>
      <label className="idle-minutes">
        {p('optics.wide')}
        <input
          inputMode="decimal"
          aria-label={p('optics.wide')}
          value={wide}
          placeholder="60"
          aria-invalid={wideDegrees === undefined || undefined}
          onChange={(event) => setWide(event.target.value)}
        />
        {p('optics.degrees')}
      </label>
      <label className="idle-minutes">
        {p('optics.zoom')}
        <input
          inputMode="decimal"
          aria-label={p('optics.zoom')}
          value={zoom}
          placeholder="20"
          aria-invalid={zoomFactor === undefined || undefined}
          onChange={(event) => setZoom(event.target.value)}
        />
        {p('optics.times')}
      </label>
      <button
        type="submit"
        className="button"
        data-small
        disabled={wrong || isSame || acting !== null}
      >
        {p('optics.save')}
      </button>
    </form>
  );
}

/** Of this workstation, for all cameras. */
function SoundChoice() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const muted = usePtz((model) => model.muted);
  return (
    <label className="idle-minutes">
      <input
        type="checkbox"
        checked={!muted}
        onChange={(event) => ptz.setMuted(!event.target.checked)}
      />
      {p('sound.on')}
    </label>
  );
}

const said = ['continuous', 'absolute', 'relative', 'status', 'preset-names', 'tours'] as const;

/** What the camera cannot do and no part above has said. */
function Lacking({ view }: { view: PtzView }) {
  const p = useTexts('ptz');
  const missing = said.filter((one) => view.lacks.includes(one));
  const guessed =
    view.view.source !== 'assumed'
      ? null
      : view.view.exactPoint
        ? view.settings.zoomFactor === null && 'lack.zoomFactor'
        : 'lack.view';
  if (missing.length === 0 && !guessed) return null;
  return (
    <>
      <h4>{p('lack.title')}</h4>
      <ul className="lacks">
        {missing.map((one) => (
          <li key={one} className="lack">
            {p(`lack.${one}`)}
          </li>
        ))}
        {guessed ? <li className="lack">{p(guessed)}</li> : null}
      </ul>
    </>
  );
}
