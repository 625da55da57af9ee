import type { StreamQuality } from '../../src/contract/stream-state.ts';

/** Which of a camera's streams fits a tile. Pure. */
export interface QualityQuestion {
  readonly wish: StreamQuality | 'auto';
  readonly qualities: readonly StreamQuality[];
  readonly full: boolean;
  /** Of the tile, device pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the small stream, as far as it is known. */
  readonly subWidth: number;
  readonly subHeight: number;
  readonly now: StreamQuality | null;
  /** This stream was seen to give no picture for good. */
  readonly isBroken: (quality: StreamQuality) => boolean;
}

/** Beyond this enlargement the small stream looks coarse. */
const coarse = 1.5;
/** Back to the small stream only when clearly small again, so that a dragged edge does not flap. */
const fine = 1.25;

export function chooseQuality(question: QualityQuestion): StreamQuality {
  const { wish, qualities, now } = question;
  const other = (quality: StreamQuality): StreamQuality => (quality === 'main' ? 'sub' : 'main');
  const usable = (quality: StreamQuality) => qualities.includes(quality);
  if (wish !== 'auto') return usable(wish) ? wish : other(wish);
  const enlargement = Math.min(
    question.width / question.subWidth,
    question.height / question.subHeight,
  );
  const wantsMain = question.full || enlargement > (now === 'main' ? fine : coarse);
  const best: StreamQuality = wantsMain ? 'main' : 'sub';
  const second = other(best);
  if (usable(best) && !(question.isBroken(best) && usable(second) && !question.isBroken(second))) {
    return best;
  }
  return usable(second) ? second : best;
}
