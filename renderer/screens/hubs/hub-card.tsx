import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import type { HubEntry } from '../../../src/contract/hub-schemas.ts';
import { dateText, timeText } from '../../i18n.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { LoginForm, noLogin } from '../manage/login-form.tsx';
import { Badge, LoadingNote } from '../manage/notes.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { HubTestResult } from './hub-test-result.tsx';

/** One hub: what it is, how it is, what it brought, and what can be done with it. */
export function HubCard({ hub }: { hub: HubEntry }) {
  const { hubs, commands } = useProduct();
  const { number } = useWords();
  const c = useTexts('connect');
  const test = useStore(hubs, (model) => model.tests.get(hub.id));
  const [dialog, setDialog] = useState<'remove' | 'login' | null>(null);
  const { health, lastSync } = hub;
  return (
    <li className="hub" data-health={health.state}>
      <div className="hub-head">
        <div>
          <h3>{hub.name}</h3>
          <p className="hub-address">
            {c(`hubKind.${hub.kind}`)} · {hub.address}
          </p>
        </div>
        {health.state === 'ok' ? (
          <Badge tone="good" icon="check">
            {c('health.ok')}
          </Badge>
        ) : health.state === 'away' ? (
          <Badge tone="bad" icon="warning">
            {c('health.away', { time: timeText(health.since), date: dateText(health.since) })}
          </Badge>
        ) : (
          <Badge tone="plain">{c('health.unknown')}</Badge>
        )}
      </div>
      {health.state === 'away' ? <CauseNote cause={health.cause} /> : null}
      <dl className="facts">
        <Fact name={c('hubs.cameras')} value={number(hub.cameras)} />
        {hub.gone > 0 ? <Fact name={c('hubs.gone')} value={number(hub.gone)} tone="warn" /> : null}
        {hub.direct > 0 ? (
          <Fact name={c('hubs.direct')} value={number(hub.direct)} tone="info" />
        ) : null}
        <Fact
          name={c('hubs.login')}
          value={c(hub.hasLogin ? 'hubs.loginKept' : 'hubs.loginNone')}
        />
        <Fact
          name={c('hubs.lastSync')}
          value={
            lastSync
              ? c('hubs.syncDone', {
                  at: `${timeText(lastSync.at)} ${dateText(lastSync.at)}`,
                  added: number(lastSync.added),
                  changed: number(lastSync.changed),
                  gone: number(lastSync.gone),
                })
              : c('hubs.syncNever')
          }
        />
      </dl>
      {test?.state === 'asking' ? <LoadingNote text={c('hubs.testing')} /> : null}
      {test?.state === 'failed' ? <CauseNote cause={test.cause} /> : null}
      {test?.state === 'known' ? <HubTestResult test={test.value} /> : null}
      <div className="hub-buttons">
        <Button className="button" data-small data-primary onPress={() => void hubs.look(hub.id)}>
          <Icon name="refresh" />
          {c('hubs.sync')}
        </Button>
        <Button
          className="button"
          data-small
          isDisabled={test?.state === 'asking'}
          onPress={() => void hubs.test(hub.id)}
        >
          {c('hubs.test')}
        </Button>
        <Button className="button" data-small onPress={() => setDialog('login')}>
          <Icon name="lock" />
          {c('hubs.changeLogin')}
        </Button>
        <Button
          className="button"
          data-small
          isDisabled={hub.cameras === 0}
          onPress={() => commands.placeNode({ hubId: hub.id }, null)}
        >
          <Icon name="wall" />
          {c('toWall')}
        </Button>
        <Button
          className="button"
          data-small
          aria-label={c('hubs.removeThis', { name: hub.name })}
          onPress={() => setDialog('remove')}
        >
          <Icon name="trash" />
        </Button>
      </div>
      {dialog === 'login' ? <HubLogin hub={hub} onClose={() => setDialog(null)} /> : null}
      {dialog === 'remove' ? <RemoveHub hub={hub} onClose={() => setDialog(null)} /> : null}
    </li>
  );
}

function Fact(props: { name: string; value: string; tone?: string }) {
  return (
    <div data-tone={props.tone}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

interface HubDialogProps {
  readonly hub: HubEntry;
  readonly onClose: () => void;
}

function HubLogin({ hub, onClose }: HubDialogProps) {
  const { core } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const [login, setLogin] = useState(noLogin);
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() =>
      core.call('hubs.login', { hubId: hub.id, user: login.user.trim(), password: login.password }),
    ).then((done) => done && onClose());
  };
  return (
    <RoomDialog title={c('hubs.loginOf', { name: hub.name })} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <LoginForm value={login} onChange={setLogin} />
        <p className="dim">{c('hubs.loginEmpty')}</p>
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" type="submit" data-primary isDisabled={busy}>
            {c('hubs.loginKeep')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}

function RemoveHub({ hub, onClose }: HubDialogProps) {
  const { hubs } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  return (
    <RoomDialog title={c('hubs.removeTitle', { name: hub.name })} alert onClose={onClose}>
      <div className="form">
        <p>{c('hubs.removeText', { count: hub.cameras })}</p>
        <div className="buttons">
          <Button className="button" onPress={onClose} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-danger
            onPress={() => {
              onClose();
              void hubs.remove(hub.id);
            }}
          >
            {c('hubs.remove')}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}
