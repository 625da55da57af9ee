/** ONVIF PTZ, "ver20/ptz". Positions and speeds are −1 … 1 in the generic spaces (zoom position 0 … 1). */
export interface PanTiltZoom {
  readonly pan?: number;
  readonly tilt?: number;
  readonly zoom?: number;
}

export interface PtzAbilities {
  readonly continuous: boolean;
  readonly absolute: boolean;
  readonly relative: boolean;
  readonly zoom: boolean;
}

/** A coordinate system that a node offers, with its own range. ONVIF PTZ, 5.2.1 and annex A. */
export interface PtzSpace {
  readonly move: 'absolute' | 'relative' | 'continuous';
  readonly axis: 'pan-tilt' | 'zoom';
  readonly uri: string;
  /** Smallest and greatest; null where untold. */
  readonly x: readonly [number, number] | null;
  readonly y: readonly [number, number] | null;
}

/** Of the picture as it is now: x = 1 brings its right edge to the centre, y = 1 its upper one. */
export const viewSpace = 'http://www.onvif.org/ver10/tptz/PanTiltSpaces/TranslationSpaceFov';
/** Where it looks in degrees; its range is what the ends of the generic space mean. */
export const degreesPlace =
  'http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees';
export const degreesSpace =
  'http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalTranslationSpaceDegrees';

export interface PtzNode {
  readonly token: string;
  readonly name: string;
  readonly abilities: PtzAbilities;
  readonly spaces: readonly PtzSpace[];
  readonly home: boolean;
  readonly fixedHome: boolean;
  readonly maxPresets: number;
  /** Preset tours the node can keep; 0: none. */
  readonly maxTours: number;
  readonly auxiliaries: readonly string[];
}

export interface PtzConfiguration {
  readonly token: string;
  readonly name: string;
  readonly node: string;
  /** ms; null where untold. */
  readonly defaultTimeoutMs: number | null;
}

export interface PtzStatus {
  /** Null for an axis the device does not tell. */
  readonly pan: number | null;
  readonly tilt: number | null;
  readonly zoom: number | null;
  readonly moving: boolean | null;
  readonly error: string;
  /** Device's clock, ms since 1970. */
  readonly at: number | null;
}

export interface PtzPreset {
  /** Any text: devices use `1`, `Preset_3`, `{4F…}`. */
  readonly token: string;
  readonly name: string;
  readonly position: PanTiltZoom | null;
}

export interface PtzTour {
  readonly token: string;
  readonly name: string;
  readonly state: string;
  readonly spots: readonly { readonly preset: string; readonly stayMs: number | null }[];
}

export interface PtzService {
  nodes(): Promise<PtzNode[]>;
  configurations(): Promise<PtzConfiguration[]>;
  /** Null where the device has no GetStatus. */
  status(profileToken: string): Promise<PtzStatus | null>;
  /**
   * Speeds −1 … 1. `timeoutMs` asks the device to stop by itself, but many ignore it: the caller
   * must halt.
   */
  continuousMove(profileToken: string, speed: PanTiltZoom, timeoutMs: number): Promise<void>;
  /** `space`: of pan and tilt, one that the node offers, which are then not held to −1 … 1. */
  relativeMove(
    profileToken: string,
    by: PanTiltZoom,
    speed?: PanTiltZoom,
    space?: string,
  ): Promise<void>;
  absoluteMove(profileToken: string, to: PanTiltZoom, speed?: PanTiltZoom): Promise<void>;
  /** The Stop operation alone. */
  stop(profileToken: string): Promise<void>;
  /**
   * Stops for certain: Stop, then zero velocity, because some devices ignore the one or the other.
   * @throws {Fault} only where both failed
   */
  halt(profileToken: string): Promise<void>;
  presets(profileToken: string): Promise<PtzPreset[]>;
  /** Stores the position now; returns the token. `token` overwrites that preset. */
  setPreset(profileToken: string, name: string, token?: string): Promise<string>;
  removePreset(profileToken: string, presetToken: string): Promise<void>;
  gotoPreset(profileToken: string, presetToken: string, speed?: PanTiltZoom): Promise<void>;
  /** @throws {Fault} `onvif.unsupported` where the device has no home */
  gotoHome(profileToken: string, speed?: PanTiltZoom): Promise<void>;
  setHome(profileToken: string): Promise<void>;
  tours(profileToken: string): Promise<PtzTour[]>;
  /** Writes name and spots of a tour, making it where `token` is null; returns the token. */
  saveTour(
    profileToken: string,
    tour: Omit<PtzTour, 'token' | 'state'>,
    token: string | null,
  ): Promise<string>;
  operateTour(
    profileToken: string,
    tourToken: string,
    operation: 'Start' | 'Stop' | 'Pause',
  ): Promise<void>;
  removeTour(profileToken: string, tourToken: string): Promise<void>;
  auxiliary(profileToken: string, command: string): Promise<void>;
}
