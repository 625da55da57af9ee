import type { ptzCalls } from '../contract/ptz-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Actor } from '../ptz/ptz.types.ts';
import type { PtzCamera } from '../ptz/ptz-camera.ts';
import type { PtzRoom } from '../ptz/ptz-room.ts';
import { Fault } from '../std/fault.ts';

export type PtzHandlers = Pick<CallHandlers, keyof typeof ptzCalls>;

export interface PtzContext {
  readonly ptz: PtzRoom;
  readonly operators: Pick<Operators, 'current' | 'workstation'>;
  /** There is such a camera, and it may be watched. @throws {Fault} `input.unknown`, `site.*` */
  readonly checkCamera: (cameraId: string) => void;
}

/** Who is at the keyboard, as leases know them; null: nobody, or control is locked. */
export function holderOf({ operators }: Pick<PtzContext, 'operators'>): Actor['holder'] | null {
  const session = operators.current();
  if (!session || session.locked) return null;
  const { id, name } = session.operator;
  return { operatorId: id, operatorName: name, workstation: operators.workstation.name };
}

/** Steering of one connection: `page` is its own number, and what it moves ends with it. */
export function ptzHandlers(context: PtzContext, page: number): PtzHandlers {
  const { ptz, operators, checkCamera } = context;
  const actor = (): Actor => {
    const holder = holderOf(context);
    // The guard let the call in: this is a lock between the two.
    if (!holder) throw new Fault('operator.needed', 'nobody is signed in');
    return { holder, role: operators.current()?.operator.role ?? '', page };
  };
  /** Also whoever has locked the control of this workstation; null: nobody is signed in. */
  const stopper = (): Actor['holder'] | null => {
    const operator = operators.current()?.operator;
    if (!operator) return null;
    const workstation = operators.workstation.name;
    return { operatorId: operator.id, operatorName: operator.name, workstation };
  };
  const camera = (cameraId: string): PtzCamera => {
    checkCamera(cameraId);
    return ptz.camera(cameraId);
  };

  return {
    'ptz.open': ({ cameraId }) => camera(cameraId).view(),
    'ptz.states': () => ptz.states(),
    'ptz.take': ({ cameraId, priority, reason }) => {
      checkCamera(cameraId);
      return ptz.take(cameraId, actor(), priority, reason);
    },
    'ptz.release': async ({ cameraId }) => {
      await ptz.release(cameraId, actor());
      return {};
    },
    'ptz.move': async ({ cameraId, moveId, pan, tilt, zoom }) => {
      await camera(cameraId).move(actor(), moveId, { pan, tilt, zoom });
      return {};
    },
    'ptz.renew': ({ cameraId, moveId }) => ({
      alive: ptz.known(cameraId)?.renew(actor(), moveId) ?? false,
    }),
    // Also of a camera that has left the register meanwhile.
    'ptz.stop': ({ cameraId }) => {
      ptz.known(cameraId)?.stop('stopped', stopper());
      return {};
    },
    'ptz.point': ({ cameraId, x, y }) => camera(cameraId).point(actor(), { x, y, magnify: 1 }),
    'ptz.frame': ({ cameraId, box }) => camera(cameraId).frame(actor(), box),
    'ptz.step': ({ cameraId, pan, tilt, zoom }) =>
      camera(cameraId).step(actor(), { pan, tilt, zoom }),
    'ptz.goto': async ({ cameraId, preset, speed }) => {
      await camera(cameraId).goto(actor(), preset, speed);
      return {};
    },
    'ptz.home': async ({ cameraId }) => {
      await camera(cameraId).home(actor());
      return {};
    },
    'ptz.setHome': async ({ cameraId }) => {
      await camera(cameraId).setHome(actor());
      return {};
    },
    'ptz.savePreset': ({ cameraId, token, name, here }) =>
      camera(cameraId).savePreset(actor(), token, name, here),
    'ptz.removePreset': ({ cameraId, token }) => camera(cameraId).removePreset(actor(), token),
    'ptz.savePatrol': ({ cameraId, ...patrol }) => camera(cameraId).savePatrol(patrol),
    'ptz.removePatrol': ({ cameraId, id }) => camera(cameraId).removePatrol(id),
    'ptz.patrol': async ({ cameraId, id, act }) => {
      await camera(cameraId).patrol(actor(), id, act);
      return {};
    },
    'ptz.focus': async ({ cameraId, moveId, act }) => {
      await camera(cameraId).focus(actor(), moveId, act);
      return {};
    },
    'ptz.iris': async ({ cameraId, act }) => {
      await camera(cameraId).iris(actor(), act);
      return {};
    },
    'ptz.auxiliary': async ({ cameraId, command }) => {
      await camera(cameraId).auxiliary(actor(), command);
      return {};
    },
    'ptz.settings': ({ cameraId, settings }) => camera(cameraId).setSettings(settings),
    'ptz.acknowledge': ({ cameraId, since }) => {
      const known = ptz.known(cameraId);
      if (!known) throw new Fault('input.unknown', 'no such alarm');
      known.acknowledge(since);
      return {};
    },
  };
}
