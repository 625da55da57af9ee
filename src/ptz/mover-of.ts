import type { PanTiltZoom, PtzService } from '../onvif/ptz.types.ts';
import type { Mover, PtzLink } from './ptz.types.ts';

/** How long the device is to move by itself; renewed well within, and never relied on. */
export const moveTimeoutMs = 5000;

/** Pan, tilt and zoom of one camera. */
export function moverOf(
  ptz: PtzService,
  profile: string,
  options: { pan: boolean; zoom: boolean },
): Mover {
  return {
    move: (speed) => ptz.continuousMove(profile, offered(speed, options), moveTimeoutMs),
    halt: () => ptz.halt(profile),
    status: () => ptz.status(profile),
  };
}

/** Its lens: zoom stands for far and near. Where it stands is not told, so it is stopped twice. */
export function lensOf(link: PtzLink): Mover {
  const imaging = link.imaging;
  const source = link.videoSourceToken;
  return {
    async move({ zoom = 0 }) {
      await imaging?.focus(source, zoom);
    },
    async halt() {
      await imaging?.stopFocus(source);
    },
    status: async () => null,
  };
}

/** An axis that the device does not have is left out: some refuse the whole vector for it. */
function offered(
  { pan, tilt, zoom }: PanTiltZoom,
  has: { pan: boolean; zoom: boolean },
): PanTiltZoom {
  return {
    ...(has.pan ? { pan: pan ?? 0, tilt: tilt ?? 0 } : {}),
    ...(has.zoom ? { zoom: zoom ?? 0 } : {}),
  };
}
