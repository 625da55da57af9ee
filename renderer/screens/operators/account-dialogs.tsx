import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Operator } from '../../../src/contract/operator-schemas.ts';
import { brokenRule } from '../../../src/contract/password-rules.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Check, TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { PasswordRules } from './password-rules.tsx';

interface DialogProps {
  readonly operator: Operator;
  readonly onClose: () => void;
}

/** A password for somebody who forgot theirs; they change it at the next sign-in. */
export function ResetDialog({ operator, onClose }: DialogProps) {
  const { access } = useProduct();
  const { t } = useWords();
  const o = useTexts('operators');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const { busy, cause, run } = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => access.resetPassword(operator, password)).then((done) => done && onClose());
  };
  return (
    <RoomDialog title={o('reset.title')} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <Who operator={operator} />
        <p className="dim">{o('reset.text')}</p>
        <TextBox
          label={o('field.newPassword')}
          type={shown ? 'text' : 'password'}
          value={password}
          onChange={setPassword}
          autoFocus
        />
        <PasswordRules password={password} name={operator.name} />
        <Check label={o('form.show')} on={shown} onChange={setShown} />
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            type="submit"
            data-primary
            isDisabled={busy || brokenRule(password, operator.name) !== null}
          >
            {busy ? o('form.saving') : o('reset.submit')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}

export function RemoveDialog({ operator, onClose }: DialogProps) {
  const { access } = useProduct();
  const { t } = useWords();
  const o = useTexts('operators');
  const { busy, cause, run } = useTry();
  return (
    <RoomDialog title={o('remove.title')} alert onClose={onClose}>
      <div className="form">
        <Who operator={operator} />
        <p>{o('remove.text', { name: operator.fullName || operator.name })}</p>
        <CauseNote cause={cause} />
        <div className="buttons">
          <Button className="button" onPress={onClose} autoFocus>
            {t('dialog.cancel')}
          </Button>
          <Button
            className="button"
            data-danger
            isDisabled={busy}
            onPress={() => void run(() => access.remove(operator.id))}
          >
            {o('remove.submit')}
          </Button>
        </div>
      </div>
    </RoomDialog>
  );
}

function Who({ operator }: { operator: Operator }) {
  const o = useTexts('operators');
  return (
    <div className="of-camera">
      <p className="of-camera-name">{operator.fullName || operator.name}</p>
      <p>{`${operator.name} · ${o(`role.${operator.role}`)}`}</p>
    </div>
  );
}
