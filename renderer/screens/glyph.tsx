import type { ReactNode } from 'react';

/**
 * The signs of a state. Every state has its own shape: a person who does not tell the colours apart,
 * or a wall photographed in grey, loses nothing.
 */
export type GlyphName =
  | 'live'
  | 'keyframes'
  | 'paused'
  | 'replay'
  | 'stale'
  | 'connecting'
  | 'waiting'
  | 'refused'
  | 'unsupported'
  | 'offline'
  | 'idle'
  | 'empty'
  | 'sound';

const shapes: Readonly<Record<GlyphName, ReactNode>> = {
  live: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  keyframes: <path d="M3 4h2v8H3zM7 4h2v8H7zM11 4h2v8h-2z" fill="currentColor" />,
  replay: (
    <path
      d="M3 8a5 5 0 1 0 1.8-3.8M4.6 1.6v3h3M8 5.2V8l2 1.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  paused: <path d="M3.5 3h3v10h-3zM9.5 3h3v10h-3z" fill="currentColor" />,
  stale: (
    <path
      d="M8 1.8 15 14.2H1z M8 6.2v3.6 M8 11.6v1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinejoin="round"
    />
  ),
  connecting: (
    <>
      <circle
        cx="8"
        cy="8"
        r="5.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        opacity=".35"
      />
      <path d="M8 2.4A5.6 5.6 0 0 1 13.6 8" fill="none" stroke="currentColor" strokeWidth="1.8" />
    </>
  ),
  waiting: (
    <path
      d="M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6z M8 4.6V8l2.4 1.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    />
  ),
  refused: (
    <path
      d="M3.4 7.2h9.2v6.4H3.4z M5.4 7V5a2.6 2.6 0 0 1 5.2 0v2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinejoin="round"
    />
  ),
  unsupported: (
    <path
      d="M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6z M4 12 12 4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
  offline: (
    <path
      d="M3.4 3.4 12.6 12.6M12.6 3.4 3.4 12.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
    />
  ),
  idle: <circle cx="8" cy="8" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  sound: (
    <path
      d="M2 6h2.6L8.4 3v10L4.6 10H2z M10.8 5.6a3.4 3.4 0 0 1 0 4.8 M12.6 3.6a6.2 6.2 0 0 1 0 8.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
    />
  ),
  empty: (
    <path
      d="M8 3v10M3 8h10"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
    />
  ),
};

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg className="glyph" data-glyph={name} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}
