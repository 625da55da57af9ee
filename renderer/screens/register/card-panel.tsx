import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { isTouched } from '../../stores/register/draft.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { LoadingNote } from '../manage/notes.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { CameraForm } from './camera-form.tsx';
import { Clashes } from './clashes.tsx';
import { SiteForm } from './site-form.tsx';

/** One site or camera in full, to be read and edited beside the table. */
export function CardPanel() {
  const { register } = useProduct();
  const { t } = useWords();
  const r = useTexts('register');
  const { card } = register;
  const of = useStore(card, (model) => model.of);
  const loading = useStore(card, (model) => model.loading);
  const cause = useStore(card, (model) => model.cause);
  const merged = useStore(card, (model) => model.merged);
  const site = useStore(card, (model) => model.site);
  const camera = useStore(card, (model) => model.camera);
  const title =
    site?.base.name || camera?.base.name || r(of?.kind === 'camera' ? 'add.camera' : 'add.site');
  const element = useRef<HTMLElement>(null);
  const key = of ? `${of.kind}:${of.id}` : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another card begins at its top
  useEffect(() => {
    element.current?.querySelector('.card-body')?.scrollTo({ top: 0 });
    // A new row is opened to be typed into; a look at another row leaves the keyboard where it is.
    if (of?.id === null) element.current?.querySelector<HTMLElement>('input')?.focus();
  }, [key, loading]);
  const conflict = cause?.code === 'input.conflict';
  return (
    <aside
      ref={element}
      className="card"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.code === 'KeyS' && event.ctrlKey) {
          event.preventDefault();
          void card.save();
        } else if (event.code === 'Escape' && !event.defaultPrevented) {
          event.preventDefault();
          event.stopPropagation();
          card.close();
        }
      }}
    >
      <header className="card-head">
        <div>
          <p className="card-kind">{r(of?.kind === 'camera' ? 'card.camera' : 'card.site')}</p>
          <h2 title={title}>{title}</h2>
        </div>
        <Button className="bar-button" aria-label={t('dialog.close')} onPress={card.close}>
          <Icon name="close" />
        </Button>
      </header>
      <div className="card-body">
        {loading ? <LoadingNote /> : null}
        {conflict ? (
          <div className="note" data-kind="warn" role="alert">
            <Icon name="warning" />
            <div>
              <p>{r('conflict.title')}</p>
              <p className="note-hint">{r('conflict.text')}</p>
            </div>
          </div>
        ) : (
          <CauseNote cause={cause} />
        )}
        {merged && !conflict ? (
          <p className="note" data-kind="warn" role="status">
            {r('conflict.merged')}
          </p>
        ) : null}
        <Clashes />
        {site ? <SiteForm key={key} draft={site} /> : null}
        {camera ? <CameraForm key={key} draft={camera} /> : null}
      </div>
      {site || camera ? <CardFoot /> : null}
    </aside>
  );
}

function CardFoot() {
  const { register, commands } = useProduct();
  const { t } = useWords();
  const r = useTexts('register');
  const { card } = register;
  const of = useStore(card, (model) => model.of);
  const saving = useStore(card, (model) => model.saving);
  const saved = useStore(card, (model) => model.saved);
  const touched = useStore(
    card,
    ({ site, camera }) => (site ? isTouched(site) : false) || (camera ? isTouched(camera) : false),
  );
  const clashes = useStore(
    card,
    ({ siteClashes, cameraClashes }) => siteClashes.length + cameraClashes.length,
  );
  const named = useStore(card, ({ site, camera }) =>
    Boolean(
      (
        (site?.mine.name ?? site?.base.name) ||
        (camera?.mine.name ?? camera?.base.name) ||
        ''
      ).trim(),
    ),
  );
  const row = useStore(card, (model) => model.cameraRow);
  const [asking, setAsking] = useState(false);
  const isNew = of?.id === null;
  return (
    <footer className="card-foot">
      <p className="card-state" role="status">
        {saving ? r('card.saving') : touched ? r('card.unsaved') : saved ? r('card.saved') : ''}
      </p>
      <div className="card-buttons">
        {isNew || !of ? null : (
          <>
            <Button
              className="button"
              data-small
              aria-label={r('toWall')}
              isDisabled={
                of.kind === 'camera' && (!row || row.refusal !== null || row.camera.url === '')
              }
              onPress={() => {
                if (of.kind === 'site') commands.placeNode({ siteId: of.id ?? '' }, null);
                else if (of.id) commands.placeCameras([of.id], null);
              }}
            >
              <Icon name="wall" />
              {r('toWall')}
            </Button>
            <Button
              className="button"
              data-small
              aria-label={r('remove.one')}
              isDisabled={saving}
              onPress={() => setAsking(true)}
            >
              <Icon name="trash" />
            </Button>
          </>
        )}
        {touched ? (
          <Button className="button" data-small onPress={card.revert} isDisabled={saving}>
            {r('card.revert')}
          </Button>
        ) : null}
        <Button
          className="button"
          data-small
          data-primary
          isDisabled={saving || !touched || clashes > 0 || !named}
          onPress={() => void card.save()}
        >
          {r('card.save')}
        </Button>
      </div>
      {asking ? (
        <RoomDialog title={r('remove.title')} alert onClose={() => setAsking(false)}>
          <div className="form">
            <p>{r(of?.kind === 'camera' ? 'remove.thisCamera' : 'remove.thisSite')}</p>
            <p className="dim">{r('remove.undo')}</p>
            <div className="buttons">
              <Button className="button" onPress={() => setAsking(false)} autoFocus>
                {t('dialog.cancel')}
              </Button>
              <Button
                className="button"
                data-danger
                onPress={() => {
                  setAsking(false);
                  void card.remove();
                }}
              >
                {r('remove.submit')}
              </Button>
            </div>
          </div>
        </RoomDialog>
      ) : null}
    </footer>
  );
}
