/** The keys while the selected tile is in replay. Texts of `evidence.json`, below `page.`. */
export const replayKeyHelp: readonly { readonly keys: readonly string[]; readonly text: string }[] =
  [
    { keys: ['R', 'Esc'], text: 'keys.leave' },
    { keys: ['Space', 'K'], text: 'keys.pause' },
    { keys: ['J', 'L'], text: 'keys.shuttle' },
    { keys: ['←', '→', ',', '.'], text: 'keys.step' },
    { keys: ['Shift+←', 'Shift+→'], text: 'keys.jump' },
    { keys: ['Home', 'End'], text: 'keys.ends' },
    { keys: ['I', 'O'], text: 'keys.marks' },
    { keys: ['X'], text: 'keys.clip' },
  ];
