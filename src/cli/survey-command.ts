import type { CauseCode } from '../contract/cause.ts';
import { surveySubjects } from '../host/survey-subjects.ts';
import { accountOfHub } from '../hubs/hub-book.ts';
import { connectOnvif } from '../onvif/connect-onvif.ts';
import { surveyWords } from '../reports/survey-words.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { Fault } from '../std/fault.ts';
import { redact, silentLog } from '../std/log.ts';
import { rememberRefusals } from '../survey/refusals.ts';
import type { DeviceFound, SurveyDevice, SurveyParts } from '../survey/survey.types.ts';
import { surveyLimits } from '../survey/survey.types.ts';
import { surveyDevice } from '../survey/survey-device.ts';
import { endpoint, groupByDevice, onvifGuess } from '../survey/survey-groups.ts';
import { type JsonWords, type SurveyJson, surveyJson } from '../survey/survey-json.ts';
import { SiteTurns } from '../survey/turns.ts';
import { findLogin, loginAccounts } from '../vault/login-lookup.ts';
import { choiceOption, collect, numberOption, type Program, usageError } from './command.ts';
import { readSecrets, vaultOption } from './command-secrets.ts';
import { openCommandVault } from './command-vault.ts';
import { exitCodeOf, exitCodes } from './exit.ts';
import { defaultDataDir } from './paths.ts';
import { openSavedRegister } from './saved-register.ts';
import { stopSignal } from './stop-signal.ts';
import { surveyText } from './survey-text.ts';
import type { Words } from './words.ts';

interface Options {
  url: string[];
  all?: boolean;
  user?: string;
  passwordStdin?: boolean;
  vaultPassphraseStdin?: boolean;
  json?: boolean;
  data?: string;
  seconds: number;
}

/** A device to be looked at, or why its address is none. */
interface Wanted {
  readonly address: string;
  readonly device: SurveyDevice | null;
  readonly fault: Fault | null;
}

/** `vonggac survey`: devices and their cameras looked at as a technician would, docs/survey.md. */
export function surveyCommand(program: Program, words: Words): void {
  const { t } = words;
  const command = vaultOption(program.command('survey'), words)
    .description(t('command.survey'))
    .option('--url <url>', t('option.surveyUrl'), collect, [] as string[])
    .option('--all', t('option.surveyAll'))
    .option('--user <user>', t('option.user'))
    .option('--password-stdin', t('option.passwordStdin'))
    .option('--seconds <n>', t('option.surveySeconds'), numberOption(words, '--seconds', 1, 60), 4)
    .option('--data <dir>', t('option.data'))
    .option('--json', t('option.json'))
    .option('--lang <lang>', t('option.lang'), choiceOption(['vi', 'en'], t('usage.lang')))
    .action(async (options: Options) => {
      if (options.url.length > 0 === (options.all === true)) {
        usageError(command, t('usage.surveySources'));
      }
      const { login, passphrase } = await readSecrets(options);
      const saved = options.all
        ? await savedDevices(options.data ?? defaultDataDir(), login, passphrase, words)
        : null;
      try {
        const wanted = saved?.wanted ?? options.url.map((url) => deviceOf(url, login));
        await surveyAll(wanted, options, words);
      } finally {
        saved?.close();
      }
    });
}

async function surveyAll(wanted: readonly Wanted[], options: Options, words: Words): Promise<void> {
  const signal = stopSignal();
  const limits = {
    ...surveyLimits,
    seconds: options.seconds,
    maxSeconds: Math.max(options.seconds, surveyLimits.maxSeconds),
  };
  const parts: SurveyParts = {
    open: openRtsp,
    connectOnvif,
    log: silentLog,
    logins: rememberRefusals(),
    limits,
  };
  const turns = new SiteTurns(limits.perSite, limits.total);
  const { reason } = surveyWords(words.language);
  const spoken: JsonWords = { cause: (cause) => words.cause(cause), reason };
  const results: SurveyJson[] = new Array(wanted.length);
  const look = async (index: number) => {
    const { address, device, fault } = wanted[index]!;
    const found = device
      ? await surveyDevice(device, parts, { turns, signal })
      : notFound(address, fault ?? new Fault('input.url'));
    const result = surveyJson(address, found, spoken, Date.now());
    results[index] = result;
    if (!options.json) process.stdout.write(`${surveyText(result, words)}\n`);
  };
  // Those of one host go one after the other: a device takes one login at a time.
  await Promise.all(
    [...byHost(wanted).values()].map(async (indexes) => {
      for (const index of indexes) await look(index);
    }),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  if (results.length === 0) throw new Fault('input.inventory', 'no camera in the register');
  const failed = results.find(({ ok }) => !ok);
  process.exitCode = failed?.error ? exitCodeOf(failed.error.code as CauseCode) : exitCodes.ok;
}

function byHost(wanted: readonly Wanted[]): Map<string, number[]> {
  const hosts = new Map<string, number[]>();
  wanted.forEach(({ device, address }, index) => {
    const host = (device?.siteId ?? address).toLowerCase();
    hosts.set(host, [...(hosts.get(host) ?? []), index]);
  });
  return hosts;
}

/** `rtsp://…` is a stream; anything else is where ONVIF answers. A login may stand in either. */
function deviceOf(text: string, login: Credential | null): Wanted {
  try {
    return /^rtsps?:/i.test(text.trim()) ? streamDevice(text, login) : onvifDevice(text, login);
  } catch (error) {
    return { address: redact(text), device: null, fault: Fault.from(error, 'input.url') };
  }
}

function streamDevice(text: string, login: Credential | null): Wanted {
  const { url, credential } = splitUrl(text);
  const { onvifAddress } = onvifGuess(url);
  const key = endpoint(url) ?? url;
  return {
    address: url,
    fault: null,
    device: {
      key,
      siteId: onvifAddress ?? key,
      onvifAddress,
      onvifGuessed: true,
      credential: async () => login ?? credential,
      fingerprint: () => null,
      cameras: [{ id: url, name: '', url, subUrl: '', transport: 'auto', refusal: null }],
    },
  };
}

function onvifDevice(text: string, login: Credential | null): Wanted {
  const given = text.trim();
  let url: URL;
  try {
    url = new URL(/^https?:\/\//i.test(given) ? given : `http://${given}`);
  } catch {
    throw new Fault('input.url', 'not an address');
  }
  const credential = url.username
    ? { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
    : null;
  url.username = '';
  url.password = '';
  const address = /^https?:\/\//i.test(given) ? url.href : url.host;
  return {
    address,
    fault: null,
    device: {
      key: `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`,
      siteId: url.hostname,
      onvifAddress: address,
      onvifGuessed: false,
      credential: async () => login ?? credential,
      fingerprint: () => null,
      cameras: [],
    },
  };
}

/** The devices of the register in a data folder, with the logins that are kept for them. */
async function savedDevices(
  dataDir: string,
  login: Credential | null,
  passphrase: string | null,
  { t }: Words,
) {
  const saved = openSavedRegister(dataDir, { mayCreate: false });
  const vault = await openCommandVault(dataDir, passphrase);
  if (!login && vault.state === 'locked') process.stderr.write(`${t('survey.vaultLocked')}\n`);
  const kept = async ({ id: cameraId, url, siteId }: SiteCamera) => {
    const hubId = /^hub:(.+)$/.exec(saved.register.camera(cameraId)?.origin ?? '')?.[1];
    const accounts = loginAccounts({
      cameraId,
      device: endpoint(url),
      siteId: hubId === undefined ? siteId : null,
    });
    return findLogin(vault, hubId === undefined ? accounts : [...accounts, accountOfHub(hubId)]);
  };
  const subjects = surveySubjects(
    { all: true },
    {
      register: saved.register,
      given: [],
      login: async (camera) => login ?? kept(camera),
    },
  );
  const wanted = groupByDevice(subjects, saved.fingerprint).map(
    ({ device }): Wanted => ({ address: device.key, device, fault: null }),
  );
  return {
    wanted,
    close() {
      vault.close();
      saved.close();
    },
  };
}

function notFound(address: string, fault: Fault): DeviceFound {
  return {
    address,
    reachable: null,
    information: null,
    onvif: null,
    onvifCause: null,
    clockOffsetMs: null,
    profiles: [],
    certificate: null,
    ptzFailed: false,
    cameras: [
      {
        camera: null,
        mainProfile: null,
        subProfile: null,
        main: null,
        sub: null,
        ptz: null,
        recording: undefined,
        cause: fault.shown,
        tookMs: 0,
      },
    ],
  };
}
