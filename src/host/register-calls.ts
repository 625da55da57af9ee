import { maxPageRows, type registerCalls } from '../contract/register-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Operators } from '../operators/operators.types.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import type {
  CameraFields,
  Register,
  RegisterCamera,
  RegisterChange,
} from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';

export type RegisterHandlers = Pick<CallHandlers, keyof typeof registerCalls>;

export interface RegisterCallContext {
  readonly register: Register;
  /** Name of the operator of the moment, for the journal. */
  readonly who: string;
  readonly operators: Pick<Operators, 'require'>;
  takeLogin(cameraId: string, credential: Credential): Promise<void>;
}

/** The calls of the register; a transient wall has an empty one. */
export function registerHandlers(context: RegisterCallContext): RegisterHandlers {
  const { register, operators } = context;
  /** Who may not act everywhere takes back only what was their own doing, and so in their area. */
  const checkOwn = (change: RegisterChange | null) => {
    const { name, scope } = operators.require('register.edit');
    if (!change || scope === 'all' || change.who === name) return;
    throw new Fault('access.scope', "somebody else's change");
  };
  return {
    'register.tree': () => register.tree(),
    'register.page': (query) => register.page(query),
    'register.sites': (query) => register.sitePage(query),
    'register.search': ({ text, limit }) => register.search(text, limit),

    'register.site': ({ siteId }) => {
      const site = register.site(siteId);
      if (!site) throw new Fault('input.unknown', 'no such site');
      const { rows } = register.page({ filter: { siteId }, offset: 0, limit: maxPageRows });
      return { site, devices: [...register.devices(siteId)], cameras: rows };
    },

    'register.camera': ({ cameraId }) => {
      const row = register.row(cameraId);
      const site = row && register.site(row.camera.siteId);
      if (!row || !site) return null;
      const { deviceId } = row.camera;
      return { row, site, device: deviceId === null ? null : register.device(deviceId) };
    },

    'register.saveSite': ({ id, revision, fields }) => ({
      site: register.saveSite({ id, revision, fields, who: context.who }),
    }),
    'register.saveDevice': ({ id, revision, fields }) => ({
      device: register.saveDevice({ id, revision, fields, who: context.who }),
    }),

    'register.saveCamera': async ({ id, revision, fields }) => {
      const known = id === null ? null : register.camera(id);
      const { plain, credential } = withoutLogin(fields, known);
      // A new camera comes with its login; another login for a known one is its own right.
      if (known && credential) operators.require('logins.change', [{ cameraId: known.id }]);
      const { id: savedId } = register.saveCamera({
        id,
        revision,
        fields: plain,
        who: context.who,
      });
      if (credential) await context.takeLogin(savedId, credential);
      const row = register.row(savedId);
      if (!row) throw new Fault('input.unknown', 'removed in the meantime');
      return { row };
    },

    'register.removeSites': ({ siteIds }) => ({
      removed: register.remove('site', siteIds, context.who),
    }),
    'register.removeDevices': ({ deviceIds }) => ({
      removed: register.remove('device', deviceIds, context.who),
    }),
    'register.removeCameras': ({ cameraIds }) => ({
      removed: register.remove('camera', cameraIds, context.who),
    }),
    'register.bulkEdit': ({ cameraIds, patch }) => register.bulkEdit(cameraIds, patch, context.who),
    'register.bulkEditSites': ({ siteIds, patch }) =>
      register.bulkEditSites(siteIds, patch, context.who),
    'register.undo': ({ changeId }) => {
      checkOwn(register.journal(0, 1).undo);
      return { change: register.undo(context.who, changeId) };
    },
    'register.redo': ({ changeId }) => {
      checkOwn(register.journal(0, 1).redo);
      return { change: register.redo(context.who, changeId) };
    },
    'register.journal': ({ offset, limit }) => register.journal(offset, limit),

    'register.toWall': (node) => {
      const all = register.cameraIds(node).length;
      const refused = register.cameraIds({ ...node, refused: true }).length;
      const cameraIds = register.cameraIds({ ...node, refused: false, noUrl: false });
      return { cameraIds, refused, noUrl: all - refused - cameraIds.length };
    },
  };
}

/**
 * A login in a URL goes to the keychain. A URL that comes back as the page was shown it, with its login
 * struck out, is the one that the register has.
 */
function withoutLogin(
  fields: Partial<CameraFields>,
  known: RegisterCamera | null,
): { plain: Partial<CameraFields>; credential: Credential | null } {
  const plain = { ...fields };
  let credential: Credential | null = null;
  for (const field of ['url', 'subUrl', 'directUrl', 'directSubUrl'] as const) {
    const text = plain[field]?.trim();
    if (!text) continue;
    if (known && text === redact(known[field])) {
      delete plain[field];
      continue;
    }
    if (text.includes('***')) throw new Fault('input.url', 'a struck-out login', { field });
    const split = splitUrl(text);
    plain[field] = split.url;
    credential ??= split.credential;
  }
  return { plain, credential };
}
