import type { Cause } from '../contract/cause.ts';
import type {
  PatrolSpot,
  PtzAimed,
  PtzHolder,
  PtzLack,
  PtzNotice,
  PtzPatrol,
  PtzSettings,
  PtzState,
  PtzView,
} from '../contract/ptz-schemas.ts';
import type { PanTiltZoom, PtzStatus } from '../onvif/ptz.types.ts';
import { Fault } from '../std/fault.ts';
import { aimAt, magnification, opticsOf, viewDegrees, type Wish, wishOf } from './aim.ts';
import { Drive, type EndedMovement } from './drive.ts';
import { Going, type Way } from './going.ts';
import { sameHolder } from './lease.ts';
import { MovementRecord } from './movement-record.ts';
import { lensOf, moverOf } from './mover-of.ts';
import { PatrolDesk } from './patrol-desk.ts';
import { PresetDesk } from './preset-desk.ts';
import { priorityOf } from './priority.ts';
import type { Actor, Hand, Mover, PtzLink, PtzRoomOptions, StopReason } from './ptz.types.ts';
import { PtzDevice, type PtzTraits } from './ptz-device.ts';
import { StateTeller } from './state-teller.ts';
import { sleep } from './stopping.ts';

const lookEveryMs = 300;
const lensSpeed = 0.5;
const pulseRenewMs = 150;

/** One camera as it is steered: its device, its movements, its lease, what it does by itself. */
export class PtzCamera {
  readonly id: string;
  readonly device: PtzDevice;
  readonly drive: Drive;
  readonly #lens: Drive;
  readonly #room: PtzRoomOptions;
  readonly #record: MovementRecord;
  readonly #going: Going;
  readonly #teller: StateTeller;
  readonly #patrols: PatrolDesk;
  readonly #presets: PresetDesk;
  #settings: PtzSettings;
  #traits: PtzTraits | null = null;
  #position: PtzState['position'] = null;
  #notice: PtzState['notice'] = null;
  #noticeId = 0;
  #gotoMs: number | null = null;
  /** Grows with every stop: what was asked before and waits still is void. */
  #stops = 0;
  #handsGone = 0;
  readonly #heard = new Map<number, { moveId: number; at: number }>();
  #pulse: NodeJS.Timeout | undefined;
  #pulseId = 0;
  #idle: NodeJS.Timeout | undefined;
  #looking = false;
  #closed = false;

  constructor(id: string, room: PtzRoomOptions) {
    this.id = id;
    this.#room = room;
    this.#settings = room.memory.settings(id);
    this.#record = new MovementRecord(id, room.audit);
    this.#teller = new StateTeller(() => {
      if (!this.#closed) room.onState(this.state);
    });
    const changed = () => this.#changed();
    this.#going = new Going({
      look: () => this.look(),
      position: () => this.#position,
      record: this.#record,
      onChange: changed,
    });
    this.device = new PtzDevice({
      cameraId: id,
      connect: room.connect,
      log: room.log,
      onChange: changed,
    });
    const times = room.driveTimes ? { times: room.driveTimes } : {};
    this.drive = new Drive({
      mover: this.#mover(),
      onBegin: () => this.#begun(),
      onEnded: (movement) => this.#ended(movement),
      onStopped: (verified) => void this.#stopped(verified),
      onChange: changed,
      ...times,
    });
    this.#lens = new Drive({
      mover: this.#mover(lensOf),
      onBegin: () => {},
      onEnded: ({ hand, reason, cause }) =>
        this.#record.write('ptz.focus', hand.holder, cause, { ended: reason }),
      onStopped: () => {},
      onChange: changed,
      ...times,
    });
    const parts = { camera: this, memory: room.memory };
    this.#presets = new PresetDesk(parts);
    this.#patrols = new PatrolDesk({
      ...parts,
      leases: room.leases,
      workstation: room.workstation,
      onChange: changed,
      onFailed: () => this.say('patrol-failed', ''),
    });
  }

  get state(): PtzState {
    const lease = this.#room.leases.current(this.id);
    const me = this.#room.me();
    const alarmSince = this.drive.alarmSince ?? this.#lens.alarmSince;
    return {
      cameraId: this.id,
      link: this.device.state,
      cause: plain(this.device.cause),
      moving: this.#movingNow(),
      lease: lease && {
        holder: lease.holder,
        priority: lease.priority,
        reason: lease.reason,
        since: lease.since,
        until: lease.until,
        mine: me !== null && sameHolder(me, lease.holder),
        next: lease.next,
      },
      alarm: alarmSince === null ? null : { code: 'ptz.may-be-moving' },
      alarmSince,
      position: this.#position,
      commandMs: this.drive.commandMs === null ? this.#gotoMs : Math.round(this.drive.commandMs),
      patrol: this.#patrols.state,
      notice: this.#notice,
    };
  }

  async view(): Promise<PtzView> {
    // Whoever looks at the controls is about to use them: it is ready by then.
    this.#room.watchman?.start();
    const traits = await this.traits();
    void this.look();
    const zoom = this.#position?.zoom ?? null;
    const optics = opticsOf(this.#settings, this.device.link?.node?.spaces ?? []);
    return {
      cameraId: this.id,
      lacks: [...traits.lacks],
      presets: await this.#presets.list(),
      maxPresets: traits.maxPresets,
      tours: (await this.device.tours()).slice(0, 64).map(({ token, name, state, spots }) => ({
        token: token.slice(0, 200),
        name: name.slice(0, 200),
        state: state.slice(0, 40),
        spots: spots.length,
      })),
      patrols: await this.#patrols.list(),
      auxiliaries: [...traits.auxiliaries],
      view: {
        degrees: viewDegrees(optics, zoom),
        source: optics.known ? 'calibrated' : 'assumed',
        exactPoint: traits.exactPoint,
      },
      settings: this.#settings,
      state: this.state,
    };
  }

  async traits(): Promise<PtzTraits> {
    this.#traits = await this.device.traits();
    return this.#traits;
  }

  // Movement by hand

  async move(actor: Actor, moveId: number, speed: PanTiltZoom): Promise<void> {
    const hand = handOf(actor);
    if (!speed.pan && !speed.tilt && !speed.zoom) {
      this.#stops += 1;
      this.drive.move(hand, moveId, speed);
      return;
    }
    this.#heard.set(actor.page, { moveId, at: performance.now() });
    const asked = this.#stops;
    await this.#hold(actor);
    const traits = await this.traits();
    if (traits.lacks.includes('continuous')) throw lacking('continuous');
    // A key that was let go while the device was being reached: nothing has moved, and nothing will.
    if (asked !== this.#stops || !this.#isFresh(actor.page, moveId)) return;
    this.#going.end('replaced');
    clearTimeout(this.#pulse);
    this.drive.move(hand, moveId, speed);
  }

  renew(actor: Actor, moveId: number): boolean {
    const heard = this.#heard.get(actor.page);
    const waits = heard?.moveId === moveId && this.#isFresh(actor.page, moveId);
    if (heard?.moveId === moveId) heard.at = performance.now();
    const alive = this.drive.renew(actor.page, moveId) || this.#lens.renew(actor.page, moveId);
    if (alive) void this.#room.leases.touch(this.id, actor.holder);
    // The device is being reached still.
    return alive || (waits && !this.drive.stopping && this.device.state === 'connecting');
  }

  /** `by`: the person who stops; null where nobody is signed in, left out where no person does. */
  stop(reason: StopReason, by?: PtzHolder | null): void {
    this.#stops += 1;
    clearTimeout(this.#pulse);
    if (by !== undefined) this.#enterStopper(by);
    this.#going.end('stopped');
    // What was never reached was never moved from here.
    if (this.device.state === 'closed') return;
    this.drive.stop(reason);
    if (this.#lens.moving) this.#lens.stop(reason);
    if (reason === 'stopped') this.#patrols.stopRunning();
  }

  /** Everything that this page moves. */
  pageGone(page: number): void {
    this.#heard.delete(page);
    for (const one of [page, pulsePage(page)]) {
      if (this.drive.hand?.page === one || this.#lens.hand?.page === one) this.#stops += 1;
      this.drive.forget(one);
      this.#lens.forget(one);
    }
  }

  /** Everything that this operator moves. */
  handGone(holder: PtzHolder, reason: StopReason): void {
    this.#stops += 1;
    this.#handsGone += 1;
    for (const drive of [this.drive, this.#lens]) {
      if (drive.hand && sameHolder(drive.hand.holder, holder)) drive.stop(reason);
    }
  }

  /** It was moving when the program ended last time. */
  async stopLeftBehind(): Promise<void> {
    const gone = await this.device.open().then(
      () => false,
      (error: unknown) => ['input.unknown', 'ptz.not-steerable'].includes(Fault.from(error).code),
    );
    // Taken out of the register meanwhile: nobody could say any more how to reach it.
    if (gone) return this.#room.memory.clearMoving(this.id);
    this.say('left-behind', '');
    this.#record.write('ptz.stop', null, null, { ended: 'left-behind' });
    this.drive.stop('left-behind');
  }

  acknowledge(since: number): void {
    if (!this.drive.acknowledge(since) && !this.#lens.acknowledge(since)) {
      throw new Fault('input.unknown', 'no such alarm');
    }
  }

  // Going to places

  async point(actor: Actor, wish: Wish): Promise<PtzAimed> {
    await this.#hold(actor, 'ptz.point');
    const { node } = await this.device.open();
    const status = await this.device.status();
    this.#note(status);
    const abilities = {
      absolute: node?.abilities.absolute ?? false,
      relative: node?.abilities.relative ?? false,
      spaces: node?.spaces ?? [],
    };
    const aim = aimAt(wish, opticsOf(this.#settings, abilities.spaces), abilities, status);
    if (aim.by === 'pulse') {
      // A movement by speed, and entered as one.
      await this.#pulsing(actor, aim.speed, aim.ms);
    } else {
      const way: Way = {
        kind: 'ptz.point',
        holder: actor.holder,
        details: { by: aim.by, magnify: Math.round(wish.magnify * 100) / 100 },
      };
      await this.go(
        ({ ptz, profileToken }) =>
          aim.by === 'absolute'
            ? ptz.absoluteMove(profileToken, aim.to)
            : ptz.relativeMove(profileToken, aim.move, undefined, aim.space),
        way,
      );
    }
    return { by: aim.by, approximate: aim.approximate };
  }

  frame(actor: Actor, box: { x: number; y: number; width: number; height: number }) {
    return this.point(actor, wishOf(box));
  }

  async step(actor: Actor, { pan = 0, tilt = 0, zoom = 0 }: PanTiltZoom): Promise<PtzAimed> {
    const optics = opticsOf(this.#settings, this.device.link?.node?.spaces ?? []);
    const at = this.#position?.zoom ?? null;
    const next = at === null ? null : Math.max(0, Math.min(1, at + zoom / 10));
    const magnify =
      zoom === 0 || next === null
        ? 1 + zoom * 0.3
        : magnification(optics, next) / magnification(optics, at);
    return this.point(actor, { x: 0.5 + pan / 10, y: 0.5 - tilt / 10, magnify });
  }

  async goto(actor: Actor, preset: string, speed: number | null): Promise<void> {
    await this.#hold(actor, 'ptz.goto');
    await this.gotoPreset(preset, speed, actor.holder);
  }

  /** `by` left out: a step of something that is entered as a whole; null: the program itself. */
  async gotoPreset(preset: string, speed: number | null, by?: PtzHolder | null): Promise<void> {
    const fast = speed === null ? undefined : { pan: speed, tilt: speed, zoom: speed };
    const way: Way | null =
      by === undefined ? null : { kind: 'ptz.goto', holder: by, details: { preset } };
    await this.go(({ ptz, profileToken }) => ptz.gotoPreset(profileToken, preset, fast), way);
  }

  async home(actor: Actor): Promise<void> {
    await this.#hold(actor, 'ptz.home');
    await this.goHome(actor.holder);
  }

  async goHome(by: PtzHolder | null): Promise<void> {
    if ((await this.traits()).lacks.includes('home')) throw lacking('home');
    const way: Way = { kind: 'ptz.home', holder: by, details: {} };
    await this.go(({ ptz, profileToken }) => ptz.gotoHome(profileToken), way);
  }

  async setHome(actor: Actor): Promise<void> {
    await this.#hold(actor);
    if ((await this.traits()).lacks.includes('set-home')) throw lacking('set-home');
    const { ptz, profileToken } = await this.device.open();
    await this.asked(ptz.setHome(profileToken));
  }

  /** Sends a command after which the camera goes somewhere by itself, and follows it. */
  async go(command: (link: PtzLink) => Promise<void>, way: Way | null): Promise<void> {
    const asked = this.#stops;
    const link = await this.device.open();
    if (this.drive.moving) this.drive.stop('stopped');
    // The zero velocity of a stop would end it again.
    for (let waits = 0; this.drive.stopping && waits < 30; waits++) await sleep(50);
    if (asked !== this.#stops) throw new Fault('input.cancelled', 'stopped meanwhile');
    const started = performance.now();
    const from = this.#position;
    try {
      await this.asked(command(link));
    } catch (error) {
      if (way) this.#record.write(way.kind, way.holder, Fault.from(error).shown, way.details);
      throw error;
    }
    this.#gotoMs = Math.round(performance.now() - started);
    this.#going.begin(way, from);
    // It was stopped while the command was under way: the device may have taken the two in the wrong order.
    if (asked !== this.#stops) this.stop('stopped');
  }

  /** Resolves when the camera has arrived, as far as that can be told. */
  arrived(): Promise<void> {
    return this.#going.arrived();
  }

  // Presets, patrols, lens

  async savePreset(actor: Actor, token: string | null, name: string, here: boolean) {
    await this.#hold(actor);
    return this.#presets.save(token, name, here);
  }

  async removePreset(actor: Actor, token: string) {
    await this.#hold(actor);
    return this.#presets.remove(token);
  }

  savePatrol(patrol: {
    id: string | null;
    name: string;
    where: PtzPatrol['where'];
    spots: PatrolSpot[];
  }) {
    return this.#patrols.save(patrol);
  }

  removePatrol(id: string) {
    return this.#patrols.remove(id);
  }

  async patrol(actor: Actor, id: string, act: 'start' | 'stop'): Promise<void> {
    if (act === 'stop') return this.#patrols.stop();
    await this.#hold(actor);
    await this.#patrols.start(id, actor.holder);
  }

  async focus(actor: Actor, moveId: number, act: 'near' | 'far' | 'stop' | 'auto' | 'manual') {
    if (act === 'stop') {
      this.#stops += 1;
      this.#lens.stop('released');
      return;
    }
    this.#heard.set(actor.page, { moveId, at: performance.now() });
    const asked = this.#stops;
    await this.#hold(actor);
    const { lacks } = await this.traits();
    const { imaging, videoSourceToken } = await this.device.open();
    if (act === 'auto' || act === 'manual') {
      if (!imaging) throw lacking('auto-focus');
      const mode = act === 'auto' ? 'AUTO' : 'MANUAL';
      await this.asked(imaging.setFocusMode(videoSourceToken, mode));
      this.#record.write('ptz.focus', actor.holder, null, { mode: act });
      return;
    }
    if (lacks.includes('focus')) throw lacking('focus');
    if (asked !== this.#stops || !this.#isFresh(actor.page, moveId)) return;
    this.#lens.move(handOf(actor), moveId, { zoom: act === 'far' ? lensSpeed : -lensSpeed });
  }

  async iris(actor: Actor, act: 'open' | 'close' | 'auto'): Promise<void> {
    await this.#hold(actor);
    const { imaging, videoSourceToken } = await this.device.open();
    const now = await imaging?.iris(videoSourceToken);
    if (!imaging || !now) throw lacking('iris');
    if (act === 'auto') return this.asked(imaging.setIris(videoSourceToken, null));
    const { min, max } = now;
    // Attenuation: opening lets less of it stand in the way.
    const step = ((max - min) / 10) * (act === 'open' ? -1 : 1);
    const value = Math.max(min, Math.min(max, (now.value ?? (min + max) / 2) + step));
    await this.asked(imaging.setIris(videoSourceToken, value));
  }

  async auxiliary(actor: Actor, command: string): Promise<void> {
    await this.#hold(actor);
    if (!(await this.traits()).auxiliaries.includes(command)) throw lacking('auxiliary');
    const { ptz, profileToken } = await this.device.open();
    await this.asked(ptz.auxiliary(profileToken, command));
  }

  async setSettings(settings: PtzSettings): Promise<PtzView> {
    this.#settings = settings;
    this.#room.memory.saveSettings(this.id, settings);
    this.#armIdle();
    return this.view();
  }

  /** Passes an answer on and lets the way to the device learn from a refusal. */
  async asked<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.device.note(error);
      throw error;
    }
  }

  say(code: PtzNotice, by: string): void {
    this.#notice = { id: ++this.#noticeId, code, by, at: Date.now() };
    this.#changed();
  }

  /** What became of the lease, told by the book. */
  leaseChanged(
    what: 'taken' | 'taken-over' | 'released' | 'idle' | 'handed-back',
    before: PtzHolder | null,
    now: PtzHolder | null,
  ): void {
    if (before && (!now || !sameHolder(before, now))) {
      const reason = what === 'released' ? 'released' : 'lease-lost';
      for (const drive of [this.drive, this.#lens]) {
        if (drive.hand && sameHolder(drive.hand.holder, before)) drive.stop(reason);
      }
    }
    if (what === 'taken-over' && now) {
      this.#stops += 1;
      this.say('taken-over', now.operatorName);
      this.#record.write('ptz.lease', now, null, { what, from: before?.operatorName ?? '' });
    }
    if (what === 'handed-back') this.say('handed-back', before?.operatorName ?? '');
    if (what === 'idle' && !this.#patrols.owns(before))
      this.say('lease-idle', before?.operatorName ?? '');
    this.#patrols.leaseChanged(now);
    this.#armIdle();
    this.#changed();
  }

  /** Something it was told about who is signed in changed: whose lease it is. */
  changed(): void {
    this.#changed();
  }

  async close(ms: number): Promise<void> {
    clearTimeout(this.#pulse);
    clearTimeout(this.#idle);
    this.#patrols.close();
    this.#going.end('host-closing');
    await Promise.all([this.drive.close(ms), this.#lens.close(ms)]);
    this.#closed = true;
    // Where it was not seen standing, or was a moment ago.
    this.#record.flush(null, false);
    this.#teller.close();
    this.device.close();
  }

  /** Takes or keeps the lease; @throws `ptz.held` */
  async #hold(actor: Actor, wish: Way['kind'] | 'ptz.move' = 'ptz.move'): Promise<void> {
    const { leases, watchman } = this.#room;
    watchman?.start();
    const asked = this.#handsGone;
    const isGone = () => asked !== this.#handsGone;
    if (await leases.touch(this.id, actor.holder)) return this.#changed();
    // Whoever signed out while this waited must not hold the camera after.
    if (isGone()) throw new Fault('operator.needed', 'signed out meanwhile');
    const claim = {
      holder: actor.holder,
      priority: priorityOf(actor.role, null),
      reason: '',
    };
    await leases.take(this.id, claim).catch((error: unknown) => {
      const held = leases.current(this.id)?.holder.operatorName ?? '';
      this.#record.refused(wish, actor.holder, Fault.from(error).shown, { held });
      throw error;
    });
    if (!isGone()) return;
    await leases.release(this.id, actor.holder);
    throw new Fault('operator.needed', 'signed out meanwhile');
  }

  #mover(make?: (link: PtzLink) => Mover): Mover {
    const made = async () => {
      const link = await this.device.open();
      if (make) return make(link);
      const { panTilt: pan = true, zoom = true } = this.#traits ?? {};
      return moverOf(link.ptz, link.profileToken, { pan, zoom });
    };
    return {
      // Without a turn of the event loop where it is connected: a stop goes out at once.
      move: (speed) =>
        this.#now(make, (mover) => mover.move(speed)) ?? made().then((m) => m.move(speed)),
      halt: () => this.#now(make, (mover) => mover.halt()) ?? made().then((m) => m.halt()),
      status: () => made().then((m) => m.status()),
    };
  }

  #now<T>(make: ((link: PtzLink) => Mover) | undefined, work: (mover: Mover) => Promise<T>) {
    const { link } = this.device;
    if (!link) return null;
    const { panTilt: pan = true, zoom = true } = this.#traits ?? {};
    return this.asked(
      work(make ? make(link) : moverOf(link.ptz, link.profileToken, { pan, zoom })),
    );
  }

  #begun(): void {
    const { memory, watchman } = this.#room;
    memory.markMoving(this.id);
    const { link } = this.device;
    if (link?.facts) watchman?.guard(this.id, link.facts, link.profileToken);
    this.#record.begun(this.#position);
    void this.#lookWhileMoving();
  }

  #ended(movement: EndedMovement): void {
    const { reason } = movement;
    if (reason === 'no-renewal' || reason === 'page-gone' || reason === 'watchman') {
      this.say('dead-man', movement.hand.holder.operatorName);
    }
    this.#record.ended(movement);
  }

  async #stopped(verified: boolean): Promise<void> {
    this.#room.memory.clearMoving(this.id);
    this.#room.watchman?.release(this.id);
    await this.look();
    this.#record.flush(this.#position, verified);
  }

  async #pulsing(actor: Actor, speed: PanTiltZoom, ms: number): Promise<void> {
    if ((await this.traits()).lacks.includes('continuous')) throw lacking('continuous');
    if (ms <= 0) return;
    const page = pulsePage(actor.page);
    const moveId = ++this.#pulseId;
    const until = performance.now() + ms;
    const asked = this.#stops;
    this.#going.end('replaced');
    this.drive.move({ holder: actor.holder, page }, moveId, speed);
    const goOn = () => {
      const left = until - performance.now();
      if (asked !== this.#stops) return;
      if (left <= 0) {
        if (this.drive.hand?.page === page) this.drive.stop('pulse-over');
        return;
      }
      this.drive.renew(page, moveId);
      this.#pulse = setTimeout(goOn, Math.min(left, pulseRenewMs));
    };
    goOn();
  }

  #isFresh(page: number, moveId: number): boolean {
    const heard = this.#heard.get(page);
    return heard?.moveId === moveId && performance.now() - heard.at < 500;
  }

  #movingNow(): PtzState['moving'] {
    if (this.drive.moving) return 'hand';
    if (this.#lens.moving) return 'lens';
    if (this.drive.stopping || this.#lens.stopping) return 'stopping';
    if (this.#going.isUnderWay) return this.#patrols.running ? 'patrol' : 'goto';
    return this.#patrols.running ? 'patrol' : 'no';
  }

  /** Who stops what somebody else moves, or what may still be moving, is named. */
  #enterStopper(by: PtzHolder | null): void {
    const what = this.#movingNow();
    const isAlarm = (this.drive.alarmSince ?? this.#lens.alarmSince) !== null;
    if (!isAlarm && (what === 'no' || what === 'stopping')) return;
    const mover =
      this.drive.hand?.holder ??
      this.#lens.hand?.holder ??
      this.#going.holder ??
      this.#patrols.holder;
    if (!isAlarm && mover && by && sameHolder(mover, by)) return;
    this.#record.write('ptz.stop', by, null, { what, of: mover?.operatorName ?? '' });
  }

  async #lookWhileMoving(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.drive.moving && !this.#closed) {
        if ((await this.look()) === null) break;
        await sleep(lookEveryMs);
      }
    } finally {
      this.#looking = false;
    }
  }

  /** Asks where it stands, and remembers. */
  async look(): Promise<PtzStatus | null> {
    const status = await this.device.status();
    this.#note(status);
    return status;
  }

  #note(status: PtzStatus | null): void {
    if (!status) return;
    const { pan, tilt, zoom } = status;
    this.#position = { pan, tilt, zoom, at: Date.now() };
    this.#changed();
  }

  #armIdle(): void {
    clearTimeout(this.#idle);
    const { idleReturn } = this.#settings;
    const isUsed = this.#room.leases.current(this.id) !== null || this.#patrols.state !== null;
    if (this.#closed || idleReturn.to === 'nothing' || isUsed || this.device.state === 'closed')
      return;
    this.#idle = setTimeout(() => {
      if (this.#room.leases.current(this.id) || this.#patrols.state) return;
      const going =
        idleReturn.to === 'home'
          ? this.goHome(null)
          : this.gotoPreset(idleReturn.preset, null, null);
      going.then(
        () => this.say('returned', ''),
        (error: unknown) =>
          this.#room.log.warn('no idle return', { camera: this.id, cause: Fault.from(error).code }),
      );
    }, idleReturn.minutes * 60_000);
    this.#idle.unref?.();
  }

  #changed(): void {
    if (this.#closed) return;
    const { state } = this;
    this.#record.alarm(state.alarmSince);
    this.#teller.changed(state);
  }
}

function handOf({ holder, page }: Actor): Hand {
  return { holder, page };
}

/** Pulses of a page count for themselves, and end with it. */
function pulsePage(page: number): number {
  return -1 - page;
}

function lacking(what: PtzLack): Fault {
  return new Fault('ptz.lacks', `the camera has no ${what}`, { what });
}

function plain(cause: Cause | null): PtzState['cause'] {
  if (!cause) return null;
  return cause.params ? { code: cause.code, params: { ...cause.params } } : { code: cause.code };
}
