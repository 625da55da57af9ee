import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { type ManageRoom, manageRooms } from '../../stores/workplace/workplace-store.ts';
import { Icon, type IconName } from '../icon.tsx';
import { OperatorBadge } from '../operators/operator-badge.tsx';
import { useProduct, useTexts, useWords, useWorkplace } from '../product.tsx';
import { BarButton, BrandMark, Clock, LanguageSwitch, Summary, Tip } from '../top-bar.tsx';

const icons: Readonly<Record<ManageRoom, IconName>> = {
  register: 'sites',
  connect: 'hub',
  survey: 'survey',
  settings: 'settings',
  audit: 'lock',
  evidence: 'seal',
  operators: 'person',
};

/** The bar of the rooms: the way back to the wall first, and how the wall is doing meanwhile. */
export function ManageBar() {
  const { commands } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const place = useWorkplace((model) => model.place);
  return (
    <header className="bar" data-manage>
      <div className="bar-group">
        <Tip label={c('rooms.back')} shortcut="Esc">
          <Button className="bar-button bar-back" onPress={commands.backToWall}>
            <BrandMark />
            {c('rooms.wall')}
            <kbd>Esc</kbd>
          </Button>
        </Tip>
      </div>
      <nav className="bar-group rooms" aria-label={c('rooms.label')}>
        {manageRooms.map((room, index) => (
          <Button
            key={room}
            className="bar-button room-button"
            aria-current={place === room ? 'page' : undefined}
            aria-keyshortcuts={String(index + 1)}
            onPress={() => commands.openManage(room)}
          >
            <Icon name={icons[room]} />
            <span className="room-name">{c(`rooms.${room}`)}</span>
          </Button>
        ))}
      </nav>
      <Summary />
      <div className="bar-group" data-end>
        <BarButton icon="help" label={t('bar.help')} shortcut="F1" onPress={commands.openHelp} />
        <OperatorBadge />
        <LanguageSwitch />
        <Clock />
      </div>
    </header>
  );
}

/** The notice of `HostGone`, where a room lies over the wall. */
export function GoneLine() {
  const { core } = useProduct();
  const { t } = useWords();
  const gone = useStore(core.connection, (model) => model.phase === 'gone');
  return gone ? (
    <div className="strip" data-kind="bad" role="alert">
      <Icon name="warning" />
      <strong>{t('gone.title')}</strong>
      <span className="strip-text">{t('gone.hint')}</span>
    </div>
  ) : null;
}

/** What was just put on the wall, and the way there. */
export function PlacedLine() {
  const { commands, workplace } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const placed = useWorkplace((model) => model.placed);
  return (
    <div role="status">
      {placed ? (
        <div className="strip" data-kind={placed.cameras > 0 ? 'good' : 'warn'}>
          <Icon name={placed.cameras > 0 ? 'check' : 'warning'} />
          <span className="strip-text">
            {c('placed.cameras', { count: placed.cameras })}
            {placed.refused > 0 ? ` ${c('placed.refused', { count: placed.refused })}` : ''}
            {placed.noUrl > 0 ? ` ${c('placed.noUrl', { count: placed.noUrl })}` : ''}
          </span>
          <Button className="button" data-small onPress={commands.backToWall}>
            {c('placed.look')}
          </Button>
          <Button
            className="strip-close"
            aria-label={t('dialog.dismiss')}
            onPress={() => workplace.sayPlaced(null)}
          >
            <Icon name="close" />
          </Button>
        </div>
      ) : null}
    </div>
  );
}
