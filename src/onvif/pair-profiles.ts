import type { MediaProfile, StreamPair, VideoEncoding } from './media.types.ts';

/** A sub stream has at most this share of the main stream's pixels; more would spare nothing. */
const reallySmaller = 0.7;
/** What a tile of a full wall shows, in pixels. */
const tilePixels = 640 * 360;

/**
 * Which profiles belong together: for each video source (each channel of a recorder) the largest
 * stream, and the one that suits a tile. What decodes everywhere is preferred where size does not
 * decide: H.264, then H.265, then the others.
 */
export function pairProfiles(profiles: readonly MediaProfile[]): StreamPair[] {
  const sources = new Map<string, MediaProfile[]>();
  for (const profile of profiles) {
    if (profile.video === null || profile.video.codec === 'other') continue;
    const source = profile.videoSource || profile.videoSourceConfiguration;
    const group = sources.get(source);
    if (group) group.push(profile);
    else sources.set(source, [profile]);
  }
  return [...sources.values()].map(pairOf);
}

function pairOf(group: readonly MediaProfile[]): StreamPair {
  // Sorting is stable: among equals the device's own order stands, main streams come first there.
  const main = [...group].sort(
    (one, other) => pixels(other) - pixels(one) || rank(one) - rank(other),
  )[0] as MediaProfile;
  const most = pixels(main) * reallySmaller;
  const sub = group
    .filter((profile) => profile !== main && pixels(profile) > 0 && pixels(profile) <= most)
    .sort((one, other) => rank(one) - rank(other) || misfit(one) - misfit(other))[0];
  return { main, sub: sub ?? null };
}

function pixels({ video }: MediaProfile): number {
  return video ? video.width * video.height : 0;
}

function misfit(profile: MediaProfile): number {
  return Math.abs(Math.log(pixels(profile) / tilePixels));
}

const ranks: Readonly<Record<VideoEncoding['codec'], number>> = {
  h264: 0,
  h265: 1,
  mpeg4: 2,
  jpeg: 3,
  other: 4,
};

function rank({ video }: MediaProfile): number {
  return ranks[video?.codec ?? 'other'];
}
