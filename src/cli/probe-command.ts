import type { CauseCode } from '../contract/cause.ts';
import { authorityText, parseRtspUrl, splitUrl } from '../rtsp-parse/url.ts';
import { choiceOption, numberOption, type Program } from './command.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { type ProbeResult, probe, probeText } from './probe.ts';
import { firstLineOfStdin } from './read-stdin.ts';
import type { Words } from './words.ts';

const transports = ['auto', 'tcp', 'udp', 'multicast', 'http'] as const;
/** Sources looked at at the same time; devices behind one weak line are not flooded. */
const atOnce = 8;

interface Options {
  user?: string;
  passwordStdin?: boolean;
  transport: (typeof transports)[number];
  seconds: number;
  json?: boolean;
}

/** `vonggac probe URL…` */
export function probeCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('probe')
    .description(t('command.probe'))
    .argument('<url...>')
    .option('--user <user>', t('option.user'))
    .option('--password-stdin', t('option.passwordStdin'))
    .option(
      '--transport <transport>',
      t('option.transport'),
      choiceOption(transports, t('usage.transport')),
      'auto' as const,
    )
    .option('--seconds <n>', t('option.probeSeconds'), numberOption(words, '--seconds', 1, 600), 5)
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (urls: string[], options: Options) => {
      const password = options.passwordStdin ? await firstLineOfStdin(process.stdin) : '';
      const credential = options.user === undefined ? null : { user: options.user, password };
      const results: ProbeResult[] = new Array(urls.length);
      const queue = [...byDevice(urls).values()];
      const worker = async () => {
        for (let device = queue.shift(); device; device = queue.shift()) {
          let refusal: ProbeResult | null = null;
          for (const index of device) {
            const url = urls[index] as string;
            // Devices lock out after a few bad logins: what one stream refused is not tried at the next.
            const result: ProbeResult = refusal
              ? { ...refusal, url: shownUrl(url) }
              : await probe(url, {
                  credential,
                  transport: options.transport,
                  seconds: options.seconds,
                  words,
                });
            if (result.error?.code === 'rtsp.unauthorized') refusal = result;
            results[index] = result;
            if (!options.json) process.stdout.write(`${probeText(result, words)}\n`);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
      if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
      const failed = results.find((result) => !result.ok);
      process.exitCode = failed?.error ? exitCodeOf(failed.error.code as CauseCode) : exitCodes.ok;
    });
}

/** Indexes of the URLs of each device: one device is looked at by one connection at a time. */
function byDevice(urls: readonly string[]): Map<string, number[]> {
  const devices = new Map<string, number[]>();
  urls.forEach((url, index) => {
    const device = deviceOf(url);
    devices.set(device, [...(devices.get(device) ?? []), index]);
  });
  return devices;
}

function deviceOf(text: string): string {
  try {
    const { host, port } = parseRtspUrl(splitUrl(text).url);
    return authorityText(host, port);
  } catch {
    return text;
  }
}

function shownUrl(text: string): string {
  return splitUrl(text).url;
}
