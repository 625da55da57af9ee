import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { holdPointer } from './hold-pointer.ts';

interface HoldButtonProps {
  readonly label: string;
  readonly onHold: () => void;
  readonly onRelease: () => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** How long a press counts that has no end, such as that of a screen reader. */
const pulseMs = 250;

/** Acts while it is held: by finger, pen, mouse, space bar or Enter. Every way of losing it ends it. */
export function HoldButton({ label, onHold, onRelease, disabled, children }: HoldButtonProps) {
  const held = useRef<'pointer' | 'key' | 'pulse' | null>(null);
  const latest = useRef(onRelease);
  latest.current = onRelease;
  const begin = (by: 'pointer' | 'key' | 'pulse') => {
    if (held.current !== null || disabled) return;
    held.current = by;
    onHold();
  };
  const end = () => {
    if (held.current === null) return;
    held.current = null;
    latest.current();
  };
  // A button that is taken away while it is held.
  useEffect(
    () => () => {
      if (held.current !== null) latest.current();
    },
    [],
  );
  const isPress = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter';
  return (
    <button
      type="button"
      className="hold"
      aria-label={label}
      title={label}
      disabled={disabled}
      onPointerDown={(event: PointerEvent<HTMLButtonElement>) => {
        if (event.button !== 0) return;
        if (holdPointer(event.currentTarget, event.pointerId)) begin('pointer');
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onLostPointerCapture={end}
      onBlur={end}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isPress(event)) return;
        event.preventDefault();
        if (!event.repeat) begin('key');
      }}
      onKeyUp={(event) => {
        if (isPress(event)) end();
      }}
      onClick={(event) => {
        // A click without pointer and key: it has no length of its own.
        if (event.detail !== 0 || held.current !== null) return;
        begin('pulse');
        setTimeout(end, pulseMs);
      }}
    >
      {children}
    </button>
  );
}
