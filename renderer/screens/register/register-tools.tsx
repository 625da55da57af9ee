import { Button, Input, SearchField } from 'react-aria-components';
import { useStore } from 'zustand';
import { cameraChips, siteChips } from '../../stores/register/register-types.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Icon } from '../icon.tsx';
import { Chips } from '../manage/fields.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';
import { BarButton } from '../top-bar.tsx';

/** What is shown of the register, what can be added, and the way back. */
export function RegisterTools() {
  const { register } = useProduct();
  const r = useTexts('register');
  const table = useStore(register, (model) => model.table);
  const query = useStore(register, (model) => model.query);
  const cameraChip = useStore(register, (model) => model.cameraChip);
  const siteChip = useStore(register, (model) => model.siteChip);
  const undo = useStore(register, (model) => model.undo);
  const redo = useStore(register, (model) => model.redo);
  const scope = useStore(register, (model) => model.scope);
  const { siteId } = scope;
  return (
    <header className="tools">
      <div className="tools-line">
        <ScopeName />
        <div className="tools-end">
          <BarButton
            icon="undo"
            label={
              undo
                ? r('undo.what', { what: r(`change.${undo.what}`), subject: undo.subject })
                : r('undo.none')
            }
            onPress={() => void register.undoLast()}
            off={!undo}
          />
          <BarButton
            icon="redo"
            label={
              redo
                ? r('redo.what', { what: r(`change.${redo.what}`), subject: redo.subject })
                : r('redo.none')
            }
            onPress={() => void register.redoLast()}
            off={!redo}
          />
          <Button
            className="button"
            data-small
            onPress={() => void register.card.open({ kind: 'site', id: null })}
          >
            <Icon name="add" />
            {r('add.site')}
          </Button>
          <Button
            className="button"
            data-small
            isDisabled={siteId === undefined}
            onPress={() => {
              if (siteId !== undefined)
                void register.card.open({ kind: 'camera', id: null, siteId });
            }}
          >
            <Icon name="add" />
            {r('add.camera')}
          </Button>
        </div>
      </div>
      <div className="tools-line">
        <Chips
          label={r('table.which')}
          value={table}
          options={[
            { value: 'cameras', text: r('table.cameras') },
            { value: 'sites', text: r('table.sites') },
          ]}
          onChange={(value) => {
            if (value) register.setTable(value);
          }}
        />
        <SearchField
          className="search"
          aria-label={r('search.label')}
          value={query}
          onChange={register.setQuery}
        >
          <Icon name="search" />
          <Input placeholder={r(`search.${table}`)} autoComplete="off" spellCheck={false} />
          <Button className="search-clear" aria-label={r('tree.clear')}>
            <Icon name="close" />
          </Button>
        </SearchField>
        {table === 'cameras' ? (
          <Chips
            label={r('filter.label')}
            clearable
            value={cameraChip}
            options={cameraChips.map((value) => ({ value, text: r(`filter.${value}`) }))}
            onChange={register.setCameraChip}
          />
        ) : (
          <Chips
            label={r('filter.label')}
            clearable
            value={siteChip}
            options={siteChips.map((value) => ({ value, text: r(`filter.${value}`) }))}
            onChange={register.setSiteChip}
          />
        )}
      </div>
    </header>
  );
}

/** Where the table is in the tree, and how much it has. */
function ScopeName() {
  const { register } = useProduct();
  const { number, in: texts } = useWords();
  const r = texts('register');
  const scope = useStore(register, (model) => model.scope);
  const tree = useStore(register, (model) => knownOf(model.tree));
  const table = useStore(register, (model) => model.table);
  const paged = useStore(register, (model) => (table === 'cameras' ? model.cameras : model.sites));
  const site = tree?.sites.find(({ id }) => id === scope.siteId);
  const names = site
    ? [site.province, site.district, site.name]
    : [scope.province, scope.district].filter((name) => name !== undefined);
  return (
    <div className="scope">
      <h2 title={names.join(' › ')}>{names.filter(Boolean).at(-1) ?? r('tree.all')}</h2>
      <p role="status">
        {paged.known
          ? r(`count.${table}`, { count: paged.total, number: number(paged.total) })
          : '…'}
        {names.length > 1 ? ` · ${names.slice(0, -1).filter(Boolean).join(' › ')}` : ''}
      </p>
    </div>
  );
}
