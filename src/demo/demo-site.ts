import i18next from 'i18next';
import en from '../../resources/locales/en/demo.json' with { type: 'json' };
import vi from '../../resources/locales/vi/demo.json' with { type: 'json' };
import type { Language } from '../contract/schemas.ts';
import type { Logger } from '../std/log.ts';
import { peculiarityOf, startDemoCentre } from './centre.ts';
import { reachableAddresses } from './sdp.ts';
import { demoRegister } from './sites.ts';

/** `vonggac demo-site`: the simulated centre alone, for training and for other programs. */
export interface DemoSiteOptions {
  /** 1 to 512. */
  readonly cameras: number;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Default `127.0.0.1`; `0.0.0.0` opens the simulator to the network. */
  readonly host?: string;
  /** Of the recorders' ONVIF; default 0: the system chooses. */
  readonly onvifPort?: number;
  /** Default true. */
  readonly faults?: boolean;
  readonly language: Language;
  readonly log: Logger;
  readonly print: (line: string) => void;
  /** Stops it; the command line aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/**
 * Runs until the signal. It prints logins on purpose: they belong to invented cameras, and whoever
 * trains with the simulator needs them.
 */
export async function runDemoSite(options: DemoSiteOptions): Promise<void> {
  const { cameras: count, port, host = '127.0.0.1', faults = true, log, print, signal } = options;
  const { onvifPort = 0 } = options;
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: options.language,
    fallbackLng: 'vi',
    defaultNS: 'demo',
    resources: { vi: { demo: vi }, en: { demo: en } },
    interpolation: { escapeValue: false },
  });
  const { t } = i18n;
  const centre = await startDemoCentre({ cameras: count, port, onvifPort, host, faults, log });
  const { sites, cameras } = demoRegister(centre.cameras.length);
  print(t('running', { count: cameras.length, sites: sites.length, port: centre.port }));
  print(t('simulator'));
  print(t('streams'));
  print(t('onvif', { port: centre.onvifPort }));
  for (const site of sites) {
    const digest = { md5: 'MD5', sha256: 'SHA-256', both: 'MD5, SHA-256' }[site.login.digest];
    const { user, password } = site.login;
    print('');
    print(t('site', { site: site.name, province: site.province, user, password, digest }));
    print(`  ${t('recorder', { url: centre.onvifUrl(site.id) })}`);
    for (const camera of cameras.filter((one) => one.site === site)) {
      const { url } = centre.cameras[camera.index]!;
      const peculiarity = peculiarityOf(camera.index, faults);
      const remark =
        peculiarity === null
          ? ''
          : ` ${t(peculiarity === 'sound' ? 'sound' : `fault.${peculiarity}`)}`;
      const steered = centre.steered.find(({ cameraId }) => cameraId === camera.id);
      const ptz = steered ? ` ${t('steered', { profile: steered.profileToken })}` : '';
      print(`  ${t('camera', { name: camera.name, url })}${remark}${ptz}`);
    }
  }
  print('');
  if (host === '0.0.0.0' || host === '::')
    print(t('reachable', { host, addresses: reachableAddresses().join(', ') }));
  print(t('stop'));
  if (!signal.aborted)
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  await centre.close();
  print(t('stopped'));
}
