import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { VirtualTable } from '../manage/virtual-table.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { rowColumns } from './row-columns.tsx';

/** What was taken over; or that the register changed meanwhile and nothing was. */
export function ImportDone() {
  const { imports, commands, register } = useProduct();
  const { number, in: texts } = useWords();
  const c = useTexts('connect');
  const outcome = useStore(imports, (model) => model.outcome);
  const i = texts('import');
  const columns = useMemo(() => rowColumns(c, i), [c, i]);
  if (!outcome) return null;
  if (outcome.outcome === 'conflict') {
    const { rows } = outcome;
    return (
      <>
        <div className="note" data-kind="warn" role="alert">
          <Icon name="warning" />
          <div>
            <p>{c('imports.conflict')}</p>
            <p className="note-hint">{c('imports.conflictText')}</p>
          </div>
        </div>
        <VirtualTable
          label={c('imports.partRows')}
          columns={columns}
          count={rows.length}
          rowAt={(index) => rows[index] ?? null}
          idOf={(row) => String(row.line)}
          empty={null}
        />
        <div className="buttons">
          <Button className="button" data-primary onPress={imports.startOver}>
            {c('imports.again')}
          </Button>
        </div>
      </>
    );
  }
  const { counts } = outcome;
  return (
    <div className="room-scroll">
      <div className="note" data-kind="good" role="status">
        <Icon name="check" />
        <div>
          <p>
            {c('imports.done', {
              sites: number(counts.sites.new),
              cameras: number(counts.cameras.new),
              changed: number(counts.changed),
            })}
          </p>
          {outcome.skipped > 0 ? (
            <p className="note-hint">
              {c('imports.skipped', { count: outcome.skipped, number: number(outcome.skipped) })}
            </p>
          ) : null}
          {outcome.loginsKept ? (
            <p className="note-hint">{c(`imports.loginsKept.${outcome.loginsKept}`)}</p>
          ) : null}
        </div>
      </div>
      <div className="buttons buttons-start">
        <Button
          className="button"
          data-primary
          onPress={() => {
            register.setScope({});
            commands.openManage('register');
          }}
        >
          <Icon name="sites" />
          {c('imports.toRegister')}
        </Button>
        <Button className="button" onPress={() => commands.openManage('survey')}>
          <Icon name="survey" />
          {c('imports.toSurvey')}
        </Button>
        <Button className="button" onPress={imports.startOver}>
          {c('imports.another')}
        </Button>
      </div>
    </div>
  );
}
