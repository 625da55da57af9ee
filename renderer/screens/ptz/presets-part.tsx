import { type FormEvent, useState } from 'react';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { goHome, goToPreset } from './ptz-acts.ts';
import { PtzIcon } from './ptz-icon.tsx';
import { usePtz, useSteered } from './use-ptz.ts';

type Asked = { readonly token: string; readonly what: 'rename' | 'remove' | 'here' } | null;

/** Kept places of the camera; the first nine have the keys 1–9. */
export function PresetsPart() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const view = useSteered();
  const acting = usePtz((model) => model.acting);
  const [asked, setAsked] = useState<Asked>(null);
  const [name, setName] = useState('');
  if (!view) return null;
  const { presets, lacks } = view;
  const took = (answer: { readonly presets: typeof presets } | null) => {
    const now = ptz.getState().views.get(view.cameraId);
    if (answer && now) ptz.setView({ ...now, presets: answer.presets, state: stateOf(now) });
    setAsked(null);
  };
  const stateOf = (now: typeof view) => ptz.getState().states.get(now.cameraId) ?? now.state;
  const save = async (token: string | null, newName: string, here: boolean) =>
    took(
      await ptz.act('save', (core, cameraId) =>
        core.call('ptz.savePreset', { cameraId, token, name: newName, here }),
      ),
    );
  const remove = async (token: string) =>
    took(
      await ptz.act('remove', (core, cameraId) =>
        core.call('ptz.removePreset', { cameraId, token }),
      ),
    );
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const free = name.trim() || p('preset.newName', { number: presets.length + 1 });
    await save(null, free, true);
    setName('');
  };
  return (
    <div className="dock-part">
      <div className="dock-buttons">
        {lacks.includes('home') ? (
          <p className="lack">{p('lack.home')}</p>
        ) : (
          <button
            type="button"
            className="button"
            data-small
            disabled={acting !== null}
            onClick={() => goHome(ptz)}
          >
            <PtzIcon name="home" />
            {p('home.go')}
            <kbd>H</kbd>
          </button>
        )}
      </div>
      {lacks.includes('presets') ? (
        <p className="lack">{p('lack.presets')}</p>
      ) : (
        <>
          {presets.length === 0 ? <p className="dim">{p('preset.none')}</p> : null}
          <ol className="presets" aria-label={p('part.presets')}>
            {presets.map(({ token, name: presetName }, index) => (
              <li key={token} className="preset">
                <button
                  type="button"
                  className="preset-go"
                  disabled={acting !== null}
                  data-busy={acting === `goto ${token}` || undefined}
                  title={p('preset.go', { name: presetName })}
                  onClick={() => goToPreset(ptz, token)}
                >
                  {index < 9 ? <kbd>{index + 1}</kbd> : <span className="preset-dot">•</span>}
                  <span className="preset-name">{presetName}</span>
                </button>
                <span className="preset-tools">
                  <SmallButton
                    label={p('preset.here', { name: presetName })}
                    onPress={() => setAsked({ token, what: 'here' })}
                    icon="pin"
                  />
                  <SmallButton
                    label={p('preset.rename', { name: presetName })}
                    onPress={() => setAsked({ token, what: 'rename' })}
                    icon="pen"
                  />
                  <button
                    type="button"
                    className="small-button"
                    aria-label={p('preset.remove', { name: presetName })}
                    title={p('preset.remove', { name: presetName })}
                    onClick={() => setAsked({ token, what: 'remove' })}
                  >
                    <Icon name="trash" />
                  </button>
                </span>
                {asked?.token === token ? (
                  <AskLine
                    what={asked.what}
                    name={presetName}
                    namesKept={!lacks.includes('preset-names')}
                    busy={acting !== null}
                    onCancel={() => setAsked(null)}
                    onYes={(text) => {
                      if (asked.what === 'remove') void remove(token);
                      else void save(token, text, asked.what === 'here');
                    }}
                  />
                ) : null}
              </li>
            ))}
          </ol>
          <form className="preset-new" onSubmit={add}>
            <input
              value={name}
              maxLength={100}
              aria-label={p('preset.name')}
              placeholder={p('preset.name')}
              onChange={(event) => setName(event.target.value)}
            />
            <button type="submit" className="button" data-small disabled={acting !== null}>
              {p('preset.save')}
            </button>
          </form>
          {view.maxPresets > 0 ? (
            <p className="dim">
              {p('preset.room', { used: presets.length, count: view.maxPresets })}
            </p>
          ) : null}
        </>
      )}
    </div>
  );
}

export function SmallButton(props: {
  readonly label: string;
  readonly icon: 'pin' | 'pen' | 'up' | 'plus' | 'minus';
  readonly onPress: () => void;
  readonly disabled?: boolean;
}) {
  return (
    <button
      type="button"
      className="small-button"
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onPress}
    >
      <PtzIcon name={props.icon} />
    </button>
  );
}

/** One question in the row itself: another name, another place, or away with it. */
function AskLine(props: {
  readonly what: 'rename' | 'remove' | 'here';
  readonly name: string;
  readonly namesKept: boolean;
  readonly busy: boolean;
  readonly onYes: (name: string) => void;
  readonly onCancel: () => void;
}) {
  const { what, name, busy, onYes, onCancel, namesKept } = props;
  const p = useTexts('ptz');
  const [text, setText] = useState(name);
  return (
    <form
      className="preset-ask"
      onSubmit={(event) => {
        event.preventDefault();
        onYes(what === 'rename' ? text.trim() || name : name);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <p>{p(`preset.ask.${what}`, { name })}</p>
      {what === 'rename' ? (
        <>
          <input
            value={text}
            maxLength={100}
            aria-label={p('preset.name')}
            // biome-ignore lint/a11y/noAutofocus: the field was asked for by a press just now
            autoFocus
            onChange={(event) => setText(event.target.value)}
          />
          {namesKept ? <p className="dim">{p('preset.renameMoves')}</p> : null}
        </>
      ) : null}
      <div className="dock-buttons">
        <button
          type="submit"
          className="button"
          data-small
          data-danger={what === 'remove' || undefined}
          disabled={busy}
        >
          {p(`preset.yes.${what}`)}
        </button>
        <button type="button" className="button" data-small onClick={onCancel}>
          {p('cancel')}
        </button>
      </div>
    </form>
  );
}
