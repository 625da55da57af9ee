import { writeFileSync } from 'node:fs';
import { evidenceWords } from '../evidence/evidence-words.ts';
import { keyAccount, openWorkstationKey } from '../evidence/workstation-key.ts';
import { publicKeyText } from '../evidence-format/keys.ts';
import { choiceOption, type Program } from './command.ts';
import { readSecrets, vaultOption } from './command-secrets.ts';
import { openCommandVault } from './command-vault.ts';
import { takeData } from './own-data.ts';
import { defaultDataDir } from './paths.ts';
import type { Words } from './words.ts';

interface Options {
  out?: string;
  vaultPassphraseStdin?: boolean;
  data?: string;
}

/** `vonggac public-key`: what a receiver compares a package with. */
export function publicKeyCommand(program: Program, words: Words): void {
  const own = evidenceWords(words.language);
  vaultOption(program.command('public-key'), words)
    .description(own.t('cli.publicKey'))
    .option('--out <file>', own.t('cli.outKey'))
    .option('--data <dir>', words.t('option.data'))
    .option(
      '--lang <lang>',
      words.t('option.lang'),
      choiceOption(['vi', 'en'], words.t('usage.lang')),
    )
    .action(async (options: Options) => {
      const dataDir = options.data ?? defaultDataDir();
      const { passphrase } = await readSecrets(options);
      const vault = await openCommandVault(dataDir, passphrase);
      try {
        const isMissing = vault.level === 'passphrase' && (await vault.get(keyAccount)) === null;
        const lock = isMissing ? takeData(dataDir, words) : null;
        if (isMissing && !lock) return;
        const key = await openWorkstationKey(vault);
        lock?.release();
        if (key.kept === 'memory') process.stderr.write(`${own.t('cli.keyMemory')}\n`);
        const text = publicKeyText(key.publicKey, key.fingerprint);
        if (options.out === undefined) process.stdout.write(text);
        else writeFileSync(options.out, text, { flag: 'wx' });
      } finally {
        vault.close();
      }
    });
}
