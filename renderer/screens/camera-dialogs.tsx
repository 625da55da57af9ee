import { type FormEvent, useState } from 'react';
import { Button, Form } from 'react-aria-components';
import type { Cause } from '../../src/contract/cause.ts';
import { Fault } from '../../src/std/fault.ts';
import { withoutCamera } from '../stores/wall-state.ts';
import { FormButtons, LoginFields } from './add-source-dialog.tsx';
import { CauseNote, DialogFrame } from './dialog-frame.tsx';
import { useCameras, useProduct, useWords } from './product.tsx';

/** Runs one call of a dialog: closes it when done, says why when not. */
function useTry() {
  const { session } = useProduct();
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<Cause | null>(null);
  const run = (call: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setCause(null);
    call().then(session.closeDialog, (error: unknown) => {
      setCause(Fault.from(error).shown);
      setBusy(false);
    });
  };
  return { busy, cause, run };
}

/** Of whom a dialog speaks: two cameras may have the same name, never the same address. */
function CameraLine({ cameraId }: { cameraId: string }) {
  const camera = useCameras((model) => model.byId.get(cameraId));
  return (
    <div className="of-camera">
      <p className="of-camera-name">{camera?.name ?? cameraId}</p>
      {camera ? <p>{[camera.siteName, camera.province].filter(Boolean).join(' · ')}</p> : null}
      {camera ? <p className="of-camera-address">{camera.address}</p> : null}
    </div>
  );
}

/** Asks once; a device may lock the address after a few wrong passwords. */
export function LoginDialog({ cameraId }: { cameraId: string }) {
  const { core } = useProduct();
  const { t } = useWords();
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    run(() =>
      core.call('sources.login', {
        cameraId,
        user: String(data.get('user') ?? '').trim(),
        password: String(data.get('password') ?? ''),
      }),
    );
  };
  return (
    <DialogFrame title={t('login.title')}>
      <Form className="form" onSubmit={submit} validationBehavior="native">
        <CameraLine cameraId={cameraId} />
        <LoginFields />
        <p className="note" data-kind="warn">
          {t('login.once')}
        </p>
        <CauseNote cause={cause} />
        <FormButtons busy={busy} label={t('login.submit')} />
      </Form>
    </DialogFrame>
  );
}

/** A certificate that no authority vouches for, or another one than before. */
export function TrustDialog({ cameraId, fingerprint }: { cameraId: string; fingerprint: string }) {
  const { core, session } = useProduct();
  const { t } = useWords();
  const { busy, cause, run } = useTry();
  return (
    <DialogFrame title={t('trust.title')} alert>
      <div className="form">
        <CameraLine cameraId={cameraId} />
        <p>{t('trust.explain')}</p>
        <dl className="fingerprint">
          <dt>{t('trust.fingerprint')}</dt>
          <dd>{groups(fingerprint)}</dd>
        </dl>
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={session.closeDialog} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-primary
            isDisabled={busy}
            onPress={() => run(() => core.call('sources.trust', { cameraId, fingerprint }))}
          >
            {t('trust.submit')}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}

/** In pairs, as devices and the telephone read them out. */
function groups(fingerprint: string): string {
  return /^[0-9a-f]+$/iu.test(fingerprint)
    ? (fingerprint.toUpperCase().match(/.{1,2}/gu) ?? []).join(':')
    : fingerprint;
}

export function RemoveDialog({ cameraId }: { cameraId: string }) {
  const { core, session, wall } = useProduct();
  const { t } = useWords();
  const { busy, cause, run } = useTry();
  const remove = async () => {
    await core.call('sources.remove', { cameraId });
    wall.change((now) => withoutCamera(now, cameraId));
  };
  return (
    <DialogFrame title={t('remove.title')} alert>
      <div className="form">
        <CameraLine cameraId={cameraId} />
        <p>{t('remove.explain')}</p>
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={session.closeDialog} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" data-danger isDisabled={busy} onPress={() => run(remove)}>
            {t('remove.submit')}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}

export function ClearDialog() {
  const { commands, session } = useProduct();
  const { t } = useWords();
  return (
    <DialogFrame title={t('clear.title')} alert>
      <div className="form">
        <p>{t('clear.explain')}</p>
        <div className="buttons">
          <Button className="button" onPress={session.closeDialog} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-danger
            onPress={() => {
              commands.clear();
              session.closeDialog();
            }}
          >
            {t('clear.submit')}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}
