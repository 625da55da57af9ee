import { timeText } from '../../i18n.ts';
import type { SteerBlock } from '../../stores/ptz/ptz-store.ts';
import { useProduct, useWords } from '../product.tsx';
import { askForOperator, isAboutOperator } from './steer-gate.ts';
import { usePtz, usePtzState } from './use-ptz.ts';

/** Why nothing moves, and what helps. */
export function SteerNote({ block, place }: { block: SteerBlock; place: 'tile' | 'dock' }) {
  const product = useProduct();
  const { ptz, core } = product;
  const words = useWords();
  const p = words.in('ptz');
  const mode = usePtz((model) => model.mode);
  const lease = usePtzState(mode?.cameraId ?? null)?.lease ?? null;
  if (!mode) return null;
  if (block === 'opening') {
    return (
      <p className="ptz-note" data-place={place} data-kind="wait" role="status">
        {p('note.opening')}
      </p>
    );
  }
  if (block === 'failed' && mode.cause) {
    const { cause } = mode;
    return (
      <div className="ptz-note" data-place={place} data-kind="bad" role="alert">
        <p>
          <strong>{words.causeText(cause)}</strong>
        </p>
        <p className="ptz-note-hint">{words.causeHint(cause)}</p>
        <div className="ptz-note-buttons">
          {isAboutOperator(cause) ? (
            <button
              type="button"
              className="button"
              data-primary
              data-small
              onClick={() => void askForOperator(product)}
            >
              {p('note.signIn')}
            </button>
          ) : null}
          {cause.code === 'rtsp.credentials-needed' || cause.code === 'rtsp.unauthorized' ? (
            <button
              type="button"
              className="button"
              data-primary
              data-small
              onClick={() => product.session.open({ kind: 'login', cameraId: mode.cameraId })}
            >
              {p('note.login')}
            </button>
          ) : null}
          <button type="button" className="button" data-small onClick={ptz.retry}>
            {p('note.retry')}
          </button>
        </div>
      </div>
    );
  }
  // The panel tells it in the card of the hold.
  if (block === 'held' && place === 'dock') return null;
  if (block === 'held' && lease) {
    return (
      <div className="ptz-note" data-place={place} data-kind="held" role="status">
        <p>
          <strong>{p('note.held', { name: lease.holder.operatorName })}</strong>
        </p>
        <p>
          {p('note.heldUntil', {
            workstation: lease.holder.workstation,
            priority: lease.priority,
            until: timeText(lease.until),
          })}
        </p>
        {lease.reason ? <p>{p('lease.reason', { reason: lease.reason })}</p> : null}
        <div className="ptz-note-buttons">
          <button
            type="button"
            className="button"
            data-small
            onClick={() => ptz.change({ taking: true })}
          >
            {p('lease.takeOver')}
          </button>
        </div>
      </div>
    );
  }
  if (block === 'blind') {
    return (
      <div className="ptz-note" data-place={place} data-kind="warn" role="alert">
        <p>
          <strong>{p('note.blind')}</strong>
        </p>
        <p className="ptz-note-hint">{p('note.blindHelp')}</p>
        <div className="ptz-note-buttons">
          <button
            type="button"
            className="button"
            data-danger
            data-small
            onClick={() => ptz.acceptBlind()}
          >
            {p('note.blindAccept')}
          </button>
          <button
            type="button"
            className="button"
            data-small
            onClick={() => core.call('streams.retry', { cameraId: mode.cameraId }).catch(() => {})}
          >
            {p('note.blindRetry')}
          </button>
        </div>
      </div>
    );
  }
  return null;
}
