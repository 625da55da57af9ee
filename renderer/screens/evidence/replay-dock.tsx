import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { dateText } from '../../i18n.ts';
import { type ReplaySource, zooms } from '../../stores/evidence/replay-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Glyph } from '../glyph.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { useCameras, useProduct, useWords } from '../product.tsx';
import { Tip } from '../top-bar.tsx';
import { useRefusal } from './evidence-rights.ts';
import { exactTime, lengthText, usePage, useReplay } from './evidence-words.ts';
import { TimeLineBar } from './time-line.tsx';

/** The player under the wall: one clock for all tiles in replay. */
export function ReplayDock() {
  const open = useReplay(({ session }) => session !== null);
  return open ? <Dock /> : null;
}

function Dock() {
  const { replay } = useProduct();
  const p = usePage();
  const session = useReplay((model) => model.session);
  const cause = useReplay((model) => model.cause);
  if (!session) return null;
  const { state } = session;
  const playing = state.rate !== 0;
  return (
    <section className="replay-dock" aria-label={p('replay.dock')}>
      <CauseNote cause={cause} />
      <div className="replay-line">
        <Where />
        {/* biome-ignore lint/a11y/useSemanticElements: a row of buttons, not a form */}
        <div className="replay-buttons" role="group" aria-label={p('replay.buttons')}>
          <Act icon="start" name="oldest" shortcut="Home" act={() => replay.toEnd('oldest')} />
          <Act icon="back" name="backwards" shortcut="J" act={() => replay.shuttle(-1)} />
          <Act icon="stepBack" name="stepBack" shortcut="←" act={() => replay.step(-1)} />
          <Act
            icon={playing ? 'hold' : 'run'}
            name={playing ? 'pause' : 'play'}
            shortcut="Space"
            act={replay.togglePlay}
            main
          />
          <Act icon="stepOn" name="stepOn" shortcut="→" act={() => replay.step(1)} />
          <Act icon="forward" name="forwards" shortcut="L" act={() => replay.shuttle(1)} />
          <Act icon="end" name="newest" shortcut="End" act={() => replay.toEnd('newest')} />
          <output className="replay-rate" aria-label={p('replay.rate')}>
            {state.rate === 0 ? p('replay.paused') : rateText(state.rate)}
          </output>
        </div>
        <Button className="button replay-leave" data-small onPress={replay.close}>
          <Glyph name="live" />
          {p('replay.toLive')}
          <kbd>Esc</kbd>
        </Button>
        <Marks />
        <Sources />
      </div>
      <TimeLineBar />
    </section>
  );
}

function rateText(rate: number): string {
  return `${rate < 0 ? '−' : ''}${Math.abs(rate)}×`;
}

/** Whose pictures are stepped over, and of when the one on the screen is. */
function Where() {
  const { engine } = useProduct();
  const p = usePage();
  const lead = useReplay((model) => model.lead);
  const count = useReplay(({ session }) => session?.tiles.length ?? 0);
  const tile = useReplay(({ session }) =>
    session?.tiles.find(({ cameraId }) => cameraId === lead),
  )?.tile;
  const clock = useReplay(({ session }) => session?.state.at ?? 0);
  const ended = useReplay(({ session }) => session?.state.ended ?? null);
  const shown = useStore(engine.replays, ({ tiles }) =>
    tile === undefined ? null : (tiles.get(tile)?.shownAt ?? null),
  );
  const name = useCameras((model) => (lead ? (model.byId.get(lead)?.name ?? lead) : ''));
  const at = shown ?? clock;
  return (
    <div className="replay-where">
      <p className="replay-name" title={name}>
        {count > 1 ? p('replay.together', { name, count: count - 1 }) : name}
      </p>
      <p className="replay-clock">
        <span className="dim">{dateText(at)}</span> <strong>{exactTime(at)}</strong>
        {ended ? <span className="dim"> · {p(`replay.ended.${ended}`)}</span> : null}
      </p>
    </div>
  );
}

function Act(props: {
  icon: IconName;
  name: string;
  shortcut: string;
  act: () => void;
  main?: boolean;
}) {
  const p = usePage();
  const label = p(`replay.act.${props.name}`);
  return (
    <Tip label={label} shortcut={props.shortcut}>
      <Button
        className="bar-button replay-act"
        data-main={props.main || undefined}
        aria-label={label}
        onPress={props.act}
      >
        <Icon name={props.icon} />
      </Button>
    </Tip>
  );
}

function Marks() {
  const { replay, commands, engine } = useProduct();
  const p = usePage();
  const markIn = useReplay((model) => model.markIn);
  const markOut = useReplay((model) => model.markOut);
  const refusal = useRefusal('evidence.export');
  const here = () => {
    const { session, lead } = replay.getState();
    const tile = session?.tiles.find(({ cameraId }) => cameraId === lead)?.tile;
    const shown = tile === undefined ? null : engine.replays.getState().tiles.get(tile)?.shownAt;
    return shown ?? session?.state.at ?? 0;
  };
  const both = markIn !== null && markOut !== null;
  return (
    <div className="replay-marks">
      {(['in', 'out'] as const).map((which) => {
        const at = which === 'in' ? markIn : markOut;
        return (
          <Tip key={which} label={p(`replay.mark${which}`)} shortcut={which === 'in' ? 'I' : 'O'}>
            <Button
              className="button"
              data-small
              data-set={at !== null || undefined}
              onPress={() => replay.mark(which, here())}
            >
              <kbd>{which === 'in' ? 'I' : 'O'}</kbd>
              {at === null ? p(`replay.mark${which}Short`) : exactTime(at).slice(0, 10)}
            </Button>
          </Tip>
        );
      })}
      <Button
        className="button"
        data-small
        data-primary={both || undefined}
        isDisabled={refusal !== null}
        onPress={commands.openClip}
      >
        <Icon name="cut" />
        {both ? p('replay.cutSpan', { length: lengthText(markOut - markIn) }) : p('replay.cut')}
      </Button>
      <Button
        className="button"
        data-small
        aria-label={p('replay.picture')}
        onPress={() =>
          commands.snapshot(replay.getState().session?.tiles.map((one) => one.tile) ?? [])
        }
      >
        <Icon name="still" />
        <span className="replay-label">{p('replay.picture')}</span>
      </Button>
    </div>
  );
}

const sources: readonly ReplaySource[] = ['ring', 'recorder'];

function Sources() {
  const { replay } = useProduct();
  const words = useWords();
  const p = usePage();
  const source = useReplay(({ session }) => session?.source ?? 'ring');
  const opening = useReplay((model) => model.opening);
  const recorder = useReplay((model) => model.timeLine?.recorder ?? null);
  const span = useReplay(({ window }) => window.to - window.from);
  return (
    <div className="replay-sources">
      {/* biome-ignore lint/a11y/useSemanticElements: a row of toggles, not a form */}
      <div className="chips" role="group" aria-label={p('replay.source')}>
        {sources.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={source === each}
            disabled={opening || (each === 'recorder' && recorder !== null)}
            title={
              each === 'recorder' && recorder
                ? words.causeText(recorder)
                : p(`replay.of.${each}Text`)
            }
            onClick={() => replay.setSource(each)}
          >
            {p(`replay.of.${each}`)}
          </button>
        ))}
      </div>
      <select
        className="replay-zoom"
        aria-label={p('replay.zoom')}
        value={zooms.find((zoom) => zoom >= span * 0.99) ?? zooms.at(-1)}
        onChange={(event) => replay.zoom(Number(event.target.value))}
      >
        {zooms.map((zoom) => (
          <option key={zoom} value={zoom}>
            {p(`replay.span.${zoom / 60_000}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
