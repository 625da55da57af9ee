import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import {
  maxPatrolSpots,
  type PatrolSpot,
  type PtzPatrol,
  type PtzSettings,
  patrolSpot,
  ptzSettings,
} from '../contract/ptz-schemas.ts';
import type { Logger } from '../std/log.ts';

/**
 * What steering remembers over restarts. Reading and writing never fail for the caller: a camera must
 * be steered and stopped whatever became of the disk. What could not be written is logged.
 */
export interface PtzMemory {
  /** On disk before the first movement goes out. */
  markMoving(cameraId: string): void;
  clearMoving(cameraId: string): void;
  /** Cameras that were moving when the program ended. */
  moving(): string[];
  settings(cameraId: string): PtzSettings;
  saveSettings(cameraId: string, settings: PtzSettings): void;
  patrols(cameraId: string): PtzPatrol[];
  /** `id` null makes a new one; returns the id. */
  savePatrol(cameraId: string, id: string | null, name: string, spots: PatrolSpot[]): string;
  removePatrol(cameraId: string, id: string): boolean;
  /** Names of presets by token, where the device does not keep them. */
  presetNames(cameraId: string): Map<string, string>;
  /** `name` null forgets it. */
  namePreset(cameraId: string, token: string, name: string | null): void;
  /** Which cameras were found to turn, and which not to. */
  steerable(): Map<string, boolean>;
  saveSteerable(cameraId: string, turns: boolean): void;
}

export const usualSettings: PtzSettings = {
  idleReturn: { to: 'nothing' },
  wideDegrees: null,
  zoomFactor: null,
  panRange: null,
  tiltRange: null,
};

const spotList = z.array(patrolSpot).check(z.minLength(1), z.maxLength(maxPatrolSpots));

export function openPtzMemory(db: DatabaseSync, log: Logger): PtzMemory {
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      log.error('steering could not be remembered', { reason: String(error) });
      return otherwise;
    }
  };
  const run = (sql: string, ...values: (string | number)[]) =>
    attempt(() => Number(db.prepare(sql).run(...values).changes), 0);
  const rows = (sql: string, ...values: string[]) =>
    attempt(() => db.prepare(sql).all(...values) as Record<string, unknown>[], []);
  /** Also where the disk failed, and to spare it a write at each drag. */
  const marked = new Set(
    rows('select camera_id from ptz_moving').map((row) => String(row['camera_id'])),
  );

  return {
    markMoving(cameraId) {
      if (marked.has(cameraId)) return;
      marked.add(cameraId);
      run(
        'insert or replace into ptz_moving (camera_id, since) values (?, ?)',
        cameraId,
        Date.now(),
      );
    },
    clearMoving(cameraId) {
      if (marked.delete(cameraId)) run('delete from ptz_moving where camera_id = ?', cameraId);
    },
    moving: () => [...marked],

    settings(cameraId) {
      const [row] = rows('select settings from ptz_settings where camera_id = ?', cameraId);
      const parsed = ptzSettings.safeParse(parseJson(row?.['settings']));
      return parsed.success ? parsed.data : usualSettings;
    },
    saveSettings(cameraId, settings) {
      run(
        'insert or replace into ptz_settings (camera_id, settings) values (?, ?)',
        cameraId,
        JSON.stringify(settings),
      );
    },

    patrols(cameraId) {
      return rows(
        'select id, name, spots from ptz_patrol where camera_id = ? order by rowid',
        cameraId,
      )
        .map(({ id, name, spots }) => ({ id, name, spots: spotList.safeParse(parseJson(spots)) }))
        .flatMap(({ id, name, spots }) =>
          spots.success
            ? [{ id: String(id), name: String(name), where: 'own' as const, spots: spots.data }]
            : [],
        );
    },
    savePatrol(cameraId, id, name, spots) {
      const made = id ?? randomUUID();
      run(
        `insert into ptz_patrol (id, camera_id, name, spots) values (?, ?, ?, ?)
         on conflict (id) do update set name = excluded.name, spots = excluded.spots`,
        made,
        cameraId,
        name,
        JSON.stringify(spots),
      );
      return made;
    },
    removePatrol: (cameraId, id) =>
      run('delete from ptz_patrol where camera_id = ? and id = ?', cameraId, id) > 0,

    presetNames: (cameraId) =>
      new Map(
        rows('select token, name from ptz_preset_name where camera_id = ?', cameraId).map(
          ({ token, name }) => [String(token), String(name)],
        ),
      ),
    namePreset(cameraId, token, name) {
      if (name === null) {
        run('delete from ptz_preset_name where camera_id = ? and token = ?', cameraId, token);
        return;
      }
      run(
        'insert or replace into ptz_preset_name (camera_id, token, name) values (?, ?, ?)',
        cameraId,
        token,
        name,
      );
    },

    steerable: () =>
      new Map(
        rows('select camera_id, turns from ptz_steerable').map(({ camera_id, turns }) => [
          String(camera_id),
          turns === 1,
        ]),
      ),
    saveSteerable(cameraId, turns) {
      run(
        'insert or replace into ptz_steerable (camera_id, turns) values (?, ?)',
        cameraId,
        turns ? 1 : 0,
      );
    },
  };
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}
