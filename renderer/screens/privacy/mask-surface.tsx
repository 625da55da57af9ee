import { type PointerEvent, useRef, useState } from 'react';
import type { Mask, Region } from '../../../src/contract/evidence-schemas.ts';
import * as drafts from '../../stores/privacy/mask-draft.ts';
import { useProduct, useTexts } from '../product.tsx';
import type { MaskTool } from './mask-editor.tsx';
import { pointsText, widthAndHeight } from './picture-masks.tsx';
import { usePictureSizes } from './use-privacy.ts';

interface Drag {
  readonly pointer: number;
  readonly from: drafts.Point;
  readonly to: drafts.Point;
  /** Null: a new rectangle. */
  readonly mask: Mask | null;
  readonly point: number | null;
}

interface Props {
  readonly draft: drafts.Draft;
  readonly tool: MaskTool;
  readonly open: Region;
  readonly setOpen: (points: Region) => void;
  readonly finish: (points: Region) => void;
}

/** The picture as a sheet to draw on: what is hidden is dark, and can be seen through while it is drawn. */
export function MaskSurface({ draft, tool, open, setOpen, finish }: Props) {
  const { privacy } = useProduct();
  const p = useTexts('privacy');
  const wrap = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [hover, setHover] = useState<drafts.Point | null>(null);
  const sizes = usePictureSizes(wrap);
  const size = sizes.at(-1) ?? '1920x1080';
  const [width, height] = widthAndHeight(size);
  const handle = width / 90;

  const at = (event: PointerEvent): drafts.Point => {
    const matrix = svg.current?.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return drafts.inside(x / width, y / height);
  };
  const grab = (event: PointerEvent, mask: Mask | null, point: number | null) => {
    event.stopPropagation();
    const from = at(event);
    svg.current?.setPointerCapture(event.pointerId);
    setDrag({ pointer: event.pointerId, from, to: from, mask, point });
    if (mask) privacy.change((now) => ({ ...now, selected: { id: mask.id, point } }));
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || drag) return;
    if (tool === 'polygon') {
      const point = at(event);
      const first = open[0];
      const near =
        first !== undefined &&
        Math.hypot((point.x - first.x) * width, (point.y - first.y) * height) < handle * 1.5;
      if (near && open.length >= 3) finish(open);
      else if (!near && open.length < drafts.maxPoints) setOpen([...open, point]);
    } else if (tool === 'rectangle') grab(event, null, null);
    else privacy.change((now) => ({ ...now, selected: null }));
  };
  const onMove = (event: PointerEvent) => {
    if (tool === 'polygon' && open.length > 0) setHover(at(event));
    if (drag?.pointer === event.pointerId) setDrag({ ...drag, to: at(event) });
  };
  const onUp = (event: PointerEvent) => {
    if (drag?.pointer !== event.pointerId) return;
    setDrag(null);
    if (!drag.mask) {
      finish(drafts.rectangle(drag.from, drag.to));
      return;
    }
    const [dx, dy] = [drag.to.x - drag.from.x, drag.to.y - drag.from.y];
    if (dx === 0 && dy === 0) return;
    privacy.change((now) => drafts.moveSelected(now, dx, dy));
  };

  const shown = draft.masks.map((mask) =>
    drag?.mask?.id === mask.id
      ? {
          ...mask,
          points: drafts.moved(
            mask.points,
            drag.point,
            drag.to.x - drag.from.x,
            drag.to.y - drag.from.y,
          ),
        }
      : mask,
  );
  const drawn = drag && !drag.mask ? drafts.rectangle(drag.from, drag.to) : null;
  const line = open.length > 0 && hover ? [...open, hover] : open;
  return (
    <div ref={wrap} className="mask-sheet" data-tool={tool}>
      <svg
        ref={svg}
        role="img"
        aria-label={p('sheet')}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="xMidYMid meet"
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={() => setDrag(null)}
      >
        <rect className="mask-edge" width={width} height={height} />
        {shown.map((mask) => (
          <polygon
            key={mask.id}
            className="mask-shape"
            data-selected={draft.selected?.id === mask.id || undefined}
            points={pointsText(mask.points, size)}
            onPointerDown={(event) => {
              if (tool === 'select' && event.button === 0) grab(event, mask, null);
            }}
          />
        ))}
        {shown
          .filter(({ id }) => id === draft.selected?.id && tool === 'select')
          .flatMap((mask) =>
            mask.points.map((point, index) => (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in the row
                key={`${mask.id}-${index}`}
                className="mask-handle"
                data-selected={draft.selected?.point === index || undefined}
                cx={point.x * width}
                cy={point.y * height}
                r={handle}
                onPointerDown={(event) => {
                  if (event.button === 0) grab(event, mask, index);
                }}
              />
            )),
          )}
        {drawn ? (
          <polygon className="mask-shape" data-new points={pointsText(drawn, size)} />
        ) : null}
        {line.length > 0 ? (
          <>
            <polyline className="mask-line" points={pointsText(line, size)} />
            {open.map((point, index) => (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in the row
                key={index}
                className="mask-handle"
                data-first={index === 0 || undefined}
                cx={point.x * width}
                cy={point.y * height}
                r={handle * 0.8}
              />
            ))}
          </>
        ) : null}
      </svg>
    </div>
  );
}
