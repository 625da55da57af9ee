import { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../../src/audit/audit.types.ts';
import type { PtzState } from '../../src/contract/ptz-schemas.ts';
import { connectOnvif } from '../../src/onvif/connect-onvif.ts';
import { DeviceShelf } from '../../src/ptz/connect-camera.ts';
import { createLocalLeaseBook, type LeaseBook, type LeaseTimes } from '../../src/ptz/lease.ts';
import type { Actor } from '../../src/ptz/ptz.types.ts';
import type { PtzCamera } from '../../src/ptz/ptz-camera.ts';
import { openPtzMemory } from '../../src/ptz/ptz-memory.ts';
import { PtzRoom } from '../../src/ptz/ptz-room.ts';
import type { Watchman } from '../../src/ptz/watchman.ts';
import { silentLog } from '../../src/std/log.ts';
import { migrate } from '../../src/store/migrations.ts';

/** The steering room on one camera, without a host around it. */
export interface PtzDesk {
  readonly room: PtzRoom;
  readonly camera: PtzCamera;
  readonly leases: LeaseBook;
  readonly database: DatabaseSync;
  readonly audit: AuditEntry[];
  readonly states: PtzState[];
  actor(name?: string, page?: number, role?: string): Actor;
  /** Who is signed in; telling it is telling the room. */
  signIn(name: string | null): void;
  close(): Promise<void>;
}

export const cameraId = 'cổng-1';

export function ptzDesk(options: {
  readonly address: string;
  readonly credential?: { user: string; password: string } | null;
  readonly database?: DatabaseSync;
  readonly leaseTimes?: LeaseTimes;
  readonly watchman?: Watchman | null;
}): PtzDesk {
  const database = options.database ?? new DatabaseSync(':memory:');
  if (!options.database) migrate(database);
  const shelf = new DeviceShelf(connectOnvif, silentLog);
  const leases = createLocalLeaseBook(options.leaseTimes);
  const audit: AuditEntry[] = [];
  const states: PtzState[] = [];
  const holder = (name: string) => ({
    operatorId: `id-${name}`,
    operatorName: name,
    workstation: 'máy 1',
  });
  let me: string | null = 'An';
  const room = new PtzRoom({
    connect: () =>
      shelf.link({
        addresses: [options.address],
        credential: options.credential ?? null,
        fingerprint: () => null,
        streamUrl: '',
      }),
    memory: openPtzMemory(database, silentLog),
    leases,
    watchman: options.watchman ?? null,
    log: silentLog,
    workstation: 'máy 1',
    me: () => (me === null ? null : holder(me)),
    audit: (entry) => audit.push(entry),
    onState: (state) => states.push(state),
  });
  return {
    room,
    camera: room.camera(cameraId),
    leases,
    database,
    audit,
    states,
    actor: (name = 'An', page = 1, role = 'ptz') => ({ holder: holder(name), role, page }),
    signIn(name) {
      me = name;
      room.handChanged();
    },
    async close() {
      await room.close();
      shelf.close();
    },
  };
}
