import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Texts } from '../../i18n.ts';
import { rowAt } from '../../stores/register/paged.ts';
import type { CameraSort, RegisterRow } from '../../stores/register/register-types.ts';
import { dragSource } from '../drag.ts';
import { Badge, EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { isForbiddenPlace, shortAddress } from './register-words.ts';

/** The cameras of the chosen part of the tree, as many as there are. */
export function CameraTable() {
  const { register, workplace } = useProduct();
  const words = useWords();
  const r = useTexts('register');
  const paged = useStore(register, (model) => model.cameras);
  const sort = useStore(register, (model) => model.cameraSort);
  const selected = useStore(register, (model) => model.selectedCameras);
  const openId = useStore(register.card, ({ of }) => (of?.kind === 'camera' ? of.id : null));
  const columns = useMemo(() => cameraColumns(r, words.causeText), [r, words]);
  const resetKey = useStore(register, ({ scope, query, cameraChip, cameraSort }) =>
    JSON.stringify([scope, query, cameraChip, cameraSort]),
  );
  const onRowElement = useCallback(
    (element: HTMLElement, row: RegisterRow) => {
      // All chosen rows go with the one that is dragged.
      const carried = () => {
        const chosen = register.getState().selectedCameras;
        return chosen.has(row.camera.id) ? [...chosen.values()] : [row];
      };
      return dragSource(
        element,
        () => ({
          kind: 'cameras',
          cameraIds: carried()
            .filter(isWatchable)
            .map(({ camera }) => camera.id),
        }),
        () =>
          carried().length === 1
            ? row.camera.name
            : r('count.cameras', { count: carried().length, number: carried().length }),
        workplace.setCarrying,
      );
    },
    [register, workplace, r],
  );
  if (!paged.known) {
    return paged.cause ? (
      <FailedNote cause={paged.cause} onRetry={register.retry} />
    ) : (
      <LoadingNote />
    );
  }
  return (
    <VirtualTable
      label={r('table.cameras')}
      columns={columns}
      count={paged.total}
      rowAt={(index) => rowAt(paged, index)}
      idOf={(row) => row.camera.id}
      onLook={register.look}
      onOpen={({ camera }) =>
        void register.card.open({ kind: 'camera', id: camera.id, siteId: camera.siteId })
      }
      openId={openId}
      resetKey={resetKey}
      sort={{
        by: sort?.by ?? null,
        descending: sort?.descending ?? false,
        onSort: (key) => register.sortCameras(key as CameraSort['by']),
      }}
      selection={{
        has: (id) => selected.has(id),
        all: paged.total > 0 && selected.size >= paged.total,
        some: selected.size > 0,
        set: register.selectCamera,
        setAll: (on) => (on ? void register.selectAll() : register.selectNone()),
      }}
      rowTone={({ refusal, camera }) => (refusal ? 'bad' : camera.gone ? 'gone' : undefined)}
      onRowElement={onRowElement}
      empty={<EmptyNote icon="camera" title={r('empty.rows')} text={r('empty.rowsText')} />}
    />
  );
}

/** It may be watched, and something is known to watch. */
export function isWatchable({ refusal, camera }: RegisterRow): boolean {
  return !refusal && camera.url !== '';
}

function cameraColumns(
  r: Texts,
  causeText: (cause: NonNullable<RegisterRow['refusal']>) => string,
): Column<RegisterRow>[] {
  return [
    {
      key: 'name',
      title: r('field.name'),
      width: 'minmax(150px, 2.2fr)',
      sortable: true,
      cell: ({ camera }) => <span title={camera.name}>{camera.name}</span>,
    },
    {
      key: 'site',
      title: r('field.site'),
      width: 'minmax(120px, 1.8fr)',
      sortable: true,
      cell: ({ siteName, district, province }) => (
        <span title={[siteName, district, province].filter(Boolean).join(' · ')}>{siteName}</span>
      ),
    },
    {
      key: 'placement',
      title: r('field.placement'),
      width: 'minmax(110px, 1.3fr)',
      sortable: true,
      cell: ({ camera }) =>
        camera.placement === null ? (
          <span className="dim">{r('placement.none')}</span>
        ) : isForbiddenPlace(camera.placement) ? (
          <Badge tone="bad" icon="warning">
            {r(`placement.${camera.placement}`)}
          </Badge>
        ) : (
          r(`placement.${camera.placement}`)
        ),
    },
    {
      key: 'brand',
      title: r('field.brand'),
      width: 'minmax(80px, 1fr)',
      sortable: true,
      cell: ({ camera }) => [camera.brand, camera.model].filter(Boolean).join(' ') || '–',
    },
    {
      key: 'address',
      title: r('field.url'),
      width: 'minmax(110px, 1.5fr)',
      sortable: true,
      cell: ({ camera }) =>
        camera.url === '' ? (
          <Badge tone="warn">{r('state.noUrl')}</Badge>
        ) : (
          <span title={camera.url}>{shortAddress(camera.url)}</span>
        ),
    },
    {
      key: 'state',
      title: r('field.state'),
      width: 'minmax(104px, 1fr)',
      cell: ({ camera, refusal }) =>
        refusal ? (
          <Badge tone="bad" icon="lock" title={causeText(refusal)}>
            {r(`state.${refusal.code === 'site.hold' ? 'held' : 'forbidden'}`)}
          </Badge>
        ) : camera.gone ? (
          <Badge tone="warn" title={r('state.goneText')}>
            {r('state.gone')}
          </Badge>
        ) : (
          <span className="dim">{r(`origin.${camera.origin.split(':')[0]}`)}</span>
        ),
    },
  ];
}
