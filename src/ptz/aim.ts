import type { PtzSettings } from '../contract/ptz-schemas.ts';
import {
  degreesPlace,
  degreesSpace,
  type PanTiltZoom,
  type PtzNode,
  type PtzSpace,
  type PtzStatus,
  viewSpace,
} from '../onvif/ptz.types.ts';

/**
 * From a point or a box of the picture to a movement. A camera that moves in its own view
 * (TranslationSpaceFov) needs no angles; for all others they are computed from the angle of view,
 * which is told by the device, set by a person, or assumed.
 */
export interface Optics {
  /** Horizontal angle of view when zoomed out, degrees. */
  readonly wideDegrees: number;
  /** Magnification when zoomed in all the way. */
  readonly zoomFactor: number;
  /** Width of the picture by its height. */
  readonly aspect: number;
  /** Degrees from −1 to 1 of the generic space. */
  readonly panRange: number;
  readonly tiltRange: number;
  /** Degrees above the horizon at 0 of the generic space. */
  readonly tiltMiddle: number;
  /** A person set the angle of view. */
  readonly known: boolean;
  /** A person set the magnification. */
  readonly zoomKnown: boolean;
}

/** What most domes have, where nobody told anything. */
export const assumedOptics: Optics = {
  wideDegrees: 60,
  zoomFactor: 20,
  aspect: 16 / 9,
  panRange: 360,
  tiltRange: 180,
  tiltMiddle: 0,
  known: false,
  zoomKnown: false,
};

/** What a person set stands above what the device told, and that above what most have. */
export function opticsOf(settings: PtzSettings, spaces: readonly PtzSpace[] = []): Optics {
  const { wideDegrees, zoomFactor, panRange, tiltRange } = settings;
  const told = spaces.find(({ move, uri }) => move === 'absolute' && uri === degreesPlace);
  const across = rangeOf(told?.x);
  const above = rangeOf(told?.y);
  return {
    ...assumedOptics,
    wideDegrees: wideDegrees ?? assumedOptics.wideDegrees,
    zoomFactor: zoomFactor ?? assumedOptics.zoomFactor,
    panRange: panRange ?? across?.size ?? assumedOptics.panRange,
    tiltRange: tiltRange ?? above?.size ?? assumedOptics.tiltRange,
    tiltMiddle: typeof tiltRange === 'number' ? 0 : (above?.middle ?? 0),
    known: wideDegrees !== null,
    zoomKnown: zoomFactor !== null,
  };
}

function rangeOf(told: readonly [number, number] | null | undefined) {
  if (!told) return null;
  const [least, most] = told;
  const size = most - least;
  return size >= 1 && size <= 360 ? { size, middle: (least + most) / 2 } : null;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (angle: number) => (angle * 180) / Math.PI;

/**
 * How many times larger things are at this zoom position (0 … 1). The motor of a lens goes in equal
 * ratios rather than in equal amounts, and where the factor is a guess the error stays gentle.
 */
export function magnification({ zoomFactor }: Optics, zoom: number | null): number {
  return zoomFactor ** Math.max(0, Math.min(1, zoom ?? 0));
}

/** The zoom position (0 … 1) of a magnification. */
export function zoomOf({ zoomFactor }: Optics, magnified: number): number {
  if (zoomFactor <= 1 || magnified <= 1) return 0;
  return Math.min(1, Math.log(magnified) / Math.log(zoomFactor));
}

/** Horizontal angle of view at a zoom position, degrees. */
export function viewDegrees(optics: Optics, zoom: number | null): number {
  const half = Math.tan(radians(optics.wideDegrees) / 2) / magnification(optics, zoom);
  return 2 * degrees(Math.atan(half));
}

/**
 * Angles that bring a point of the picture to its centre, degrees, right and up positive. A camera
 * that looks steeply down has to pan further for the same point: `tilt` is where it looks, degrees
 * above the horizon, or null where that is not known.
 */
export function anglesTo(
  optics: Optics,
  zoom: number | null,
  point: { readonly x: number; readonly y: number },
  tilt: number | null = null,
): { readonly pan: number; readonly tilt: number } {
  const half = Math.tan(radians(viewDegrees(optics, zoom)) / 2);
  const right = (point.x - 0.5) * 2 * half;
  const up = ((0.5 - point.y) * 2 * half) / optics.aspect;
  if (tilt === null) return { pan: degrees(Math.atan(right)), tilt: degrees(Math.atan(up)) };
  // The ray (right, up, 1), turned by the tilt about the horizontal axis.
  const [sin, cos] = [Math.sin(radians(tilt)), Math.cos(radians(tilt))];
  const forward = cos - up * sin;
  const height = sin + up * cos;
  return {
    pan: degrees(Math.atan2(right, forward)),
    tilt: degrees(Math.atan2(height, Math.hypot(right, forward))) - tilt,
  };
}

export interface Wish {
  /** Point that becomes the centre, 0 … 1 from the top left. */
  readonly x: number;
  readonly y: number;
  /** Times larger than now; 1 leaves the zoom. */
  readonly magnify: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box too small to be meant (a click with a trembling hand) only moves. */
const smallestBox = 0.02;
const mostMagnify = 20;

export function wishOf(box: Box): Wish {
  const side = Math.max(box.width, box.height);
  return {
    x: Math.min(1, box.x + box.width / 2),
    y: Math.min(1, box.y + box.height / 2),
    magnify: side < smallestBox ? 1 : Math.min(mostMagnify, 1 / side),
  };
}

/** What is to be sent. */
export type Aim =
  | { readonly by: 'absolute'; readonly to: PanTiltZoom; readonly approximate: boolean }
  | {
      readonly by: 'relative';
      readonly move: PanTiltZoom;
      readonly space?: string;
      readonly approximate: boolean;
    }
  | {
      readonly by: 'pulse';
      readonly speed: PanTiltZoom;
      readonly ms: number;
      readonly approximate: true;
    };

/** Full speed of a dome nobody knows, degrees per second, and of its zoom, whole ranges per second. */
const pulseDegrees = 60;
const pulseZoom = 0.25;
const pulseSpeed = 0.5;
const longestPulseMs = 3000;

export interface AimAbilities {
  readonly absolute: boolean;
  readonly relative: boolean;
  readonly spaces: PtzNode['spaces'];
}

/**
 * How a wish is sent to this camera, the most exact way first: in its own view, in degrees, to a
 * place, by a part of its range, and at last by moving for as long as it should take.
 */
export function aimAt(
  wish: Wish,
  optics: Optics,
  node: AimAbilities,
  status: Pick<PtzStatus, 'pan' | 'tilt' | 'zoom'> | null,
): Aim {
  const zoom = status?.zoom ?? null;
  const offers = (uri: string) =>
    node.relative && node.spaces.some((space) => space.move === 'relative' && space.uri === uri);
  const nextZoom = zoomOf(optics, magnification(optics, zoom) * wish.magnify);
  const zoomBy = wish.magnify === 1 ? null : nextZoom - (zoom ?? 0);
  const zoomPart = zoomBy === null ? {} : { zoom: zoomBy };
  const zoomApproximate = wish.magnify !== 1 && (zoom === null || !optics.zoomKnown);

  if (offers(viewSpace)) {
    const move = { pan: (wish.x - 0.5) * 2, tilt: (0.5 - wish.y) * 2, ...zoomPart };
    return { by: 'relative', move, space: viewSpace, approximate: zoomApproximate };
  }
  const tiltNow =
    status === null || status.tilt === null
      ? null
      : optics.tiltMiddle + (status.tilt * optics.tiltRange) / 2;
  const angles = anglesTo(optics, zoom, wish, tiltNow);
  if (offers(degreesSpace)) {
    const approximate = !optics.known || zoom === null;
    return {
      by: 'relative',
      move: { ...angles, ...zoomPart },
      space: degreesSpace,
      approximate,
    };
  }
  const units = {
    pan: (angles.pan * 2) / optics.panRange,
    tilt: (angles.tilt * 2) / optics.tiltRange,
  };
  const approximate = !optics.known || zoom === null;
  if (node.absolute && status !== null && status.pan !== null && status.tilt !== null) {
    const to = {
      pan: wrapped(status.pan + units.pan, optics),
      tilt: Math.max(-1, Math.min(1, status.tilt + units.tilt)),
      ...(zoomBy === null ? {} : { zoom: nextZoom }),
    };
    return { by: 'absolute', to, approximate };
  }
  if (node.relative) {
    return { by: 'relative', move: { ...units, ...zoomPart }, approximate };
  }
  return pulse(angles, zoomBy);
}

/** A dome that turns all round goes on past its seam. */
function wrapped(pan: number, { panRange }: Optics): number {
  if (panRange < 360) return Math.max(-1, Math.min(1, pan));
  if (pan > 1) return pan - 2;
  if (pan < -1) return pan + 2;
  return pan;
}

function pulse(angles: { pan: number; tilt: number }, zoomBy: number | null): Aim {
  const seconds = {
    turn: Math.hypot(angles.pan, angles.tilt) / (pulseDegrees * pulseSpeed),
    zoom: Math.abs(zoomBy ?? 0) / (pulseZoom * pulseSpeed),
  };
  const most = Math.max(seconds.turn, seconds.zoom);
  const ms = Math.min(longestPulseMs, Math.round(most * 1000));
  if (most === 0) return { by: 'pulse', speed: {}, ms: 0, approximate: true };
  // Each axis so fast that all arrive together.
  const part = (way: number, perSecond: number) => {
    const speed = Math.max(-1, Math.min(1, way / (perSecond * most)));
    return Math.round(speed * 1000) / 1000;
  };
  const speed = {
    pan: part(angles.pan, pulseDegrees),
    tilt: part(angles.tilt, pulseDegrees),
    ...(zoomBy === null ? {} : { zoom: part(zoomBy, pulseZoom) }),
  };
  return { by: 'pulse', speed, ms, approximate: true };
}
