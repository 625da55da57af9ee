import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { keyOf, type TreeRow, treeRows } from '../../stores/register/tree-rows.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { dragSource } from '../drag.ts';
import { Icon } from '../icon.tsx';
import { FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';

const rowHeight = 36;

/** Province, district, site with what they hold. A node chooses what the table shows. */
export function RegisterTreePanel() {
  const { register } = useProduct();
  const r = useTexts('register');
  const asked = useStore(register, (model) => model.tree);
  const query = useStore(register, (model) => model.treeQuery);
  const open = useStore(register, (model) => model.openNodes);
  const late = useDeferredValue(query);
  const tree = knownOf(asked);
  const rows = useMemo(() => (tree ? treeRows(tree, open, late) : []), [tree, open, late]);
  return (
    <aside className="side register-side" aria-label={r('tree.label')}>
      <div className="side-head">
        <SearchField
          className="search"
          aria-label={r('tree.search')}
          value={query}
          onChange={register.setTreeQuery}
        >
          <Icon name="search" />
          <Input placeholder={r('tree.search')} autoComplete="off" spellCheck={false} />
          <Button className="search-clear" aria-label={r('tree.clear')}>
            <Icon name="close" />
          </Button>
        </SearchField>
      </div>
      {asked.state === 'failed' ? (
        <FailedNote cause={asked.cause} onRetry={register.retry} />
      ) : null}
      {tree ? <Tree rows={rows} /> : asked.state === 'failed' ? null : <LoadingNote />}
      <p className="side-tip">{r('tree.tip')}</p>
    </aside>
  );
}

function Tree({ rows }: { rows: readonly TreeRow[] }) {
  const { register, commands } = useProduct();
  const r = useTexts('register');
  const scope = useStore(register, (model) => model.scope);
  const searching = useStore(register, (model) => model.treeQuery.trim() !== '');
  const chosen = keyOf(scope);
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState(chosen);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const active = Math.max(
    0,
    rows.findIndex((row) => row.key === activeKey),
  );
  const goTo = (index: number) => {
    const at = Math.min(Math.max(0, index), rows.length - 1);
    const row = rows[at];
    if (!row) return;
    setActiveKey(row.key);
    virtual.scrollToIndex(at);
  };
  const choose = (row: TreeRow) => {
    register.setScope(row.scope);
    if (row.site) {
      register.setTable('cameras');
      void register.card.open({ kind: 'site', id: row.site.id });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
    const steps: Record<string, () => void> = {
      ArrowDown: () => goTo(active + 1),
      ArrowUp: () => goTo(active - 1),
      Home: () => goTo(0),
      End: () => goTo(rows.length - 1),
      ArrowRight: () =>
        row.open === false ? register.toggleNode(row.key, true) : goTo(active + 1),
      ArrowLeft: () =>
        row.open ? register.toggleNode(row.key, false) : goTo(parent(rows, active)),
      Enter: () => choose(row),
      NumpadEnter: () => choose(row),
      Space: () => choose(row),
      KeyT: () => {
        if (row.kind !== 'all') commands.placeNode(row.scope, null);
      },
    };
    const step = steps[event.code];
    if (!step) return;
    step();
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className="tree"
      role="tree"
      tabIndex={0}
      aria-label={r('tree.label')}
      aria-activedescendant={rows[active] ? nodeId(rows[active].key) : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="none" className="tree-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <Node
              key={row.key}
              row={row}
              top={start}
              active={index === active}
              chosen={row.key === chosen}
              onPoint={() => setActiveKey(row.key)}
              onChoose={() => choose(row)}
            />
          ) : null;
        })}
      </div>
      {rows.length <= 1 ? (
        <p className="side-empty">{r(searching ? 'tree.nothing' : 'empty.title')}</p>
      ) : null}
    </div>
  );
}

const nodeId = (key: string) => `node-${key}`;

function parent(rows: readonly TreeRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above--) {
    if ((rows[above]?.level ?? 1) < level) return above;
  }
  return index;
}

function Node(props: {
  readonly row: TreeRow;
  readonly top: number;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}) {
  const { row, top, active, chosen } = props;
  const { register, commands, workplace } = useProduct();
  const words = useWords();
  const r = words.in('register');
  const element = useRef<HTMLDivElement>(null);
  const name = row.kind === 'all' ? r('tree.all') : row.name || r(`tree.no-${row.kind}`);
  useEffect(() => {
    if (!element.current || row.kind === 'all') return;
    return dragSource(
      element.current,
      { kind: 'node', node: row.scope },
      name,
      workplace.setCarrying,
    );
  }, [row, name, workplace]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keyboard, for all its rows
    <div
      ref={element}
      id={nodeId(row.key)}
      className="row"
      role="treeitem"
      tabIndex={-1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.open ?? undefined}
      aria-selected={chosen}
      data-kind={row.kind}
      data-node={row.key}
      data-active={active || undefined}
      data-chosen={chosen || undefined}
      data-gone={row.site?.gone || undefined}
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
      onPointerDown={props.onPoint}
      onClick={props.onChoose}
    >
      {row.open === null ? null : (
        // biome-ignore lint/a11y/useKeyWithClickEvents: left and right arrows of the tree do it
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <span
          className="row-fold"
          data-open={row.open}
          onClick={(event) => {
            event.stopPropagation();
            register.toggleNode(row.key, !row.open);
          }}
        >
          <Icon name="down" />
        </span>
      )}
      <span className="row-name" title={name}>
        {name}
      </span>
      {row.site?.heldFromView ? (
        <span className="row-sign" data-tone="warn" title={r('tree.held')}>
          <Icon name="lock" />
          <span className="sr-only">{r('tree.held')}</span>
        </span>
      ) : null}
      {row.forbidden > 0 ? (
        <span
          className="row-sign"
          data-tone="bad"
          title={r('tree.forbidden', { count: row.forbidden })}
        >
          <Icon name="warning" />
          <span className="sr-only">{r('tree.forbidden', { count: row.forbidden })}</span>
        </span>
      ) : null}
      <span
        className="row-count"
        title={r('tree.counts', {
          sites: words.number(row.sites),
          cameras: words.number(row.cameras),
        })}
      >
        {row.kind === 'site'
          ? words.number(row.cameras)
          : `${words.number(row.sites)} · ${words.number(row.cameras)}`}
      </span>
      {row.kind === 'all' ? null : (
        <button
          type="button"
          className="row-wall"
          tabIndex={-1}
          title={r('tree.toWall')}
          aria-label={r('tree.toWall')}
          onClick={(event) => {
            event.stopPropagation();
            commands.placeNode(row.scope, null);
          }}
        >
          <Icon name="wall" />
        </button>
      )}
    </div>
  );
}
