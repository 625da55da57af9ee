import type { FindPlaces, Place, Subject } from '../operators/operators.types.ts';
import { endpointOf } from '../sites/camera-url.ts';
import type { Register, Site } from '../sites/register.types.ts';
import { refusalOf } from '../sites/register-refusal.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { CameraBook } from './camera-book.ts';

export interface PlaceSource {
  readonly register: Pick<Register, 'site' | 'device' | 'camera'>;
  readonly book: Pick<CameraBook, 'get' | 'all' | 'refusal'>;
  readonly hub: (hubId: string) => {
    readonly siteId: string | null;
    readonly province: string;
    readonly district: string;
  } | null;
}

/** Where the subjects of acts lie: the register knows best, then what came with a file. */
export function placesIn(source: PlaceSource): FindPlaces {
  const { register, book } = source;

  const ofSite = (site: Site): Place => ({
    siteId: site.id,
    province: site.province,
    district: site.district,
    exportHold: site.hold?.export ? { authority: site.hold.authority } : null,
    refusal: refusalOf(null, site.hold),
  });

  const bySiteId = (siteId: string): Place | null => {
    const site = register.site(siteId);
    if (site) return ofSite(site);
    for (const camera of book.all()) if (camera.siteId === siteId) return ofGiven(camera);
    return null;
  };

  const ofGiven = (camera: SiteCamera): Place => ({
    siteId: camera.siteId,
    province: camera.province,
    district: '',
    exportHold: null,
    refusal: book.refusal(camera.id),
  });

  const ofCamera = (cameraId: string): Place | null => {
    const registered = register.camera(cameraId);
    const site = registered && register.site(registered.siteId);
    const given = book.get(cameraId);
    if (registered && site) {
      const refusal = refusalOf(registered.placement, site.hold);
      return { ...ofSite(site), refusal: refusal ?? (given ? book.refusal(cameraId) : null) };
    }
    return given ? ofGiven(given) : null;
  };

  const found = (subject: Subject): (Place | null)[] => {
    if ('cameraId' in subject) return [ofCamera(subject.cameraId)];
    if ('siteId' in subject) {
      const place = bySiteId(subject.siteId);
      return place && subject.as ? [place, { ...place, ...subject.as }] : [place];
    }
    if ('deviceId' in subject) {
      const device = register.device(subject.deviceId);
      return [device && bySiteId(device.siteId)];
    }
    if ('hubId' in subject) {
      const hub = source.hub(subject.hubId);
      if (!hub) return [];
      return [hub.siteId === null ? plain(hub) : bySiteId(hub.siteId)];
    }
    if ('endpoint' in subject) {
      return [...book.all()]
        .filter((camera) => urlsOf(camera).includes(subject.endpoint))
        .map((camera) => ofCamera(camera.id));
    }
    return 'province' in subject ? [plain(subject)] : [];
  };

  return (subject) => {
    const places = found(subject).filter((place) => place !== null);
    return places.length > 0 ? places : null;
  };
}

function plain({ province, district }: { province: string; district: string }): Place {
  return { siteId: null, province, district, exportHold: null, refusal: null };
}

function urlsOf(camera: SiteCamera): string[] {
  return [camera.url, camera.subUrl, camera.directUrl, camera.directSubUrl].flatMap((url) => {
    try {
      return url ? [endpointOf(url)] : [];
    } catch {
      return [];
    }
  });
}
