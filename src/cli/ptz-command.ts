import type { CauseCode } from '../contract/cause.ts';
import { connectOnvif } from '../onvif/connect-onvif.ts';
import { type CameraDoor, DeviceShelf } from '../ptz/connect-camera.ts';
import { Drive } from '../ptz/drive.ts';
import { moverOf } from '../ptz/mover-of.ts';
import type { PtzLink } from '../ptz/ptz.types.ts';
import { PtzDevice } from '../ptz/ptz-device.ts';
import { sleep } from '../ptz/stopping.ts';
import { createWatchman } from '../ptz/watchman.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { Fault } from '../std/fault.ts';
import { silentLog } from '../std/log.ts';
import { onvifGuess } from '../survey/survey-groups.ts';
import { choiceOption, numberOption, type Program, usageError } from './command.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { firstLineOfStdin } from './read-stdin.ts';
import { stopSignal } from './stop-signal.ts';
import type { Words } from './words.ts';

const acts = ['status', 'move', 'goto', 'stop', 'presets', 'patrol'] as const;
type Act = (typeof acts)[number];

interface Options {
  user?: string;
  passwordStdin?: boolean;
  json?: boolean;
  pan: number;
  tilt: number;
  zoom: number;
  seconds: number;
}

/** What `--json` prints, docs/cli.md. */
interface Result {
  readonly address: string;
  readonly act: Act;
  readonly ok: boolean;
  readonly error: { code: string; message: string; hint: string } | null;
  readonly [more: string]: unknown;
}

const stopWithinMs = 20_000;
const renewMs = 150;

/** `vonggac ptz URL ACT`: one camera steered by hand, docs/ptz.md. Always ends with a verified stop. */
export function ptzCommand(program: Program, words: Words): void {
  const { t } = words;
  const speed = (name: string) => numberOption(words, name, -1, 1);
  const command = program
    .command('ptz')
    .description(t('ptz.about'))
    .argument('<url>', t('ptz.url'))
    .argument('<act>', t('ptz.act'), choiceOption(acts, t('ptz.acts')))
    .argument('[what]', t('ptz.what'))
    .argument('[then]', t('ptz.then'))
    .option('--pan <speed>', t('ptz.pan'), speed('--pan'), 0)
    .option('--tilt <speed>', t('ptz.tilt'), speed('--tilt'), 0)
    .option('--zoom <speed>', t('ptz.zoom'), speed('--zoom'), 0)
    .option('--seconds <n>', t('ptz.seconds'), numberOption(words, '--seconds', 0.1, 60), 1)
    .option('--user <user>', t('option.user'))
    .option('--password-stdin', t('option.passwordStdin'))
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (url: string, act: Act, what = '', then = '', options: Options) => {
      if (act === 'goto' && what === '') usageError(command, t('ptz.needPreset'));
      if (act === 'patrol' && !['', 'start', 'stop'].includes(then)) {
        usageError(command, t('ptz.needStart'));
      }
      if (act === 'move' && !options.pan && !options.tilt && !options.zoom) {
        usageError(command, t('ptz.needSpeed'));
      }
      const password = options.passwordStdin ? await firstLineOfStdin(process.stdin) : '';
      const login = options.user === undefined ? null : { user: options.user, password };
      const { door, shown } = doorOf(url, login);
      const result = await run(door, shown, act, { what, then, options, words });
      process.stdout.write(
        options.json ? `${JSON.stringify(result, null, 2)}\n` : `${inWords(result, words)}\n`,
      );
      process.exitCode = result.error ? exitCodeOf(result.error.code as CauseCode) : exitCodes.ok;
    });
}

interface Wish {
  readonly what: string;
  readonly then: string;
  readonly options: Options;
  readonly words: Words;
}

async function run(door: CameraDoor, address: string, act: Act, wish: Wish): Promise<Result> {
  const shelf = new DeviceShelf(connectOnvif, silentLog);
  const device = new PtzDevice({
    cameraId: address,
    connect: () => shelf.link(door),
    log: silentLog,
    onChange: () => {},
  });
  try {
    const more = await doIt(device, act, wish);
    const fault = more['verified'] === false ? new Fault('ptz.may-be-moving') : null;
    return { address, act, ok: !fault, error: errorOf(fault, wish.words), ...more };
  } catch (error) {
    return { address, act, ok: false, error: errorOf(Fault.from(error), wish.words) };
  } finally {
    device.close();
    shelf.close();
  }
}

async function doIt(device: PtzDevice, act: Act, wish: Wish): Promise<Record<string, unknown>> {
  const { what, then, options } = wish;
  const link = await device.open();
  const { ptz, profileToken } = link;
  if (act === 'move') return steer(device, link, options);
  if (act === 'stop') return steer(device, link, null);
  if (act === 'presets') return { presets: await presetsOf(device) };
  if (act === 'goto') {
    const presets = await presetsOf(device);
    const preset = presets.find(({ token, name }) => token === what || name === what);
    if (!preset) throw new Fault('input.unknown', 'no such preset');
    await ptz.gotoPreset(profileToken, preset.token);
    return { preset };
  }
  if (act === 'patrol') {
    if ((await device.traits()).lacks.includes('tours')) {
      throw new Fault('ptz.lacks', 'no tours', { what: 'tours' });
    }
    const tours = await ptz.tours(profileToken);
    if (what !== '') {
      const tour = tours.find(({ token, name }) => token === what || name === what);
      if (!tour) throw new Fault('input.unknown', 'no such tour');
      await ptz.operateTour(profileToken, tour.token, then === 'stop' ? 'Stop' : 'Start');
    }
    return {
      tours: (await ptz.tours(profileToken)).map(({ token, name, state, spots }) => ({
        token,
        name,
        state,
        spots: spots.length,
      })),
    };
  }
  const { lacks, auxiliaries, maxPresets } = await device.traits();
  const status = await device.status();
  return {
    lacks,
    auxiliaries,
    maxPresets,
    position: status && { pan: status.pan, tilt: status.tilt, zoom: status.zoom },
    moving: status?.moving ?? null,
  };
}

/** Moves for a while, or until Ctrl+C; `speeds` null: stops only. */
async function steer(
  device: PtzDevice,
  link: PtzLink,
  speeds: Options | null,
): Promise<Record<string, unknown>> {
  const signal = stopSignal();
  const { panTilt: pan, zoom, lacks } = await device.traits();
  if (speeds && lacks.includes('continuous')) {
    throw new Fault('ptz.lacks', 'no continuous move', { what: 'continuous' });
  }
  const watchman = createWatchman({ log: silentLog, onStopped: () => {} });
  let refusal: Fault | null = null;
  let verified = false;
  const drive = new Drive({
    mover: moverOf(link.ptz, link.profileToken, { pan, zoom }),
    onBegin: () => link.facts && watchman.guard('cli', link.facts, link.profileToken),
    onEnded: ({ cause }) => {
      if (cause) refusal = new Fault(cause.code, 'refused', cause.params);
    },
    onStopped: (seen) => {
      verified = seen;
      watchman.release('cli');
    },
    onChange: () => {},
  });
  const hand = {
    holder: { operatorId: 'cli', operatorName: 'cli', workstation: 'cli' },
    page: 0,
  };
  const begun = performance.now();
  if (speeds) {
    drive.move(hand, 1, { pan: speeds.pan, tilt: speeds.tilt, zoom: speeds.zoom });
    const until = begun + speeds.seconds * 1000;
    while (!signal.aborted && drive.moving && performance.now() < until) {
      await sleep(Math.min(renewMs, Math.max(1, until - performance.now())));
      drive.renew(0, 1);
    }
  }
  const seconds = (performance.now() - begun) / 1000;
  drive.stop('released');
  const waitUntil = performance.now() + stopWithinMs;
  while (drive.stopping && performance.now() < waitUntil) await sleep(20);
  // Where the stop was not seen the watchman goes on trying for a minute.
  watchman.close();
  const status = await device.status();
  await drive.close(0);
  if (refusal && verified) throw refusal;
  const commandMs = drive.commandMs === null ? null : Math.round(drive.commandMs);
  return {
    ...(speeds ? { seconds: Math.round(seconds * 100) / 100, commandMs } : {}),
    verified,
    position: status && { pan: status.pan, tilt: status.tilt, zoom: status.zoom },
  };
}

async function presetsOf(device: PtzDevice): Promise<{ token: string; name: string }[]> {
  return (await device.presets()).map(({ token, name }) => ({ token, name }));
}

/** `rtsp://…` is the stream of the camera; anything else is where ONVIF answers. */
function doorOf(
  text: string,
  login: CameraDoor['credential'],
): { door: CameraDoor; shown: string } {
  const given = text.trim();
  const fingerprint = () => null;
  if (/^rtsps?:/i.test(given)) {
    const { url, credential } = splitUrl(given);
    const host = onvifGuess(url).onvifAddress;
    if (host === null) throw new Fault('input.url', 'not an address');
    const addresses = [80, 8000, 8080, 8899].map((port) => `http://${host}:${port}`);
    const door = { addresses, credential: login ?? credential, fingerprint, streamUrl: url };
    return { shown: url, door };
  }
  let url: URL;
  try {
    url = new URL(/^https?:\/\//i.test(given) ? given : `http://${given}`);
  } catch {
    throw new Fault('input.url', 'not an address');
  }
  const inside = url.username
    ? { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
    : null;
  url.username = '';
  url.password = '';
  // Without a path the usual one is asked.
  const shown = url.pathname === '/' ? url.origin : url.href;
  const door = { addresses: [shown], credential: login ?? inside, fingerprint, streamUrl: '' };
  return { shown, door };
}

function errorOf(fault: Fault | null, words: Words): Result['error'] {
  if (!fault) return null;
  const { message, hint } = words.cause(fault.shown);
  return { code: fault.code, message, hint };
}

function inWords(result: Result, { t }: Words): string {
  const lines = [`${result.address}  ${result.act}  ${result.ok ? t('ptz.ok') : t('ptz.failed')}`];
  if (result.error) lines.push(`  ${result.error.message} ${result.error.hint}`);
  for (const [key, value] of Object.entries(result)) {
    if (['address', 'act', 'ok', 'error'].includes(key)) continue;
    if (Array.isArray(value)) {
      lines.push(`  ${key}: ${value.length === 0 ? '-' : ''}`);
      for (const one of value) lines.push(`    ${plain(one)}`);
    } else lines.push(`  ${key}: ${plain(value)}`);
  }
  return lines.join('\n');
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key} ${one ?? '-'}`)
    .join('  ');
}
