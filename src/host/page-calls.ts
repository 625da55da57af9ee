import type { AuditLog } from '../audit/audit.types.ts';
import type { Hello, Language, LayoutName, TileReport, WallState } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { PtzRoom } from '../ptz/ptz-room.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { cameraFromUrl, endpointOf } from '../sites/camera-url.ts';
import { maxInventoryRows } from '../sites/inventory.ts';
import type { Register } from '../sites/register.types.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { Store } from '../store/store.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import type { Vault } from '../vault/vault.ts';
import { type AccessDesk, accessHandlers } from './access-desk.ts';
import { type AuditDesk, auditHandlers } from './audit-calls.ts';
import type { CameraBook } from './camera-book.ts';
import type { EvidenceRoom } from './evidence-room.ts';
import { guardCalls } from './guard.ts';
import type { HostOptions } from './host.types.ts';
import { type HubRoom, hubHandlers } from './hub-calls.ts';
import { type ImportDesk, importHandlers } from './import-calls.ts';
import type { LoginDesk } from './login-desk.ts';
import { operatorHandlers } from './operator-calls.ts';
import { ptzHandlers } from './ptz-calls.ts';
import { registerHandlers } from './register-calls.ts';
import { type ReplayRoom, replayHandlers } from './replay-calls.ts';
import { removeSource, saveSource } from './save-source.ts';
import { type SurveyDesk, surveyHandlers } from './survey-calls.ts';
import { vaultHandlers } from './vault-calls.ts';

/** What the calls of a page act upon. */
export interface CallContext {
  readonly options: HostOptions;
  readonly audit: AuditLog;
  readonly auditDesk: AuditDesk;
  readonly access: AccessDesk;
  readonly store: Store;
  readonly vault: Vault;
  readonly supervisor: StreamSupervisor;
  readonly book: CameraBook;
  readonly register: Register;
  /** Name of the operator of the moment, for the journal. */
  readonly who: string;
  readonly operators: Operators;
  readonly log: Logger;
  readonly warnings: ReadonlySet<string>;
  readonly version: string;
  readonly language: Language;
  readonly hubs: HubRoom;
  readonly imports: ImportDesk;
  readonly evidence: EvidenceRoom;
  readonly survey: SurveyDesk;
  readonly logins: LoginDesk;
  readonly replay: ReplayRoom;
  readonly ptz: PtzRoom;
  checkCamera(cameraId: string): void;
  accountOf(cameraId: string): string;
  trust(endpoint: string, fingerprint: string): void;
  setLanguage(language: Language): void;
  report(screen: number, presenter: string, tiles: readonly TileReport[]): void;
}

const maxScreens = 64;
/** Lines of one page per ten seconds: a page in a loop must not fill the disk. */
const maxPageLines = 100;

/** The handlers of one connection: it says once which screen it is. `page` is its own number. */
export function pageCalls(context: CallContext, page: number): CallHandlers {
  const { options, store, vault, supervisor, book, register } = context;
  const pageLog = context.log.child({ room: 'page' });
  let screen = 0;
  let lines = { from: 0, count: 0 };

  const camera = (id: string): SiteCamera => {
    const known = book.get(id);
    if (!known) throw new Fault('input.unknown', 'no such camera');
    return known;
  };

  const takeLogin = async (id: string, credential: Credential): Promise<void> => {
    await vault.set(context.accountOf(id), credential);
    supervisor.retry(id);
  };

  const handlers: CallHandlers = {
    ...auditHandlers(context.auditDesk),
    ...hubHandlers(context.hubs),
    ...importHandlers(context.imports),
    ...context.evidence.handlers,

    async hello(params): Promise<Hello> {
      screen = checkedScreen(params.screen);
      await vault.ready;
      const warnings = [
        ...context.warnings,
        store.warning,
        context.audit.warning,
        // Nothing is typed into a transient wall that it could keep.
        options.wall ? null : vault.warning,
      ].filter((warning) => warning !== null);
      return {
        version: context.version,
        shell: options.shell,
        language: context.language,
        demo: options.demo,
        warnings: [...new Set(warnings)],
        now: Date.now(),
        screen,
        screens: options.screens,
        transient: options.wall !== null,
        ...(options.wall || options.dataDir === null ? {} : { dataDir: options.dataDir }),
      };
    },

    'cameras.list': () => book.list(),
    'streams.list': () => supervisor.states() as Awaited<ReturnType<CallHandlers['streams.list']>>,

    'streams.retry': ({ cameraId }) => {
      camera(cameraId);
      vault.refresh(context.accountOf(cameraId));
      supervisor.retry(cameraId);
      return {};
    },

    'wall.load': ({ screen: wanted }) => {
      const index = checkedScreen(wanted);
      if (options.wall) return givenWall(index, options.wall.layout, book);
      return store.loadWall(index);
    },

    'wall.save': (state) => {
      checkedScreen(state.screen);
      if (!options.wall) store.saveWall(state);
      return {};
    },

    'wall.report': ({ tiles, presenter }) => {
      context.report(screen, presenter, tiles);
      return {};
    },

    'language.set': ({ language }) => {
      context.setLanguage(language);
      return {};
    },

    'sources.add': async ({ name, url, subUrl, site, user, password }) => {
      const added = cameraFromUrl(url, { name, subUrl, site, removable: true });
      const { credential, ...plain } = added;
      const typed = user || password ? { user: user ?? '', password: password ?? '' } : credential;
      const known = book.get(added.id);
      checkSource(context, added, Boolean(typed));
      let cameraId = added.id;
      if (!known && book.size >= maxInventoryRows) {
        throw new Fault('input.value', 'too many cameras', { field: 'url' });
      }
      // One that came with a file stays as the file has it; only its login is news.
      if (!known || known.removable) {
        cameraId = await saveSource(register, { ...plain, credential: null }, context.who);
      }
      if (typed) await takeLogin(cameraId, typed);
      return { cameraId };
    },

    'sources.remove': async ({ cameraId }) => {
      if (!camera(cameraId).removable) throw new Fault('access.denied', 'not added by a person');
      removeSource(register, cameraId, context.who);
      store.forgetTransport(cameraId);
      await vault.delete(context.accountOf(cameraId));
      return {};
    },

    'sources.login': async ({ cameraId, user, password }) => {
      camera(cameraId);
      await context.logins.setForDevice(cameraId, { user, password });
      return {};
    },

    'sources.trust': ({ cameraId, fingerprint }) => {
      const endpoints = refusedEndpoints(context, camera(cameraId), fingerprint);
      // Only what a device really showed can be trusted, not what a page makes up.
      if (endpoints.size === 0) {
        throw new Fault('input.value', 'no device showed this', { field: 'fingerprint' });
      }
      for (const endpoint of endpoints) context.trust(endpoint, fingerprint);
      // A recorder shows one certificate for all its cameras: trusted once is enough.
      for (const other of book.all()) {
        const urls = [other.url, other.subUrl ?? other.url];
        if (urls.some((url) => endpoints.has(endpointOf(url)))) retryRefused(context, other.id);
      }
      return {};
    },

    'page.log': ({ level, message }) => {
      const now = Date.now();
      if (now - lines.from > 10_000) lines = { from: now, count: 0 };
      if (++lines.count <= maxPageLines) pageLog[level](message, { screen });
      return {};
    },

    ...ptzHandlers(context, page),
    ...operatorHandlers(context.operators),
    ...accessHandlers(context.access),
    ...registerHandlers({
      register,
      operators: context.operators,
      get who() {
        return context.who;
      },
      takeLogin,
    }),
    ...replayHandlers(context.replay),
    ...surveyHandlers(context.survey),
    ...vaultHandlers(vault, context.logins, context.operators),
  };
  return guardCalls(handlers, {
    operators: context.operators,
    audit: context.audit,
    screen: () => screen,
  });
}

function checkedScreen(screen: number): number {
  if (Number.isInteger(screen) && screen >= 0 && screen < maxScreens) return screen;
  throw new Fault('input.value', 'no such screen', { field: 'screen' });
}

/** A camera at a site of the register, or at a new one without a province; the login of a known one. */
function checkSource(
  { operators, register, book }: CallContext,
  { id, siteId }: SiteCamera,
  hasLogin: boolean,
): void {
  const isKnown = book.get(id) !== undefined;
  if (isKnown) operators.require('register.edit', [{ cameraId: id }]);
  const site = register.site(siteId) ? { siteId } : { province: '', district: '' };
  operators.require('register.edit', [site]);
  if (isKnown && hasLogin) operators.require('logins.change', [{ cameraId: id }]);
}

/** `vonggac wall`: all cameras in their order; further screens begin on further pages. */
function givenWall(screen: number, layout: LayoutName, book: CameraBook): WallState {
  return {
    screen,
    layout,
    page: screen,
    tiles: [...book.all()].map((camera) => camera.id),
    selected: 0,
    full: null,
    audio: null,
    sideList: false,
    details: false,
    wallMode: true,
  };
}

/** Where the streams of a camera were refused because of exactly this certificate. */
function refusedEndpoints(
  { supervisor }: CallContext,
  camera: SiteCamera,
  fingerprint: string,
): Set<string> {
  const endpoints = new Set<string>();
  for (const quality of ['main', 'sub'] as const) {
    const url = quality === 'main' ? camera.url : camera.subUrl;
    if (url === null) continue;
    const state = supervisor.state({ cameraId: camera.id, quality });
    const cause = 'cause' in state ? state.cause : null;
    const isTls = cause?.code === 'tls.untrusted' || cause?.code === 'tls.changed';
    if (isTls && cause.params?.['fingerprint'] === fingerprint) endpoints.add(endpointOf(url));
  }
  return endpoints;
}

function retryRefused({ supervisor }: CallContext, cameraId: string): void {
  const refused = (['main', 'sub'] as const).some((quality) => {
    try {
      const state = supervisor.state({ cameraId, quality });
      return state.phase === 'refused' && state.cause.code.startsWith('tls.');
    } catch {
      return false;
    }
  });
  if (refused) supervisor.retry(cameraId);
}
