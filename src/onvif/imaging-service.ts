import { numberAt, wordsAt } from './device-text.ts';
import type { ImagingService } from './onvif.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, find } from './xml.ts';

/** ONVIF Imaging, "ver20/imaging". */
export function imagingService(caller: SoapCaller, url: string): ImagingService {
  const call = async (operation: string, videoSource: string, rest = '') => {
    const body = `<VideoSourceToken>${escapeXml(videoSource)}</VideoSourceToken>${rest}`;
    return (await caller.call({ url, namespace: namespaces.imaging, operation, body })).body;
  };
  return {
    async settings(videoSource) {
      const told = find(await call('GetImagingSettings', videoSource), 'ImagingSettings');
      return {
        brightness: numberAt(told, 'Brightness'),
        contrast: numberAt(told, 'Contrast'),
        saturation: numberAt(told, 'ColorSaturation'),
        sharpness: numberAt(told, 'Sharpness'),
        irCutFilter: wordsAt(told, 'IrCutFilter'),
        focusMode: wordsAt(told, 'Focus', 'AutoFocusMode'),
      };
    },
    async setIrCutFilter(videoSource, mode) {
      const settings = `<ImagingSettings><tt:IrCutFilter>${mode}</tt:IrCutFilter></ImagingSettings>`;
      // Not persistent: what an operator tries in the night must not outlive a restart.
      await call(
        'SetImagingSettings',
        videoSource,
        `${settings}<ForcePersistence>false</ForcePersistence>`,
      );
    },
    async focus(videoSource, speed) {
      const value = Number(Math.max(-1, Math.min(1, speed)).toFixed(5));
      const focus = `<Focus><tt:Continuous><tt:Speed>${value}</tt:Speed></tt:Continuous></Focus>`;
      await call('Move', videoSource, focus);
    },
    async stopFocus(videoSource) {
      await call('Stop', videoSource);
    },
  };
}
