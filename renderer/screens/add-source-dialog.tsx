import { type FormEvent, useState } from 'react';
import { Button, FieldError, Form, Input, Label, Text, TextField } from 'react-aria-components';
import type { Cause } from '../../src/contract/cause.ts';
import { Fault } from '../../src/std/fault.ts';
import { CauseNote, DialogFrame } from './dialog-frame.tsx';
import { useProduct, useWords } from './product.tsx';
import { addressFault } from './source-form.ts';

/**
 * A camera by its address. The login is written only: it goes to the core once and no screen ever
 * shows it again.
 */
export function AddSourceDialog() {
  const { core, commands, session } = useProduct();
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<Cause | null>(null);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    const field = (name: string) => String(data.get(name) ?? '').trim();
    const url = field('url');
    const password = String(data.get('password') ?? '');
    setBusy(true);
    setCause(null);
    core
      .call('sources.add', {
        name: field('name') || url.replace(/^.*@/u, '').replace(/^[a-z]+:\/\//iu, ''),
        url,
        ...optional('subUrl', field('subUrl')),
        ...optional('site', field('site')),
        ...optional('user', field('user')),
        ...optional('password', password),
      })
      .then(({ cameraId }) => {
        session.closeDialog();
        // Seeing it is the test of what was typed.
        commands.bringIn(cameraId);
      })
      .catch((error: unknown) => {
        setCause(Fault.from(error).shown);
        setBusy(false);
      });
  };

  const checkAddress = (value: string) => {
    const fault = addressFault(value);
    return fault ? t(`add.fault.${fault}`) : true;
  };

  return (
    <DialogFrame title={t('add.title')}>
      <Form className="form" onSubmit={submit} validationBehavior="native">
        <TextField name="url" isRequired validate={checkAddress} autoFocus>
          <Label>{t('add.url')}</Label>
          <Input
            placeholder="rtsp://192.0.2.10:554/stream1"
            autoComplete="off"
            spellCheck={false}
          />
          <Text slot="description">{t('add.urlHelp')}</Text>
          <FieldError>
            {({ validationDetails, validationErrors }) =>
              validationDetails.valueMissing ? t('add.fault.empty') : validationErrors.join(' ')
            }
          </FieldError>
        </TextField>
        <TextField
          name="subUrl"
          validate={(value) => (value.trim() === '' ? true : checkAddress(value))}
        >
          <Label>
            {t('add.subUrl')} <span className="optional">{t('add.optional')}</span>
          </Label>
          <Input
            placeholder="rtsp://192.0.2.10:554/stream2"
            autoComplete="off"
            spellCheck={false}
          />
          <Text slot="description">{t('add.subUrlHelp')}</Text>
          <FieldError>{({ validationErrors }) => validationErrors.join(' ')}</FieldError>
        </TextField>
        <div className="form-pair">
          <TextField name="name" maxLength={200}>
            <Label>
              {t('add.name')} <span className="optional">{t('add.optional')}</span>
            </Label>
            <Input placeholder={t('add.namePlaceholder')} autoComplete="off" />
          </TextField>
          <TextField name="site" maxLength={200}>
            <Label>
              {t('add.site')} <span className="optional">{t('add.optional')}</span>
            </Label>
            <Input autoComplete="off" />
          </TextField>
        </div>
        <LoginFields optional />
        <CauseNote cause={cause} />
        <FormButtons busy={busy} label={busy ? t('add.busy') : t('add.submit')} />
      </Form>
    </DialogFrame>
  );
}

/** Name and password of a device; what is typed stays in the form until it is sent. */
export function LoginFields({ optional }: { optional?: boolean }) {
  const { t } = useWords();
  return (
    <>
      <div className="form-pair">
        <TextField name="user" maxLength={200} isRequired={!optional} autoFocus={!optional}>
          <Label>
            {t('login.user')}{' '}
            {optional ? <span className="optional">{t('add.optional')}</span> : null}
          </Label>
          <Input autoComplete="off" spellCheck={false} />
          <FieldError>{t('login.userMissing')}</FieldError>
        </TextField>
        <TextField name="password" type="password" maxLength={500}>
          <Label>
            {t('login.password')}{' '}
            {optional ? <span className="optional">{t('add.optional')}</span> : null}
          </Label>
          <Input autoComplete="new-password" />
        </TextField>
      </div>
      <p className="form-help">{t('login.writeOnly')}</p>
    </>
  );
}

export function FormButtons({ busy, label }: { busy: boolean; label: string }) {
  const { session } = useProduct();
  const { t } = useWords();
  return (
    <div className="buttons">
      <Button className="button" onPress={session.closeDialog}>
        {t('dialog.cancel')}
      </Button>
      <Button className="button" type="submit" data-primary isDisabled={busy}>
        {label}
      </Button>
    </div>
  );
}

function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  return value === '' ? {} : ({ [key]: value } as Record<K, string>);
}
