/** Where the picture is in its tile, and what a place in the tile means in the picture. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Place, Size {}

/** The whole picture in the middle of the tile, with bars beside or above it (`object-fit: contain`). */
export function pictureBox(tile: Size, picture: Size): Box {
  if (tile.width <= 0 || tile.height <= 0 || picture.width <= 0 || picture.height <= 0) {
    return { x: 0, y: 0, width: Math.max(0, tile.width), height: Math.max(0, tile.height) };
  }
  const scale = Math.min(tile.width / picture.width, tile.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (tile.width - width) / 2, y: (tile.height - height) / 2, width, height };
}

/** 0 … 1 of the picture from its top left corner; null on the bars, where no picture is. */
export function placeInPicture(at: Place, box: Box): Place | null {
  if (box.width <= 0 || box.height <= 0) return null;
  const x = (at.x - box.x) / box.width;
  const y = (at.y - box.y) / box.height;
  return x < 0 || x > 1 || y < 0 || y > 1 ? null : { x, y };
}

/** The rectangle between two corners, in any order. */
export function boxBetween(a: Place, b: Place): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/** Smaller than this is a slip of the hand, in pixels. */
export const smallestBoxPx = 12;

/** What of a drawn rectangle lies in the picture, 0 … 1; null where nothing worth zooming to does. */
export function boxInPicture(drawn: Box, box: Box): Box | null {
  const left = Math.max(drawn.x, box.x);
  const top = Math.max(drawn.y, box.y);
  const right = Math.min(drawn.x + drawn.width, box.x + box.width);
  const bottom = Math.min(drawn.y + drawn.height, box.y + box.height);
  if (right - left < smallestBoxPx || bottom - top < smallestBoxPx) return null;
  const x = (left - box.x) / box.width;
  const y = (top - box.y) / box.height;
  return {
    x,
    y,
    width: Math.min(1 - x, (right - left) / box.width),
    height: Math.min(1 - y, (bottom - top) / box.height),
  };
}
