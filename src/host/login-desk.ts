import type { Cause } from '../contract/cause.ts';
import { type StreamKey, type StreamState, streamKeyText } from '../contract/stream-state.ts';
import {
  type LoginQuestion,
  type LoginRow,
  type LoginScope,
  maxLoginRows,
} from '../contract/vault-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { Register } from '../sites/register.types.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { Fault } from '../std/fault.ts';
import type { LoginLedger } from '../streams/login-ledger.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { LoginIndex } from '../vault/login-index.ts';
import { accountOf, findLogin, loginAccounts } from '../vault/login-lookup.ts';
import type { Vault, VaultLevel } from '../vault/vault.ts';
import type { CameraBook } from './camera-book.ts';

export interface LoginDeskOptions {
  readonly vault: Vault;
  readonly index: LoginIndex;
  readonly register: Register;
  readonly supervisor: StreamSupervisor;
  readonly ledger?: LoginLedger;
  readonly book: CameraBook;
  /** The login of the hub that a camera is shown by; `via` null where it is shown directly. */
  readonly hub: (camera: SiteCamera) => {
    readonly isVia: boolean;
    readonly login: () => Promise<Credential | null>;
  };
  /** A login was typed for a device of this host: a hub there may be waiting for it. */
  readonly onDeviceLogin?: (host: string, credential: Credential) => Promise<void>;
  readonly onQuestions: (questions: LoginQuestion[]) => void;
  readonly everyMs?: number;
}

/**
 * One login for a site, a device or a camera, shared by all streams below it. The narrowest counts:
 * camera, device (`host:port` of the stream), hub or site, inventory. A site's login is never offered to
 * a hub, and a device's to no other device.
 */
export interface LoginDesk {
  /** @throws {Fault} `vault.locked` */
  find(camera: SiteCamera, url: string): Promise<Credential | null>;
  set(scope: LoginScope, id: string, credential: Credential): Promise<VaultLevel>;
  /** As typed at a tile: for the device of the camera, and so for all its cameras. */
  setForDevice(cameraId: string, credential: Credential): Promise<VaultLevel>;
  remove(scope: LoginScope, id: string): Promise<void>;
  list(): Promise<{ logins: LoginRow[]; questions: LoginQuestion[] }>;
  /** The vault was opened: streams that waited for it are tried. */
  wake(): Promise<void>;
  close(): void;
}

interface Refused {
  readonly key: StreamKey;
  readonly cause: Cause;
  readonly since: number;
}

const asked: readonly string[] = ['rtsp.unauthorized', 'rtsp.credentials-needed'];
const refusals: readonly string[] = [...asked, 'rtsp.forbidden'];
const readAtOnce = 50;

export function createLoginDesk(options: LoginDeskOptions): LoginDesk {
  const { vault, index, register, supervisor, ledger, book, hub, everyMs = 100 } = options;
  const refused = new Map<string, Refused>();
  let timer: NodeJS.Timeout | undefined;
  let told = '[]';

  const note = (key: StreamKey, state: StreamState) => {
    const name = streamKeyText(key);
    const isRefused = state.phase === 'refused' && refusals.includes(state.cause.code);
    if (!isRefused && !refused.delete(name)) return;
    if (isRefused) refused.set(name, { key, cause: state.cause, since: state.since });
    timer ??= setTimeout(tell, everyMs);
  };
  const tell = () => {
    timer = undefined;
    const questions = openQuestions();
    const text = JSON.stringify(questions);
    if (text !== told) options.onQuestions(questions);
    told = text;
  };
  const off = supervisor.onState(note);

  const openQuestions = (): LoginQuestion[] => {
    const byDevice = new Map<string, LoginQuestion & { ids: Set<string> }>();
    for (const { key, cause, since } of refused.values()) {
      const camera = book.get(key.cameraId);
      const device = deviceOf(book.urlOf(key));
      if (!camera || device === null || !asked.includes(cause.code)) continue;
      const known = byDevice.get(device);
      if (known) {
        known.ids.add(camera.id);
        known.since = Math.min(known.since, since);
        // Refused says more than asked for.
        if (cause.code === 'rtsp.unauthorized') known.cause = plain(cause);
        continue;
      }
      byDevice.set(device, {
        device,
        siteId: camera.siteId,
        siteName: camera.siteName,
        cameraId: camera.id,
        cameraName: camera.name,
        cameras: 1,
        cause: plain(cause),
        since,
        ids: new Set([camera.id]),
      });
    }
    return [...byDevice.values()]
      .slice(0, maxLoginRows)
      .map(({ ids, ...question }) => ({ ...question, cameras: ids.size }));
  };

  const accountsOf = (camera: SiteCamera, url: string | null): string[] => {
    const siteId = hub(camera).isVia ? null : camera.siteId;
    return loginAccounts({ cameraId: camera.id, device: deviceOf(url), siteId });
  };
  /** As the list of logins knows it, without asking the vault. */
  const accountInUse = (camera: SiteCamera, url: string | null): string | null =>
    accountsOf(camera, url).find((account) => index.has(account)) ?? null;
  const inUse = (camera: SiteCamera): Set<string | null> =>
    new Set(
      (['main', 'sub'] as const)
        .map((quality) => book.urlOf({ cameraId: camera.id, quality }))
        .filter((url) => url !== null)
        .map((url) => accountInUse(camera, url)),
    );

  const hostsOf = (camera: SiteCamera): string[] =>
    [camera.url, camera.subUrl, camera.directUrl ?? null, camera.directSubUrl ?? null].flatMap(
      (url) => {
        const device = deviceOf(url);
        return device === null ? [] : [hostOf(device)];
      },
    );

  const known = (scope: LoginScope, id: string): string => {
    if (scope === 'camera') {
      if (book.get(id) || register.camera(id)) return id;
    } else if (scope === 'device') {
      const device = deviceOf(`rtsp://${id}/`);
      if (device === id.toLowerCase()) return device;
      throw new Fault('input.value', 'not host:port', { field: 'id' });
    } else if (register.site(id) || [...book.all()].some(({ siteId }) => siteId === id)) return id;
    throw new Fault('input.unknown', `no such ${scope}`);
  };

  /** A camera's own login that is refused stands in the way of the one that was typed for its device. */
  const dropRefusedBelow = async (account: string) => {
    const below = new Set<string>();
    for (const { key, cause } of refused.values()) {
      const camera = book.get(key.cameraId);
      if (!camera || cause.code !== 'rtsp.unauthorized') continue;
      const own = accountOf('camera', camera.id);
      const accounts = accountsOf(camera, book.urlOf(key));
      if (accounts.includes(account) && account !== own && index.has(own)) below.add(own);
    }
    for (const own of below) await vault.delete(own);
  };

  return {
    async find(camera, url) {
      const typed = await findLogin(vault, accountsOf(camera, url));
      return typed ?? (await hub(camera).login()) ?? camera.credential;
    },

    async set(scope, id, credential) {
      const account = accountOf(scope, known(scope, id));
      const level = await vault.set(account, credential);
      await dropRefusedBelow(account);
      const users = [...book.all()].filter((camera) => inUse(camera).has(account));
      const hosts = new Set(users.flatMap(hostsOf));
      if (scope === 'device') hosts.add(hostOf(account.slice('device/'.length)));
      // Typed anew by a person: whoever is not on the wall may try it once more too.
      for (const host of hosts) ledger?.forgive(host, credential);
      for (const { id: cameraId } of users) supervisor.retry(cameraId);
      if (scope === 'device') {
        for (const host of hosts) await options.onDeviceLogin?.(host, credential);
      }
      return level;
    },

    async setForDevice(cameraId, credential) {
      const camera = book.get(cameraId);
      const devices = new Set(
        (['main', 'sub'] as const).flatMap(
          (quality) => deviceOf(book.urlOf({ cameraId, quality })) ?? [],
        ),
      );
      if (!camera || devices.size === 0) return this.set('camera', cameraId, credential);
      // The one of this camera alone would stand in the way of what a person just typed for it.
      const own = accountOf('camera', cameraId);
      if (index.has(own)) await vault.delete(own);
      let level: VaultLevel = vault.level;
      for (const device of devices) level = await this.set('device', device, credential);
      return level;
    },

    async remove(scope, id) {
      // Also of what the register no longer has.
      const account = accountOf(scope, scope === 'device' ? id.toLowerCase() : id);
      if (!index.has(account)) throw new Fault('input.unknown', 'no such login');
      await vault.delete(account);
    },

    async list() {
      const uses = new Map<string, number>();
      for (const camera of book.all()) {
        for (const account of inUse(camera)) {
          if (account) uses.set(account, (uses.get(account) ?? 0) + 1);
        }
      }
      const causes = new Map<string, Cause>();
      for (const { key, cause } of refused.values()) {
        const camera = book.get(key.cameraId);
        const account = camera && accountInUse(camera, book.urlOf(key));
        if (account) causes.set(account, cause);
      }
      const rows = [...index.all()]
        .map(([account, since]) => ({ account, since, ...splitAccount(account) }))
        .filter(({ scope }) => scope !== null)
        .slice(0, maxLoginRows);
      const logins: LoginRow[] = [];
      for (let at = 0; at < rows.length; at += readAtOnce) {
        const some = rows.slice(at, at + readAtOnce).map(async ({ account, since, scope, id }) => {
          const login = await vault.get(account).catch(() => null);
          const cause = causes.get(account);
          return {
            scope: scope as LoginScope,
            id: id.slice(0, 300),
            name: nameOf(scope as LoginScope, id).slice(0, 300),
            user: login?.user ?? null,
            since,
            cameras: uses.get(account) ?? 0,
            refused: cause ? plain(cause) : null,
          };
        });
        logins.push(...(await Promise.all(some)));
      }
      return { logins, questions: openQuestions() };
    },

    async wake() {
      for (const { key, state } of supervisor.states()) {
        if (!('cause' in state) || !state.cause) continue;
        const { code } = state.cause;
        if (code === 'vault.locked') {
          supervisor.retry(key.cameraId);
          continue;
        }
        if (state.phase !== 'refused' || !code.startsWith('rtsp.')) continue;
        const camera = book.get(key.cameraId);
        const url = book.urlOf(key);
        if (!camera || url === null) continue;
        for (const account of accountsOf(camera, url)) {
          const login = await vault.get(account).catch(() => null);
          if (!login) continue;
          supervisor.retry(key.cameraId);
          break;
        }
      }
    },

    close() {
      off();
      clearTimeout(timer);
    },
  };

  function nameOf(scope: LoginScope, id: string): string {
    if (scope === 'camera') return book.get(id)?.name ?? register.camera(id)?.name ?? '';
    if (scope === 'site') return register.site(id)?.name ?? '';
    return id;
  }
}

function splitAccount(account: string): { scope: LoginScope | null; id: string } {
  const cut = account.indexOf('/');
  const scope = account.slice(0, cut);
  const isScope = scope === 'camera' || scope === 'device' || scope === 'site';
  return { scope: isScope ? scope : null, id: account.slice(cut + 1) };
}

function hostOf(device: string): string {
  return device.replace(/:\d+$/, '').toLowerCase();
}

function deviceOf(url: string | null): string | null {
  try {
    return url === null || url === '' ? null : endpointOf(url);
  } catch {
    return null;
  }
}

/** As the contract has it: `params` may be changed there. */
function plain({ code, params }: Cause): LoginQuestion['cause'] {
  return params ? { code, params: { ...params } } : { code };
}
