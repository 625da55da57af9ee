import type { SurveyTarget } from '../contract/survey-schemas.ts';
import type { Credential } from '../rtsp/session.types.ts';
import { cameraFromUrl } from '../sites/camera-url.ts';
import type { Register, RegisterCamera } from '../sites/register.types.ts';
import { refusalOf } from '../sites/register-refusal.ts';
import type { SiteCamera } from '../sites/site-camera.types.ts';
import { endpoint, type SurveySubject } from '../survey/survey-groups.ts';

export interface SubjectSource {
  readonly register: Register;
  /** Cameras that came from outside the register: an inventory file, the demonstration. */
  readonly given: Iterable<SiteCamera>;
  readonly login: (camera: SiteCamera) => Promise<Credential | null>;
}

/** The cameras that a survey was asked for, those without an address among them. */
export function surveySubjects(target: SurveyTarget, source: SubjectSource): SurveySubject[] {
  const { register } = source;
  const ids = 'cameraIds' in target ? new Set(target.cameraIds) : null;
  const siteIds = 'siteIds' in target ? new Set(target.siteIds) : null;
  const subjects: SurveySubject[] = [];
  const known = new Set<string>();
  for (const camera of source.given) {
    if (ids && !ids.has(camera.id)) continue;
    if (siteIds && !siteIds.has(camera.siteId)) continue;
    if (known.has(camera.id)) continue;
    // The register knows more: the district, and the recorder that carries the camera.
    if (register.camera(camera.id)) continue;
    known.add(camera.id);
    subjects.push(givenSubject(camera, source));
  }
  const registered = ids
    ? [...ids].map((id) => register.camera(id)).filter((camera) => camera !== null)
    : register.cameras();
  for (const camera of registered) {
    if (known.has(camera.id) || (camera.gone && !ids)) continue;
    if (siteIds && !siteIds.has(camera.siteId)) continue;
    subjects.push(registeredSubject(camera, source));
  }
  return subjects;
}

function givenSubject(camera: SiteCamera, { login }: SubjectSource): SurveySubject {
  return {
    entry: {
      camera: {
        id: camera.id,
        name: camera.name,
        url: camera.url,
        subUrl: camera.subUrl ?? '',
        transport: camera.transport,
        refusal: camera.refusal ?? null,
      },
      siteId: camera.siteId,
      siteName: camera.siteName,
      province: camera.province,
      district: '',
      address: endpoint(camera.url) ?? '',
    },
    device: deviceOf(camera),
    credential: () => login(camera),
  };
}

/** Where a given camera says how its recorder is reached, nothing is guessed. */
function deviceOf({ onvif }: SiteCamera): SurveySubject['device'] {
  const url = onvif ? URL.parse(onvif) : null;
  if (!url) return null;
  const { protocol, hostname, port, pathname } = url;
  return {
    id: url.href,
    address: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    path: pathname,
  };
}

function registeredSubject(camera: RegisterCamera, source: SubjectSource): SurveySubject {
  const { register, login } = source;
  const site = register.site(camera.siteId);
  const device = camera.deviceId === null ? null : register.device(camera.deviceId);
  return {
    entry: {
      camera: {
        id: camera.id,
        name: camera.name,
        url: camera.url,
        subUrl: camera.subUrl,
        transport: camera.transport,
        refusal: refusalOf(camera.placement, site?.hold ?? null),
      },
      siteId: camera.siteId,
      siteName: site?.name ?? '',
      province: site?.province ?? '',
      district: site?.district ?? '',
      address: endpoint(camera.url) ?? device?.address ?? '',
    },
    device: device && {
      id: device.id,
      address: device.address,
      port: device.port,
      path: device.path,
    },
    credential: () => login(asSiteCamera(camera, site?.name ?? '')),
  };
}

/** As logins are looked up; a camera without an address has one by its recorder. */
function asSiteCamera(camera: RegisterCamera, siteName: string): SiteCamera {
  const url = camera.url || 'rtsp://unknown.invalid/';
  return {
    ...cameraFromUrl(url, { name: camera.name }),
    id: camera.id,
    url: camera.url,
    siteId: camera.siteId,
    siteName,
  };
}
