import packageFile from '../../package.json' with { type: 'json' };
import { createAuditLog } from '../audit/audit-log.ts';
import { watchClocks } from '../audit/clock-watch.ts';
import { Viewing } from '../audit/viewing.ts';
import type { EventName, EventValue, Language, TileReport } from '../contract/schemas.ts';
import { type ControlServer, serveCalls } from '../contract/serve.ts';
import type { Wire } from '../contract/wire.ts';
import { connectOnvif } from '../onvif/connect-onvif.ts';
import type { ConnectOnvif } from '../onvif/onvif.types.ts';
import { type OperatorsOptions, openOperators } from '../operators/operators.ts';
import { WorkstationIdentity } from '../operators/workstation.ts';
import type { PtzRoom } from '../ptz/ptz-room.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type { OpenRtsp } from '../rtsp/session.types.ts';
import { openHeadingMemory } from '../sheets/heading-memory.ts';
import { openRegister } from '../sites/register.ts';
import { DisposeBag, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import type { Logger } from '../std/log.ts';
import type { Store } from '../store/store.ts';
import { LoginLedger } from '../streams/login-ledger.ts';
import type { ReplayDoor } from '../streams/replay-door.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import { connectThroughLedger, openThroughLedger } from '../streams/through-ledger.ts';
import { openLoginIndex } from '../vault/login-index.ts';
import { accountOf as loginAccount } from '../vault/login-lookup.ts';
import type { Vault } from '../vault/vault.ts';
import { createAccessDesk } from './access-desk.ts';
import { createAuditDesk } from './audit-calls.ts';
import { auditSigner } from './audit-signer.ts';
import { CameraBook } from './camera-book.ts';
import { createPtzRoom } from './create-ptz-room.ts';
import { createEvidenceRoom } from './evidence-room.ts';
import type { Host, HostOptions } from './host.types.ts';
import { createLoadMeter } from './host-load.ts';
import { createHubRoom, type HubRoom } from './hub-calls.ts';
import { createImportDesk } from './import-calls.ts';
import { keepImportedLogin } from './keep-imported-login.ts';
import { createLoginDesk, type LoginDesk } from './login-desk.ts';
import { moveUrlLoginsOnce } from './move-url-logins.ts';
import { pageCalls } from './page-calls.ts';
import { createRecorderBook } from './recorder-book.ts';
import { feedRegister } from './register-feed.ts';
import { createReplayRoom } from './replay-calls.ts';
import { personHere } from './save-source.ts';
import { feedStates } from './state-feed.ts';
import { placesIn } from './subject-places.ts';
import { createSurveyDesk } from './survey-calls.ts';
import { statusOf } from './vault-calls.ts';

/** What the core is made of; tests put others in. */
export interface HostParts {
  openStore(options: { dataDir: string | null; log: Logger }): Store;
  openVault(options: { dataDir: string | null; log: Logger }): Vault;
  /** @param options.ledger of all logins of this program */
  createSupervisor(options: { log: Logger; ledger: LoginLedger }): StreamSupervisor;
  /** Of the survey, which makes connections of its own; the real ones where they are left out. */
  openRtsp?: OpenRtsp;
  connectOnvif?: ConnectOnvif;
  /** Other costs and clocks, for tests. */
  operators?: Pick<OperatorsOptions, 'cost' | 'lockOut' | 'now' | 'steady' | 'checkEveryMs'>;
  serveMedia(
    wire: Wire,
    supervisor: StreamSupervisor,
    options: { log: Logger; replay: ReplayDoor },
  ): unknown;
}

const statsEveryMs = 1000;

/** Puts the core together. It starts whatever the disk, the keychain and the cameras do. */
export async function composeHost(options: HostOptions, parts: HostParts): Promise<Host> {
  const { log } = options;
  const dataDir = options.wall ? null : options.dataDir;
  const store = parts.openStore({ dataDir, log: log.child({ room: 'store' }) });
  const vault = parts.openVault({ dataDir, log: log.child({ room: 'vault' }) });
  const signer = auditSigner(vault);
  const station = new WorkstationIdentity(store.database);
  const audit = createAuditLog({
    dataDir,
    station: station.id,
    stationName: station.current.name,
    version: packageFile.version,
    log: log.child({ room: 'audit' }),
    sign: signer.sign,
    isStoreReplaced: store.warning === 'warning.store-replaced',
  });
  const ledger = new LoginLedger();
  const supervisor = parts.createSupervisor({ log: log.child({ room: 'streams' }), ledger });
  /** For all who log in to devices beside the wall. */
  const clients = {
    openRtsp: openThroughLedger(parts.openRtsp ?? openRtsp, ledger),
    connectOnvif: connectThroughLedger(parts.connectOnvif ?? connectOnvif, ledger),
  };
  const controls = new Set<ControlServer>();
  const mediaWires = new Set<Wire>();
  const reports = new Map<number, { presenter: string; tiles: readonly TileReport[] }>();
  const reported = new Emitter<number>((error) => log.error('report', { error: String(error) }));
  const bag = new DisposeBag();
  /** Trusted while the program runs, also where the database could not take it. */
  const trusted = new Map<string, string>();
  const warnings = new Set(options.warnings);
  let language: Language = options.language ?? store.language() ?? 'vi';
  let browserPids: () => readonly number[] = () => [];
  let closing: Promise<void> | null = null;
  let hubs: HubRoom | null = null;
  let logins: LoginDesk | null = null;
  let steering: PtzRoom | null = null;

  const book = new CameraBook(
    {
      // What a person typed stands above what came with a file.
      login: async (camera, url) => (logins ? logins.find(camera, url) : camera.credential),
      route: (camera) => hubs?.route(camera) ?? null,
      steerable: (cameraId) => steering?.steerable(cameraId) ?? null,
      fingerprint: (endpoint) => trusted.get(endpoint) ?? store.trustedFingerprint(endpoint),
      lastTransport: (key) => store.lastTransport(key),
      rememberTransport: (key, used) => {
        if (store.lastTransport(key) !== used) attempt(() => store.rememberTransport(key, used));
      },
    },
    options.cameras,
  );

  const broadcast = <N extends EventName>(name: N, value: EventValue<N>, latest = false) => {
    for (const control of controls) control.emit(name, value, { latest });
  };

  const vaultLog = log.child({ room: 'vault' });
  bag.add(await moveUrlLoginsOnce({ database: store.database, vault, log: vaultLog }));
  const register = openRegister({
    database: store.database,
    log: log.child({ room: 'register' }),
  });
  bag.add(feedRegister({ register, book, supervisor, broadcast }));

  /** Does what is only worth remembering; the log names a failure, nobody waits for it. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.warn('not remembered', { reason: Fault.from(error).message });
    }
  }

  const operators = openOperators({
    database: store.database,
    log: log.child({ room: 'operators' }),
    audit,
    findPlaces: placesIn({ register, book, hub: (hubId) => hubs?.place(hubId) ?? null }),
    ...parts.operators,
  });
  bag.add(() => operators.close());
  bag.add(operators.onChange((state) => broadcast('operators.changed', state)));
  const viewing = new Viewing({
    audit,
    operator: () => {
      const operator = operators.current()?.operator;
      return operator ? { id: operator.id, name: operator.name } : null;
    },
    siteOf: (cameraId) => book.get(cameraId)?.siteId ?? null,
  });
  let watching = '';
  bag.add(
    operators.onChange(() => {
      const now = operators.current()?.operator.id ?? '';
      if (now !== watching) viewing.split();
      watching = now;
    }),
  );
  bag.add(reported.on((screen) => viewing.report(screen, reports.get(screen)?.tiles ?? [])));
  bag.add(() => viewing.close());
  bag.add(watchClocks(audit));
  const auditDesk = createAuditDesk({
    audit,
    dataDir,
    operators,
    language: () => language,
    publicKey: () => signer.publicKey(),
    onChange: (value) => broadcast('audit.changed', value, true),
  });
  bag.add(() => auditDesk.close());
  const access = createAccessDesk({
    database: store.database,
    operators,
    register,
    audit,
    language: () => language,
    log: log.child({ room: 'operators' }),
    ...(parts.operators?.now ? { now: parts.operators.now } : {}),
  });
  bag.add(() => access.close());
  const whoActs = () => operators.current()?.operator.name ?? personHere();
  const sheetLog = log.child({ room: 'sheets' });
  const imports = createImportDesk({
    register,
    memory: openHeadingMemory(store.database, sheetLog),
    operators,
    get who() {
      return whoActs();
    },
    language: () => language,
    keepLogin: async (owner, login) => {
      const level = await keepImportedLogin(vault, owner, login);
      for (const cameraId of owner.cameraIds) supervisor.retry(cameraId);
      return level;
    },
    log: sheetLog,
    onProgress: (progress) => broadcast('imports.progress', progress, true),
  });
  bag.add(() => imports.close());

  hubs = createHubRoom({
    database: store.database,
    register,
    vault,
    supervisor,
    book,
    operators,
    get who() {
      return whoActs();
    },
    fingerprint: (endpoint) => trusted.get(endpoint) ?? store.trustedFingerprint(endpoint),
    ledger,
    clients,
    accountOf,
    broadcast,
    log,
  });
  const hubRoom = hubs;
  bag.add(() => hubRoom.close());

  const survey = createSurveyDesk({
    parts: {
      open: clients.openRtsp,
      connectOnvif: clients.connectOnvif,
      shared: supervisor,
      log: log.child({ room: 'survey' }),
    },
    database: store.database,
    subjects: () => ({ register, given: book.all(), login: (camera) => book.login(camera) }),
    fingerprint: (endpoint) => trusted.get(endpoint) ?? store.trustedFingerprint(endpoint),
    refusedOnWall: (device, credential) => ledger.refusal(device, credential, ''),
    operators,
    language: () => language,
    onProgress: (progress) => broadcast('survey.progress', progress),
    onSteerable: (cameraIds) => steering?.foundSteerable(cameraIds),
  });
  bag.add(() => survey.close());

  const doors = {
    book,
    register,
    fingerprint: (endpoint: string) => trusted.get(endpoint) ?? store.trustedFingerprint(endpoint),
  };
  const ptz = createPtzRoom({
    database: store.database,
    connectOnvif: clients.connectOnvif,
    doors,
    operators,
    audit,
    log: log.child({ room: 'ptz' }),
    onState: (state) => broadcast('ptz.state', state),
    onSteerable: () => broadcast('cameras.changed', book.list()),
  });
  steering = ptz;
  bag.add(operators.onChange(() => ptz.handChanged()));
  let pages = 0;

  const replayLog = log.child({ room: 'replay' });
  const replay = createReplayRoom({
    database: store.database,
    dataDir,
    supervisor,
    recorders: createRecorderBook({
      connectOnvif: clients.connectOnvif,
      doors,
      log: replayLog,
    }),
    log: replayLog,
    onState: (state) => broadcast('replay.state', state),
    operators,
    audit,
    siteOf: (cameraId) => book.get(cameraId)?.siteId ?? null,
  });

  const evidence = createEvidenceRoom({
    database: store.database,
    dataDir,
    version: packageFile.version,
    book,
    register,
    operators,
    audit,
    vault,
    supervisor,
    replay,
    language: () => language,
    log: log.child({ room: 'evidence' }),
    broadcast,
  });

  const calls = {
    options,
    evidence,
    replay,
    ptz,
    checkCamera(cameraId: string) {
      const camera = book.get(cameraId);
      if (!camera) throw new Fault('input.unknown', 'no such camera');
      if (camera.refusal) throw new Fault(camera.refusal.code, 'refused', camera.refusal.params);
    },
    audit,
    auditDesk,
    access,
    survey,
    get logins() {
      return desk;
    },
    hubs: hubRoom,
    store,
    vault,
    supervisor,
    book,
    register,
    operators,
    get who() {
      return whoActs();
    },
    log,
    warnings,
    version: packageFile.version,
    imports,
    accountOf,
    trust(endpoint: string, fingerprint: string) {
      trusted.set(endpoint, fingerprint);
      attempt(() => store.trust(endpoint, fingerprint));
    },
    get language() {
      return language;
    },
    setLanguage(next: Language) {
      language = next;
      broadcast('language.changed', { language });
      if (!options.wall) attempt(() => store.setLanguage(next));
    },
    report(screen: number, presenter: string, tiles: readonly TileReport[]) {
      reports.set(screen, { presenter, tiles });
      reported.emit(screen);
    },
  };

  bag.add(feedStates(supervisor, (states) => broadcast('streams.state', states)));
  const meter = createLoadMeter(() => browserPids());
  let beat = 0;
  const timer = setInterval(() => {
    if (controls.size === 0) return;
    const stats = supervisor.stats();
    broadcast('streams.stats', stats as EventValue<'streams.stats'>, true);
    if (beat++ % 2 === 1) return;
    broadcast('host.load', meter.measure(stats.length, supervisor.connections), true);
  }, statsEveryMs);
  bag.add(() => clearInterval(timer));

  const index = openLoginIndex(store.database, vault, log.child({ room: 'vault' }));
  const desk = createLoginDesk({
    vault,
    index,
    register,
    supervisor,
    ledger,
    book,
    hub: (camera) => ({
      isVia: Boolean(camera.hubId) && hubRoom.route(camera)?.via !== 'direct',
      login: () => hubRoom.login(camera),
    }),
    onDeviceLogin: (host, credential) => hubRoom.takeLogin(host, credential),
    onQuestions: (questions) => broadcast('logins.questions', questions, true),
  });
  logins = desk;
  bag.add(() => desk.close());
  // Not in a wall that is given: its cameras are not those of the database.
  if (!options.wall) void vault.ready.then(() => !closing && ptz.stopLeftBehind());
  bag.add(index.close);

  // Streams that were tried while the keychain or the passphrase vault was still locked.
  let place = '';
  const offVault = vault.onChange(() => {
    const status = statusOf(vault);
    broadcast('vault.changed', status, true);
    const now = `${status.level} ${status.state}`;
    const isOpened = status.level !== 'memory' && status.state === 'open' && now !== place;
    place = now;
    if (isOpened && !closing)
      void desk.wake().catch((error) => log.error('wake', { error: String(error) }));
  });
  bag.add(offVault);

  return {
    supervisor,
    attachControl(wire) {
      if (closing) return wire.close();
      const page = ++pages;
      wire.onClose(() => ptz.pageGone(page));
      const control = serveCalls(wire, pageCalls(calls, page), {
        onProblem: (what, error) => {
          const stack = error instanceof Error ? error.stack : undefined;
          log.error(what, { room: 'contract', stack });
        },
      });
      controls.add(control);
      control.onClosed(() => controls.delete(control));
    },
    attachMedia(wire) {
      if (closing) return wire.close();
      mediaWires.add(wire);
      wire.onClose(() => mediaWires.delete(wire));
      parts.serveMedia(wire, supervisor, {
        log: log.child({ room: 'media' }),
        replay: replay.desk,
      });
    },
    leaveOutOfLoad(pids) {
      browserPids = pids;
    },
    warn(key) {
      warnings.add(key);
    },
    reports: () => reports,
    onReport: (listener) => reported.on(listener),
    close() {
      closing ??= (async () => {
        // While everything that reaches them is still there.
        await ptz.close();
        bag.dispose();
        for (const control of [...controls]) control.close();
        for (const wire of [...mediaWires]) wire.close();
        await evidence.close();
        await replay.close();
        await supervisor.close();
        await audit.close();
        vault.close();
        store.close();
        reported.clear();
      })();
      return closing;
    },
  };
}

function accountOf(cameraId: string): string {
  return loginAccount('camera', cameraId);
}
