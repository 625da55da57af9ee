import { useEffect } from 'react';
import { DisposeBag } from '../../../src/std/disposable.ts';
import { mayAct } from '../../stores/operators/operators-store.ts';
import { cameraAt, tilesOnPage } from '../../stores/wall-state.ts';
import { type Product, useProduct } from '../product.tsx';

/** Ties the session of replay to the page: tiles, selection, keyboard, and who is signed in. */
export function useReplayRoom(): void {
  const product = useProduct();
  useEffect(() => followPage(product), [product]);
  useEffect(() => playByKeys(product), [product]);
  const { replay } = product;
  useEffect(() => () => replay.close(), [replay]);
}

function followPage({ replay, wall, engine, operators, session, cameras }: Product) {
  const bag = new DisposeBag();
  const playing = new Set<number>();
  const onSession = () => {
    const { session: now, cause } = replay.getState();
    for (const tile of [...playing]) {
      if (now?.tiles.some((one) => one.tile === tile)) continue;
      playing.delete(tile);
      engine.replay(tile, null);
    }
    for (const { tile, cameraId } of now?.tiles ?? []) {
      playing.add(tile);
      const held = now?.cameras.find((one) => one.cameraId === cameraId);
      engine.replay(tile, now?.state.sessionId ?? null, held?.quality ?? undefined);
    }
    // Nothing is open that could say it.
    if (!now && cause && !replay.getState().opening) {
      session.setTrouble(cause);
      replay.setState({ cause: null });
    }
  };
  const onWall = () => {
    const { wall: state } = wall.getState();
    const seen = new Set(tilesOnPage(state));
    replay.keepOnly(
      ({ tile, cameraId }) =>
        cameraAt(state, tile) === cameraId &&
        (state.full === null ? seen.has(tile) : state.full === tile || seen.has(tile)),
    );
    const selected = cameraAt(state, state.selected);
    if (selected !== null) replay.setLead(selected);
  };
  bag.add(replay.subscribe((now, before) => now !== before && onSession()));
  bag.add(wall.subscribe(onWall));
  bag.add(cameras.subscribe(onWall));
  bag.add(
    engine.store.subscribe(({ tiles }) => {
      // Watching was forbidden meanwhile: what was is not to be seen any more either.
      const isForbidden = (tile: number) => {
        const stream = tiles.get(tile)?.stream;
        return stream?.phase === 'refused' && stream.cause.code.startsWith('site.');
      };
      replay.keepOnly(({ tile }) => !isForbidden(tile));
    }),
  );
  bag.add(
    operators.subscribe(({ state }, before) => {
      // Whoever comes next may be allowed less.
      if (mayAct(before.state) && !mayAct(state)) replay.close();
    }),
  );
  return () => bag.dispose();
}

function typesElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (
    target?.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="alertdialog"], [role="menu"]',
    )
  ) {
    return true;
  }
  // A button is pressed by the space bar.
  return Boolean(target?.closest('button')) && /^(Numpad)?Enter$|^Space$/u.test(event.code);
}

const jumpMs = 10_000;

function playByKeys({ replay, wall, session, operators, workplace, ptz, engine }: Product) {
  const shownAt = (): number | null => {
    const { session: now, lead } = replay.getState();
    const tile = now?.tiles.find(({ cameraId }) => cameraId === lead)?.tile;
    const at = tile === undefined ? null : engine.replays.getState().tiles.get(tile)?.shownAt;
    return at ?? now?.state.at ?? null;
  };
  const mark = (which: 'in' | 'out') => {
    const at = shownAt();
    if (at !== null) replay.mark(which, at);
  };
  const pressed = ({ code, shiftKey }: KeyboardEvent): boolean => {
    if (code === 'Escape') return done(replay.close());
    const { session: now } = replay.getState();
    const { wall: state } = wall.getState();
    if (!now?.tiles.some(({ tile }) => tile === state.selected)) return false;
    if (shiftKey) {
      if (code === 'ArrowLeft') return done(replay.seekBy(-jumpMs));
      if (code === 'ArrowRight') return done(replay.seekBy(jumpMs));
      return false;
    }
    switch (code) {
      case 'Space':
        return done(replay.togglePlay());
      case 'KeyK':
        return done(replay.setRate(0));
      case 'KeyJ':
        return done(replay.shuttle(-1));
      case 'KeyL':
        return done(replay.shuttle(1));
      case 'ArrowLeft':
      case 'Comma':
        return done(replay.step(-1));
      case 'ArrowRight':
      case 'Period':
        return done(replay.step(1));
      case 'Home':
        return done(replay.toEnd('oldest'));
      case 'End':
        return done(replay.toEnd('newest'));
      case 'KeyI':
        return done(mark('in'));
      case 'KeyO':
        return done(mark('out'));
      default:
        return false;
    }
  };
  const onDown = (event: KeyboardEvent) => {
    const { session: now, opening, clipOpen } = replay.getState();
    if ((!now && !opening) || clipOpen || ptz.getState().mode) return;
    if (session.getState().dialog || operators.getState().asking || typesElsewhere(event)) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { wallMode } = wall.getState().wall;
    if (workplace.getState().place !== 'wall' && !wallMode) return;
    if (!pressed(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('keydown', onDown, true);
  return () => window.removeEventListener('keydown', onDown, true);
}

function done(_nothing: unknown): true {
  return true;
}
