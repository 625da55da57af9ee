import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { HubEntry, HubHealth, HubPlan } from '../contract/hub-schemas.ts';
import type { CallParams, CallResult } from '../contract/schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import { plainName } from '../sites/camera-url.ts';
import type { Register } from '../sites/register.types.ts';
import { type Dispose, Emitter } from '../std/disposable.ts';
import { Fault } from '../std/fault.ts';
import { type Logger, redact } from '../std/log.ts';
import type { Vault } from '../vault/vault.ts';
import { createAdapter } from './create-adapter.ts';
import type { HubAdapter, HubCamera, HubTools, HubWay } from './hub-adapter.types.ts';
import { accountOfHub, HubBook, newHubId, type SavedHub } from './hub-book.ts';
import { camerasOfHub, planSync, syncBatch } from './sync-plan.ts';

/**
 * The hubs of this centre: kept, asked for their health, and synchronised with the register in two
 * steps. Nothing here ever writes to a hub.
 */
export interface HubDeskOptions {
  readonly database: DatabaseSync;
  readonly register: Register;
  readonly vault: Pick<Vault, 'get' | 'set' | 'delete'>;
  readonly tools: HubTools;
  readonly log: Logger;
  /** Where the login of one camera is kept, for inventory files that hold logins. */
  accountOfCamera(cameraId: string): string;
  /** Cameras of a hub that are shown directly now. */
  directCount?(hubId: string): number;
  /** How often each hub is asked whether it is well, ms; default 30,000, 0 for never. */
  readonly healthEveryMs?: number;
  readonly now?: () => number;
}

interface Live {
  adapter: HubAdapter;
  unwatch: Dispose;
  health: HubHealth;
}

interface Pending {
  readonly hubId: string;
  readonly cameras: readonly HubCamera[];
  readonly plan: HubPlan;
  /** Of the register when it was planned. */
  readonly revision: number;
}

const maxHubs = 1000;
/** Plans that wait for a person; the oldest goes. */
const maxPending = 8;

export class HubDesk {
  readonly #options: HubDeskOptions;
  readonly #book: HubBook;
  readonly #live = new Map<string, Live>();
  readonly #pending = new Map<string, Pending>();
  readonly #changes: Emitter<void>;
  readonly #ended = new AbortController();
  readonly #timer: NodeJS.Timeout | null;
  readonly #now: () => number;

  constructor(options: HubDeskOptions) {
    const { healthEveryMs = 30_000 } = options;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#book = new HubBook(options.database, options.log);
    this.#changes = new Emitter((error) => options.log.error('hubs', { error: String(error) }));
    this.#timer =
      healthEveryMs > 0 ? setInterval(() => void this.lookAtAll(), healthEveryMs) : null;
    this.#timer?.unref();
    if (healthEveryMs > 0 && this.#book.size > 0) void this.lookAtAll();
  }

  /** Something that `list` tells is another. */
  onChange(listener: () => void): Dispose {
    return this.#changes.on(listener);
  }

  list(): HubEntry[] {
    const counts = new Map<string, { present: number; gone: number }>();
    for (const { origin, gone } of this.#options.register.cameras()) {
      if (!origin.startsWith('hub:')) continue;
      const count = counts.get(origin) ?? { present: 0, gone: 0 };
      if (gone) count.gone++;
      else count.present++;
      counts.set(origin, count);
    }
    return this.#book.all().map((hub) => ({
      id: hub.id,
      name: hub.name,
      kind: hub.way.kind,
      address: hub.way.address,
      rtspAddress: hub.way.rtspAddress,
      channels: isTemplate(hub.way) ? hub.way.channels : null,
      siteId: hub.siteId,
      province: hub.province,
      district: hub.district,
      hasLogin: hub.hasLogin,
      health: this.health(hub.id),
      cameras: counts.get(`hub:${hub.id}`)?.present ?? 0,
      gone: counts.get(`hub:${hub.id}`)?.gone ?? 0,
      direct: this.#options.directCount?.(hub.id) ?? 0,
      lastSync: hub.lastSync,
    }));
  }

  has(hubId: string): boolean {
    return this.#book.get(hubId) !== null;
  }

  /** Where it is reached; null for a file. */
  hostOf(hubId: string): string | null {
    const way = this.#book.get(hubId)?.way;
    if (!way || way.kind === 'file') return null;
    return hostOfAddress(way.address);
  }

  /** The hubs at that host whose login is refused. */
  refusedAt(host: string): string[] {
    return [...this.#live]
      .filter(([id, { adapter }]) => adapter.refused !== null && this.hostOf(id) === host)
      .map(([id]) => id);
  }

  health(hubId: string): HubHealth {
    return this.#live.get(hubId)?.health ?? { state: 'unknown' };
  }

  async add(params: CallParams<'hubs.add'>): Promise<CallResult<'hubs.add'>> {
    if (this.#book.size >= maxHubs)
      throw new Fault('input.value', 'too many hubs', { field: 'name' });
    const { way, credential: inUrl } = cleanWay(params);
    const credential = typed(params) ?? inUrl;
    // Refuses an address that cannot be one before anything is kept.
    createAdapter(way, null, this.#options.tools).close();
    const siteId = params.siteId ?? null;
    if (siteId !== null && !this.#options.register.site(siteId)) {
      throw new Fault('input.unknown', 'no such site');
    }
    const hub: SavedHub = {
      id: newHubId(),
      name: plainName(params.name).slice(0, 200) || way.address.slice(0, 200),
      way,
      siteId,
      province: plainName(params.province ?? ''),
      district: plainName(params.district ?? ''),
      hasLogin: credential !== null,
      lastSync: null,
    };
    if (credential) await this.#options.vault.set(accountOfHub(hub.id), credential);
    this.#book.put(hub);
    this.#options.register.putHub({
      id: hub.id,
      name: hub.name,
      kind: way.kind,
      address: way.address,
    });
    this.#changes.emit();
    void this.#lookAt(hub);
    return { hubId: hub.id };
  }

  async remove(hubId: string, who: string): Promise<void> {
    const hub = this.#known(hubId);
    this.#drop(hubId);
    this.#options.register.removeHub(hub.id, who);
    this.#book.remove(hub.id);
    this.#changes.emit();
    await this.#options.vault.delete(accountOfHub(hub.id));
  }

  async setLogin(hubId: string, user: string, password: string): Promise<void> {
    const hub = this.#known(hubId);
    const credential = typed({ user, password });
    if (credential) await this.#options.vault.set(accountOfHub(hubId), credential);
    else await this.#options.vault.delete(accountOfHub(hubId));
    this.#book.put({ ...hub, hasLogin: credential !== null });
    // The adapter remembers a refusal: a new login is a new adapter.
    this.#drop(hubId);
    this.#changes.emit();
    void this.#lookAt(hub);
  }

  async test(params: CallParams<'hubs.test'>): Promise<CallResult<'hubs.test'>> {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    let passing: HubAdapter | null = null;
    try {
      const adapter =
        'hubId' in params ? (await this.#liveOf(this.#known(params.hubId))).adapter : null;
      if (!adapter) {
        const given = params as Extract<typeof params, { kind: unknown }>;
        const { way, credential } = cleanWay(given);
        passing = createAdapter(way, typed(given) ?? credential, this.#options.tools);
      }
      const { cameras, version } = await (adapter ?? (passing as HubAdapter)).list(
        this.#ended.signal,
      );
      return {
        ok: true,
        cause: null,
        version: version.slice(0, 200),
        cameras: cameras.length,
        samples: cameras.slice(0, 20).map(({ name, url, subUrl }) => ({
          name: name.slice(0, 200),
          address: redact(url).slice(0, 2000),
          hasSub: subUrl !== null,
        })),
        tookMs: took(),
      };
    } catch (error) {
      const { code, params: words } = Fault.from(error).shown;
      const cause = { code, params: { ...words } };
      return { ok: false, cause, version: '', cameras: 0, samples: [], tookMs: took() };
    } finally {
      passing?.close();
    }
  }

  /** Null: no such plan waits. */
  hubOfPlan(planId: string): string | null {
    return this.#pending.get(planId)?.hubId ?? null;
  }

  async sync(hubId: string, who: string): Promise<HubPlan> {
    const hub = this.#known(hubId);
    const live = await this.#liveOf(hub);
    const { cameras } = await live.adapter.list(this.#ended.signal).catch((error: unknown) => {
      this.#setHealth(hub, Fault.from(error));
      throw error;
    });
    this.#setHealth(hub, null);
    const { register } = this.#options;
    const planId = randomUUID();
    const { plan } = await planSync({ hub, cameras, register, who }, planId);
    this.#pending.set(planId, { hubId, cameras, plan, revision: register.revision });
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= maxPending) break;
      this.#pending.delete(oldest);
    }
    return plan;
  }

  async apply(
    { planId, leaveOut = [] }: CallParams<'hubs.apply'>,
    who: string,
  ): Promise<CallResult<'hubs.apply'>> {
    const pending = this.#pending.get(planId);
    if (!pending) throw new Fault('input.unknown', 'no such plan');
    const hub = this.#known(pending.hubId);
    const { register, vault } = this.#options;
    if (register.revision !== pending.revision) {
      throw new Fault('input.conflict', 'the register changed since the plan', { name: hub.name });
    }
    this.#pending.delete(planId);
    const left = new Set(leaveOut);
    const request = { hub, cameras: pending.cameras, register, who };
    const outcome = await register.applyChanges(syncBatch(request, left));
    const byRow = { added: 0, changed: 0 };
    for (const { kind, verdict } of outcome.rows) {
      if (kind === 'camera' && (verdict === 'added' || verdict === 'changed')) byRow[verdict]++;
    }
    const known = camerasOfHub(register, hub.id);
    for (const { key, credential } of pending.cameras) {
      const camera = credential && !left.has(key) ? known.get(key) : undefined;
      if (camera && credential)
        await vault.set(this.#options.accountOfCamera(camera.id), credential);
    }
    const gone =
      pending.plan.counts.gone - pending.plan.gone.filter(({ key }) => left.has(key)).length;
    this.#book.put({ ...hub, lastSync: { at: this.#now(), ...byRow, gone } });
    this.#changes.emit();
    return {
      ...byRow,
      gone,
      skipped: outcome.problems + left.size,
      changeId: outcome.change?.id ?? null,
    };
  }

  /** Asks every hub whether it is well; the timer does the same. */
  async lookAtAll(): Promise<void> {
    await Promise.all(this.#book.all().map((hub) => this.#lookAt(hub)));
  }

  close(): void {
    this.#ended.abort();
    if (this.#timer) clearInterval(this.#timer);
    for (const id of [...this.#live.keys()]) this.#drop(id);
    this.#changes.clear();
  }

  #known(hubId: string): SavedHub {
    const hub = this.#book.get(hubId);
    if (!hub) throw new Fault('input.unknown', 'no such hub');
    return hub;
  }

  async #liveOf(hub: SavedHub): Promise<Live> {
    const known = this.#live.get(hub.id);
    if (known) return known;
    const credential = hub.hasLogin ? await this.#options.vault.get(accountOfHub(hub.id)) : null;
    const raced = this.#live.get(hub.id);
    if (raced) return raced;
    const adapter = createAdapter(hub.way, credential, this.#options.tools);
    const live: Live = { adapter, unwatch: () => {}, health: { state: 'unknown' } };
    live.unwatch = adapter.watch?.(() => this.#changes.emit()) ?? live.unwatch;
    this.#live.set(hub.id, live);
    return live;
  }

  #drop(hubId: string): void {
    const live = this.#live.get(hubId);
    this.#live.delete(hubId);
    live?.unwatch();
    live?.adapter.close();
  }

  async #lookAt(hub: SavedHub): Promise<void> {
    if (this.#ended.signal.aborted) return;
    try {
      const { adapter } = await this.#liveOf(hub);
      // A refused login is not sent again, and says nothing of whether the hub is there.
      if (adapter.refused) return;
      await adapter.health(this.#ended.signal);
      this.#setHealth(hub, null);
    } catch (error) {
      this.#setHealth(hub, Fault.from(error));
    }
  }

  #setHealth(hub: SavedHub, fault: Fault | null): void {
    const live = this.#live.get(hub.id);
    if (!live || this.#ended.signal.aborted) return;
    const before = live.health;
    if (fault === null) {
      if (before.state === 'ok') return;
      live.health = { state: 'ok', since: this.#now() };
    } else {
      const { code, params = {} } = fault.shown;
      if (before.state === 'away' && before.cause.code === code) return;
      const since = before.state === 'away' ? before.since : this.#now();
      live.health = { state: 'away', since, cause: { code, params: { ...params } } };
    }
    this.#changes.emit();
  }
}

function hostOfAddress(address: string): string | null {
  const text = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
  return URL.parse(text.replace(/^rtsps?:/i, 'http:'))?.hostname.toLowerCase() ?? null;
}

function isTemplate({ kind }: HubWay): boolean {
  return kind === 'hikvision' || kind === 'dahua';
}

function typed({
  user,
  password,
}: {
  user?: string | undefined;
  password?: string | undefined;
}): Credential | null {
  return user || password ? { user: user ?? '', password: password ?? '' } : null;
}

/** A login that a person pasted with the address goes the way of all logins. */
function cleanWay(params: {
  kind: HubWay['kind'];
  address: string;
  rtspAddress?: string | undefined;
  channels?: number | undefined;
}): { way: HubWay; credential: Credential | null } {
  const { kind, channels = 1 } = params;
  const text = params.address.trim();
  if (text === '') throw new Fault('input.url', 'no address');
  const rtsp = params.rtspAddress?.trim() ?? '';
  if (kind === 'file') {
    return { way: { kind, address: text, rtspAddress: rtsp, channels }, credential: null };
  }
  const { address, credential } = withoutLogin(text);
  const { address: rtspAddress, credential: second } = withoutLogin(rtsp);
  return { way: { kind, address, rtspAddress, channels }, credential: credential ?? second };
}

/** The RTSP reader copes with what people paste; the scheme is put back afterwards. */
function withoutLogin(text: string): { address: string; credential: Credential | null } {
  const [scheme] = /^[a-z]+:\/\//i.exec(text) ?? [''];
  if (/^rtsps?:/i.test(scheme)) {
    const { url, credential } = splitUrl(text);
    return { address: url, credential };
  }
  if (!/[@=]/.test(text)) return { address: text, credential: null };
  const { url, credential } = splitUrl(`rtsp://${text.slice(scheme.length)}`);
  return { address: scheme + url.slice('rtsp://'.length), credential };
}
