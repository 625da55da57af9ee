import type { DatabaseSync } from 'node:sqlite';
import type { AuditLog } from '../audit/audit.types.ts';
import type { PtzState } from '../contract/ptz-schemas.ts';
import type { ConnectOnvif } from '../onvif/onvif.types.ts';
import type { Operators } from '../operators/operators.types.ts';
import { DeviceShelf } from '../ptz/connect-camera.ts';
import { createLocalLeaseBook } from '../ptz/lease.ts';
import { openPtzMemory } from '../ptz/ptz-memory.ts';
import { PtzRoom } from '../ptz/ptz-room.ts';
import { createWatchman } from '../ptz/watchman.ts';
import type { Logger } from '../std/log.ts';
import { holderOf } from './ptz-calls.ts';
import { type DoorSource, ptzDoorOf } from './ptz-door.ts';

/** Steering, put together for the core. */
export function createPtzRoom(options: {
  readonly database: DatabaseSync;
  readonly connectOnvif: ConnectOnvif;
  readonly doors: DoorSource;
  readonly operators: Operators;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly log: Logger;
  readonly onState: (state: PtzState) => void;
  /** A camera was found to turn, or not to. */
  readonly onSteerable: () => void;
}): PtzRoom {
  const { database, doors, operators, audit, log, onState, onSteerable } = options;
  const shelf = new DeviceShelf(options.connectOnvif, log);
  const watchman = createWatchman({
    log,
    onStopped: (cameraId) => room.stoppedByWatchman(cameraId),
  });
  const room: PtzRoom = new PtzRoom({
    connect: async (cameraId) => shelf.link(await ptzDoorOf(cameraId, doors)),
    memory: openPtzMemory(database, log),
    leases: createLocalLeaseBook(),
    watchman,
    log,
    workstation: operators.workstation.name,
    me: () => holderOf({ operators }),
    audit: (entry) => audit.write(entry),
    onState,
    onSteerable,
  });
  return room;
}
