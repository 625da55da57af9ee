import { type Right, type Role, rights } from './operator-schemas.ts';

/** What each template may do (docs/operators.md has the same table for people). */
export const rightsOf: { readonly [R in Role]: ReadonlySet<Right> } = {
  administrator: new Set(rights),
  supervisor: new Set<Right>([
    'ptz.steer',
    'ptz.presets',
    'evidence.snapshot',
    'evidence.export',
    'evidence.replay',
    'incidents.record',
    'register.edit',
    'register.export',
    'survey.run',
    'audit.read',
  ]),
  duty: new Set<Right>(['ptz.steer', 'evidence.snapshot', 'evidence.replay', 'incidents.record']),
  ptz: new Set<Right>(['ptz.steer', 'ptz.presets', 'incidents.record']),
  evidence: new Set<Right>([
    'evidence.snapshot',
    'evidence.export',
    'evidence.replay',
    'incidents.record',
  ]),
  health: new Set<Right>(['incidents.record']),
  technician: new Set<Right>([
    'ptz.steer',
    'ptz.presets',
    'register.edit',
    'register.export',
    'connect.change',
    'survey.run',
    'logins.change',
  ]),
  auditor: new Set<Right>(['audit.read', 'audit.export']),
};
