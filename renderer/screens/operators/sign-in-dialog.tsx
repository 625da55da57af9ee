import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { minPassword } from '../../../src/contract/operator-schemas.ts';
import { type SignInStep, stepOf } from '../../stores/operators/operators-store.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

/** Asks for whatever keeps the person from acting; the wall plays on behind it. */
export function SignInDialog() {
  const { operators } = useProduct();
  const o = useTexts('operators');
  const step = useStore(operators, stepOf);
  if (step === null) return null;
  return (
    <RoomDialog title={o(`step.${step}.title`)} onClose={operators.putOff}>
      {/* Nothing that was typed for one question is carried into the next. */}
      <SignInForm key={step} step={step} />
    </RoomDialog>
  );
}

const fieldsOf: Readonly<Record<SignInStep, readonly Field[]>> = {
  first: ['name', 'fullName', 'newPassword', 'again'],
  'sign-in': ['name', 'password'],
  unlock: ['password'],
  'due-password': ['password', 'newPassword', 'again'],
  'own-password': ['password', 'newPassword', 'again'],
};
type Field = 'name' | 'fullName' | 'password' | 'newPassword' | 'again';

const empty: Readonly<Record<Field, string>> = {
  name: '',
  fullName: '',
  password: '',
  newPassword: '',
  again: '',
};

function SignInForm({ step }: { step: SignInStep }) {
  const { operators } = useProduct();
  const { t } = useWords();
  const o = useTexts('operators');
  const operator = useStore(operators, (model) => model.state?.session?.operator ?? null);
  const [typed, setTyped] = useState(empty);
  const [tried, setTried] = useState(false);
  const { busy, cause, run } = useTry();
  const fields = fieldsOf[step];
  const differs = fields.includes('again') && typed.again !== typed.newPassword;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (differs) return;
    const { name, fullName, password, newPassword } = typed;
    const act = {
      first: () => operators.first({ name, fullName, password: newPassword }),
      'sign-in': () => operators.signIn(name, password),
      unlock: () => operators.unlock(password),
      'due-password': () => operators.changePassword(password, newPassword),
      'own-password': () => operators.changePassword(password, newPassword),
    };
    void run(act[step]).then((done) => {
      // What was refused is typed anew; what does not do is looked at again.
      if (!done) setTyped((before) => ({ ...before, password: '' }));
    });
  };

  return (
    <form className="form" onSubmit={submit} noValidate>
      <p className="dim">{o(`step.${step}.text`)}</p>
      {operator && step !== 'sign-in' ? (
        <div className="of-camera">
          <p className="of-camera-name">{operator.fullName || operator.name}</p>
          <p>{o(`role.${operator.role}`)}</p>
        </div>
      ) : null}
      {fields.map((field, index) => (
        <TextBox
          key={field}
          label={o(`field.${field}`)}
          type={field === 'name' || field === 'fullName' ? 'text' : 'password'}
          max={field === 'name' ? 60 : 200}
          value={typed[field]}
          autoFocus={index === 0}
          {...(field === 'newPassword' ? { help: o('passwordHelp', { min: minPassword }) } : {})}
          error={field === 'again' && tried && differs ? o('differs') : null}
          onChange={(text) => setTyped((before) => ({ ...before, [field]: text }))}
        />
      ))}
      <CauseNote cause={cause} />
      <div className="buttons">
        {step === 'unlock' || step === 'due-password' ? (
          <Button className="button" onPress={operators.askSwitch}>
            {o('switch')}
          </Button>
        ) : null}
        <Button className="button" onPress={operators.putOff}>
          {t('dialog.cancel')}
        </Button>
        <Button
          className="button"
          type="submit"
          data-primary
          isDisabled={
            busy || fields.some((field) => field !== 'fullName' && typed[field].trim() === '')
          }
        >
          {busy ? o('busy') : o(`step.${step}.submit`)}
        </Button>
      </div>
    </form>
  );
}
