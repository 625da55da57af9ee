import type { LayoutName } from '../../src/contract/schemas.ts';
import type { Commands } from './commands.ts';

/**
 * The keys of the wall. They go by the place of the key (`code`), not by what it types: a Vietnamese
 * input method turns W into Ư, and a duty officer does not switch it off first.
 */
export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const layoutKeys: Readonly<Record<string, LayoutName>> = {
  Digit1: '1',
  Digit2: '4',
  Digit3: '9',
  Digit4: '16',
  Digit5: '25',
  Digit6: '36',
  Digit7: '49',
  Digit8: '64',
  Digit9: '1+5',
  Digit0: '1+7',
};

const arrows = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
} as const;

/** Does what the key means; false where it means nothing here. `selected` is the selected tile. */
export function pressKey(press: KeyPress, commands: Commands, selected: number): boolean {
  const { code, shiftKey } = press;
  if (press.altKey) return false;
  if (press.ctrlKey || press.metaKey) return pressWithControl(code, shiftKey, commands);
  const direction = arrows[code as keyof typeof arrows];
  if (direction) {
    if (shiftKey) commands.carry(direction);
    else commands.move(direction);
    return true;
  }
  if (press.key === '?' || code === 'F1') return done(commands.openHelp());
  if (shiftKey && code === 'KeyS') return done(commands.snapshot(null));
  if (shiftKey && code === 'KeyR') return done(commands.replay(null));
  if (shiftKey) return false;
  const layout = layoutKeys[code.replace('Numpad', 'Digit')];
  if (layout) return done(commands.setLayout(layout));
  switch (code) {
    case 'Enter':
    case 'NumpadEnter':
      return done(commands.activate(selected));
    case 'Escape':
      return commands.leave();
    case 'PageDown':
      return done(commands.turnPage(1));
    case 'PageUp':
      return done(commands.turnPage(-1));
    case 'Delete':
    case 'Backspace':
      return done(commands.empty(selected));
    case 'KeyA':
      return done(commands.toggleAudio(selected));
    case 'KeyD':
    case 'KeyI':
      return done(commands.toggleDetails());
    case 'KeyF':
      return done(commands.fill());
    case 'KeyG':
      return done(commands.toggleLanguage());
    case 'KeyL':
      return done(commands.toggleSideList());
    case 'KeyM':
      return done(commands.openManage());
    case 'KeyC':
      return done(commands.openFocal(selected));
    case 'KeyE':
      return done(commands.openManage('evidence'));
    case 'KeyN':
      return done(commands.openAddSource());
    case 'KeyP':
      return done(commands.togglePtz(selected));
    case 'KeyR':
      return done(commands.replay([selected]));
    case 'KeyS':
      return done(commands.snapshot([selected]));
    case 'KeyT':
      return done(commands.help(selected));
    case 'KeyX':
      return done(commands.openClip());
    case 'KeyW':
    case 'F11':
      return done(commands.toggleWallMode());
    case 'Slash':
      return done(commands.searchCameras());
    default:
      return false;
  }
}

/** In the rooms of "Quản lý" only the way back to the wall and what is the same everywhere. */
export function pressKeyInRoom(press: KeyPress, commands: Commands): boolean {
  if (press.altKey || press.ctrlKey || press.metaKey || press.shiftKey) return false;
  switch (press.code) {
    case 'Escape':
    case 'KeyW':
      return done(commands.backToWall());
    case 'KeyG':
      return done(commands.toggleLanguage());
    case 'Digit1':
      return done(commands.openManage('register'));
    case 'Digit2':
      return done(commands.openManage('connect'));
    case 'Digit3':
      return done(commands.openManage('survey'));
    case 'Digit4':
      return done(commands.openManage('settings'));
    case 'Digit5':
      return done(commands.openManage('audit'));
    case 'Digit6':
      return done(commands.openManage('evidence'));
    case 'Digit7':
      return done(commands.openManage('operators'));
    case 'F1':
      return done(commands.openHelp());
    default:
      return false;
  }
}

function pressWithControl(code: string, shiftKey: boolean, commands: Commands): boolean {
  if (code === 'KeyZ') return done(shiftKey ? commands.redo() : commands.undo());
  if (code === 'KeyY' && !shiftKey) return done(commands.redo());
  if (code === 'KeyF' && !shiftKey) return done(commands.searchCameras());
  return false;
}

function done(_nothing: unknown): true {
  return true;
}

/** What the help shows, in groups; `keys` are drawn as key caps, `text` is a key of `wall.json`. */
export const keyHelp: readonly {
  readonly group: string;
  readonly lines: readonly { readonly keys: readonly string[]; readonly text: string }[];
}[] = [
  {
    group: 'help.wall',
    lines: [
      { keys: ['1', '…', '9', '0'], text: 'help.layout' },
      { keys: ['PageUp', 'PageDown'], text: 'help.page' },
      { keys: ['W', 'F11'], text: 'help.wallMode' },
      { keys: ['D', 'I'], text: 'help.details' },
      { keys: ['F'], text: 'help.fill' },
      { keys: ['Ctrl+Z', 'Ctrl+Shift+Z'], text: 'help.undo' },
    ],
  },
  {
    group: 'help.tile',
    lines: [
      { keys: ['←', '↑', '→', '↓'], text: 'help.move' },
      { keys: ['Enter'], text: 'help.full' },
      { keys: ['Esc'], text: 'help.leave' },
      { keys: ['Shift+←', '…'], text: 'help.carry' },
      { keys: ['A'], text: 'help.audio' },
      { keys: ['S', 'Shift+S'], text: 'help.snapshot' },
      { keys: ['R', 'Shift+R'], text: 'help.replay' },
      { keys: ['X'], text: 'help.clip' },
      { keys: ['T'], text: 'help.remedy' },
      { keys: ['C'], text: 'help.focal' },
      { keys: ['P'], text: 'help.ptz' },
      { keys: ['Delete'], text: 'help.empty' },
    ],
  },
  {
    group: 'help.list',
    lines: [
      { keys: ['L'], text: 'help.sideList' },
      { keys: ['/', 'Ctrl+F'], text: 'help.search' },
      { keys: ['↑', '↓', '←', '→'], text: 'help.tree' },
      { keys: ['Enter'], text: 'help.place' },
      { keys: ['N'], text: 'help.add' },
      { keys: ['M'], text: 'help.manage' },
      { keys: ['E'], text: 'help.evidence' },
      { keys: ['G'], text: 'help.language' },
      { keys: ['?', 'F1'], text: 'help.help' },
    ],
  },
];
