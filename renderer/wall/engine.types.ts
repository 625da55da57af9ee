import type { StoreApi } from 'zustand/vanilla';
import type { Cause } from '../../src/contract/cause.ts';
import type { TileReport } from '../../src/contract/schemas.ts';
import type { StreamQuality, StreamState } from '../../src/contract/stream-state.ts';
import type { Dispose } from '../../src/std/disposable.ts';

/**
 * The seam between the wall engine and the screens. The engine decodes, presents and judges; the
 * screens draw what it says. A tile is a number: the index into `wallState.tiles`, over all pages.
 */

/**
 * What may be said of a tile:
 * - `empty`: no camera. `connecting`: no picture was ever presented and none is overdue.
 * - `live`: frames are decoded and presented now, and their times advance.
 * - `keyframes`: live, but stepped down to keyframes because this machine cannot keep up.
 * - `paused`: stepped down to nothing; the picture, if any, is old.
 * - `stale`: a picture is there and it is not live: grey it, hatch it, show `ageMs` and `cause`.
 * - `failed`: no picture, and `cause` says why.
 * - `replay`: what was, from the ring or a recorder. Never drawn like live.
 */
export type TileLook = TileReport['look'];

export interface TileView {
  readonly cameraId: string;
  readonly look: TileLook;
  readonly cause: Cause | null;
  /** The stream's own state, for words such as "connecting again in 8 s"; null before it is known. */
  readonly stream: StreamState | null;
  /** Milliseconds since the last presented picture, in whole seconds; null while live or never. */
  readonly ageMs: number | null;
  /** A picture is on the screen, new or old. */
  readonly hasPicture: boolean;
  readonly quality: StreamQuality;
  /** Its sound is the one that is heard. */
  readonly audio: boolean;
}

/** Figures for the overlay, once a second. */
export interface TileFigures {
  readonly codec: string | null;
  readonly profile: string | null;
  /** Of the decoded picture; 0 before the first. */
  readonly width: number;
  readonly height: number;
  /** Presented frames per second. */
  readonly fps: number;
  readonly kbps: number;
  readonly packetsLost: number;
  /** Frames dropped since the tile was opened: by flow control, by the worker, by the presenter. */
  readonly framesDropped: number;
  /** From arrival at this workstation to presentation: median of the last samples, or null. */
  readonly addedLatencyMs: number | null;
  /** The camera's clock minus ours, or null. */
  readonly clockOffsetMs: number | null;
  readonly transport: string | null;
  readonly decoder: 'hardware' | 'software' | 'image' | 'native' | null;
  /** The source has a sound this program can play. */
  readonly hasAudio: boolean;
}

export interface WallView {
  /** One entry per shown tile. An entry's identity changes only when something in it did. */
  readonly tiles: ReadonlyMap<number, TileView>;
  /** Tiles stepped down because this machine cannot keep up. */
  readonly steppedDown: number;
}

export interface TileWish {
  readonly cameraId: string;
  /** `camera.qualities`. */
  readonly qualities: readonly StreamQuality[];
  /** `auto` takes the small stream for small tiles and the main one where it would look coarse. */
  readonly quality: StreamQuality | 'auto';
  /** Size of the tile on the page. */
  readonly cssWidth: number;
  readonly cssHeight: number;
  /** Steps down last when the machine cannot keep up. Default `normal`. */
  readonly importance?: 'normal' | 'selected' | 'full';
}

/** A picture as a file, and what is known of its frame. */
export interface TakenPicture {
  readonly cameraId: string;
  readonly quality: StreamQuality;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A small JPEG of it. */
  readonly thumbnail: Blob;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  /** Arrival of the frame at this workstation, Unix ms. */
  readonly takenAt: number;
  /** How old it was when it was asked for. */
  readonly ageMs: number;
  /** Unwrapped ticks of the RTP clock (90 kHz), where the core told the media time. */
  readonly rtpTime: number | null;
  readonly replay: boolean;
}

/** The picture of a tile at the moment of asking, kept until it is taken or let go. */
export interface HeldPicture {
  readonly tile: number;
  readonly cameraId: string;
  /**
   * The file, of the full stream: where a small stream is shown, the main one's first picture if it
   * comes within a second, else the kept one.
   * @throws {Fault} `evidence.no-picture` where none was ever decoded
   */
  take(format: 'png' | 'jpeg'): Promise<TakenPicture>;
  letGo(): void;
}

/** What a tile in replay shows. */
export interface ReplayView {
  readonly sessionId: string;
  /** Original arrival of the picture on the screen, Unix ms; null before the first. */
  readonly shownAt: number | null;
}

export interface WallEngine {
  /** Updated at most four times a second and only on change. */
  readonly store: StoreApi<WallView>;
  /** Updated once a second, for all shown tiles. */
  readonly figures: StoreApi<{ readonly tiles: ReadonlyMap<number, TileFigures> }>;
  /**
   * Shows a camera in a tile, or nothing. Repeat it freely: only what differs is changed, and a
   * new size or importance keeps decoder and picture. A camera that left the page comes back at
   * once within the grace (15 s). Another quality swaps in after its first picture is presented.
   */
  show(tile: number, wish: TileWish | null): void;
  /**
   * Puts the tile's picture into `container` (which must be positioned; the picture fills it,
   * letterboxed, as `<video class="tile-picture">` behind the container's other children). The last
   * attached container of a tile has the picture; the returned function gives it back to the one
   * before. Moving keeps decoder and picture.
   */
  attach(tile: number, container: HTMLElement): Dispose;
  /** The one tile whose sound is heard, or none. */
  setAudio(tile: number | null): void;
  /** Keeps what the tile shows now; null where nothing is shown there. */
  hold(tile: number): HeldPicture | null;
  /**
   * Plays a session in the tile instead of live; null goes back to live at once. The live stream stays
   * open meanwhile. Ends by itself where the tile gets another camera.
   */
  replay(tile: number, sessionId: string | null, quality?: StreamQuality): void;
  /** Tiles in replay; times change many times a second. */
  readonly replays: StoreApi<{ readonly tiles: ReadonlyMap<number, ReplayView> }>;
  /** What the engine also sends as `wall.report` once a second. */
  collectReport(): TileReport[];
  /** Name of the presenter, for reports. */
  readonly presenter: string;
  close(): void;
}
