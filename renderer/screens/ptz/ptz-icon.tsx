/** Line icons of steering, on the 20 × 20 grid of `icon.tsx`. */
const paths = {
  stick: 'M10 11.5V5M10 2.2a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2zM4 12.5h12v4.5H4z',
  stop: 'M5 5h10v10H5z',
  home: 'M3 10 10 3.5 17 10M5 8.8V17h10V8.8M8.5 17v-4.5h3V17',
  box: 'M3 7V4h4M13 4h4v3M17 13v3h-4M7 16H3v-3M7.5 10h5M10 7.5v5',
  drag: 'M10 3v14M3 10h14M7.5 5.5 10 3l2.5 2.5M7.5 14.5 10 17l2.5-2.5M5.5 7.5 3 10l2.5 2.5M14.5 7.5 17 10l-2.5 2.5',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  near: 'M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM10 8.8a1.2 1.2 0 1 0 0 2.4a1.2 1.2 0 1 0 0-2.4z',
  far: 'M2.5 15.5 7 8l3 4.5L13 6l4.5 9.5z',
  pin: 'M10 17.5c3.6-4.4 5.4-7.4 5.4-9.6a5.4 5.4 0 1 0-10.8 0c0 2.2 1.8 5.2 5.4 9.6zM10 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6z',
  pen: 'M4 16l.8-3.4 8.4-8.4 2.6 2.6-8.4 8.4zM11.8 5.6l2.6 2.6',
  up: 'M5 12.5l5-5 5 5',
  key: 'M7 9.2a3.3 3.3 0 1 0 0 6.6a3.3 3.3 0 1 0 0-6.6zM9.4 10.2 16.5 3M13.5 6l2.5 2.5',
} as const;

export type PtzIconName = keyof typeof paths;

export function PtzIcon({ name }: { name: PtzIconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
