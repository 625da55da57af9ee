import { describe, expect, it } from 'vitest';
import { surveySubjects } from '../../../src/host/survey-subjects.ts';
import { cameraFromUrl } from '../../../src/sites/camera-url.ts';
import type { Register } from '../../../src/sites/register.types.ts';
import type { SiteCamera } from '../../../src/sites/site-camera.types.ts';
import { groupByDevice } from '../../../src/survey/survey-groups.ts';

const register = { camera: () => null, cameras: () => [] } as unknown as Register;

function camera(id: string, onvif: string | null): SiteCamera {
  return { ...cameraFromUrl(`rtsp://192.0.2.7:8554/${id}/main`, { name: id }), id, onvif };
}

function groups(given: readonly SiteCamera[]) {
  const target = { cameraIds: given.map(({ id }) => id) };
  const subjects = surveySubjects(target, { register, given, login: async () => null });
  return groupByDevice(subjects, () => null).map(({ device }) => [
    device.onvifAddress,
    device.onvifGuessed,
    device.cameras.map(({ id }) => id),
  ]);
}

describe('cameras from outside the register', () => {
  it('are surveyed at the recorder that they name, each recorder once', () => {
    const one = 'http://192.0.2.7:8080/onvif/site-01/device_service';
    const two = 'http://[2001:db8::7]/onvif/site-02/device_service';
    expect(groups([camera('a', one), camera('b', two), camera('c', one)])).toEqual([
      [one, false, ['a', 'c']],
      ['http://[2001:db8::7]:80/onvif/site-02/device_service', false, ['b']],
    ]);
  });

  it('are surveyed where ONVIF is guessed when they name none', () => {
    expect(groups([camera('a', null), camera('b', 'no address')])).toEqual([
      ['192.0.2.7', true, ['a', 'b']],
    ]);
  });
});
