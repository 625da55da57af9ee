/** The keys while a tile is steered; without keys: the mouse. Texts of `ptz.json`. */
export const ptzKeyHelp: readonly { readonly keys: readonly string[]; readonly text: string }[] = [
  { keys: ['P'], text: 'help.enter' },
  { keys: ['←', '↑', '→', '↓'], text: 'help.arrows' },
  { keys: ['+', '−'], text: 'help.zoom' },
  { keys: ['Shift', 'Ctrl'], text: 'help.pace' },
  { keys: ['1', '…', '9'], text: 'help.presets' },
  { keys: ['H'], text: 'help.home' },
  { keys: ['B'], text: 'help.box' },
  { keys: ['Esc'], text: 'help.stop' },
  { keys: [], text: 'help.mouse' },
];
