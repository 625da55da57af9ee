import * as z from 'zod/mini';
import { cameraId, cause, text, time } from './shapes.ts';

/**
 * Where logins are kept, and which there are. Secrets go one way only: no call answers with a password
 * or a passphrase.
 */

/** Most logins and devices that one answer names. */
export const maxLoginRows = 5000;
/** In characters; the shortest passphrase that a vault is made with. */
export const minPassphrase = 10;

/**
 * `keychain`: the operating system's. `passphrase`: a sealed file of the data folder, opened by a
 * person. `memory`: lost when the program ends.
 */
export const vaultLevel = z.enum(['keychain', 'passphrase', 'memory']);

export const vaultStatus = z.object({
  level: vaultLevel,
  /**
   * `locked`: `vault.unlock` opens it. `damaged`: the file cannot be read; `vault.create` puts it aside
   * and begins a new one. `open` for the levels that need no passphrase.
   */
  state: z.enum(['open', 'locked', 'damaged']),
  /** `vault.create` is possible: there is a data folder, no keychain, and no vault that can be read. */
  canCreate: z.boolean(),
  /** Logins that are in memory only and would be lost now. */
  unkept: z.number(),
});

export const loginScope = z.enum(['camera', 'device', 'site']);
/** Id of the camera or site; of a device its `host:port`, as in `192.0.2.7:554`. */
export const loginId = text(300);

const loginRow = z.object({
  scope: loginScope,
  id: loginId,
  /** Name of the camera or site, address of the device. */
  name: text(300),
  /** Null while the vault is locked. */
  user: z.nullable(text(200)),
  /** Null where it was kept before this was noted. */
  since: z.nullable(time),
  /** Cameras of the wall that log in with it. */
  cameras: z.number(),
  /** The device does not take it: nothing is tried any more until it is changed. */
  refused: z.nullable(cause),
});

/** One device that waits for a login: one question, however many cameras it carries. */
const loginQuestion = z.object({
  /** `host:port`: the `id` for `logins.set` with the scope `device`. */
  device: loginId,
  siteId: text(200),
  siteName: text(200),
  /** One of its cameras, to name it by. */
  cameraId,
  cameraName: text(200),
  cameras: z.number(),
  /** `rtsp.unauthorized` or `rtsp.credentials-needed`. */
  cause,
  since: time,
});

const questions = z.array(loginQuestion).check(z.maxLength(maxLoginRows));

export const vaultCalls = {
  'vault.level': { params: z.object({}), result: vaultStatus },
  /** `input.value` (too short), `input.conflict` (there is a vault or a keychain already). */
  'vault.create': { params: z.object({ passphrase: text(1000) }), result: vaultStatus },
  /** `vault.passphrase` (a wrong one), `vault.damaged`, `vault.missing` (there is none). */
  'vault.unlock': { params: z.object({ passphrase: text(1000) }), result: vaultStatus },
  'vault.lock': { params: z.object({}), result: vaultStatus },
  /**
   * A login looked up for a stream is that of its camera, else of its device, else of its site, else the
   * one that came with the inventory. Streams that use this one are tried again at once.
   */
  'logins.set': {
    params: z.object({ scope: loginScope, id: loginId, user: text(200), password: text(500) }),
    /** Where it is now: `memory` while the vault is locked. */
    result: z.object({ level: vaultLevel }),
  },
  'logins.remove': { params: z.object({ scope: loginScope, id: loginId }), result: z.object({}) },
  'logins.list': {
    params: z.object({}),
    result: z.object({ logins: z.array(loginRow).check(z.maxLength(maxLoginRows)), questions }),
  },
} as const;

export const vaultEvents = {
  'vault.changed': vaultStatus,
  /** The devices that wait for a login became others. */
  'logins.questions': questions,
} as const;

export type VaultStatus = z.infer<typeof vaultStatus>;
export type LoginScope = z.infer<typeof loginScope>;
export type LoginRow = z.infer<typeof loginRow>;
export type LoginQuestion = z.infer<typeof loginQuestion>;
