import { type PointerEvent, useEffect, useRef, useState } from 'react';
import {
  type Box,
  boxBetween,
  boxInPicture,
  type Place,
  pictureBox,
  placeInPicture,
} from '../../stores/ptz/picture-fit.ts';
import { dragFeel, dragVelocity, velocity } from '../../stores/ptz/velocity.ts';
import { useProduct } from '../product.tsx';
import { holdPointer } from './hold-pointer.ts';
import { useHand, usePtz } from './use-ptz.ts';

const wheelSpeed = 0.6;
/** A notch of the wheel is this long a push; the next one prolongs it. */
const wheelPulseMs = 200;

interface Press {
  readonly pointer: number;
  readonly kind: 'steer' | 'box';
  readonly from: Place;
  readonly to: Place;
  /** Left the dead radius: no click any more. */
  readonly dragged: boolean;
}

/** The picture as a handle: drag to steer, press to centre, draw to fill, turn the wheel to zoom. */
export function PtzSurface({ tile, label }: { tile: number; label: string }) {
  const { ptz, engine } = useProduct();
  const { hand } = ptz;
  const element = useRef<HTMLDivElement>(null);
  const [press, setPress] = useState<Press | null>(null);
  const now = useRef<Press | null>(null);
  const put = (next: Press | null) => {
    now.current = next;
    setPress(next);
  };
  const tool = usePtz((model) => model.tool);
  const seen = usePtz((model) => model.seen);
  const cuts = useHand((model) => model.cuts);

  /** Where the picture is now, from what is really drawn; without a video from the stream's figures. */
  const picture = (): Box => {
    const surface = element.current;
    const size = { width: surface?.clientWidth ?? 0, height: surface?.clientHeight ?? 0 };
    const videos = surface?.parentElement?.querySelectorAll<HTMLVideoElement>('.tile-picture');
    const video = videos?.[videos.length - 1];
    const figures = engine.figures.getState().tiles.get(tile);
    return pictureBox(size, {
      width: video?.videoWidth || figures?.width || 0,
      height: video?.videoHeight || figures?.height || 0,
    });
  };
  const at = (event: { clientX: number; clientY: number }): Place => {
    const rect = element.current?.getBoundingClientRect();
    return { x: event.clientX - (rect?.left ?? 0), y: event.clientY - (rect?.top ?? 0) };
  };
  const feel = () =>
    dragFeel(element.current?.clientWidth ?? 0, element.current?.clientHeight ?? 0);

  useEffect(() => {
    const surface = element.current;
    if (!surface) return;
    let pulse: ReturnType<typeof setTimeout> | undefined;
    // React's own listener cannot keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY === 0 || !ptz.maySteer()) return;
      hand.push('wheel', velocity(0, 0, event.deltaY < 0 ? wheelSpeed : -wheelSpeed));
      clearTimeout(pulse);
      pulse = setTimeout(() => hand.release('wheel'), wheelPulseMs);
    };
    surface.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      surface.removeEventListener('wheel', onWheel);
      clearTimeout(pulse);
      hand.release('wheel');
      hand.release('drag');
    };
  }, [ptz, hand]);

  // What is drawn goes when the hand was cut off: a lost window, Esc, another holder.
  const drawnAt = useRef(cuts);
  useEffect(() => {
    if (cuts === drawnAt.current) return;
    drawnAt.current = cuts;
    hand.release('drag');
    now.current = null;
    setPress(null);
  }, [cuts, hand]);

  const cancel = () => {
    hand.release('drag');
    put(null);
  };
  const onDown = (event: PointerEvent<HTMLDivElement>) => {
    if (now.current) {
      // Another button during a drag is no part of it: the hand is not sure of itself.
      if (event.pointerType === 'mouse') cancel();
      return;
    }
    if (event.button !== 0 || !ptz.maySteer()) return;
    if (!holdPointer(event.currentTarget, event.pointerId)) return;
    const from = at(event);
    const kind = event.shiftKey || tool === 'box' ? 'box' : 'steer';
    put({ pointer: event.pointerId, kind, from, to: from, dragged: false });
  };
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const before = now.current;
    if (!before || event.pointerId !== before.pointer) return;
    // The button went up where nobody could tell: outside of the window, under another one.
    if (event.pointerType === 'mouse' && (event.buttons & 1) === 0) return cancel();
    const to = at(event);
    const [dx, dy] = [to.x - before.from.x, to.y - before.from.y];
    const dragged = before.dragged || Math.hypot(dx, dy) > feel().dead;
    put({ ...before, to, dragged });
    if (before.kind === 'steer' && dragged) hand.push('drag', dragVelocity(dx, dy, feel()));
  };
  const onUp = (event: PointerEvent<HTMLDivElement>) => {
    const done = now.current;
    if (!done || event.pointerId !== done.pointer) return;
    cancel();
    // A place in a picture that is not the present one means nothing.
    if (!ptz.getState().seen) return;
    if (done.kind === 'box') {
      const box = boxInPicture(boxBetween(done.from, done.to), picture());
      if (box) void ptz.act('frame', (core, cameraId) => core.call('ptz.frame', { cameraId, box }));
    } else if (!done.dragged) {
      const place = placeInPicture(done.from, picture());
      if (place) {
        void ptz.act('point', (core, cameraId) => core.call('ptz.point', { cameraId, ...place }));
      }
    }
  };
  const onLost = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerId === now.current?.pointer) cancel();
  };
  return (
    <div
      ref={element}
      className="ptz-surface"
      data-tool={tool}
      data-seen={seen || undefined}
      role="application"
      aria-label={label}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onLost}
      onLostPointerCapture={onLost}
      onDoubleClick={(event) => event.stopPropagation()}
      onContextMenu={(event) => event.preventDefault()}
      onDragStart={(event) => event.preventDefault()}
    >
      {press ? <Drawn press={press} dead={feel().dead} reach={feel().reach} /> : null}
    </div>
  );
}

/** The vector of a drag, or the rectangle that is drawn. */
function Drawn({ press, dead, reach }: { press: Press; dead: number; reach: number }) {
  const { from, to, kind } = press;
  if (kind === 'box') {
    const box = boxBetween(from, to);
    return (
      <div
        className="ptz-box"
        style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      />
    );
  }
  return (
    <svg className="ptz-vector" aria-hidden="true">
      <circle cx={from.x} cy={from.y} r={reach} data-part="reach" />
      <circle cx={from.x} cy={from.y} r={dead} data-part="dead" />
      {press.dragged ? (
        <>
          <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} data-part="under" />
          <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
          <circle cx={to.x} cy={to.y} r={7} data-part="tip" />
        </>
      ) : null}
    </svg>
  );
}
