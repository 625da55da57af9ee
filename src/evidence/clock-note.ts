import { execFile } from 'node:child_process';
import { formats, type TimeNote } from '../evidence-format/manifest.ts';

export type ClockState = TimeNote['clock'];

/** What sets this machine's clock, as far as the system tells; nothing is asked of the network. */
export async function readClockState(
  platform: NodeJS.Platform = process.platform,
): Promise<ClockState> {
  const unknown: ClockState = { source: null, synchronised: null, errorMs: null };
  if (platform === 'linux') return (await chrony()) ?? (await timedatectl()) ?? unknown;
  if (platform === 'win32') {
    const text = await output('w32tm', ['/query', '/source']);
    if (text === null) return unknown;
    const isFree = /local cmos clock|free-running/i.test(text);
    return { source: 'w32time', synchronised: !isFree, errorMs: null };
  }
  return unknown;
}

async function timedatectl(): Promise<ClockState | null> {
  const text = await output('timedatectl', [
    'show',
    '--property=NTP',
    '--property=NTPSynchronized',
  ]);
  if (text === null || !text.includes('NTPSynchronized=')) return null;
  return {
    source: text.includes('NTP=yes') ? 'systemd-timesyncd' : null,
    synchronised: text.includes('NTPSynchronized=yes'),
    errorMs: null,
  };
}

async function chrony(): Promise<ClockState | null> {
  const text = await output('chronyc', ['-c', 'tracking']);
  const fields = text?.trim().split(',') ?? [];
  // reference, address, stratum, time, system time, last, rms, frequency, …, delay, dispersion, …, leap
  if (fields.length < 14) return null;
  const [delay, dispersion] = [Number(fields[10]), Number(fields[11])];
  const errorMs = Math.round((Math.abs(Number(fields[4])) + delay / 2 + dispersion) * 1000);
  const synchronised = !/not synchronised/i.test(fields[13] ?? '');
  return { source: 'chrony', synchronised, errorMs: Number.isFinite(errorMs) ? errorMs : null };
}

function output(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: 2000, windowsHide: true, maxBuffer: 64 * 1024 };
    execFile(command, args, options, (error, stdout) => resolve(error ? null : stdout));
  });
}

/** `time-note.json`: at what time, by which clock, this manifest was there. */
export function timeNoteOf(manifestSha256: string, at: number, clock: ClockState): TimeNote {
  return {
    format: formats.timeNote,
    manifestSha256,
    at: new Date(at).toISOString(),
    unixMs: at,
    timeZone,
    steadyMs: Number(process.hrtime.bigint() / 1_000_000n),
    clock,
    rfc3161: null,
  };
}

/** Where the centres are; written times are theirs whatever the workstation is set to. */
export const timeZone = 'Asia/Ho_Chi_Minh';

/** `2021-06-25T16:30:00.000+07:00`. Viet Nam has had this offset without a change since 1975. */
export function localTime(unixMs: number): string {
  return new Date(unixMs + 7 * 3_600_000).toISOString().replace('Z', '+07:00');
}
