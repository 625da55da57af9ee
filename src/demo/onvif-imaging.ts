import { find, type XmlElement } from '../onvif/xml.ts';
import { type OnvifContext, sourceToken } from './onvif-site.ts';
import { SoapRefusal, textAt } from './onvif-soap.ts';
import type { PtzDevice } from './ptz-device.ts';

type Operation = (context: OnvifContext, body: XmlElement) => string;

/** Of the iris as this camera counts it: attenuation in dB, 0 is open. */
const irisRange = { min: 0, max: 22 };

/** ONVIF Imaging, "ver20/imaging": focus and iris of the steered cameras; the others have neither. */
export const imagingOperations: Readonly<Record<string, Operation>> = {
  GetImagingSettings(context, body) {
    const device = lensOf(context, body);
    const exposure = device
      ? `<tt:Exposure><tt:Mode>${device.iris === null ? 'AUTO' : 'MANUAL'}</tt:Mode><tt:Iris>${irisText(device)}</tt:Iris></tt:Exposure>` +
        `<tt:Focus><tt:AutoFocusMode>${device.autoFocus ? 'AUTO' : 'MANUAL'}</tt:AutoFocusMode><tt:DefaultSpeed>1</tt:DefaultSpeed></tt:Focus>`
      : '';
    return `<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:Brightness>50</tt:Brightness><tt:Contrast>50</tt:Contrast>${exposure}</timg:ImagingSettings></timg:GetImagingSettingsResponse>`;
  },
  SetImagingSettings(context, body) {
    const device = steeredLens(context, body);
    const settings = find(body, 'ImagingSettings');
    const mode = textAt(settings, 'Exposure', 'Mode');
    const iris = textAt(settings, 'Exposure', 'Iris');
    if (mode === 'AUTO') device.iris = null;
    else if (iris !== '') {
      const value = Number(iris);
      if (!(value >= irisRange.min && value <= irisRange.max))
        throw new SoapRefusal(
          'Sender',
          ['ter:InvalidArgVal', 'ter:SettingsInvalid'],
          'The iris is out of bounds',
        );
      device.iris = 1 - (value - irisRange.min) / (irisRange.max - irisRange.min);
    }
    const focus = textAt(settings, 'Focus', 'AutoFocusMode');
    if (focus === 'AUTO' || focus === 'MANUAL') device.setAutoFocus(focus === 'AUTO');
    return '<timg:SetImagingSettingsResponse/>';
  },
  GetOptions(context, body) {
    const device = lensOf(context, body);
    const lens = device
      ? '<tt:Exposure><tt:Mode>AUTO</tt:Mode><tt:Mode>MANUAL</tt:Mode>' +
        `<tt:Iris><tt:Min>${irisRange.min}</tt:Min><tt:Max>${irisRange.max}</tt:Max></tt:Iris></tt:Exposure>` +
        '<tt:Focus><tt:AutoFocusModes>AUTO</tt:AutoFocusModes><tt:AutoFocusModes>MANUAL</tt:AutoFocusModes>' +
        '<tt:DefaultSpeed><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:DefaultSpeed></tt:Focus>'
      : '';
    return `<timg:GetOptionsResponse><timg:ImagingOptions>${lens}</timg:ImagingOptions></timg:GetOptionsResponse>`;
  },
  GetMoveOptions(context, body) {
    const ways = lensOf(context, body)
      ? '<tt:Continuous><tt:Speed><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:Speed></tt:Continuous>'
      : '';
    return `<timg:GetMoveOptionsResponse><timg:MoveOptions>${ways}</timg:MoveOptions></timg:GetMoveOptionsResponse>`;
  },
  Move(context, body) {
    const device = steeredLens(context, body);
    const speed = Number(textAt(body, 'Focus', 'Continuous', 'Speed') || Number.NaN);
    if (!(Math.abs(speed) <= 1))
      throw new SoapRefusal('Sender', ['ter:InvalidArgVal', 'ter:SettingsInvalid'], 'No speed');
    device.driveFocus(speed);
    return '<timg:MoveResponse/>';
  },
  Stop(context, body) {
    steeredLens(context, body).driveFocus(0);
    return '<timg:StopResponse/>';
  },
  GetStatus(context, body) {
    const device = lensOf(context, body);
    const focus = device
      ? `<tt:FocusStatus20><tt:Position>${device.focus.toFixed(3)}</tt:Position><tt:MoveStatus>${device.focusMoves ? 'MOVING' : 'IDLE'}</tt:MoveStatus></tt:FocusStatus20>`
      : '';
    return `<timg:GetStatusResponse><timg:Status>${focus}</timg:Status></timg:GetStatusResponse>`;
  },
};

function irisText({ iris }: PtzDevice): string {
  const { min, max } = irisRange;
  return String(Number((min + (1 - (iris ?? 1)) * (max - min)).toFixed(3)));
}

function lensOf({ site }: OnvifContext, body: XmlElement): PtzDevice | null {
  const token = textAt(body, 'VideoSourceToken');
  const place = site.cameras.findIndex((_camera, at) => sourceToken(at) === token);
  const camera = site.cameras[place];
  if (!camera)
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoSource'],
      `There is no video source ${token.slice(0, 80)}`,
    );
  return camera.ptz ?? null;
}

function steeredLens(context: OnvifContext, body: XmlElement): PtzDevice {
  const device = lensOf(context, body);
  if (device) return device;
  throw new SoapRefusal(
    'Receiver',
    ['ter:ActionNotSupported', 'ter:NoImagingForSource'],
    'The lens of that camera is fixed',
  );
}
