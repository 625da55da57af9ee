import { maxPageRows, type registerCalls } from '../contract/register-schemas.ts';
import type { CallHandlers } from '../contract/serve.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { splitUrl } from '../rtsp-parse/url.ts';
import type { CameraFields, Register, RegisterCamera } from '../sites/register.types.ts';
import { Fault } from '../std/fault.ts';
import { redact } from '../std/log.ts';

export type RegisterHandlers = Pick<CallHandlers, keyof typeof registerCalls>;

export interface RegisterCallContext {
  readonly register: Register;
  /** Name of the person at this workstation, for the journal. */
  readonly who: string;
  takeLogin(cameraId: string, credential: Credential): Promise<void>;
}

/** The calls of the register; a transient wall has an empty one. */
export function registerHandlers(context: RegisterCallContext): RegisterHandlers {
  const { register, who } = context;
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
      site: register.saveSite({ id, revision, fields, who }),
    }),
    'register.saveDevice': ({ id, revision, fields }) => ({
      device: register.saveDevice({ id, revision, fields, who }),
    }),

    'register.saveCamera': async ({ id, revision, fields }) => {
      const known = id === null ? null : register.camera(id);
      const { plain, credential } = withoutLogin(fields, known);
      const { id: savedId } = register.saveCamera({ id, revision, fields: plain, who });
      if (credential) await context.takeLogin(savedId, credential);
      const row = register.row(savedId);
      if (!row) throw new Fault('input.unknown', 'removed in the meantime');
      return { row };
    },

    'register.removeSites': ({ siteIds }) => ({ removed: register.remove('site', siteIds, who) }),
    'register.removeDevices': ({ deviceIds }) => ({
      removed: register.remove('device', deviceIds, who),
    }),
    'register.removeCameras': ({ cameraIds }) => ({
      removed: register.remove('camera', cameraIds, who),
    }),
    'register.bulkEdit': ({ cameraIds, patch }) => register.bulkEdit(cameraIds, patch, who),
    'register.bulkEditSites': ({ siteIds, patch }) => register.bulkEditSites(siteIds, patch, who),
    'register.undo': ({ changeId }) => ({ change: register.undo(who, changeId) }),
    'register.redo': ({ changeId }) => ({ change: register.redo(who, changeId) }),
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
