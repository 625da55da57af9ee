import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { knownOf } from '../../stores/workplace/asked.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { AddHubDialog } from './add-hub-dialog.tsx';
import { HubCard } from './hub-card.tsx';
import { SyncDialog } from './sync-dialog.tsx';

/** The hubs and recorders that cameras come from, and how each of them is. */
export function HubsScreen() {
  const { hubs } = useProduct();
  const c = useTexts('connect');
  useEffect(() => hubs.watch(), [hubs]);
  const asked = useStore(hubs, (model) => model.hubs);
  const trouble = useStore(hubs, (model) => model.trouble);
  const sync = useStore(hubs, (model) => model.sync !== null);
  const [adding, setAdding] = useState(false);
  const list = knownOf(asked);
  return (
    <section className="screen" aria-label={c('parts.hubs')}>
      <header className="screen-head">
        <div>
          <h2>{c('hubs.title')}</h2>
          <p className="dim">{c('hubs.text')}</p>
        </div>
        <Button className="button" data-primary onPress={() => setAdding(true)}>
          <Icon name="add" />
          {c('hubs.add')}
        </Button>
      </header>
      <div className="room-scroll">
        <CauseNote cause={trouble} />
        {asked.state === 'failed' ? <FailedNote cause={asked.cause} onRetry={hubs.reload} /> : null}
        {list === null && asked.state !== 'failed' ? <LoadingNote /> : null}
        {list?.length === 0 ? (
          <EmptyNote icon="hub" title={c('hubs.none')} text={c('hubs.noneText')}>
            <Button className="button" data-primary onPress={() => setAdding(true)}>
              <Icon name="add" />
              {c('hubs.add')}
            </Button>
          </EmptyNote>
        ) : null}
        {list && list.length > 0 ? (
          <ul className="hub-list">
            {list.map((hub) => (
              <HubCard key={hub.id} hub={hub} />
            ))}
          </ul>
        ) : null}
      </div>
      {adding ? <AddHubDialog onClose={() => setAdding(false)} /> : null}
      {sync ? <SyncDialog /> : null}
    </section>
  );
}
