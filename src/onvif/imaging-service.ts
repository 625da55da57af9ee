import { numberAt, numberText, wordsAt } from './device-text.ts';
import type { ImagingService } from './onvif.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, find } from './xml.ts';

/** ONVIF Imaging, "ver20/imaging". */
export function imagingService(caller: SoapCaller, url: string): ImagingService {
  const call = async (operation: string, videoSource: string, rest = '', urgent = false) => {
    const body = `<VideoSourceToken>${escapeXml(videoSource)}</VideoSourceToken>${rest}`;
    const request = { url, namespace: namespaces.imaging, operation, body, urgent };
    return (await caller.call(request)).body;
  };
  // Not persistent: what an operator tries in the night must not outlive a restart.
  const set = (videoSource: string, settings: string) =>
    call(
      'SetImagingSettings',
      videoSource,
      `<ImagingSettings>${settings}</ImagingSettings><ForcePersistence>false</ForcePersistence>`,
    );
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
      await set(videoSource, `<tt:IrCutFilter>${mode}</tt:IrCutFilter>`);
    },
    async focus(videoSource, speed) {
      const value = Number(Math.max(-1, Math.min(1, speed)).toFixed(5));
      const focus = `<Focus><tt:Continuous><tt:Speed>${value}</tt:Speed></tt:Continuous></Focus>`;
      await call('Move', videoSource, focus, true);
    },
    async stopFocus(videoSource) {
      await call('Stop', videoSource, '', true);
    },
    async canDriveFocus(videoSource) {
      const options = find(await call('GetMoveOptions', videoSource), 'MoveOptions');
      return find(options, 'Continuous') !== null;
    },
    async setFocusMode(videoSource, mode) {
      await set(videoSource, `<tt:Focus><tt:AutoFocusMode>${mode}</tt:AutoFocusMode></tt:Focus>`);
    },
    async iris(videoSource) {
      const options = find(await call('GetOptions', videoSource), 'ImagingOptions', 'Exposure');
      const min = numberText(find(options, 'Iris', 'Min')?.text);
      const max = numberText(find(options, 'Iris', 'Max')?.text);
      if (min === null || max === null || !(min < max)) return null;
      const told = find(
        await call('GetImagingSettings', videoSource),
        'ImagingSettings',
        'Exposure',
      );
      return {
        automatic: wordsAt(told, 'Mode').toUpperCase() !== 'MANUAL',
        value: numberText(find(told, 'Iris')?.text),
        min,
        max,
      };
    },
    async setIris(videoSource, value) {
      const mode = `<tt:Mode>${value === null ? 'AUTO' : 'MANUAL'}</tt:Mode>`;
      const iris = value === null ? '' : `<tt:Iris>${Number(value.toFixed(3))}</tt:Iris>`;
      await set(videoSource, `<tt:Exposure>${mode}${iris}</tt:Exposure>`);
    },
  };
}
