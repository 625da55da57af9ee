// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight do not exist, a <table> cannot say so
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTexts } from '../product.tsx';
import { type Column, TableHead, type TableSort } from './table-head.tsx';

export const tableRowHeight = 40;

interface VirtualTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  /** Rows of the whole table; only those in sight are asked for. */
  readonly count: number;
  readonly rowAt: (index: number) => T | null;
  readonly idOf: (row: T) => string;
  /** Rows from `from` to `to` are in sight. */
  readonly onLook?: (from: number, to: number) => void;
  readonly onOpen?: (row: T) => void;
  readonly openId?: string | null;
  /** With it every row has a box, and the space bar checks it. */
  readonly selection?: {
    readonly has: (id: string) => boolean;
    readonly all: boolean;
    readonly some: boolean;
    readonly set: (row: T, on: boolean) => void;
    readonly setAll: (on: boolean) => void;
  };
  readonly sort?: TableSort;
  readonly rowTone?: (row: T) => string | undefined;
  /** Each drawn row's element, for who makes it draggable. */
  readonly onRowElement?: (element: HTMLElement, row: T) => () => void;
  readonly empty: ReactNode;
  /** Another table begins at its top. */
  readonly resetKey?: string;
}

/**
 * A table of any length. Only rows in sight exist; the table keeps the focus and names its active
 * row, so that scrolling a row away does not lose the keyboard.
 */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { columns, count, rowAt, idOf, onLook, onOpen, selection, resetKey } = props;
  const c = useTexts('connect');
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => tableRowHeight,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0) onLook?.(from, to);
  }, [onLook, from, to, count]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another table begins at its top
  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [resetKey]);

  const least = columns.reduce(
    (sum, { width }) => sum + (Number(/\d+/u.exec(width)?.[0]) || 0),
    44,
  );
  const template = `${selection ? '44px ' : ''}${columns.map(({ width }) => width).join(' ')}`;
  const goTo = (index: number) => {
    const next = Math.min(Math.max(0, index), count - 1);
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey || event.target !== scroller.current) return;
    const row = rowAt(active);
    const page = Math.max(
      1,
      Math.floor((scroller.current?.clientHeight ?? 0) / tableRowHeight) - 2,
    );
    const steps: Record<string, () => void> = event.ctrlKey
      ? { KeyA: () => selection?.setAll(true) }
      : {
          ArrowDown: () => goTo(active + 1),
          ArrowUp: () => goTo(active - 1),
          PageDown: () => goTo(active + page),
          PageUp: () => goTo(active - page),
          Home: () => goTo(0),
          End: () => goTo(count - 1),
          Space: () => row && selection?.set(row, !selection.has(idOf(row))),
          Enter: () => row && onOpen?.(row),
          NumpadEnter: () => row && onOpen?.(row),
        };
    const step = steps[event.code];
    if (!step) return;
    step();
    event.preventDefault();
  };
  const activeRow = rowAt(active);
  return (
    <div
      ref={scroller}
      className="table"
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={activeRow ? rowId(props.label, active) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <TableHead
        least={least}
        columns={columns}
        template={template}
        sort={props.sort}
        selection={selection}
      />
      {count === 0 ? (
        props.empty
      ) : (
        <div
          role="rowgroup"
          className="table-rows"
          style={{ height: virtual.getTotalSize(), minWidth: least }}
        >
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            const id = row ? idOf(row) : null;
            const checked = id !== null && selection ? selection.has(id) : false;
            return (
              <Row
                key={id ?? `at-${index}`}
                row={row}
                id={rowId(props.label, index)}
                index={index}
                top={start}
                template={template}
                active={index === active}
                open={id !== null && id === props.openId}
                checked={selection ? checked : undefined}
                tone={row ? props.rowTone?.(row) : undefined}
                onElement={props.onRowElement}
                onPoint={() => setActive(index)}
                onOpen={onOpen}
              >
                {selection ? (
                  <span role="gridcell" className="table-box">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label={c('table.select')}
                      checked={checked}
                      disabled={!row}
                      onChange={(event) => row && selection.set(row, event.target.checked)}
                      onClick={(event) => event.stopPropagation()}
                    />
                  </span>
                ) : null}
                {columns.map(({ key, cell, end }) => (
                  <span key={key} role="gridcell" className="cell" data-end={end || undefined}>
                    {row ? cell(row) : <span className="cell-coming" />}
                  </span>
                ))}
              </Row>
            );
          })}
        </div>
      )}
    </div>
  );
}

const rowId = (label: string, index: number) => `${label.replace(/\W+/gu, '-')}-${index}`;

interface RowProps<T> {
  readonly row: T | null;
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly template: string;
  readonly active: boolean;
  readonly open: boolean;
  readonly checked: boolean | undefined;
  readonly tone: string | undefined;
  readonly onElement: ((element: HTMLElement, row: T) => () => void) | undefined;
  readonly onPoint: () => void;
  readonly onOpen: ((row: T) => void) | undefined;
  readonly children: ReactNode;
}

function Row<T>(props: RowProps<T>) {
  const { row, onElement, onOpen } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(
    () => (element.current && row && onElement ? onElement(element.current, row) : undefined),
    [row, onElement],
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table has the keyboard, for all its rows
    <div
      ref={element}
      id={props.id}
      className="table-row"
      role="row"
      tabIndex={-1}
      aria-rowindex={props.index + 2}
      aria-selected={props.checked ?? props.open}
      data-active={props.active || undefined}
      data-open={props.open || undefined}
      data-tone={props.tone}
      style={{
        transform: `translateY(${props.top}px)`,
        height: tableRowHeight,
        gridTemplateColumns: props.template,
      }}
      onPointerDown={props.onPoint}
      onClick={() => row && onOpen?.(row)}
    >
      {props.children}
    </div>
  );
}
