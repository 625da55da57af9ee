import type {
  SurveyReasonCode,
  SurveyRow,
  SurveyStream,
} from '../../src/contract/survey-schemas.ts';
import { unmeasured } from '../../src/survey/measure-stream.ts';
import type { CameraFound, DeviceFound, SurveyCamera } from '../../src/survey/survey.types.ts';
import { finishedRow } from '../../src/survey/survey-rows.ts';

/** Findings as a good camera gives them, to be made worse by tests. */
export const surveyedAt = Date.UTC(2021, 5, 25, 2, 30);

export function stream(patch: Partial<SurveyStream> = {}): SurveyStream {
  return {
    ...unmeasured,
    uri: 'rtsp://192.0.2.7:554/main',
    codec: 'h264',
    profile: 'High',
    width: 1920,
    height: 1080,
    fps: 25,
    kbps: 2048,
    gopSeconds: 2,
    packets: 1000,
    transport: 'tcp',
    auth: 'digest-md5',
    clockOffsetMs: 120,
    ...patch,
  };
}

export function camera(patch: Partial<SurveyCamera> = {}): SurveyCamera {
  return {
    id: 'c1',
    name: 'Cổng chính',
    url: 'rtsp://192.0.2.7:554/main',
    subUrl: 'rtsp://192.0.2.7:554/sub',
    transport: 'auto',
    refusal: null,
    ...patch,
  };
}

export function cameraFound(patch: Partial<CameraFound> = {}): CameraFound {
  return {
    camera: camera(),
    mainProfile: null,
    subProfile: null,
    main: stream(),
    sub: stream({ uri: 'rtsp://192.0.2.7:554/sub', width: 640, height: 360, kbps: 400 }),
    ptz: null,
    recording: { oldest: surveyedAt - 40 * 86_400_000, newest: surveyedAt },
    cause: null,
    tookMs: 4100,
    ...patch,
  };
}

export function deviceFound(patch: Partial<DeviceFound> = {}): DeviceFound {
  return {
    address: '192.0.2.7:554',
    reachable: true,
    information: {
      manufacturer: 'Hikvision',
      model: 'DS-7608NI-K2',
      firmware: '5.10',
      serial: '404705923918060213',
    },
    onvif: { version: '2.60', services: ['device', 'media', 'search'], auth: 'wsse' },
    onvifCause: null,
    clockOffsetMs: 400,
    profiles: [],
    certificate: null,
    ptzFailed: false,
    cameras: [],
    ...patch,
  };
}

/** The rows of an invented province: sites with good, usable and dark cameras. */
export function provinceRows(sites: number, perSite: number): SurveyRow[] {
  const places = [
    'Cổng chính',
    'Hành lang tầng 2, dãy B',
    'Sảnh đón tiếp',
    'Sân lấy mẫu xét nghiệm',
  ];
  const names = [
    'Ký túc xá Trường Quân sự',
    'Trường Cao đẳng nghề',
    'Khách sạn Sông Ước',
    'Trung đoàn BB888',
  ];
  return Array.from({ length: sites * perSite }, (_, index) => {
    const site = Math.floor(index / perSite);
    const kind = index % 7;
    const entry = {
      camera: camera({ id: `c${index}`, name: `${places[index % 4]} ${1 + (index % perSite)}` }),
      siteId: `s${site}`,
      siteName: `${names[site % 4]} số ${site + 1}`,
      province: `Tỉnh ${['An Hải', 'Vân Sơn', 'Đèo Thông'][site % 3]}`,
      district: `Huyện ${['Ước Lễ', 'Bình Lạc'][site % 2]}`,
      address: `10.20.${site}.${10 + (index % perSite)}:554`,
    };
    const found =
      kind === 3
        ? cameraFound({ main: stream({ cause: { code: 'net.timeout' } }), sub: null })
        : kind === 5
          ? cameraFound({ main: stream({ cause: { code: 'rtsp.unauthorized' } }), sub: null })
          : kind === 1
            ? cameraFound({
                sub: null,
                recording: { oldest: surveyedAt - 12 * 86_400_000, newest: surveyedAt },
                ptz: {
                  continuous: true,
                  absolute: true,
                  relative: false,
                  home: true,
                  presets: [{ token: '1', name: 'Cổng' }],
                },
              })
            : cameraFound(kind === 2 ? { recording: null } : {});
    const device = deviceFound(
      kind === 3 || kind === 5
        ? { information: null, onvif: null, onvifCause: null, reachable: kind === 5 }
        : kind === 6
          ? { clockOffsetMs: 7 * 3600_000 + 3000 }
          : {},
    );
    return finishedRow(entry, device, found, surveyedAt + index * 4000);
  });
}

export function codes(row: { reasons: readonly { code: SurveyReasonCode }[] }): SurveyReasonCode[] {
  return row.reasons.map(({ code }) => code);
}
