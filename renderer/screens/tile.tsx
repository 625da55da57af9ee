import { memo, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Camera } from '../../src/contract/schemas.ts';
import type { TileView } from '../wall/engine.types.ts';
import { dragSource, dropTarget } from './drag.ts';
import { ReplayTile } from './evidence/replay-tile.tsx';
import { SnapshotFlash } from './evidence/snapshot-flash.tsx';
import { Glyph } from './glyph.tsx';
import { MaskEditor } from './privacy/mask-editor.tsx';
import { PictureMasks } from './privacy/picture-masks.tsx';
import { ScreenMark } from './privacy/screen-mark.tsx';
import { usePrivacy } from './privacy/use-privacy.ts';
import { useCameras, useProduct, useSecond, useSession, useWall, useWords } from './product.tsx';
import { PtzAlarm } from './ptz/ptz-alarm.tsx';
import { PtzIcon } from './ptz/ptz-icon.tsx';
import { PtzTile } from './ptz/ptz-tile.tsx';
import { turns } from './ptz/steer-gate.ts';
import { usePtz, useSteeringOffered } from './ptz/use-ptz.ts';
import { TileDetails } from './tile-details.tsx';
import { TileMenu } from './tile-menu.tsx';
import { type TileWords, tileWords } from './tile-words.ts';

/** Where a tile is, in CSS pixels of the wall. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface TileProps {
  readonly tile: number;
  /** Its number on the page, from 1. */
  readonly number: number;
  readonly cameraId: string | null;
  readonly rect: Rect;
  readonly selected: boolean;
  readonly full: boolean;
  /** Under a tile in full view. */
  readonly covered: boolean;
}

/** One picture of the wall and everything that is said over it. */
export const Tile = memo(function Tile(props: TileProps) {
  const { tile, number, cameraId, rect, selected, full, covered } = props;
  const { engine, commands } = useProduct();
  const words = useWords();
  const element = useRef<HTMLElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const camera = useCameras((model) => (cameraId === null ? undefined : model.byId.get(cameraId)));
  const loaded = useCameras((model) => model.loaded);
  const told = useStore(engine.store, (wall) => wall.tiles.get(tile));
  const audio = useWall((model) => model.wall.audio === tile);
  const details = useWall((model) => model.wall.details);
  const wallMode = useWall((model) => model.wall.wallMode);
  const clockOffset = useSession((model) => model.clockOffsetMs);
  const steered = usePtz(({ mode }) => mode?.tile === tile && mode.cameraId === cameraId);
  const turning = usePtz(({ states }) => turns(camera, states.get(cameraId ?? '')));
  const offered = useSteeringOffered();
  const masking = usePrivacy(
    ({ editing }) => editing?.tile === tile && editing.cameraId === cameraId,
  );
  const [over, setOver] = useState(false);
  const view = viewOf(told, cameraId, camera, loaded);

  useEngineTile(props, camera);
  useEffect(
    () => (picture.current ? engine.attach(tile, picture.current) : undefined),
    [engine, tile],
  );

  const name = camera?.name ?? (cameraId === null ? '' : cameraId);
  useEffect(() => {
    if (!element.current || cameraId === null || full || wallMode || steered) return;
    return dragSource(element.current, { kind: 'tile', tile }, name);
  }, [cameraId, full, wallMode, steered, tile, name]);
  useEffect(() => {
    if (!element.current) return;
    return dropTarget(element.current, tile, setOver, (carried) => {
      if (carried.kind === 'camera') commands.place(tile, carried.cameraId);
      else if (carried.kind === 'cameras') commands.placeCameras(carried.cameraIds, tile);
      else if (carried.kind === 'node') commands.placeNode(carried.node, tile);
      else commands.swap(carried.tile, tile);
    });
  }, [commands, tile]);

  // The selected tile has the keyboard, unless somebody types elsewhere.
  useEffect(() => {
    const active = document.activeElement;
    if (selected && (active === document.body || active?.closest('[data-tile]'))) {
      element.current?.focus({ preventScroll: true });
    }
  }, [selected]);

  const now = useSecond(countsDown(view)) * 1000 + clockOffset;
  const said = tileWords(words, view, now);
  const label = words.t('tile.label', { number, name: name || words.t('tile.empty') });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a tile is not a set of form fields
    <section
      ref={element}
      className="tile"
      style={full ? undefined : { ...rect }}
      role="group"
      // One stop for the Tab key; arrows go on from there.
      tabIndex={selected && !covered ? 0 : -1}
      inert={covered}
      aria-label={cameraId === null ? label : `${label}. ${said.mark}`}
      aria-current={selected || undefined}
      data-tile={tile}
      data-look={view.look}
      data-camera={cameraId ?? undefined}
      data-selected={selected || undefined}
      data-full={full || undefined}
      data-ptz={steered || undefined}
      data-masking={masking || undefined}
      data-over={over || undefined}
      data-frozen={view.cause?.code === 'media.frozen' || undefined}
      onPointerDown={() => commands.select(tile)}
      onFocus={() => commands.select(tile)}
      onDoubleClick={(event) => {
        if (!(event.target as Element).closest('button')) commands.activate(tile);
      }}
    >
      <div ref={picture} className="tile-screen" />
      {cameraId === null || masking ? null : <PictureMasks cameraId={cameraId} />}
      {cameraId === null ? null : <ScreenMark width={rect.width} height={rect.height} />}
      {view.look === 'stale' || view.look === 'paused' ? <div className="tile-hatch" /> : null}
      <TileMessage said={said} view={view} tile={tile} />
      {cameraId === null ? null : (
        <footer className="tile-foot">
          <span className="tile-name" title={name}>
            {name}
          </span>
          {camera ? (
            <span
              className="tile-site"
              title={[camera.siteName, camera.province].filter(Boolean).join(', ')}
            >
              {camera.siteName}
            </span>
          ) : null}
          <span className="tile-signs">
            {camera?.route?.via === 'direct' ? (
              <span className="tile-direct" title={words.t('tile.directWhy')}>
                {words.t('tile.direct')}
              </span>
            ) : null}
            {audio ? (
              <span className="tile-sound" title={words.t('tile.sound')}>
                <Glyph name="sound" />
                <span className="tile-sound-text">{words.t('tile.sound')}</span>
              </span>
            ) : null}
            <span className="tile-mark" data-mark={said.glyph}>
              <Glyph name={said.glyph} />
              {view.look === 'live' || view.look === 'keyframes' ? (
                <span className="tile-mark-text">{said.mark}</span>
              ) : null}
            </span>
          </span>
        </footer>
      )}
      {view.look === 'replay' ? <ReplayTile tile={tile} view={view} /> : null}
      <SnapshotFlash tile={tile} />
      {steered && cameraId !== null ? <PtzTile tile={tile} cameraId={cameraId} /> : null}
      {details && cameraId !== null ? <TileDetails tile={tile} view={view} /> : null}
      {selected && !wallMode && cameraId !== null ? (
        <div className="tile-tools">
          {turning && offered && !steered ? (
            <button
              type="button"
              className="tile-menu-button"
              aria-label={words.in('ptz')('enter')}
              title={`${words.in('ptz')('enter')} (P)`}
              onClick={() => commands.togglePtz(tile)}
            >
              <PtzIcon name="stick" />
            </button>
          ) : null}
          <TileMenu tile={tile} camera={camera} full={full} audio={audio} steered={steered} />
        </div>
      ) : null}
      {masking && cameraId !== null ? <MaskEditor tile={tile} cameraId={cameraId} /> : null}
      {cameraId === null ? null : <PtzAlarm cameraId={cameraId} name={name} />}
    </section>
  );
});

/** Tells the engine what to show here, and how large. */
function useEngineTile(props: TileProps, camera: Camera | undefined): void {
  const { tile, cameraId, rect, selected, full } = props;
  const { engine } = useProduct();
  const qualities = camera?.qualities;
  const { width, height } = rect;
  useEffect(() => {
    if (cameraId === null || !qualities || width < 1) {
      engine.show(tile, null);
      return;
    }
    engine.show(tile, {
      cameraId,
      qualities,
      quality: 'auto',
      cssWidth: width,
      cssHeight: height,
      importance: full ? 'full' : selected ? 'selected' : 'normal',
    });
  }, [engine, tile, cameraId, qualities, width, height, selected, full]);
  useEffect(() => () => engine.show(tile, null), [engine, tile]);
}

const nothing: TileView = {
  cameraId: '',
  look: 'empty',
  cause: null,
  stream: null,
  ageMs: null,
  hasPicture: false,
  quality: 'sub',
  audio: false,
};

/** What the engine says, or the truth where it has not been asked yet. */
function viewOf(
  told: TileView | undefined,
  cameraId: string | null,
  camera: Camera | undefined,
  loaded: boolean,
): TileView {
  if (cameraId === null) return nothing;
  if (!camera && loaded) {
    return { ...nothing, cameraId, look: 'failed', cause: { code: 'input.unknown' } };
  }
  // A look that was said of the camera before is not true of this one.
  if (told && told.cameraId === cameraId) return told;
  return { ...nothing, cameraId, look: 'connecting' };
}

function countsDown(view: TileView): boolean {
  if (view.look !== 'failed' && view.look !== 'stale') return false;
  return view.stream?.phase === 'waiting' || view.stream?.phase === 'offline';
}

function TileMessage(props: { said: TileWords; view: TileView; tile: number }) {
  const { said, view, tile } = props;
  const { commands } = useProduct();
  const words = useWords();
  const selected = useWall((model) => model.wall.selected === tile);
  if (view.look === 'live' || view.look === 'keyframes' || view.look === 'replay') return null;
  if (view.look === 'empty') {
    return (
      <div className="tile-message" data-kind="empty">
        <Glyph name="empty" />
        <p className="tile-detail">{selected ? words.t('tile.choose') : said.headline}</p>
      </div>
    );
  }
  return (
    <div className="tile-message" data-kind={view.look}>
      {view.ageMs === null ? (
        <Glyph name={said.glyph} />
      ) : (
        <p className="tile-not-live">
          <Glyph name={said.glyph} />
          <span className="tile-not-live-text">
            {view.look === 'paused' ? said.mark : words.t('tile.notLive')}
          </span>
        </p>
      )}
      <p className="tile-headline">{said.headline}</p>
      <div className="tile-why">
        <p className="tile-cause" title={said.cause ?? undefined}>
          {said.cause}
        </p>
        <p className="tile-detail">{said.detail}</p>
        {said.hint ? (
          <p className="tile-hint" title={said.hint}>
            {words.t('tile.hint', { hint: said.hint })}
          </p>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps a quick second press from filling the window */}
      <div className="tile-actions" onDoubleClick={(event) => event.stopPropagation()}>
        {said.action ? (
          <button
            type="button"
            className="tile-action"
            tabIndex={selected ? 0 : -1}
            onClick={() => commands.help(tile)}
          >
            {said.action.label}
          </button>
        ) : null}
        {view.look === 'failed' || view.look === 'stale' ? (
          <button
            type="button"
            className="tile-action"
            data-kind="focal"
            tabIndex={selected ? 0 : -1}
            onClick={() => commands.openFocal(tile)}
          >
            {words.t('tile.focal')}
          </button>
        ) : null}
      </div>
    </div>
  );
}
