import { useEffect, useMemo, useRef, useState } from 'react';
import type { LayoutName } from '../../src/contract/schemas.ts';
import { layouts } from '../stores/layouts.ts';
import { tilesOnPage } from '../stores/wall-state.ts';
import { useProduct, useWall, useWords } from './product.tsx';
import { type Rect, Tile } from './tile.tsx';

const gap = 2;

/** Edges on whole pixels, so that no picture is blurred by half a pixel. */
export function tileRects(name: LayoutName, width: number, height: number): Rect[] {
  const { columns, rows, cells } = layouts[name];
  const x = (column: number) => Math.round((column * (width + gap)) / columns);
  const y = (row: number) => Math.round((row * (height + gap)) / rows);
  return cells.map((cell) => ({
    left: x(cell.column),
    top: y(cell.row),
    width: Math.max(0, x(cell.column + cell.width) - x(cell.column) - gap),
    height: Math.max(0, y(cell.row + cell.height) - y(cell.row) - gap),
  }));
}

/** The pictures of one page. */
export function Wall() {
  const { engine } = useProduct();
  const words = useWords();
  const element = useRef<HTMLElement>(null);
  const wall = useWall((model) => model.wall);
  const ready = useWall((model) => model.ready);
  const [size, setSize] = useState({ width: 0, height: 0 });

  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => engine.setAudio(wall.audio), [engine, wall.audio]);

  const { layout, full } = wall;
  const rects = useMemo(() => tileRects(layout, size.width, size.height), [layout, size]);
  const whole = useMemo(() => ({ left: 0, top: 0, ...size }), [size]);
  const tiles = ready ? tilesOnPage(wall) : [];
  return (
    <main ref={element} className="wall" aria-label={words.t('wall.label')} data-layout={layout}>
      {tiles.map((tile, index) => (
        <Tile
          key={tile}
          tile={tile}
          number={index + 1}
          cameraId={wall.tiles[tile] ?? null}
          rect={full === tile ? whole : (rects[index] ?? whole)}
          selected={wall.selected === tile}
          full={full === tile}
          covered={full !== null && full !== tile}
        />
      ))}
    </main>
  );
}
