import { useState } from 'react';
import type { PatrolSpot, PtzPatrol, PtzView } from '../../../src/contract/ptz-schemas.ts';
import { Icon } from '../icon.tsx';
import { Choice, TextBox } from '../manage/fields.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { SmallButton } from './presets-part.tsx';
import { patrol } from './ptz-acts.ts';
import { usePtz, usePtzState, useSteered } from './use-ptz.ts';

/** Rounds over the presets: of the device where it has them, else driven from here. */
export function PatrolsPart() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const view = useSteered();
  const acting = usePtz((model) => model.acting);
  const running = usePtzState(view?.cameraId ?? null)?.patrol ?? null;
  const [edited, setEdited] = useState<PtzPatrol | 'new' | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  if (!view) return null;
  if (edited !== null) {
    return (
      <PatrolEditor
        key={edited === 'new' ? 'new' : edited.id}
        view={view}
        patrol={edited === 'new' ? null : edited}
        onDone={() => setEdited(null)}
      />
    );
  }
  const remove = async (id: string) => {
    const answer = await ptz.act('remove', (core, cameraId) =>
      core.call('ptz.removePatrol', { cameraId, id }),
    );
    if (answer) putPatrols(ptz, view.cameraId, answer.patrols);
    setRemoving(null);
  };
  return (
    <div className="dock-part">
      {view.lacks.includes('tours') ? <p className="dim">{p('patrol.own')}</p> : null}
      {view.patrols.length === 0 ? <p className="dim">{p('patrol.none')}</p> : null}
      <ul className="patrols" aria-label={p('part.patrols')}>
        {view.patrols.map((each) => {
          const on = running?.id === each.id;
          return (
            <li key={each.id} className="patrol" data-on={on || undefined}>
              <div className="patrol-head">
                <span className="preset-name">{each.name}</span>
                <button
                  type="button"
                  className="button"
                  data-small
                  disabled={acting !== null}
                  onClick={() => patrol(ptz, each.id, on ? 'stop' : 'start')}
                >
                  {on ? p('patrol.stop') : p('patrol.start')}
                </button>
              </div>
              <p className="dim">
                {p(`patrol.where.${each.where}`, { count: each.spots.length })}
                {on ? ` · ${p(`patrol.state.${running.state}`)}` : ''}
                {on && running.spot !== null
                  ? ` · ${p('patrol.spot', { number: running.spot + 1 })}`
                  : ''}
              </p>
              <span className="preset-tools">
                <SmallButton
                  label={p('patrol.edit', { name: each.name })}
                  icon="pen"
                  onPress={() => setEdited(each)}
                />
                <button
                  type="button"
                  className="small-button"
                  aria-label={p('patrol.remove', { name: each.name })}
                  title={p('patrol.remove', { name: each.name })}
                  onClick={() => setRemoving(each.id)}
                >
                  <Icon name="trash" />
                </button>
              </span>
              {removing === each.id ? (
                <div className="preset-ask">
                  <p>{p('patrol.ask', { name: each.name })}</p>
                  <div className="dock-buttons">
                    <button
                      type="button"
                      className="button"
                      data-small
                      data-danger
                      disabled={acting !== null}
                      onClick={() => void remove(each.id)}
                    >
                      {p('preset.yes.remove')}
                    </button>
                    <button
                      type="button"
                      className="button"
                      data-small
                      onClick={() => setRemoving(null)}
                    >
                      {p('cancel')}
                    </button>
                  </div>
                </div>
              ) : null}
            </li>
          );
        })}
      </ul>
      {view.presets.length === 0 ? (
        <p className="dim">{p('patrol.needsPresets')}</p>
      ) : (
        <button type="button" className="button" data-small onClick={() => setEdited('new')}>
          {p('patrol.new')}
        </button>
      )}
    </div>
  );
}

function putPatrols(
  ptz: ReturnType<typeof useProduct>['ptz'],
  cameraId: string,
  patrols: PtzView['patrols'],
): void {
  const { views, states } = ptz.getState();
  const now = views.get(cameraId);
  if (now) ptz.setView({ ...now, patrols, state: states.get(cameraId) ?? now.state });
}

const defaultStay = 15;

function PatrolEditor(props: {
  readonly view: PtzView;
  readonly patrol: PtzPatrol | null;
  readonly onDone: () => void;
}) {
  const { view, patrol: before, onDone } = props;
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const acting = usePtz((model) => model.acting);
  const [name, setName] = useState(before?.name ?? '');
  const [where, setWhere] = useState<'own' | 'device'>(before?.where ?? 'own');
  const [spots, setSpots] = useState<readonly Spot[]>(
    () => before?.spots.map(keyed) ?? view.presets.slice(0, 3).map(({ token }) => keyed(at(token))),
  );
  const deviceTours = !view.lacks.includes('tours');
  const change = (key: number, how: Partial<PatrolSpot>) =>
    setSpots((all) => all.map((spot) => (spot.key === key ? { ...spot, ...how } : spot)));
  const swap = (index: number) =>
    setSpots((all) => {
      const next = [...all];
      const [one, other] = [next[index - 1], next[index]];
      if (one && other) [next[index - 1], next[index]] = [other, one];
      return next;
    });
  const save = async () => {
    const answer = await ptz.act('save', (core, cameraId) =>
      core.call('ptz.savePatrol', {
        cameraId,
        id: before?.id ?? null,
        name: name.trim() || p('patrol.newName', { number: view.patrols.length + 1 }),
        where,
        spots: spots.map(({ preset, staySeconds, speed }) => ({ preset, staySeconds, speed })),
      }),
    );
    if (!answer) return;
    putPatrols(ptz, view.cameraId, answer.patrols);
    onDone();
  };
  return (
    <form
      className="dock-part patrol-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextBox label={p('patrol.name')} value={name} max={100} onChange={setName} />
      {deviceTours && !before ? (
        <Choice
          label={p('patrol.whereLabel')}
          value={where}
          options={[
            { value: 'own', text: p('patrol.whereOwn') },
            { value: 'device', text: p('patrol.whereDevice') },
          ]}
          onChange={(next) => setWhere(next ?? 'own')}
        />
      ) : null}
      <ol className="spots" aria-label={p('patrol.spots')}>
        {spots.map((spot, index) => (
          <li key={spot.key} className="spot">
            <select
              aria-label={p('patrol.preset', { number: index + 1 })}
              value={spot.preset}
              onChange={(event) => change(spot.key, { preset: event.target.value })}
            >
              {view.presets.map(({ token, name: presetName }) => (
                <option key={token} value={token}>
                  {presetName}
                </option>
              ))}
            </select>
            <input
              type="number"
              min={1}
              max={3600}
              required
              aria-label={p('patrol.stay', { number: index + 1 })}
              value={spot.staySeconds}
              onChange={(event) =>
                change(spot.key, {
                  staySeconds: Math.min(3600, Math.max(1, Math.round(Number(event.target.value)))),
                })
              }
            />
            <span className="dim">{p('patrol.seconds')}</span>
            <SmallButton
              label={p('patrol.earlier', { number: index + 1 })}
              icon="up"
              disabled={index === 0}
              onPress={() => swap(index)}
            />
            <SmallButton
              label={p('patrol.drop', { number: index + 1 })}
              icon="minus"
              disabled={spots.length === 1}
              onPress={() => setSpots((all) => all.filter(({ key }) => key !== spot.key))}
            />
          </li>
        ))}
      </ol>
      <button
        type="button"
        className="button"
        data-small
        disabled={spots.length >= 64}
        onClick={() => setSpots((all) => [...all, keyed(at(view.presets[0]?.token ?? ''))])}
      >
        {p('patrol.add')}
      </button>
      <div className="dock-buttons">
        <button type="submit" className="button" data-primary data-small disabled={acting !== null}>
          {p('patrol.save')}
        </button>
        <button type="button" className="button" data-small onClick={onDone}>
          {p('cancel')}
        </button>
      </div>
    </form>
  );
}

interface Spot extends PatrolSpot {
  readonly key: number;
}

let nextKey = 0;
const keyed = (spot: PatrolSpot): Spot => ({ ...spot, key: nextKey++ });
const at = (preset: string): PatrolSpot => ({ preset, staySeconds: defaultStay, speed: null });
