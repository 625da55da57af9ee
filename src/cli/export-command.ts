import { rename, rm, writeFile } from 'node:fs/promises';
import { exportFormats } from '../contract/import-schemas.ts';
import { exportRegister } from '../sheets/export-register.ts';
import { choiceOption, type Program } from './command.ts';
import { exitCodes } from './exit.ts';
import { defaultDataDir } from './paths.ts';
import { openSavedRegister } from './saved-register.ts';
import type { Words } from './words.ts';

interface Options {
  format: (typeof exportFormats)[number];
  data?: string;
}

/** `vonggac export --format xlsx|csv|json FILE`; also while the wall runs. */
export function exportCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('export')
    .description(t('command.export'))
    .argument('<file>')
    .requiredOption(
      '--format <format>',
      t('option.format'),
      choiceOption(exportFormats, t('usage.format')),
    )
    .option('--data <dir>', t('option.data'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (path: string, { format, data }: Options) => {
      const saved = openSavedRegister(data ?? defaultDataDir(), { mayCreate: false });
      try {
        const { bytes } = await exportRegister({
          register: saved.register,
          format,
          language: words.language,
        });
        await replaceFile(path, bytes);
        process.stdout.write(`${t('export.done', { file: path })}\n`);
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code;
        if (reason === undefined || (error as { params?: unknown }).params) throw error;
        process.stderr.write(`${t('error')}: ${t('fileFailed', { file: path, reason })}\n`);
        process.exitCode = exitCodes.usage;
      } finally {
        saved.close();
      }
    });
}

/** A file that is there stays whole until the new one is. It holds addresses: for its owner only. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, bytes, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
