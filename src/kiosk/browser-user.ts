import { chownSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * As whom the browser runs. Chromium's sandbox does not work for root, and a browser needs none of
 * root's rights: started by root it runs as the user `vonggac` where that exists, else as `nobody`.
 */
export interface BrowserUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** For the graphics card, hardware decoders and sound. */
  readonly groups: readonly number[];
}

const deviceGroups = ['video', 'render', 'audio'];

/** Null: as whoever started us. */
export function chooseBrowserUser(read = readAccounts): BrowserUser | null {
  if (process.getuid?.() !== 0) return null;
  const { passwd, group } = read();
  for (const name of ['vonggac', 'nobody']) {
    const fields = line(passwd, name);
    if (!fields) continue;
    const [uid, gid] = [Number(fields[2]), Number(fields[3])];
    if (!(uid > 0) || !(gid > 0)) continue;
    const groups = deviceGroups.flatMap((device) => {
      const id = Number(line(group, device)?.[2]);
      return id > 0 ? [id] : [];
    });
    return { name, uid, gid, groups };
  }
  return null;
}

/**
 * The command that runs `command` as that user, and ends it when this process ends: util-linux'
 * setpriv executes in place, so the process id and the pipes stay. Null where it is missing.
 */
export function asBrowserUser(
  user: BrowserUser | null,
  command: readonly string[],
  setpriv = '/usr/bin/setpriv',
): readonly string[] | null {
  if (!existsSync(setpriv)) return user ? null : command;
  const as = user
    ? [
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        user.groups.length > 0 ? `--groups=${user.groups.join(',')}` : '--clear-groups',
        '--inh-caps=-all',
        '--bounding-set=-all',
      ]
    : [];
  return [setpriv, ...as, '--pdeathsig=KILL', '--', ...command];
}

const passedOn =
  /^(PATH|LANG|LANGUAGE|LC_.*|TZ|DISPLAY|WAYLAND_DISPLAY|XDG_SESSION_TYPE|XDG_CURRENT_DESKTOP|LIBVA_.*|VDPAU_.*|MESA_.*|__GLX_.*|FONTCONFIG_.*)$/;
const ownOnly = /^(XAUTHORITY|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|PULSE_.*|PIPEWIRE_.*)$/;

/**
 * The browser's environment: what it needs for display, sound and fonts, and nothing else of ours.
 * `home` belongs to `user`; the X authority of the one who started us is copied there.
 */
export function browserEnvironment(
  env: NodeJS.ProcessEnv,
  home: string,
  user: BrowserUser | null,
): NodeJS.ProcessEnv {
  const wanted = Object.entries(env).filter(
    ([name]) => passedOn.test(name) || (user === null && ownOnly.test(name)),
  );
  const result: NodeJS.ProcessEnv = { ...Object.fromEntries(wanted), HOME: home, TMPDIR: home };
  if (user === null || !env['DISPLAY']) return result;
  const authority = env['XAUTHORITY'] ?? join(homedir(), '.Xauthority');
  if (existsSync(authority)) {
    const copy = join(home, '.Xauthority');
    copyFileSync(authority, copy);
    chownSync(copy, user.uid, user.gid);
    result['XAUTHORITY'] = copy;
  }
  return result;
}

function readAccounts(): { passwd: string; group: string } {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return { passwd: read('/etc/passwd'), group: read('/etc/group') };
}

function line(file: string, name: string): string[] | undefined {
  return file
    .split('\n')
    .find((text) => text.startsWith(`${name}:`))
    ?.split(':');
}
