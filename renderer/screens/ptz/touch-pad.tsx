import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { dragVelocity, velocity } from '../../stores/ptz/velocity.ts';
import { useProduct, useTexts } from '../product.tsx';
import { HoldButton } from './hold-button.tsx';
import { holdPointer } from './hold-pointer.ts';
import { PtzIcon } from './ptz-icon.tsx';
import { useSteered } from './use-ptz.ts';

const zoomSpeed = 0.5;

/** A stick and a zoom for fingers: each takes a finger of its own. */
export function TouchPad() {
  const { ptz } = useProduct();
  const p = useTexts('ptz');
  const lacks = useSteered()?.lacks ?? [];
  const { hand } = ptz;
  const zoom = (amount: number) => {
    if (ptz.maySteer()) hand.push('pad-zoom', velocity(0, 0, amount));
  };
  const release = () => hand.release('pad-zoom');
  return (
    <div className="pad-row">
      {lacks.includes('pan-tilt') ? (
        <p className="lack">{p('lack.pan-tilt')}</p>
      ) : (
        <Stick label={p('pad.stick')} />
      )}
      {lacks.includes('zoom') ? (
        <p className="lack">{p('lack.zoom')}</p>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: two buttons, not a form
        <div className="pad-zoom" role="group" aria-label={p('pad.zoom')}>
          <HoldButton label={p('pad.in')} onHold={() => zoom(zoomSpeed)} onRelease={release}>
            <PtzIcon name="plus" />
          </HoldButton>
          <span className="pad-zoom-text">{p('pad.zoom')}</span>
          <HoldButton label={p('pad.out')} onHold={() => zoom(-zoomSpeed)} onRelease={release}>
            <PtzIcon name="minus" />
          </HoldButton>
        </div>
      )}
    </div>
  );
}

function Stick({ label }: { label: string }) {
  const { ptz } = useProduct();
  const { hand } = ptz;
  const finger = useRef<number | null>(null);
  const [knob, setKnob] = useState({ x: 0, y: 0 });
  const end = (event?: PointerEvent) => {
    if (event && event.pointerId !== finger.current) return;
    finger.current = null;
    setKnob({ x: 0, y: 0 });
    hand.release('pad');
  };
  useEffect(() => () => hand.release('pad'), [hand]);
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const reach = width / 2 - 12;
    const dx = event.clientX - (left + width / 2);
    const dy = event.clientY - (top + height / 2);
    const far = Math.max(1, Math.hypot(dx, dy) / reach);
    setKnob({ x: dx / far, y: dy / far });
    hand.push('pad', dragVelocity(dx, dy, { dead: 10, reach, exponent: 1.6 }));
  };
  return (
    <div
      className="stick"
      role="img"
      aria-label={label}
      title={label}
      onPointerDown={(event) => {
        if (finger.current !== null || event.button !== 0 || !ptz.maySteer()) return;
        if (!holdPointer(event.currentTarget, event.pointerId)) return;
        finger.current = event.pointerId;
        move(event);
      }}
      onPointerMove={(event) => {
        if (event.pointerId === finger.current) move(event);
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onLostPointerCapture={end}
      onContextMenu={(event) => event.preventDefault()}
    >
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <path d="M50 8l7 9H43zM50 92l7-9H43zM8 50l9-7v14zM92 50l-9-7v14z" />
      </svg>
      <span
        className="stick-knob"
        style={{ transform: `translate(calc(${knob.x}px - 50%), calc(${knob.y}px - 50%))` }}
      />
    </div>
  );
}
