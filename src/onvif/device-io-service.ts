import { tokenOf, tokenText, wordsAt } from './device-text.ts';
import type { DeviceIoService } from './onvif.types.ts';
import { namespaces } from './services.ts';
import type { SoapCaller } from './soap-caller.ts';
import { escapeXml, findAll } from './xml.ts';

const maxList = 256;

/** ONVIF Device IO, "ver10/deviceIO". */
export function deviceIoService(
  caller: SoapCaller,
  url: string,
  deviceUrl: string,
): DeviceIoService {
  const call = async (operation: string) =>
    (await caller.call({ url, namespace: namespaces.deviceio, operation })).body;
  const tokens = (list: readonly string[]) =>
    list.filter((token) => token !== '').slice(0, maxList);
  return {
    async videoSources() {
      return tokens(
        findAll(await call('GetVideoSources'), 'Token').map(({ text }) => tokenText(text)),
      );
    },
    async relayOutputs() {
      return findAll(await call('GetRelayOutputs'), 'RelayOutputs')
        .slice(0, maxList)
        .map((relay) => ({
          token: tokenOf(relay),
          mode: wordsAt(relay, 'Properties', 'Mode'),
          idleState: wordsAt(relay, 'Properties', 'IdleState'),
        }));
    },
    async setRelay(token, active) {
      // The device service knows it on every device, Device IO only on newer ones.
      await caller.call({
        url: deviceUrl,
        namespace: namespaces.device,
        operation: 'SetRelayOutputState',
        body:
          `<RelayOutputToken>${escapeXml(token)}</RelayOutputToken>` +
          `<LogicalState>${active ? 'active' : 'inactive'}</LogicalState>`,
      });
    },
    async digitalInputs() {
      return tokens(findAll(await call('GetDigitalInputs'), 'DigitalInputs').map(tokenOf));
    },
  };
}
