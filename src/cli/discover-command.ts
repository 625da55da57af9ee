import { randomUUID } from 'node:crypto';
import type { CauseCode } from '../contract/cause.ts';
import type { DiscoveryProgress } from '../contract/hub-schemas.ts';
import { DiscoveryJob, type DiscoveryState } from '../discovery/discovery-job.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { type Adopter, openAdopter } from './adopt-found.ts';
import { choiceOption, collect, numberOption, type Program, usageError } from './command.ts';
import { loginOptions, readSecrets, vaultOption } from './command-secrets.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { takeData } from './own-data.ts';
import { defaultDataDir } from './paths.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

interface Options {
  range: string[];
  interface: string[];
  allowPublic?: boolean;
  rate: number;
  json?: boolean;
  adopt?: string;
  user?: string;
  passwordStdin?: boolean;
  vaultPassphraseStdin?: boolean;
  data?: string;
}

type Device = DiscoveryState['devices'][number];

/** `vonggac discover`: nothing is logged in to, and nothing kept, but what `--adopt` takes. */
export function discoverCommand(program: Program, words: Words): void {
  const { t } = words;
  const command = vaultOption(loginOptions(program.command('discover'), words), words)
    .description(t('command.discover'))
    .option('--range <range>', t('option.range'), collect, [] as string[])
    .option('--interface <name>', t('option.interface'), collect, [] as string[])
    .option('--allow-public', t('option.allowPublic'))
    .option('--rate <n>', t('option.rate'), numberOption(words, '--rate', 1, 1000), 100)
    .option('--adopt <site>', t('option.adopt'))
    .option('--data <dir>', t('option.data'))
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (options: Options) => {
      const { adopt } = options;
      if (adopt === undefined) {
        if (options.user !== undefined) usageError(command, t('usage.adoptOnly'));
        await search(options, words, null);
        return;
      }
      const secrets = await readSecrets(options);
      const dataDir = options.data ?? defaultDataDir();
      const lock = takeData(dataDir, words);
      if (!lock) return;
      let adopter: Adopter | null = null;
      try {
        adopter = await openAdopter(dataDir, adopt, secrets, words);
        await search(options, words, adopter);
      } finally {
        adopter?.close();
        lock.release();
      }
    });
}

async function search(options: Options, words: Words, adopter: Adopter | null): Promise<void> {
  const { t } = words;
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
  const adopted = adopter && devices.length > 0 ? await adopter.take(devices) : null;
  if (options.json) {
    const found = devices.map(shownDevice);
    const told = adopter ? { devices: found, adopted } : found;
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } else
    process.stdout.write(
      `${[...devices].map((one) => deviceText(one, words)).join('\n')}${devices.length > 0 ? '\n' : ''}${t('discover.found', { count: devices.length })}\n`,
    );
  if (cause) throw new Fault(cause.code, 'the search failed', cause.params ?? {});
  if (adopted && !options.json) process.stdout.write(`${adoptedText(adopted, words)}\n`);
  const failed = adopted?.devices.find(({ error }) => error)?.error;
  process.exitCode = devices.length > 0 ? exitCodes.ok : exitCodes.nothing;
  if (failed && adopted?.added === 0 && adopted.changed === 0) {
    process.exitCode = exitCodeOf(failed.code as CauseCode);
  }
}

type Adopted = Awaited<ReturnType<Adopter['take']>>;

function adoptedText({ added, changed, devices }: Adopted, { t }: Words): string {
  const failed = devices.flatMap(({ address, error }) =>
    error ? [`${address}: ${error.message} ${error.hint} [${error.code}]`] : [],
  );
  return [...failed, t('discover.adopted', { added, changed })].join('\n');
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
