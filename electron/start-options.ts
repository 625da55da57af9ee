import { join } from 'node:path';
import type { Language } from '../src/contract/schemas.ts';

/** What the command line gives to the shell. Names begin with `vonggac`: Chromium has its own `--lang`. */
export interface StartOptions {
  /** Folder of everything that is kept, or null for the user's own. */
  readonly dataDir: string | null;
  readonly language: Language | null;
  readonly demo: 'always' | 'empty' | 'never';
  /** One framed window on the first display, for a desk; else one bare window for each display. */
  readonly windowed: boolean;
}

export function readStartOptions(argv: readonly string[]): StartOptions {
  const value = (name: string): string | null => {
    const prefix = `--vonggac-${name}=`;
    const found = argv.findLast((argument) => argument.startsWith(prefix));
    return found ? found.slice(prefix.length) || null : null;
  };
  const language = value('lang');
  const demo = value('demo');
  return {
    dataDir: value('data'),
    language: language === 'vi' || language === 'en' ? language : null,
    demo: demo === 'always' || demo === 'never' ? demo : 'empty',
    windowed: argv.includes('--vonggac-windowed'),
  };
}

/** Where everything is kept unless told otherwise: the same folder as under the kiosk shell. */
export function defaultDataDir(appData: string, home: string, env: NodeJS.ProcessEnv): string {
  if (process.platform !== 'linux') return join(appData, 'vonggac');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'vonggac');
}
