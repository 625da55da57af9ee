import { memo, useRef } from 'react';
import type { Mask, Region } from '../../../src/contract/evidence-schemas.ts';
import { usePictureSizes, usePrivacy } from './use-privacy.ts';

/**
 * Black over what is masked at a camera. It lies beside the pictures that it covers, in an element of
 * the same size in which they are fitted whole (`object-fit: contain`); whatever scales or moves that
 * element takes the masks along.
 */
export const PictureMasks = memo(function PictureMasks({ cameraId }: { cameraId: string }) {
  const masks = usePrivacy((model) => (model.masks ? (model.masks.get(cameraId) ?? none) : null));
  if (masks?.length === 0) return null;
  return <Covers masks={masks} />;
});

const none: readonly Mask[] = [];

function Covers({ masks }: { masks: readonly Mask[] | null }) {
  const element = useRef<HTMLDivElement>(null);
  const sizes = usePictureSizes(element);
  // Where a picture is cannot be told before its size is known: then all of it is covered.
  const all = masks === null || sizes.length === 0;
  return (
    <div ref={element} className="picture-masks" data-all={all || undefined} aria-hidden="true">
      {all
        ? null
        : sizes.map((size) => (
            <PictureSvg key={size} size={size}>
              {masks.map(({ id, points }) => (
                <polygon key={id} points={pointsText(points, size)} />
              ))}
            </PictureSvg>
          ))}
    </div>
  );
}

export function widthAndHeight(size: string): [number, number] {
  const [width = 16, height = 9] = size.split('x').map(Number);
  return [width, height];
}

/** An SVG fits its view box as a video fits its picture: whole, in the middle. */
function PictureSvg({ size, children }: { size: string; children: React.ReactNode }) {
  const [width, height] = widthAndHeight(size);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: hidden with its parent, it says nothing
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet">
      {children}
    </svg>
  );
}

export function pointsText(points: Region, size: string): string {
  const [width, height] = widthAndHeight(size);
  return points.map(({ x, y }) => `${x * width},${y * height}`).join(' ');
}
