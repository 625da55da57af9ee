import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import {
  type Operator,
  type OperatorFields,
  rights,
  roles,
} from '../../../src/contract/operator-schemas.ts';
import { brokenRule } from '../../../src/contract/password-rules.ts';
import { rightsOf } from '../../../src/contract/role-rights.ts';
import { noPlaces, type PartScope } from '../../stores/operators/scope-places.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Check, Chips, Choice, DayBox, TextBox } from '../manage/fields.tsx';
import { useTry } from '../manage/use-try.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { RemoveDialog, ResetDialog } from './account-dialogs.tsx';
import { PasswordRules } from './password-rules.tsx';
import { ScopePicker } from './scope-picker.tsx';

const blank: OperatorFields = {
  name: '',
  fullName: '',
  role: 'duty',
  scope: 'all',
  validFrom: null,
  validUntil: null,
  document: { number: '', date: null },
  disabled: false,
};

interface CardProps {
  /** Null: a new one. */
  readonly operator: Operator | null;
  readonly siteName: (id: string) => string;
  readonly mayManage: boolean;
}

/** One account in full. Draws anew for each: what was typed for one person is never saved for another. */
export function AccountCard({ operator, siteName, mayManage }: CardProps) {
  const { access } = useProduct();
  const words = useWords();
  const { t } = words;
  const o = useTexts('operators');
  const first = operator ? fieldsOf(operator) : blank;
  const [fields, setFields] = useState(first);
  /** The places are kept while "everything" is chosen for a moment. */
  const [places, setPlaces] = useState<PartScope>(first.scope === 'all' ? noPlaces : first.scope);
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState<'reset' | 'remove' | null>(null);
  const { busy, cause, run } = useTry();
  const done = useStore(access, (model) => model.done);
  const element = useRef<HTMLElement>(null);
  const isNew = operator === null;
  useEffect(() => {
    if (isNew) element.current?.querySelector<HTMLElement>('input')?.focus();
  }, [isNew]);
  const set = (change: Partial<OperatorFields>) =>
    setFields((before) => ({ ...before, ...change }));
  const isAdministrator = fields.role === 'administrator';
  const whole = { ...fields, scope: isAdministrator ? ('all' as const) : fields.scope };
  const touched = isNew || JSON.stringify(whole) !== JSON.stringify(first);
  const { validFrom, validUntil } = fields;
  const orderWrong = validFrom !== null && validUntil !== null && validUntil < validFrom;
  const weak = isNew ? brokenRule(password, fields.name) : null;
  const ready = touched && !orderWrong && fields.name.trim() !== '' && weak === null;
  const own = rightsOf[fields.role];
  const nameTaken = cause?.code === 'operator.name-taken';

  const submit = () => {
    if (!ready || !mayManage) return;
    void run(() => access.save(operator?.id ?? null, whole, isNew ? password : undefined)).then(
      (saved) => saved && setPassword(''),
    );
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  const title = isNew ? o('form.new') : operator.fullName || operator.name;
  return (
    <aside
      ref={element}
      className="card"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.code === 'KeyS' && event.ctrlKey) {
          event.preventDefault();
          submit();
        } else if (event.code === 'Escape' && !event.defaultPrevented && asking === null) {
          event.preventDefault();
          event.stopPropagation();
          access.close();
        }
      }}
    >
      <header className="card-head">
        <div>
          <p className="card-kind">{o('form.kind')}</p>
          <h2 title={title}>{title}</h2>
        </div>
        <Button className="bar-button" aria-label={t('dialog.close')} onPress={access.close}>
          <Icon name="close" />
        </Button>
      </header>
      <form id="operator-form" className="card-body" onSubmit={onSubmit} noValidate>
        <CauseNote cause={cause} />
        <fieldset className="plain-set fields" disabled={!mayManage}>
          <TextBox
            label={o('form.name')}
            value={fields.name}
            max={60}
            help={o('form.nameHelp')}
            error={nameTaken && cause ? words.causeText(cause) : null}
            onChange={(name) => set({ name })}
            required
          />
          <TextBox
            label={o('form.fullName')}
            value={fields.fullName}
            onChange={(fullName) => set({ fullName })}
          />
          <Choice
            label={o('form.role')}
            value={fields.role}
            options={roles.map((value) => ({ value, text: o(`role.${value}`) }))}
            onChange={(role) => set({ role: role ?? 'duty' })}
            wide
          />
          <section className="role-rights" data-wide>
            <p>{o('form.rights', { role: o(`role.${fields.role}`) })}</p>
            <ul>
              {rights.flatMap((right) =>
                own.has(right) ? [<li key={right}>{o(`right.${right}`)}</li>] : [],
              )}
            </ul>
            <p className="dim">{o('form.watching')}</p>
          </section>
          <section className="scope-part">
            <h3>{o('form.where')}</h3>
            {isAdministrator ? (
              <p className="dim">{o('form.adminAll')}</p>
            ) : (
              <>
                <Chips
                  label={o('form.where')}
                  value={fields.scope === 'all' ? 'all' : 'part'}
                  options={[
                    { value: 'all', text: o('form.everything') },
                    { value: 'part', text: o('form.part') },
                  ]}
                  onChange={(value) => set({ scope: value === 'part' ? places : 'all' })}
                />
                {fields.scope === 'all' ? null : (
                  <ScopePicker
                    scope={fields.scope}
                    nameOf={siteName}
                    disabled={!mayManage}
                    onChange={(scope) => {
                      setPlaces(scope);
                      set({ scope });
                    }}
                  />
                )}
              </>
            )}
          </section>
          <DayBox
            label={o('form.validFrom')}
            value={validFrom}
            onChange={(day) => set({ validFrom: day })}
          />
          <DayBox
            label={o('form.validUntil')}
            value={validUntil}
            help={o('form.validHelp')}
            error={orderWrong ? o('form.orderWrong') : null}
            onChange={(day) => set({ validUntil: day })}
          />
          <TextBox
            label={o('form.documentNumber')}
            value={fields.document.number}
            onChange={(number) => set({ document: { ...fields.document, number } })}
          />
          <DayBox
            label={o('form.documentDate')}
            value={fields.document.date}
            onChange={(date) => set({ document: { ...fields.document, date } })}
          />
          {isNew ? (
            <section className="fields first-password">
              <TextBox
                label={o('form.first')}
                type={shown ? 'text' : 'password'}
                value={password}
                help={o('form.firstHelp')}
                onChange={setPassword}
                wide
              />
              <PasswordRules password={password} name={fields.name} />
              <Check label={o('form.show')} on={shown} onChange={setShown} />
            </section>
          ) : (
            <section>
              <Check
                label={o('form.disabled')}
                help={o('form.disabledHelp')}
                on={fields.disabled}
                onChange={(disabled) => set({ disabled })}
              />
            </section>
          )}
        </fieldset>
      </form>
      <footer className="card-foot">
        <p className="card-state" role="status">
          {busy
            ? o('form.saving')
            : done === null || touched
              ? ''
              : done.what === 'reset'
                ? o('reset.done', { name: done.name })
                : o('form.saved')}
        </p>
        {mayManage ? (
          <div className="card-buttons">
            {isNew ? null : (
              <>
                <Button className="button" data-small onPress={() => setAsking('reset')}>
                  <Icon name="lock" />
                  {o('form.reset')}
                </Button>
                <Button
                  className="button"
                  data-small
                  aria-label={o('form.remove')}
                  onPress={() => setAsking('remove')}
                >
                  <Icon name="trash" />
                </Button>
              </>
            )}
            {touched && !isNew ? (
              <Button className="button" data-small onPress={() => setFields(first)}>
                {o('form.cancel')}
              </Button>
            ) : null}
            <Button
              className="button"
              data-small
              data-primary
              type="submit"
              form="operator-form"
              isDisabled={!ready || busy}
            >
              {o(isNew ? 'form.add' : 'form.save')}
            </Button>
          </div>
        ) : (
          <p className="dim">{o('room.readOnly')}</p>
        )}
      </footer>
      {operator && asking === 'reset' ? (
        <ResetDialog operator={operator} onClose={() => setAsking(null)} />
      ) : null}
      {operator && asking === 'remove' ? (
        <RemoveDialog operator={operator} onClose={() => setAsking(null)} />
      ) : null}
    </aside>
  );
}

function fieldsOf({ id: _, mustChange: __, ...fields }: Operator): OperatorFields {
  return fields;
}
