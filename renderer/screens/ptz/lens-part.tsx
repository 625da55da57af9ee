import { useProduct, useTexts, useWords } from '../product.tsx';
import { HoldButton } from './hold-button.tsx';
import { PtzIcon } from './ptz-icon.tsx';
import { usePtz, useSteered } from './use-ptz.ts';

/** Focus, iris, and what else hangs on the camera. */
export function LensPart() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const view = useSteered();
  const acting = usePtz((model) => model.acting);
  if (!view) return null;
  const { lacks, auxiliaries } = view;
  const drive = (act: 'near' | 'far') => {
    if (ptz.maySteer()) ptz.hand.driveLens(act);
  };
  const focusAuto = (act: 'auto' | 'manual') =>
    void ptz.act(`focus ${act}`, (core, cameraId) =>
      core.call('ptz.focus', { cameraId, moveId: ptz.hand.nextId(), act }),
    );
  const iris = (act: 'open' | 'close' | 'auto') => {
    if (!ptz.maySteer()) return;
    void ptz.act(`iris ${act}`, (core, cameraId) => core.call('ptz.iris', { cameraId, act }));
  };
  const auxiliary = (command: string) => {
    if (!ptz.maySteer()) return;
    void ptz.act(`auxiliary ${command}`, (core, cameraId) =>
      core.call('ptz.auxiliary', { cameraId, command }),
    );
  };
  const busy = acting !== null;
  return (
    <div className="dock-part">
      <h4>{p('focus.title')}</h4>
      {lacks.includes('focus') ? (
        <p className="lack">{p('lack.focus')}</p>
      ) : (
        <div className="dock-buttons">
          <HoldButton
            label={p('focus.near')}
            onHold={() => drive('near')}
            onRelease={ptz.hand.releaseLens}
          >
            <PtzIcon name="near" />
            <span>{p('focus.nearShort')}</span>
          </HoldButton>
          <HoldButton
            label={p('focus.far')}
            onHold={() => drive('far')}
            onRelease={ptz.hand.releaseLens}
          >
            <PtzIcon name="far" />
            <span>{p('focus.farShort')}</span>
          </HoldButton>
          {lacks.includes('auto-focus') ? null : (
            <button
              type="button"
              className="hold"
              disabled={busy}
              aria-label={p('focus.auto')}
              title={p('focus.auto')}
              onClick={() => focusAuto('auto')}
            >
              {p('auto')}
            </button>
          )}
        </div>
      )}
      {!lacks.includes('focus') && lacks.includes('auto-focus') ? (
        <p className="lack">{p('lack.auto-focus')}</p>
      ) : null}
      <h4>{p('iris.title')}</h4>
      {lacks.includes('iris') ? (
        <p className="lack">{p('lack.iris')}</p>
      ) : (
        <div className="dock-buttons">
          {(['open', 'close', 'auto'] as const).map((act) => (
            <button
              key={act}
              type="button"
              className="hold"
              disabled={busy}
              aria-label={p(`iris.${act}`)}
              title={p(`iris.${act}`)}
              onClick={() => iris(act)}
            >
              {p(`iris.${act}Short`)}
            </button>
          ))}
        </div>
      )}
      <h4>{p('auxiliary.title')}</h4>
      {lacks.includes('auxiliary') || auxiliaries.length === 0 ? (
        <p className="lack">{p('lack.auxiliary')}</p>
      ) : (
        <div className="dock-buttons">
          {auxiliaries.map((command) => (
            <button
              key={command}
              type="button"
              className="button"
              data-small
              disabled={busy}
              title={command}
              onClick={() => auxiliary(command)}
            >
              <AuxiliaryName command={command} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** `tt:Wiper|On` in words where it is one of ONVIF's own (PTZ, "Auxiliary operation"), else as it is. */
function AuxiliaryName({ command }: { command: string }) {
  const { maybe } = useWords();
  const [, thing = '', state = ''] = /^(?:\w+:)?(\w+)\|(\w+)$/u.exec(command) ?? [];
  const name = thing ? maybe('ptz', `auxiliary.thing.${thing.toLowerCase()}`) : null;
  const what = state ? maybe('ptz', `auxiliary.state.${state.toLowerCase()}`) : null;
  return name && what ? `${name}: ${what}` : command;
}
