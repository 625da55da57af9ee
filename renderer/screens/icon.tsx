import type { LayoutName } from '../../src/contract/schemas.ts';
import { layouts } from '../stores/layouts.ts';

/** Line icons of the toolbar, drawn on a 20 × 20 grid. */
const paths = {
  list: 'M3 5h14M3 10h14M3 15h9',
  add: 'M10 4v12M4 10h12',
  fill: 'M3 3.5h6v5.5H3zM11 3.5h6v5.5h-6zM3 11h6v5.5H3zM14 11.5v5M11.5 14h5',
  clear: 'M3 4h14v12H3zM7.5 7.5l5 5M12.5 7.5l-5 5',
  undo: 'M7 4 3.5 7.5 7 11M3.5 7.5H12a4.5 4.5 0 0 1 0 9H8',
  redo: 'M13 4l3.5 3.5L13 11M16.5 7.5H8a4.5 4.5 0 0 0 0 9h4',
  details: 'M10 9v5M10 6v.5M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15z',
  wall: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  help: 'M7.6 7.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M10 14.2v.4M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15z',
  left: 'M12.5 4.5 7 10l5.5 5.5',
  right: 'M7.5 4.5 13 10l-5.5 5.5',
  down: 'M5 7.5l5 5 5-5',
  close: 'M5 5l10 10M15 5 5 15',
  search: 'M8.8 3.5a5.3 5.3 0 1 0 0 10.6a5.3 5.3 0 1 0 0-10.6zM12.8 12.8 17 17',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  eye: 'M2 10c2-3.6 4.7-5.4 8-5.4s6 1.8 8 5.4c-2 3.6-4.7 5.4-8 5.4S4 13.6 2 10zM10 7.4a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 1 0 0-5.2z',
  language:
    'M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15zM2.8 10h14.4M10 2.5c2.4 2 3.4 4.5 3.4 7.5s-1 5.5-3.4 7.5M10 2.5c-2.4 2-3.4 4.5-3.4 7.5s1 5.5 3.4 7.5',
  hub: 'M10 7.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6zM3.5 3.5l4.4 4.4M16.5 3.5l-4.4 4.4M3.5 16.5l4.4-4.4M16.5 16.5l-4.4-4.4',
  sites: 'M3 17V8l5-3.5V17M8 17V9.5h9V17zM11 12.5h3M11 15h3',
  survey: 'M5 3h10v14.5H5zM7.5 7h5M7.5 10.5h5M7.5 14h3',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 3.8v4.4M7 11.8v4.4',
  sheet: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  radar: 'M10 10 15.5 4.5M10 2.5a7.5 7.5 0 1 0 7.5 7.5M10 6.2a3.8 3.8 0 1 0 3.8 3.8',
  play: 'M3 3.5h14v10H3zM8.5 6.2v4.6l3.8-2.3zM7 17h6',
  phone:
    'M5.5 3h3l1.3 3.6-1.9 1.5a10 10 0 0 0 4 4l1.5-1.9 3.6 1.3v3A1.6 1.6 0 0 1 15.2 16 12.4 12.4 0 0 1 4 4.6 1.6 1.6 0 0 1 5.5 3z',
  mail: 'M3 5h14v10.5H3zM3 5.5l7 5.5 7-5.5',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  check: 'M4 10.5 8 14.5 16 5.5',
  trash: 'M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5 6.3 17h7.4l.8-11.5',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3M16.5 3v4h-4',
  file: 'M5 2.8h6.5L15.5 7v10.2H5zM11.5 2.8V7h4',
  download: 'M10 3v9M6.5 9 10 12.5 13.5 9M4 16.5h12',
  camera: 'M2.5 6h10v8h-10zM12.5 9l5-2.5v7l-5-2.5',
  lock: 'M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 6 0V9',
  seal: 'M10 2.5 15.5 5v4.6c0 3.6-2.2 6-5.5 7.9-3.3-1.9-5.5-4.3-5.5-7.9V5zM7.3 10l2 2 3.6-4',
  still: 'M2.5 6h4l1.3-2h4.4l1.3 2h4v10h-15zM10 8a2.9 2.9 0 1 0 0 5.8a2.9 2.9 0 1 0 0-5.8z',
  replay: 'M4 10a6 6 0 1 1 1.8 4.3M3.5 6.5v4h4M10 6.8V10l2.3 1.6',
  cut: 'M5.2 3.5a2 2 0 1 0 0 4a2 2 0 1 0 0-4zM5.2 12.5a2 2 0 1 0 0 4a2 2 0 1 0 0-4zM6.8 6.8 17 14.5M6.8 13.2 17 5.5',
  start: 'M5 4v12M16 4.5 8 10l8 5.5z',
  end: 'M15 4v12M4 4.5 12 10l-8 5.5z',
  back: 'M10 4.5 3 10l7 5.5zM17 4.5 10 10l7 5.5z',
  forward: 'M10 4.5 17 10l-7 5.5zM3 4.5 10 10l-7 5.5z',
  stepBack: 'M12.5 5 6 10l6.5 5zM15.5 5v10',
  stepOn: 'M7.5 5 14 10l-6.5 5zM4.5 5v10',
  run: 'M6 4l10 6-10 6z',
  hold: 'M6.5 4v12M13.5 4v12',
  grid: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
  region: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M7 7h6v6H7z',
  box: 'M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5 10 10l7-3.5M10 10v7',
  person: 'M10 3a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8zM3.5 17c.6-3.3 3-5 6.5-5s5.9 1.7 6.5 5',
  warning: 'M10 2.8 18 16.8H2zM10 8v4M10 14.2v.3',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** A layout drawn from its own geometry. */
export function LayoutIcon({ name }: { name: LayoutName }) {
  const { columns, rows, cells } = layouts[name];
  const width = 24 / columns;
  const height = 16 / rows;
  const gap = columns > 5 ? 0.7 : 1.2;
  return (
    <svg className="layout-icon" viewBox="0 0 24 16" aria-hidden="true">
      {cells.map((cell) => (
        <rect
          key={`${cell.column}.${cell.row}`}
          x={cell.column * width + gap / 2}
          y={cell.row * height + gap / 2}
          width={cell.width * width - gap}
          height={cell.height * height - gap}
          rx={columns > 5 ? 0.3 : 0.8}
        />
      ))}
    </svg>
  );
}
