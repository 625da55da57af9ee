import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Where the `ffmpeg` program is: named by VONGGAC_FFMPEG, packaged beside the application, or on the
 * PATH. Null where there is none.
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): string | null {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const named = environment['VONGGAC_FFMPEG'];
  // Named and absent is an answer too: nobody wants another program then.
  if (named !== undefined && named !== '') return isProgram(named) ? named : null;
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  const folders = [
    ...(packaged ? [packaged] : []),
    dirname(process.execPath),
    ...(environment['PATH'] ?? '').split(delimiter),
  ];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (isProgram(path)) return path;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
