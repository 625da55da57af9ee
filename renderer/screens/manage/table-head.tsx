// biome-ignore-all lint/a11y/useSemanticElements: the head of a grid whose rows are not a <table>
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../icon.tsx';
import { useTexts } from '../product.tsx';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** A track of CSS grid: `minmax(120px, 2fr)`. */
  readonly width: string;
  readonly cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column. */
  readonly end?: boolean;
  readonly sortable?: boolean;
}

export interface TableSort {
  readonly by: string | null;
  readonly descending: boolean;
  readonly onSort: (key: string) => void;
}

interface TableHeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly template: string;
  /** Narrower than this the table scrolls sideways; px. */
  readonly least: number;
  readonly sort: TableSort | undefined;
  readonly selection:
    | { readonly all: boolean; readonly some: boolean; readonly setAll: (on: boolean) => void }
    | undefined;
}

export function TableHead<T>({ columns, template, least, sort, selection }: TableHeadProps<T>) {
  const c = useTexts('connect');
  const all = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (all.current && selection) all.current.indeterminate = selection.some && !selection.all;
  }, [selection]);
  return (
    <div
      className="table-head"
      role="row"
      tabIndex={-1}
      style={{ gridTemplateColumns: template, minWidth: least }}
    >
      {selection ? (
        <span role="columnheader" tabIndex={-1} className="table-box">
          <input
            ref={all}
            type="checkbox"
            aria-label={c('table.selectAll')}
            checked={selection.all}
            onChange={(event) => selection.setAll(event.target.checked)}
          />
        </span>
      ) : null}
      {columns.map(({ key, title, end, sortable }) => {
        const sorted = sort?.by === key;
        return (
          <span
            key={key}
            role="columnheader"
            tabIndex={-1}
            className="cell"
            data-end={end || undefined}
            aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {sort && sortable ? (
              <button
                type="button"
                className="sort"
                data-on={sorted || undefined}
                data-descending={(sorted && sort.descending) || undefined}
                onClick={() => sort.onSort(key)}
              >
                {title}
                <Icon name="down" />
              </button>
            ) : (
              title
            )}
          </span>
        );
      })}
    </div>
  );
}
