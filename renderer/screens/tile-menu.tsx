import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import type { Camera } from '../../src/contract/schemas.ts';
import { useRefusal } from './evidence/evidence-rights.ts';
import { useReplay } from './evidence/evidence-words.ts';
import { Icon } from './icon.tsx';
import { openMaskEditor } from './privacy/open-mask-editor.ts';
import { useProduct, useTexts, useWords } from './product.tsx';
import { useSteeringOffered } from './ptz/use-ptz.ts';

interface TileMenuProps {
  readonly tile: number;
  readonly camera: Camera | undefined;
  readonly full: boolean;
  readonly audio: boolean;
  /** Its camera is the one that is steered. */
  readonly steered: boolean;
}

/** What can be done with the selected tile, for who has only a mouse. */
export function TileMenu({ tile, camera, full, audio, steered }: TileMenuProps) {
  const product = useProduct();
  const { commands, core, session } = product;
  const { t } = useWords();
  const offered = useSteeringOffered();
  const e = useTexts('evidence');
  const noPicture = useRefusal('evidence.snapshot');
  const noReplay = useRefusal('evidence.replay');
  const noClip = useRefusal('evidence.export');
  const replaying = useReplay(
    ({ session: playing }) => playing?.tiles.some((one) => one.tile === tile) ?? false,
  );
  const p = useTexts('privacy');
  const act: Readonly<Record<string, () => void>> = {
    full: () => commands.toggleFull(tile),
    audio: () => commands.toggleAudio(tile),
    details: commands.toggleDetails,
    snapshot: () => commands.snapshot([tile]),
    replay: () => commands.replay([tile]),
    clip: () => {
      commands.select(tile);
      commands.openClip();
    },
    focal: () => commands.openFocal(tile),
    ptz: () => commands.togglePtz(tile),
    retry: () => {
      if (camera) core.call('streams.retry', { cameraId: camera.id }).catch(() => {});
    },
    login: () => {
      if (camera) session.open({ kind: 'login', cameraId: camera.id });
    },
    masks: () => {
      if (camera) void openMaskEditor(product, tile, camera.id);
    },
    empty: () => commands.empty(tile),
    remove: () => {
      if (camera) session.open({ kind: 'remove', cameraId: camera.id });
    },
  };
  return (
    <div className="tile-menu">
      <MenuTrigger>
        <Button className="tile-menu-button" aria-label={t('tile.menu')}>
          <Icon name="more" />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" onAction={(key) => act[key]?.()}>
            <MenuItem id="full" className="menu-item">
              {full ? t('menu.leaveFull') : t('menu.full')}
              <kbd>Enter</kbd>
            </MenuItem>
            <MenuItem id="audio" className="menu-item">
              {audio ? t('menu.silence') : t('menu.audio')}
              <kbd>A</kbd>
            </MenuItem>
            <MenuItem id="details" className="menu-item">
              {t('menu.details')}
              <kbd>D</kbd>
            </MenuItem>
            <MenuItem id="snapshot" className="menu-item" isDisabled={noPicture !== null}>
              {e('page.menu.snapshot')}
              <kbd>S</kbd>
            </MenuItem>
            <MenuItem id="replay" className="menu-item" isDisabled={noReplay !== null}>
              {replaying ? e('page.menu.live') : e('page.menu.replay')}
              <kbd>R</kbd>
            </MenuItem>
            <MenuItem id="clip" className="menu-item" isDisabled={noClip !== null}>
              {e('page.menu.clip')}
              <kbd>X</kbd>
            </MenuItem>
            <MenuItem id="focal" className="menu-item">
              {t('menu.focal')}
              <kbd>C</kbd>
            </MenuItem>
            {camera && camera.ptz !== false && (offered || steered) ? (
              <MenuItem id="ptz" className="menu-item">
                {steered ? t('menu.leavePtz') : t('menu.ptz')}
                <kbd>P</kbd>
              </MenuItem>
            ) : null}
            <Separator className="menu-separator" />
            <MenuItem id="retry" className="menu-item">
              {t('menu.retry')}
              <kbd>T</kbd>
            </MenuItem>
            <MenuItem id="login" className="menu-item">
              {t('menu.login')}
            </MenuItem>
            {camera ? (
              <MenuItem id="masks" className="menu-item">
                {p('menu')}
              </MenuItem>
            ) : null}
            <Separator className="menu-separator" />
            <MenuItem id="empty" className="menu-item">
              {t('menu.empty')}
              <kbd>Delete</kbd>
            </MenuItem>
            {camera?.removable ? (
              <MenuItem id="remove" className="menu-item" data-danger>
                {t('menu.remove')}
              </MenuItem>
            ) : null}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
