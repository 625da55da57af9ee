import { expect, test } from 'vitest';
import vi from '../../../resources/locales/vi/survey.json' with { type: 'json' };
import { causeCodes } from '../../../src/contract/cause.ts';
import { surveyReasons, surveyRow } from '../../../src/contract/survey-schemas.ts';
import { finishedRow } from '../../../src/survey/survey-rows.ts';
import { judge, offsetText, reasonOfCause, subSmaller } from '../../../src/survey/verdict.ts';
import {
  camera,
  cameraFound,
  codes,
  deviceFound,
  stream,
  surveyedAt,
} from '../../support/survey-rows.ts';

const sub = { width: 640, height: 360, kbps: 400 };
const days = (count: number) => surveyedAt - count * 86_400_000;
type Row = [
  name: string,
  found: Parameters<typeof cameraFound>[0],
  device: Parameters<typeof deviceFound>[0],
  verdict: string,
  reasons: string[],
];

const table: Row[] = [
  ['a good camera', {}, {}, 'pass', []],
  [
    'a dead line',
    { main: stream({ cause: { code: 'net.timeout' } }), sub: null },
    { onvif: null, information: null },
    'cannot-connect',
    ['unreachable'],
  ],
  [
    'a wrong password',
    { main: stream({ cause: { code: 'rtsp.unauthorized' } }), sub: null },
    { onvif: null },
    'cannot-connect',
    ['login-refused'],
  ],
  [
    'a camera of a recorder that has just refused',
    { main: stream({ cause: { code: 'rtsp.unauthorized', params: { stopped: 1 } } }), sub: null },
    { onvif: null },
    'cannot-connect',
    ['login-stopped'],
  ],
  [
    'three viewers already',
    { main: stream({ cause: { code: 'rtsp.too-many-clients' } }), sub: null },
    { onvif: null },
    'cannot-connect',
    ['too-many-viewers'],
  ],
  [
    'a wrong path',
    { main: stream({ cause: { code: 'rtsp.not-found' } }), sub: null },
    { onvif: null },
    'cannot-connect',
    ['stream-missing'],
  ],
  [
    'connected without a picture',
    { main: stream({ cause: { code: 'media.stalled' } }), sub: null },
    { onvif: null },
    'cannot-connect',
    ['no-picture'],
  ],
  [
    'a forbidden place is never opened',
    {
      camera: camera({ refusal: { code: 'site.forbidden-place' } }),
      main: null,
      sub: null,
      cause: { code: 'site.forbidden-place' },
    },
    {},
    'cannot-connect',
    ['forbidden-place'],
  ],
  [
    'an approval hold',
    {
      camera: camera({ refusal: { code: 'site.hold' } }),
      main: null,
      sub: null,
      cause: { code: 'site.hold' },
    },
    { onvif: null },
    'cannot-connect',
    ['on-hold'],
  ],
  [
    'no address at all',
    { camera: camera({ url: '', subUrl: '' }), main: null, sub: null },
    { onvif: null },
    'cannot-connect',
    ['no-address'],
  ],
  [
    'something else at the ONVIF address',
    { camera: null, main: null, sub: null, cause: { code: 'onvif.not-onvif' } },
    { onvif: null, onvifCause: { code: 'onvif.not-onvif' } },
    'cannot-connect',
    ['not-onvif'],
  ],
  [
    'main fails, sub shows',
    { main: stream({ cause: { code: 'rtsp.server-error' } }), sub: stream(sub) },
    {},
    'usable',
    ['main-failed'],
  ],
  ['no sub-stream', { sub: null }, {}, 'usable', ['sub-missing']],
  [
    'a sub-stream that is 404',
    { sub: stream({ cause: { code: 'rtsp.not-found' } }) },
    {},
    'usable',
    ['sub-failed'],
  ],
  ['the sub-stream serves the main one', { sub: stream() }, {}, 'usable', ['sub-not-smaller']],
  ['loss on the line', { main: stream({ lossPercent: 4.2 }) }, {}, 'usable', ['loss-high']],
  ['a little loss', { main: stream({ lossPercent: 0.4 }) }, {}, 'pass', []],
  ['four pictures a second', { main: stream({ fps: 4 }) }, {}, 'usable', ['fps-low']],
  [
    'an old camera',
    {
      main: stream({ width: 352, height: 288 }),
      sub: stream({ width: 176, height: 144, kbps: 90 }),
    },
    {},
    'usable',
    ['size-small'],
  ],
  ['a smart codec', { main: stream({ gopSeconds: 12 }) }, {}, 'usable', ['gop-long']],
  ['H.265 is no obstacle', { main: stream({ codec: 'h265' }) }, {}, 'pass', ['codec-heavy']],
  ['local time told as UTC', {}, { clockOffsetMs: 25_200_000 }, 'usable', ['clock-off']],
  ['a second of rounding', {}, { clockOffsetMs: -1500 }, 'pass', []],
  [
    'a clock of 1970',
    { recording: { oldest: null, newest: null } },
    { clockOffsetMs: 86_400_000 - surveyedAt },
    'usable',
    ['clock-unset', 'recording-unknown'],
  ],
  ['nothing recorded', { recording: null }, {}, 'usable', ['recording-missing']],
  [
    'twelve days recorded',
    { recording: { oldest: days(12), newest: surveyedAt } },
    {},
    'usable',
    ['recording-short'],
  ],
  [
    'thirty days recorded by a clock that is seven hours ahead',
    { recording: { oldest: days(30) + 25_200_000, newest: surveyedAt } },
    { clockOffsetMs: 25_200_000 },
    'usable',
    ['clock-off'],
  ],
  [
    'EarliestRecording 1970 is unknown, not fifty years',
    { recording: { oldest: null, newest: surveyedAt } },
    {},
    'pass',
    ['recording-unknown'],
  ],
  ['no recording service', { recording: undefined }, {}, 'pass', ['recording-unknown']],
  [
    'no ONVIF',
    { recording: undefined },
    { onvif: null, clockOffsetMs: null },
    'pass',
    ['onvif-missing'],
  ],
  [
    'pictures, but ONVIF has other accounts',
    { recording: undefined },
    { onvif: null, clockOffsetMs: null, onvifCause: { code: 'rtsp.unauthorized' } },
    'usable',
    ['onvif-login-refused'],
  ],
  [
    'a camera for everybody',
    { main: stream({ auth: 'none' }), sub: stream({ ...sub, auth: 'none' }) },
    {},
    'pass',
    ['weak-login'],
  ],
  [
    'measured on the wall',
    { main: stream({ shared: true, auth: null }) },
    {},
    'pass',
    ['shared-stream'],
  ],
];

test.each(table)('%s', (_name, foundPatch, devicePatch, verdict, reasons) => {
  const found = cameraFound(foundPatch);
  const device = deviceFound(devicePatch);
  const judged = judge(found, device, surveyedAt);
  expect([judged.verdict, codes(judged)]).toEqual([verdict, reasons]);
  const entry = {
    camera: found.camera ?? camera(),
    siteId: 's',
    siteName: 'Cơ sở',
    province: '',
    district: '',
    address: '',
  };
  // What crosses the wire is what the schema takes.
  expect(() => surveyRow.parse(finishedRow(entry, device, found, surveyedAt))).not.toThrow();
});

test('the heaviest reason stands first', () => {
  const found = cameraFound({ sub: null, main: stream({ codec: 'h265' }), recording: null });
  const weights = judge(found, deviceFound(), surveyedAt).reasons.map(({ weight }) => weight);
  expect(weights).toEqual(['limits', 'limits', 'note']);
});

test('a sub-stream of the same size at a fraction of the rate is small too', () => {
  const main = stream({ kbps: 4000 });
  expect(subSmaller(main, stream({ kbps: 500 }))).toBe(true);
  expect(subSmaller(main, stream({ kbps: 3900 }))).toBe(false);
  expect(subSmaller(main, stream({ width: 704, height: 576, kbps: 3900 }))).toBe(true);
  expect(subSmaller(main, stream({ cause: { code: 'media.stalled' } }))).toBeNull();
  // A larger picture at a lower rate is no small stream.
  expect(subSmaller(main, stream({ width: 2560, height: 1440, kbps: 500 }))).toBe(false);
});

test('every cause has a reason, and every reason its words', () => {
  for (const code of causeCodes) expect(surveyReasons).toContain(reasonOfCause({ code }));
  for (const code of surveyReasons) {
    expect(vi.reason[code].text, code).not.toBe('');
    expect(vi.reason[code].next, code).not.toBe('');
    expect(vi.rollup[code], code).not.toBe('');
  }
});

test('an offset is told in hours, minutes and seconds', () => {
  expect(offsetText(25_203_000)).toBe('+07:00:03');
  expect(offsetText(-61_400)).toBe('−00:01:01');
});
