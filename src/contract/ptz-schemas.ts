import * as z from 'zod/mini';
import { cameraId, cause, text, time, wholeNumber } from './shapes.ts';

/**
 * Steering. One camera, one hand: whoever steers holds the camera's lease. A movement lives on
 * renewals: the page calls `ptz.renew` each 100 ms (`ptzRenewEveryMs`), never later than after 250 ms
 * (`ptzRenewMs`), with the `moveId` it gave to `ptz.move` or `ptz.focus`; where none comes the core
 * stops the camera (`ptzDeadManMs` after the last).
 *
 * Every call that steers takes the lease where it is free. It answers `ptz.held` (who, until when)
 * where somebody of the same or a higher priority has it, `ptz.not-steerable` where the camera is no
 * PTZ camera, and `onvif.*`, `net.*` or `rtsp.unauthorized` where the device fails.
 */

/** The longest a page may wait between two renewals, in ms. */
export const ptzRenewMs = 250;
/** What a page aims at: three may be late or lost on a busy machine before the camera stops. */
export const ptzRenewEveryMs = 100;
/** The core sends the stop no later than this after the last renewal, in ms. */
export const ptzDeadManMs = 500;

export const maxPtzPresets = 1000;
export const maxPatrols = 64;
export const maxPatrolSpots = 64;

/** −1 … 1: right, up and in are positive. */
const speed = z.number().check(z.gte(-1), z.lte(1));
/** 0 … 1 of the picture, from its top left corner. */
const part = z.number().check(z.gte(0), z.lte(1));
const token = text(200);
const name = text(100);

/** 1 … 32,000; the higher takes the camera from the lower. Patrols have 0. */
const priority = wholeNumber(0, 32_000);

/** What the device does not offer, so that the page can say so instead of failing later. */
export const ptzLacks = [
  'pan-tilt',
  'zoom',
  'continuous',
  'absolute',
  'relative',
  'status',
  'home',
  'set-home',
  'presets',
  /** The device keeps presets without their names: the names are kept here. */
  'preset-names',
  'tours',
  'focus',
  'auto-focus',
  'iris',
  'auxiliary',
] as const;

export const ptzHolder = z.object({
  operatorId: text(200),
  operatorName: text(200),
  workstation: text(200),
});

export const ptzLease = z.object({
  holder: ptzHolder,
  priority,
  reason: text(300),
  since: time,
  /** When it ends unless there is another movement: the countdown. */
  until: time,
  /** Held by the operator who is signed in at this workstation. */
  mine: z.boolean(),
  /** To whom the camera goes back when this hand lets go, or null. */
  next: z.nullable(ptzHolder),
});

export const ptzPreset = z.object({ token, name: text(200) });
export const ptzTour = z.object({ token, name: text(200), state: text(40), spots: z.number() });

export const patrolSpot = z.object({
  preset: token,
  staySeconds: wholeNumber(1, 3600),
  /** 0 … 1 of what the device can; null: as the device likes. */
  speed: z.nullable(z.number().check(z.gte(0), z.lte(1))),
});
export const ptzPatrol = z.object({
  id: text(200),
  name,
  /** `device`: a preset tour of its own, which goes on when this program ends. `own`: driven from here. */
  where: z.enum(['own', 'device']),
  spots: z.array(patrolSpot).check(z.maxLength(maxPatrolSpots)),
});

/** What the camera returns to when nobody has steered it for `minutes`. */
export const idleReturn = z.discriminatedUnion('to', [
  z.object({ to: z.literal('nothing') }),
  z.object({ to: z.literal('home'), minutes: wholeNumber(1, 1440) }),
  z.object({ to: z.literal('preset'), preset: token, minutes: wholeNumber(1, 1440) }),
]);

export const ptzSettings = z.object({
  idleReturn,
  /** Horizontal angle of view when zoomed out, in degrees; null: as the device tells, else 60. */
  wideDegrees: z.nullable(z.number().check(z.gte(1), z.lte(180))),
  /** How many times narrower when zoomed in all the way; null: as the device tells, else 20. */
  zoomFactor: z.nullable(z.number().check(z.gte(1), z.lte(100))),
  /** Degrees from one end of pan and tilt to the other; null or missing: as the device tells, else 360 and 180. */
  panRange: z.optional(z.nullable(z.number().check(z.gte(1), z.lte(360)))),
  tiltRange: z.optional(z.nullable(z.number().check(z.gte(1), z.lte(360)))),
});

export const ptzNotices = [
  /** Somebody of higher priority took the camera; `by` is who. */
  'taken-over',
  /** The one who had taken it left: it is yours again; `by` is who left. */
  'handed-back',
  /** Not moved for so long that the lease ended. */
  'lease-idle',
  /** The operator signed out, or the control was locked. */
  'lease-ended',
  /** The core stopped the camera because the page did not renew the movement. */
  'dead-man',
  /** It returned to its home or preset because nobody steered. */
  'returned',
  /** A movement that an earlier run of the program left behind was stopped. */
  'left-behind',
  'patrol-paused',
  'patrol-resumed',
  'patrol-failed',
] as const;

/** All that changes while a camera is steered. */
export const ptzState = z.object({
  cameraId,
  /** `failed` is told in `cause`; a refused login stays so until the login is changed. */
  link: z.enum(['closed', 'connecting', 'ready', 'failed']),
  cause: z.nullable(cause),
  /**
   * `hand`: by speed. `goto`: to a preset, home or a point. `stopping`: a stop went out and is not
   * verified yet. `lens`: focus is driven.
   */
  moving: z.enum(['no', 'hand', 'goto', 'lens', 'patrol', 'stopping']),
  lease: z.nullable(ptzLease),
  /** `ptz.may-be-moving`: the stop could not be verified. Loud until verified or acknowledged. */
  alarm: z.nullable(cause),
  /** Since when, while there is one. */
  alarmSince: z.nullable(time),
  /**
   * As the device tells it: −1 … 1 of each axis, zoom 0 … 1; null where it does not. `at` is when it
   * was asked.
   */
  position: z.nullable(
    z.object({
      pan: z.nullable(z.number()),
      tilt: z.nullable(z.number()),
      zoom: z.nullable(z.number()),
      at: time,
    }),
  ),
  /** From the last command to the device's answer, ms. */
  commandMs: z.nullable(z.number()),
  patrol: z.nullable(
    z.object({
      id: text(200),
      name,
      where: z.enum(['own', 'device']),
      state: z.enum(['running', 'paused']),
      /** Index of the spot it is at or goes to; null for a tour of the device. */
      spot: z.nullable(z.number()),
    }),
  ),
  /** The latest thing worth saying; `id` grows, so that each is said once. */
  notice: z.nullable(
    z.object({ id: z.number(), code: z.enum(ptzNotices), by: text(200), at: time }),
  ),
});

/** What a camera can do, asked of it when it is opened. */
export const ptzView = z.object({
  cameraId,
  lacks: z.array(z.enum(ptzLacks)),
  presets: z.array(ptzPreset).check(z.maxLength(maxPtzPresets)),
  /** How many the device keeps; 0 where untold. */
  maxPresets: z.number(),
  tours: z.array(ptzTour).check(z.maxLength(maxPatrols)),
  patrols: z.array(ptzPatrol).check(z.maxLength(maxPatrols)),
  /** As the device writes them, such as `tt:Wiper|On`. */
  auxiliaries: z.array(text(200)).check(z.maxLength(64)),
  /** Horizontal angle of view now, in degrees; `assumed` where neither device nor person told it. */
  view: z.object({
    degrees: z.number(),
    source: z.enum(['device', 'calibrated', 'assumed']),
    /** The camera itself knows where a point of its picture is: a click is exact without an angle. */
    exactPoint: z.optional(z.boolean()),
  }),
  settings: ptzSettings,
  state: ptzState,
});

/** How a point or a box was gone to; approximate where the device cannot go to a place. */
export const ptzAimed = z.object({
  by: z.enum(['absolute', 'relative', 'pulse']),
  approximate: z.boolean(),
});

/** Grows with each movement of one page; a call of an earlier movement is ignored. */
const moveId = z.int().check(z.gte(0));
const camera = z.object({ cameraId });
const nothing = z.object({});
const newPresets = z.object({ presets: z.array(ptzPreset).check(z.maxLength(maxPtzPresets)) });

export const ptzCalls = {
  /** Connects where it is not connected; a movement left behind by an earlier run is stopped first. */
  'ptz.open': { params: camera, result: ptzView },
  /** States of all cameras that were opened, e.g. after the page came back. */
  'ptz.states': { params: z.object({}), result: z.array(ptzState).check(z.maxLength(1000)) },
  /**
   * Takes the camera, also from a lower priority. `priority` null: that of the operator's role; it
   * is never more than the role may. @throws `ptz.held`
   */
  'ptz.take': {
    params: z.object({ cameraId, priority: z.nullable(wholeNumber(1, 32_000)), reason: text(300) }),
    result: ptzLease,
  },
  /** Stops the camera where it moves by this hand, and gives it back. */
  'ptz.release': { params: camera, result: nothing },
  /** Speeds; the latest wins, at most ten a second go out. All zero is a stop. */
  'ptz.move': {
    params: z.object({ cameraId, moveId, pan: speed, tilt: speed, zoom: speed }),
    result: nothing,
  },
  /** `alive` false: that movement is over, for whatever reason; the page lets go. */
  'ptz.renew': { params: z.object({ cameraId, moveId }), result: z.object({ alive: z.boolean() }) },
  /** Goes out at once, whatever else is under way. Anybody may stop, also while control is locked. */
  'ptz.stop': { params: camera, result: nothing },
  /** Brings that point of the picture to its centre. */
  'ptz.point': { params: z.object({ cameraId, x: part, y: part }), result: ptzAimed },
  /** Makes that part of the picture the whole picture, as far as zoom allows. */
  'ptz.frame': {
    params: z.object({
      cameraId,
      box: z.object({ x: part, y: part, width: part, height: part }),
    }),
    result: ptzAimed,
  },
  /** One small step: −1, 0 or 1 tenth of the view on each axis (zoom: one tenth of its range). */
  'ptz.step': {
    params: z.object({ cameraId, pan: speed, tilt: speed, zoom: speed }),
    result: ptzAimed,
  },
  /** `speed` 0 … 1, null: as the device likes. */
  'ptz.goto': {
    params: z.object({ cameraId, preset: token, speed: z.nullable(part) }),
    result: nothing,
  },
  'ptz.home': { params: camera, result: nothing },
  'ptz.setHome': { params: camera, result: nothing },
  /**
   * `token` null: a new preset where the camera looks now. With a token and `here` true that preset is
   * moved here; with `here` false it only gets another name. A device cannot rename without moving the
   * preset, so the core goes there first.
   */
  'ptz.savePreset': {
    params: z.object({ cameraId, token: z.nullable(token), name, here: z.boolean() }),
    result: z.object({ token, presets: newPresets.shape.presets }),
  },
  'ptz.removePreset': { params: z.object({ cameraId, token }), result: newPresets },
  /** `id` null: a new one. One of the device is written into the device. */
  'ptz.savePatrol': {
    params: z.object({
      cameraId,
      id: z.nullable(text(200)),
      name,
      where: z.enum(['own', 'device']),
      spots: z.array(patrolSpot).check(z.minLength(1), z.maxLength(maxPatrolSpots)),
    }),
    result: z.object({ patrols: z.array(ptzPatrol).check(z.maxLength(maxPatrols)), id: text(200) }),
  },
  'ptz.removePatrol': {
    params: z.object({ cameraId, id: text(200) }),
    result: z.object({ patrols: z.array(ptzPatrol).check(z.maxLength(maxPatrols)) }),
  },
  'ptz.patrol': {
    params: z.object({ cameraId, id: text(200), act: z.enum(['start', 'stop']) }),
    result: nothing,
  },
  /**
   * `near` and `far` drive the lens while they are renewed, like a movement; `auto` gives focus back
   * to the camera, `manual` takes it.
   */
  'ptz.focus': {
    params: z.object({
      cameraId,
      moveId,
      act: z.enum(['near', 'far', 'stop', 'auto', 'manual']),
    }),
    result: nothing,
  },
  /** One step, or given back to the camera. */
  'ptz.iris': {
    params: z.object({ cameraId, act: z.enum(['open', 'close', 'auto']) }),
    result: nothing,
  },
  /** One of `auxiliaries`. */
  'ptz.auxiliary': { params: z.object({ cameraId, command: text(200) }), result: nothing },
  'ptz.settings': {
    params: z.object({ cameraId, settings: ptzSettings }),
    result: ptzView,
  },
  /** A person has seen the alarm `since` then. It comes back when another stop cannot be verified. */
  'ptz.acknowledge': { params: z.object({ cameraId, since: time }), result: nothing },
} as const;

export const ptzEvents = {
  /** At once where something changed that matters, positions at most four times a second. */
  'ptz.state': ptzState,
} as const;

export type PtzLack = (typeof ptzLacks)[number];
export type PtzNotice = (typeof ptzNotices)[number];
export type PtzHolder = z.infer<typeof ptzHolder>;
export type PtzLease = z.infer<typeof ptzLease>;
export type PtzState = z.infer<typeof ptzState>;
export type PtzView = z.infer<typeof ptzView>;
export type PtzAimed = z.infer<typeof ptzAimed>;
export type PtzPatrol = z.infer<typeof ptzPatrol>;
export type PatrolSpot = z.infer<typeof patrolSpot>;
export type IdleReturn = z.infer<typeof idleReturn>;
export type PtzSettings = z.infer<typeof ptzSettings>;
