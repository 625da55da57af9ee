import { runDemoSite } from '../demo/demo-site.ts';
import { silentLog } from '../std/log.ts';
import { choiceOption, numberOption, type Program } from './command.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

interface Options {
  cameras: number;
  port: number;
  onvifPort: number;
  host: string;
  faults: boolean;
}

/** `vonggac demo-site` */
export function demoSiteCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('demo-site')
    .description(t('command.demoSite'))
    .option('--cameras <n>', t('option.cameras'), numberOption(words, '--cameras', 1, 512), 48)
    .option('--port <port>', t('option.port'), numberOption(words, '--port', 0, 65_535), 8554)
    .option(
      '--onvif-port <port>',
      t('option.onvifPort'),
      numberOption(words, '--onvif-port', 0, 65_535),
      0,
    )
    .option('--host <address>', t('option.host'), '127.0.0.1')
    .option('--no-faults', t('option.noFaults'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async ({ cameras, port, onvifPort, host, faults }: Options) => {
      await runDemoSite({
        cameras,
        port,
        onvifPort,
        host,
        faults,
        language: words.language,
        log: silentLog,
        print: (line) => process.stdout.write(`${line}\n`),
        signal: stopSignal(),
      });
    });
}
