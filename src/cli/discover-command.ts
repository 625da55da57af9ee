import { randomUUID } from 'node:crypto';
import type { DiscoveryProgress } from '../contract/hub-schemas.ts';
import { DiscoveryJob, type DiscoveryState } from '../discovery/discovery-job.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { choiceOption, collect, numberOption, type Program } from './command.ts';
import { exitCodes } from './exit.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

interface Options {
  range: string[];
  interface: string[];
  allowPublic?: boolean;
  rate: number;
  json?: boolean;
}

type Device = DiscoveryState['devices'][number];

/** `vonggac discover`: nothing is logged in to, nothing is kept. */
export function discoverCommand(program: Program, words: Words): void {
  const { t } = words;
  program
    .command('discover')
    .description(t('command.discover'))
    .option('--range <range>', t('option.range'), collect, [] as string[])
    .option('--interface <name>', t('option.interface'), collect, [] as string[])
    .option('--allow-public', t('option.allowPublic'))
    .option('--rate <n>', t('option.rate'), numberOption(words, '--rate', 1, 1000), 100)
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (options: Options) => {
      const isTerminal = process.stderr.isTTY && !options.json;
      const job = new DiscoveryJob(
        {
          id: randomUUID(),
          log: silentLog,
          tuning: { perSecond: options.rate },
          onProgress: (progress) => {
            if (isTerminal) process.stderr.write(`\r${progressText(progress, words)}\u001b[K`);
          },
          onState: () => {},
        },
        {
          ranges: options.range,
          // Only what was asked for: a range alone sends no multicast.
          interfaces:
            options.interface.length > 0 ? options.interface : options.range.length > 0 ? [] : null,
          allowPublic: options.allowPublic ?? false,
        },
      );
      stopSignal().addEventListener('abort', () => void job.cancel(), { once: true });
      await job.run();
      if (isTerminal) process.stderr.write('\r\u001b[K');
      const { devices, cause } = job.state;
      if (options.json)
        process.stdout.write(`${JSON.stringify(devices.map(shownDevice), null, 2)}\n`);
      else
        process.stdout.write(
          `${[...devices].map((one) => deviceText(one, words)).join('\n')}${devices.length > 0 ? '\n' : ''}${t('discover.found', { count: devices.length })}\n`,
        );
      if (cause) throw new Fault(cause.code, 'the search failed', cause.params ?? {});
      process.exitCode = devices.length > 0 ? exitCodes.ok : exitCodes.nothing;
    });
}

/** What scripts get: the device as found, without what belongs to a register. */
function shownDevice({ id: _, ...device }: Device) {
  return device;
}

function deviceText(device: Device, { t }: Words): string {
  const { address, name, hardware, onvifUrl, rtspPort, server, mac, clockOffsetMs, foreign } =
    device;
  const lines = [`${address}  ${[name, hardware].filter(Boolean).join(', ') || server}`.trimEnd()];
  if (onvifUrl) lines.push(`  ONVIF: ${onvifUrl}`);
  if (rtspPort !== null) lines.push(`  RTSP: ${rtspPort}`);
  if (mac) lines.push(`  MAC: ${mac}`);
  if (clockOffsetMs !== null) lines.push(`  ${t('probe.clock', { offset: clockOffsetMs })}`);
  if (foreign) lines.push(`  ${t('discover.foreign')}`);
  return lines.join('\n');
}

function progressText({ phase, done, total, found }: DiscoveryProgress, { t }: Words): string {
  return phase === 'sweeping'
    ? t('discover.sweeping', { done, total, found })
    : t('discover.probing', { found });
}
