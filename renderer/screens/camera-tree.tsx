import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { StreamPhase } from '../../src/contract/stream-state.ts';
import type { ListRow } from '../stores/camera-search.ts';
import { isOnWall } from '../stores/wall-state.ts';
import { dragSource } from './drag.ts';
import { Glyph, type GlyphName } from './glyph.tsx';
import { Icon } from './icon.tsx';
import { useCameras, useProduct, useWall, useWords } from './product.tsx';

const rowHeight = 34;

interface CameraTreeProps {
  readonly rows: readonly ListRow[];
  readonly onToggle: (key: string, open: boolean) => void;
}

/**
 * Province, site, camera as a tree of which only the rows in sight exist. The tree keeps the focus
 * and names its active row, so that scrolling a row away does not lose the keyboard.
 */
export function CameraTree({ rows, onToggle }: CameraTreeProps) {
  const { commands } = useProduct();
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const found = activeKey === null ? -1 : rows.findIndex((row) => row.key === activeKey);
  const active = found >= 0 ? found : rows.findIndex((row) => row.kind === 'camera');

  // After another search the first camera is the one that Enter takes.
  const first = rows.find((row) => row.kind === 'camera')?.key ?? null;
  useEffect(() => {
    if (found < 0) scroller.current?.scrollTo({ top: 0 });
  }, [found]);

  const goTo = (index: number) => {
    const row = rows[Math.min(Math.max(0, index), rows.length - 1)];
    if (!row) return;
    setActiveKey(row.key);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const act = (row: ListRow) => {
    if (row.kind === 'camera') commands.placeInSelected(row.camera.id);
    else onToggle(row.key, !row.open);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    switch (event.code) {
      case 'ArrowDown':
        goTo(active + 1);
        break;
      case 'ArrowUp':
        goTo(active - 1);
        break;
      case 'PageDown':
        goTo(active + page);
        break;
      case 'PageUp':
        goTo(active - page);
        break;
      case 'Home':
        goTo(0);
        break;
      case 'End':
        goTo(rows.length - 1);
        break;
      case 'ArrowLeft':
        if (row.kind !== 'camera' && row.open) onToggle(row.key, false);
        else goTo(parentOf(rows, active));
        break;
      case 'ArrowRight':
        if (row.kind === 'camera') return;
        if (row.open) goTo(active + 1);
        else onToggle(row.key, true);
        break;
      case 'Enter':
      case 'NumpadEnter':
        act(row);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="tree"
      role="tree"
      tabIndex={0}
      aria-label={words.t('list.label')}
      aria-activedescendant={rows[active] ? rowId(rows[active].key) : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (activeKey === null) setActiveKey(first);
      }}
    >
      <div role="none" className="tree-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TreeRow
              key={row.key}
              row={row}
              top={start}
              active={index === active}
              onPoint={() => setActiveKey(row.key)}
              onAct={() => act(row)}
            />
          );
        })}
      </div>
    </div>
  );
}

function rowId(key: string): string {
  return `row-${key}`;
}

function parentOf(rows: readonly ListRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above--) {
    if ((rows[above]?.level ?? 1) < level) return above;
  }
  return index;
}

interface TreeRowProps {
  readonly row: ListRow;
  readonly top: number;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onAct: () => void;
}

function TreeRow({ row, top, active, onPoint, onAct }: TreeRowProps) {
  const element = useRef<HTMLDivElement>(null);
  const words = useWords();
  const camera = row.kind === 'camera' ? row.camera : null;
  useEffect(() => {
    if (!element.current || !camera) return;
    return dragSource(element.current, { kind: 'camera', cameraId: camera.id }, camera.name);
  }, [camera]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keyboard, for all its rows
    <div
      ref={element}
      id={rowId(row.key)}
      className="row"
      role="treeitem"
      tabIndex={-1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.kind === 'camera' ? undefined : row.open}
      aria-selected={active}
      data-kind={row.kind}
      data-active={active || undefined}
      data-camera-row={camera?.id}
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
      onPointerDown={onPoint}
      onClick={row.kind === 'camera' ? undefined : onAct}
      onDoubleClick={row.kind === 'camera' ? onAct : undefined}
    >
      {row.kind === 'camera' ? (
        <CameraRow id={row.camera.id} name={row.camera.name} />
      ) : (
        <>
          <span className="row-fold" data-open={row.open}>
            <Icon name="down" />
          </span>
          <span className="row-name" title={row.name}>
            {row.name || words.t(`list.no-${row.kind}`)}
          </span>
          <span className="row-count">{row.cameras}</span>
        </>
      )}
    </div>
  );
}

const glyphOf: Readonly<Record<StreamPhase, GlyphName>> = {
  idle: 'idle',
  connecting: 'connecting',
  live: 'live',
  stalled: 'stale',
  waiting: 'waiting',
  refused: 'refused',
  unsupported: 'unsupported',
  offline: 'offline',
};

function CameraRow({ id, name }: { id: string; name: string }) {
  const words = useWords();
  const phase = useCameras((model) => model.phases.get(id)) ?? 'idle';
  const shown = useWall(({ wall }) => isOnWall(wall, id));
  const said = words.t(`phase.${phase}`);
  return (
    <>
      <span className="row-phase" data-mark={glyphOf[phase]} title={said}>
        <Glyph name={glyphOf[phase]} />
        <span className="sr-only">{said}</span>
      </span>
      <span className="row-name" title={name}>
        {name}
      </span>
      {shown ? (
        <span className="row-shown" title={words.t('list.shown')}>
          <Icon name="eye" />
          <span className="sr-only">{words.t('list.shown')}</span>
        </span>
      ) : null}
    </>
  );
}
