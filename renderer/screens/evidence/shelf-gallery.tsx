// biome-ignore-all lint/a11y/useSemanticElements: cards out of sight do not exist, a list cannot say so
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { itemAt } from '../../stores/evidence/shelf-store.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { momentText, usePage } from './evidence-words.ts';
import { KindBadge } from './shelf-columns.tsx';
import { Thumbnail } from './thumbnail.tsx';

const cardWidth = 210;
const gap = 12;
const textHeight = 68;

/** The shelf as pictures; only rows in sight exist, however long it is. */
export function ShelfGallery({ resetKey, empty }: { resetKey: string; empty: ReactNode }) {
  const { shelf } = useProduct();
  const p = usePage();
  const rows = useStore(shelf, (model) => model.rows);
  const open = useStore(shelf, (model) => model.open?.id ?? null);
  const chosen = useStore(shelf, (model) => model.chosen);
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState(0);
  useEffect(() => {
    if (!scroller.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(1, Math.floor((width + gap) / (cardWidth + gap)));
  const across = Math.max(1, (width - gap * (columns - 1)) / columns);
  const height = Math.round((across * 9) / 16) + textHeight;
  const virtual = useVirtualizer({
    count: width > 0 ? Math.ceil(rows.total / columns) : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => height + gap,
    overscan: 2,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width is another height
  useEffect(() => virtual.measure(), [height]);
  const lines = virtual.getVirtualItems();
  const from = (lines[0]?.index ?? 0) * columns;
  const to = Math.min(rows.total - 1, ((lines.at(-1)?.index ?? 0) + 1) * columns - 1);
  useEffect(() => {
    if (rows.total > 0) shelf.look(from, to);
  }, [shelf, from, to, rows.total]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another shelf begins at its top
  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [resetKey]);
  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.total - 1, index));
    setActive(next);
    virtual.scrollToIndex(Math.floor(next / columns));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.altKey || event.metaKey) return;
    const item = itemAt(rows, active);
    const acts: Record<string, () => void> = event.ctrlKey
      ? { KeyA: () => void shelf.chooseAll(true) }
      : {
          ArrowRight: () => goTo(active + 1),
          ArrowLeft: () => goTo(active - 1),
          ArrowDown: () => goTo(active + columns),
          ArrowUp: () => goTo(active - columns),
          Home: () => goTo(0),
          End: () => goTo(rows.total - 1),
          Enter: () => item && shelf.open(item),
          Space: () => item && shelf.choose(item, !chosen.has(item.id)),
        };
    const act = acts[event.code];
    if (!act) return;
    act();
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className="gallery"
      role="listbox"
      aria-label={p('shelf.gallery')}
      aria-multiselectable="true"
      aria-activedescendant={rows.total > 0 ? `evidence-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {rows.total === 0 ? (
        empty
      ) : (
        <div className="gallery-all" style={{ height: virtual.getTotalSize() }}>
          {lines.map(({ index: line, start }) => (
            <div
              key={line}
              className="gallery-line"
              style={{
                transform: `translateY(${start}px)`,
                height,
                gridTemplateColumns: `repeat(${columns}, 1fr)`,
              }}
            >
              {Array.from(
                { length: Math.min(columns, rows.total - line * columns) },
                (_, at) => line * columns + at,
              ).map((index) => {
                const item = itemAt(rows, index);
                return (
                  <Card
                    key={item?.id ?? `at-${index}`}
                    id={`evidence-${index}`}
                    item={item}
                    open={item !== null && item.id === open}
                    active={index === active}
                    chosen={item !== null && chosen.has(item.id)}
                    onPoint={() => setActive(index)}
                  />
                );
              })}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Card(props: {
  id: string;
  item: EvidenceItem | null;
  open: boolean;
  active: boolean;
  chosen: boolean;
  onPoint: () => void;
}) {
  const { id, item, open, active, chosen, onPoint } = props;
  const { shelf } = useProduct();
  const words = useWords();
  const c = useTexts('connect');
  if (!item) return <div className="gallery-card" data-coming id={id} />;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the gallery has the keyboard, for all its cards
    <div
      id={id}
      className="gallery-card"
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      data-open={open || undefined}
      data-active={active || undefined}
      data-altered={item.alteredFrom !== null || undefined}
      onPointerDown={onPoint}
      onClick={() => shelf.open(item)}
    >
      <Thumbnail item={item} />
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={c('table.select')}
        checked={chosen}
        onChange={(event) => shelf.choose(item, event.target.checked)}
        onClick={(event) => event.stopPropagation()}
      />
      <span className="gallery-kind">
        <KindBadge words={words} item={item} />
      </span>
      <div className="gallery-text">
        <p className="gallery-name" title={`${item.cameraName} – ${item.siteName}`}>
          {item.cameraName}
        </p>
        <p className="gallery-site">{item.siteName}</p>
        <p className="gallery-time">{momentText(item.takenAt)}</p>
      </div>
    </div>
  );
}
