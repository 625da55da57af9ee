import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { DiscoveredDevice } from '../../../src/contract/hub-schemas.ts';
import type { Texts } from '../../i18n.ts';
import { isRunning } from '../../stores/discovery/discovery-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Badge, EmptyNote, LoadingNote, Progress } from '../manage/notes.tsx';
import type { Column } from '../manage/table-head.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { AdoptDialog } from './adopt-dialog.tsx';
import { DiscoveryForm } from './discovery-form.tsx';

/** Devices of the network: asked by multicast and by a sweep of ranges, each listed once. */
export function DiscoveryScreen() {
  const { discovery } = useProduct();
  const words = useWords();
  const { number } = words;
  const c = useTexts('connect');
  useEffect(() => discovery.watch(), [discovery]);
  const progress = useStore(discovery, (model) => model.progress);
  const devices = useStore(discovery, (model) => model.devices);
  const known = useStore(discovery, (model) => model.known);
  const selected = useStore(discovery, (model) => model.selected);
  const busy = useStore(discovery, (model) => model.busy);
  const cause = useStore(discovery, (model) => model.cause);
  const adopted = useStore(discovery, (model) => model.adopted);
  const [adopting, setAdopting] = useState(false);
  const columns = useMemo(() => deviceColumns(c), [c]);
  const running = isRunning(progress);
  const resumable = progress?.phase === 'cancelled' || progress?.phase === 'failed';
  return (
    <section className="screen" aria-label={c('parts.discovery')}>
      <header className="screen-head">
        <div>
          <h2>{c('discovery.title')}</h2>
          <p className="dim">{c('discovery.text')}</p>
        </div>
      </header>
      <DiscoveryForm running={running}>
        {running ? (
          <Button className="button" onPress={() => void discovery.cancel()} isDisabled={busy}>
            {c('discovery.cancel')}
          </Button>
        ) : (
          <>
            {resumable ? (
              <Button className="button" onPress={() => void discovery.resume()} isDisabled={busy}>
                {c('discovery.resume')}
              </Button>
            ) : null}
            <Button
              className="button"
              data-primary
              onPress={() => void discovery.start()}
              isDisabled={busy}
            >
              <Icon name="radar" />
              {c('discovery.start')}
            </Button>
          </>
        )}
      </DiscoveryForm>
      <CauseNote cause={cause ?? progress?.cause ?? null} />
      {progress ? (
        <div className="discovery-progress">
          {running ? (
            <Progress
              label={c(`discovery.phase.${progress.phase}`)}
              done={progress.done}
              total={progress.total > 0 ? progress.total : null}
            />
          ) : null}
          <p role="status">
            {running ? '' : `${c(`discovery.phase.${progress.phase}`)} `}
            {c('discovery.found', { count: devices.length, number: number(devices.length) })}
          </p>
        </div>
      ) : null}
      {adopted ? (
        <div className="note" data-kind="good" role="status">
          <Icon name="check" />
          <div>
            <p>
              {c('adopt.done', { added: number(adopted.added), changed: number(adopted.changed) })}
            </p>
            {adopted.devices
              .filter((device) => device.cause)
              .map((device) => (
                <p key={device.deviceId} className="note-hint">
                  {deviceName(devices, device.deviceId)}:{' '}
                  {device.cause ? words.causeText(device.cause) : ''}
                </p>
              ))}
          </div>
        </div>
      ) : null}
      {!known ? (
        <LoadingNote />
      ) : devices.length === 0 ? (
        <EmptyNote
          icon="radar"
          title={c(
            running ? 'discovery.searching' : progress ? 'discovery.nothing' : 'discovery.first',
          )}
          text={c(running ? 'discovery.searchingText' : 'discovery.firstText')}
        />
      ) : (
        <VirtualTable
          label={c('discovery.devices')}
          columns={columns}
          count={devices.length}
          rowAt={(index) => devices[index] ?? null}
          idOf={(device) => device.id}
          selection={{
            has: (id) => selected.has(id),
            all: selected.size >= devices.length,
            some: selected.size > 0,
            set: (device, on) => discovery.select(device.id, on),
            setAll: discovery.selectAll,
          }}
          onOpen={(device) => discovery.select(device.id, !selected.has(device.id))}
          empty={null}
        />
      )}
      {selected.size > 0 ? (
        <div className="bulk" role="toolbar" aria-label={c('adopt.label')}>
          <strong>{c('discovery.selected', { count: selected.size })}</strong>
          <Button className="button" data-small data-primary onPress={() => setAdopting(true)}>
            {c('adopt.open')}
          </Button>
          <Button className="button" data-small onPress={() => discovery.selectAll(false)}>
            {c('adopt.none')}
          </Button>
        </div>
      ) : null}
      {adopting ? <AdoptDialog onClose={() => setAdopting(false)} /> : null}
    </section>
  );
}

function deviceName(devices: readonly DiscoveredDevice[], id: string): string {
  const device = devices.find((each) => each.id === id);
  return device?.name || device?.address || id;
}

function deviceColumns(c: Texts): Column<DiscoveredDevice>[] {
  return [
    {
      key: 'address',
      title: c('device.address'),
      width: 'minmax(120px, 1fr)',
      cell: ({ address, mac }) => <span title={mac}>{address}</span>,
    },
    {
      key: 'name',
      title: c('device.name'),
      width: 'minmax(140px, 1.7fr)',
      cell: ({ name, hardware, server }) => {
        const text = [name, hardware].filter(Boolean).join(' · ') || server || '–';
        return <span title={[text, server].filter(Boolean).join(' · ')}>{text}</span>;
      },
    },
    {
      key: 'speaks',
      title: c('device.speaks'),
      width: 'minmax(130px, 1.2fr)',
      cell: ({ onvifUrl, rtspPort }) => (
        <span className="badges">
          {onvifUrl ? (
            <Badge tone="good" title={onvifUrl}>
              ONVIF
            </Badge>
          ) : null}
          {rtspPort === null ? null : <Badge tone="info">RTSP {rtspPort}</Badge>}
          {onvifUrl || rtspPort !== null ? null : <Badge tone="plain">{c('device.silent')}</Badge>}
        </span>
      ),
    },
    {
      key: 'by',
      title: c('device.foundBy'),
      width: 'minmax(100px, 1fr)',
      cell: ({ foundBy }) => foundBy.map((by) => c(`device.by.${by}`)).join(', '),
    },
    {
      key: 'state',
      title: c('device.state'),
      width: 'minmax(130px, 1.3fr)',
      cell: ({ deviceId, foreign, clockOffsetMs }) => (
        <span className="badges">
          {deviceId ? (
            <Badge tone="good" icon="check">
              {c('device.known')}
            </Badge>
          ) : null}
          {foreign ? (
            <Badge tone="warn" title={c('device.foreignText')}>
              {c('device.foreign')}
            </Badge>
          ) : null}
          {clockOffsetMs !== null && Math.abs(clockOffsetMs) > 60_000 ? (
            <Badge tone="warn">{c('device.clock')}</Badge>
          ) : null}
        </span>
      ),
    },
  ];
}
