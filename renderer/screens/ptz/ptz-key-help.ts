/** The keys while a tile is steered; without keys: the mouse. Texts of `ptz.json`. */
export const ptzKeyHelp: readonly { readonly keys: readonly string[]; readonly text: string }[] = [
  { keys: ['P'], text: 'keys.enter' },
  { keys: ['←', '↑', '→', '↓'], text: 'keys.arrows' },
  { keys: ['+', '−'], text: 'keys.zoom' },
  { keys: ['Shift', 'Ctrl'], text: 'keys.pace' },
  { keys: ['1', '…', '9'], text: 'keys.presets' },
  { keys: ['H'], text: 'keys.home' },
  { keys: ['B'], text: 'keys.box' },
  { keys: ['Esc'], text: 'keys.stop' },
  { keys: [], text: 'keys.mouse' },
];
