import type { AuditKind } from '../audit/audit.types.ts';
import type { CallName, CallParams } from '../contract/schemas.ts';
import type { Policy, Subject } from './operators.types.ts';

/**
 * What every call of the contract asks for: a call without a line does not compile. Reading and
 * arranging the wall is free; what acts needs a right, at the places it is about. Where only the
 * handler learns which places those are, it asks `operators.require` itself, and the line says so.
 */
export const policies: { readonly [N in CallName]: Policy<CallParams<N>> } = {
  hello: 'free',
  'page.log': 'free',
  'language.set': 'free',
  'cameras.list': 'free',
  'streams.list': 'free',
  'streams.retry': 'free',
  'wall.load': 'free',
  'wall.save': 'free',
  'wall.report': 'free',

  // Handler: the site, and the login of a camera that is known.
  'sources.add': { right: 'register.edit' },
  'sources.remove': { right: 'register.edit', of: ofCamera },
  'sources.login': { right: 'logins.change', of: ofCamera },
  'sources.trust': { right: 'connect.change', of: ofCamera },

  'register.tree': 'free',
  'register.page': 'free',
  'register.sites': 'free',
  'register.search': 'free',
  'register.site': 'free',
  'register.camera': 'free',
  'register.journal': 'free',
  'register.toWall': 'free',
  'register.saveSite': {
    right: 'register.edit',
    of: ({ id, fields }) => [
      id === null
        ? { province: fields.province ?? '', district: fields.district ?? '' }
        : siteAs(id, fields),
    ],
  },
  'register.saveDevice': {
    right: 'register.edit',
    of: ({ id, fields }) => [...(id === null ? [] : [{ deviceId: id }]), ...inside(fields)],
  },
  // Handler: a login in the URL of a camera that is known.
  'register.saveCamera': {
    right: 'register.edit',
    of: ({ id, fields }) => [...(id === null ? [] : [{ cameraId: id }]), ...inside(fields)],
  },
  'register.removeSites': {
    right: 'register.edit',
    of: ({ siteIds }) => siteIds.map((siteId) => ({ siteId })),
  },
  'register.removeDevices': {
    right: 'register.edit',
    of: ({ deviceIds }) => deviceIds.map((deviceId) => ({ deviceId })),
  },
  'register.removeCameras': {
    right: 'register.edit',
    of: ({ cameraIds }) => cameraIds.map((cameraId) => ({ cameraId })),
  },
  'register.bulkEdit': {
    right: 'register.edit',
    of: ({ cameraIds, patch }) => [
      ...cameraIds.map((cameraId) => ({ cameraId })),
      ...inside(patch),
    ],
  },
  'register.bulkEditSites': {
    right: 'register.edit',
    of: ({ siteIds, patch }) => siteIds.map((siteId) => siteAs(siteId, patch)),
  },
  // Handler: who may not act everywhere takes back only what was their own doing.
  'register.undo': { right: 'register.edit' },
  'register.redo': { right: 'register.edit' },

  'imports.upload': { right: 'register.edit', audit: false },
  'imports.preview': { right: 'register.edit', audit: false },
  'imports.rows': { right: 'register.edit', audit: false },
  // Handler: every site that would change; logins in the file.
  'imports.run': { right: 'register.edit', audit: 'register.import' },
  'imports.cancel': { right: 'register.edit', audit: false },
  'imports.mappings': { right: 'register.edit', audit: false },
  // Handler: sites outside the scope and held ones are left out.
  'exports.start': { right: 'register.export' },
  'exports.download': { right: 'register.export', audit: false },

  'hubs.list': 'free',
  'hubs.add': {
    right: 'connect.change',
    of: ({ siteId, province, district }) => [
      siteId ? { siteId } : { province: province ?? '', district: district ?? '' },
    ],
  },
  'hubs.remove': { right: 'connect.change', of: ofHub },
  'hubs.login': { right: 'logins.change', of: ofHub },
  'hubs.test': {
    right: 'connect.change',
    of: (params) => ('hubId' in params ? [{ hubId: params.hubId }] : []),
    audit: false,
  },
  'hubs.sync': { right: 'connect.change', of: ofHub, audit: false },
  // Handler: the hub of the plan.
  'hubs.apply': { right: 'connect.change' },
  'discovery.interfaces': 'free',
  'discovery.results': 'free',
  'discovery.start': { right: 'connect.change' },
  'discovery.cancel': { right: 'connect.change' },
  'discovery.resume': { right: 'connect.change' },
  'discovery.adopt': {
    right: 'connect.change',
    of: ({ site }) => [
      'siteId' in site
        ? { siteId: site.siteId }
        : { province: site.province, district: site.district },
    ],
  },

  // Handler: of everything, what lies in the scope.
  'survey.start': {
    right: 'survey.run',
    of: (target) => {
      if ('cameraIds' in target) return target.cameraIds.map((cameraId) => ({ cameraId }));
      return 'siteIds' in target ? target.siteIds.map((siteId) => ({ siteId })) : [];
    },
  },
  'survey.cancel': { right: 'survey.run' },
  'survey.state': 'free',
  'survey.rows': 'free',
  // Handler: sites outside the scope and held ones are left out.
  'survey.export': {
    right: 'register.export',
    of: ({ siteId }) => (siteId === null ? [] : [{ siteId }]),
  },
  'survey.download': { right: 'register.export', audit: false },

  'replay.open': {
    right: 'evidence.replay',
    of: ({ cameraIds }) => cameraIds.map((cameraId) => ({ cameraId })),
    audit: 'evidence.replay',
  },
  'replay.settings': 'free',
  'replay.saveSettings': { right: 'settings.change' },
  // A session is known to nobody but the page that opened it.
  'replay.close': { right: 'evidence.replay', audit: false },
  'replay.seek': { right: 'evidence.replay', audit: false },
  'replay.rate': { right: 'evidence.replay', audit: false },
  'replay.step': { right: 'evidence.replay', of: ofCamera, audit: false },
  'replay.timeline': { right: 'evidence.replay', of: ofCamera, audit: false },

  // The room writes its own records, with digests.
  'evidence.upload': { right: 'evidence.snapshot', audit: false },
  'evidence.snapshot': { right: 'evidence.snapshot', of: ofCamera, audit: false },
  'evidence.clip': {
    right: 'evidence.export',
    of: ({ cameraIds }) => cameraIds.map((cameraId) => ({ cameraId })),
    audit: false,
  },
  // Handler: the sites of the items, as they are now.
  'evidence.copy': { right: 'evidence.export', audit: false },
  'evidence.caption': { right: 'evidence.export', audit: false },
  'evidence.remove': { right: 'evidence.export', audit: false },
  'evidence.package': { right: 'evidence.export', audit: false },
  // Handler: items outside the operator's area are not shown.
  'evidence.items': { right: 'evidence.snapshot', audit: false },
  'evidence.file': { right: 'evidence.snapshot', audit: false },
  'evidence.folders': { right: 'evidence.export', audit: false },
  'evidence.check': { right: 'evidence.snapshot', audit: false },
  'evidence.jobs': { right: 'evidence.snapshot', audit: false },
  'evidence.cancel': { right: 'evidence.snapshot', audit: false },
  'evidence.retry': { right: 'evidence.export', audit: false },
  'evidence.dismiss': { right: 'evidence.snapshot', audit: false },
  'evidence.key': 'free',

  'privacy.masks': 'free',
  'privacy.mark': 'free',
  'privacy.saveMasks': { right: 'settings.change', of: ofCamera },
  'privacy.saveMark': { right: 'settings.change' },

  'vault.level': 'free',
  'vault.create': { right: 'logins.change', of: everywhere },
  // The passphrase is the permission, and without it the wall is dark after a power cut.
  'vault.unlock': 'free-audited',
  'vault.lock': { right: 'logins.change', of: everywhere },
  // User names are told only to who may change them.
  'logins.list': 'free',
  'logins.set': { right: 'logins.change', of: ofLogin },
  'logins.remove': { right: 'logins.change', of: ofLogin },

  // What these mean is decided where passwords are looked at.
  'operators.me': 'free',
  'operators.first': 'free',
  'operators.signIn': 'free',
  'operators.signOut': 'free',
  'operators.lock': 'free',
  'operators.unlock': 'free',
  'operators.seen': 'free',
  'operators.password': 'session',
  'operators.list': { right: 'audit.read', audit: false },
  'operators.save': { right: 'operators.manage', audit: false },
  'operators.remove': { right: 'operators.manage', audit: false },
  'operators.resetPassword': { right: 'operators.manage', audit: false },
  'operators.access': { right: 'audit.read', audit: false },
  // Handler: its own record of what was taken out.
  'operators.exportAccess': { right: 'audit.export', audit: false },
  'operators.downloadAccess': { right: 'audit.export', audit: false },
  'operators.settings': { right: 'settings.change' },
  'workstation.rename': { right: 'settings.change' },

  'audit.page': { right: 'audit.read', audit: false },
  'audit.coverage': { right: 'audit.read', audit: false },
  'audit.people': { right: 'audit.read', audit: false },
  // Handler: its own records of what was verified and taken out.
  'audit.verify': { right: 'audit.read', audit: false },
  'audit.export': { right: 'audit.export', audit: false },
  'audit.download': { right: 'audit.export', audit: false },

  // Movements are entered one by one where they are made.
  'ptz.open': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.states': 'free',
  'ptz.take': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.lease' },
  'ptz.release': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.lease' },
  'ptz.move': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.renew': { right: 'ptz.steer', of: ofCamera, audit: false },
  // A stop is safe from anybody; the room enters who stopped somebody else's movement.
  'ptz.stop': 'free',
  'ptz.point': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.frame': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.step': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.goto': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.home': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.setHome': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.home' },
  'ptz.savePreset': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.preset' },
  'ptz.removePreset': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.preset' },
  'ptz.savePatrol': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.patrol' },
  'ptz.removePatrol': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.patrol' },
  'ptz.patrol': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.patrol' },
  'ptz.focus': { right: 'ptz.steer', of: ofCamera, audit: false },
  'ptz.iris': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.iris' },
  'ptz.auxiliary': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.auxiliary' },
  'ptz.settings': { right: 'ptz.presets', of: ofCamera, audit: 'ptz.settings' },
  'ptz.acknowledge': { right: 'ptz.steer', of: ofCamera, audit: 'ptz.alarm' },
};

/** Under which word an act is entered; by its right where the policy names none. */
export function auditKindOf(policy: Exclude<Policy<never>, string>): AuditKind {
  if (policy.audit) return policy.audit;
  const kinds: { readonly [right: string]: AuditKind } = {
    'register.edit': 'register.edit',
    'register.export': 'register.export',
    'connect.change': 'connect.change',
    'survey.run': 'survey.run',
    'logins.change': 'login.change',
    'settings.change': 'settings.change',
    'incidents.record': 'incident.record',
  };
  return kinds[policy.right] ?? 'call.done';
}

function ofCamera({ cameraId }: { readonly cameraId: string }): Subject[] {
  return [{ cameraId }];
}

function ofHub({ hubId }: { readonly hubId: string }): Subject[] {
  return [{ hubId }];
}

function everywhere(): Subject[] {
  return [{ everywhere: true }];
}

function ofLogin({ scope, id }: CallParams<'logins.set' | 'logins.remove'>): Subject[] {
  if (scope === 'camera') return [{ cameraId: id }];
  return [scope === 'site' ? { siteId: id } : { endpoint: id.toLowerCase() }];
}

/** As a site is, and as it would be: it must not be moved out of, or into, somebody else's area. */
function siteAs(siteId: string, fields: { province?: string; district?: string }): Subject {
  const { province, district } = fields;
  if (province === undefined && district === undefined) return { siteId };
  return {
    siteId,
    as: {
      ...(province === undefined ? {} : { province }),
      ...(district === undefined ? {} : { district }),
    },
  };
}

/** Where a row would be put. */
function inside(fields: { siteId?: string; deviceId?: string | null }): Subject[] {
  const { siteId, deviceId } = fields;
  return [
    ...(siteId === undefined ? [] : [{ siteId }]),
    ...(deviceId === undefined || deviceId === null ? [] : [{ deviceId }]),
  ];
}
