import type { Operators, Subject } from '../operators/operators.types.ts';
import { type ImportPlan, key } from '../sheets/plan.ts';
import type { Register } from '../sites/register.types.ts';

/** Every place where an import would change something. */
export function* importSubjects({ batch, verdicts }: ImportPlan): IterableIterator<Subject> {
  for (const { ref, fields } of batch.sites) {
    const { verdict, id } = verdicts.get(key('site', ref)) ?? {};
    const { province = '', district = '' } = fields;
    if (verdict === 'added') yield { province, district };
    else if (verdict === 'changed' && id) yield { siteId: id, as: fields };
  }
  for (const { ref, fields } of batch.devices) {
    const { verdict, id } = verdicts.get(key('device', ref)) ?? {};
    if (verdict === 'changed' && id) yield { deviceId: id };
    if (fields.siteId !== undefined) yield { siteId: fields.siteId };
  }
  for (const { ref, fields } of batch.cameras) {
    const { verdict, id } = verdicts.get(key('camera', ref)) ?? {};
    if (verdict === 'changed' && id) yield { cameraId: id };
    if (fields.siteId !== undefined) yield { siteId: fields.siteId };
  }
}

/**
 * The register as this operator may take it away: sites outside their area and held ones are left out.
 * Where that leaves nothing, it says why.
 */
export function allowedPart(
  register: Register,
  operators: Pick<Operators, 'require' | 'may'>,
): Pick<Register, 'sites' | 'devices' | 'cameras'> {
  const all = [...register.sites()];
  const sites = all.filter(({ id }) => operators.may('register.export', [{ siteId: id }]));
  if (sites.length === 0 && all[0]) operators.require('register.export', [{ siteId: all[0].id }]);
  return {
    sites: () => sites.values(),
    devices: (siteId) => register.devices(siteId),
    cameras: (siteId) => register.cameras(siteId),
  };
}
