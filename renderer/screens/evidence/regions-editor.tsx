import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Region } from '../../../src/contract/evidence-schemas.ts';
import { Icon } from '../icon.tsx';
import { Chips } from '../manage/fields.tsx';
import { usePage } from './evidence-words.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

const least = 0.004;
const maxRegions = 50;
const maxPoints = 64;

/**
 * Rectangles and polygons drawn on a picture, 0 … 1 from its upper left corner. A rectangle is dragged;
 * of a polygon each press is a corner, and the first corner (or Enter) closes it.
 */
export function RegionsEditor(props: {
  readonly regions: readonly Region[];
  readonly onChange: (regions: readonly Region[]) => void;
  /** Of the picture, for its shape. */
  readonly width: number;
  readonly height: number;
  readonly children: ReactNode;
}) {
  const { regions, onChange, width, height, children } = props;
  const p = usePage();
  const area = useRef<HTMLDivElement>(null);
  const [tool, setTool] = useState<'box' | 'polygon'>('box');
  const [from, setFrom] = useState<Point | null>(null);
  const [to, setTo] = useState<Point | null>(null);
  const [corners, setCorners] = useState<readonly Point[]>([]);
  const [selected, setSelected] = useState<number | null>(null);

  const pointOf = (event: PointerEvent): Point => {
    const box = area.current?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    const within = (value: number) => Math.max(0, Math.min(1, value));
    return {
      x: within((event.clientX - box.left) / box.width),
      y: within((event.clientY - box.top) / box.height),
    };
  };
  const add = (region: Region) => {
    if (regions.length < maxRegions) onChange([...regions, region]);
    setSelected(null);
  };
  const closePolygon = () => {
    if (corners.length >= 3) add([...corners]);
    setCorners([]);
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    area.current?.focus();
    const point = pointOf(event);
    if (tool === 'polygon') {
      const [first] = corners;
      const box = area.current?.getBoundingClientRect();
      const near =
        first && box
          ? Math.hypot((first.x - point.x) * box.width, (first.y - point.y) * box.height) < 12
          : false;
      if (near && corners.length >= 3) closePolygon();
      else if (corners.length < maxPoints) setCorners([...corners, point]);
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    setFrom(point);
    setTo(point);
  };
  const onMove = (event: PointerEvent) => {
    if (from || corners.length > 0) setTo(pointOf(event));
  };
  const onUp = (event: PointerEvent) => {
    if (!from) return;
    const end = pointOf(event);
    setFrom(null);
    setTo(null);
    if (Math.abs(end.x - from.x) < least || Math.abs(end.y - from.y) < least) return;
    add(rectangle(from, end));
  };
  const removeSelected = () => {
    if (selected === null) onChange(regions.slice(0, -1));
    else onChange(regions.filter((_, at) => at !== selected));
    setSelected(null);
  };
  const drawing: readonly Point[] =
    from && to ? rectangle(from, to) : corners.length > 0 && to ? [...corners, to] : corners;
  return (
    <div className="regions">
      <div className="tools-line">
        <Chips
          label={p('copy.tool')}
          value={tool}
          options={[
            { value: 'box', text: p('copy.box') },
            { value: 'polygon', text: p('copy.polygon') },
          ]}
          onChange={(value) => {
            setTool(value ?? 'box');
            setCorners([]);
          }}
        />
        <span className="dim">{p(tool === 'box' ? 'copy.boxText' : 'copy.polygonText')}</span>
        <div className="tools-end">
          {corners.length >= 3 ? (
            <Button className="button" data-small onPress={closePolygon}>
              {p('copy.close')}
            </Button>
          ) : null}
          <Button
            className="button"
            data-small
            isDisabled={regions.length === 0}
            onPress={removeSelected}
          >
            <Icon name="trash" />
            {p(selected === null ? 'copy.removeLast' : 'copy.removeRegion')}
          </Button>
        </div>
      </div>
      <div
        ref={area}
        className="regions-area"
        style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(52dvh * ${width / height})` }}
        role="application"
        aria-label={p('copy.area')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: drawn on with the pointer, closed and deleted with keys
        tabIndex={0}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onKeyDown={(event) => {
          if (event.code === 'Enter') closePolygon();
          else if (event.code === 'Delete' || event.code === 'Backspace') removeSelected();
          else if (event.code === 'Escape' && corners.length > 0) {
            setCorners([]);
            event.stopPropagation();
          } else return;
          event.preventDefault();
        }}
      >
        {children}
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {regions.map((region, at) => (
            <polygon
              // biome-ignore lint/suspicious/noArrayIndexKey: regions have no other name than their place
              key={at}
              points={pointsText(region)}
              data-selected={selected === at || undefined}
              onPointerDown={(event) => {
                if (tool === 'polygon' && corners.length > 0) return;
                event.stopPropagation();
                area.current?.focus();
                setSelected(at);
              }}
            />
          ))}
          {drawing.length > 0 ? <polygon className="drawing" points={pointsText(drawing)} /> : null}
        </svg>
      </div>
    </div>
  );
}

function rectangle(a: Point, b: Point): Point[] {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

const pointsText = (points: readonly Point[]) => points.map(({ x, y }) => `${x},${y}`).join(' ');
