import { DialogFrame } from '../dialog-frame.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { useProduct, useSession, useTexts } from '../product.tsx';

/** The first step, in one calm place: where do the cameras come from? */
export function StartDialog() {
  const c = useTexts('connect');
  return (
    <DialogFrame title={c('start.title')} wide>
      <StartChoices />
    </DialogFrame>
  );
}

export function StartChoices() {
  const { commands, session } = useProduct();
  const c = useTexts('connect');
  const demo = useSession((model) => model.hello?.demo ?? false);
  const go = (where: () => void) => () => {
    session.closeDialog();
    where();
  };
  const choices: readonly { key: string; icon: IconName; act: () => void }[] = [
    { key: 'hub', icon: 'hub', act: go(() => commands.openConnect('hubs')) },
    { key: 'discover', icon: 'radar', act: go(() => commands.openConnect('discovery')) },
    { key: 'import', icon: 'sheet', act: go(() => commands.openConnect('imports')) },
    { key: 'address', icon: 'camera', act: commands.openAddSource },
    ...(demo ? [{ key: 'demo', icon: 'play' as const, act: go(commands.backToWall) }] : []),
  ];
  return (
    <div className="start">
      <p className="start-text">{demo ? c('start.textDemo') : c('start.text')}</p>
      <ul className="start-choices">
        {choices.map(({ key, icon, act }) => (
          <li key={key}>
            <button type="button" className="start-choice" onClick={act}>
              <Icon name={icon} />
              <span>
                <strong>{c(`start.${key}`)}</strong>
                <span>{c(`start.${key}Text`)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
