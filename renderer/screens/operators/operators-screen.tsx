import { useEffect, useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { siteNamesOf } from '../../stores/operators/access-store.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Chips } from '../manage/fields.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useProduct, useTexts } from '../product.tsx';
import { AccessPart } from './access-part.tsx';
import { AccountCard } from './account-card.tsx';
import { AccountsPart } from './accounts-part.tsx';

/** Who may do what: their accounts, and the register of access that is submitted. */
export function OperatorsScreen() {
  const { access, operators } = useProduct();
  const o = useTexts('operators');
  useEffect(() => access.watch(), [access]);
  const asked = useStore(access, (model) => model.access);
  const put = useStore(access, (model) => model.put);
  const part = useStore(access, (model) => model.part);
  const card = useStore(access, (model) => model.card);
  const rights = useStore(operators, (model) => model.state?.rights);
  const mayManage = rights?.includes('operators.manage') ?? false;
  const mayExport = rights?.includes('audit.export') ?? false;
  const known = knownOf(asked);
  const sites = useMemo(() => (known ? siteNamesOf(known) : null), [known]);
  const open = card?.id ? (known?.rows.find((row) => row.operator.id === card.id) ?? null) : null;
  const parts = (
    <Chips
      label={o('room.parts')}
      value={part}
      options={[
        { value: 'accounts', text: o('room.accounts') },
        { value: 'register', text: o('room.register') },
      ]}
      onChange={(value) => value && access.setPart(value)}
    />
  );
  return (
    <div className="room" data-register>
      <section className="room-main" aria-label={o('room.name')}>
        <header className="screen-head">
          <div>
            <h2>{o(part === 'accounts' ? 'room.title' : 'access.title')}</h2>
            <p className="dim">{o(part === 'accounts' ? 'room.text' : 'access.text')}</p>
          </div>
          <div className="tools-end">{parts}</div>
        </header>
        {asked.state === 'failed' && !known ? (
          <FailedNote cause={asked.cause} onRetry={access.reload} />
        ) : put ? (
          <EmptyNote icon="lock" title={o('room.needed')} text={o('room.neededText')}>
            <Button className="button" data-primary onPress={access.reload}>
              {o('bar.signIn')}
            </Button>
          </EmptyNote>
        ) : known && sites ? (
          part === 'accounts' ? (
            <AccountsPart sites={sites} mayManage={mayManage} />
          ) : (
            <AccessPart access={known} sites={sites} mayExport={mayExport} />
          )
        ) : (
          <LoadingNote />
        )}
      </section>
      {sites && card && (open || card.id === null) ? (
        <AccountCard
          // As saved: another version of the same account is another form.
          key={open ? JSON.stringify(open.operator) : 'new'}
          operator={open?.operator ?? null}
          siteName={(id) => sites.get(id)?.name ?? o('scope.gone')}
          mayManage={mayManage}
        />
      ) : null}
    </div>
  );
}
