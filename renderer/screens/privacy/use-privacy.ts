import { type RefObject, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { PrivacyModel } from '../../stores/privacy/privacy-store.ts';
import { useProduct } from '../product.tsx';

export function usePrivacy<T>(select: (model: PrivacyModel) => T): T {
  return useStore(useProduct().privacy, select);
}

/**
 * Sizes of the pictures of a tile, or beside an element elsewhere, as `1920x1080`: two while one stream takes over from
 * another. By events of the videos, never per frame. Empty: none is known.
 */
export function usePictureSizes(element: RefObject<Element | null>): readonly string[] {
  const [sizes, setSizes] = useState<readonly string[]>([]);
  useLayoutEffect(() => {
    const parent = element.current?.parentElement;
    const place = parent?.closest('.tile')?.querySelector('.tile-screen') ?? parent;
    if (!place) return;
    const measure = () => {
      const found = new Set<string>();
      for (const picture of place.querySelectorAll('video, canvas, img')) {
        const [width, height] = sizeOf(picture);
        if (width > 0 && height > 0) found.add(`${width}x${height}`);
      }
      setSizes((before) => {
        const now = [...found];
        return now.join() === before.join() ? before : now;
      });
    };
    measure();
    // These do not bubble, but they pass here on their way down.
    const kinds = ['resize', 'loadedmetadata', 'load'] as const;
    for (const kind of kinds) place.addEventListener(kind, measure, true);
    const observer = new MutationObserver(measure);
    observer.observe(place, { childList: true, subtree: true });
    return () => {
      for (const kind of kinds) place.removeEventListener(kind, measure, true);
      observer.disconnect();
    };
  }, [element]);
  return sizes;
}

function sizeOf(picture: Element): [number, number] {
  if (picture instanceof HTMLVideoElement) return [picture.videoWidth, picture.videoHeight];
  if (picture instanceof HTMLImageElement) return [picture.naturalWidth, picture.naturalHeight];
  if (picture instanceof HTMLCanvasElement) return [picture.width, picture.height];
  return [0, 0];
}
