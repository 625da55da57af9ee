import { useStore } from 'zustand';
import { dateText } from '../../i18n.ts';
import type { TileView } from '../../wall/engine.types.ts';
import { Glyph } from '../glyph.tsx';
import { useProduct, useWords } from '../product.tsx';
import { exactTime, usePage, useReplay } from './evidence-words.ts';

/** Says over the whole tile that this is not live: frame, band, word and the time of the picture. */
export function ReplayTile({ tile, view }: { tile: number; view: TileView }) {
  const { engine, replay } = useProduct();
  const words = useWords();
  const p = usePage();
  const shownAt = useStore(engine.replays, ({ tiles }) => tiles.get(tile)?.shownAt ?? null);
  const refused = useReplay(
    ({ session }) =>
      session?.cameras.find(({ cameraId }) => cameraId === view.cameraId)?.cause ?? null,
  );
  const cause = refused ?? view.cause;
  const living = view.stream?.phase === 'live';
  return (
    <>
      <div className="replay-frame" />
      <div className="replay-band">
        <span className="replay-mark">
          <Glyph name="replay" />
          {p('replay.mark')}
        </span>
        {shownAt === null ? null : (
          <time className="replay-time" dateTime={new Date(shownAt).toISOString()}>
            <span className="replay-date">{dateText(shownAt)} </span>
            {exactTime(shownAt)}
          </time>
        )}
        <button
          type="button"
          className="replay-live"
          data-living={living}
          tabIndex={-1}
          title={p(living ? 'replay.liveGoesOn' : 'replay.liveLost')}
          aria-label={p('replay.toLive')}
          onClick={() => replay.keepOnly((one) => one.tile !== tile)}
        >
          <Glyph name={living ? 'live' : 'stale'} />
          <span className="replay-live-text">{p('replay.live')}</span>
        </button>
      </div>
      {shownAt !== null && !cause ? null : (
        <div className="replay-note" role="status">
          <p>{cause ? words.causeText(cause) : p('replay.opening')}</p>
          {cause ? <p className="replay-hint">{words.causeHint(cause)}</p> : null}
        </div>
      )}
    </>
  );
}
