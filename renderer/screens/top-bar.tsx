import { type ReactNode, useState } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  ListBox,
  ListBoxItem,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  ToggleButton,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { useStore } from 'zustand';
import { type Language, layoutNames } from '../../src/contract/schemas.ts';
import { dateText, timeText } from '../i18n.ts';
import { pageCount, tilesOnPage } from '../stores/wall-state.ts';
import { Glyph, type GlyphName } from './glyph.tsx';
import { Icon, type IconName, LayoutIcon } from './icon.tsx';
import { OperatorBadge } from './operators/operator-badge.tsx';
import { useProduct, useSecond, useSession, useWall, useWords } from './product.tsx';

/** Everything the mouse needs, in one line above the pictures. */
export function TopBar() {
  const { commands } = useProduct();
  const { t } = useWords();
  const sideList = useWall((model) => model.wall.sideList);
  const details = useWall((model) => model.wall.details);
  const wallMode = useWall((model) => model.wall.wallMode);
  const canUndo = useWall((model) => model.past.length > 0);
  const canRedo = useWall((model) => model.future.length > 0);
  const hasTiles = useWall((model) => model.wall.tiles.length > 0);
  return (
    <header className="bar">
      <div className="bar-group">
        <BarToggle
          icon="list"
          label={t('bar.list')}
          shortcut="L"
          on={sideList && !wallMode}
          onChange={commands.toggleSideList}
        />
        <p className="brand">
          <BrandMark />
          <span className="brand-name">{t('product')}</span>
        </p>
        {wallMode ? null : (
          <BarButton
            icon="sites"
            label={t('bar.manage')}
            shortcut="M"
            onPress={() => commands.openManage()}
            text="kept"
          />
        )}
      </div>
      <div className="bar-group">
        <LayoutPicker />
        <Pages />
      </div>
      <div className="bar-group">
        <BarButton icon="fill" label={t('bar.fill')} shortcut="F" onPress={commands.fill} text />
        <RareActions />
        <BarButton
          icon="clear"
          rare
          label={t('bar.clear')}
          onPress={commands.askClear}
          off={!hasTiles}
        />
        <BarButton
          icon="undo"
          rare
          label={t('bar.undo')}
          shortcut="Ctrl+Z"
          onPress={commands.undo}
          off={!canUndo}
        />
        <BarButton
          icon="redo"
          rare
          label={t('bar.redo')}
          shortcut="Ctrl+Shift+Z"
          onPress={commands.redo}
          off={!canRedo}
        />
      </div>
      <Summary />
      <div className="bar-group" data-end>
        <BarButton
          icon="add"
          label={t('bar.add')}
          shortcut="N"
          onPress={commands.openAddSource}
          text
        />
        <BarToggle
          icon="details"
          label={t('bar.details')}
          shortcut="D"
          on={details}
          onChange={commands.toggleDetails}
        />
        <BarToggle
          icon="wall"
          label={t('bar.wallMode')}
          shortcut="W"
          on={wallMode}
          onChange={commands.toggleWallMode}
        />
        <BarButton icon="help" label={t('bar.help')} shortcut="?" onPress={commands.openHelp} />
        <OperatorBadge />
        <LanguageSwitch />
        <Clock />
      </div>
    </header>
  );
}

/** What a narrow bar has no room for. */
function RareActions() {
  const { commands } = useProduct();
  const { t } = useWords();
  const act: Readonly<Record<string, () => void>> = {
    undo: commands.undo,
    redo: commands.redo,
    page: commands.newPage,
    clear: commands.askClear,
  };
  return (
    <MenuTrigger>
      <Button className="bar-button bar-more" aria-label={t('bar.more')}>
        <Icon name="more" />
      </Button>
      <Popover className="popover">
        <Menu className="menu" onAction={(key) => act[key]?.()}>
          <MenuItem id="undo" className="menu-item">
            {t('bar.undo')} <kbd>Ctrl+Z</kbd>
          </MenuItem>
          <MenuItem id="redo" className="menu-item">
            {t('bar.redo')} <kbd>Ctrl+Shift+Z</kbd>
          </MenuItem>
          <MenuItem id="page" className="menu-item">
            {t('pages.new')}
          </MenuItem>
          <MenuItem id="clear" className="menu-item">
            {t('bar.clear')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 10 12 3.5 20 10v1.6H4z" />
      <path d="M6.5 13.2h11v2.3h-11zM7.6 17h2v4h-2zM14.4 17h2v4h-2z" />
    </svg>
  );
}

interface BarButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly onPress: () => void;
  readonly off?: boolean;
  /** Shows its words beside the icon where there is room; `kept`: also in a smaller window. */
  readonly text?: boolean | 'kept';
  /** In a narrow window only in the menu of rare actions. */
  readonly rare?: boolean;
}

export function BarButton({ icon, label, shortcut, onPress, off, text, rare }: BarButtonProps) {
  return (
    <Tip label={label} shortcut={shortcut}>
      <Button
        className={rare ? 'bar-button bar-rare' : 'bar-button'}
        aria-label={label}
        onPress={onPress}
        isDisabled={off}
      >
        <Icon name={icon} />
        {text ? (
          <span className="bar-text" data-kept={text === 'kept' || undefined}>
            {label}
          </span>
        ) : null}
      </Button>
    </Tip>
  );
}

interface BarToggleProps {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly on: boolean;
  readonly onChange: () => void;
}

function BarToggle({ icon, label, shortcut, on, onChange }: BarToggleProps) {
  return (
    <Tip label={label} shortcut={shortcut}>
      <ToggleButton className="bar-button" aria-label={label} isSelected={on} onChange={onChange}>
        <Icon name={icon} />
      </ToggleButton>
    </Tip>
  );
}

export function Tip(props: { label: string; shortcut: string | undefined; children: ReactNode }) {
  return (
    <TooltipTrigger delay={600}>
      {props.children}
      <Tooltip className="tooltip" offset={6}>
        {props.label}
        {props.shortcut ? <kbd>{props.shortcut}</kbd> : null}
      </Tooltip>
    </TooltipTrigger>
  );
}

function LayoutPicker() {
  const { commands } = useProduct();
  const { t } = useWords();
  const layout = useWall((model) => model.wall.layout);
  const [open, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <Button className="bar-button" aria-label={t('bar.layout', { name: layout })}>
        <LayoutIcon name={layout} />
        <span className="bar-layout">{layout}</span>
        <Icon name="down" />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="layouts" aria-label={t('layouts.title')}>
          <ListBox
            aria-label={t('layouts.title')}
            className="layout-list"
            layout="grid"
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[layout]}
            autoFocus
            onAction={(key) => {
              commands.setLayout(layoutNames.find((name) => name === key) ?? layout);
              setOpen(false);
            }}
            onSelectionChange={(keys) => {
              const key = keys === 'all' ? undefined : [...keys][0];
              const name = layoutNames.find((each) => each === key);
              if (name) commands.setLayout(name);
              setOpen(false);
            }}
          >
            {layoutNames.map((name) => (
              <ListBoxItem
                key={name}
                id={name}
                className="layout-choice"
                textValue={t('layouts.name', { name })}
                aria-label={t('layouts.name', { name })}
              >
                <LayoutIcon name={name} />
                <span>{name}</span>
              </ListBoxItem>
            ))}
          </ListBox>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Pages() {
  const { commands } = useProduct();
  const { t } = useWords();
  const page = useWall((model) => model.wall.page);
  const pages = useWall((model) => pageCount(model.wall));
  const blank = useWall((model) =>
    tilesOnPage(model.wall).every((tile) => !model.wall.tiles[tile]),
  );
  return (
    <div className="pages">
      <BarButton
        icon="left"
        label={t('pages.previous')}
        shortcut="PageUp"
        onPress={() => commands.turnPage(-1)}
        off={pages <= 1}
      />
      <output className="pages-now" aria-label={t('pages.now', { page: page + 1, pages })}>
        {page + 1}/{pages}
      </output>
      <BarButton
        icon="right"
        label={t('pages.next')}
        shortcut="PageDown"
        onPress={() => commands.turnPage(1)}
        off={pages <= 1}
      />
      <BarButton icon="add" rare label={t('pages.new')} onPress={commands.newPage} off={blank} />
    </div>
  );
}

const counted = [
  { key: 'live', looks: ['live', 'keyframes'], glyph: 'live' },
  { key: 'connecting', looks: ['connecting'], glyph: 'connecting' },
  { key: 'stale', looks: ['stale'], glyph: 'stale' },
  { key: 'failed', looks: ['failed'], glyph: 'offline' },
  { key: 'paused', looks: ['paused'], glyph: 'paused' },
  { key: 'replay', looks: ['replay'], glyph: 'replay' },
] as const satisfies readonly { key: string; looks: readonly string[]; glyph: GlyphName }[];

/** How many tiles of this page are live, and what the others are. */
export function Summary() {
  const { engine } = useProduct();
  const { t } = useWords();
  const full = useWall((model) => model.wall.full);
  // As text, so that a second in which nothing changed draws nothing.
  const counts = useStore(engine.store, ({ tiles }) => {
    // Under a full view nothing is presented, and nobody takes it for live.
    const seen = full === null ? [...tiles.values()] : [tiles.get(full)];
    const looks = seen.map((tile) => tile?.look);
    return counted
      .map(({ looks: wanted }) => looks.filter((look) => wanted.some((one) => one === look)).length)
      .join(',');
  });
  const steppedDown = useStore(engine.store, (model) => model.steppedDown);
  const numbers = counts.split(',').map(Number);
  return (
    <div className="summary" role="status" aria-label={t('summary.label')}>
      {counted.map(({ key, glyph }, index) => {
        const count = numbers[index] ?? 0;
        if (count === 0) return null;
        return (
          <span key={key} className="summary-item" data-mark={glyph} title={t(`summary.${key}`)}>
            <Glyph name={glyph} />
            <span className="summary-number">{count}</span>{' '}
            <span className="summary-text">{t(`summary.${key}`)}</span>
          </span>
        );
      })}
      {steppedDown > 0 ? (
        <span className="summary-item" data-mark="keyframes" title={t('summary.steppedDown')}>
          <Glyph name="keyframes" />
          <span className="summary-number">{steppedDown}</span>{' '}
          <span className="summary-text">{t('summary.steppedDown')}</span>
        </span>
      ) : null}
    </div>
  );
}

const languages: readonly Language[] = ['vi', 'en'];

export function LanguageSwitch() {
  const { commands } = useProduct();
  const { t } = useWords();
  const language = useSession((model) => model.language);
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons, not a form
    <div className="languages" role="group" aria-label={t('bar.language')}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          aria-label={t(`language.${each}`)}
          onClick={() => {
            if (each !== language) commands.toggleLanguage();
          }}
        >
          {each.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

export function Clock() {
  const offset = useSession((model) => model.clockOffsetMs);
  const now = useSecond() * 1000 + offset;
  return (
    <time className="clock" dateTime={new Date(now).toISOString()}>
      <span className="clock-time">{timeText(now)}</span>
      <span className="clock-date">{dateText(now)}</span>
    </time>
  );
}
