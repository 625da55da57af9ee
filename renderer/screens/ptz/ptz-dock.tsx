import { dockParts } from '../../stores/ptz/ptz-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { useCameras, useProduct, useSecond, useSession, useWords } from '../product.tsx';
import { JoystickDialog } from './joystick-dialog.tsx';
import { LeaseCard, TakeOverDialog } from './lease-card.tsx';
import { LensPart } from './lens-part.tsx';
import { MorePart } from './more-part.tsx';
import { PatrolsPart } from './patrols-part.tsx';
import { PresetsPart } from './presets-part.tsx';
import { PtzIcon } from './ptz-icon.tsx';
import { Latency } from './ptz-tile.tsx';
import { SteerNote } from './steer-note.tsx';
import { TouchPad } from './touch-pad.tsx';
import { useHand, usePtz, usePtzState, useSteerBlock } from './use-ptz.ts';

/** Everything about the steered camera, beside the pictures: none of them is covered. */
export function PtzDock() {
  const { ptz } = useProduct();
  const words = useWords();
  const p = words.in('ptz');
  const mode = usePtz((model) => model.mode);
  const part = usePtz((model) => model.part);
  const tool = usePtz((model) => model.tool);
  const refused = useHand((model) => model.refused);
  const failed = usePtz((model) => model.trouble);
  const trouble = failed ?? refused;
  const calibrating = usePtz((model) => model.calibrating);
  const taking = usePtz((model) => model.taking);
  const block = useSteerBlock();
  const state = usePtzState(mode?.cameraId ?? null);
  const name = useCameras((model) => (mode ? model.byId.get(mode.cameraId)?.name : undefined));
  if (!mode) return calibrating ? <JoystickDialog /> : null;
  // A full view that may turn out not to be steerable keeps its room until that is known.
  if (mode.auto && mode.phase === 'opening') return null;
  return (
    <aside className="dock" aria-label={p('title')}>
      <header className="dock-head">
        <div>
          <h2>{p('title')}</h2>
          <p className="dock-camera">{name ?? mode.cameraId}</p>
        </div>
        <button
          type="button"
          className="bar-button"
          aria-label={p('leaveLong')}
          title={p('leaveLong')}
          onClick={ptz.leave}
        >
          <Icon name="close" />
        </button>
      </header>
      <button type="button" className="dock-stop" onClick={() => ptz.hand.halt()}>
        <PtzIcon name="stop" />
        <span>{p('stop.long')}</span>
        <kbd>Esc</kbd>
      </button>
      {block && block !== 'dialog' ? <SteerNote block={block} place="dock" /> : null}
      <NoticeLine cameraId={mode.cameraId} />
      {trouble ? (
        <div className="dock-trouble">
          <CauseNote cause={trouble} />
          <button
            type="button"
            className="small-button"
            aria-label={words.t('dialog.dismiss')}
            onClick={() => {
              ptz.clearTrouble();
              ptz.hand.setState({ refused: null });
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      ) : null}
      {mode.phase === 'ready' ? (
        <>
          <LeaseCard cameraId={mode.cameraId} />
          <Latency state={state} />
          <TouchPad />
          {/* biome-ignore lint/a11y/useSemanticElements: two toggles, not a form */}
          <div className="dock-tools" role="group" aria-label={p('tool.label')}>
            {(['steer', 'box'] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={tool === each}
                title={p(`tool.${each}Help`)}
                onClick={() => ptz.change({ tool: each })}
              >
                <PtzIcon name={each === 'steer' ? 'drag' : 'box'} />
                {p(`tool.${each}`)}
              </button>
            ))}
          </div>
          <nav className="dock-parts" aria-label={p('part.label')}>
            {dockParts.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={part === each}
                onClick={() => ptz.change({ part: each })}
              >
                {p(`part.${each}`)}
              </button>
            ))}
          </nav>
          {part === 'presets' ? <PresetsPart /> : null}
          {part === 'patrols' ? <PatrolsPart /> : null}
          {part === 'lens' ? <LensPart /> : null}
          {part === 'more' ? <MorePart /> : null}
        </>
      ) : null}
      {calibrating ? <JoystickDialog /> : null}
      {taking ? <TakeOverDialog cameraId={mode.cameraId} /> : null}
    </aside>
  );
}

const newsForMs = 60_000;

/** What happened to the camera without this hand: taken over, stopped by the core, returned home. */
function NoticeLine({ cameraId }: { cameraId: string }) {
  const { ptz } = useProduct();
  const words = useWords();
  const p = words.in('ptz');
  const notice = usePtzState(cameraId)?.notice ?? null;
  const away = usePtz((model) => model.noticed.get(cameraId));
  const offset = useSession((model) => model.clockOffsetMs);
  const now = useSecond(notice !== null) * 1000 + offset;
  if (!notice || notice.id === away || now - notice.at > newsForMs) return null;
  return (
    <div className="dock-notice" role="alert" data-code={notice.code}>
      <p>{p(`notice.${notice.code}`, { by: notice.by || p('notice.somebody') })}</p>
      <button
        type="button"
        className="small-button"
        aria-label={words.t('dialog.dismiss')}
        onClick={() => ptz.putAwayNotice(cameraId, notice.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
