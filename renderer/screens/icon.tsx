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
