import { userInfo } from 'node:os';
import type { Register, RegisterBatch, Site } from '../sites/register.types.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { Fault } from '../std/fault.ts';

/** The person at this workstation, as the system knows them. */
export function personHere(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

/**
 * Enters a camera that was given by its URL, at the site whose name was typed, else at one that stands
 * for its address.
 * @returns the id of its row: the register may know the URL under another id.
 */
export async function saveSource(
  register: Register,
  camera: SiteCamera,
  who: string,
): Promise<string> {
  const { id, name, siteId, siteName, url, subUrl, transport } = camera;
  const isKnownSite = register.site(siteId) !== null;
  const batch: RegisterBatch = {
    origin: 'manual',
    who,
    subject: name,
    sites: isKnownSite ? [] : [{ ref: 'site', id: siteId, fields: { name: siteName } }],
    cameras: [
      {
        ref: 'camera',
        id,
        ...(isKnownSite ? {} : { siteRef: 'site' }),
        fields: {
          name,
          ...(isKnownSite ? { siteId } : {}),
          url,
          // What was not typed stays as it was.
          ...(subUrl === null ? {} : { subUrl }),
          ...(transport === 'auto' ? {} : { transport }),
        },
      },
    ],
  };
  // A hub's camera stays as the hub lists it; only its login is news.
  const { rows: known } = await register.applyChanges({ ...batch, dryRun: true });
  const knownId = known.find(({ kind }) => kind === 'camera')?.id;
  if (knownId && register.camera(knownId)?.origin.startsWith('hub:')) return knownId;
  const { committed, rows } = await register.applyChanges(batch);
  const wrong = rows.find(({ cause }) => cause !== undefined)?.cause;
  if (wrong) throw new Fault(wrong.code, 'the source cannot be entered', wrong.params);
  const saved = rows.find(({ kind }) => kind === 'camera')?.id;
  if (!committed || !saved) throw new Fault('internal', 'the source was not entered');
  return saved;
}

/** Removes it, and the site that was made for it alone and says nothing of its own. */
export function removeSource(register: Register, cameraId: string, who: string): void {
  const camera = register.camera(cameraId);
  const site = camera && register.site(camera.siteId);
  if (!camera) return;
  const isLast = register.cameraIds({ siteId: camera.siteId }).length === 1;
  if (site && isLast && saysNothing(site)) register.remove('site', [site.id], who);
  else register.remove('camera', [cameraId], who);
}

function saysNothing(site: Site): boolean {
  const words = [site.code, site.province, site.district, site.address, site.purpose, site.notes];
  return (
    site.origin === 'manual' &&
    words.every((word) => word === '') &&
    site.hubId === null &&
    site.hold === null &&
    site.survey === null &&
    site.plan === null &&
    site.focalPoints.length === 0
  );
}
