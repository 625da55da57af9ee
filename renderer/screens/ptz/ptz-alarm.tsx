import { timeText } from '../../i18n.ts';
import { tilesOnPage } from '../../stores/wall-state.ts';
import { Icon } from '../icon.tsx';
import { useCameras, useProduct, useWall, useWords } from '../product.tsx';
import { stopFromAlarm } from './steer-gate.ts';
import { useHand, usePtz, usePtzState } from './use-ptz.ts';

/**
 * A camera that may still be moving though it was told to stop. On its tile, whoever steers it or
 * nobody, until the stop is verified or somebody has seen it.
 */
export function PtzAlarm({ cameraId, name }: { cameraId: string; name: string }) {
  const product = useProduct();
  const { ptz } = product;
  const words = useWords();
  const p = words.in('ptz');
  const state = usePtzState(cameraId);
  const unstopped = useHand((model) => model.unstopped.get(cameraId));
  const muted = usePtz((model) => model.muted);
  const alarm = state?.alarm ?? null;
  if (!alarm && !unstopped) return null;
  const since = state?.alarmSince ?? null;
  return (
    <div
      className="ptz-alarm"
      role="alert"
      aria-live="assertive"
      data-acute={alarm !== null || undefined}
      onPointerDown={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <div className="ptz-alarm-box">
        <p className="ptz-alarm-title">
          <Icon name="warning" />
          <strong>{p('alarm.title')}</strong>
        </p>
        <p className="ptz-alarm-camera">
          {name}
          {since === null ? null : ` · ${p('alarm.since', { time: timeText(since) })}`}
        </p>
        {alarm ? (
          <p>{words.causeText(alarm)}</p>
        ) : (
          <p>
            {p('alarm.unstopped', { tries: unstopped?.tries ?? 1 })}{' '}
            {unstopped ? words.causeText(unstopped.cause) : null}
          </p>
        )}
        <p className="ptz-alarm-hint">{p('alarm.help')}</p>
        <div className="ptz-alarm-buttons">
          <button
            type="button"
            className="ptz-alarm-button"
            data-primary
            onClick={() => void stopFromAlarm(product, cameraId)}
          >
            {p('alarm.stop')}
          </button>
          {alarm ? (
            <button
              type="button"
              className="ptz-alarm-button"
              onClick={() => ptz.acknowledge(cameraId)}
            >
              {p('alarm.seen')}
            </button>
          ) : null}
          <button
            type="button"
            className="ptz-alarm-button"
            aria-pressed={muted}
            onClick={() => ptz.setMuted(!muted)}
          >
            {p(muted ? 'alarm.unmute' : 'alarm.mute')}
          </button>
        </div>
      </div>
    </div>
  );
}

/** Alarms of cameras that no tile of this page shows: they are not to be missed either. */
export function PtzAlarmElsewhere() {
  const { commands } = useProduct();
  const p = useWords().in('ptz');
  const states = usePtz((model) => model.states);
  const byId = useCameras((model) => model.byId);
  const wall = useWall((model) => model.wall);
  const shown = new Set(
    (wall.full === null ? tilesOnPage(wall) : [wall.full]).map((tile) => wall.tiles[tile]),
  );
  const elsewhere = [...states.values()].filter(
    ({ alarm, cameraId }) => alarm !== null && !shown.has(cameraId),
  );
  if (elsewhere.length === 0) return null;
  return (
    <div className="ptz-elsewhere" role="alert" aria-live="assertive">
      <Icon name="warning" />
      <strong>{p('alarm.elsewhere')}</strong>
      {elsewhere.slice(0, 3).map(({ cameraId }) => (
        <button
          key={cameraId}
          type="button"
          className="ptz-alarm-button"
          onClick={() => commands.bringIn(cameraId)}
        >
          {byId.get(cameraId)?.name ?? cameraId}
        </button>
      ))}
      {elsewhere.length > 3 ? <span>+{elsewhere.length - 3}</span> : null}
    </div>
  );
}
