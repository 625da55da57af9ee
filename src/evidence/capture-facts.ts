import type { SiteCamera } from '../sites/site-camera.types.ts';
import type { CaptureFacts } from './capture.types.ts';

/** What the core knows when something is taken: who, where, and how far the camera's clock is off. */
export interface CaptureScene {
  readonly camera: SiteCamera;
  readonly siteName: string;
  /** In words: the authority that was asked; null: no hold. */
  readonly hold: string | null;
  readonly operator: { readonly id: string; readonly name: string } | null;
  readonly workstation: { readonly id: string; readonly name: string };
  /** The camera's clock minus ours, ms; null where it told none. */
  readonly offsetMs: number | null;
}

/** What is known of the picture itself. */
export interface CapturePicture {
  readonly takenAt: number;
  readonly takenUntil: number | null;
  readonly rtpTime: number | null;
  readonly senderTime: number | null;
  readonly quality: 'main' | 'sub';
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly ageMs: number | null;
  readonly reason: string | null;
}

export function captureFactsOf(scene: CaptureScene, picture: CapturePicture): CaptureFacts {
  const { camera, offsetMs } = scene;
  const takenAt = Math.round(picture.takenAt);
  const sent = picture.senderTime ?? (offsetMs === null ? null : picture.takenAt + offsetMs);
  return {
    camera: {
      id: camera.id,
      name: camera.name,
      site: scene.siteName || null,
      province: camera.province || null,
    },
    takenAt,
    takenUntil: picture.takenUntil === null ? null : Math.round(picture.takenUntil),
    cameraTime: sent === null ? null : Math.round(sent),
    offsetMs,
    // RFC 3550, section 5.1: 32 bits, whatever the ring counted on.
    rtpTime: picture.rtpTime === null ? null : Math.trunc(picture.rtpTime) % 2 ** 32,
    ntpTime: picture.senderTime,
    quality: picture.quality,
    codec: picture.codec,
    width: picture.width,
    height: picture.height,
    ageMs: picture.ageMs === null ? null : Math.round(picture.ageMs),
    operator: scene.operator,
    workstation: scene.workstation,
    reason: picture.reason,
    recipient: null,
    legalBasis: null,
    hold: scene.hold,
  };
}
