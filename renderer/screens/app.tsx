import { Activity, useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useStore } from 'zustand';
import { AddSourceDialog } from './add-source-dialog.tsx';
import { ClearDialog, LoginDialog, RemoveDialog, TrustDialog } from './camera-dialogs.tsx';
import { ClipDialog } from './evidence/clip-dialog.tsx';
import { ReplayDock } from './evidence/replay-dock.tsx';
import { SnapshotNotes } from './evidence/snapshot-notes.tsx';
import { useReplayRoom } from './evidence/use-replay-room.ts';
import { FocalCard } from './focal/focal-card.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Icon } from './icon.tsx';
import { pressKey, pressKeyInRoom } from './keys.ts';
import { ManageBar } from './manage/manage-bar.tsx';
import { Workplace } from './manage/workplace.tsx';
import { IdleCountdown } from './operators/idle-countdown.tsx';
import { pressOperatorKey } from './operators/operator-keys.ts';
import { SignInDialog } from './operators/sign-in-dialog.tsx';
import {
  type Product,
  ProductProvider,
  useCameras,
  useProduct,
  useSession,
  useWall,
  useWords,
  useWorkplace,
} from './product.tsx';
import { PtzAlarmElsewhere } from './ptz/ptz-alarm.tsx';
import { PtzDock } from './ptz/ptz-dock.tsx';
import { usePtzRoom } from './ptz/use-ptz-room.ts';
import { SideList } from './side-list.tsx';
import { StartDialog } from './start/start-dialog.tsx';
import { DemoMark, HostGone, Strips } from './strips.tsx';
import { TopBar } from './top-bar.tsx';
import { Unbroken } from './unbroken.tsx';
import { Wall } from './wall.tsx';

/** The visible product. */
export function App({ product }: { product: Product }) {
  return (
    <ProductProvider value={product}>
      <Unbroken>
        <Screen />
      </Unbroken>
    </ProductProvider>
  );
}

function Screen() {
  const { core } = useProduct();
  const { t, language } = useWords();
  const wallMode = useWall((model) => model.wall.wallMode);
  const sideList = useWall((model) => model.wall.sideList);
  // Wall mode wins: a wall that is loaded into wall mode shows nothing else.
  const managing = useWorkplace((model) => model.place !== 'wall') && !wallMode;
  const carrying = useWorkplace((model) => model.carrying);
  const [visited, setVisited] = useState(false);
  if (managing && !visited) setVisited(true);
  const gone = useStore(core.connection, (model) => model.phase === 'gone');
  const awake = useAwake(wallMode);
  useKeyboard();
  usePtzRoom();
  useReplayRoom();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t('product');
  }, [language, t]);
  return (
    <I18nProvider locale={language === 'vi' ? 'vi-VN' : 'en-GB'}>
      <div
        className="app"
        data-wall-mode={wallMode || undefined}
        data-asleep={(wallMode && awake === 'no') || undefined}
        data-host={gone ? 'gone' : 'there'}
      >
        {managing ? <ManageBar /> : !wallMode || awake === 'pointer' ? <TopBar /> : null}
        {wallMode ? null : <Strips />}
        <div className="body">
          {/* The wall plays on below the rooms, which are never quite opaque: see manage.css. */}
          <div className="middle" inert={managing && !carrying}>
            {sideList && !wallMode ? <SideList /> : null}
            <div className="stage-column">
              <div className="stage">
                <Wall />
                <PtzAlarmElsewhere />
                <Opening />
                <FirstRun />
                {wallMode ? <DemoMark /> : null}
                <HostGone />
              </div>
              <ReplayDock />
            </div>
            <PtzDock />
          </div>
          {visited ? (
            <Activity mode={managing ? 'visible' : 'hidden'}>
              <Workplace />
            </Activity>
          ) : null}
        </div>
        <SnapshotNotes />
        <OpenDialog />
        <ClipDialog />
        <IdleCountdown />
        <SignInDialog />
      </div>
    </I18nProvider>
  );
}

/** Before the core answered for the first time; a moment later than that, so that it does not flash. */
function Opening() {
  const { t } = useWords();
  const ready = useWall((model) => model.ready);
  return ready ? null : (
    <p className="opening" role="status">
      {t('wall.opening')}
    </p>
  );
}

/** Nothing is configured: say what this is and what the first step is. */
function FirstRun() {
  const { commands } = useProduct();
  const { t } = useWords();
  const none = useCameras((model) => model.loaded && model.cameras.length === 0);
  const empty = useWall((model) => model.ready && model.wall.tiles.length === 0);
  if (!none || !empty) return null;
  return (
    <div className="first-run">
      <h2>{t('first.title')}</h2>
      <p>{t('first.text')}</p>
      <div className="first-run-buttons">
        <button type="button" className="button" data-primary onClick={commands.openStart}>
          <Icon name="hub" />
          {t('first.choose')}
        </button>
        <button type="button" className="button" onClick={commands.openAddSource}>
          <Icon name="add" />
          {t('bar.add')}
        </button>
      </div>
      <p className="first-run-hint">{t('first.hint')}</p>
    </div>
  );
}

function OpenDialog() {
  const dialog = useSession((model) => model.dialog);
  switch (dialog?.kind) {
    case 'add-source':
      return <AddSourceDialog />;
    case 'start':
      return <StartDialog />;
    case 'focal':
      return <FocalCard cameraId={dialog.cameraId} />;
    case 'help':
      return <HelpDialog />;
    case 'clear':
      return <ClearDialog />;
    case 'login':
      return <LoginDialog cameraId={dialog.cameraId} />;
    case 'trust':
      return <TrustDialog cameraId={dialog.cameraId} fingerprint={dialog.fingerprint} />;
    case 'remove':
      return <RemoveDialog cameraId={dialog.cameraId} />;
    default:
      return null;
  }
}

const sleepAfterMs = 3000;

/**
 * In wall mode: for 3 s after the pointer moved the bar is there, so that a mouse alone finds the
 * way out; for 3 s after a key only the selection is.
 */
function useAwake(wallMode: boolean): 'pointer' | 'key' | 'no' {
  const [awake, setAwake] = useState<'pointer' | 'key' | 'no'>('pointer');
  useEffect(() => {
    if (!wallMode) return;
    let timer: ReturnType<typeof setTimeout>;
    const wake = (by: 'pointer' | 'key') => {
      setAwake((before) => (before === 'pointer' ? before : by));
      clearTimeout(timer);
      timer = setTimeout(() => setAwake('no'), sleepAfterMs);
    };
    const onPointer = (event: PointerEvent) => {
      // Chromium reports a move where the page moved under a pointer at rest.
      if (event.type === 'pointermove' && event.movementX === 0 && event.movementY === 0) return;
      wake('pointer');
    };
    const onKey = () => wake('key');
    setAwake('pointer');
    wake('pointer');
    window.addEventListener('pointermove', onPointer);
    window.addEventListener('pointerdown', onPointer);
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointermove', onPointer);
      window.removeEventListener('pointerdown', onPointer);
      window.removeEventListener('keydown', onKey);
    };
  }, [wallMode]);
  return awake;
}

/** Who types, or works in a dialog, a menu or the list, does not steer the wall. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable="true"]')) return true;
  if (target?.closest('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true;
  // A button is pressed by Enter and the space bar.
  return Boolean(target?.closest('button')) && /^(Numpad)?Enter$|^Space$/u.test(event.code);
}

function useKeyboard(): void {
  const { commands, operators, wall, session, workplace } = useProduct();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || session.getState().dialog || belongsElsewhere(event)) return;
      if (pressOperatorKey(event, operators)) return event.preventDefault();
      const atWall = workplace.getState().place === 'wall' || wall.getState().wall.wallMode;
      if (!atWall) {
        if (pressKeyInRoom(event, commands)) event.preventDefault();
        return;
      }
      if (pressKey(event, commands, wall.getState().wall.selected)) {
        // F11 also makes the browser's window fill the screen.
        if (event.code !== 'F11') event.preventDefault();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [commands, operators, wall, session, workplace]);
}
