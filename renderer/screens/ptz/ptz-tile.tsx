import { useEffect, useState } from 'react';
import type { PtzState } from '../../../src/contract/ptz-schemas.ts';
import type { Words } from '../../i18n.ts';
import type { SteerBlock } from '../../stores/ptz/ptz-store.ts';
import { useProduct, useSecond, useSession, useWords } from '../product.tsx';
import { countdown, leaseLine } from './lease-words.ts';
import { PtzIcon } from './ptz-icon.tsx';
import { PtzSurface } from './ptz-surface.tsx';
import { SteerNote } from './steer-note.tsx';
import { useHand, usePtz, usePtzState, useSteerBlock } from './use-ptz.ts';

/** Over the picture of the tile that is steered: an unmistakable frame, what it does, and the way out. */
export function PtzTile({ tile, cameraId }: { tile: number; cameraId: string }) {
  const { ptz } = useProduct();
  const words = useWords();
  const p = words.in('ptz');
  const state = usePtzState(cameraId);
  const block = useSteerBlock();
  const phase = useHand((model) => model.phase);
  const tool = usePtz((model) => model.tool);
  const moving = phase === 'moving' || phase === 'lens';
  return (
    <>
      <PtzSurface tile={tile} label={p('surface')} />
      <div
        className="ptz-frame"
        data-moving={moving || undefined}
        data-block={block ?? undefined}
      />
      <div className="ptz-bar">
        <p className="ptz-badge" role="status" data-moving={moving || undefined}>
          <PtzIcon name="stick" />
          <span>{stateText(words, state, phase, block)}</span>
        </p>
        <LeaseBadge state={state} />
        <Latency state={state} />
        <span className="ptz-bar-gap" />
        <button
          type="button"
          className="ptz-bar-button"
          data-optional
          aria-pressed={tool === 'box'}
          title={p('tool.boxHelp')}
          onClick={() => ptz.change({ tool: tool === 'box' ? 'steer' : 'box' })}
        >
          <PtzIcon name="box" />
          <span>{p('tool.box')}</span>
        </button>
        <button type="button" className="ptz-bar-button" data-stop onClick={() => ptz.hand.halt()}>
          <PtzIcon name="stop" />
          <span>{p('stop.short')}</span>
        </button>
        <button type="button" className="ptz-bar-button" data-optional onClick={() => ptz.leave()}>
          <span>{p('leave')}</span>
        </button>
      </div>
      {block && block !== 'dialog' ? <SteerNote block={block} place="tile" /> : null}
      <Nudge />
    </>
  );
}

function stateText(
  words: Words,
  state: PtzState | undefined,
  phase: 'rest' | 'moving' | 'lens' | 'stopping',
  block: SteerBlock | null,
): string {
  const p = words.in('ptz');
  if (phase === 'moving') return p('state.moving');
  if (phase === 'lens') return p('state.lens');
  if (phase === 'stopping' || state?.moving === 'stopping') return p('state.stopping');
  if (block && block !== 'dialog') return p(`state.${block}`);
  switch (state?.moving) {
    case 'goto':
      return p('state.goto');
    case 'patrol':
      return p('state.patrol');
    case 'hand':
    case 'lens':
      return p('state.moving');
    default:
      return p('state.ready');
  }
}

function LeaseBadge({ state }: { state: PtzState | undefined }) {
  const words = useWords();
  const offset = useSession((model) => model.clockOffsetMs);
  const lease = state?.lease ?? null;
  const now = useSecond(lease !== null) * 1000 + offset;
  if (!lease) return null;
  return (
    <p className="ptz-lease" data-optional data-mine={lease.mine || undefined}>
      <PtzIcon name="key" />
      <span className="ptz-lease-text">{leaseLine(words, state)}</span>
      {lease.priority > 0 ? <strong>{countdown(lease.until, now)}</strong> : null}
    </p>
  );
}

const unmeasured = '—';

/** From the command to the device's answer, and from the hand to the eye. */
export function Latency({ state }: { state: PtzState | undefined }) {
  const { in: texts, number } = useWords();
  const p = texts('ptz');
  const motion = usePtz((model) => (model.seen ? model.motionMs : null));
  const ms = (value: number | null | undefined) =>
    value === null || value === undefined ? unmeasured : `${number(value)} ms`;
  return (
    <dl className="ptz-latency" data-optional>
      <div title={p('latency.commandHelp')}>
        <dt>{p('latency.command')}</dt>
        <dd data-latency="command">{ms(state?.commandMs)}</dd>
      </div>
      <div title={p('latency.motionHelp')}>
        <dt>{p('latency.motion')}</dt>
        <dd data-latency="motion">{ms(motion)}</dd>
      </div>
    </dl>
  );
}

/** An input that is not obeyed is answered, or it would look like a broken stick. */
function Nudge() {
  const nudged = usePtz((model) => model.nudged);
  const block = useSteerBlock();
  const words = useWords();
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (nudged === 0) return;
    setShown(nudged);
    const timer = setTimeout(() => setShown(0), 2500);
    return () => clearTimeout(timer);
  }, [nudged]);
  const visible = shown !== 0 && block !== null && block !== 'dialog';
  return (
    <p className="ptz-nudge" role="status" data-shown={visible || undefined}>
      {visible ? words.in('ptz')(`nudge.${block}`) : null}
    </p>
  );
}
