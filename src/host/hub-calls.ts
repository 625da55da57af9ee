import type { DatabaseSync } from 'node:sqlite';
import type { HubEntry, hubCalls } from '../contract/hub-schemas.ts';
import type { Camera, EventName, EventValue } from '../contract/schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import { adoptDevices } from '../discovery/adopt.ts';
import { DiscoveryDesk } from '../discovery/discovery-desk.ts';
import type { DiscoveryTuning } from '../discovery/discovery-job.ts';
import type { HubTools } from '../hubs/hub-adapter.types.ts';
import { accountOfHub } from '../hubs/hub-book.ts';
import { HubDesk } from '../hubs/hub-desk.ts';
import { createRouteWatch, type RouteWatchOptions } from '../hubs/route-watch.ts';
import { connectOnvif } from '../onvif/connect-onvif.ts';
import type { Operators } from '../operators/operators.types.ts';
import { openRtsp } from '../rtsp/open-rtsp.ts';
import type { Credential } from '../rtsp/session.types.ts';
import type { Register } from '../sites/register.types.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { Logger } from '../std/log.ts';
import type { LoginLedger } from '../streams/login-ledger.ts';
import type { StreamSupervisor } from '../streams/supervisor.types.ts';
import { accountOf as accountInVault } from '../vault/login-lookup.ts';
import type { Vault } from '../vault/vault.ts';
import type { CameraBook } from './camera-book.ts';

export type HubHandlers = Pick<CallHandlers, keyof typeof hubCalls>;

export interface HubRoomOptions {
  readonly database: DatabaseSync;
  readonly register: Register;
  readonly vault: Pick<Vault, 'get' | 'set' | 'delete'>;
  readonly supervisor: StreamSupervisor;
  readonly book: CameraBook;
  /** Name of the operator of the moment, for the journal. */
  readonly who: string;
  readonly operators: Pick<Operators, 'require'>;
  readonly fingerprint: (endpoint: string) => string | null;
  readonly ledger?: LoginLedger;
  /** That ask the ledger; the real ones where they are left out. */
  readonly clients?: Pick<HubTools, 'connectOnvif' | 'openRtsp'>;
  readonly accountOf: (cameraId: string) => string;
  readonly broadcast: <N extends EventName>(
    name: N,
    value: EventValue<N>,
    latest?: boolean,
  ) => void;
  readonly log: Logger;
  /** For tests: shorter waits, other ports. */
  readonly tuning?: {
    readonly healthEveryMs?: number;
    readonly route?: Pick<RouteWatchOptions, 'failAfterMs' | 'returnAfterMs' | 'everyMs'>;
    readonly tools?: Partial<HubTools>;
    readonly discovery?: DiscoveryTuning;
  };
}

/** Hubs, discovery, and the way each camera is shown by; one for the core. */
export interface HubRoom {
  readonly handlers: HubHandlers;
  /** Where a hub belongs, or null where there is no such hub. */
  place(hubId: string): Pick<HubEntry, 'siteId' | 'province' | 'district'> | null;
  /** Null for a camera that has one way only. */
  route(camera: SiteCamera): Camera['route'];
  /** A login for a device of this host was typed: hubs there that refused theirs take it. */
  takeLogin(host: string, credential: Credential): Promise<void>;
  /** The hub's login, while a camera is shown by its hub. */
  login(camera: SiteCamera): Promise<Credential | null>;
  close(): void;
}

/** Counts of cameras change with every row that an import writes. */
const tellAfterMs = 200;

export function createHubRoom(options: HubRoomOptions): HubRoom {
  const {
    register,
    vault,
    supervisor,
    book,
    operators,
    accountOf,
    broadcast,
    log,
    tuning = {},
  } = options;
  const tools: HubTools = {
    connectOnvif,
    openRtsp,
    ...options.clients,
    ...(options.ledger ? { logins: options.ledger } : {}),
    fingerprint: options.fingerprint,
    ...tuning.tools,
  };
  const desk: HubDesk = new HubDesk({
    database: options.database,
    register,
    vault,
    tools,
    log: log.child({ room: 'hubs' }),
    accountOfCamera: accountOf,
    directCount: (hubId) => watch.directCount(hubId),
    healthEveryMs: tuning.healthEveryMs,
  });
  const watch = createRouteWatch({
    supervisor,
    cameras: () => twoWayCameras(book, desk),
    health: (hubId) => desk.health(hubId),
    ...tuning.route,
  });
  const discovery = new DiscoveryDesk({
    database: options.database,
    register,
    log: log.child({ room: 'discovery' }),
    onProgress: (progress) => broadcast('discovery.progress', progress),
    tuning: tuning.discovery,
  });

  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      broadcast('hubs.changed', desk.list(), true);
    }, tellAfterMs);
  };
  const offs = [
    desk.onChange(tell),
    register.onChange(tell),
    watch.onChange((cameraIds) => {
      log.info('cameras changed their way', { cameras: cameraIds.length });
      supervisor.setSources(book.sources());
      broadcast('cameras.changed', book.list());
      tell();
    }),
  ];

  return {
    place: (hubId) => desk.list().find(({ id }) => id === hubId) ?? null,
    route(camera) {
      if (!isTwoWay(camera, desk)) return null;
      const route = watch.route(camera.id);
      if (!route) return { via: 'hub', since: 0, cause: null };
      const { via, since, cause } = route;
      return { via, since, cause: cause && { code: cause.code, params: { ...cause.params } } };
    },
    async takeLogin(host, { user, password }) {
      for (const hubId of desk.refusedAt(host)) await desk.setLogin(hubId, user, password);
    },
    async login(camera) {
      const { hubId } = camera;
      if (!hubId || !desk.has(hubId) || watch.route(camera.id)?.via === 'direct') return null;
      return vault.get(accountOfHub(hubId));
    },
    handlers: {
      'hubs.list': () => desk.list(),
      'hubs.add': (params) => desk.add(params),
      'hubs.remove': async ({ hubId }) => {
        await desk.remove(hubId, options.who);
        return {};
      },
      'hubs.login': async ({ hubId, user, password }) => {
        const host = desk.hostOf(hubId);
        if (host) options.ledger?.forgive(host, { user, password });
        await desk.setLogin(hubId, user, password);
        for (const camera of book.all()) if (camera.hubId === hubId) supervisor.retry(camera.id);
        return {};
      },
      'hubs.test': (params) => desk.test(params),
      'hubs.sync': ({ hubId }) => desk.sync(hubId, options.who),
      'hubs.apply': (params) => {
        const hubId = desk.hubOfPlan(params.planId);
        if (hubId !== null) operators.require('connect.change', [{ hubId }]);
        return desk.apply(params, options.who);
      },
      'discovery.interfaces': () => discovery.interfaces(),
      'discovery.start': (params) => discovery.start(params),
      'discovery.cancel': async ({ jobId }) => {
        await discovery.cancel(jobId);
        return {};
      },
      'discovery.resume': ({ jobId }) => {
        discovery.resume(jobId);
        return {};
      },
      'discovery.results': ({ jobId }) => discovery.results(jobId),
      'discovery.adopt': (params) =>
        adoptDevices(params, discovery.devices(params.jobId), {
          register,
          tools,
          who: options.who,
          keepLogin: async (device, cameraIds, credential) => {
            await vault.set(accountInVault('device', device), credential);
            for (const cameraId of cameraIds) supervisor.retry(cameraId);
          },
        }),
    },
    close() {
      clearTimeout(timer);
      for (const off of offs) off();
      watch.close();
      desk.close();
      void discovery.close();
    },
  };
}

/** The handlers of one connection: all pages share one room. */
export function hubHandlers(room: HubRoom): HubHandlers {
  return room.handlers;
}

function* twoWayCameras(book: CameraBook, desk: HubDesk) {
  for (const camera of book.all()) {
    if (isTwoWay(camera, desk)) yield { id: camera.id, hubId: camera.hubId as string };
  }
}

function isTwoWay({ hubId, directUrl }: SiteCamera, desk: HubDesk): boolean {
  return Boolean(hubId && directUrl) && desk.has(hubId as string);
}
